"""Who may change the scheme's own things: the office; a person their own competency list."""

from __future__ import annotations

from datetime import date, datetime

from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.verdict import YES, Verdict, late, no
from ctts.organisations.access import is_office
from ctts.scheme.models import CompetencyList, SchemeEvent


def can_manage(user: User | None, today: date) -> Verdict:
    """Frameworks, numbers, intakes, accreditations, handbook and events are the office's; None is the calendar."""
    return YES if user is None else is_office(user, today)


def can_change_event(user: User, event: SchemeEvent, now: datetime) -> Verdict:
    """The office changes an event until it is over (T9)."""
    office = is_office(user, london_date(now))
    if office and event.ends_at <= now:
        return late("This event is over; it stays as it was.")
    return office


def can_edit_list(user: User, competency_list: CompetencyList) -> Verdict:
    """A person edits their own list while it is a draft (S3)."""
    if user.pk != competency_list.person_id:
        return no("Only the person whose list it is can change it.")
    if competency_list.frozen_at is not None:
        return late("This version of the list was handed in and no longer changes.")
    return YES
