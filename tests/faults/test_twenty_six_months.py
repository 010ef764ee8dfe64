"""Twenty-six months of training with a calendar that dies, runs twice and comes late: each reminder goes once (N).

Two trainees with a look every week or two; two hundred, looked at nearly every day, where slow runs are asked for.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest

from ctts.audit.verification import verify
from ctts.common import clock
from ctts.common.clock import london_midnight
from ctts.common.mail import MailState
from ctts.common.months import last_day, month_of
from ctts.notifications import queries as outbox
from ctts.notifications import tasks
from ctts.notifications.models import Message, ReminderStep
from ctts.notifications.periodic import sweep
from tests.cast import make_cast, person
from tests.forking import in_a_copy
from tests.notifications.make import MoodyServer
from tests.training import changes as c
from tests.training import practice as p
from tests.training import world as w
from training import periodic
from training.models import Interruption, Milestone, PlanItem, TrainingRecord
from training.rules import month_gaps
from training.states import ATTENDED, AppointmentKind, ItemState, MilestoneKind, RecordState

pytestmark = pytest.mark.django_db(transaction=True)

LAST = date(2028, 6, 1)
FOUR_WEEKS, A_WEEK, TWO_WEEKS = timedelta(days=28), timedelta(days=7), timedelta(days=14)
# Who hears of a milestone beside the trainee, as the scheme says (M): written down here a second time on purpose.
ACTORS = {
    MilestoneKind.FIRST_MEETING: AppointmentKind.EXTERNAL_MODERATOR,
    MilestoneKind.FIRST_YEAR_EVIDENCE: AppointmentKind.SUPERVISOR,
    MilestoneKind.FIRST_YEAR_DECISION: AppointmentKind.EXTERNAL_MODERATOR,
    MilestoneKind.PORTFOLIO: AppointmentKind.SUPERVISOR,
    MilestoneKind.PRACTICAL: AppointmentKind.EXTERNAL_MODERATOR,
}
KINDS = ("training.milestone", "training.review_missing", "training.sign_waits")


@dataclass
class Training:
    """One trainee as the test knows them: the record, who stands around, and the days of the reviews."""

    record: int
    trainee: int
    around: dict[str, int]
    supervisor: str
    held: list[date] = field(default_factory=list)
    begun: int = 0  # competencies that were submitted so far
    waiting: list[datetime] = field(default_factory=list)  # when those were that still wait
    told: dict[str, datetime] = field(default_factory=dict)  # when supervisor and co-ordinator heard of them last
    heard: list[datetime] = field(default_factory=list)  # each time that the supervisor heard of them
    reminded: dict[tuple[int, int], date] = field(default_factory=dict)  # when the supervisor heard of a month


@dataclass
class Story:
    """The months as they go: who trains, what was owed so far, and the faults of the calendar."""

    trainings: list[Training]
    moody: MoodyServer
    dies_while_delivering: Callable[[int], None]
    chance: random.Random
    owed: set[str] = field(default_factory=set)
    killed: int = 0
    took: float = 0.01  # seconds of the last look: a kill falls within that time, however quick the machine is

    def look(self, number: int, now: datetime) -> None:
        """One look of the calendar, with the fault of its turn: killed in the middle, twice, two at once, or none."""
        if number % 7 == 3:
            child = in_a_copy(lambda: self.jobs(now))
            time.sleep(self.chance.uniform(0.1, 0.7) * self.took)
            os.kill(child, signal.SIGKILL)
            self.killed += os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        other = in_a_copy(lambda: self.jobs(now)) if number % 11 == 5 else 0
        for _ in range(1 + (number % 5 == 0)):
            began = time.perf_counter()
            self.jobs(now)
            self.took = time.perf_counter() - began
        if other:
            assert os.waitstatus_to_exitcode(os.waitpid(other, 0)[1]) == 0

    def jobs(self, now: datetime) -> None:
        """What the calendar does of a morning."""
        periodic.turn_interruptions(now)
        periodic.remind_of_signatures(now)
        periodic.chase_reviews(now)
        periodic.remind_of_milestones(now)

    def post(self, number: int) -> None:
        """The worker hands over what waits; now and then it dies with a mail in hand."""
        waiting = list(Message.objects.filter(state=MailState.QUEUED).order_by("pk").values_list("pk", flat=True))
        reminders = Message.objects.filter(pk__in=waiting, kind__in=KINDS).order_by("pk")
        if number % 9 == 4 and (in_hand := reminders.first()):
            self.moody.at_data = "hang"
            self.dies_while_delivering(in_hand.pk)
            self.moody.let_go.set()
            self.moody.at_data = "250 OK"
            self.moody.let_go.clear()
            self.moody.reached.clear()
        for pk in waiting:
            tasks.deliver(message_id=pk)

    def note_owed(self, today: date, now: datetime) -> None:
        """Add the reminders that the scheme owes on a day at which the calendar looked, at `now`."""
        active = set(TrainingRecord.objects.filter(state=RecordState.ACTIVE).values_list("pk", flat=True))
        for one in self.trainings:
            if one.record in active:
                self.owed.update(_of_milestones(one, today), _of_months(one, today))
                self.owed.update(_of_signatures(one, today, now))


def _of_milestones(one: Training, today: date) -> Iterator[str]:
    rows = Milestone.objects.filter(record=one.record, done_on__isnull=True).exclude(kind=MilestoneKind.BOARD)
    for row in rows.filter(due_on__range=(today - FOUR_WEEKS, today + FOUR_WEEKS)):
        late = today > row.due_on
        if late and row.kind in ATTENDED:
            continue
        for who in {one.trainee, one.around.get(ACTORS.get(MilestoneKind(row.kind), ""), one.trainee)}:
            yield f"training.milestone:{row.pk}:{row.due_on}:{who}:{'late' if late else 'soon'}"


def _of_months(one: Training, today: date) -> Iterator[str]:
    pauses = list(Interruption.objects.filter(record=one.record).values_list("starts_on", "ends_on"))
    gaps = month_gaps(p.START_ON, one.held, today, pauses)
    of_supervisor = [gap for gap in gaps if today >= last_day(gap) + A_WEEK]
    for gap in of_supervisor:
        one.reminded.setdefault(gap, today)
    late = [gap for gap in of_supervisor if today >= max(last_day(gap) + TWO_WEEKS, one.reminded[gap] + A_WEEK)]
    for kind, chased in ((AppointmentKind.SUPERVISOR, of_supervisor), (AppointmentKind.COORDINATOR, late)):
        if chased:
            year, month = chased[-1]
            yield f"training.review_missing:{one.record}:{one.around[kind]}:{year}-{month:02}"


def _of_signatures(one: Training, today: date, now: datetime) -> Iterator[str]:
    """A batch is told once: what waited when somebody heard of it is not told to them again, and the co-ordinator hears
    a week after the supervisor at the earliest (T2)."""
    for kind, wait in ((AppointmentKind.SUPERVISOR, A_WEEK), (AppointmentKind.COORDINATOR, TWO_WEEKS)):
        fresh = [at for at in one.waiting if kind not in one.told or at > one.told[kind]]
        if not fresh or clock.london_date(fresh[0]) + wait > today:
            continue
        first = next((clock.london_date(at) for at in one.heard if at >= fresh[0]), today)
        if kind == AppointmentKind.SUPERVISOR or first + A_WEEK <= today:
            one.heard += [now] if kind == AppointmentKind.SUPERVISOR else []
            one.told[kind] = now
            yield f"training.sign_waits:{one.record}:{one.around[kind]}:{kind}:{clock.london_date(fresh[0])}"


def begin(many: int) -> list[Training]:
    """So many trainees at two centres; every tenth, and the first, is away in September 2026."""
    cast, found = make_cast(), []
    for number in range(many):
        place = ("leeds", "bristol")[number % 2]
        record = p.record_of(cast, place, of=person(f"trainee{number}", f"Trainee {number}"))
        around = dict(record.appointments.values_list("kind", "person"))
        found.append(Training(record.pk, record.trainee_id, around, ("sam", "sue")[number % 2]))
        if number % 10 == 0:
            away = {"from_on": date(2026, 9, 1), "until_on": date(2026, 9, 30)}
            c.grant(c.answered(record, getattr(cast, found[-1].supervisor), "interruption", **away), cast.olive)
    return found


def mornings(chance: random.Random, most: int) -> Iterator[date]:
    """The days on which the calendar looks: it may be late by so many days."""
    day = p.TODAY
    while day < LAST:
        day += timedelta(days=chance.randint(1, most))
        yield day


def live(story: Story, day: date, before: date) -> None:
    """What people did since the last look: most months have a review, half the milestones are done when due."""
    for one in story.trainings:
        reviewed = {month_of(held) for held in one.held}
        record = TrainingRecord.objects.select_related("trainee").get(pk=one.record)
        if month_of(day) not in reviewed and record.state == RecordState.ACTIVE and story.chance.random() < 0.6:
            held = {"held_on": day, "period_starts_on": day, "period_ends_on": day, "next_meeting_on": day + A_WEEK}
            boss = record.appointments.get(kind=AppointmentKind.SUPERVISOR).person
            p.signed_review(record, boss, london_midnight(day) + timedelta(hours=6), **held)
            one.held.append(day)
        due = Milestone.objects.filter(record=one.record, due_on__range=(before, day), done_on__isnull=True)
        for milestone in due:
            if story.chance.random() < 0.5:
                Milestone.objects.filter(pk=milestone.pk).update(done_on=milestone.due_on)


def submits(one: Training, day: date, chance: random.Random) -> None:
    """A competency is submitted now and then, and now and then the supervisor returns all that waits."""
    record = TrainingRecord.objects.select_related("trainee").get(pk=one.record)
    if record.state != RecordState.ACTIVE:
        return
    at = london_midnight(day) + timedelta(hours=6)
    if one.begun < 6 and chance.random() < 0.3:
        w.submitted(record, one.begun, at)
        one.begun, one.waiting = one.begun + 1, [*one.waiting, at]
    elif one.waiting and chance.random() < 0.3:
        PlanItem.objects.filter(record=record, state=ItemState.SUBMITTED).update(state=ItemState.RETURNED)
        one.waiting = []


def leaves(one: Training, day: date) -> None:
    """Somebody leaves the scheme; nothing is sent about them any more."""
    TrainingRecord.objects.filter(pk=one.record).update(state=RecordState.WITHDRAWN, ended_on=day)


@pytest.mark.parametrize(("many", "late"), [(2, 24), pytest.param(200, 4, marks=pytest.mark.slow)])
def test_N_each_due_reminder_is_sent_once_or_shown_in_doubt(moody, killed_while_delivering, rings, many, late):
    clock.set_offset(at=p.NOW)
    chance = random.Random(26)  # noqa: S311 — a repeatable draw, nothing secret
    story = Story(begin(many), moody, killed_while_delivering, chance)
    before, signing = p.TODAY, random.Random(27)  # noqa: S311 — as above
    for number, day in enumerate(mornings(chance, late)):
        now = london_midnight(day) + timedelta(hours=7, minutes=5)
        clock.set_offset(at=now)
        live(story, day, before)
        for one in story.trainings:
            submits(one, day, signing)
        if before < date(2027, 11, 1) <= day:
            leaves(story.trainings[-1], day)
        story.look(number, now)
        story.note_owed(day, now)
        story.post(number)
        before = day
    settled(story)
    everybody_heard_once(story)


def settled(story: Story) -> None:
    """Long after: what a dead worker had in hand is in doubt, and nothing waits any more."""
    clock.set_offset(at=clock.now() + timedelta(days=1))
    sweep(clock.now())
    for pk in Message.objects.filter(state=MailState.SENDING).values_list("pk", flat=True):
        tasks.deliver(message_id=pk)
    assert story.killed > 0


def everybody_heard_once(story: Story) -> None:
    """What was sent is what was owed, each once at the mail server, or in doubt before the eyes of the office."""
    steps = ReminderStep.objects.filter(kind__in=KINDS, message__isnull=False).select_related("message")
    assert {step.key for step in steps} == story.owed
    assert any(key.startswith("training.sign_waits") for key in story.owed)
    arrived, shown = Counter(story.moody.ids), set(outbox.outbox_for_office())
    doubted = 0
    for message in (step.message for step in steps):
        assert message.state in (MailState.SENT, MailState.IN_DOUBT), message.state
        assert arrived[message.message_id] == 1 or (message.state == MailState.IN_DOUBT and message in shown)
        doubted += message.state == MailState.IN_DOUBT
    assert doubted > 0 and max(arrived.values()) == 1
    assert verify().faults == []
