"""What an applicant shows for the entry rules: qualifications, English, the order (A2, A3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from applications.actions._steps import editable, forget, fresh, note, take_file, take_order
from applications.models import (
    EnglishEvidence,
    PurchaseOrder,
    Qualification,
)
from applications.states import Part
from ctts.accounts.models import User
from ctts.common.races import taken_means
from ctts.common.verdict import DoneAlready, TooLate, require
from ctts.documents.access import can_attach
from ctts.documents.models import Document
from ctts.documents.proving import ProvenFile


@transaction.atomic
def keep_file(
    *,
    by: User,
    now: datetime,
    application_id: int,
    part: Part,
    upload: ProvenFile,
    purpose: str,
    field: str,
    qualification_id: int | None = None,
) -> Document:
    """Take in a file of a part before the part is saved: it is not lost when another field of the form is wrong.

    `purpose` says what it is ("applications.certificate"), `qualification_id` of which saved qualification. Raises
    Invalid at `field` for the very file that the office rejected there (A4), else as `documents.actions.store`.
    """
    application = editable(application_id, by, part)
    common: dict[str, Any] = {"by": by, "now": now, "purpose": purpose, "field": field}
    return take_file(application, upload=upload, qualification_id=qualification_id, **common)


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
