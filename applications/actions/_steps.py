"""Steps that several actions share: lock, move on, tell, give the list back, find the next intake."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.db.models import QuerySet

from applications import access, notices, queries
from applications.models import (
    Application,
    ApplicationCopy,
    ApplicationDraft,
    InformationRequest,
    ListedDocument,
    PurchaseOrder,
    SupervisorAnswer,
)
from applications.queries import wording
from applications.rules import pounds, shortfall
from applications.states import (
    APPLICATION_MOVES,
    PURCHASE_ORDER_MOVES,
    ApplicationState,
    Mover,
    Part,
    PurchaseOrderState,
)
from ctts.accounts.models import User
from ctts.accounts.queries import person_by_email
from ctts.audit.actions import record
from ctts.common import drafts
from ctts.common.clock import london_date
from ctts.common.moves import change_state
from ctts.common.prepared import only, prepared
from ctts.common.templatetags.formats import day
from ctts.common.verdict import YES, Invalid, TooLate, require
from ctts.documents.actions import store
from ctts.documents.models import Document
from ctts.documents.proving import ProvenFile
from ctts.notifications.actions import notify
from ctts.notifications.notices import Notice
from ctts.organisations.queries import people_with
from ctts.organisations.states import Role
from ctts.scheme import actions as scheme
from ctts.scheme.models import CompetencyList, Intake


def lock(application_id: int) -> Application:
    """The application, locked until the transaction ends; the first step of every action. Raises DoesNotExist."""
    return only(Application, _locked(application_id))


@prepared
def _locked(application_id: Any) -> QuerySet[Application]:
    return Application.objects.select_for_update(no_key=True).filter(pk=application_id)


class StalePart(TooLate):
    """A part was saved in another window since this one was opened; the page shows both texts."""


def editable(application_id: int, by: User, part: Part) -> Application:
    """The locked application, when `by` may change this part of it now. Raises NotAllowed or TooLate."""
    application = lock(application_id)
    require(access.can_change(by, application, part))
    return application


def fresh(application: Application, part: Part, seen: str) -> None:
    """Refuse to write over what another window saved since the page was opened; an empty `seen` asks nothing."""
    if seen and seen != queries.part_version(application, part):
        raise StalePart("This part was saved in another window since you opened it.")


def require_nameable(email: str, now: datetime) -> None:
    """Refuse the address of somebody who cannot be a Training Supervisor. Raises Invalid for the field `email`."""
    person = person_by_email(email)
    fit = access.can_be_named(person, london_date(now)) if person is not None else YES
    if not fit:
        raise Invalid(fit.reason, "email")


def role_of(application: Application, by: User | None) -> Mover:
    """In which role somebody acts on an application; None is the calendar (A6)."""
    if by is None:
        return Mover.CALENDAR
    known = {application.applicant_id: Mover.APPLICANT, application.supervisor_id: Mover.SUPERVISOR}
    return known.get(by.pk, Mover.OFFICE)


def note(
    what: str,
    application: Application,
    by: User | None,
    now: datetime,
    *,
    about: models.Model | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    words: Mapping[str, str] | None = None,
    role: Mover | None = None,
) -> None:
    """Put something about an application (or about a row of it, `about`) on the audit of the applicant's dossier.

    `role`: in which somebody acted, where that is neither the applicant's, the supervisor's nor the office's.
    """
    record(
        f"applications.{what}",
        by=by,
        at=now,
        about=about or application,
        within=application.applicant_id,
        before=before,
        after=after,
        role=role or role_of(application, by),
        words=words,
    )


def move(
    application: Application,
    step: str,
    *,
    by: User | None,
    now: datetime,
    words: Mapping[str, str] | None = None,
    **after: Any,
) -> None:
    """Take a step of A6 and put it on the audit. Raises TooLate when it is not legal from the present state."""
    before = {"state": str(application.state)}
    change_state(application, APPLICATION_MOVES, step, moved_at=now)
    facts = {"state": str(application.state), **after}
    note(f"application.{step}", application, by, now, before=before, after=facts, words=words)


def tell(notice: Notice, application: Application, to: User, now: datetime, key: str, **more: Any) -> None:
    """One message about an application; `key` makes it unique for this person and event."""
    context = {"application": application, **more.pop("context", {})}
    notify(
        notice,
        to=to,
        key=f"{notice.key}:{application.pk}:{key}:{to.pk}",
        about=application,
        within=application.applicant_id,
        now=now,
        context=context,
        **more,
    )


def forget(application: Application, part: Part, form: str = "") -> None:
    """Drop the unsaved text of a part once it was saved properly."""
    drafts.forget(
        ApplicationDraft, owner_id=application.applicant_id, form_key=queries.draft_key(application, part, form)
    )


@transaction.atomic
def save_over_kept(
    save: Callable[[], object],
    *,
    by: User,
    application_id: int,
    part: Part,
    fields: Mapping[str, Any],
    seen_version: int,
    form: str = "",
) -> None:
    """Carry out `save`, which drops the kept text of this form, unless that holds what this window never saw.

    `fields` is what is sent now and `seen_version` the version of the kept text that the page knew. Raises NewerDraft
    when another window kept newer, other text that is not saved yet, and all that `save` raises (screens 13).
    """
    application = editable(application_id, by, part)
    drafts.save_over(
        ApplicationDraft,
        save,
        owner_id=by.pk,
        form_key=queries.draft_key(application, part, form),
        fields=fields,
        seen_version=seen_version,
    )


def keep_copy(
    application: Application,
    now: datetime,
    *,
    asked: InformationRequest | None = None,
    returned: SupervisorAnswer | None = None,
) -> None:
    """Keep what the application says as it is given back, by a request of the office or a return: later everybody
    sees what was changed since (screens 17)."""
    parts = wording.lines_of(application, queries.Given(application))
    ApplicationCopy.objects.create(application=application, request=asked, returned=returned, parts=parts, taken_at=now)


def list_documents(application: Application, given: queries.Given, now: datetime) -> None:
    """Keep which files are handed in: one that takes their place later is another version (A2, A4)."""
    ListedDocument.objects.bulk_create(
        (
            ListedDocument(
                application=application,
                slot=slot.name,
                kind=slot.kind,
                what=slot.what,
                document=slot.document,
                listed_at=now,
            )
            for slot in queries.slots_of(given)
        ),
        ignore_conflicts=True,
    )


def take_file(
    application: Application,
    *,
    upload: ProvenFile,
    by: User | None,
    now: datetime,
    purpose: str,
    field: str = "document",
    qualification_id: int | None = None,
) -> Document:
    """Keep a file for its place in the form of the locked application, unless the office rejected it there (A4).

    Raises Invalid at `field` for content that was rejected in this place, with the reason for the applicant and
    without it for whoever came by a link; else as `documents.actions.store`.
    """
    slot = queries.slot_named(purpose, qualification_id)
    found = queries.rejection_of_content(application, slot, upload.known_as) if application.received_at else None
    if found is not None:
        why = f"“{found.reason}”" if by else "The applicant knows why."
        words = f"The scheme office rejected this very file on {day(found.checked_at)}: {why}"
        raise Invalid(f"{words} Choose another.", field)
    return store(upload=upload, owner=application.applicant, by=by, now=now, purpose=purpose, field=field)


def freeze(application: Application, now: datetime) -> None:
    """Hand over list and plan: from here this version never changes (A2)."""
    found = application.competency_list
    if found is not None and found.frozen_at is None:
        scheme.freeze_list(by=application.applicant, now=now, list_id=found.pk)
        found.refresh_from_db()


def reopen_list(application: Application, by: User, now: datetime) -> None:
    """Give the applicant the next version of list and plan to work on."""
    if application.competency_list_id is not None:
        application.competency_list = scheme.copy_list(by=by, now=now, list_id=application.competency_list_id)
        application.save(update_fields=["competency_list"])


def let_go_of_named(application: Application) -> None:
    """Whoever was named anew and not asked yet is let go: it rests on the supervisor until now, whose confirmation
    counts again if there is one (A2, A6)."""
    former = application.supervisor
    if former is None or not application.names_another:
        return
    application.supervisor_name, application.supervisor_email = former.full_name, former.email
    if application.supervisor_answers.filter(signer=former, meaning="confirmed").exists():
        application.another_asked_at = None
    application.save(update_fields=["supervisor_name", "supervisor_email", "another_asked_at"])


def let_go_of_draft_list(application: Application) -> None:
    """An application that ends or is put off keeps the last version that was handed over; an unfinished one is the
    person's again."""
    found = application.competency_list
    if found is None or found.frozen_at is not None:
        return
    handed_over = CompetencyList.objects.filter(
        person=application.applicant_id,
        framework=found.framework_id,
        frozen_at__isnull=False,
        made_at__gte=application.started_at,
    )
    application.competency_list = handed_over.order_by("-version").first()
    application.save(update_fields=["competency_list"])


