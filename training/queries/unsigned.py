"""Competencies that have waited too long for a signature: who is to be reminded of which (T2, N)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from ctts.common.clock import london_date
from ctts.notifications.models import ReminderStep
from ctts.scheme.queries import numbers_of
from training.models import PlanItem, TrainingRecord
from training.queries.items import lacks_evidence
from training.queries.reminding import chased_people
from training.rules import CHASED, UNSUPERVISED, second_chased_on, sign_chased_on
from training.states import AppointmentKind, ItemState, RecordState

SIGN_WAITS = "training.sign_waits"
Told = dict[str, list[datetime]]


@dataclass(frozen=True, slots=True)
class SignChase:
    """A reminder that has come: of how many competencies of a record, the first of them submitted on `since`.

    `reminded_on`: when the supervisor was reminded, to whoever co-ordinates. `again`: somebody who supervises and
    co-ordinates hears it as co-ordinator; `overtakes` are the series and steps that need no mail of their own then.
    """

    record_id: int
    person_id: int
    kind: str
    since: date
    due_on: date
    many: int
    signs: bool
    reminded_on: date | None = None
    again: bool = False
    overtakes: tuple[tuple[str, str], ...] = ()

    @property
    def series(self) -> str:
        """The series of these reminders for one person in one function."""
        return sign_series(self.record_id, self.person_id, self.kind)


def sign_series(record_id: int, person_id: int, kind: str) -> str:
    """The series of reminders of submitted competencies, for one person in one function around a record."""
    return f"{SIGN_WAITS}:{record_id}:{person_id}:{kind}"


def signatures_to_remind(today: date) -> list[tuple[int, int]]:
    """(record, person) of everybody to be reminded of competencies that wait for a signature (T2, N)."""
    waiting = PlanItem.objects.filter(state=ItemState.SUBMITTED).values("record")
    rows = TrainingRecord.objects.filter(state=RecordState.ACTIVE, pk__in=waiting).select_related("rules")
    return sorted((one.record_id, one.person_id) for one in sign_chases(rows.order_by("pk"), today))


def sign_chases(records: Iterable[TrainingRecord], today: date) -> list[SignChase]:
    """The reminders that have come for these records (with `rules` loaded), one a person; three queries.

    What was waiting when somebody was reminded is not told to them again: a batch is told once, what came later anew.
    What nobody can sign for want of evidence lies with the trainee.
    """
    by_id = {record.pk: record for record in records}
    waiting = _waiting(by_id)
    people = chased_people(waiting, today)
    told = _told({person for _, person in people})
    first = {record: person for (record, person), kinds in people.items() if AppointmentKind.SUPERVISOR in kinds}
    found = []
    for (record_id, person_id), kinds in people.items():
        due = [
            chase
            for kind in CHASED
            if kind in kinds
            and (chase := _due(by_id[record_id], person_id, kind, waiting[record_id], told, first, today)) is not None
        ]
        if due:
            found.append(_latest(due, both=len(kinds) > 1))
    return found


def _waiting(records: Iterable[int]) -> dict[int, list[datetime]]:
    """Since when each competency waits that can be signed, by record, the first one first."""
    rows = PlanItem.objects.filter(record__in=list(records), state=ItemState.SUBMITTED).exclude(lacks_evidence())
    found: dict[int, list[datetime]] = defaultdict(list)
    for record_id, at in rows.order_by("changed_at").values_list("record", "changed_at"):
        found[record_id].append(at)
    return found


def _told(people: Iterable[int]) -> Told:
    """When each series was told, for these people, the first time first."""
    found: Told = defaultdict(list)
    steps = ReminderStep.objects.filter(kind=SIGN_WAITS, person__in=list(people)).order_by("at")
    for key, at in steps.values_list("key", "at"):
        found[key.rpartition(":")[0]].append(at)
    return found


def _due(
    record: TrainingRecord,
    person_id: int,
    kind: str,
    waiting: list[datetime],
    told: Told,
    first: Mapping[int, int],
    today: date,
) -> SignChase | None:
    """The reminder for one function, once the first that was not told yet has waited long enough, and for the
    co-ordinator a week after whoever supervises (`first`, by record) was reminded of it."""
    before = told.get(sign_series(record.pk, person_id, kind), [])
    fresh = [at for at in waiting if not before or at > before[-1]]
    if not fresh:
        return None
    since = london_date(fresh[0])
    numbers, signs = numbers_of(record.rules), kind == AppointmentKind.SUPERVISOR
    due_on: date | None = sign_chased_on(since, kind, numbers)
    reminded_on = None if signs else _reminded_on(record.pk, first.get(record.pk), fresh[0], told)
    if due_on is not None and not signs:
        apart = numbers.sign_chase_coordinator_days - numbers.sign_chase_supervisor_days
        due_on = second_chased_on(due_on, reminded_on, apart)
    if due_on is None or due_on > today:
        return None
    return SignChase(record.pk, person_id, kind, since, due_on, len(waiting), signs, reminded_on)


def _reminded_on(record_id: int, supervisor: int | None, at: datetime, told: Told) -> date | None:
    """When whoever supervises was reminded of what waits since then; UNSUPERVISED where nobody does."""
    if supervisor is None:
        return UNSUPERVISED
    times = told.get(sign_series(record_id, supervisor, AppointmentKind.SUPERVISOR), [])
    return next((london_date(one) for one in times if one >= at), None)


def _latest(due: list[SignChase], *, both: bool) -> SignChase:
    """The one of them that is sent: to whoever supervises and co-ordinates, one mail a day at most."""
    last = due[-1]
    if not both or last.signs:
        return last
    overtakes = tuple((one.series, one.since.isoformat()) for one in due[:-1])
    return replace(last, signs=True, again=True, overtakes=overtakes)
