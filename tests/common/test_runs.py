"""Long work in items: each once, shared by workers, resumed after a crash, cancelled and opened again."""

import os
import signal
import threading
import time
from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, connections, models, transaction
from django.test import override_settings

from ctts.common import runs
from ctts.common.runs import Progress, cancel, failures, progress, reopen, work_off, work_off_within
from ctts.common.verdict import Invalid, TooLate
from tests.forking import in_a_copy

NOW = datetime(2026, 6, 1, 11, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def cohort():
    """A run of ten items, in tables and an app that live as long as the test."""
    with override_settings(INSTALLED_APPS=[*settings.INSTALLED_APPS, "tests.common.longwork"]):
        cohorts, seats = apps.get_model("longwork.Cohort"), apps.get_model("longwork.Seat")
        with connections["owner"].schema_editor() as editor:
            editor.create_model(cohorts)
            editor.create_model(seats)
        connections["owner"].close()
        run = cohorts.objects.create(started_at=NOW)
        seats.objects.bulk_create([seats(run=run, number=number) for number in range(1, 11)])
        yield run


@pytest.fixture
def seats(cohort):
    """The model of the items."""
    return apps.get_model("longwork.Seat")


def sit(item, now):
    """The action: counts how often an item was done."""
    type(item).objects.filter(pk=item.pk).update(done=models.F("done") + 1)


def test_every_item_once_and_the_run_ends(cohort, seats):
    assert work_off(seats, sit, NOW) == 10
    assert work_off(seats, sit, NOW) == 0
    cohort.refresh_from_db()
    assert (cohort.finished_at, progress(cohort)) == (NOW, Progress(total=10, done=10, failed=0, cancelled=0))
    assert set(seats.objects.values_list("done", "state", "ended_at")) == {(1, "done", NOW)}


def test_within_a_transaction_all_is_done_or_nothing_stays(cohort, seats):
    def break_third(item, now):
        sit(item, now)
        if item.number == 3:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        work_off_within(seats, break_third, NOW)
    assert not seats.objects.filter(done__gt=0).exists()
    with transaction.atomic():
        assert work_off_within(seats, sit, NOW) == 10
    cohort.refresh_from_db()
    assert (cohort.finished_at, progress(cohort).done) == (NOW, 10)


def test_progress_costs_one_query_and_work_stops_when_its_time_is_up(cohort, seats, django_assert_num_queries):
    assert work_off(seats, sit, NOW, seconds=0) == 0
    with django_assert_num_queries(1):
        assert progress(cohort).waiting == 10


def test_a_refusal_fails_its_item_with_the_sentence_and_undoes_what_was_begun(cohort, seats):
    def refuse_third(item, now):
        sit(item, now)
        if item.number == 3:
            raise Invalid("No fee was entered.")

    assert work_off(seats, refuse_third, NOW) == 10
    [failed] = failures(cohort)
    assert (failed.number, failed.error, failed.done) == (3, "No fee was entered.", 0)
    assert progress(cohort) == Progress(total=10, done=9, failed=1, cancelled=0)
    assert reopen(cohort) == 1
    assert work_off(seats, sit, NOW) == 1
    assert progress(cohort).done == 10


@pytest.mark.logs_errors
def test_a_fault_is_tried_three_times_and_stops_nobody_else(cohort, seats):
    def break_third(item, now):
        sit(item, now)
        if item.number == 3:
            raise ZeroDivisionError

    assert [work_off(seats, break_third, NOW) for _ in range(4)] == [10, 1, 1, 0]
    [failed] = failures(cohort)
    assert (failed.tries, failed.done) == (runs.TRIES, 0)
    assert "ZeroDivisionError" in failed.error
    cohort.refresh_from_db()
    assert cohort.finished_at == NOW


def test_a_cancelled_run_stops_and_goes_on_where_it_was(cohort, seats):
    def cancel_at_fourth(item, now):
        sit(item, now)
        if item.number == 4:
            outside(lambda: found.append(cancel(cohort, now=NOW)), wait=False)
        elif item.number > 4:
            time.sleep(0.3)  # whoever cancels comes between two of these, however busy the machine is

    found = []
    threads.clear()
    taken = work_off(seats, cancel_at_fourth, NOW)
    [thread.join() for thread in threads]
    assert found == [10 - progress(cohort).done]
    assert taken == progress(cohort).done >= 4
    with pytest.raises(TooLate, match="already ended"):
        cancel(cohort, now=NOW)
    assert work_off(seats, sit, NOW) == 0
    assert reopen(cohort) == found[0]
    assert work_off(seats, sit, NOW) == found[0]
    assert set(seats.objects.values_list("done", flat=True)) == {1}


threads: list[threading.Thread] = []


def outside(call, *, wait=True):
    """Call something on a connection of its own."""

    def run():
        try:
            call()
        finally:
            connection.close()

    threads.append(threading.Thread(target=run))
    threads[-1].start()
    if wait:
        threads[-1].join()


def test_four_workers_share_the_items_and_do_each_once(cohort, seats):
    threads.clear()
    taken = []
    for _worker in range(4):
        outside(lambda: taken.append(work_off(seats, sit, NOW)), wait=False)
    [thread.join() for thread in threads]
    assert sum(taken) == 10
    assert set(seats.objects.values_list("done", flat=True)) == {1}
    work_off(seats, sit, NOW)
    cohort.refresh_from_db()
    assert cohort.finished_at == NOW


def test_a_worker_killed_in_the_middle_leaves_its_item_open_and_nothing_half_done(cohort, seats):
    def die_at_sixth(item, now):
        sit(item, now)
        if item.number == 6:
            os.kill(os.getpid(), signal.SIGKILL)

    child = in_a_copy(lambda: work_off(seats, die_at_sixth, NOW))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert list(seats.objects.filter(done=1).order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4, 5]
    assert work_off(seats, sit, NOW) == 5
    assert set(seats.objects.values_list("done", "state")) == {(1, "done")}


def test_a_lost_database_is_not_the_items_fault(cohort, seats):
    def never(item, now):
        raise AssertionError

    with connections["owner"].cursor() as cursor:
        cursor.execute("revoke update on longwork_seat from ctts_app")
    connections["owner"].close()
    with pytest.raises(Exception, match="permission denied"):
        work_off(seats, never, NOW)
