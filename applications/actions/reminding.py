"""Reminders before the cut-off, and of a supervisor who has not answered; an accreditation that ended (I5, A2, C1)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from applications import notices, queries
from applications.actions._steps import tell
from applications.models import Application
from applications.rules import shortfall
from applications.states import ROLLS_OVER, ApplicationState
from ctts.accounts.access import has_entered
from ctts.accounts.models import User
from ctts.accounts.queries import invited_at
from ctts.common.clock import london_date
from ctts.common.months import days_after
from ctts.notifications.actions import remind
from ctts.notifications.rules import steps_reached
from ctts.scheme.models import Accreditation, Intake
from ctts.scheme.queries import numbers_on
from ctts.scheme.rules import reminder_step


@transaction.atomic
def remind_of_cutoff(*, by: None, now: datetime, application_id: int) -> int:
    """Remind the applicant, and the supervisor it waits for, 28, 7 and 1 days before the cut-off, once for each step.

    Returns how many people have been reminded of the present step. Called late it sends the latest step only, never
    the ones it missed (N); a step from before the application was begun is none. Another cut-off, of a late entry or
    since the office moved it, begins anew.
    """
    application = Application.objects.select_related("intake", "applicant", "supervisor").get(pk=application_id)
    if application.state not in ROLLS_OVER:
        return 0
    steps = numbers_on(london_date(now)).cutoff_reminder_days
    cutoff_on = application.deadline_on
    step = reminder_step(cutoff_on, london_date(now), steps)
    if step is None or days_after(cutoff_on, -step) <= london_date(application.started_at):
        return 0
    people = [application.applicant]
    if application.state == ApplicationState.AWAITING_SUPERVISOR and application.supervisor is not None:
        people.append(application.supervisor)
    sent = [
        remind(
            notices.CUTOFF_REMINDER,
            to=person,
            key=f"cutoff:{application.pk}:{application.intake_id}:{cutoff_on}:{person.pk}",
            step=step,
            due_on=days_after(cutoff_on, -step),
            about=application,
            now=now,
            context={"application": application, "days": (cutoff_on - london_date(now)).days},
            within=application.applicant_id,
        )
        for person in people
    ]
    return len([message for message in sent if message is not None])


@transaction.atomic
def remind_supervisor(*, by: None, now: datetime, application_id: int) -> bool:
    """Remind the Training Supervisor for whom an application waits, 7, 14 and 21 days after it was handed over (A2).

    Whether the present step was told, now or before. Called late it sends the latest step only (N). Where that account
    is closed the applicant is told once, who has the next move; while the fee is not set nobody can confirm it (I6).
    """
    rows = Application.objects.select_related("intake", "supervisor", "competency_list")
    application = rows.get(pk=application_id)
    handed_over_on = queries.handed_over_on(application)
    supervisor = application.supervisor
    if application.state != ApplicationState.AWAITING_SUPERVISOR or supervisor is None or handed_over_on is None:
        return False
    if not supervisor.is_active:
        return _tell_of_loss(application, now)
    today = london_date(now)
    if queries.waits_for_fee(application, today):
        return False
    after = [-days for days in numbers_on(today).supervisor_reminder_days]
    *missed, step = [0, *steps_reached(after, due_on=handed_over_on, today=today)]
    if step == 0:
        return False
    sent = remind(
        notices.SUPERVISOR_REMINDED,
        to=supervisor,
        key=f"support:{application.pk}:{application.competency_list_id}:{supervisor.pk}",
        step=-step,
        due_on=days_after(handed_over_on, -step),
        slept_through=[-one for one in missed if one],
        about=application,
        now=now,
        context={
            "application": application,
            "handed_over_on": handed_over_on,
            "invited_at": None if has_entered(supervisor) else invited_at(supervisor),
        },
        within=application.applicant_id,
    )
    return sent is not None


@transaction.atomic
def tell_of_accreditation(*, by: User | None, now: datetime, accreditation: Accreditation) -> int:
    """Tell whoever applies from a centre whose accreditation for their scope was suspended or withdrawn (C1, A3 a).

    How many were told: nobody where another accreditation of the centre counts.
    """
    rows = queries.stopped_applications(accreditation, london_date(now))
    for application in rows:
        context = {"state": accreditation.get_state_display().lower()}
        key = f"accreditation{accreditation.pk}:{now:%Y%m%d%H%M%S%f}"
        tell(notices.CENTRE_STOPPED, application, application.applicant, now, key, context=context)
    return len(rows)


@transaction.atomic
def tell_of_accreditation_again(*, by: User | None, now: datetime, accreditation: Accreditation) -> int:
    """Tell whoever was told that they cannot be accepted from a centre that it is accredited for their scope again (C1,
    A3 a). How many were told."""
    kinds = {"stopped": notices.CENTRE_STOPPED.key, "again": notices.CENTRE_AGAIN.key}
    rows = queries.going_on_again(accreditation, london_date(now), **kinds)
    for application in rows:
        key = f"accreditation{accreditation.pk}:{now:%Y%m%d%H%M%S%f}"
        tell(notices.CENTRE_AGAIN, application, application.applicant, now, key)
    return len(rows)


@transaction.atomic
def tell_of_fee(*, by: User | None, now: datetime, intake: Intake) -> int:
    """Tell whoever began an application for an intake, or was put off to it, what its fee is, and whether their order
    covers it (I6, A3 f).

    How many were told. What waits for its supervisor with an order that does not cover it comes back to the applicant
    (`reopen_incomplete`), who hears of it with that.
    """
    told = 0
    for application in queries.begun_for(intake).select_related("applicant", "scope").order_by("pk"):
        pence = application.order_pence
        lacking = shortfall(pence, intake.fee_gross_pence) if pence is not None else None
        if lacking and application.state == ApplicationState.AWAITING_SUPERVISOR:
            continue
        application.intake = intake
        context = {"order_pence": pence, "lacking": lacking}
        key = f"{intake.fee_gross_pence}:{now:%Y%m%d%H%M%S%f}"
        tell(notices.FEE_SET, application, application.applicant, now, key, context=context)
        told += 1
    return told


def _tell_of_loss(application: Application, now: datetime) -> bool:
    """The supervisor's account is closed: the applicant takes the application back and names another one (A2)."""
    key = f"lost{application.competency_list_id}:{application.supervisor_id}"
    tell(notices.SUPERVISOR_LOST, application, application.applicant, now, key)
    return True
