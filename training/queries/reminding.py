"""What the calendar has to remind of, and of which nobody was told yet (T4, T8, M, N)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta

from ctts.accounts.models import User
from ctts.common.clock import london_date, london_midnight
from ctts.common.months import Month, last_day
from ctts.notifications.queries import steps_taken, when_taken
from ctts.organisations.access import on_day
from ctts.scheme.models import RuleSet
from ctts.scheme.queries import numbers_of
from ctts.scheme.rules import SchemeNumbers
from training.models import Appointment, Concern, Milestone, TrainingRecord
from training.queries.held import movers_of, with_holders
from training.queries.reports import ReportDue, reports_due
from training.queries.reviews import months_without_review
from training.rules import (
    CHASED,
    LATE,
    SOON,
    UNSUPERVISED,
    MilestoneStep,
    MonthStep,
    milestone_step,
    month_to_chase,
    report_step,
)
from training.states import (
    ATTENDED,
    AppointmentKind,
    ConcernLevel,
    ConcernState,
    MilestoneKind,
    RecordState,
)

AGAIN = "again"  # the step as co-ordinator of somebody who was reminded as supervisor
MILESTONE_ACTORS: dict[MilestoneKind, tuple[AppointmentKind, ...]] = {
    MilestoneKind.INDUCTION: (),
    MilestoneKind.FIRST_MEETING: (AppointmentKind.EXTERNAL_MODERATOR,),
    MilestoneKind.FIRST_YEAR_EVIDENCE: (AppointmentKind.SUPERVISOR,),
    MilestoneKind.FIRST_YEAR_DECISION: (AppointmentKind.EXTERNAL_MODERATOR,),
    MilestoneKind.WORKSHOP: (),
    MilestoneKind.PORTFOLIO: (AppointmentKind.SUPERVISOR,),
    MilestoneKind.PRACTICAL: (AppointmentKind.EXTERNAL_MODERATOR,),
    MilestoneKind.VIVA: (),
}
"""Who acts on a milestone beside the trainee, and is reminded with them; the board is the office's own (M, N)."""


def chase_series(record_id: int, person_id: int) -> str:
    """The series of reminders of months without a review, for one person around a record."""
    return f"training.review_missing:{record_id}:{person_id}"


def month_step(step: MonthStep) -> str:
    """The step of that series: "2026-05"; the second one to whoever supervises and co-ordinates "2026-05:again"."""
    year, month = step.month
    return f"{year}-{month:02}{':' + AGAIN if step.again else ''}"


def milestone_series(milestone: Milestone, person_id: int) -> str:
    """The series of reminders of a milestone for one person; one that was moved begins another."""
    return f"training.milestone:{milestone.pk}:{milestone.due_on}:{person_id}"


def months_reminded(
    gaps: Mapping[int, Sequence[Month]], people: Mapping[tuple[int, int], Collection[str]]
) -> dict[int, dict[Month, date]]:
    """By record, on which day whoever supervises it was reminded of each of its months without a review; UNSUPERVISED
    where nobody does, and nothing of a month that they were not reminded of (T4); one query."""
    supervised = {pair for pair, kinds in people.items() if AppointmentKind.SUPERVISOR in kinds}
    alone = gaps.keys() - {record for record, _ in supervised}
    found: dict[int, dict[Month, date]] = {
        pk: dict.fromkeys(gaps[pk], UNSUPERVISED) if pk in alone else {} for pk in gaps
    }
    keys = {
        f"{chase_series(record, person)}:{month_step(MonthStep(gap, last_day(gap)))}": (record, gap)
        for record, person in supervised
        for gap in gaps[record]
    }
    for key, at in when_taken(keys).items():
        record, gap = keys[key]
        found[record][gap] = london_date(at)
    return found


