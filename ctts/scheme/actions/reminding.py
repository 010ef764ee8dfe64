"""Reminders before an accreditation ends, of conditions past their day (C1, C3), and of a new handbook (E1)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.months import add_months
from ctts.notifications.actions import notify, remind
from ctts.organisations.queries import coordinators_of
from ctts.scheme import notices, queries
from ctts.scheme.models import Handbook
from ctts.scheme.queries import numbers_on
from ctts.scheme.rules import reminder_step


@transaction.atomic
def remind_of_accreditation(*, by: None, now: datetime, accreditation_id: int) -> int:
    """Remind the Training Co-ordinators of a centre 12, 6 and 3 months before its accreditation ends (C1).

    Returns how many have been told of the present step, now or before. Called late it sends the latest step only (N);
    a step from before the first day is none. Nobody is told where another accreditation follows on.
    """
    today = london_date(now)
    numbers = numbers_on(today)
    row = queries.accreditations_ending(today, numbers).filter(pk=accreditation_id).first()
    if row is None or row.starts_on is None or row.ends_on is None:
        return 0
    step = reminder_step(row.ends_on, today, numbers.accreditation_reminder_months, months=True)
    if step is None or add_months(row.ends_on, -step) < row.starts_on:
        return 0
    for person in (people := coordinators_of(row.organisation, today)):
        remind(
            notices.ENDS,
            to=person,
            key=f"accreditation:{row.pk}:{row.ends_on}:{person.pk}",
            step=step,
            due_on=add_months(row.ends_on, -step),
            about=row,
            now=now,
            context={
                "accreditation": row,
                "applied": queries.has_applied(row),
                "again_on": queries.again_from(row),
            },
        )
    return len(people)


@transaction.atomic
def remind_of_condition(*, by: None, now: datetime, condition_id: int) -> int:
    """Tell the Training Co-ordinators of a centre, once, that the day of a condition is over and it waits for them; how
    many were told, now or before (C3)."""
    row = queries.conditions_past(london_date(now)).filter(pk=condition_id).first()
    if row is None:
        return 0
    for person in (people := coordinators_of(row.accreditation.organisation, london_date(now))):
        remind(
            notices.CONDITION_LATE,
            to=person,
            key=f"condition:{row.pk}:{row.due_on}:{person.pk}",
            step="late",
            due_on=row.due_on,
            about=row,
            now=now,
            context={"condition": row, "accreditation": row.accreditation},
        )
    return len(people)


@transaction.atomic
def tell_of_handbook(*, by: None, now: datetime, handbook_id: int, person_id: int) -> bool:
    """Tell somebody who is asked to read a new version of the handbook that there is one, once (E1, N).

    Whether they are told, now or before: nothing of a version that is replaced or that they have read meanwhile.
    """
    handbook, person = Handbook.objects.get(pk=handbook_id), User.objects.get(pk=person_id)
    if not queries.is_to_be_read(handbook, person):
        return False
    key, context = f"{notices.HANDBOOK_PUBLISHED.key}:{handbook.pk}:{person.pk}", {"handbook": handbook}
    notify(notices.HANDBOOK_PUBLISHED, to=person, key=key, about=handbook, within=person.pk, now=now, context=context)
    return True
