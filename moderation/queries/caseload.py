"""The caseload of an External Moderator: their trainees with lights, and what waits in each (T11, screens 6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, QuerySet

from ctts.accounts.models import User
from ctts.organisations.access import on_day
from moderation.queries.sampling import Wanted, open_samples_by_record, samples_wanted_of
from training.models import AdviceQuestion, Appointment, Meeting, TrainingRecord, YearReview
from training.queries import listed, records_visible_to, standings_of, unanswered
from training.queries.records import Standing
from training.states import AppointmentKind, RecordState


@dataclass(frozen=True, slots=True)
class CaseloadRow:
    """One trainee of the caseload: how far they are, whom the moderator met, and what waits for a moderator."""

    record: TrainingRecord
    standing: Standing
    met_on: date | None
    reviewed: Sequence[int]
    questions: int
    to_judge: int
    sampling: Wanted

    @property
    def waits(self) -> bool:
        """Whether a question, a verdict or a drawing waits."""
        return bool(self.questions or self.to_judge or self.sampling.more)


def moderated_by(user: User, today: date) -> QuerySet[TrainingRecord]:
    """The trainees whose External Moderator a person is on `today`, running ones first, by name (T11)."""
    held = Appointment.objects.filter(on_day(today), person=user, kind=AppointmentKind.EXTERNAL_MODERATOR)
    rows = records_visible_to(user, today).filter(pk__in=held.values("record"))
    return listed(rows).order_by(F("ended_on").desc(nulls_first=True), "trainee__sort_name", "pk")


def caseload(records: Sequence[TrainingRecord], today: date) -> list[CaseloadRow]:
    """The rows of a page of records; twelve queries, whatever their number (T11)."""
    ids = [row.pk for row in records]
    standings, sampling = standings_of(records, today), samples_wanted_of(_with_rules(ids))
    met = dict(Meeting.objects.filter(record__in=ids, first=True).values_list("record", "held_on"))
    reviewed: dict[int, list[int]] = {pk: [] for pk in ids}
    for pk, year in YearReview.objects.filter(record__in=ids).order_by("year").values_list("record", "year"):
        reviewed[pk].append(year)
    waiting = unanswered(AdviceQuestion.objects.filter(record__in=ids)).order_by().values_list("record", flat=True)
    questions, judge = Counter(waiting), open_samples_by_record(ids)
    return [
        CaseloadRow(
            record=row,
            standing=standings[row.pk],
            met_on=met.get(row.pk),
            reviewed=reviewed[row.pk],
            questions=questions[row.pk],
            to_judge=judge.get(row.pk, 0),
            sampling=sampling[row.pk] if row.state == RecordState.ACTIVE else Wanted(),
        )
        for row in records
    ]


def _with_rules(ids: Sequence[int]) -> list[TrainingRecord]:
    return list(TrainingRecord.objects.filter(pk__in=ids).select_related("rules"))
