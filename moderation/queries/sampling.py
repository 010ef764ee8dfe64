"""Samples of local work (T11): what is there to be sampled, what was drawn, and how it was judged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BooleanField, Case, Count, Q, QuerySet, Value, When

from ctts.accounts.models import User
from ctts.scheme.queries import numbers_of
from moderation.access import STANDS, visible_samples
from moderation.models import Sample, SampleDraw
from moderation.rules import samples_wanted
from training.models import Dops, DopsSignature, SignOff, TrainingRecord
from training.queries import standing_sign_offs, stood_until
from training.states import AppointmentKind, AssessorKind, DopsState, ItemState

_STANDS = Case(When(STANDS, then=Value(True)), default=Value(False), output_field=BooleanField())


def local_sign_offs(records: Iterable[TrainingRecord | int]) -> QuerySet[SignOff]:
    """The signatures under competencies of these records that stand; all of them are local (T2, T11)."""
    return standing_sign_offs().filter(item__record__in=records, item__state=ItemState.SIGNED)


def local_dops(records: Iterable[TrainingRecord | int]) -> QuerySet[Dops]:
    """The DOPS in the logs of these records but the External Moderator's own (T5, T11)."""
    rows = Dops.objects.filter(record__in=records, state=DopsState.COMPLETE)
    return rows.exclude(assessor_kind=AssessorKind.EXTERNAL_MODERATOR)


@dataclass(frozen=True, slots=True)
class Wanted:
    """How much local work a record has, how much of it was sampled, and how many more are to be."""

    competencies: int = 0
    competencies_sampled: int = 0
    competencies_wanted: int = 0
    dops: int = 0
    dops_sampled: int = 0
    dops_wanted: int = 0

    @property
    def more(self) -> int:
        """How many are to be drawn now."""
        return self.competencies_wanted + self.dops_wanted


def samples_wanted_of(records: Sequence[TrainingRecord]) -> dict[int, Wanted]:
    """What is to be sampled in each of these records, with `rules` loaded; two queries, whatever their number (T11)."""
    ids = [row.pk for row in records]
    signed = _counted(local_sign_offs(ids), "item__record") if ids else {}
    observed = _counted(local_dops(ids), "record") if ids else {}
    return {row.pk: _wanted(row, signed.get(row.pk, (0, 0)), observed.get(row.pk, (0, 0))) for row in records}


def _counted(rows: QuerySet[Any], record: str) -> dict[int, tuple[int, int]]:
    sampled = Count("pk", filter=Q(sample__isnull=False))
    counted = rows.order_by().values(record).annotate(many=Count("pk"), sampled=sampled)
    return {pk: (many, drawn) for pk, many, drawn in counted.values_list(record, "many", "sampled")}


def _wanted(record: TrainingRecord, signed: tuple[int, int], observed: tuple[int, int]) -> Wanted:
    numbers = numbers_of(record.rules)
    return Wanted(*signed, samples_wanted(*signed, numbers), *observed, samples_wanted(*observed, numbers))


def samples_visible_to(user: User, today: date) -> QuerySet[Sample]:
    """The samples that a person reads (T11)."""
    rows = Sample.objects.filter(visible_samples(user, today))
    return rows.select_related(
        "draw__record__trainee",
        "draw__record__scope",
        "draw__record__centre",
        "draw__record__rules",
        "draw__drawn_by",
        "sign_off__item__item",
        "sign_off__signer",
        "dops",
        "judgement__judged_by",
        "judgement__reply__replied_by",
    )


def samples_of(record: TrainingRecord, user: User, today: date) -> QuerySet[Sample]:
    """The samples of a record that a person reads, what is not judged first, each with whether it `stands`."""
    rows = samples_visible_to(user, today).filter(draw__record=record).annotate(stands=_STANDS)
    return rows.order_by("-draw__number", "pk")


def sample_left(user: User, pk: int, today: date) -> str:
    """Since when somebody does not read a sample any more that they could judge or answer until lately, in words; empty
    for all others (T11)."""
    found = Sample.objects.filter(pk=pk).select_related("draw", "judgement").first()
    if found is None:
        return ""
    judged = hasattr(found, "judgement")
    kinds = [AppointmentKind.EXTERNAL_MODERATOR, *([AppointmentKind.SUPERVISOR] if judged else [])]
    return stood_until(user, TrainingRecord, found.draw.record_id, today, kinds)


def draws_of(record: TrainingRecord) -> QuerySet[SampleDraw]:
    """The drawings of a record, newest first."""
    return SampleDraw.objects.filter(record=record).select_related("drawn_by").order_by("-number")


def open_samples(records: Iterable[int]) -> QuerySet[Sample]:
    """Samples of these records that stand and are not judged yet."""
    return Sample.objects.filter(STANDS, draw__record__in=records, judgement__isnull=True)


def open_samples_by_record(records: Iterable[int]) -> dict[int, int]:
    """How many samples wait for a verdict, by record; records without any are left out."""
    rows = open_samples(records).order_by().values("draw__record").annotate(many=Count("pk"))
    return dict(rows.values_list("draw__record", "many"))


def digest_of(sample: Sample) -> str:
    """The digest of what was signed in a sampled thing (quality rule 8)."""
    if sample.sign_off is not None:
        return sample.sign_off.content_sha256
    rows = DopsSignature.objects.filter(dops=sample.dops_id, meaning="assessed").order_by("-signed_at")
    return str(rows.values_list("content_sha256", flat=True)[0])
