"""The frame for `periodic.py` files: what the calendar owes, looked for once a minute.

An app declares in its `periodic.py`

    @calendar_job("scheme.close_intakes")
    def close_intakes(now: datetime) -> int:
        ...finds in the database what is due at `now`, calls one action for each, and says how many there were

Beat only says "look now": `tick` rings for every declared job, each is a worker job of its own. What is due is computed
from the database, so a tick that is late, lost or doubled changes nothing (quality rule 5). `run_due` does the same in
the calling process, in order, for `manage.py run_due` and for tests.

A job may also name the work of a lower app that it waits for, `after="documents.check"`: whoever did that work says so
with `announce`, and people need not wait for the minute.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from zlib import crc32

from django.apps import AppConfig, apps
from django.db import connection
from django.utils.module_loading import autodiscover_modules

from ctts.common import clock
from ctts.common.models import CalendarBeat
from ctts.common.queue import Job, enqueue, job

logger = logging.getLogger(__name__)

TICK = "common.tick"
TICK_SECONDS = 60
ONE_AT_A_TIME = 0x4A4F4253  # class of the advisory locks that keep two workers from the same job

Due = Callable[[datetime], int | None]


@dataclass(frozen=True, slots=True)
class CalendarJob:
    """A declared job: its name "<app>.<verb>", what looks and acts, its worker job, and how often it looks.

    `daily_from` None: every minute. Else: once a London day, at the first tick after that wall-clock time. `after`: the
    work that also makes it look, "" for none.
    """

    name: str
    due: Due
    task: Job
    daily_from: time | None
    after: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one job did in `run_due`: the number of things, or the kind of exception that stopped it."""

    name: str
    did: int
    problem: str = ""


_declared: dict[str, CalendarJob] = {}


def calendar_job(name: str, *, daily_from: time | None = None, after: str = "") -> Callable[[Due], Due]:
    """Declare a job of the calendar. `daily_from` is for searches too heavy for every minute; they still catch up.
    `after` is the work, "<app>.<verb>", at whose end it looks at once.

    The function takes `now` (aware, UTC), must be safe to run twice, late or beside itself, and may return the number
    of things it did. Raises ValueError for a name that is taken.
    """

    def declare(due: Due) -> Due:
        if name in _declared:
            raise ValueError(f"Two jobs of the calendar are called {name}.")

        @job(name)
        def look(**_newer: object) -> None:
            run_alone(_declared[name], clock.now())

        _declared[name] = CalendarJob(name, due, look, daily_from, after)
        return due

    return declare


def calendar_jobs() -> list[CalendarJob]:
    """Every declared job, lowest app first, inside an app in the order of its `periodic.py`."""
    autodiscover_modules("periodic")
    order: list[AppConfig | None] = [*apps.get_app_configs()]
    return sorted(
        _declared.values(), key=lambda found: order.index(apps.get_containing_app_config(found.due.__module__))
    )


def announce(work: str) -> None:
    """Ring, once the present transaction has committed, for every job that waits for this work; "<app>.<verb>"."""
    for found in calendar_jobs():
        if found.after == work:
            enqueue(found.task, expires=TICK_SECONDS - 5)


@job(TICK)
def tick(**_newer: object) -> None:
    """Ring for every job of the calendar, and leave the mark that `/readyz` reads as the last beat."""
    _note(TICK, clock.london_date(clock.now()))
    for found in calendar_jobs():
        enqueue(found.task, expires=TICK_SECONDS - 5)


def run_alone(found: CalendarJob, now: datetime) -> None:
    """Run one job unless another worker is at it, or it has run to its end on this London day and is a daily one.

    What the job raises is passed on after it was noted; the next tick tries again.
    """
    with _alone(found.name) as mine:
        if not mine or not _wanted(found, now):
            return
        finished: date | None = None
        try:
            found.due(now)
            finished = clock.london_date(now)
        finally:
            _note(found.name, finished)


def run_due(now: datetime) -> list[Outcome]:
    """Run every job once, in order, for the instant `now` (daily ones too, whatever they did before).

    One that fails is logged and reported, and does not keep the others from their work.
    """
    return [_outcome(found, now) for found in calendar_jobs()]


def seconds_since(name: str = TICK) -> int | None:
    """Machine seconds since a job (by default the tick itself) last ran; None when it never did."""
    beat = CalendarBeat.objects.filter(name=name).first()
    return int((clock.machine_now() - beat.at).total_seconds()) if beat else None


def _outcome(found: CalendarJob, now: datetime) -> Outcome:
    try:
        return Outcome(found.name, found.due(now) or 0)
    except Exception as problem:
        logger.exception("The calendar's %s failed.", found.name)
        return Outcome(found.name, 0, type(problem).__name__)


def _wanted(found: CalendarJob, now: datetime) -> bool:
    if found.daily_from is None:
        return True
    here = now.astimezone(clock.LONDON)
    ran_today = CalendarBeat.objects.filter(name=found.name, day=here.date()).exists()
    return here.time() >= found.daily_from and not ran_today


def _note(name: str, finished: date | None) -> None:
    columns: dict[str, object] = {"at": clock.machine_now(), "problem": "" if finished else "failed"}
    columns |= {"day": finished} if finished else {}
    CalendarBeat.objects.update_or_create(name=name, defaults=columns)


@contextmanager
def _alone(name: str) -> Iterator[bool]:
    """Hold this job's advisory lock of the connection; yields False at once when another connection has it.

    A worker that dies lets go of it with its connection.
    """
    keys = [ONE_AT_A_TIME, _number(name)]
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s, %s)", keys)
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s, %s)", keys)


def _number(name: str) -> int:
    """A name as the second half of an advisory lock, a signed 32-bit number."""
    return crc32(name.encode()) - 2**31
