"""From the applicant to the supervisor to the office and back; a hand-over freezes what is handed over (A2, A6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from applications import access, notices, queries
from applications.actions._adjusting import tell_readers
from applications.actions._steps import (
    freeze,
    keep_copy,
    let_go_of_draft_list,
    list_documents,
    lock,
    move,
    next_intake_after,
    note,
    office_for,
    reopen_list,
    require_nameable,
    tell,
    whoever_reviews,
)
from applications.declaration import RETURN, SUPPORT, TO_CONFIRM
from applications.models import Application, InformationPoint, Receipt, SupervisorAnswer
from applications.rules import missing_before_supervisor, received_after_reply
from applications.states import ROLLS_OVER, ApplicationState
from ctts.accounts.actions import Invited, invite, require_second_factor
from ctts.accounts.models import User
from ctts.accounts.states import AuthenticationEvent
from ctts.common.clock import london_date
from ctts.common.verdict import Invalid, TooLate, require
from ctts.organisations.queries import people_with
from ctts.organisations.states import Role
from ctts.scheme import queries as scheme_queries


@transaction.atomic
def ask_supervisor(*, by: User, now: datetime, application_id: int) -> Application:
    """Hand the application to the Training Supervisor: list and plan are frozen, the supervisor is invited (A2).

    Raises Invalid naming the first part that is missing, NotAllowed for anyone but the applicant.
    """
    application = lock(application_id)
    require(access.can_hand_over(by, application))
    freeze(application, now)
    _require_whole(application, queries.Given(application), now)
    invited = _invite_supervisor(application, application.supervisor_address, by, now)
    application.supervisor = invited.person
    application.save(update_fields=["supervisor"])
    move(application, "ask_supervisor", by=by, now=now)
    _tell_supervisor(application, invited, now)
    _tell_coordinators(application, now)
    return application


def _tell_coordinators(application: Application, now: datetime) -> None:
    """Those of the centre hear once of each supervisor who is named, and may object (A2)."""
    for coordinator in people_with(Role.COORDINATOR, london_date(now), application.centre_id):
        tell(notices.COORDINATOR_TOLD, application, coordinator, now, f"of{application.supervisor_id}")


def _tell_supervisor(application: Application, invited: Invited, now: datetime) -> None:
    turn = f"turn{now:%Y%m%d%H%M%S%f}"  # each hand-over is told, also one after the applicant took it back
    if invited.invitation is None:
        tell(notices.SUPERVISOR_ASKED, application, invited.person, now, turn)
    else:
        link = str(invited.invitation.pk)
        tell(notices.SUPERVISOR_INVITED, application, invited.person, now, turn, link=link)


def _require_whole(application: Application, given: queries.Given, now: datetime) -> None:
    """Raise Invalid naming the first part that is missing, the supervisor's own left out (A2)."""
    missing = missing_before_supervisor(queries.facts_of(application, london_date(now), given))
    if missing:
        raise Invalid(f"{missing[0].part.label}: {missing[0].reason}")


def _invite_supervisor(application: Application, email: str, by: User, now: datetime) -> Invited:
    require_nameable(email, now)
    return invite(
        email=email,
        full_name=application.supervisor_name,
        purpose=TO_CONFIRM,
        by=by,
        now=now,
        second_factor_required=True,
    )


