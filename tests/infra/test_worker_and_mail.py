"""The real Celery worker and the real post box that tests can ask for."""

import pytest
from django.core import mail

from ctts.celery import app
from ctts.common.models import CalendarBeat


@pytest.mark.parametrize("round_", [1, 2])
def test_the_worker_works_on_this_tests_database(worker, round_):
    assert not CalendarBeat.objects.filter(name="common.tick").exists()
    app.send_task("common.tick")
    worker.wait()
    assert CalendarBeat.objects.filter(name="common.tick").count() == 1


@pytest.mark.parametrize("round_", [1, 2])
def test_the_post_box_keeps_what_was_sent(post_box, round_):
    message = mail.EmailMultiAlternatives(f"Grüße {round_}", "Body\n", "office@ctts.example", ["a@ctts.example"])
    message.attach("note.txt", b"attached", "text/plain")
    message.send()
    (arrived,) = post_box.wait_for(1)
    assert arrived["Subject"] == f"Grüße {round_}"
    assert arrived["X-Envelope-To"] == "a@ctts.example"
    assert [part.get_filename() for part in arrived.iter_attachments()] == ["note.txt"]
