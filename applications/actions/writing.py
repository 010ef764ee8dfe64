"""Filling in an application, part by part (A1, A2, A5). Each part can be saved on its own, in any order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from applications import access, declaration
from applications.models import (
    AdjustmentReading,
    AdjustmentRequest,
    Application,
    ApplicationDraft,
    Declaration,
    EnglishEvidence,
    PurchaseOrder,
    Qualification,
)
from applications.states import FINAL, PURCHASE_ORDER_MOVES, Part, PurchaseOrderState
from ctts.accounts.models import User
from ctts.accounts.queries import person_by_email
from ctts.audit.actions import record
from ctts.common import drafts, vault
from ctts.common.clock import london_date
from ctts.common.moves import change_state
from ctts.common.verdict import Invalid, TooLate, require
from ctts.documents.models import Document
from ctts.scheme import actions as scheme
from ctts.scheme import queries as scheme_queries
from ctts.scheme.models import CompetencyList, Intake, Scope
from ctts.scheme.states import IntakeState

# The columns each simple part of the form may write.
DETAILS: dict[Part, tuple[str, ...]] = {
    Part.PERSONAL: ("legal_name", "certificate_name", "date_of_birth_on", "telephone", "address", "postcode"),
    Part.EMPLOYMENT: ("centre", "employed_there", "job_title", "department", "employed_since_on", "experience"),
}


def lock(application_id: int) -> Application:
    """The application, locked until the transaction ends; the first step of every action."""
    return Application.objects.select_for_update().get(pk=application_id)


def _editable(application_id: int, by: User) -> Application:
    application = lock(application_id)
    require(access.can_edit(by, application))
    return application


def _note(what: str, application: Application, by: User, now: datetime, **after: Any) -> None:
    action = f"applications.application.{what}"
    record(action, by=by, at=now, about=application, within=application.applicant_id, after=after)


@transaction.atomic
def start_application(*, by: User, now: datetime) -> Application:
    """Begin an application for the intake of today; one that is open already is returned (A1).

    Raises Invalid while no intake is open, TooLate when a second press of the same button won.
    """
    existing = Application.objects.filter(applicant=by).exclude(state__in=FINAL).first()
    if existing is not None:
        return existing
    intake = scheme_queries.intake_of(now)
    if intake.state != IntakeState.OPEN:
        raise Invalid(f"Applications for {intake} are not open yet. The dates are on the front page.")
    try:
        with transaction.atomic():
            application = Application.objects.create(
                applicant=by, intake=intake, started_at=now, legal_name=by.full_name, certificate_name=by.full_name
            )
    except IntegrityError as problem:
        raise TooLate(f"You have an application for {intake} already.") from problem
    _note("started", application, by, now, intake=intake.pk)
    return application


@transaction.atomic
def keep_draft(
    *, by: User, now: datetime, application_id: int, part: Part, fields: Mapping[str, Any], seen_version: int
) -> ApplicationDraft:
    """Keep what is typed in a part, valid or not, without judging it (screens 13).

    Raises NotAllowed or TooLate as saving would, NewerDraft when another tab saved since.
    """
    application = _editable(application_id, by)
    return drafts.keep(
        ApplicationDraft,
        owner_id=by.pk,
        form_key=f"{application.pk}:{part}",
        fields=fields,
        seen_version=seen_version,
        now=now,
    )


def _forget(application: Application, part: Part) -> None:
    drafts.forget(ApplicationDraft, owner_id=application.applicant_id, form_key=f"{application.pk}:{part}")


@transaction.atomic
def save_details(*, by: User, now: datetime, application_id: int, part: Part, values: Mapping[str, Any]) -> Application:
    """Save the columns of a simple part (`DETAILS`). Raises ValueError for a column of another part."""
    application = _editable(application_id, by)
    if set(values) - set(DETAILS[part]):
        raise ValueError(f"{sorted(set(values) - set(DETAILS[part]))} do not belong to the part {part}.")
    for name, value in values.items():
        setattr(application, name, value)
    application.save(update_fields=list(values))
    _forget(application, part)
    _note("part_saved", application, by, now, part=str(part))
    return application


@transaction.atomic
def name_supervisor(*, by: User, now: datetime, application_id: int, name: str, email: str) -> Application:
    """Name the Training Supervisor; they are invited when the application is handed to them (A2).

    Raises Invalid for the applicant's own address.
    """
    application = _editable(application_id, by)
    if email.casefold() == by.email.casefold():
        raise Invalid(
            "You cannot be your own Training Supervisor. Give the e-mail address of your supervisor.", "email"
        )
    application.supervisor_name, application.supervisor_email = name, email
    application.supervisor = person_by_email(email) if application.received_at else None
    application.save(update_fields=["supervisor_name", "supervisor_email", "supervisor"])
    _forget(application, Part.SUPERVISOR)
    _note("supervisor_named", application, by, now)
    return application


@transaction.atomic
def use_list(*, by: User, now: datetime, application_id: int, scope: Scope) -> CompetencyList:
    """Choose the scope, and give the applicant a list of its published framework to fill (S2, S3).

    Raises Invalid for a scope that is not offered or has no framework, and when a list of another scope is not empty.
    """
    application = _editable(application_id, by)
    framework = scheme_queries.framework_for(scope)
    if not scope.offered or framework is None:
        raise Invalid(f"{scope} does not take applications at present. Choose another scope of practice.", "scope")
    current = application.competency_list
    if current is not None and current.framework.scope_id == scope.pk and current.frozen_at is None:
        return current
    if current is not None and current.framework.scope_id == scope.pk:
        chosen = scheme.copy_list(by=by, now=now, list_id=current.pk)
    else:
        chosen = scheme.start_list(by=by, now=now, framework=framework)
    application.scope, application.competency_list = scope, chosen
    application.save(update_fields=["scope", "competency_list"])
    _forget(application, Part.SCOPE)
    _note("scope_chosen", application, by, now, scope=scope.code)
    return chosen


@transaction.atomic
def add_qualification(
    *, by: User, now: datetime, application_id: int, key: UUID, values: Mapping[str, Any]
) -> Qualification:
    """Add a qualification; `key` is the form's idempotency key. Raises TooLate when it was added already."""
    application = _editable(application_id, by)
    try:
        with transaction.atomic():
            row = Qualification.objects.create(application=application, key=key, **values)
    except IntegrityError as problem:
        raise TooLate("This qualification was added already.") from problem
    _forget(application, Part.QUALIFICATIONS)
    _note("qualification_added", application, by, now, qualification=row.pk)
    return row


