"""Whom the calendar reminds: of signatures (T2), months without a review (T4), milestones (M); concerns go up (T8)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from ctts.accounts.models import User
from ctts.audit.actions import record as audit
from ctts.common.clock import london_date
from ctts.common.months import first_day
from ctts.notifications.actions import pass_over, remind
from ctts.scheme.queries import numbers_of
from training import access, notices
from training.actions._concerns import climb
from training.actions._steps import lock_record, lock_with_record, tell
from training.models import Concern, Milestone, TrainingRecord
from training.queries.alone import TOLD, Loss, alone_series, losses_of, told_of_loss, unsupervised
from training.queries.around import holders_of
from training.queries.reminding import (
    AGAIN,
    chase_series,
    chased_people,
    milestone_series,
    milestone_with_holder,
    month_step,
    months_reminded,
    reminded_of,
    report_series,
    report_steps,
    reports_reminded,
    step_of,
)
from training.queries.reports import reports_due
from training.queries.reviews import months_without_review
from training.queries.unsigned import sign_chases
from training.rules import SOON, UNSUPERVISED, month_to_chase, next_level
from training.states import AppointmentKind, ConcernLevel, ConcernState, MilestoneKind, RecordState


@transaction.atomic
def chase_review(*, by: None, now: datetime, record_id: int, person_id: int) -> bool:
    """Remind the supervisor, or the co-ordinator, of a month without a Supervisor Review, once for each month (T4, N).

    The supervisor 7 days after its end, the co-ordinator after 14, and never sooner than a week after the supervisor
    was; who is both, twice. Called late it sends the latest step only. Whether it was told, now or before; nothing
    about a trainee who is interrupted or has left.
    """
    record, today = lock_record(record_id), london_date(now)
    person = User.objects.get(pk=person_id)
    held = access.appointed(person, record, today)
    if record.state != RecordState.ACTIVE:
        return False
    gaps, numbers = months_without_review([record], today)[record.pk], numbers_of(record.rules)
    reminded = months_reminded({record.pk: gaps}, chased_people([record.pk], today))[record.pk]
    step, earlier = month_to_chase(gaps, held, today, numbers, reminded)
    if step is None:
        return False
    sent = remind(
        notices.REVIEW_MISSING,
        to=person,
        key=chase_series(record.pk, person.pk),
        step=month_step(step),
        slept_through=[month_step(one) for one in earlier],
        due_on=step.due_on,
        about=record,
        now=now,
        context={
            "record": record,
            "month_on": first_day(step.month),
            "writes": AppointmentKind.SUPERVISOR in held,
            "again": step.again,
            "reminded_on": _day_of(reminded.get(step.month)),
        },
        within=record.trainee_id,
    )
    return sent is not None


@transaction.atomic
def remind_of_report(*, by: None, now: datetime, record_id: int, person_id: int) -> bool:
    """Remind the supervisor, and later the co-ordinator, of a progress report that is not sent, each once (T7, N).

    Whether it was told, now or before; nothing about a trainee who is interrupted or has left.
    """
    record, today = lock_record(record_id), london_date(now)
    person = User.objects.get(pk=person_id)
    held = access.appointed(person, record, today)
    report = reports_due([record], today)[record.pk]
    if report is None or record.state != RecordState.ACTIVE:
        return False
    reminded_on = reports_reminded({record.pk: report}, chased_people([record.pk], today))[record.pk]
    step, earlier = report_steps(report.due_on, held, today, numbers_of(record.rules), reminded_on)
    if step is None:
        return False
    sent = remind(
        notices.REPORT_DUE,
        to=person,
        key=report_series(record.pk, report.number, report.due_on, person.pk),
        step=step.name,
        slept_through=earlier,
        due_on=step.due_on,
        about=record,
        now=now,
        context={
            "record": record,
            "report": report,
            "late": step.name != SOON,
            "writes": AppointmentKind.SUPERVISOR in held,
            "again": step.name == AGAIN,
            "reminded_on": _day_of(reminded_on),
        },
        within=record.trainee_id,
    )
    return sent is not None


def _day_of(reminded_on: date | None) -> date | None:
    """The day on which the supervisor was reminded, for the words of a mail; None where there is none to name."""
    return None if reminded_on == UNSUPERVISED else reminded_on


@transaction.atomic
def remind_of_signatures(*, by: None, now: datetime, record_id: int, person_id: int) -> bool:
    """Remind the supervisor, and later the co-ordinator, of competencies that wait for a signature (T2, N).

    The supervisor 7 days after the first of them was submitted, the co-ordinator after 14, and never sooner than a week
    after the supervisor was; each once for all that waits then, and of what is submitted later anew. Whether it was
    told now; nothing about a trainee who is interrupted or has left.
    """
    record, today = lock_record(record_id), london_date(now)
    if record.state != RecordState.ACTIVE:
        return False
    chase = next((one for one in sign_chases([record], today) if one.person_id == person_id), None)
    if chase is None:
        return False
    person = User.objects.get(pk=person_id)
    for series, step in chase.overtakes:
        pass_over(notices.SIGN_WAITS, to=person, key=series, steps=[step], now=now)
    sent = remind(
        notices.SIGN_WAITS,
        to=person,
        key=chase.series,
        step=chase.since.isoformat(),
        due_on=chase.due_on,
        about=record,
        now=now,
        context={"record": record, "chase": chase, "reminded_on": _day_of(chase.reminded_on)},
        within=record.trainee_id,
    )
    return sent is not None


@transaction.atomic
def tell_of_lost_supervisor(*, by: None, now: datetime, record_id: int) -> int:
    """Tell the trainee and the Training Co-ordinators that nobody supervises the training, once for each loss (E5, N).

    How many were told, now or before; nobody where somebody supervises again, nor in an interruption.
    """
    record, today = lock_record(record_id), london_date(now)
    if record.state != RecordState.ACTIVE or not unsupervised(today).filter(pk=record_id).exists():
        return 0
    loss, people = losses_of([record_id], today).get(record_id, Loss()), told_of_loss(record, today)
    for person in people:
        remind(
            notices.SUPERVISOR_LOST,
            to=person,
            key=alone_series(record_id, loss, person.pk),
            step=TOLD,
            about=record,
            now=now,
            context={"record": record, "why": str(loss), "own": person.pk == record.trainee_id},
            within=record.trainee_id,
        )
    return len(people)


@transaction.atomic
def remind_of_milestone(*, by: None, now: datetime, milestone_id: int) -> int:
    """Remind the trainee, and who acts on it beside them, that a milestone comes or is late, once each (M, N); of one
    that waits for others, whoever has the next move, once it is late.

    How many people were told, now or before; nobody of one that is done, or of a trainee who is interrupted or left.
    """
    record_id = Milestone.objects.values_list("record", flat=True).get(pk=milestone_id)
    record, today = lock_record(record_id), london_date(now)
    milestone = milestone_with_holder(milestone_id, today)
    milestone.record = record
    step = step_of(milestone, today)
    if step is None or milestone.done_on is not None or record.state != RecordState.ACTIVE:
        return 0
    people = reminded_of(milestone, step, today)
    for person in people:
        remind(
            notices.MILESTONE,
            to=person,
            key=milestone_series(milestone, person.pk),
            step=step.name,
            slept_through=[] if step.name == SOON else [SOON],
            due_on=step.due_on,
            about=milestone,
            now=now,
            context={
                "record": record,
                "milestone": MilestoneKind(milestone.kind).label,
                "due_on": milestone.due_on,
                "late": step.name != SOON,
                "own": person.pk == record.trainee_id,
                "holds": milestone.holder is not None,  # type: ignore[attr-defined]  # annotated by with_holders
            },
            within=record.trainee_id,
        )
    return len(people)


@transaction.atomic
def escalate_concern(*, by: None, now: datetime, concern_id: int) -> bool:
    """Pass a concern on to the next level once its level missed the day; whether it was this call (T8).

    The next level is the first that somebody else than whoever raised it holds, and has five working days of its own
    from today. Its holders and whoever raised it are told. A concern that is closed, has time or lies with the office
    stays where it is.
    """
    concern = lock_with_record(Concern, concern_id, "raised_by")
    record, today = concern.record, london_date(now)
    above = next_level(concern.level)
    if concern.state != ConcernState.OPEN or concern.due_on >= today or above is None:
        return False
    missed = ConcernLevel(concern.level), concern.due_on
    before, after = climb(concern, above, now)
    audit(
        "training.concern.escalated",
        by=by,
        at=now,
        about=concern,
        within=record.trainee_id,
        before=before,
        after=after,
    )
    _tell_of_escalation(concern, *missed, now)
    return True


def _tell_of_escalation(concern: Concern, level: ConcernLevel, due_on: date, now: datetime) -> None:
    record: TrainingRecord = concern.record
    people = {one.pk: one for one in holders_of(record, concern.level, london_date(now))}
    for person in {**people, concern.raised_by_id: concern.raised_by}.values():
        tell(
            notices.CONCERN_ESCALATED,
            record,
            person,
            about=concern,
            now=now,
            key=f"{concern.pk}:{concern.level}",
            concern=concern,
            missed=level.label,
            missed_on=due_on,
        )