@transaction.atomic
def confirm_support(
    *, by: User, now: datetime, application_id: int, level_six: str, seen: str, authentication: AuthenticationEvent
) -> Application:
    """The supervisor confirms support and plan; the application is complete, received, and has its intake (A2, I1, I4).

    Who is named in the place of a supervisor who left after they confirmed, confirms what is received already, as does
    whoever confirmed it before list or plan changed: it stays where it is. `seen` is the digest of what was shown.
    Raises NotAllowed for anyone but the named supervisor, TooLate when it no longer waits or changed since and where
    they apply or train themselves, Invalid without the statement on level 6, or when something is missing for the
    intake of this moment (its fee may be another).
    """
    application = lock(application_id)
    require(access.can_confirm(by, application, london_date(now)))
    given, anew = queries.Given(application), access.is_asked_anew(application)
    if seen != queries.shown_digest(application, given):
        raise TooLate("The application changed since you opened it. Read it again before you confirm it.")
    if not level_six.strip():
        raise Invalid("Say how the plan reaches FHEQ level 6 by the end.", "level_six")
    if not anew:
        _receive(application, now)
    _require_whole(application, given, now)
    list_documents(application, given, now)
    _answer(application, by, now, authentication, meaning="confirmed", level_six=level_six, seen=seen)
    if not by.second_factor_required:  # from now on it is: they act as a Training Supervisor
        require_second_factor(person=by, by=by, now=now)
    if anew:
        return _confirmed_anew(application, by, now)
    move(application, "confirm", by=by, now=now, intake=application.intake_id)
    tell(notices.RECEIVED, application, application.applicant, now, "received")
    for member in office_for(application, now):
        tell(notices.ARRIVED, application, member, now, "received")
    tell_readers(application, now)
    return application


def _confirmed_anew(application: Application, by: User, now: datetime) -> Application:
    """It stays received as it was (I4): applicant and office hear that the supervisor's confirmation is there."""
    answers = application.supervisor_answers.filter(meaning="confirmed", signer=by).count()
    again = answers > 1
    application.another_asked_at = None
    application.save(update_fields=["another_asked_at"])
    note("application.confirmed_again" if again else "application.confirmed_anew", application, by, now)
    for person in (application.applicant, *whoever_reviews(application, now)):
        key = f"anew{application.supervisor_answers.count()}"
        tell(notices.CONFIRMED_ANEW, application, person, now, key, context={"again": again})
    return application


def _receive(application: Application, now: datetime) -> None:
    """The application is complete at this instant, which decides its intake (I1, I4). Raises Invalid while that is not
    open."""
    intake = queries.intake_if_received(application, now)
    if intake is None:
        raise Invalid(f"No intake is entered after {application.intake}. The office enters the next ones first.")
    if words := queries.not_open_yet(intake, london_date(now)):
        raise Invalid(words)
    if intake != application.intake:
        application.late_until_on = None
    application.received_at = application.received_at or now
    application.counts_from = now
    application.intake = intake
    application.save(update_fields=["received_at", "counts_from", "intake", "late_until_on"])
    Receipt.objects.create(application=application, received_at=now, intake=intake)


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
        statement=SUPPORT if meaning == "confirmed" else RETURN,
        content_sha256=seen,
        signed_at=now,
        authenticated_at=min(authentication.at, now),
        authenticated_with=authentication.method,
        level_six=level_six,
        reason=reason,
    )


@transaction.atomic
def return_to_applicant(
    *, by: User, now: datetime, application_id: int, reason: str, seen: str, authentication: AuthenticationEvent
) -> Application:
    """The supervisor gives the application back with what should change; list and plan open again (A6).

    Raises NotAllowed, TooLate as confirming; Invalid without a reason.
    """
    application = lock(application_id)
    require(access.can_return(by, application))
    if seen != queries.shown_digest(application):
        raise TooLate("The application changed since you opened it. Read it again before you return it.")
    if not reason.strip():
        raise Invalid("Say what should change; the applicant reads it.", "reason")
    answer = _answer(application, by, now, authentication, meaning="returned", seen=seen, reason=reason)
    keep_copy(application, now, returned=answer)
    reopen_list(application, by, now)
    move(application, "return_to_applicant", by=by, now=now)
    turn = f"turn{application.supervisor_answers.count()}"
    tell(notices.RETURNED, application, application.applicant, now, turn, context={"reason": reason})
    return application


@transaction.atomic
def take_back(*, by: User, now: datetime, application_id: int) -> Application:
    """The applicant takes it back from a supervisor who has not answered, to change it or to name another (A2).

    List and plan open again; nothing was received. Raises NotAllowed for anyone else, TooLate once they answered.
    """
    application = lock(application_id)
    require(access.can_take_application_back(by, application))
    reopen_list(application, by, now)
    move(application, "take_back", by=by, now=now)
    if application.supervisor is not None and application.supervisor.is_active:
        tell(notices.TAKEN_BACK, application, application.supervisor, now, f"{now:%Y%m%d%H%M%S%f}")
    return application


