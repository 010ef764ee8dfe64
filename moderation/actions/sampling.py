"""Sampling of local work (T11): drawn, judged, answered."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from ctts.accounts.models import User
from ctts.audit.actions import record as audit
from ctts.common.clock import london_date
from ctts.common.verdict import Invalid, TooLate, require
from ctts.scheme.queries import numbers_of
from moderation import access, notices
from moderation.actions._steps import want
from moderation.models import Sample, SampleDraw, SampleJudgement, SampleReply
from moderation.queries.sampling import digest_of, local_dops, local_sign_offs, samples_wanted_of
from moderation.rules import drawn_by_seed
from moderation.states import SampleVerdict
from training.actions import holders, lock_record, tell
from training.states import AppointmentKind

ROLE = "External Moderator"


@transaction.atomic
def draw_samples(*, by: User, now: datetime, record_id: int, key: UUID) -> SampleDraw:
    """Draw as many of the locally signed competencies and DOPS as the scheme samples, by a seed that is noted (T11).

    The same `key` draws once. Raises NotAllowed for anybody but the External Moderator, TooLate when nothing is to be
    sampled now or training has ended.
    """
    record = lock_record(record_id)
    require(access.can_draw_samples(by, record, london_date(now)))
    known = SampleDraw.objects.filter(key=key, record=record).first()
    if known is not None:
        return known
    wanted = samples_wanted_of([record])[record.pk]
    if not wanted.more:
        raise TooLate("Nothing is to be sampled now: enough of what is signed here was sampled already.")
    signed = local_sign_offs([record]).filter(sample__isnull=True).order_by("pk").values_list("pk", flat=True)
    observed = local_dops([record]).filter(sample__isnull=True).order_by("pk").values_list("pk", flat=True)
    pool = {"competency": list(signed), "dops": list(observed)}
    seed, last = secrets.token_hex(16), SampleDraw.objects.filter(record=record).aggregate(last=Max("number"))["last"]
    draw = SampleDraw.objects.create(
        record=record,
        number=(last or 0) + 1,
        seed=seed,
        percent=numbers_of(record.rules).sampling_percent,
        pool=pool,
        drawn_at=now,
        drawn_by=by,
        key=key,
    )
    chosen = drawn_by_seed(seed, "competency", pool["competency"], wanted.competencies_wanted)
    seen = drawn_by_seed(seed, "dops", pool["dops"], wanted.dops_wanted)
    rows = [Sample(draw=draw, sign_off_id=pk) for pk in chosen] + [Sample(draw=draw, dops_id=pk) for pk in seen]
    Sample.objects.bulk_create(rows)
    facts = {"number": draw.number, "seed": seed, "competencies": chosen, "dops": seen}
    audit("moderation.sample.drawn", by=by, at=now, about=draw, within=record.trainee_id, after=facts, role=ROLE)
    return draw


@transaction.atomic
def judge_sample(
    *, by: User, now: datetime, sample_id: int, key: UUID, verdict: SampleVerdict, words: str
) -> SampleJudgement:
    """Record the verdict on a sampled thing; from then on supervisor and trainee read it, and are told (T11).

    “Not agreed” waits for the supervisor's answer. The same `key` with the same verdict records once. Raises NotAllowed
    for anybody but the External Moderator, TooLate when it is judged or does not stand any more, Invalid without words
    where it is not simply agreed.
    """
    sample = _sample(sample_id)
    record = sample.draw.record
    known = SampleJudgement.objects.filter(key=key, sample=sample).first()
    if known is not None and (known.verdict, known.words) == (verdict, words.strip()):
        require(access.can_draw_samples(by, record, london_date(now)))
        return known
    require(access.can_judge_sample(by, sample, london_date(now)))
    if verdict != SampleVerdict.AGREED and not words.strip():
        raise Invalid("Say what you advise, or why you do not agree; supervisor and trainee read it.", "words")
    made = SampleJudgement.objects.create(
        sample=sample,
        verdict=verdict,
        words=words.strip(),
        content_sha256=digest_of(sample),
        judged_at=now,
        judged_by=by,
        key=key,
    )
    facts = {"verdict": str(verdict)}
    audit("moderation.sample.judged", by=by, at=now, about=sample, within=record.trainee_id, after=facts, role=ROLE)
    for person in [record.trainee, *holders(record, now, AppointmentKind.SUPERVISOR)]:
        context: dict[str, Any] = {"about": made, "now": now, "key": str(made.pk), "sample": sample, "judgement": made}
        tell(notices.SAMPLE_JUDGED, record, person, **context)
    return made


@transaction.atomic
def reply_to_sample(*, by: User, now: datetime, sample_id: int, key: UUID, words: str) -> SampleReply:
    """The supervisor answers a verdict of “not agreed”: what follows from it; the External Moderator is told (T11).

    The same `key` answers once. Raises NotAllowed for anybody but the current supervisor, TooLate when it was answered
    or asks for nothing, Invalid without words.
    """
    sample = _sample(sample_id)
    record = sample.draw.record
    known = SampleReply.objects.filter(key=key, judgement__sample=sample, replied_by=by).first()
    if known is not None:
        return known
    require(access.can_reply_to_sample(by, sample, london_date(now)))
    said = want(words, "words", "Say what you make of it, and what follows.")
    made = SampleReply.objects.create(judgement=sample.judgement, words=said, replied_at=now, replied_by=by, key=key)
    role = str(AppointmentKind.SUPERVISOR.label)
    audit("moderation.sample.answered", by=by, at=now, about=sample, within=record.trainee_id, role=role)
    for person in holders(record, now, AppointmentKind.EXTERNAL_MODERATOR):
        tell(notices.SAMPLE_ANSWERED, record, person, about=made, now=now, key=str(made.pk), sample=sample, reply=made)
    return made


def _sample(sample_id: int) -> Sample:
    """A sample of a locked record; the row itself is never changed."""
    sample = Sample.objects.select_related("draw", "sign_off__item__item", "dops").get(pk=sample_id)
    sample.draw.record = lock_record(sample.draw.record_id)
    return sample
