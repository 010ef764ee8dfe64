"""Supervisor Reviews, DOPS, and concerns of a trainee (T4, T5, T8, T11)."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.demo.world.applying import key_of
from ctts.demo.world.trainee import Events, Stage, Trainee, proof
from training import actions, queries
from training.access import Doer
from training.models import Dops, PlanItem, SupervisorReview
from training.states import AppointmentKind

PROCEDURES = ("Uniformity check", "Dose preparation", "Room survey", "Output measurement")
WORDS = {"overall": "competent", "done_well": "Calm, complete, safe.", "to_improve": "", "agreed_action": "Teach it."}
REVIEWS = {Stage.ENROLLED: 0, Stage.BEGUN: 0, Stage.TRAINING: 1}  # from the gate on as many as it asks for
OBSERVED = {Stage.ENROLLED: 0, Stage.BEGUN: 0, Stage.TRAINING: 1}


def practice(trainee: Trainee) -> Events:
    """Reviews and DOPS up to the first-year gate; who is not that far has something that waits for somebody."""
    for number, planned in enumerate(reviewed_at(trainee)):
        yield planned, partial(_review, trainee, number)
    for number in range(OBSERVED.get(trainee.stage, trainee.asked.first_year_dops)):
        assessor = trainee.colleague if trainee.who.whole else None
        yield trainee.on(1 + 0.8 * number, 11), partial(observe, trainee, assessor or trainee.supervisor, number)
    if trainee.stage >= Stage.GATE_OPEN:
        yield trainee.on(6.1, 15), partial(_report, trainee)
    if trainee.stage == Stage.TRAINING:
        yield trainee.on(5.6, 14), partial(_begin_review, trainee, 9)
        yield trainee.on(5.7, 9), partial(_ask_for_one, trainee)


def reviewed_at(trainee: Trainee) -> list[datetime]:
    """When the reviews are held that the first-year gate asks for; `months` knows of the others."""
    many = REVIEWS.get(trainee.stage, trainee.asked.first_year_reviews)
    return [trainee.on(0.9 * (number + 1), 14) for number in range(many)]


def concern(trainee: Trainee, at: datetime) -> None:
    """The trainee raises a concern, which lies with the co-ordinator."""
    words = "The rota leaves no time for training on four days of the week."
    key = key_of(trainee.record.pk, "concern")
    given: dict[str, Any] = {"record_id": trainee.record.pk, "key": key, "patient_safety": False, "text": words}
    actions.raise_concern(by=trainee.person, now=at, **given)


def safety_concern(trainee: Trainee, at: datetime) -> None:
    """The supervisor raises a concern about patient safety: a reference only."""
    key = key_of(trainee.record.pk, "safety")
    given: dict[str, Any] = {
        "record_id": trainee.record.pk,
        "key": key,
        "patient_safety": True,
        "reference": "INC-20417",
    }
    actions.raise_concern(by=trainee.supervisor, now=at, **given)


# --- reviews ---


def _review(trainee: Trainee, number: int, at: datetime) -> None:
    """A meeting: written and signed, acknowledged three hours later, submitted in the evening."""
    review = _begin_review(trainee, number, at)
    given: dict[str, Any] = {"review_id": review.pk, "seen": queries.review_digest(review)}
    actions.sign_review(by=trainee.supervisor, now=at, authentication=proof(at), **given)
    later = at + timedelta(hours=3)
    actions.acknowledge_review(by=trainee.person, now=later, comment="I agree.", authentication=proof(later), **given)
    actions.submit_review(by=trainee.supervisor, now=later + timedelta(hours=1), review_id=review.pk)


def _begin_review(trainee: Trainee, number: int, at: datetime) -> SupervisorReview:
    held_on = london_date(at)
    values = dict.fromkeys(queries.REVIEW_FIELDS, "") | {
        "held_on": held_on,
        "period_starts_on": max(held_on - timedelta(days=27), trainee.record.start_on),
        "period_ends_on": held_on,
        "mode": "in_person",
        "attendees": f"{trainee.person.full_name}, {trainee.supervisor.full_name}",
        "progress": "The rotation goes to plan; two competencies can be submitted before the next meeting.",
        "patient_safety_concern": False,
        "next_meeting_on": held_on + timedelta(days=28),
    }
    agreed = [actions.Agreed("Watch two more procedures", trainee.person.full_name, held_on + timedelta(days=21))]
    key = key_of(trainee.record.pk, "review", number)
    given: dict[str, Any] = {"record_id": trainee.record.pk, "key": key, "values": values, "actions": agreed}
    return actions.write_review(by=trainee.supervisor, now=at, **given)


# --- progress reports ---


def _report(trainee: Trainee, at: datetime) -> None:
    """The first progress report: signed and sent, and acknowledged two hours later where somebody co-ordinates (T7)."""
    values = {
        "period_starts_on": trainee.record.start_on,
        "period_ends_on": london_date(at),
        "progress": "The first half-year goes to plan; signatures and DOPS keep pace with it.",
        "attention": "",
        "next_steps": "The second rotation, and the first long case study.",
    }
    key = key_of(trainee.record.pk, "report")
    report = actions.write_report(by=trainee.supervisor, now=at, record_id=trainee.record.pk, key=key, values=values)
    given: dict[str, Any] = {"report_id": report.pk, "seen": queries.report_digest(report)}
    actions.send_report(by=trainee.supervisor, now=at, authentication=proof(at), **given)
    later = at + timedelta(hours=2)
    for person in actions.holders(trainee.record, later, AppointmentKind.COORDINATOR):
        words: dict[str, Any] = {"comment": "Thank you.", "authentication": proof(later)}
        actions.acknowledge_report(by=person, now=later, **given, **words)


# --- DOPS ---


def _ask(trainee: Trainee, assessor: User, number: int, at: datetime) -> Dops:
    """The trainee asks somebody for a DOPS."""
    values = {"procedure": PROCEDURES[number % len(PROCEDURES)], "place": "Department, room 3"}
    key = key_of(trainee.record.pk, "dops", number)
    given: dict[str, Any] = {"record_id": trainee.record.pk, "key": key, "assessor": assessor, "values": values}
    return actions.request_dops(by=trainee.person, now=at, **given)


def _ask_for_one(trainee: Trainee, at: datetime) -> None:
    """A DOPS that waits for its assessor: a colleague whom the supervisor has approved, or the supervisor."""
    dops = _ask(trainee, trainee.colleague or trainee.supervisor, 9, at)
    if trainee.colleague:
        actions.approve_assessor(by=trainee.supervisor, now=at, dops_id=dops.pk, authentication=proof(at))


def observe(trainee: Trainee, assessor: User, number: int, at: datetime) -> None:
    """A DOPS from start to acknowledgement; a colleague is asked and approved first."""
    if assessor == trainee.colleague:
        dops = _ask(trainee, assessor, number, at)
        actions.approve_assessor(by=trainee.supervisor, now=at, dops_id=dops.pk, authentication=proof(at))
    else:
        key = key_of(trainee.record.pk, "dops", number)
        dops = actions.start_dops(by=assessor, now=at, record_id=trainee.record.pk, key=key)
    assess(dops, assessor, number, at)
    post = "Principal technologist"
    given: dict[str, Any] = {"dops_id": dops.pk, "seen": _digest(dops)}
    actions.sign_dops(by=assessor, now=at, authentication=proof(at), post=post, **given)
    later = at + timedelta(hours=2)
    given["seen"] = _digest(dops)
    words: dict[str, Any] = {"comment": "Thank you.", "authentication": proof(later)}
    actions.acknowledge_dops(by=trainee.person, now=later, **given, **words)


def assess(dops: Dops, assessor: Doer, number: int, at: datetime) -> None:
    """Steps 1 to 4, with an account or by a one-time link; scores rise with the number."""
    items = list(PlanItem.objects.filter(record=dops.record_id).order_by("position"))
    header = {
        "observed_on": london_date(at),
        "place": "Department, room 3",
        "procedure": PROCEDURES[number % len(PROCEDURES)],
        "complexity": "routine" if number % 3 else "complex",
        "setting": "real",
        "item": items[number % len(items)],
    }
    given: dict[str, Any] = {"by": assessor, "now": at, "dops_id": dops.pk}
    actions.save_header(**given, values=header, seen=queries.step_digest(dops, 1))
    for step in (2, 3):
        asked = enumerate(queries.items_of_step(dops, step))
        scores = {item.pk: min(4, 2 + number // 3 + (place + number) % 2) for place, item in asked}
        actions.save_scores(**given, step_number=step, scores=scores, seen=queries.step_digest(dops, step))
    actions.save_words(**given, values=WORDS, seen=queries.step_digest(dops, 4))


def _digest(dops: Dops) -> str:
    dops.refresh_from_db()
    return queries.dops_digest(dops)
