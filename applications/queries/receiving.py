"""To which intake an application would belong if it were received now (I1, I4, I5)."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import QuerySet

from applications.models import Application
from applications.states import ApplicationState
from ctts.common.clock import london_date
from ctts.common.templatetags.formats import day
from ctts.scheme.models import Intake
from ctts.scheme.queries import intake_of, intakes, open_intakes
from ctts.scheme.states import IntakeState


def intake_if_received(application: Application, now: datetime) -> Intake | None:
    """The intake of this instant, or of a late entry that has not ended; the next in which this person has no other
    application. None while none is entered."""
    if application.late_until_on is not None and london_date(now) <= application.late_until_on:
        return application.intake
    try:
        wanted = intake_of(now)
    except Intake.DoesNotExist:
        return None
    return first_free(application, Intake.objects.filter(enrolment_on__gte=wanted.enrolment_on))


def next_intake_of(application: Application, not_over_on: date | None = None) -> Intake | None:
    """The intake that follows the application's in time and in which this person has no other application (A1, I5).

    With `not_over_on`, the first whose cut-off is not over on that London day. None while none is entered.
    """
    later = Intake.objects.filter(enrolment_on__gt=application.intake.enrolment_on)
    return first_free(application, later if not_over_on is None else later.filter(cutoff_on__gte=not_over_on))


def first_free(application: Application, among: QuerySet[Intake]) -> Intake | None:
    """The first of some intakes in which this person has no other application (A1)."""
    others = Application.objects.filter(applicant=application.applicant_id).exclude(pk=application.pk)
    taken = others.exclude(state=ApplicationState.WITHDRAWN).values("intake")
    return among.exclude(pk__in=taken).order_by("enrolment_on").first()


def not_open_yet(intake: Intake, today: date) -> str:
    """Why nothing is received for an intake, in words; empty once it is open (I2, I6)."""
    if intake.state != IntakeState.PLANNED:
        return ""
    if intake.opens_on > today:
        when = f"on {day(intake.opens_on)}"
    else:
        when = "once the scheme office has set the fee" if intake.fee_gross_pence is None else "within a few minutes"
    return f"Applications for {intake} are not open yet; they open {when}."


def none_open(today: date) -> str:
    """Why nobody can begin an application today, and from when one can, in words; empty while an intake is open
    (I2, I6)."""
    if open_intakes().exists():
        return ""
    following = intakes().filter(state=IntakeState.PLANNED, cutoff_on__gte=today).first()
    then = not_open_yet(following, today) if following else "The dates of the next one are not entered yet."
    return f"No intake is open today. {then}"


def not_open_for(application: Application, now: datetime) -> str:
    """Why the supervisor, who has the application, cannot confirm it today; empty where they can (A2, I2)."""
    intake, today = application.intake, london_date(now)
    takes_it = intake.state == IntakeState.OPEN and intake.opens_on <= today <= application.deadline_on
    if takes_it or application.state != ApplicationState.AWAITING_SUPERVISOR:
        return ""
    following = intake_if_received(application, now)
    return not_open_yet(following, today) if following else ""