@transaction.atomic
def change_qualification(*, by: User, now: datetime, qualification_id: int, values: Mapping[str, Any]) -> Qualification:
    """Change a qualification. Raises NotAllowed or TooLate as every part."""
    row = Qualification.objects.get(pk=qualification_id)
    application = _editable(row.application_id, by)
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    _note("qualification_changed", application, by, now, qualification=row.pk)
    return row


@transaction.atomic
def remove_qualification(*, by: User, now: datetime, qualification_id: int) -> None:
    """Take a qualification off the form; its certificate stays with the applicant's files."""
    row = Qualification.objects.get(pk=qualification_id)
    application = _editable(row.application_id, by)
    _note("qualification_removed", application, by, now, qualification=row.pk)
    row.delete()


@transaction.atomic
def save_english(*, by: User, now: datetime, application_id: int, values: Mapping[str, Any]) -> EnglishEvidence:
    """Save how English is shown (A3 d)."""
    application = _editable(application_id, by)
    row, _ = EnglishEvidence.objects.update_or_create(application=application, defaults=dict(values))
    _forget(application, Part.ENGLISH)
    _note("part_saved", application, by, now, part=str(Part.ENGLISH))
    return row


@transaction.atomic
def enter_purchase_order(
    *, by: User, now: datetime, application_id: int, key: UUID, document: Document, values: Mapping[str, Any]
) -> PurchaseOrder:
    """Enter the employer's purchase order; an earlier one is superseded (A2, A3 f). Amounts in pence.

    Raises TooLate when this one was entered already.
    """
    application = _editable(application_id, by)
    for earlier in application.purchase_orders.filter(state__in=PurchaseOrderState.current()).select_for_update():
        change_state(earlier, PURCHASE_ORDER_MOVES, "supersede")
    try:
        with transaction.atomic():
            order = PurchaseOrder.objects.create(
                application=application, key=key, document=document, entered_at=now, entered_by=by, **values
            )
    except IntegrityError as problem:
        raise TooLate("This purchase order was entered already.") from problem
    _forget(application, Part.PURCHASE_ORDER)
    _note("purchase_order_entered", application, by, now, purchase_order=order.pk, gross_pence=order.gross_pence)
    return order


@transaction.atomic
def save_adjustments(*, by: User, now: datetime, application_id: int, wanted: bool, reason: str = "") -> Application:
    """Answer whether reasonable adjustments are asked for; the reason goes encrypted to the vault (A5).

    Raises Invalid when they are asked for without a word about them.
    """
    application = _editable(application_id, by)
    if wanted and not reason.strip() and not application.adjustment_requests.exists():
        raise Invalid("Say in a few words what would help you. Only named readers will see it.", "reason")
    if wanted and reason.strip():
        AdjustmentRequest.objects.create(person=by, application=application, sealed=vault.seal(reason), asked_at=now)
    application.wants_adjustments = wanted
    application.save(update_fields=["wants_adjustments"])
    _note("adjustments_answered", application, by, now)
    return application


@transaction.atomic
def read_adjustment(*, by: User, now: datetime, request_id: int) -> str:
    """The reason of an adjustment; the reading is noted where the person sees it (A5).

    Raises NotAllowed for anyone but the person and named readers.
    """
    request = AdjustmentRequest.objects.get(pk=request_id)
    require(access.can_read_reason(by, request, london_date(now)))
    if by.pk != request.person_id:
        AdjustmentReading.objects.create(request=request, reader=by, read_at=now)
        record("applications.adjustment.read", by=by, at=now, about=request, within=request.person_id)
    return vault.unseal(request.sealed)


@transaction.atomic
def declare(*, by: User, now: datetime, application_id: int, version: str) -> Declaration:
    """Make the declaration in the words of its current version (A2).

    Raises TooLate when the words changed since the page was opened.
    """
    application = _editable(application_id, by)
    if version != declaration.VERSION:
        raise TooLate("The words of the declaration changed. Reload the page and read them again.")
    made = Declaration.objects.create(
        application=application,
        version=version,
        text_sha256=declaration.SHA256,
        declared_at=now,
        declared_by=by,
    )
    _note("declared", application, by, now, version=version)
    return made


def next_intake_after(intake: Intake) -> Intake:
    """The intake that follows in time. Raises Intake.DoesNotExist when none was entered ahead."""
    later = Intake.objects.filter(enrolment_on__gt=intake.enrolment_on).order_by("enrolment_on").first()
    if later is None:
        raise Intake.DoesNotExist(f"No intake is entered after {intake}.")
    return later