@transaction.atomic
def answer_information(*, by: User, now: datetime, application_id: int, answers: Mapping[int, str]) -> Application:
    """The applicant answers every point the office asked for; within 14 days the first received time is kept (I4).

    `answers` maps the id of a point to its answer. Raises Invalid for a point left without one and for a part that is
    no longer whole (A2), such as the purchase order where a late answer is received for an intake with a higher fee, or
    where nobody is named in the place of a supervisor who left; NotAllowed, TooLate.
    """
    application = lock(application_id)
    require(access.can_reply(by, application))
    request = application.information_requests.latest("asked_at")
    for point in request.points.all():
        text = answers.get(point.pk, "").strip()
        if not text:
            raise Invalid(f"Answer point {point.number}, or say why you cannot.", f"point_{point.number}")
        InformationPoint.objects.filter(pk=point.pk).update(answer=text, answered_at=now)
    freeze(application, now)
    given = queries.Given(application)
    _require_whole(application, given, now)
    list_documents(application, given, now)
    _keep_or_move_receipt(application, request.asked_at, now)
    if application.counts_from == now:  # complete again only where the order covers the fee of the intake it is for now
        _require_whole(application, given, now)
    named_anew, changed = application.names_another, queries.plan_changed_since_asked(application, given)
    move(application, "answer_information", by=by, now=now, intake=application.intake_id)
    if named_anew:
        _ask_another(application, by, now)
    elif changed and application.supervisor is not None:
        _ask_again(application, application.supervisor, by, now)
    if application.counts_from == now:  # received anew, perhaps for another intake with another fee
        again = {"by_answers": True}
        tell(notices.RECEIVED, application, application.applicant, now, f"received{request.pk}", context=again)
    for member in whoever_reviews(application, now):
        tell(notices.ANSWERED, application, member, now, f"request{request.pk}")
    return application


def _ask_another(application: Application, by: User, now: datetime) -> None:
    """Whoever is named in the place of the supervisor until now is asked to confirm; it stays received (A2, I4)."""
    former, before = application.supervisor, {"supervisor": application.supervisor_id}
    invited = _invite_supervisor(application, application.supervisor_email, by, now)
    application.supervisor, application.another_asked_at = invited.person, now
    application.save(update_fields=["supervisor", "another_asked_at"])
    after = {"supervisor": invited.person.pk}
    note("application.another_supervisor", application, by, now, before=before, after=after)
    _tell_supervisor(application, invited, now)
    _tell_coordinators(application, now)
    if former is not None and former.is_active and former != invited.person:
        tell(notices.REPLACED, application, former, now, f"by{invited.person.pk}")


def _ask_again(application: Application, supervisor: User, by: User, now: datetime) -> None:
    """List or plan changed after the supervisor confirmed them, whose signature is under what was there: they confirm
    it again; it stays received (A2, I4)."""
    application.another_asked_at = now
    application.save(update_fields=["another_asked_at"])
    note("application.asked_again", application, by, now)
    key = f"again{now:%Y%m%d%H%M%S%f}"
    tell(notices.SUPERVISOR_ASKED, application, supervisor, now, key, context={"again": True})


def _keep_or_move_receipt(application: Application, asked_at: datetime, now: datetime) -> None:
    """Whoever answers in time keeps the received time; a later answer takes a new one, and its intake (I4)."""
    received = application.counts_from or now  # the database sees to it that there is one
    numbers = scheme_queries.numbers_on(london_date(now))
    if received_after_reply(received, asked_at, now, numbers) != received:
        _receive(application, now)


