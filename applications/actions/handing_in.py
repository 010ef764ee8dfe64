"""From the applicant to the supervisor to the office and back; a hand-over freezes what is handed over (A2, A6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from applications import access, notices, queries
from applications.actions.writing import lock, next_intake_after
from applications.models import Application, InformationPoint, Receipt, SupervisorAnswer
from applications.rules import missing_before_supervisor, received_after_reply
from applications.states import APPLICATION_MOVES, ROLLS_OVER
from ctts.accounts.actions import invite
from ctts.accounts.models import User
from ctts.accounts.states import AuthenticationEvent
from ctts.audit.actions import record
from ctts.common.clock import london_date
from ctts.common.digest import sha256
from ctts.common.moves import change_state
from ctts.common.verdict import Invalid, TooLate, require
from ctts.notifications.actions import notify
from ctts.notifications.notices import Notice
from ctts.organisations.queries import people_with
from ctts.organisations.states import Role
from ctts.scheme import actions as scheme
from ctts.scheme import queries as scheme_queries

STATEMENT = (
    "I support this application as the applicant's Training Supervisor, I have read the training plan, and my "
    "department will give the time and supervision it needs."
)


def move(application: Application, step: str, *, by: User | None, now: datetime, **after: Any) -> None:
    """Take a step of A6 and put it on the audit. Raises TooLate when it is not legal from the present state."""
    before = {"state": str(application.state)}
    change_state(application, APPLICATION_MOVES, step)
    facts = {"state": str(application.state), **after}
    what = f"applications.application.{step}"
    record(what, by=by, at=now, about=application, within=application.applicant_id, before=before, after=facts)


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


def shown_digest(application: Application) -> str:
    """The digest of exactly what a supervisor confirms: who, where, what scope, list and plan (quality rule 8)."""
    found = application.competency_list
    return sha256(
        {
            "application": application.pk,
            "applicant": application.applicant_id,
            "name": application.legal_name,
            "centre": application.centre_id,
            "job": application.job_title,
            "experience": application.experience,
            "scope": application.scope_id,
            "list": found.sha256 if found and found.sha256 else None,
        }
    )


@transaction.atomic
def ask_supervisor(*, by: User, now: datetime, application_id: int) -> Application:
    """Hand the application to the Training Supervisor: list and plan are frozen, the supervisor is invited (A2).

    Raises Invalid naming the first part that is missing, NotAllowed for anyone but the applicant.
    """
    application = lock(application_id)
    require(access.can_edit(by, application))
    missing = missing_before_supervisor(queries.facts_of(application, london_date(now)))
    if missing:
        raise Invalid(missing[0].reason)
    _freeze(application, now)
    invited = invite(
        email=application.supervisor_email,
        full_name=application.supervisor_name,
        purpose=f"to confirm the application of {application.legal_name}",
        by=by,
        now=now,
        second_factor_required=True,
    )
    application.supervisor = invited.person
    application.save(update_fields=["supervisor"])
    move(application, "ask_supervisor", by=by, now=now)
    turn = f"turn{application.supervisor_answers.count()}"
    if invited.invitation is None:
        tell(notices.SUPERVISOR_ASKED, application, invited.person, now, turn)
    else:
        link = str(invited.invitation.pk)
        tell(notices.SUPERVISOR_INVITED, application, invited.person, now, turn, link=link)
    for coordinator in people_with(Role.COORDINATOR, london_date(now), application.centre_id):
        tell(notices.COORDINATOR_TOLD, application, coordinator, now, "once")
    return application


def _freeze(application: Application, now: datetime) -> None:
    found = application.competency_list
    if found is not None and found.frozen_at is None:
        scheme.freeze_list(by=application.applicant, now=now, list_id=found.pk)
        found.refresh_from_db()


def reopen_list(application: Application, by: User, now: datetime) -> None:
    """Give the applicant the next version of list and plan to work on."""
    if application.competency_list_id is not None:
        application.competency_list = scheme.copy_list(by=by, now=now, list_id=application.competency_list_id)
        application.save(update_fields=["competency_list"])


@transaction.atomic
def confirm_support(
    *, by: User, now: datetime, application_id: int, level_six: str, seen: str, authentication: AuthenticationEvent
) -> Application:
    """The supervisor confirms support and plan; the application is complete, received, and has its intake (A2, I1, I4).

    `seen` is the digest of what the page showed. Raises NotAllowed for anyone but the named supervisor, TooLate when
    it no longer waits or changed since, Invalid without the statement on level 6.
    """
    application = lock(application_id)
    require(access.can_answer(by, application))
    if seen != shown_digest(application):
        raise TooLate("The application changed since you opened it. Read it again before you confirm it.")
    if not level_six.strip():
        raise Invalid("Say how the plan reaches FHEQ level 6 by the end.", "level_six")
    _answer(application, by, now, authentication, meaning="confirmed", level_six=level_six, seen=seen)
    _receive(application, now)
    move(application, "confirm", by=by, now=now, intake=application.intake_id)
    tell(notices.RECEIVED, application, application.applicant, now, "received")
    for member in people_with(Role.OFFICE, london_date(now)):
        tell(notices.ARRIVED, application, member, now, "received")
    return application


def _receive(application: Application, now: datetime) -> None:
    application.received_at = application.received_at or now
    application.counts_from = now
    application.intake = scheme_queries.intake_of(now)
    application.save(update_fields=["received_at", "counts_from", "intake"])
    Receipt.objects.create(application=application, received_at=now, intake=application.intake)


def _answer(
    application: Application,
    by: User,
    now: datetime,
    authentication: AuthenticationEvent,
    *,
    meaning: str,
    seen: str,
    level_six: str = "",
    reason: str = "",
) -> SupervisorAnswer:
    return SupervisorAnswer.objects.create(
        application=application,
        signer=by,
        printed_name=by.full_name,
        role="Training Supervisor",
        meaning=meaning,
        statement=STATEMENT if meaning == "confirmed" else "I return this application to the applicant.",
        content_sha256=seen,
        signed_at=now,
        authenticated_at=min(authentication.at, now),
        authenticated_with=authentication.method,
        level_six=level_six,
        reason=reason,
    )


@transaction.atomic
def return_to_applicant(
    *, by: User, now: datetime, application_id: int, reason: str, authentication: AuthenticationEvent
) -> Application:
    """The supervisor gives the application back with what should change; list and plan open again (A6).

    Raises NotAllowed, TooLate as confirming; Invalid without a reason.
    """
    application = lock(application_id)
    require(access.can_answer(by, application))
    if not reason.strip():
        raise Invalid("Say what should change; the applicant reads it.", "reason")
    _answer(application, by, now, authentication, meaning="returned", seen=shown_digest(application), reason=reason)
    reopen_list(application, by, now)
    move(application, "return_to_applicant", by=by, now=now)
    turn = f"turn{application.supervisor_answers.count()}"
    tell(notices.RETURNED, application, application.applicant, now, turn, context={"reason": reason})
    return application


@transaction.atomic
def answer_information(*, by: User, now: datetime, application_id: int, answers: Mapping[int, str]) -> Application:
    """The applicant answers every point the office asked for; within 14 days the first received time is kept (I4).

    `answers` maps the id of a point to its answer. Raises Invalid for a point left without one, NotAllowed, TooLate.
    """
    application = lock(application_id)
    require(access.can_edit(by, application))
    if application.received_at is None or application.counts_from is None:
        raise TooLate("The office has not asked anything.")
    request = application.information_requests.latest("asked_at")
    for point in request.points.all():
        text = answers.get(point.pk, "").strip()
        if not text:
            raise Invalid(f"Answer point {point.number}, or say why you cannot.", f"point_{point.pk}")
        InformationPoint.objects.filter(pk=point.pk).update(answer=text, answered_at=now)
    numbers = scheme_queries.numbers_on(london_date(now))
    counts_from = received_after_reply(application.counts_from, request.asked_at, now, numbers)
    if counts_from != application.counts_from:
        _receive(application, now)
    _freeze(application, now)
    move(application, "answer_information", by=by, now=now, intake=application.intake_id)
    if application.claimed_by is not None:
        tell(notices.ANSWERED, application, application.claimed_by, now, f"request{request.pk}")
    return application


@transaction.atomic
def withdraw(*, by: User, now: datetime, application_id: int, reason: str = "") -> Application:
    """The applicant or the office ends the application before it is declined or enrolled (A6).

    Raises NotAllowed for anyone else, TooLate when it has come to its end.
    """
    application = lock(application_id)
    require(access.can_withdraw(by, application, london_date(now)))
    waited_for_supervisor = application.supervisor
    move(application, "withdraw", by=by, now=now)
    others = {application.applicant, waited_for_supervisor, application.claimed_by} - {by}
    for person in sorted((person for person in others if person is not None), key=lambda person: person.pk):
        tell(notices.WITHDRAWN, application, person, now, "withdrawn", context={"reason": reason})
    return application


@transaction.atomic
def roll_over(*, by: None, now: datetime, application_id: int) -> Application:
    """At the cut-off a draft, or one that waits for its supervisor, moves to the next intake; its owners are told (I5).

    Running it again changes nothing: an application already in a later intake is left alone.
    """
    application = lock(application_id)
    intake = application.intake
    if application.state not in ROLLS_OVER or london_date(now) <= intake.cutoff_on:
        return application
    application.intake = next_intake_after(intake)
    application.save(update_fields=["intake"])
    after = {"from": intake.pk, "to": application.intake_id}
    what = "applications.application.rolled_over"
    record(what, by=by, at=now, about=application, within=application.applicant_id, after=after)
    waiting = [application.supervisor] if application.state == "awaiting_supervisor" and application.supervisor else []
    for person in [application.applicant, *waiting]:
        tell(notices.ROLLED_OVER, application, person, now, f"intake{intake.pk}", context={"missed": intake})
    return application
