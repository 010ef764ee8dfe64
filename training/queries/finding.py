"""What a trainee finds in their own record by words: competencies, evidence, DOPS, writing (screens 28)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse

from ctts.accounts.models import User
from training.models import CaseStudy, Dops, Evidence, PlanItem, Reflection

MOST_WORDS = 8

# kind of thing → the page of one, by the order in which they are shown
PAGES = {
    "item": ("Competency", "training:item"),
    "evidence_one": ("Evidence", "training:evidence_one"),
    "dops": ("DOPS", "training:dops"),
    "reflection": ("Reflective piece", "training:reflection"),
    "case": ("Case study", "training:case"),
}


@dataclass(frozen=True, slots=True)
class OwnThing:
    """One thing of one's own record: what it is called, what it is, and where."""

    label: str
    kind: str
    url: str


def own_things(user: User, text: str, most: int) -> list[OwnThing]:
    """What of a person's own training has all of these words in its name, at most so many; one query (screens 28).

    The trainee reads all of it (T3, T5, T6); nobody else's is asked.
    """
    words = text.replace("\0", " ").split()[:MOST_WORDS]
    code = Concat("item__code", Value(", "), "item__title", output_field=CharField())
    asked = [
        _named(PlanItem.objects.filter(record__trainee=user), "item", code, words, 0),
        _named(Evidence.objects.filter(record__trainee=user), "evidence_one", F("title"), words, 1),
        _named(Dops.objects.filter(record__trainee=user), "dops", F("procedure"), words, 2),
        _named(Reflection.objects.filter(record__trainee=user), "reflection", F("title"), words, 3),
        _named(CaseStudy.objects.filter(record__trainee=user), "case", F("title"), words, 4),
    ]
    rows = asked[0].union(*asked[1:], all=True).order_by("rank", "label", "number")[:most]
    return [OwnThing(label, PAGES[kind][0], reverse(PAGES[kind][1], args=[pk])) for _, label, pk, kind in rows]


def _named(rows: Any, kind: str, name: Any, words: Sequence[str], rank: int) -> QuerySet[Any]:
    wanted = Q()
    for word in words:
        wanted &= Q(label__icontains=word)
    columns = {"label": Cast(name, CharField()), "rank": Value(rank), "kind_of": Value(kind), "number": F("pk")}
    found: QuerySet[Any] = rows.order_by().annotate(**columns).filter(wanted)
    return found.values_list("rank", "label", "number", "kind_of")
