"""One row for one person and one event, in the transaction of the decision (N, quality rules 3 and 4)."""

from datetime import timedelta

import pytest
from django.db import DataError, IntegrityError, InternalError, transaction

from ctts.accounts.actions import invite
from ctts.common.mail import FORGOTTEN_AFTER, MailState
from ctts.common.queue import silence
from ctts.documents.models import Document
from ctts.documents.states import MediaType, Origin
from ctts.notifications.actions import choose_delivery
from ctts.notifications.models import Message
from ctts.notifications.periodic import sweep
from tests.at_once import at_once
from tests.notifications.letterbox.notices import DOOR, MUTABLE, PLAIN, URGENT
from tests.notifications.make import NOW, make_person, tell


@pytest.mark.django_db
def test_a_message_holds_the_words_of_the_moment():
    tara = make_person()
    message = tell(tara)
    assert (message.state, message.to, message.within_id, message.kind) == ("queued", tara, tara.pk, PLAIN.key)
    assert (message.about_label, message.about_id) == ("accounts.user", tara.pk)
    assert message.subject == "News of event 1"
    assert "About event 1." in message.text
    assert message.message_id.startswith("<")


@pytest.mark.django_db
def test_the_same_key_again_returns_the_first_message():
    tara = make_person()
    first = tell(tara)
    assert tell(tara, context={"what": "something else"}) == first
    assert Message.objects.get().subject == "News of event 1"


@pytest.mark.django_db(transaction=True)
def test_the_bell_rings_after_the_commit_and_once(rings):
    tara = make_person()
    with transaction.atomic():
        tell(tara)
        assert rings() == 0
    tell(tara)
    assert rings() == 1


@pytest.mark.django_db(transaction=True)
def test_nothing_rings_inside_a_silence_and_the_sweep_finds_it_later(rings):
    tara = make_person()
    with silence():
        tell(tara)
    assert rings() == 0
    assert sweep(NOW + FORGOTTEN_AFTER) == rings() == 1
    tell(tara, 2)
    assert rings() == 2


@pytest.mark.django_db(transaction=True)
def test_a_decision_that_is_undone_tells_nobody(rings):
    tara = make_person()
    with pytest.raises(RuntimeError), transaction.atomic():
        tell(tara)
        raise RuntimeError
    assert (Message.objects.count(), rings()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_with_one_key_make_one_row_and_one_ring(rings):
    tara = make_person()
    assert at_once(lambda _number: tell(tara).pk, 20) == [Message.objects.get().pk] * 20
    assert rings() == 1


@pytest.mark.django_db(transaction=True)
def test_what_must_wait_is_not_rung_for(rings):
    tara = make_person()
    later = tell(tara, 1, not_before=NOW + timedelta(hours=1))
    held = tell(tara, 2, hold=True)
    at_once = tell(tara, 3, not_before=NOW)
    assert (later.state, held.state, at_once.state) == ("queued", "held", "queued")
    assert later.look_again_at == NOW + timedelta(hours=1)
    assert rings() == 1


@pytest.mark.django_db(transaction=True)
def test_whoever_left_gets_a_line_and_no_mail(rings):
    message = tell(make_person(is_active=False))
    assert (message.state, message.problem) == (MailState.CANCELLED, "inactive")
    assert rings() == 0


@pytest.mark.django_db(transaction=True)
def test_a_muted_kind_gets_a_line_and_no_mail_and_others_come(rings):
    tara = make_person()
    choose_delivery(by=tara, now=NOW, person=tara, daily=False, muted=[MUTABLE.key])
    muted, heard = tell(tara, 1, notice=MUTABLE), tell(tara, 2)
    assert (muted.state, muted.problem, heard.state) == ("cancelled", "muted", "queued")
    assert rings() == 1


@pytest.mark.django_db
def test_who_chose_the_daily_mail_waits_unless_it_cannot():
    tara = make_person()
    choose_delivery(by=tara, now=NOW, person=tara, daily=True, muted=[])
    waits, urgent, later = tell(tara, 1), tell(tara, 2, notice=URGENT), tell(tara, 3, not_before=NOW + timedelta(1))
    door = tell(tara, 4, notice=DOOR, link="1")
    file = tell(tara, 5, attachment=make_document())
    assert (waits.state, waits.daily, waits.not_before) == ("held", True, NOW.replace(day=2, hour=6))
    assert [m.daily for m in (urgent, later, door, file)] == [False] * 4
    assert [m.state for m in (urgent, later, door, file)] == ["queued"] * 4
    assert "Tara" not in waits.text


@pytest.mark.django_db
def test_a_link_needs_a_notice_that_makes_one():
    tara = make_person()
    with pytest.raises(ValueError, match="what becomes of a link"):
        tell(tara, link="7")
    invited = invite(email="sam@example.org", full_name="Sam Lee", purpose="to help", by=tara, now=NOW)
    message = tell(invited.person, notice=DOOR, link=str(invited.invitation.pk))
    assert invited.invitation.nonce not in message.text + message.html
    assert "/" not in message.text.split("Open:")[1].split("\n")[0]


@pytest.mark.django_db
def test_only_a_checked_file_can_be_attached():
    tara = make_person()
    with pytest.raises(ValueError, match="checked file"):
        tell(tara, attachment=make_document(state="received", checked_at=None))


@pytest.mark.django_db
def test_notify_costs_two_queries_and_three_when_told_before(django_assert_num_queries):
    tara = make_person()
    with django_assert_num_queries(2):
        first = tell(tara)
    with django_assert_num_queries(3):
        assert tell(tara) == first


@pytest.mark.django_db
@pytest.mark.parametrize(
    "columns",
    [
        {"subject": "two\nlines"},
        {"daily": True},
        {"attempts": 6, "claimed_at": NOW},
        {"sent_at": NOW},
        {"digest_id": 1},
        {"state": "posted"},
        {"state": "sent", "sent_at": NOW},
    ],
)
def test_the_database_refuses_what_must_never_be(columns):
    message = tell(make_person())
    columns = {name: message.pk if name == "digest_id" else value for name, value in columns.items()}
    with pytest.raises((IntegrityError, InternalError, DataError)), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(**columns)


def make_document(**columns):
    """A checked file made by the system; its bytes are where the test put them."""
    given = {
        "sha256": "a" * 64,
        "size": 5,
        "media_type": MediaType.PDF,
        "original_name": "letter.pdf",
        "origin": Origin.MADE,
        "purpose": "test.letter",
        "uploaded_at": NOW,
        "state": "checked",
        "malware": "not_scanned",
        "checked_at": NOW,
    }
    return Document.objects.create(**{**given, **columns})
