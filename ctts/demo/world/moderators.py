"""The pool of moderators, and the moderators of a trainee: entered, declared, appointed, met (E3, E4, T11)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.demo.world.applying import key_of
from ctts.demo.world.people import MODERATORS_OF, SIDES, Town
from ctts.demo.world.trainee import Events, Stage, Trainee, proof
from ctts.demo.world.ways import Way
from ctts.scheme.models import Scope
from moderation import actions, declaration, queries
from moderation.states import SampleVerdict
from training import actions as training
from training.queries import dops_for_review
from training.states import AppointmentKind, MeetingMode

EXTERNAL, SUPPORTING = AppointmentKind.EXTERNAL_MODERATOR, AppointmentKind.SUPPORTING_MODERATOR
CAPACITY = 16
RENEWED = timedelta(days=360)  # before a declaration of twelve months ends


def join(town: Town, first: str, now: datetime) -> Way:
    """The office enters a moderator into the pool; they sign the declaration, and again every year."""
    yield now
    scopes = list(Scope.objects.filter(offered=True))
    given: dict[str, Any] = {
        "person": town.people[first],
        "scopes": scopes,
        "region": "United Kingdom",
        "capacity": CAPACITY,
    }
    actions.enter_moderator(by=town.people["olive"], now=now, **given)
    at = now + timedelta(hours=3)
    while True:
        yield at
        actions.sign_declaration(by=town.people[first], now=at, seen=declaration.SHA256, authentication=proof(at))
        at += RENEWED


def moderators(trainee: Trainee) -> Events:
    """External Moderator in the first weeks, a first meeting before the third month; later the Supporting one."""
    if trainee.stage < Stage.BEGUN:
        return
    yield trainee.on(0.5, 10), partial(_appoint, trainee, EXTERNAL)
    if trainee.stage >= Stage.TRAINING:
        yield trainee.on(2.5, 13), partial(_meet, trainee)
        yield trainee.on(3.1, 10), partial(_ask_advice, trainee)
    if trainee.stage >= Stage.PUT_FORWARD:
        yield trainee.on(9.6, 13), partial(_review_year, trainee)
        yield trainee.on(9.7, 10), partial(_sample, trainee)
    if trainee.stage >= Stage.SECOND_YEAR:
        yield trainee.on(12.6, 10), partial(_appoint, trainee, SUPPORTING)


def moderator_of(trainee: Trainee, kind: AppointmentKind = EXTERNAL) -> User:
    """Who holds this function around a trainee."""
    return trainee.record.appointments.select_related("person").get(kind=kind, ends_on=None).person


def markers_of(trainee: Trainee) -> Iterable[User]:
    """The two who mark: the External Moderator first."""
    return moderator_of(trainee), moderator_of(trainee, SUPPORTING)


def _appoint(trainee: Trainee, kind: AppointmentKind, at: datetime) -> None:
    """The office takes one of the two of the trainee's side, who take turns at being the External Moderator."""
    side = next(place for place, centres in enumerate(SIDES) if trainee.who.centre in centres)
    first = MODERATORS_OF[side][(trainee.record.pk + (kind == SUPPORTING)) % 2]
    person = trainee.town.people[first]
    found = queries.found_for(kind, person, trainee.record, london_date(at))
    given: dict[str, Any] = {"record_id": trainee.record.pk, "person": person, "kind": kind, "seen": found.digest}
    actions.appoint(by=trainee.town.people["oscar"], now=at, **given)


def _meet(trainee: Trainee, at: datetime) -> None:
    notes = "We went through the plan competency by competency. The rotations are booked."
    training.hold_first_meeting(**_meeting(trainee, "first meeting", at), notes=notes)


def _ask_advice(trainee: Trainee, at: datetime) -> None:
    """The trainee asks the moderator a question, who answers a day later; of whoever is no further it still waits."""
    given: dict[str, Any] = {"topic": "A rotation at another site", "text": "May I do the PET rotation elsewhere?"}
    key = key_of(trainee.record.pk, "advice")
    question = training.ask_advice(by=trainee.person, now=at, record_id=trainee.record.pk, key=key, **given)
    if trainee.stage > Stage.TRAINING:
        given = {"key": key_of(trainee.record.pk, "answer"), "text": "Yes, if your supervisor agrees the plan for it."}
        later = at + timedelta(days=1)
        training.answer_advice(by=moderator_of(trainee), now=later, question_id=question.pk, **given)


def _review_year(trainee: Trainee, at: datetime) -> None:
    """The review of the first year, with the DOPS of the days before it."""
    values = {
        "held_on": london_date(at),
        "mode": MeetingMode.ONLINE,
        "dops": dops_for_review(trainee.record, 1).first(),
        "progress": "We looked back on the year and at the evidence. The DOPS stands for calm, safe practice.",
        "attention": "",
        "next_steps": "The second rotation; one long case study is to be finished before the summer.",
    }
    key = key_of(trainee.record.pk, "review of the year")
    training.review_year(by=moderator_of(trainee), now=at, record_id=trainee.record.pk, key=key, values=values)


def _sample(trainee: Trainee, at: datetime) -> None:
    """A share of the local work is drawn and looked at; in one training a verdict waits for the supervisor's answer."""
    by, pk = moderator_of(trainee), trainee.record.pk
    draw = actions.draw_samples(by=by, now=at, record_id=pk, key=key_of(pk, "samples"))
    for number, sample in enumerate(draw.samples.order_by("pk")):
        given: dict[str, Any] = {"verdict": SampleVerdict.AGREED, "words": ""}
        if number == 0:
            doubted = trainee.stage == Stage.PUT_FORWARD
            given["verdict"] = SampleVerdict.NOT_AGREED if doubted else SampleVerdict.ADVICE
            given["words"] = "The evidence names no instrument; add which one it was."
        later, key = at + timedelta(hours=1), key_of(pk, "verdict", number)
        actions.judge_sample(by=by, now=later, sample_id=sample.pk, key=key, **given)


def _meeting(trainee: Trainee, which: str, at: datetime) -> dict[str, Any]:
    return {
        "by": moderator_of(trainee),
        "now": at,
        "record_id": trainee.record.pk,
        "key": key_of(trainee.record.pk, which),
        "held_on": london_date(at),
        "mode": MeetingMode.ONLINE,
        "plan_reviewed": True,
    }
