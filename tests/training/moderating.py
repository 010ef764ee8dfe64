"""What the External Moderator does in the records of the scene, for tests."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import uuid4

from ctts.accounts.models import User
from tests.training import practice as p
from training import actions
from training.models import AdviceAnswer, AdviceQuestion, Dops, TrainingRecord, YearReview

YEAR = {
    "held_on": date(2026, 6, 9),
    "mode": "online",
    "progress": "Signatures keep pace with the plan.",
    "attention": "",
    "next_steps": "The SPECT rotation.",
}


def year_review(
    record: TrainingRecord, by: User, observed: Dops | None = None, now: datetime = p.NOW, **changes: Any
) -> YearReview:
    """The review of the year that is next, with a DOPS that is made for it unless one is given."""
    key = changes.pop("key", None) or uuid4()
    values = {**YEAR, "dops": observed or p.signed_dops(record, by, now), **changes}
    return actions.review_year(by=by, now=now, record_id=record.pk, key=key, values=values)


def open_second_year(record: TrainingRecord, by: User, at: datetime) -> None:
    """The first year was passed; the second is open."""
    actions.open_year_two(by=by, now=at, record_id=record.pk)


def asked(record: TrainingRecord, by: User, now: datetime = p.NOW, **changes: Any) -> AdviceQuestion:
    """A question to the External Moderator."""
    given = {"key": uuid4(), "topic": "SPECT abroad", "text": "May I do the rotation at another site?", **changes}
    return actions.ask_advice(by=by, now=now, record_id=record.pk, **given)


def answered(question: AdviceQuestion, by: User, now: datetime = p.NOW, **changes: Any) -> AdviceAnswer:
    """An answer of the External Moderator."""
    given = {"key": uuid4(), "text": "Yes, if your supervisor agrees.", **changes}
    return actions.answer_advice(by=by, now=now, question_id=question.pk, **given)
