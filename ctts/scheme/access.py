"""Who may change the scheme's own things: the office; a person their own competency list."""

from __future__ import annotations

from datetime import date

from ctts.accounts.models import User
from ctts.common.verdict import YES, Verdict, late, no
from ctts.organisations.access import is_office
from ctts.scheme.models import CompetencyList


def can_manage(user: User | None, today: date) -> Verdict:
    """Frameworks, numbers, intakes, accreditations, handbook and events are the office's; None is the calendar."""
    return YES if user is None else is_office(user, today)


def can_edit_list(user: User, competency_list: CompetencyList) -> Verdict:
    """A person edits their own list while it is a draft (S3)."""
    if user.pk != competency_list.person_id:
        return no("Only the person whose list it is can change it.")
    if competency_list.frozen_at is not None:
        return late("This version of the list was handed in and no longer changes.")
    return YES
