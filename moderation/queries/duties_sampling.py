"""What sampling asks of whom (T11, N): the External Moderator draws and judges, the supervisor answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.parts import WaitingRow
from ctts.organisations.access import on_day
from moderation.models import SampleJudgement
from moderation.queries.sampling import open_samples, samples_wanted_of
from moderation.states import SampleVerdict
from training.models import Appointment, TrainingRecord
from training.states import AppointmentKind, RecordState

MODERATOR, SUPERVISOR = str(AppointmentKind.EXTERNAL_MODERATOR.label), str(AppointmentKind.SUPERVISOR.label)
Rows = Iterator[WaitingRow]


def samples_to_judge(user: User, today: date) -> Rows:
    """The External Moderator judges what was drawn, and draws where more is to be sampled; nothing waits in an
    interruption."""
    held = Appointment.objects.filter(on_day(today), person=user, kind=AppointmentKind.EXTERNAL_MODERATOR)
    rows = TrainingRecord.objects.filter(pk__in=held.values("record"), state=RecordState.ACTIVE)
    records = list(rows.select_related("trainee", "rules").order_by("pk"))
    if not records:
        return
    drawn: dict[int, list[date]] = {}
    waiting = open_samples([row.pk for row in records]).select_related("draw").order_by("draw__drawn_at", "pk")
    for sample in waiting:
        drawn.setdefault(sample.draw.record_id, []).append(london_date(sample.draw.drawn_at))
    wanted = samples_wanted_of(records)
    for record in records:
        url, about = reverse("moderation:samples", args=[record.pk]), str(record.trainee)
        if since := drawn.get(record.pk):
            what = "Judge a sample of local work" if len(since) == 1 else f"Judge {len(since)} samples of local work"
            yield WaitingRow(what, url, about, MODERATOR, since[0], record=record.pk)
        if wanted[record.pk].more:
            yield WaitingRow("Draw a sample of local work", url, about, MODERATOR, record=record.pk)


def samples_to_answer(user: User, today: date) -> Rows:
    """The supervisor answers each verdict of “not agreed”."""
    held = Appointment.objects.filter(on_day(today), person=user, kind=AppointmentKind.SUPERVISOR)
    rows = SampleJudgement.objects.filter(verdict=SampleVerdict.NOT_AGREED, reply__isnull=True)
    rows = rows.filter(sample__draw__record__in=held.values("record"), sample__draw__record__ended_on__isnull=True)
    for row in rows.select_related("sample__draw__record__trainee").order_by("judged_at", "pk"):
        url, record = reverse("moderation:sample", args=[row.sample_id]), row.sample.draw.record
        what, since = "Answer a verdict of “not agreed”", london_date(row.judged_at)
        yield WaitingRow(what, url, str(record.trainee), SUPERVISOR, since, record=record.pk)