def next_intake_after(application: Application, not_over_on: date | None = None) -> Intake:
    """The intake that follows, as `queries.next_intake_of`. Raises Invalid when none is entered ahead."""
    found = queries.next_intake_of(application, not_over_on)
    if found is None:
        raise Invalid(f"No intake is entered after {application.intake}. The office enters the next ones first.")
    return found


def take_order(
    application: Application,
    *,
    key: UUID,
    document: Document,
    values: Mapping[str, Any],
    now: datetime,
) -> PurchaseOrder:
    """Put a purchase order in the place of an earlier one, for the actions of the locked application (A3 f).

    `values` are its columns, who entered it or was asked for it among them. After acceptance it says which one it
    replaces, covers the whole fee (Invalid), and the office hears that it is there.
    """
    replaces = queries.last_order(application) if application.state == ApplicationState.ACCEPTED else None
    if replaces is not None:
        require_whole_fee(application, values["gross_pence"])
    for earlier in application.purchase_orders.filter(state__in=PurchaseOrderState.current()).select_for_update(
        no_key=True
    ):
        change_state(earlier, PURCHASE_ORDER_MOVES, "supersede", settled_at=now)
    order = PurchaseOrder.objects.create(
        application=application, key=key, document=document, entered_at=now, replaces=replaces, **values
    )
    forget(application, Part.PURCHASE_ORDER)
    if replaces is not None:
        list_documents(application, queries.Given(application), now)
        for member in whoever_reviews(application, now):
            tell(notices.ORDER_REPLACED, application, member, now, f"order{order.pk}", context={"order": order})
    return order


def require_whole_fee(application: Application, gross_pence: int) -> None:
    """Refuse an order that does not cover the fee; while none is set all does (A3 f). Raises Invalid."""
    fee = application.intake.fee_gross_pence
    short = shortfall(gross_pence, fee)
    if fee is not None and short:
        raise Invalid(f"The fee is {pounds(fee)}: this is {pounds(short)} short.", "gross_pence")


def office_for(application: Application, now: datetime) -> list[User]:
    """Everybody of the office who may review it; whoever is part of it hears nothing by that role (A4)."""
    today = london_date(now)
    return [person for person in people_with(Role.OFFICE, today) if access.can_review(person, application, today)]


def whoever_reviews(application: Application, now: datetime) -> list[User]:
    """Whoever of the office has it; all who may review it when nobody has, or they left (A4)."""
    holder = access.reviewer_of(application, london_date(now))
    return [holder] if holder is not None else office_for(application, now)
