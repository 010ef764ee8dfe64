"""The calendar: looked at once a minute, one worker at a job, safe to run twice, late or beside itself (rule 5)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection, connections

from ctts.common import calendar_jobs, clock
from ctts.common.calendar_jobs import (
    CalendarJob,
    Outcome,
    announce,
    calendar_job,
    run_alone,
    run_due,
    seconds_since,
    tick,
)
from ctts.common.models import CalendarBeat
from tests.conftest import wait_until
from tests.notifications.conftest import rings

__all__ = ["rings"]

NOON = datetime(2026, 6, 1, 11, 0, tzinfo=UTC)


@pytest.fixture
def declared():
    """Jobs that a test declares are forgotten afterwards."""
    calendar_jobs.calendar_jobs()  # every app has declared its own
    before = dict(calendar_jobs._declared)
    yield calendar_jobs._declared
    calendar_jobs._declared.clear()
    calendar_jobs._declared.update(before)


def job(due, daily_from=None, name="tests.job"):
    """A job that is not among the declared ones."""
    return CalendarJob(name, due, tick, daily_from)


@pytest.mark.django_db
def test_a_job_runs_every_time_and_its_last_run_is_noted():
    looked = []
    for minute in range(2):
        run_alone(job(looked.append), NOON + timedelta(minutes=minute))
    assert looked == [NOON, NOON + timedelta(minutes=1)]
    beat = CalendarBeat.objects.get(name="tests.job")
    assert (beat.day, beat.problem) == (date(2026, 6, 1), "")
    assert seconds_since("tests.job") == 0
    assert seconds_since("tests.never") is None


@pytest.mark.django_db
def test_a_daily_job_runs_once_a_london_day_from_its_time_on_however_late():
    looked = []
    daily = job(looked.append, time(0, 30))
    before, after = datetime(2026, 6, 1, 23, 29, tzinfo=UTC), datetime(2026, 6, 1, 23, 30, tzinfo=UTC)
    for now in (before, after, after + timedelta(hours=5), after + timedelta(days=3), after):
        run_alone(daily, now)
    assert looked == [after, after + timedelta(days=3), after]


@pytest.mark.django_db
def test_a_job_that_failed_says_so_and_is_tried_again_on_the_same_day():
    def fails(now):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_alone(job(fails, time(9, 0)), NOON)
    assert CalendarBeat.objects.get(name="tests.job").problem == "failed"
    looked = []
    run_alone(job(looked.append, time(9, 0)), NOON)
    assert looked == [NOON]


def advisory_locks():
    """How many locks of our kind are held in this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_locks l join pg_database d on d.oid = l.database "
            "where l.locktype = 'advisory' and l.classid = %s and d.datname = current_database()",
            [calendar_jobs.ONE_AT_A_TIME],
        )
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_run_one_job_at_once_and_a_dead_one_lets_go():
    looked, other = [], connections.create_connection("default")
    taken = [calendar_jobs.ONE_AT_A_TIME, calendar_jobs._number("tests.job")]
    with other.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s, %s)", taken)
    run_alone(job(looked.append), NOON)
    run_alone(job(looked.append, name="tests.other"), NOON)
    assert len(looked) == 1
    other.close()
    wait_until(lambda: not advisory_locks(), seconds=10, what="The server forgets locks of a closed connection.")
    run_alone(job(looked.append), NOON)
    assert len(looked) == 2
    assert advisory_locks() == 0


def test_a_name_is_given_once(declared):
    calendar_job("tests.twice")(lambda now: 0)
    with pytest.raises(ValueError, match=r"called tests\.twice"):
        calendar_job("tests.twice")(lambda now: 0)


@pytest.mark.django_db
@pytest.mark.logs_errors
def test_one_failing_job_does_not_keep_the_others_from_their_work(declared):
    def fails(now):
        raise ZeroDivisionError

    fails.__module__ = "ctts.accounts.periodic"
    declared.clear()
    calendar_job("tests.fails")(fails)
    counts = calendar_job("tests.counts")(lambda now: 3)
    counts.__module__ = "ctts.documents.periodic"
    assert run_due(NOON) == [Outcome("tests.fails", 0, "ZeroDivisionError"), Outcome("tests.counts", 3)]


@pytest.mark.django_db
def test_jobs_come_in_the_order_of_the_apps():
    order = ["accounts", "documents", "notifications", "organisations", "scheme", "applications", "training"]
    apps = [found.name.split(".")[0] for found in calendar_jobs.calendar_jobs()]
    assert [order.index(app) for app in apps if app in order] == sorted(order.index(a) for a in apps if a in order)
    assert {"accounts", "documents", "notifications"} <= set(apps)


@pytest.mark.django_db(transaction=True)
def test_a_tick_rings_for_every_job_and_marks_the_beat(rings):
    tick()
    assert rings() == len(calendar_jobs.calendar_jobs())
    assert seconds_since() == 0


@pytest.mark.django_db(transaction=True)
def test_a_job_that_waits_for_a_work_is_rung_for_when_that_is_announced(rings, declared):
    waits = calendar_job("tests.waits", after="tests.work")(lambda now: 0)
    waits.__module__ = "ctts.documents.periodic"
    announce("tests.other")
    assert rings() == 0
    announce("tests.work")
    assert rings() == 1


@pytest.mark.django_db
def test_the_last_beat_is_machine_time_wherever_the_demonstration_clock_stands():
    clock.set_offset(at=NOON + timedelta(days=700))
    tick()
    assert seconds_since() == 0


@pytest.mark.django_db(transaction=True)
def test_every_job_of_the_calendar_runs_in_a_real_worker_and_two_ticks_do_no_harm(worker):
    for _beat in range(2):
        tick.apply_async()
    worker.wait()
    names = {found.name for found in calendar_jobs.calendar_jobs() if found.daily_from is None}
    assert names <= set(CalendarBeat.objects.filter(problem="").values_list("name", flat=True))
