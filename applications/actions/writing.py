"""Filling in an application, part by part (A1, A2). Each part can be saved on its own, in any order.

`seen` is the version of the part that the page showed (`queries.part_version`); empty asks nothing. Raises StalePart
when another window saved since.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from applications import access, declaration
from applications.actions._steps import editable, forget, fresh, note, require_nameable
from applications.models import Application, ApplicationDraft, Declaration, EligibilityCheck, Enquiry
from applications.queries import draft_key, has_late_code, is_training, not_yet, open_application
from applications.rules import Checked, TypedParts
from applications.states import Part
from ctts.accounts.models import User
from ctts.accounts.queries import locked_person
from ctts.common import drafts
from ctts.common.clock import london_date
from ctts.common.races import taken_means
from ctts.common.verdict import Invalid, TooLate
from ctts.scheme import actions as scheme
from ctts.scheme import queries as scheme_queries
from ctts.scheme.models import CompetencyList, Framework, Intake, Scope
from ctts.scheme.states import IntakeState

# The columns each simple part of the form may write.
DETAILS: dict[Part, tuple[str, ...]] = {
    Part.PERSONAL: ("legal_name", "certificate_name", "date_of_birth_on", "telephone", "address", "postcode"),
    Part.EMPLOYMENT: ("centre", "employed_there", "job_title", "department", "employed_since_on", "experience"),
}


@transaction.atomic
def start_application(
    *, by: User, now: datetime, checked: Checked | None = None, enquiry_id: int | None = None
) -> Application:
    """Begin an application for the intake of today; one that is open already is returned as it is (A1).

    `checked`: the eligibility check it is begun from. What it said is kept, and what was answered there stands in the
    parts as text still to be saved; likewise scope and centre of an answered enquiry that it is begun from, where the
    check says nothing. Whoever was given a code for a late entry begins while no intake is open, too, and uses it then
    (I5). Raises Invalid while no intake is open, TooLate after a decision in the same intake and while one trains.
    """
    existing = open_application(locked_person(by))
    if existing is not None:
        return existing
    intake = _intake_of_today(by, now)
    if is_training(by):
        raise TooLate(not_yet(by, now))
    with taken_means(TooLate(f"You have had an application for {intake} already; the next intake comes after it.")):
        application = Application.objects.create(
            applicant=by, intake=intake, started_at=now, legal_name=by.full_name, certificate_name=by.full_name
        )
    note("application.started", application, by, now, after={"intake": intake.pk})
    typed = _typed_in_enquiry(application, enquiry_id) if enquiry_id is not None else {}
    if checked is not None:
        EligibilityCheck.objects.create(application=application, results=list(checked.results), kept_at=now)
        typed = {**typed, **checked.typed}
    _take_over(application, typed, now)
    return application


def _typed_in_enquiry(application: Application, enquiry_id: int) -> TypedParts:
    """Bind the answered enquiry to what is begun from it, once; the text of the parts that it fills (A1)."""
    free = Enquiry.objects.select_for_update(no_key=True).filter(application=None, answered_at__isnull=False)
    made = free.filter(pk=enquiry_id).first()
    if made is None:
        return {}
    made.application = application
    made.save(update_fields=["application"])
    scope = {Part.SCOPE: {"scope": [str(made.scope_id)]}} if made.scope_id else {}
    return scope | ({Part.EMPLOYMENT: {"centre": [str(made.centre_id)]}} if made.centre_id else {})


def _take_over(application: Application, typed: TypedParts, now: datetime) -> None:
    """What was answered before there was an application is typed text of its parts, no more: nothing is saved."""
    ApplicationDraft.objects.bulk_create(
        ApplicationDraft(
            owner=application.applicant,
            form_key=draft_key(application, part),
            fields={name: list(values) for name, values in fields.items()},
            version=1,
            saved_at=now,
        )
        for part, fields in typed.items()
    )


def _intake_of_today(by: User, now: datetime) -> Intake:
    try:
        intake = scheme_queries.intake_of(now)
    except Intake.DoesNotExist as problem:
        raise Invalid("No intake is entered for these months yet. Ask the scheme office.") from problem
    if intake.state != IntakeState.OPEN and not has_late_code(by, london_date(now)):
        raise Invalid(f"Applications for {intake} are not open yet. The dates are on the front page.")
    return intake


@transaction.atomic
def keep_draft(
    *,
    by: User,
    now: datetime,
    application_id: int,
    part: Part,
    fields: Mapping[str, Any],
    seen_version: int,
    form: str = "",
    unsaved: bool = True,
) -> ApplicationDraft:
    """Keep what is typed in a form of a part, valid or not, without judging it (screens 13); `unsaved` says whether it
    differs from what is saved.

    Raises NotAllowed or TooLate as saving would, NewerDraft when another tab saved since, Invalid for far too much
    text, and for adjustments: their words are kept encrypted only (A5).
    """
    application = editable(application_id, by, part)
    if part == Part.ADJUSTMENTS:
        raise Invalid("What you write about adjustments is kept only once you save it, encrypted.")
    try:
        return drafts.keep(
            ApplicationDraft,
            owner_id=by.pk,
            form_key=draft_key(application, part, form),
            fields=fields,
            seen_version=seen_version,
            now=now,
            unsaved=unsaved,
        )
    except ValueError as problem:
        raise Invalid(str(problem)) from problem


@transaction.atomic
def save_details(
    *, by: User, now: datetime, application_id: int, part: Part, values: Mapping[str, Any], seen: str = ""
) -> Application:
    """Save the columns of a simple part (`DETAILS`). Raises ValueError for a column of another part.

    Raises Invalid for another centre once the supervisor has confirmed this one.
    """
    application = editable(application_id, by, part)
    if set(values) - set(DETAILS[part]):
        raise ValueError(f"{sorted(set(values) - set(DETAILS[part]))} do not belong to the part {part}.")
    fresh(application, part, seen)
    if application.received_at and values.get("centre", application.centre) != application.centre:
        raise Invalid(
            "Your supervisor confirmed this centre. To apply from another, withdraw and begin anew.", "centre"
        )
    for name, value in values.items():
        setattr(application, name, value)
    application.save(update_fields=list(values))
    forget(application, part)
    note("application.part_saved", application, by, now, after={"part": str(part)})
    return application


@transaction.atomic
def name_supervisor(
    *, by: User, now: datetime, application_id: int, name: str, email: str, seen: str = ""
) -> Application:
    """Name the Training Supervisor; they are invited when the application is handed to them (A2).

    Once it is received, that is another one in the place of who confirmed it and cannot be it any more, or of one who
    was named so and has not confirmed it. Raises Invalid for the applicant's own address and for that of somebody who
    applies or trains, TooLate once a supervisor has confirmed who can still sign in, unless the office asks
    for another.
    """
    application = editable(application_id, by, Part.SUPERVISOR)
    fresh(application, Part.SUPERVISOR, seen)
    if email.casefold() == by.email.casefold():
        raise Invalid(
            "You cannot be your own Training Supervisor. Give the e-mail address of your supervisor.", "email"
        )
    require_nameable(email, now)
    gone, other = access.has_left(application), email.casefold() != application.supervisor_address.casefold()
    if application.received_at is not None and (gone or other):  # asked once the answers are sent
        application.another_asked_at = now
    elif application.received_at is None and other:
        application.supervisor = None
    application.supervisor_name, application.supervisor_email = name, email
    application.save(update_fields=["supervisor_name", "supervisor_email", "supervisor", "another_asked_at"])
    forget(application, Part.SUPERVISOR)
    note("application.supervisor_named", application, by, now)
    return application


@transaction.atomic
def use_list(*, by: User, now: datetime, application_id: int, scope: Scope, seen: str = "") -> CompetencyList:
    """Choose the scope, and give the applicant a list of its published framework to fill (S2, S3).

    One that was chosen before it was offered no more stays chosen (S1). Raises Invalid for another scope that is not
    offered or has no framework, and when a list of another scope is not empty; TooLate once a supervisor has confirmed.
    """
    application = editable(application_id, by, Part.SCOPE)
    fresh(application, Part.SCOPE, seen)
    current = application.competency_list
    if current is not None and current.framework.scope_id == scope.pk:
        chosen = current
    else:
        framework = scheme_queries.framework_for(scope)
        if not scope.offered or framework is None:
            raise Invalid(f"{scope} does not take applications at present. Choose another scope of practice.", "scope")
        _let_go(application, framework, now)
        chosen = scheme.start_list(by=by, now=now, framework=framework)
    application.scope, application.competency_list = scope, chosen
    application.save(update_fields=["scope", "competency_list"])
    forget(application, Part.SCOPE)
    note("application.scope_chosen", application, by, now, after={"scope": scope.code})
    return chosen


def _let_go(application: Application, framework: Framework, now: datetime) -> None:
    """Make room for a list of `framework`: a list that is pointed at is protected, an unfinished one of an earlier
    application is closed as it stands where it follows another scope, or a version that is not offered any more."""
    current = application.competency_list
    if current is None:
        leftover = scheme_queries.draft_list(application.applicant_id)
        if leftover is not None and leftover.framework_id != framework.pk and leftover.items.exists():
            scheme.freeze_list(by=application.applicant, now=now, list_id=leftover.pk)
    elif current.items.exists():
        raise Invalid(scheme.OF_ANOTHER_SCOPE, "scope")
    application.competency_list = None
    application.save(update_fields=["competency_list"])


@transaction.atomic
def declare(*, by: User, now: datetime, application_id: int, version: str) -> Declaration:
    """Make the declaration in the words of its current version; made twice it stands once (A2).

    Raises TooLate when the words changed since the page was opened.
    """
    application = editable(application_id, by, Part.DECLARATION)
    if version != declaration.version_in_force():
        raise TooLate("The words of the declaration changed. Reload the page and read them again.")
    made: Declaration | None = application.declarations.filter(version=version).first()
    if made is None:
        made = Declaration.objects.create(
            application=application,
            version=version,
            text_sha256=declaration.digest_of(version),
            declared_at=now,
            declared_by=by,
        )
        note("application.declared", application, by, now, after={"version": version})
    forget(application, Part.DECLARATION)
    return made