def reviews_to_chase(today: date) -> list[tuple[int, int]]:
    """(record, person) of everybody to be reminded of a month without a review, who was not yet (T4, N).

    Trainees who are interrupted or have left are none; who supervises and co-ordinates hears after 7 and after 14 days.
    """
    rows = list(TrainingRecord.objects.filter(state=RecordState.ACTIVE).select_related("rules").order_by("pk"))
    gaps = months_without_review(rows, today)
    by_id = {row.pk: row for row in rows if gaps[row.pk]}
    owed: dict[str, tuple[int, int]] = {}
    people = chased_people(by_id, today)
    reminded = months_reminded({pk: gaps[pk] for pk in by_id}, people)
    for pair, kinds in people.items():
        record_id, person_id = pair
        numbers = numbers_of(by_id[record_id].rules)
        step, _ = month_to_chase(gaps[record_id], kinds, today, numbers, reminded[record_id])
        if step is not None:
            owed[f"{chase_series(record_id, person_id)}:{month_step(step)}"] = pair
    taken = steps_taken(owed)
    return sorted({pair for key, pair in owed.items() if key not in taken})


def chased_people(records: Iterable[int], today: date) -> dict[tuple[int, int], list[str]]:
    """Who is chased around each of these records, by record and person, with their functions; one query."""
    found: dict[tuple[int, int], list[str]] = {}
    held = Appointment.objects.filter(on_day(today), record__in=list(records), kind__in=CHASED)
    for record_id, person_id, kind in held.order_by("record", "person").values_list("record", "person", "kind"):
        found.setdefault((record_id, person_id), []).append(kind)
    return found


def report_series(record_id: int, number: int, due_on: date, person_id: int) -> str:
    """The series of reminders of a progress report for one person; a day that moved begins another."""
    return f"training.report_due:{record_id}:{number}:{due_on}:{person_id}"


def reports_reminded(
    due: Mapping[int, ReportDue], people: Mapping[tuple[int, int], Collection[str]]
) -> dict[int, date | None]:
    """By record, on which day whoever supervises it was told that its progress report is late; None while they were
    not, UNSUPERVISED where nobody supervises (T7); one query."""
    supervised = [pair for pair, kinds in people.items() if AppointmentKind.SUPERVISOR in kinds]
    found: dict[int, date | None] = dict.fromkeys(due, UNSUPERVISED) | {record: None for record, _ in supervised}
    keys = {
        f"{report_series(record, due[record].number, due[record].due_on, person)}:{LATE}": record
        for record, person in supervised
    }
    for key, at in when_taken(keys).items():
        found[keys[key]] = london_date(at)
    return found


def report_steps(
    due_on: date, kinds: Iterable[str], today: date, numbers: SchemeNumbers, reminded_on: date | None
) -> tuple[MilestoneStep | None, tuple[str, ...]]:
    """The reminder of a progress report that came last for somebody with these functions, and what it overtakes (T7).

    Who supervises and co-ordinates hears before the day, after it, and once more 14 days after it; `reminded_on` is the
    day on which the supervisor was told that it is late, from which the co-ordinator's counts.
    """
    held = [kind for kind in CHASED if kind in kinds]
    steps = {kind: report_step(due_on, kind, today, numbers, reminded_on) for kind in held}
    last = steps[held[-1]] if held else None
    if len(held) > 1 and last is not None:
        return MilestoneStep(AGAIN, last.due_on), (SOON, LATE)
    first = steps[held[0]] if held else None
    writes = bool(held) and held[0] == AppointmentKind.SUPERVISOR
    return first, (SOON,) if first and writes and first.name == LATE else ()


def reports_to_remind(today: date) -> list[tuple[int, int]]:
    """(record, person) of everybody to be reminded of a progress report that is not sent, who was not yet (T7, N).

    Trainees who are interrupted or have left are none; who supervises and co-ordinates hears as both.
    """
    rows = list(TrainingRecord.objects.filter(state=RecordState.ACTIVE).select_related("rules").order_by("pk"))
    due = reports_due(rows, today)
    by_id = {row.pk: row for row in rows if (one := due[row.pk]) is not None and one.now}
    owed: dict[str, tuple[int, int]] = {}
    people = chased_people(by_id, today)
    late = {pk: report for pk in by_id if (report := due[pk]) is not None}
    reminded = reports_reminded(late, people)
    for pair, kinds in people.items():
        report, numbers = late[pair[0]], numbers_of(by_id[pair[0]].rules)
        step, _ = report_steps(report.due_on, kinds, today, numbers, reminded[pair[0]])
        if step:
            owed[f"{report_series(pair[0], report.number, report.due_on, pair[1])}:{step.name}"] = pair
    taken = steps_taken(owed)
    return sorted({pair for key, pair in owed.items() if key not in taken})


