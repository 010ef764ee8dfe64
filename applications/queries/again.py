"""From when somebody whose application has ended may apply again (A1, I1)."""

from __future__ import annotations

from datetime import datetime

from applications.models import Application
from applications.queries.going_on import is_training
from applications.states import FINAL, ApplicationState
from ctts.accounts.models import User
from ctts.common.templatetags.formats import day
from ctts.scheme.models import Intake
from ctts.scheme.queries import intake_of, intakes


def not_yet(user: User, now: datetime) -> str:
    """Why a person begins no application today, and from when and for which intake they may; empty when they may, or
    when it is the intake that is not open.

    One application a person and intake: after a decision only the next intake is theirs, a withdrawn one is none.
    """
    had = Application.objects.filter(applicant=user).exclude(state=ApplicationState.WITHDRAWN)
    states = dict(had.values_list("intake", "state"))
    if is_training(user):
        return "You are a trainee of the scheme. Apply again once your training here has ended."
    if set(states.values()) - FINAL:
        return "Another application of yours goes on; begin no second one beside it."
    try:
        intake = intake_of(now) if states else None
    except Intake.DoesNotExist:
        return ""
    if intake is None or intake.pk not in states:
        return ""
    following = intakes().filter(enrolment_on__gt=intake.enrolment_on).first()
    then = f"for {following} from {day(following.opens_on)} on" if following else "once the next intake is entered"
    return f"You have had an application for {intake} already. You may apply again {then}."
