"""A whole intake with a real Celery worker that is killed twice: everybody gets the right letter, once (A4, I5, E1).

Sixty applications of all kinds; a dozen of them in the default run.
"""

from __future__ import annotations

import itertools
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from applications import actions as applications
from applications.models import Application, Decision
from applications.states import Part
from ctts.audit.verification import verify
from ctts.common import clock
from ctts.common.calendar_jobs import tick
from ctts.common.mail import FINISHED, MailState
from ctts.home.invariants import broken_invariants
from ctts.notifications import actions as notifications
from ctts.notifications.models import Message
from ctts.processes import Child
from ctts.scheme.models import Framework
from tests.cast import Cast, at, make_cast, person
from tests.conftest import wait_until
from tests.faults.conftest import OwnRedis, kill
from tests.make import published_framework
from tests.notifications.make import MoodyServer
from tests.training.world import ACCEPTED, APPLIED, ENROLLED, april, handed_in, reviewed
from training.models import TrainingRecord

pytestmark = [pytest.mark.django_db(transaction=True)]

# What becomes of an application, and the message that says so.
LETTERS = {
    "accepted": "applications.accepted",
    "accepted after questions": "applications.accepted",
    "declined": "applications.declined",
    "deferred": "applications.deferred",
    "withdrawn": "applications.withdrawn",
    "never handed in": "applications.rolled_over",
}
OF_TWELVE = ["accepted"] * 6 + ["accepted after questions", "declined", "declined", "deferred", "withdrawn",
                               "never handed in"]  # fmt: skip
CUT_OFF = at(2026, 4, 1, 0, 5)  # the last day for applications is over; enrolment begins in the same night


def apply(cast: Cast, frameworks: list[Framework], number: int, kind: str) -> Application:
    """One application of a kind, as far as its people bring it before the office decides."""
    applicant = person(f"applicant{number}", f"Applicant {number:02}")
    if kind == "never handed in":
        return applications.start_application(by=applicant, now=APPLIED)
    supervisor = (cast.sam, cast.sue)[number % 2]
    application = handed_in(cast, applicant, supervisor, frameworks[number % 2])
    if kind == "accepted after questions":
        applications.claim(by=cast.olive, now=APPLIED, application_id=application.pk, seen_holder=None)
        points = [(Part.PERSONAL, "Is this your whole name?")]
        asked = applications.ask_information(by=cast.olive, now=APPLIED, application_id=application.pk, points=points)
        answers = {asked.points.get().pk: "Yes, it is."}
        applications.answer_information(by=applicant, now=APPLIED, application_id=application.pk, answers=answers)
    application.refresh_from_db()
    return application


def decide(cast: Cast, application: Application, kind: str) -> None:
    """What the office decides."""
    given = {"now": ACCEPTED, "application_id": application.pk}
    if kind == "withdrawn":
        applications.withdraw(by=cast.olive, reason="The centre asked for it.", **given)
    elif kind == "declined":
        reviewed(cast, application, ACCEPTED)
        applications.decline(by=cast.olive, reasons="The plan does not reach level 6.", **given)
    elif kind == "deferred":
        reviewed(cast, application, ACCEPTED)
        applications.defer(by=cast.olive, reasons="The post begins in September.", **given)
    elif kind != "never handed in":
        reviewed(cast, application, ACCEPTED)
        applications.accept(by=cast.olive, **given)


def arrived(moody: MoodyServer) -> Counter[tuple[str, str]]:
    """(whom, which message) of every mail that the server took, counted."""
    known = {message.message_id: message for message in Message.objects.select_related("to")}
    return Counter((known[name].to.email, known[name].kind) for name in moody.ids)


def settle_doubts(cast: Cast, moody: MoodyServer) -> None:
    """What the office does with mails that hung while their worker died: it asks whether they came, and decides."""
    for message in Message.objects.filter(state="in_doubt"):
        given = {"by": cast.olive, "now": clock.now(), "reason": "Asked on the telephone."}
        if message.message_id in moody.ids:
            notifications.confirm_arrival(message_id=message.pk, **given)
        else:
            notifications.resend(message_ids=[message.pk], **given)


