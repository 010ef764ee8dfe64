"""`manage.py run_due`: the calendar by hand."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from ctts.common import calendar_jobs, clock
from ctts.notifications.models import Message
from tests.notifications.conftest import letterbox, nobody_listens, rings
from tests.notifications.make import NOW, make_person, tell

__all__ = ["letterbox", "nobody_listens", "rings"]
pytestmark = pytest.mark.django_db


def run_due(*arguments):
    out = StringIO()
    call_command("run_due", *arguments, stdout=out)
    return out.getvalue()


def test_every_job_runs_and_says_what_it_did():
    tell(make_person())
    report = json.loads(run_due("--json", "--at", (NOW + timedelta(minutes=2)).isoformat()))
    did = {job["name"]: job["did"] for job in report["jobs"]}
    assert report["at"] == "2026-06-01T09:02:00+00:00"
    assert did["notifications.sweep"] == 1
    assert list(did) == [job.name for job in calendar_jobs.calendar_jobs()]


def test_without_a_time_it_is_now_and_another_zone_is_understood():
    assert "notifications.sweep: 0" in run_due()
    assert json.loads(run_due("--json", "--at", "2026-06-01T10:00:00+01:00"))["at"] == "2026-06-01T09:00:00+00:00"
    assert Message.objects.count() == 0


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("tomorrow", "is no time"),
        ("2026-06-01T10:00:00", "with its zone"),
        ("1999-01-01T00:00:00Z", "No scheme rules were in force"),
    ],
)
def test_what_is_no_instant_is_refused(at, words):
    with pytest.raises(CommandError, match=words):
        run_due("--at", at)


def test_the_future_is_refused_outside_demonstration_and_test(settings):
    future = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    assert "notifications.sweep" in run_due("--at", future)
    settings.MODE = "production"
    with pytest.raises(CommandError, match="in a demonstration or test only"):
        run_due("--at", future)
    assert "notifications.sweep" in run_due("--at", clock.now().isoformat())


@pytest.mark.logs_errors
def test_a_failed_job_is_named_after_the_others_ran_and_the_exit_is_not_zero():
    def fails(now):
        raise ZeroDivisionError

    calendar_jobs.calendar_jobs()
    calendar_jobs.calendar_job("accounts.fails")(fails)
    fails.__module__ = "ctts.accounts.periodic"
    try:
        with pytest.raises(CommandError, match=r"Failed: accounts\.fails"):
            run_due()
    finally:
        del calendar_jobs._declared["accounts.fails"]
