"""What stands when the story begins, its people at their browsers, and the two years' clock."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from io import StringIO
from typing import Any

from django.core.management import call_command

from ctts.accounts.actions import give_second_factor
from ctts.accounts.models import User
from ctts.common import clock
from ctts.scheme import actions as scheme
from ctts.scheme.catalogues import DOPS_WORKBOOK
from ctts.scheme.models import Competency, Intake
from ctts.scheme.spreadsheet import read_dops_form
from ctts.scheme.states import EventKind
from tests.cast import START, Cast, at, make_cast
from tests.conftest import PostBox, Worker
from tests.journeys.visitor import Visitor
from tests.make import open_intake, published_framework

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
WITH_SECOND_FACTOR = ("olive", "oscar", "sid", "cora", "mia", "max")
BEGIN = at(2026, 2, 2, 10)


@dataclass
class Story:
    """The journey so far: who sits where, and what the worker and the mail server saw."""

    cast: Cast
    intake: Intake
    worker: Worker
    post_box: PostBox
    sits: Callable[[str, str], Visitor] = Visitor  # how somebody with this name and address gets at the pages
    visitors: dict[str, Visitor] = field(default_factory=dict)
    repeats: Callable[[Story], AbstractContextManager[None]] = lambda _: nullcontext()
    record: str = ""  # the address of the trainee's record, once her own page has led to it

    def __getattr__(self, first: str) -> Visitor:
        """Somebody of the cast at their browser; they sign in the first time they come."""
        if first in self.__dict__.get("visitors", {}):
            return self.visitors[first]
        if first.startswith("_") or not hasattr(self.cast, first):
            raise AttributeError(first)
        person = User.objects.get(pk=getattr(self.cast, first).pk)
        self.visitors[first] = self.sits(person.full_name, person.email)
        self.visitors[first].sign_in(SECRET if first in WITH_SECOND_FACTOR else "")
        return self.visitors[first]

    def again(self) -> AbstractContextManager[None]:
        """Around what its people have done before in just this way, as the story wants such things done."""
        return self.repeats(self)

    def on(self, *day: int) -> None:
        """The clock shows this instant, and the calendar has done what is due by then."""
        self.move(at(*day))

    def move(self, instant: datetime) -> None:
        """Set the demonstration clock and let the calendar look."""
        self.worker.wait(seconds=60)
        call_command("demo_clock", at=instant.isoformat(), stdout=StringIO())
        call_command("run_due", stdout=StringIO())
        self.worker.wait(seconds=60)

    def settle(self) -> None:
        """Wait until the worker has done what was left to it."""
        self.worker.wait(seconds=60)

    def mails_to(self, email: str) -> list[Any]:
        """What arrived for an address, oldest first."""
        self.settle()
        return [mail for mail in self.post_box.messages() if email in str(mail["To"])]


def begin(worker: Worker, post_box: PostBox) -> Story:
    """Two accredited centres with their people, frameworks, the DOPS form, and the April intake open with its days."""
    cast = make_cast()
    for code in ("NM", "ME"):
        published_framework(code)
    with DOPS_WORKBOOK.open("rb") as file:
        scheme.import_dops_form(by=None, now=START, scope=None, items=read_dops_form(file, DOPS_WORKBOOK.name))
    intake = open_intake(2026, 4)
    for kind, hour in ((EventKind.INDUCTION, 9), (EventKind.SOFT_SKILLS, 14)):
        starts_at = at(2026, 5, 15, hour)
        words = {"title": f"{kind.label}, April 2026", "joining": "Online; the link comes the day before."}
        ends_at = at(2026, 5, 15, hour + 2)
        scheme.add_event(by=None, now=START, kind=kind, starts_at=starts_at, ends_at=ends_at, intake=intake, **words)
    for first in WITH_SECOND_FACTOR:
        person = User.objects.get(pk=getattr(cast, first).pk)
        give_second_factor(person=person, secret=SECRET, by=None, now=START)
    clock.set_offset(at=BEGIN)
    return Story(cast, intake, worker, post_box)


def covering(code: str) -> list[Competency]:
    """Few competencies of a sample framework that together cover every task of its scope."""
    every = Competency.objects.filter(framework__scope__code=code).prefetch_related("tasks").order_by("pk")
    chosen, covered = [], set()
    for competency in every:
        tasks = {task.pk for task in competency.tasks.all()}
        if tasks - covered:
            chosen.append(competency)
            covered |= tasks
    return chosen
