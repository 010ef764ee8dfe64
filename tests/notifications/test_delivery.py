"""Claim, send, mark; what is certainly not sent is tried again, what may have been sent is put in doubt (rule 4)."""

from datetime import timedelta

import pytest

from ctts.accounts.actions import invite
from ctts.accounts.queries import invitation_path
from ctts.common import mail
from ctts.documents import storage
from ctts.documents.models import Document
from ctts.notifications import queries, tasks
from ctts.notifications.models import Message
from ctts.processes import free_port
from tests.notifications.letterbox.notices import DOOR
from tests.notifications.make import NOW, make_person, tell
from tests.notifications.test_notify import make_document

pytestmark = pytest.mark.django_db(transaction=True)


def deliver(message, now=NOW):
    """One delivery at `now`; the row as it stands afterwards."""
    mail.deliver(Message, message.pk, compose=lambda row: tasks.letter(row, now), now=now)
    message.refresh_from_db()
    return message


def test_a_message_arrives_with_its_own_id_and_is_marked(moody):
    message = deliver(tell(make_person()))
    assert (message.state, message.attempts, message.sent_at, message.sent_to) == ("sent", 1, NOW, "tara@example.org")
    [received] = moody.taken
    assert received["Message-ID"] == message.message_id
    assert received["Date"].datetime == NOW
    assert (received["To"], received["Subject"]) == ("tara@example.org", "News of event 1")
    assert "About event 1." in received.get_body(("plain",)).get_content()
    assert "<p>About event 1.</p>" in received.get_body(("html",)).get_content()


def test_the_job_itself_asks_the_clock_and_sends(moody):
    message = tell(make_person())
    tasks.deliver(message_id=message.pk, from_a_newer_version=1)
    tasks.deliver(message_id=message.pk)
    tasks.deliver(message_id=0)
    assert moody.ids == [message.message_id]


def test_it_goes_to_the_address_of_now(moody):
    tara = make_person()
    message = tell(tara)
    tara.email = "tara.quinn@example.org"
    tara.save(update_fields=["email"])
    assert deliver(message).sent_to == moody.taken[0]["To"] == "tara.quinn@example.org"


@pytest.mark.parametrize(
    ("place", "answer", "state", "problem"),
    [
        ("at_rcpt", "550 no such person", "dead", "SMTP 550"),
        ("at_data", "554 not wanted", "dead", "SMTP 554"),
        ("at_rcpt", "450 mailbox busy", "queued", "SMTP 450"),
        ("at_mail", "421 too busy", "queued", "SMTP 421"),
        ("at_mail", "550 you may not send here", "queued", "SMTP 550"),
        ("at_data", "451 disk full", "queued", "SMTP 451"),
        ("at_mail", "break", "queued", "SMTPServerDisconnected"),
        ("at_rcpt", "hang", "queued", "SMTPServerDisconnected"),
        ("at_data", "break", "in_doubt", "SMTPServerDisconnected"),
        ("at_data", "hang", "in_doubt", "SMTPServerDisconnected"),
    ],
)
def test_what_the_server_says_decides(moody, place, answer, state, problem):
    setattr(moody, place, answer)
    message = deliver(tell(make_person()))
    assert (message.state, message.problem, message.sent_at) == (state, problem, None)
    assert len(moody.taken) == (1 if state == "in_doubt" else 0)


def test_what_the_server_says_at_parting_changes_nothing(moody):
    moody.at_quit = "221 " + "x" * 9000  # longer than smtplib reads
    message = deliver(tell(make_person()))
    assert (message.state, message.problem, len(moody.taken)) == ("sent", "", 1)


def test_a_server_that_is_not_there_has_taken_nothing(settings):
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "ctts.common.mail.Backend", free_port()
    message = deliver(tell(make_person()))
    assert (message.state, message.problem, message.attempts) == ("queued", "ConnectionRefusedError", 1)


def test_five_attempts_ever_further_apart_and_then_a_dead_letter(moody):
    moody.at_rcpt = "450 not now"
    message, now, pauses = tell(make_person()), NOW, []
    for _attempt in range(5):
        assert deliver(message, now).state in {"queued", "dead"}
        if message.state == "queued":
            pauses.append(message.not_before - now)
            assert deliver(message, message.not_before - timedelta(seconds=1)).attempts == len(pauses)
            now = message.not_before
    assert pauses == list(mail.PAUSES)
    assert pauses == sorted(pauses)
    assert (message.state, message.attempts) == ("dead", 5)
    assert deliver(message, now + timedelta(days=9)).attempts == 5


