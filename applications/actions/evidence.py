"""What an applicant shows for the entry rules: qualifications, English, the order, adjustments (A2, A3, A5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from applications import access, notices
from applications.actions._steps import StalePart, editable, forget, fresh, note, take_order, tell_readers
from applications.models import (
    AdjustmentReading,
    AdjustmentRequest,
    Application,
    EnglishEvidence,
    PurchaseOrder,
    Qualification,
)
from applications.states import Part
from ctts.accounts.models import User
from ctts.audit.actions import record
from ctts.common import vault
from ctts.common.clock import london_date
from ctts.common.races import taken_means
from ctts.common.verdict import DoneAlready, Invalid, TooLate, require
from ctts.documents.access import can_attach
from ctts.documents.actions import store
from ctts.documents.models import Document
from ctts.documents.proving import ProvenFile
from ctts.notifications.actions import notify


@transaction.atomic
def keep_file(
    *, by: User, now: datetime, application_id: int, part: Part, upload: ProvenFile, purpose: str, field: str
) -> Document:
    """Take in a file of a part before the part is saved: it is not lost when another field of the form is wrong.

    `purpose` says what it is ("applications.certificate"). Raises Invalid at `field` as `documents.actions.store`.
    """
    application = editable(application_id, by, part)
    return store(upload=upload, owner=application.applicant, by=by, now=now, purpose=purpose, field=field)


def _own_files(by: User, values: Mapping[str, Any]) -> None:
    """Attaching somebody's file would be reading it (quality rule 1)."""
    for value in values.values():
        if isinstance(value, Document):
            require(can_attach(by, value))


@transaction.atomic
def add_qualification(
    *, by: User, now: datetime, application_id: int, key: UUID, values: Mapping[str, Any]
) -> Qualification:
    """Add a qualification; `key` is the form's idempotency key. Raises DoneAlready for a form sent twice."""
    application = editable(application_id, by, Part.QUALIFICATIONS)
    _own_files(by, values)
    with taken_means(DoneAlready("This qualification was added already.")):
        row = Qualification.objects.create(application=application, key=key, **values)
    forget(application, Part.QUALIFICATIONS, "new")
    note("application.qualification_added", application, by, now, after={"qualification": row.pk})
    return row


def _qualification(qualification_id: int, by: User) -> Qualification:
    row = Qualification.objects.filter(pk=qualification_id).first()
    if row is None:
        raise TooLate("This qualification was taken off the form in the meantime.")
    row.application = editable(row.application_id, by, Part.QUALIFICATIONS)
    return row


@transaction.atomic
def change_qualification(
    *, by: User, now: datetime, qualification_id: int, values: Mapping[str, Any], seen: str = ""
) -> Qualification:
    """Change a qualification. Raises NotAllowed or TooLate as every part."""
    row = _qualification(qualification_id, by)
    fresh(row.application, Part.QUALIFICATIONS, seen)
    _own_files(by, values)
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    forget(row.application, Part.QUALIFICATIONS, str(row.pk))
    note("application.qualification_changed", row.application, by, now, after={"qualification": row.pk})
    return row


@transaction.atomic
def remove_qualification(*, by: User, now: datetime, qualification_id: int) -> None:
    """Take a qualification off the form; its certificate stays with the applicant's files."""
    row = _qualification(qualification_id, by)
    forget(row.application, Part.QUALIFICATIONS, str(row.pk))
    note("application.qualification_removed", row.application, by, now, after={"qualification": row.pk})
    row.delete()


@transaction.atomic
def save_english(
    *, by: User, now: datetime, application_id: int, values: Mapping[str, Any], seen: str = ""
) -> EnglishEvidence:
    """Save how English is shown (A3 d)."""
    application = editable(application_id, by, Part.ENGLISH)
    fresh(application, Part.ENGLISH, seen)
    _own_files(by, values)
    row, _ = EnglishEvidence.objects.update_or_create(application=application, defaults=dict(values))
    forget(application, Part.ENGLISH)
    note("application.part_saved", application, by, now, after={"part": str(Part.ENGLISH)})
    return row


