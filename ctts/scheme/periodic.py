"""What the calendar owes to accreditations: reminders, their end, conditions past their day (C1, C3); who is told of a
new handbook (E1)."""

from __future__ import annotations

import logging
from datetime import datetime, time

from ctts.common.calendar_jobs import calendar_job
from ctts.common.clock import london_date
from ctts.common.verdict import Refused
from ctts.scheme import actions, queries

logger = logging.getLogger(__name__)


@calendar_job("scheme.expire_accreditations")
def expire_accreditations(now: datetime) -> int:
    """Say of each accreditation whose last day is over in London that it has expired (C1); one keeps no other back."""
    done = 0
    for row in queries.accreditations_over(london_date(now)):
        try:
            actions.end_accreditation(by=None, now=now, accreditation_id=row.pk, how="expire")
        except Refused as reason:
            logger.warning("Accreditation %s was not said to have expired: %s", row.pk, reason)
        else:
            done += 1
    return done


@calendar_job("scheme.remind_of_accreditations", daily_from=time(7, 0))
def remind_of_accreditations(now: datetime) -> int:
    """Remind Training Co-ordinators 12, 6 and 3 months before the accreditation of their centre ends (C1)."""
    today = london_date(now)
    return sum(
        actions.remind_of_accreditation(by=None, now=now, accreditation_id=row.pk)
        for row in queries.accreditations_ending(today, queries.numbers_on(today))
    )


@calendar_job("scheme.remind_of_conditions", daily_from=time(7, 0))
def remind_of_conditions(now: datetime) -> int:
    """Tell Training Co-ordinators that the day of a condition is over, once (C3)."""
    late = queries.conditions_past(london_date(now))
    return sum(actions.remind_of_condition(by=None, now=now, condition_id=row.pk) for row in late)


@calendar_job("scheme.tell_of_handbook", daily_from=time(7, 0))
def tell_of_handbook(now: datetime) -> int:
    """Tell whoever is asked to read a new version of the handbook, once each, when its file can be opened (E1)."""
    handbook, people = queries.handbook_to_tell()
    if handbook is None:
        return 0
    told = [actions.tell_of_handbook(by=None, now=now, handbook_id=handbook.pk, person_id=one) for one in people]
    return sum(told)
