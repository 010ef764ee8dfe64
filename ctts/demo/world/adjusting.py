"""Reasonable adjustments of the demo world, one at each point of its way: asked, asked about, agreed, under review."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from applications import actions, queries
from applications.models import AdjustmentRequest
from ctts.common.clock import london_date
from ctts.demo.world.applying import key_of
from ctts.demo.world.people import Town
from ctts.demo.world.ways import Way
from training.actions import tell_of_adjustment
from training.queries import untold_adjustments

TOLD = "training.adjusted"  # the message by which they are told
LARGE_PRINT = "Papers and forms in large print; a break of ten minutes in each hour of an assessment."
SCRIBE = "What a scribe would write down is what is observed at the bench. Please ask again for what would help there."


# Trainee → how many days ago something of it came into their dossier, from which nothing earlier may follow.
WRITTEN = {"tamsin": (45, 43, 42, 41), "tina": (66, 63, 2), "tonya": (30, 26)}


def adjusted_of(town: Town, firsts: Iterable[str], now: datetime) -> list[Way]:
    """What these trainees asked for, if they did, and what the named readers did with it."""
    return [ASK[first](town, now) for first in firsts if first in ASK]


def _ask(town: Town, first: str, reason: str, now: datetime) -> AdjustmentRequest:
    person = town.people[first]
    return actions.ask_for_adjustment(by=person, now=now, key=key_of(person.pk, "adjustment"), reason=reason)


def _agree(town: Town, asked: AdjustmentRequest, agreed: str, days: int, now: datetime, percent: int) -> None:
    reader = town.people["abel"]
    actions.read_adjustment(by=reader, now=now, request_id=asked.pk)
    effects = {"extra_time_percent": percent, "rest_breaks": True, "arrangement": ""}
    values = {"agreed": agreed, **effects, "review_on": london_date(now) + timedelta(days=days)}
    actions.agree_adjustment(by=reader, now=now, request_id=asked.pk, seen=queries.case_version(asked), values=values)
    for appointment, request in untold_adjustments(TOLD, london_date(now)):
        if request == asked.pk:  # what the calendar would do; other sides of the world tell their own
            tell_of_adjustment(by=None, now=now, appointment_id=appointment, request_id=request)


def _agreed(town: Town, now: datetime) -> Way:
    yield (at := now - timedelta(days=45))
    asked = _ask(town, "tamsin", "My eyes tire after an hour of small print, since an operation.", at)
    yield (at := at + timedelta(days=2))
    given: dict[str, Any] = {
        "request_id": asked.pk,
        "key": key_of(asked.pk, "question"),
        "question": "How large does print have to be?",
    }
    question = actions.ask_about_adjustment(by=town.people["abel"], now=at, **given)
    yield (at := at + timedelta(days=1))
    answer: dict[str, Any] = {"question_id": question.pk, "answer": "Sixteen points is enough."}
    actions.answer_about_adjustment(by=town.people["tamsin"], now=at, request_id=asked.pk, **answer)
    yield (at := at + timedelta(days=1))
    _agree(town, asked, LARGE_PRINT, 180, at, 25)


def _reviewed(town: Town, now: datetime) -> Way:
    """Agreed for two months; its day of review has come."""
    yield (at := now - timedelta(days=66))
    asked = _ask(town, "tina", "I recover from a broken wrist and write slowly.", at)
    yield (at := at + timedelta(days=3))
    _agree(town, asked, "Half an hour more for whatever is written by hand.", 60, at, 50)
    yield (at := now - timedelta(days=2))
    actions.review_adjustment(by=None, now=at, request_id=asked.pk)


def _declined(town: Town, now: datetime) -> Way:
    yield (at := now - timedelta(days=30))
    asked = _ask(town, "tonya", "Could somebody else write for me?", at)
    yield (at := at + timedelta(days=4))
    actions.read_adjustment(by=town.people["ada"], now=at, request_id=asked.pk)
    actions.decline_adjustment(by=town.people["ada"], now=at, request_id=asked.pk, seen=0, reason=SCRIBE)


def asked_about(town: Town, now: datetime) -> Way:
    """What an applicant, Ari, asked for in the form is asked about; what Amy asked for waits as it is."""
    yield (at := now - timedelta(hours=20))
    asked = AdjustmentRequest.objects.get(person=town.people["ari"])
    actions.read_adjustment(by=town.people["ada"], now=at, request_id=asked.pk)
    given: dict[str, Any] = {
        "request_id": asked.pk,
        "key": key_of(asked.pk, "question"),
        "question": "Which magnifier do you use?",
    }
    actions.ask_about_adjustment(by=town.people["ada"], now=at, **given)


ASK: dict[str, Callable[[Town, datetime], Way]] = {"tamsin": _agreed, "tina": _reviewed, "tonya": _declined}
"""Trainee → what became of what they asked for."""
