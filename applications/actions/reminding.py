"""Reminders before the cut-off (I5)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from applications import notices
from applications.models import Application
from applications.states import ROLLS_OVER, ApplicationState
from ctts.common.clock import london_date
from ctts.common.months import days_after
from ctts.notifications.actions import remind
from ctts.scheme.queries import numbers_on
from ctts.scheme.rules import reminder_step


@transaction.atomic
def remind_of_cutoff(*, by: None, now: datetime, application_id: int) -> int:
    """Remind the applicant, and the supervisor it waits for, 28, 7 and 1 days before the cut-off, once for each step.

    Returns how many people have been reminded of the present step. Called late it sends the latest step only, never
    the ones it missed (N); a step from before the application was begun is none.
    """
    application = Application.objects.select_related("intake", "applicant", "supervisor").get(pk=application_id)
    if application.state not in ROLLS_OVER:
        return 0
    steps = numbers_on(london_date(now)).cutoff_reminder_days
    cutoff_on = application.deadline_on
    step = reminder_step(cutoff_on, london_date(now), steps)
    if step is None or days_after(cutoff_on, -step) <= london_date(application.started_at):
        return 0
    late = f"{application.late_until_on}:" if application.late_until_on else ""  # a late entry is another series
    people = [application.applicant]
    if application.state == ApplicationState.AWAITING_SUPERVISOR and application.supervisor is not None:
        people.append(application.supervisor)
    sent = [
        remind(
            notices.CUTOFF_REMINDER,
            to=person,
            key=f"cutoff:{application.pk}:{application.intake_id}:{late}{person.pk}",
            step=step,
            about=application,
            now=now,
            context={"application": application, "days": (cutoff_on - london_date(now)).days},
            within=application.applicant_id,
        )
        for person in people
    ]
    return len([message for message in sent if message is not None])
