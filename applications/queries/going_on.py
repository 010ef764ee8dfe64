"""Who is with the scheme still: an application of theirs goes on, or the training that it led to (A5, E6, N).

What comes after the enrolment a later app knows; it declares in its `ties.py` which applications led to what is over.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from applications.models import Application
from applications.states import ApplicationState
from ctts.accounts.models import User
from ctts.common.ties import Declared

Over = Callable[[], QuerySet[Any, Any]]
led_to_an_end = Declared[Over]()  # what is over after the enrolment: `find()` gives the ids of applications


def is_with_the_scheme(person: str) -> Exists:
    """A condition for rows of other tables: the one in the column `person` applies or trains (A5, E6).

    An application that was declined or withdrawn is over, and one whose training has ended, whatever the end was.
    """
    rows = Application.objects.filter(applicant=OuterRef(person))
    return Exists(_not_over(rows.exclude(state__in=[ApplicationState.DECLINED, ApplicationState.WITHDRAWN])))


def is_training(person: User) -> bool:
    """Whether the enrolment of a person led to training that goes on (A1, E6)."""
    return _not_over(Application.objects.filter(applicant=person, state=ApplicationState.ENROLLED)).exists()


def _not_over(rows: QuerySet[Application]) -> QuerySet[Application]:
    over = Q()
    for find in led_to_an_end:
        over |= Q(pk__in=find())
    return rows.filter(~over) if over else rows
