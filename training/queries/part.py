"""A person's part in training on a day: what their duties are computed from (N)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q

from ctts.accounts.models import User
from ctts.common.clock import london_midnight
from ctts.common.months import Month
from ctts.common.parts import WaitingRow, WaitsFor
from ctts.organisations.access import holds, on_day
from ctts.organisations.states import Role
from training.access import visible_threads
from training.models import (
    AdviceQuestion,
    Appointment,
    ChangeRequest,
    Dops,
    ProgressReport,
    SupervisorReview,
    Thread,
    TrainingRecord,
)
from training.queries.agreed import A_WEEK, DueAction, actions_told
from training.queries.alone import names_another, unsupervised
from training.queries.changed import ChangedSignOff, changed_told
from training.queries.part_asked import (
    NOBODY,
    RARE,
    appointed_to,
    counted_in,
    holders_on,
    observations_of,
    rare_things,
    rare_things_of_office,
    running_of,
    unanswered_of,
    unsubmitted_of,
)
from training.queries.pauses import Pauses, pauses_of
from training.queries.plans import PlanStanding, plan_standings
from training.queries.records import RUNNING
from training.queries.reports import ReportDue, periods_sent, reports_due
from training.queries.reviews import months_without_review
from training.queries.threads import open_questions
from training.queries.unraised import unraised_reviews
from training.states import (
    CHANGE_OPEN,
    REPORT_UNSENT,
    AppointmentKind,
    ChangeState,
    RecordState,
)

Records = Sequence[TrainingRecord]
Ids = list[int]
# Why nobody can be nudged.
NOBODY_APPOINTED = "Nobody is appointed at present"
BY_LINK = "They have no account: a new link can be sent instead"


class Part:
    """A person's part in training on a day: the running records that are theirs, and those they stand around.

    Each thing is asked for once, when the first duty needs it, and what the person has no part in is not asked for:
    rows are then found by the numbers of these records, which costs a fraction of asking by their conditions.
    """

    def __init__(
        self, user: User, today: date, record: TrainingRecord | None = None, now: datetime | None = None
    ) -> None:
        """`record`: the one record that is looked at; all of the person's without it. `now`: the instant of the day,
        its beginning without it: what ends at an instant, as a link does, is judged by it."""
        self.user = user
        self.today = today
        self.now = now or london_midnight(today)
        self._record = record

    @cached_property
    def _stands(self) -> list[tuple[int, str, date]]:
        """(record, function, since when) of each appointment of the person on the day, to records that ended too."""
        found: list[tuple[int, str, date]] = appointed_to(self.user.pk, self.today)
        return [row for row in found if self._record is None or row[0] == self._record.pk]

    @property
    def _around(self) -> list[tuple[int, str]]:
        return [(record, kind) for record, kind, _ in self._stands]

    @cached_property
    def supervises_since(self) -> dict[int, date]:
        """By record, since when the person is its Training Supervisor: nothing waits for them longer."""
        return {record: since for record, kind, since in self._stands if kind == AppointmentKind.SUPERVISOR}

    @cached_property
    def running(self) -> dict[int, TrainingRecord]:
        """The running records in which the person has a part, by id, with trainee and rules."""
        if self._record is not None:
            shown = self._record.trainee_id == self.user.pk or bool(self._around)
            return {self._record.pk: self._record} if shown and self._record.state in RUNNING else {}
        around = list({record for record, _ in self._around})
        return {row.pk: row for row in running_of(self.user.pk, around)}

    @cached_property
    def own(self) -> Records:
        """The person's own training."""
        return [row for row in self.running.values() if row.trainee_id == self.user.pk]

    @cached_property
    def supervised(self) -> Records:
        """The running records whose Training Supervisor the person is."""
        return self.held(AppointmentKind.SUPERVISOR)

    def held(self, kind: str) -> Records:
        """The running records in which the person holds a function on the day."""
        held = set(self.appointed(kind))
        return [row for row in self.running.values() if row.pk in held]

    def appointed(self, kind: str) -> Ids:
        """The ids of the records, ended ones too, in which the person holds a function on the day."""
        return [record for record, held in self._around if held == kind]

    @property
    def within(self) -> Q:
        """The condition for rows of the one record that is looked at; no condition without it."""
        return Q() if self._record is None else Q(record=self._record)

    @cached_property
    def _supervisors(self) -> dict[int, User]:
        held = Appointment.objects.filter(on_day(self.today), record__in=ids(self.own), person__is_active=True)
        rows = held.filter(kind=AppointmentKind.SUPERVISOR)
        return {row.record_id: row.person for row in rows.select_related("person").order_by("-pk")}

    @cached_property
    def own_supervisors(self) -> dict[int, str]:
        """The Training Supervisors of the person's own training by name, by record; the function where nobody is."""
        named = {pk: str(person) for pk, person in self._supervisors.items()}
        return {row.pk: named.get(row.pk, str(AppointmentKind.SUPERVISOR.label)) for row in self.own}

    @cached_property
    def _holders(self) -> dict[tuple[int, str], set[int]]:
        return holders_on(list(self.running), self.today)

    def waits_for(self, duty: str, record: TrainingRecord, kind: AppointmentKind) -> WaitsFor | None:
        """That whoever holds a function around a running record is waited for; None where nobody else does."""
        people = self._holders.get((record.pk, kind), set()) - {self.user.pk}
        return WaitsFor(f"training.{duty}", tuple(sorted(people)), record.trainee_id) if people else None

    def waits_for_supervisor(self, duty: str, record: TrainingRecord) -> WaitsFor | None:
        """That one's own supervisor is waited for; None where nobody is (screens 1)."""
        person = self._supervisors.get(record.pk)
        return WaitsFor(f"training.{duty}", (person.pk,), record.trainee_id) if person else None

    @cached_property
    def plans(self) -> dict[int, PlanStanding]:
        """The plans of those whom the person trains as or supervises, by record (T1)."""
        return plan_standings(ids([*self.own, *self.supervised])) if self.own or self.supervised else {}

    @cached_property
    def counted(self) -> dict[tuple[int, str], tuple[int, datetime, int]]:
        """How many competencies of these are submitted, submitted and BARE of evidence, or returned, since when the
        first is, and the number of one of them (T2)."""
        coordinated = self.held(AppointmentKind.COORDINATOR)
        records = list({*ids(self.own), *ids(self.supervised), *ids(coordinated)})
        if not records:
            return {}
        return {(record, stands): tuple(found) for record, stands, *found in counted_in(records)}

    @cached_property
    def reviews(self) -> list[SupervisorReview]:
        """The reviews of their own and of those they supervise that are not submitted, the oldest first (T4)."""
        return unsubmitted_of(ids([*self.own, *self.supervised]))

    @cached_property
    def unraised(self) -> list[SupervisorReview]:
        """The signed reviews of those whom they supervise, or co-ordinate while nobody supervises, that speak of a
        patient-safety concern nobody has raised, the oldest first (T8)."""
        held = ids(self.held(AppointmentKind.COORDINATOR))
        if "unraised" not in self.rare or not (self.supervised or held):
            return []
        theirs = Q(record__in=ids(self.supervised)) | Q(record__in=unsupervised(self.today).filter(pk__in=held))
        rows = unraised_reviews().filter(theirs)
        return list(rows.only("record", "held_on", "patient_safety_reference").order_by("held_on", "pk"))

    @property
    def agreed(self) -> list[DueAction]:
        """What was agreed in reviews of their own and of those they supervise, is not closed, and is due within a week
        or was due, the first due first (T4)."""
        return self._seldom[1]

    @property
    def changed(self) -> list[ChangedSignOff]:
        """The signatures of those they supervise whose evidence changed since and was not looked at again (T2)."""
        return self._seldom[2]

    @cached_property
    def months_missed(self) -> dict[int, tuple[Month, ...]]:
        """The months without a review of those whom they supervise or co-ordinate and who train, by record (T4)."""
        return months_without_review(self._watched, self.today, self._pauses) if self._watched else {}

    @cached_property
    def _watched(self) -> Records:
        """Whom they supervise or co-ordinate and who train."""
        concerned = {row.pk: row for row in [*self.supervised, *self.held(AppointmentKind.COORDINATOR)]}
        return [row for row in concerned.values() if row.state == RecordState.ACTIVE]

    @cached_property
    def _pauses(self) -> Pauses:
        return pauses_of(self._watched)

    @cached_property
    def reports(self) -> list[ProgressReport]:
        """All progress reports of those whom they supervise, and what was sent of those whom they co-ordinate, the
        first first (T7)."""
        supervised, coordinated = ids(self.supervised), ids(self.held(AppointmentKind.COORDINATOR))
        if not supervised and not coordinated:
            return []
        sent = Q(record__in=coordinated) & ~Q(state__in=REPORT_UNSENT)
        rows = ProgressReport.objects.filter(Q(record__in=supervised) | sent)
        return list(rows.defer("progress", "attention", "next_steps").order_by("number", "pk"))

    @cached_property
    def reports_to_write(self) -> dict[int, ReportDue]:
        """By record the next progress report of those whom they supervise or co-ordinate and who train, once it is time
        for it (T7)."""
        return {pk: wanted for pk, wanted in self.reports_ahead.items() if wanted.now}

    @cached_property
    def reports_ahead(self) -> dict[int, ReportDue]:
        """By record the next progress report of these, also before it is time for it (T7)."""
        sent = periods_sent(self.reports)
        due = reports_due(self._watched, self.today, sent, self._pauses) if self._watched else {}
        return {pk: wanted for pk, wanted in due.items() if wanted is not None}

    @cached_property
    def observations(self) -> list[Dops]:
        """The DOPS of running records that wait for somebody and have to do with the person, the first asked for first.

        Their own, those they assess, and those of whom they supervise whose assessor is not approved or an external
        person (T5).
        """
        found: list[Dops] = observations_of(self.user.pk, ids(self.own), ids(self.supervised), self.today)
        return [row for row in found if self._record is None or row.record_id == self._record.pk]

    @cached_property
    def rare(self) -> frozenset[str]:
        """Which of the things that seldom wait do so in these records, ended ones too, or anywhere for the office.

        One question for all of them, so that a page asks further only for what is there. It may name more than waits
        for the person.
        """
        return self._seldom[0]

    @cached_property
    def _seldom(self) -> tuple[frozenset[str], list[DueAction], list[ChangedSignOff]]:
        """What of RARE is there, what was agreed, and what changed since it was signed, in one question; one more for
        since when it did, where anything has."""
        records, mine = list({*self.running, *self.around}), ids([*self.own, *self.supervised])
        if not records and not self.decides:
            return frozenset(), [], []
        ask = rare_things_of_office if self.decides else rare_things
        signed = ids(self.supervised)
        [found] = ask(
            self.user.pk, records or NOBODY, self.today, mine or NOBODY, self.today + A_WEEK, signed or NOBODY
        )
        *flags, agreed, changed = found
        there = frozenset(name for name, is_there in zip(RARE, flags, strict=True) if is_there)
        return there, actions_told(agreed), changed_told(changed)

    @property
    def around(self) -> set[int]:
        """The ids of the records in which the person is appointed to anything on the day."""
        return {record for record, _ in self._around}

    @cached_property
    def decides(self) -> bool:
        """Whether the person works in the scheme office on the day."""
        return holds(self.user, Role.OFFICE, self.today)

    @cached_property
    def questions(self) -> list[AdviceQuestion]:
        """The unanswered questions that they are to answer as External Moderator, or have asked; the first due first
        (T11)."""
        moderated, asked = ids(self.held(AppointmentKind.EXTERNAL_MODERATOR)), ids([*self.own, *self.supervised])
        wanted = "advice" in self.rare and (moderated or asked)
        return list(unanswered_of(self.user.pk, moderated, asked)) if wanted else []

    @cached_property
    def open_threads(self) -> list[Any]:
        """The threads that the person reads whose last message wants an answer, the oldest first (T11)."""
        if "threads" not in self.rare:
            return []
        rows = Thread.objects.filter(self.within, visible_threads(self.user, self.today))
        return open_questions(rows if self.decides else rows.filter(record__any_of=list(self.running)))

    @cached_property
    def alone(self) -> Records:
        """Their own training and those they co-ordinate that nobody supervises, where no request names another (E5)."""
        if "alone" not in self.rare:
            return []
        concerned = ids([*self.own, *self.held(AppointmentKind.COORDINATOR)])
        found = set(unsupervised(self.today).filter(pk__in=concerned).values_list("pk", flat=True))
        return [self.running[pk] for pk in sorted(found - names_another(found))]

    @cached_property
    def changes(self) -> list[ChangeRequest]:
        """The requests for a change that are not decided: their own, of those they supervise, and for the office what
        it decides, also where nobody supervises who could answer; those that wait longest first (E5)."""
        mine = ids([*self.own, *self.supervised])
        if "changes" not in self.rare or not (mine or self.decides):
            return []
        wanted = Q(record__in=mine)
        if self.decides:
            of_record = {"record": OuterRef("record"), "kind": AppointmentKind.SUPERVISOR}
            held = Appointment.objects.filter(on_day(self.today), person__is_active=True, **of_record)
            alone = Q(state=ChangeState.AWAITING_SUPPORT) & ~Q(Exists(held))
            wanted |= Q(state=ChangeState.AWAITING_DECISION) | alone
        rows = ChangeRequest.objects.filter(self.within, wanted, state__in=CHANGE_OPEN, record__state__in=RUNNING)
        return list(rows.select_related("record__trainee", "answer").order_by("written_at", "pk"))


Rows = Iterator[WaitingRow]
DutiesOf = Callable[[Part], Rows]


def waits_for_trainee(duty: str, record: TrainingRecord) -> WaitsFor:
    """That the trainee is waited for, who is left in peace while the training is interrupted (screens 1, N)."""
    quiet = "Not while the training is interrupted" if record.state == RecordState.INTERRUPTED else ""
    return WaitsFor(f"training.{duty}", (record.trainee_id,), record.trainee_id, quiet)


def ids(records: Records) -> Ids:
    """The ids of records."""
    return [row.pk for row in records]


def part_of(user: User, today: date, record: TrainingRecord | None = None, now: datetime | None = None) -> Part:
    """A person's part in training, or in one record of it, on a day and at an instant of it."""
    return Part(user, today, record, now)
