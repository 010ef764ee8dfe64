"""To which intake an application would belong if it were received now (I1, I4, I5)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from applications.models import Application
from applications.states import ApplicationState
from ctts.common.clock import london_date
from ctts.common.templatetags.formats import day
from ctts.scheme.models import Intake
from ctts.scheme.queries import intake_of
from ctts.scheme.states import IntakeState


def intake_if_received(application: Application, now: datetime) -> Intake | None:
    """The intake of this instant, or of a late entry that has not ended; the next in which this person has no other
    application. None while none is entered."""
    if application.late_until_on is not None and london_date(now) <= application.late_until_on:
        return application.intake
    return first_free(application, Intake.objects.filter(enrolment_on__gte=intake_of(now).enrolment_on))


def first_free(application: Application, among: QuerySet[Intake]) -> Intake | None:
    """The first of some intakes in which this person has no other application (A1)."""
    others = Application.objects.filter(applicant=application.applicant_id).exclude(pk=application.pk)
    taken = others.exclude(state=ApplicationState.WITHDRAWN).values("intake")
    return among.exclude(pk__in=taken).order_by("enrolment_on").first()


def not_open_yet(intake: Intake) -> str:
    """Why nothing is received for an intake, in words; empty once the office has opened it (I2, I6)."""
    if intake.state != IntakeState.PLANNED:
        return ""
    return f"Applications for {intake} are not open yet; they open on {day(intake.opens_on)}. Come back then."


def not_open_for(application: Application, now: datetime) -> str:
    """Why the supervisor, who has the application, cannot confirm it today; empty where they can (A2, I2)."""
    intake, today = application.intake, london_date(now)
    takes_it = intake.state == IntakeState.OPEN and intake.opens_on <= today <= application.deadline_on
    if takes_it or application.state != ApplicationState.AWAITING_SUPERVISOR:
        return ""
    following = intake_if_received(application, now)
    return not_open_yet(following) if following else ""
