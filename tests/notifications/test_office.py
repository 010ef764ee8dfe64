"""What the office does about mail that did not arrive; each decision with a reason, on the audit (rule 4)."""

import pytest

from ctts.audit.queries import timeline
from ctts.common.verdict import Invalid, TooLate
from ctts.notifications import actions, queries
from ctts.notifications.models import Message
from tests.at_once import at_once
from tests.notifications.make import NOW, make_person, tell

pytestmark = pytest.mark.django_db


def stuck(state, number=1, first="tara", **columns):
    """A message in a state that it reached by legal moves."""
    message = tell(make_person(first), number)
    steps = {"dead": ["sending", "dead"], "in_doubt": ["sending", "in_doubt"], "sent": ["sending"]}[state]
    for step in steps:
        Message.objects.filter(pk=message.pk).update(state=step, attempts=5, claimed_at=NOW, **columns)
    if state == "sent":
        Message.objects.filter(pk=message.pk).update(state="sent", sent_at=NOW)
    message.refresh_from_db()
    return message


@pytest.mark.parametrize("state", ["dead", "in_doubt"])
def test_the_office_sends_again_with_the_same_message_id(state):
    message, olive = stuck(state, problem="SMTP 550"), make_person("olive")
    assert actions.resend(message_ids=[message.pk], by=olive, now=NOW, reason="Address mended.") == 1
    again = Message.objects.get(pk=message.pk)
    assert (again.state, again.attempts, again.message_id) == ("queued", 0, message.message_id)
    entry = timeline(message.within_id).first()
    assert (entry.action, entry.actor_id) == ("notifications.message.resent", olive.pk)
    assert (entry.before, entry.after) == ({"state": state}, {"state": "queued"})
    assert entry.words.text == {"reason": "Address mended."}


def test_many_are_sent_again_at_once_and_those_that_moved_on_are_left():
    dead = [stuck("dead", number, f"person{number}") for number in (1, 2)]
    sent = stuck("sent", 3, "tom")
    chosen = [message.pk for message in (*dead, sent)]
    assert actions.resend(message_ids=chosen, by=sent.to, now=NOW, reason="Server is back.") == 2
    with pytest.raises(TooLate, match="None of these messages"):
        actions.resend(message_ids=chosen, by=sent.to, now=NOW, reason="Server is back.")


def test_the_office_gives_up():
    message, olive = stuck("in_doubt"), make_person("olive")
    actions.give_up(message_id=message.pk, by=olive, now=NOW, reason="Told by telephone.")
    message.refresh_from_db()
    assert (message.state, message.problem) == ("cancelled", "given up")
    assert timeline(message.within_id).first().action == "notifications.message.given_up"
    with pytest.raises(TooLate):
        actions.give_up(message_id=message.pk, by=olive, now=NOW, reason="Twice.")


def test_the_office_confirms_an_arrival():
    message, olive = stuck("in_doubt"), make_person("olive")
    actions.confirm_arrival(message_id=message.pk, by=olive, now=NOW, reason="She has it.")
    message.refresh_from_db()
    assert (message.state, message.sent_at) == ("sent", NOW)
    with pytest.raises(TooLate, match="no longer in doubt"):
        actions.confirm_arrival(message_id=message.pk, by=olive, now=NOW, reason="Again.")


@pytest.mark.parametrize("what", ["resend", "give_up", "confirm_arrival"])
def test_every_decision_needs_a_reason(what):
    message = stuck("in_doubt")
    which = {"message_ids": [message.pk]} if what == "resend" else {"message_id": message.pk}
    with pytest.raises(Invalid, match="Say why"):
        getattr(actions, what)(**which, by=message.to, now=NOW, reason=" ")


def test_what_was_sent_is_not_given_up():
    message = stuck("sent")
    with pytest.raises(TooLate, match="Sent"):
        actions.give_up(message_id=message.pk, by=message.to, now=NOW, reason="Oops.")


def test_a_held_message_is_released_once_and_a_daily_one_never():
    tara = make_person()
    message = tell(tara, hold=True)
    actions.release(message_id=message.pk, by=tara, now=NOW)
    message.refresh_from_db()
    assert message.state == "queued"
    with pytest.raises(TooLate):
        actions.release(message_id=message.pk, by=tara, now=NOW)
    actions.choose_delivery(by=tara, now=NOW, person=tara, daily=True, muted=[])
    with pytest.raises(TooLate, match="daily mail"):
        actions.release(message_id=tell(tara, 2).pk, by=tara, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_twenty_presses_of_send_again_have_one_winner():
    message = stuck("dead")
    press = {"message_ids": [message.pk], "by": message.to, "now": NOW, "reason": "Again."}
    answers = at_once(lambda _number: actions.resend(**press), 20)
    assert answers.count(1) == 1
    assert sum(isinstance(answer, TooLate) for answer in answers) == 19


@pytest.mark.parametrize("rows", [1, 3])
def test_the_lists_of_the_office_cost_one_query(rows, django_assert_num_queries):
    dead = [(stuck("dead", number, f"person{number}"), f"person{number}@example.org") for number in range(rows)]
    left = tell(make_person("left", is_active=False))
    with django_assert_num_queries(3):
        assert [(m, m.to.email) for m in queries.outbox_for_office()] == dead
        assert [(m, m.to.email) for m in queries.withheld_for_office()] == [(left, "left@example.org")]
        assert [(m, m.to.email) for m in queries.messages_about(dead[0][0].within_id)] == dead[:1]
    assert list(queries.messages_to(left.to)) == [left]
