"""What diplomas ask of whom (D1): the office issues what boards have ratified, a trainee waits for the file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Count, Min, QuerySet
from django.urls import reverse

from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.parts import OFFICES, WaitingRow, nudging
from ctts.common.prepared import prepared
from moderation.models import Award
from moderation.queries.diplomas import awards_free
from moderation.states import DiplomaState


def diplomas_to_issue(user: User, today: date) -> Iterator[WaitingRow]:
    """The office issues what boards have ratified: one row for all of it (D1)."""
    found = awards_free(user, today).order_by()
    counted = found.aggregate(many=Count("pk"), since=Min("ratified_at"))
    if counted["many"]:
        what = f"Issue {counted['many']} {'diploma' if counted['many'] == 1 else 'diplomas'}"
        since = london_date(counted["since"])
        yield WaitingRow(what, reverse("moderation:diplomas"), "Ratified by a board", "scheme office", since)


def own_diploma(user: User) -> Iterator[WaitingRow]:
    """A trainee with an award waits for the Diploma until its file is there (D1)."""
    for award in _without_diploma(user.pk):
        url = reverse("moderation:diploma", args=[award.pk])
        row = WaitingRow("Issue your Diploma", url, about="Scheme office", since=london_date(award.ratified_at))
        yield nudging(row, None, OFFICES)


@prepared
def _without_diploma(user: Any) -> QuerySet[Award]:
    """The awards of a trainee for which no Diploma was made or revoked yet."""
    rows = Award.objects.filter(record__trainee=user)
    there = rows.filter(diplomas__state=DiplomaState.ISSUED, diplomas__file__isnull=False)
    ended = rows.filter(diplomas__state=DiplomaState.REVOKED)
    return rows.exclude(pk__in=there).exclude(pk__in=ended).order_by("pk")