def test_a_doubtful_message_is_never_sent_by_itself(moody):
    moody.at_data = "break"
    message = deliver(tell(make_person()))
    moody.at_data = "250 OK"
    assert mail.due(Message, now=NOW + timedelta(days=30)) == []
    assert deliver(message, NOW + timedelta(days=30)).state == "in_doubt"
    assert len(moody.taken) == 1


def test_the_sweep_rings_once_a_minute_and_doubts_what_its_worker_left():
    lost, waiting = tell(make_person(), 1), tell(make_person("tom"), 2)
    Message.objects.filter(pk=lost.pk).update(state="sending", attempts=1, claimed_at=NOW)
    assert mail.due(Message, now=NOW + timedelta(seconds=59)) == []
    assert mail.due(Message, now=NOW + timedelta(minutes=1)) == [waiting.pk]
    assert mail.due(Message, now=NOW + timedelta(minutes=1, seconds=59)) == []
    assert mail.due(Message, now=NOW + timedelta(minutes=6)) == [waiting.pk]
    lost.refresh_from_db()
    assert (lost.state, lost.problem) == ("in_doubt", "WorkerLost")


def test_whoever_left_meanwhile_gets_no_mail(moody):
    tara = make_person()
    message = tell(tara)
    tara.is_active = False
    tara.save(update_fields=["is_active"])
    assert (deliver(message).state, message.problem) == ("cancelled", "inactive")
    assert moody.taken == []


def test_a_link_is_made_when_the_mail_leaves_and_never_for_a_shut_door(moody, settings):
    sam, door = invite(email="sam@example.org", full_name="Sam Lee", purpose="to help", by=make_person(), now=NOW)
    message = tell(sam, notice=DOOR, link=str(door.pk))
    shut = tell(sam, 2, notice=DOOR, link=str(door.pk))
    deliver(message)
    address = settings.BASE_URL + invitation_path(door)
    [received] = moody.taken
    assert f"Open: {address}" in received.get_body(("plain",)).get_content()
    assert f'href="{address}"' in received.get_body(("html",)).get_content()
    assert invitation_path(door) not in message.text + message.html
    type(door).objects.filter(pk=door.pk).update(replaced_at=NOW)
    assert (deliver(shut).state, shut.problem) == ("cancelled", "door shut")


def test_a_kind_that_a_later_version_dropped_goes_without_its_link(moody):
    message = tell(make_person(), notice=DOOR, link="1")
    Message.objects.filter(pk=message.pk).update(kind="letterbox.dropped")
    message.refresh_from_db()
    assert deliver(message).state == "sent"


def test_a_file_goes_along_unless_it_was_withdrawn(moody):
    storage.current().put("a" * 64, b"%PDF-")
    tara, document = make_person(), make_document()
    first, second = tell(tara, 1, attachment=document), tell(tara, 2, attachment=document)
    deliver(first)
    [file] = moody.taken[0].iter_attachments()
    assert (file.get_filename(), file.get_content_type()) == ("letter.pdf", "application/pdf")
    assert file.get_payload(decode=True) == b"%PDF-"
    Document.objects.update(state="quarantined")
    second.refresh_from_db()
    assert (deliver(second).state, second.problem) == ("cancelled", "attachment withdrawn")


def test_a_file_that_cannot_be_read_counts_as_an_attempt(moody):
    message = tell(make_person(), attachment=make_document(sha256="b" * 64))
    with pytest.raises(storage.Missing):
        deliver(message)
    message.refresh_from_db()
    assert (message.state, message.problem, message.attempts) == ("queued", "ComposeError", 1)
    assert moody.connections == 0


def test_the_outbox_in_numbers():
    fresh, failing, waits = (tell(make_person(name), 1) for name in ("tara", "tom", "tim"))
    Message.objects.filter(pk=failing.pk).update(
        attempts=2, claimed_at=NOW, queued_at=NOW - timedelta(hours=1), not_before=NOW + timedelta(hours=1)
    )
    Message.objects.filter(pk=waits.pk).update(not_before=NOW + timedelta(days=1))
    now = NOW + timedelta(minutes=2)
    assert queries.outbox_state(now) == {
        "outbox_waiting": 2,
        "outbox_age_seconds": 3720,
        "in_doubt": 0,
        "dead_letters": 0,
        "last_beat_seconds": None,
    }
    Message.objects.filter(pk=failing.pk).update(state="sending")
    Message.objects.filter(pk=failing.pk).update(state="dead")
    Message.objects.filter(pk=fresh.pk).update(state="sending")
    Message.objects.filter(pk=fresh.pk).update(state="in_doubt")
    assert queries.outbox_backlog(now) == mail.Backlog(oldest_seconds=0, waiting=0, in_doubt=1, dead=1)
