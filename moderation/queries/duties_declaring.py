"""Whose confidentiality declaration is out of date while trainees have them: the office asks for it (E4, N)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, OuterRef, Subquery
from django.urls import reverse

from ctts.common.clock import london_date, london_midnight
from ctts.common.months import add_months, days_after, in_words
from ctts.common.parts import WaitingRow
from ctts.scheme.rules import SchemeNumbers
from moderation.access import in_force
from moderation.models import Declaration, Moderator
from moderation.rules import declaration_in_date, declaration_until

DAYS_OF_A_MONTH = 31  # months are clamped to their ends: who signed later than this is in date


def declarations_to_ask_for(today: date, numbers: SchemeNumbers, role: str) -> Iterator[WaitingRow]:
    """A row for each moderator who has trainees and whose declaration ran out, the longest ago first; one query.

    What they do meanwhile stands: it is for the office to ask them, or to appoint somebody else (E3).
    """
    last = Declaration.objects.filter(moderator=OuterRef("pk")).order_by("-signed_at").values("signed_at")[:1]
    near = london_midnight(days_after(add_months(today, -numbers.declaration_months), DAYS_OF_A_MONTH))
    rows = Moderator.objects.annotate(declared_at=Subquery(last)).filter(declared_at__lt=near)
    rows = rows.filter(Exists(in_force(today).filter(person=OuterRef("person"))))
    for row in rows.select_related("person").order_by("declared_at", "pk"):
        signed_on = london_date(row.declared_at)
        if declaration_in_date(signed_on, today, numbers):
            continue
        since = days_after(declaration_until(signed_on, numbers), 1)
        about = f"{row.person}, out of date since {in_words(since)}"
        url = reverse("moderation:moderator", args=[row.pk])
        yield WaitingRow("Ask for the confidentiality declaration", url, about, role, since)
