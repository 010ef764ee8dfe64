"""Samples of local work in the records of the training scene, for tests."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from ctts.accounts.models import User
from moderation import actions
from moderation.models import Sample, SampleDraw, SampleJudgement, SampleReply
from tests.training import practice as p
from training.models import TrainingRecord


def drawn(record: TrainingRecord, by: User, now: datetime = p.NOW, **more: Any) -> SampleDraw:
    """A drawing by the External Moderator."""
    return actions.draw_samples(by=by, now=now, record_id=record.pk, **{"key": uuid4(), **more})


def judged(sample: Sample, by: User, verdict: str = "agreed", words: str = "", **more: Any) -> SampleJudgement:
    """A verdict on a sampled thing."""
    given = {"key": uuid4(), **more}
    return actions.judge_sample(by=by, now=p.NOW, sample_id=sample.pk, verdict=verdict, words=words, **given)


def replied(sample: Sample, by: User, words: str = "I watch the next three.", **more: Any) -> SampleReply:
    """The supervisor's answer to a verdict of “not agreed”."""
    return actions.reply_to_sample(by=by, now=p.NOW, sample_id=sample.pk, words=words, **{"key": uuid4(), **more})


def one_sample(record: TrainingRecord, supervisor: User, moderator: User) -> Sample:
    """The one sample drawn of one DOPS that the supervisor assessed."""
    p.complete_dops(record, supervisor)
    return drawn(record, moderator).samples.get()