@transaction.atomic
def withdraw(*, by: User, now: datetime, application_id: int, reason: str = "", seen: str = "") -> Application:
    """The applicant or the office ends the application before it is declined or enrolled (A6).

    `seen` is the state that the page showed; an empty one asks nothing. Raises NotAllowed for anyone else, TooLate when
    it has come to its end, went on since the page was opened or a colleague has claimed it, Invalid when the office,
    which ends somebody else's, gives no reason.
    """
    application = lock(application_id)
    require(access.can_withdraw(by, application, london_date(now)))
    if seen and seen != application.state:
        now_it_is = application.get_state_display()
        raise TooLate(f"It went on since you opened this page: it is now “{now_it_is}”. Nothing was withdrawn.")
    if by.pk != application.applicant_id and not reason.strip():
        raise Invalid("Say why: the applicant reads it.", "reason")
    let_go_of_draft_list(application)
    words = {"reason": reason.strip()} if reason.strip() else None
    move(application, "withdraw", by=by, now=now, words=words)
    for person in queries.hears_of_withdrawal(application, by, london_date(now)):
        tell(notices.WITHDRAWN, application, person, now, "withdrawn", context={"reason": reason.strip()})
    return application


@transaction.atomic
def hand_support_over(*, by: User, now: datetime, application_id: int, to: User) -> Application:
    """Another account of the same person is the Training Supervisor from now on; called by a merge of accounts only.

    What was signed stays signed by the account that signed it; a draft names the other address from now on. Raises
    TooLate when the application is over, Invalid when the account is the applicant's own.
    """
    application = lock(application_id)
    if not access.is_open(application):
        raise TooLate("This application has come to its end.")
    if to.pk == application.applicant_id:
        raise Invalid(f"{to.full_name} would be their own Training Supervisor. Merge the other way round.")
    before = {"supervisor": application.supervisor_id}
    application.supervisor = to
    if application.state == ApplicationState.DRAFT:  # nothing of it is confirmed, and handing over asks the address
        application.supervisor_email = to.email
    application.save(update_fields=["supervisor", "supervisor_email"])
    note("application.supervisor_merged", application, by, now, before=before, after={"supervisor": to.pk})
    return application


@transaction.atomic
def roll_over(*, by: None, now: datetime, application_id: int) -> Application:
    """At the cut-off a draft, or one that waits for its supervisor, moves to the next intake; its owners are told (I5).

    Called late it moves once, to the intake that is next by then. Running it again changes nothing: an application
    already in a later intake is left alone.
    """
    application = lock(application_id)
    intake = application.intake
    if application.state not in ROLLS_OVER or london_date(now) <= application.deadline_on:
        return application
    late = application.late_until_on  # each late entry has an end, and a message, of its own
    application.intake, application.late_until_on = next_intake_after(application, not_over_on=london_date(now)), None
    application.save(update_fields=["intake", "late_until_on"])
    before, after = {"intake": intake.pk}, {"intake": application.intake_id}
    note("application.rolled_over", application, by, now, before=before, after=after)
    people = [application.applicant]
    if application.state == ApplicationState.AWAITING_SUPERVISOR and application.supervisor is not None:
        people.append(application.supervisor)
    for person in people:
        tell(
            notices.ROLLED_OVER,
            application,
            person,
            now,
            f"intake{intake.pk}{f':{late}' if late else ''}",
            context={"missed": intake, "late": late},
        )
    return application


@transaction.atomic
def reopen_incomplete(*, by: None, now: datetime, application_id: int) -> bool:
    """Give an application back to the applicant that waits for its supervisor and is no longer whole (A2, I5).

    The purchase order that covered the fee of one intake need not cover that of the next: the supervisor could not
    confirm it. Both are told. Whether it was given back; False for one that is whole or waits no more.
    """
    application = lock(application_id)
    if application.state != ApplicationState.AWAITING_SUPERVISOR:
        return False
    missing = missing_before_supervisor(queries.facts_of(application, london_date(now)))
    if not missing:
        return False
    reopen_list(application, application.applicant, now)
    move(application, "reopen", by=by, now=now)
    told = {"lacking": missing[0].part.label, "reason": missing[0].reason}
    for person in (application.applicant, application.supervisor):
        if person is not None and person.is_active:
            tell(notices.REOPENED, application, person, now, f"{now:%Y%m%d%H%M%S%f}", context=told)
    return True
