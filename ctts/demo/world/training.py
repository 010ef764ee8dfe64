"""One trainee's way: applied, enrolled by the calendar, and from then on what they and the people around them did."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from applications.models import Application
from ctts.common.clock import london_midnight
from ctts.demo.world.applying import Newcomer, apply
from ctts.demo.world.changing import changing
from ctts.demo.world.competencies import competencies
from ctts.demo.world.first_year import first_year
from ctts.demo.world.marking import marking
from ctts.demo.world.moderators import moderators
from ctts.demo.world.months import months as reviews_of_months
from ctts.demo.world.newcomers import CONCERNED, LEFT
from ctts.demo.world.people import Town
from ctts.demo.world.practice import concern, practice, safety_concern
from ctts.demo.world.second_year import second_year
from ctts.demo.world.trainee import Event, Stage, Trainee, in_order
from ctts.demo.world.ways import Way
from ctts.demo.world.writing import writing
from ctts.scheme import actions as scheme
from ctts.scheme.models import Intake
from training import actions
from training.models import TrainingRecord


def train(town: Town, who: Newcomer, intake: Intake, applies_at: datetime, now: datetime) -> Way:
    """The whole way of somebody who became a trainee, from the application up to `now`."""
    yield from apply(town, who, applies_at)
    yield (at := london_midnight(intake.enrolment_on) + timedelta(hours=8))
    application = Application.objects.get(applicant=town.people[who.first])
    enrolled = actions.enrol(by=None, now=at, application_id=application.pk)
    record = TrainingRecord.objects.select_related("scope", "rules", "centre").get(pk=enrolled.pk)
    yield from in_order(_events(Trainee(town, who, record, Stage[who.reaches.upper()]), now))


def _events(trainee: Trainee, now: datetime) -> list[Event]:
    events = [
        *competencies(trainee),
        *moderators(trainee),
        *practice(trainee),
        *writing(trainee),
        *first_year(trainee),
        *second_year(trainee),
        *marking(trainee, now),
        *changing(trainee, now),
    ]
    if trainee.stage > Stage.ENROLLED:
        events.append((trainee.on(0.2), partial(_read_handbook, trainee)))
    if told := CONCERNED.get(trainee.who.first):
        raised = concern if told == "words" else safety_concern
        events.append((now - timedelta(days=4), partial(raised, trainee)))
    if months := LEFT.get(trainee.who.first):
        events.append((trainee.on(months), partial(_leave, trainee)))
    return events + reviews_of_months(trainee, events, now)


def _read_handbook(trainee: Trainee, at: datetime) -> None:
    if handbook := trainee.record.handbook_id:
        scheme.acknowledge_handbook(by=trainee.person, now=at, handbook_id=handbook)


def _leave(trainee: Trainee, at: datetime) -> None:
    actions.end_not_completed(by=trainee.town.people["oscar"], now=at, record_id=trainee.record.pk)