@transaction.atomic
def enter_purchase_order(
    *,
    by: User,
    now: datetime,
    application_id: int,
    key: UUID,
    document: Document,
    values: Mapping[str, Any],
    seen: str = "",
) -> PurchaseOrder:
    """Enter the employer's purchase order; an earlier one is superseded (A2, A3 f). Amounts in pence.

    Raises DoneAlready for a form that was sent twice.
    """
    application = editable(application_id, by, Part.PURCHASE_ORDER)
    if PurchaseOrder.objects.filter(key=key).exists():
        raise DoneAlready("This purchase order was entered already.")
    fresh(application, Part.PURCHASE_ORDER, seen)
    require(can_attach(by, document))
    order = take_order(application, key=key, document=document, values={**values, "entered_by": by}, now=now)
    facts = {"purchase_order": order.pk, "gross_pence": order.gross_pence}
    note("application.purchase_order_entered", application, by, now, after=facts)
    return order


@transaction.atomic
def save_adjustments(
    *, by: User, now: datetime, application_id: int, key: UUID, wanted: bool, reason: str = ""
) -> Application:
    """Answer whether reasonable adjustments are asked for; the reason goes encrypted to the vault (A5).

    `key` is the form's idempotency key. Raises Invalid when they are asked for without a word about them, DoneAlready
    for a form that was sent twice.
    """
    application = editable(application_id, by, Part.ADJUSTMENTS)
    if wanted and not reason.strip() and not application.adjustment_requests.exists():
        raise Invalid("Say in a few words what would help you. Only named readers will see it.", "reason")
    if wanted and reason.strip():
        _seal(application, key, reason, by, now)
    application.wants_adjustments = wanted
    application.save(update_fields=["wants_adjustments"])
    note("application.adjustments_answered", application, by, now)
    tell_readers(application, now)
    return application


def _seal(application: Application, key: UUID, reason: str, by: User, now: datetime) -> None:
    with taken_means(DoneAlready("What you wrote about adjustments was saved already.")):
        AdjustmentRequest.objects.create(
            person=by, application=application, sealed=vault.seal(reason), asked_at=now, key=key
        )


@transaction.atomic
def read_adjustment(*, by: User, now: datetime, request_id: int) -> str:
    """The reason of an adjustment; the reading is noted where the person sees it (A5).

    Raises NotAllowed for anyone but the person and named readers.
    """
    asked = AdjustmentRequest.objects.get(pk=request_id)
    require(access.can_read_reason(by, asked, london_date(now)))
    if by.pk != asked.person_id:
        AdjustmentReading.objects.create(request=asked, reader=by, read_at=now)
        record("applications.adjustment.read", by=by, at=now, about=asked, within=asked.person_id, role="reader")
    return vault.unseal(asked.sealed)


@transaction.atomic
def agree_adjustment(*, by: User, now: datetime, request_id: int, agreed: str, seen: str) -> AdjustmentRequest:
    """A named reader writes what is agreed: all that others who must act ever see (A5).

    The person is told each time. `seen` is the agreement the page showed, so that of two readers the second is told.
    Raises NotAllowed, Invalid without words or without new ones, DoneAlready for a form sent twice, StalePart when
    somebody agreed another in the meantime.
    """
    asked = AdjustmentRequest.objects.select_for_update(no_key=True).get(pk=request_id)
    require(access.can_agree_adjustment(by, asked, london_date(now)))
    _require_new(asked, by, agreed.strip(), seen)
    asked.agreed, asked.agreed_at, asked.agreed_by = agreed.strip(), now, by
    asked.save(update_fields=["agreed", "agreed_at", "agreed_by"])
    record("applications.adjustment.agreed", by=by, at=now, about=asked, within=asked.person_id, role="reader")
    notify(
        notices.ADJUSTMENT_AGREED,
        to=asked.person,
        key=f"{notices.ADJUSTMENT_AGREED.key}:{asked.pk}:{now.isoformat()}",
        about=asked,
        within=asked.person_id,
        now=now,
        context={"asked": asked},
    )
    return asked


def _require_new(asked: AdjustmentRequest, by: User, agreed: str, seen: str) -> None:
    if seen != asked.agreed:
        if (asked.agreed, asked.agreed_by_id) == (agreed, by.pk):
            raise DoneAlready("You have saved this agreement already.")
        raise StalePart("Somebody saved another agreement since you opened the page.")
    if not agreed:
        raise Invalid("Write what is agreed, without the reason.", "agreed")
    if agreed == asked.agreed:
        raise Invalid("This is what is agreed already. Nothing was changed, and nobody was told again.", "agreed")
