"""The real Celery worker and the real post box that tests can ask for."""

import os
import signal

import pytest
from django.core import mail
from django.db import transaction

from ctts.celery import app
from ctts.common import clock
from ctts.common.models import CalendarBeat
from ctts.processes import children_of
from tests.conftest import python_child, wait_until
from tests.infra.running import gone


@pytest.mark.parametrize("round_", [1, 2])
def test_the_worker_works_on_this_tests_database(worker, round_):
    assert not CalendarBeat.objects.filter(name="common.tick").exists()
    app.send_task("common.tick")
    worker.wait()
    assert CalendarBeat.objects.filter(name="common.tick").count() == 1


def test_a_worker_killed_in_the_middle_of_a_job_leaves_no_child_of_its_pool(servers, transactional_db):
    options = ["--concurrency=1", "--queues=short", "--loglevel=warning", "--without-gossip", "--without-mingle"]
    child = python_child(servers, "short-lived", "celery", "-A", "ctts", "worker", *options)
    child.start()
    CalendarBeat.objects.create(name="common.tick", at=clock.machine_now())
    with transaction.atomic():
        CalendarBeat.objects.select_for_update(no_key=True).get(name="common.tick")
        app.send_task("common.tick", queue="short")
        wait_until(lambda: waiting_for_locks(servers), seconds=90, what="The job does not wait.")
        processes = [child.pid, *children_of(child.pid)]
        os.kill(child.pid, signal.SIGKILL)
        gone(processes, seconds=5)
    assert len(processes) == 2
    child.stop()


def waiting_for_locks(servers):
    """How many connections to this test's database wait for somebody's lock."""
    [(count,)] = servers.as_superuser(
        f"select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = '{servers.database}'"
    )
    return count


@pytest.mark.parametrize("round_", [1, 2])
def test_the_post_box_keeps_what_was_sent(post_box, round_):
    message = mail.EmailMultiAlternatives(f"Grüße {round_}", "Body\n", "office@ctts.example", ["a@ctts.example"])
    message.attach("note.txt", b"attached", "text/plain")
    message.send()
    (arrived,) = post_box.wait_for(1)
    assert arrived["Subject"] == f"Grüße {round_}"
    assert arrived["X-Envelope-To"] == "a@ctts.example"
    assert [part.get_filename() for part in arrived.iter_attachments()] == ["note.txt"]
