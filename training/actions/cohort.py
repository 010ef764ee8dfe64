"""Enrolling a whole intake in one press, item by item in the background (E1, I5)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from applications.models import Application
from applications.states import ApplicationState
from ctts.accounts.models import User
from ctts.audit.actions import record as audit
from ctts.common import runs
from ctts.common.clock import london_date
from ctts.common.queue import ring
from ctts.common.races import taken_means
from ctts.common.verdict import Invalid, TooLate, require
from training import access
from training.models import EnrolItem, EnrolRun

ENROL = "training.enrol_cohort"
UNDER_WAY = "This intake is being enrolled already. Look at how far it is."


@transaction.atomic
def start_enrol_run(*, by: User, now: datetime, intake_id: int, application_ids: Collection[int]) -> EnrolRun:
    """Have the accepted applications that the preview showed enrolled, one by one in the background (E1).

    Each becomes a training record by `enrol`, with everything that belongs to it; one that cannot be enrolled any more
    when its turn comes keeps its reason and stops no other. Raises NotAllowed outside the office, Invalid for nothing,
    TooLate for what is no application of the intake that can be enrolled (any more), and while another run goes on.
    """
    require(access.can_enrol(by, london_date(now)))
    wanted = sorted(set(application_ids))
    rows = Application.objects.select_related("intake", "applicant").filter(
        pk__in=wanted, intake=intake_id, state=ApplicationState.ACCEPTED
    )
    found = list(rows.order_by("pk"))
    if not wanted:
        raise Invalid("Nobody is on this list.")
    if len(found) != len(wanted):
        raise TooLate("Somebody on this list cannot be enrolled any more. Look at the list as it is now.")
    for application in found:
        require(access.can_be_enrolled(application, london_date(now)))
    with taken_means(TooLate(UNDER_WAY)):
        run = EnrolRun.objects.create(intake_id=intake_id, started_at=now, started_by=by)
    EnrolItem.objects.bulk_create([EnrolItem(run=run, application=application) for application in found])
    audit("training.enrol_run.started", by=by, at=now, about=run, after={"applications": len(found)})
    ring(ENROL)
    return run


@transaction.atomic
def cancel_enrol_run(*, by: User, now: datetime, run_id: int) -> int:
    """Stop a run: who is enrolled stays so, the rest waits; returns how many wait.

    Raises NotAllowed outside the office, TooLate after its end.
    """
    require(access.can_enrol(by, london_date(now)))
    run = EnrolRun.objects.get(pk=run_id)
    left = runs.cancel(run, now=now)
    audit("training.enrol_run.cancelled", by=by, at=now, about=run, after={"left": left})
    return left


@transaction.atomic
def resume_enrol_run(*, by: User, now: datetime, run_id: int) -> int:
    """Take up again whom a run did not enrol, cancelled or failed; returns how many.

    Raises NotAllowed outside the office, TooLate when nobody is left of it or another run of the intake goes on.
    """
    require(access.can_enrol(by, london_date(now)))
    run = EnrolRun.objects.get(pk=run_id)
    with taken_means(TooLate(UNDER_WAY)):
        again = runs.reopen(run)
    audit("training.enrol_run.resumed", by=by, at=now, about=run, after={"items": again})
    ring(ENROL)
    return again
