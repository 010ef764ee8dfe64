"""What applicants and the supervisors they name do with an application (A1, A2, A4, A6)."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from applications.models import (
    Application,
    InformationRequest,
)
from applications.states import (
    APPLICATION_MOVES,
    CONFIRMED_ANEW,
    FINAL,
    FIXED_ONCE_RECEIVED,
    ApplicationState,
    Part,
)
from ctts.accounts.models import User
from ctts.common.moves import can_move
from ctts.common.verdict import YES, Verdict, late, no
from ctts.organisations.access import holds
from ctts.organisations.states import Role

EDITABLE = (ApplicationState.DRAFT, ApplicationState.INFORMATION_REQUESTED)


def is_open(application: Application) -> bool:
    """Whether anything can still follow (A6)."""
    return application.state not in FINAL


def applying_now() -> QuerySet[Application]:
    """The applications of people who are applicants now: anything can still follow (A6)."""
    return Application.objects.exclude(state__in=FINAL)


def can_edit(user: User, application: Application) -> Verdict:
    """The applicant edits while it is a draft or the office has asked for more (A1, A4)."""
    if user.pk != application.applicant_id:
        return no("Only the applicant fills in an application.")
    if application.state == ApplicationState.DEFERRED:
        return late("The application was put off to a later intake; its parts do not change meanwhile.")
    if application.state not in EDITABLE:
        return late("The application was handed in; its parts no longer change.")
    return YES


def can_change(user: User, application: Application, part: Part) -> Verdict:
    """Whether the applicant may change one part: what the supervisor confirmed stays as it is (A2, A4). Another one is
    named in the place of a supervisor who has no access any more, of one named anew who has not confirmed it, or where
    the office asks for it."""
    edit = can_edit(user, application)
    if edit and part == Part.SUPERVISOR and (lacks_supervisor(application) or asks_for_supervisor(application)):
        return edit
    if edit and application.received_at and part in FIXED_ONCE_RECEIVED:
        return late(f"“{part.label}” was confirmed by the Training Supervisor and no longer changes. Ask the office.")
    return edit


def has_left(application: Application) -> bool:
    """Whether whoever is asked to confirm it, or confirmed it, can no longer sign in (A2)."""
    return application.supervisor is not None and not application.supervisor.is_active


def lacks_supervisor(application: Application) -> bool:
    """Whether another supervisor can be named for what is received: whoever confirmed it has left, or the one named in
    their place has not confirmed it, who may be the wrong one (A2)."""
    return has_left(application) or application.another_asked_at is not None


def asks_for_supervisor(application: Application) -> bool:
    """Whether the office's open questions speak of the Training Supervisor of what is received (A2, A4)."""
    if application.state != ApplicationState.INFORMATION_REQUESTED:
        return False
    newest = InformationRequest.objects.filter(application=application.pk).first()
    return newest is not None and newest.points.filter(part=Part.SUPERVISOR).exists()


def can_hand_over(user: User, application: Application) -> Verdict:
    """The applicant hands a draft to the Training Supervisor (A2, A6)."""
    edit = can_edit(user, application)
    if edit and application.state != ApplicationState.DRAFT:
        return late("Your supervisor has confirmed this application. Send your answers to the office instead.")
    return edit


def can_take_application_back(user: User, application: Application) -> Verdict:
    """The applicant takes it back while the Training Supervisor has not answered (A2)."""
    if user.pk != application.applicant_id:
        return no("Only the applicant takes an application back.")
    return can_move(application, APPLICATION_MOVES, "take_back")


def can_reply(user: User, application: Application) -> Verdict:
    """The applicant answers what the office asked for (A4, I4)."""
    edit = can_edit(user, application)
    if edit and application.state != ApplicationState.INFORMATION_REQUESTED:
        return late("The office has not asked anything.")
    return edit


def is_asked_anew(application: Application) -> bool:
    """Whether it waits, received, for the confirmation of another Training Supervisor, or of the same one again since
    list or plan changed (A2)."""
    return application.another_asked_at is not None and application.state in CONFIRMED_ANEW


def can_answer(user: User, application: Application) -> Verdict:
    """The named Training Supervisor confirms while it waits for them (A2)."""
    if user.pk != application.supervisor_id:
        return no("Only the Training Supervisor named in the application can confirm it.")
    if application.state != ApplicationState.AWAITING_SUPERVISOR and not is_asked_anew(application):
        return late("The application does not wait for your confirmation any more.")
    return YES


def can_confirm(user: User, application: Application, today: date) -> Verdict:
    """The same, unless they apply or train themselves by now (A2, E4)."""
    may = can_answer(user, application)
    if may and not can_be_named(user, today):
        return late(
            "You apply to the scheme or train in it yourself: you cannot be a Training Supervisor. "
            "Return the application, or tell the scheme office."
        )
    return may


def can_return(user: User, application: Application) -> Verdict:
    """The named Training Supervisor returns it until it was confirmed; what is received stays received (A6)."""
    may = can_answer(user, application)
    if may and application.state != ApplicationState.AWAITING_SUPERVISOR:
        return late("It is received already and does not go back. Tell the scheme office if you do not support it.")
    return may


UNFIT = "This address cannot be used here. Ask your supervisor for another of theirs, or ask the scheme office."


def can_be_named(person: User, today: date) -> Verdict:
    """Whether somebody with an account can be named as Training Supervisor: nobody who applies or trains, and nobody
    whose account is closed (A2, E4).

    Whoever went through the scheme can once the office has given them the role. The words are the same for all:
    they tell nobody who applies, trains, or has a closed account.
    """
    if not person.is_active:
        return no(UNFIT)
    if holds(person, Role.SUPERVISOR, today):
        return YES
    own = Application.objects.filter(applicant=person)
    if own.exclude(state__in=[ApplicationState.DECLINED, ApplicationState.WITHDRAWN]).exists():
        return no(UNFIT)
    return YES