def step_of(milestone: Milestone, today: date) -> MilestoneStep | None:
    """The reminder of a milestone that has come by `today`, with its record's numbers (M)."""
    attended = milestone.kind in ATTENDED
    return milestone_step(milestone.due_on, today, numbers_of(milestone.record.rules), attended=attended)


def told_of(milestone: Milestone, today: date) -> list[User]:
    """Whoever hears of a milestone: the trainee, and who acts on it beside them; nobody of the board (M)."""
    kinds = MILESTONE_ACTORS.get(MilestoneKind(milestone.kind))
    if kinds is None:
        return []
    held = Appointment.objects.filter(on_day(today), record=milestone.record_id, kind__in=kinds)
    around = User.objects.filter(pk__in=held.values("person")).order_by("sort_name", "pk")
    return [milestone.record.trainee, *(around if kinds else ())]


def milestone_with_holder(milestone_id: int, today: date) -> Milestone:
    """A milestone with who has it, once nothing of it is left to the trainee (M)."""
    found: Milestone = with_holders(Milestone.objects.filter(pk=milestone_id), today, london_midnight(today)).get()
    return found


def reminded_of(milestone: Milestone, step: MilestoneStep, today: date) -> list[User]:
    """Whoever hears that a milestone comes or is late: of one that others hold, whoever has the next move, once it is
    late; never the trainee then, who has done their part (M)."""
    if milestone.holder is None:  # type: ignore[attr-defined]  # annotated by with_holders
        return told_of(milestone, today)
    if step.name != LATE or MilestoneKind(milestone.kind) not in MILESTONE_ACTORS:
        return []
    movers = movers_of(milestone.kind, [milestone.record_id], today).get(milestone.record_id, [])
    return list(User.objects.filter(pk__in=movers).order_by("sort_name", "pk"))


def milestones_to_remind(today: date) -> list[int]:
    """Ids of milestones of trainees who train, with a reminder that has come and of which somebody was not told (M, N).

    That it was told is looked up for the trainee, who hears of each that is theirs: all who hear of one hear in one
    transaction. Of one that others hold it is looked up for each who has the next move.
    """
    longest = max((numbers_of(rules).milestone_notice_days for rules in RuleSet.objects.all()), default=0)
    near = today - timedelta(days=longest), today + timedelta(days=longest)
    rows = Milestone.objects.filter(record__state=RecordState.ACTIVE, done_on__isnull=True, due_on__range=near)
    owed: dict[str, int] = {}
    held: dict[str, dict[int, Milestone]] = {}
    coming = with_holders(rows.filter(kind__in=MILESTONE_ACTORS), today, london_midnight(today))
    for row in coming.select_related("record__rules").order_by("pk"):
        step = step_of(row, today)
        if step and row.holder is None:
            owed[f"{milestone_series(row, row.record.trainee_id)}:{step.name}"] = row.pk
        elif step and step.name == LATE:
            held.setdefault(row.kind, {})[row.record_id] = row
    for kind, of_kind in held.items():
        for record_id, people in movers_of(kind, list(of_kind), today).items():
            one = of_kind[record_id]
            owed |= {f"{milestone_series(one, person)}:{LATE}": one.pk for person in people}
    taken = steps_taken(owed)
    return sorted({pk for key, pk in owed.items() if key not in taken})


def concerns_to_escalate(today: date) -> list[int]:
    """Ids of open concerns whose level had until a day that is over, and above which there is another (T8)."""
    rows = Concern.objects.filter(state=ConcernState.OPEN, due_on__lt=today).exclude(level=ConcernLevel.OFFICE)
    return list(rows.order_by("due_on", "pk").values_list("pk", flat=True))
