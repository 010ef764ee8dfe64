"""The caseload of an External Moderator: their trainees with lights, and what waits in each (T11, screens 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, QuerySet

from ctts.accounts.models import User
from ctts.common.parts import WaitingRow
from ctts.organisations.access import on_day
from training.models import Appointment, Meeting, TrainingRecord, YearReview
from training.queries import listed, records_visible_to, standings_of, waiting_by_record
from training.queries.records import Standing
from training.states import AppointmentKind


@dataclass(frozen=True, slots=True)
class CaseloadRow:
    """One trainee of the caseload: how far they are, when the moderator met them, and what waits for the reader."""

    record: TrainingRecord
    standing: Standing
    met_on: date | None
    reviewed: Sequence[int]
    waiting: Sequence[WaitingRow]


def moderated_by(user: User, today: date) -> QuerySet[TrainingRecord]:
    """The trainees whose External Moderator a person is on `today`, running ones first, by name (T11)."""
    held = Appointment.objects.filter(on_day(today), person=user, kind=AppointmentKind.EXTERNAL_MODERATOR)
    rows = records_visible_to(user, today).filter(pk__in=held.values("record"))
    return listed(rows).order_by(F("ended_on").desc(nulls_first=True), "trainee__sort_name", "pk")


def caseload(user: User, records: Sequence[TrainingRecord], today: date) -> list[CaseloadRow]:
    """The rows of a page of records, whatever their number in as many queries; what waits in each are the rows of
    Waiting for me (T11, N)."""
    ids = [row.pk for row in records]
    standings, waiting = standings_of(records, today), waiting_by_record(user, today) if ids else {}
    met = dict(Meeting.objects.filter(record__in=ids, first=True).values_list("record", "held_on"))
    reviewed: dict[int, list[int]] = {pk: [] for pk in ids}
    for pk, year in YearReview.objects.filter(record__in=ids).order_by("year").values_list("record", "year"):
        reviewed[pk].append(year)
    return [
        CaseloadRow(
            record=row,
            standing=standings[row.pk],
            met_on=met.get(row.pk),
            reviewed=reviewed[row.pk],
            waiting=waiting.get(row.pk, ()),
        )
        for row in records
    ]
