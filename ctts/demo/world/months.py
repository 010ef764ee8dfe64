"""The Supervisor Reviews of the months without one from `practice` (T4): several at once, since years have hundreds.

Each step is signed and on the audit at its own time, as the actions of `practice` leave it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Max

from ctts.audit.models import AuditEvent
from ctts.common.clock import london_date
from ctts.common.digest import sha256
from ctts.common.months import first_day, last_day, month_after, month_of
from ctts.demo.populate.chains import Chain
from ctts.demo.populate.copying import Sheets
from ctts.demo.populate.course import at
from ctts.demo.world.adjusting import WRITTEN
from ctts.demo.world.applying import key_of
from ctts.demo.world.newcomers import LEFT, place_in_cohort
from ctts.demo.world.practice import reviewed_at
from ctts.demo.world.trainee import Event, Stage, Trainee
from training import queries
from training.actions import REVIEW_ACKNOWLEDGED_WORDS, REVIEW_SIGNED_WORDS
from training.models import ReviewSignature, SupervisorReview
from training.states import ReviewState

BEFORE_THE_BOARD = timedelta(days=45)  # whoever has a diploma had their last meeting before it was awarded
SUPERVISOR, TRAINEE = "Training Supervisor", "Trainee"
R = ReviewState
STEPS = (
    ("signed", 16, SUPERVISOR, R.DRAFT, R.SIGNED),
    ("acknowledged", 17, TRAINEE, R.SIGNED, R.ACKNOWLEDGED),
    ("submitted", 18, SUPERVISOR, R.ACKNOWLEDGED, R.SUBMITTED),
)


def months(trainee: Trainee, events: Sequence[Event], now: datetime) -> list[Event]:
    """A review for each month that is over and has none, but for a few that were missed; those between two of the
    other events are one event, at the last of them."""
    others = {london_date(when) for when, _ in events}
    others |= {london_date(now - timedelta(days=back)) for back in WRITTEN.get(trainee.who.first, ())}
    groups: dict[int, list[date]] = {}
    for day in _days(trainee, others, now):
        groups.setdefault(sum(other < day for other in others), []).append(day)
    return [(at(group[-1], 15), partial(_write, trainee, group)) for group in groups.values()]


def _days(trainee: Trainee, busy: set[date], now: datetime) -> list[date]:
    """The day of each month's meeting: one on which nothing else happened, nor the day before or after."""
    found, held = [], {month_of(london_date(when)) for when in reviewed_at(trainee)}
    last, month = _last(trainee, now), month_of(trainee.record.start_on)
    while last_day(month) <= last:
        free = (
            day
            for day in (last_day(month) - timedelta(days=back) for back in range(3, 17))
            if day.weekday() < 5 and not busy & {day - timedelta(days=1), day, day + timedelta(days=1)}
        )
        day = next(free, None)
        if month not in held and day and day > max(trainee.record.start_on, first_day(month) + timedelta(days=10)):
            found.append(day)
        month = month_after(month)
    return [day for back, day in enumerate(reversed(found)) if back not in _missed(trainee)][::-1]


def _last(trainee: Trainee, now: datetime) -> date:
    """The last day of training, or yesterday."""
    if months_in := LEFT.get(trainee.who.first):
        return london_date(trainee.on(months_in)) - timedelta(days=1)
    return london_date(now - (BEFORE_THE_BOARD if trainee.stage == Stage.DIPLOMA else timedelta(days=2)))


def _missed(trainee: Trainee) -> tuple[int, ...]:
    """Which meetings did not take place, counted back from the last one: mostly none, so that the chase has its few."""
    return {1: (0,), 2: (2,), 3: (1, 4)}.get(place_in_cohort(trainee.who), ())


# --- what is written ---


@transaction.atomic
def _write(trainee: Trainee, days: Sequence[date], _: datetime) -> None:
    """The reviews of these days, each signed by both and handed in."""
    record, people = trainee.record, {SUPERVISOR: trainee.supervisor, TRAINEE: trainee.person}
    known = SupervisorReview.objects.filter(record=record)
    last = known.aggregate(last=Max("number"))["last"] or 0
    rows = [_review(trainee, number, day) for number, day in enumerate(days, last + 1)]
    signatures, chain = [], Chain(record.trainee_id, begun=True)
    for row in SupervisorReview.objects.bulk_create(rows):
        facts: dict[str, Any] = {"number": row.number, "held_on": row.held_on.isoformat()}
        note = partial(chain.note, about=SupervisorReview, pk=row.pk)
        note("training.review.written", at(row.held_on, 15), by=people[SUPERVISOR].pk, role=SUPERVISOR, **facts)
        for name, hour, role, before, after in STEPS:
            when, was = at(row.held_on, hour), {"state": str(before)}
            note(f"training.review.{name}", when, by=people[role].pk, role=role, before=was, state=str(after))
        signatures += _signatures(row, people)
    ReviewSignature.objects.bulk_create(signatures)
    sheets = Sheets([AuditEvent])
    chain.write(sheets)
    sheets.send()


def _review(trainee: Trainee, number: int, day: date) -> SupervisorReview:
    record, first = trainee.record, first_day(month_of(day))
    return SupervisorReview(
        record=record,
        number=number,
        held_on=day,
        period_starts_on=max(first, record.start_on),
        period_ends_on=day,
        mode="in_person" if number % 3 else "online",
        attendees=f"{trainee.person.full_name}, {trainee.supervisor.full_name}",
        progress="The month went to plan; what was agreed last time is done.",
        patient_safety_concern=False,
        next_meeting_on=day + timedelta(days=28),
        trainee_comment="Agreed.",
        written_by=trainee.supervisor,
        written_at=at(day, 15),
        state=R.SUBMITTED,
        submitted_at=at(day, 18),
        key=key_of(record.pk, "month", number),
    )


def _signatures(row: SupervisorReview, people: dict[str, Any]) -> list[ReviewSignature]:
    words = {name: getattr(row, name) for name in queries.REVIEW_FIELDS}
    content = {"review": row.pk, "record": row.record_id, "number": row.number, **words, "items": [], "actions": []}
    digest = sha256(content)
    return [
        ReviewSignature(
            review=row,
            signer=people[role],
            printed_name=people[role].full_name,
            role=role,
            meaning=meaning,
            statement=statement,
            content_sha256=digest,
            signed_at=at(row.held_on, hour),
            authenticated_at=at(row.held_on, hour) - timedelta(minutes=1),
            authenticated_with="code",
        )
        for role, meaning, statement, hour in (
            (SUPERVISOR, "signed", REVIEW_SIGNED_WORDS, 16),
            (TRAINEE, "acknowledged", REVIEW_ACKNOWLEDGED_WORDS, 17),
        )
    ]