def every_mail_leaves(cast: Cast, moody: MoodyServer) -> None:
    """What a dead worker had in hand is in doubt after a while; the office settles it, and nothing waits any more."""
    clock.set_offset(at=at(2026, 4, 1, 7))
    waiting = Message.objects.filter(state__in=[MailState.QUEUED, MailState.SENDING])
    look_until(lambda: not waiting.exists(), "every mail has left or is in doubt")
    settle_doubts(cast, moody)
    look_until(lambda: not Message.objects.exclude(state__in=FINISHED).exists(), "every mail has left")


def look_until(condition: Callable[[], object], what: str) -> None:
    """Ring every other second, as the clock does each minute, until the worker has done it."""
    rung = 0.0

    def looked() -> object:
        nonlocal rung
        if time.monotonic() - rung > 2:
            tick.delay()
            rung = time.monotonic()
        return condition()

    wait_until(looked, seconds=180, what=what)


@dataclass
class Story:
    """The intake as it goes: who applied and how it ends, the worker of the moment and what it works with."""

    cast: Cast
    intake: list[tuple[Application, str]]
    start_worker: Callable[[str], Child]
    own_redis: OwnRedis
    worker: Child

    @property
    def chosen(self) -> set[int]:
        """Who is accepted and shall become a trainee."""
        return {one.applicant_id for one, kind in self.intake if LETTERS[kind] == "applications.accepted"}

    def the_worker_dies(self, name: str) -> None:
        """It is killed with all it had in hand, the broker forgets, and another comes."""
        kill(self.worker)
        self.own_redis.lose_everything()
        self.worker = self.start_worker(name)

    def decide(self) -> None:
        """The office decides everything; half way through, with letters half made, the worker dies."""
        clock.set_offset(at=ACCEPTED)
        for number, (application, kind) in enumerate(self.intake):
            decide(self.cast, application, kind)
            if number == len(self.intake) // 2:
                made = Decision.objects.filter(letter__document__isnull=False)
                wait_until(made.exists, seconds=60, what="a letter")
                self.the_worker_dies("second")
        owed = Decision.objects.filter(letter__document__isnull=True)
        look_until(lambda: not owed.exists(), "every letter is made")

    def enrol(self) -> None:
        """The calendar enrols; in the middle of it the worker dies."""
        clock.set_offset(at=CUT_OFF)
        look_until(TrainingRecord.objects.exists, "the first is enrolled")
        self.the_worker_dies("third")
        clock.set_offset(at=ENROLLED)
        look_until(lambda: TrainingRecord.objects.count() >= len(self.chosen), "everybody is enrolled")


@pytest.mark.parametrize("many", [12, pytest.param(60, marks=pytest.mark.slow)])
def test_every_applicant_of_an_intake_gets_the_right_letter_once(many, start_worker, own_redis, moody):
    clock.set_offset(at=APPLIED)
    cast, _ = make_cast(), april()
    kinds = itertools.islice(itertools.cycle(OF_TWELVE), many)
    frameworks = [published_framework("NM"), published_framework("ME")]
    intake = [(apply(cast, frameworks, number, kind), kind) for number, kind in enumerate(kinds)]
    story = Story(cast, intake, start_worker, own_redis, start_worker("first"))
    story.decide()
    story.enrol()
    every_mail_leaves(cast, moody)

    assert set(TrainingRecord.objects.values_list("trainee", flat=True)) == story.chosen
    sent = arrived(moody)
    for application, kind in intake:
        mine = {key: times for (whom, key), times in sent.items() if whom == application.applicant.email}
        assert {key: times for key, times in mine.items() if key in LETTERS.values()} == {LETTERS[kind]: 1}, kind
        assert mine.get("training.welcome", 0) == (application.applicant_id in story.chosen)
    assert not Decision.objects.filter(letter__document__isnull=True).exists()
    assert verify().faults == [] and broken_invariants() == []
