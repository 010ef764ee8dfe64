"""Who should hear hears once, or staff see a line saying why not: with workers, Redis and mail servers that die."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction

from ctts.common import clock, mail
from ctts.notifications import queries, tasks
from ctts.notifications.models import Message
from ctts.notifications.periodic import sweep
from tests.at_once import at_once
from tests.notifications.make import make_person, tell

pytestmark = pytest.mark.django_db(transaction=True)


def states():
    """How many messages are in each state."""
    found = list(Message.objects.values_list("state", flat=True))
    return {state: found.count(state) for state in set(found)}


def tell_many(count, *, now):
    """Messages to ten people, each in a transaction of its own."""
    people = [make_person(f"person{number}") for number in range(min(count, 10))]
    return [tell(people[number % len(people)], number, now=now) for number in range(count)]


@pytest.mark.parametrize(("place", "mails"), [("at_mail", 0), ("at_data", 1)])
def test_a_process_killed_while_it_delivers_leaves_a_doubt_and_no_second_mail(
    moody, killed_while_delivering, place, mails
):
    setattr(moody, place, "hang")
    message = tell(make_person(), now=clock.now())
    killed_while_delivering(message.pk)
    moody.let_go.set()
    setattr(moody, place, "250 OK")
    tasks.deliver(message_id=message.pk)
    assert states() == {"sending": 1}
    assert [sweep(clock.now() + timedelta(minutes=minutes)) for minutes in (4, 6, 600)] == [0, 0, 0]
    tasks.deliver(message_id=message.pk)
    assert (states(), len(moody.taken)) == ({"in_doubt": 1}, mails)
    assert list(queries.outbox_for_office()) == [message]


def test_eight_workers_after_the_same_forty_messages_send_each_once(moody, settings):
    settings.EMAIL_TIMEOUT = 60  # here nobody is late: a busy machine must not look like a lost answer
    messages = tell_many(40, now=clock.now())
    at_once(lambda _number: [tasks.deliver(message_id=message.pk) for message in messages], 8)
    assert states() == {"sent": 40}
    assert sorted(moody.ids) == sorted(message.message_id for message in messages)


def test_a_dead_redis_never_fails_a_decision_and_the_sweep_rings_later(moody, own_redis):
    own_redis.die()
    began = time.monotonic()
    with transaction.atomic():
        messages = tell_many(3, now=clock.now())
    assert time.monotonic() - began < 2
    assert states() == {"queued": 3}
    own_redis.come_back()
    assert sweep(clock.now() + mail.FORGOTTEN_AFTER) == len(messages)


def test_a_sender_doubted_too_early_still_marks_what_it_knows(moody):
    message = tell(make_person(), now=clock.now())
    moody.at_data = "hang"
    sender = threading.Thread(target=lambda: (tasks.deliver(message_id=message.pk), connection.close()))
    sender.start()
    assert moody.reached.wait(10)
    sweep(clock.now() + timedelta(minutes=6))
    assert states() == {"in_doubt": 1}
    moody.let_go.set()
    sender.join()
    assert states() == {"sent": 1}


def test_a_real_worker_sends_what_was_told_and_what_redis_forgot(worker, post_box, redis):
    first, forgotten = tell_many(2, now=clock.now())
    worker.wait()
    redis.flushall()
    Message.objects.filter(pk=forgotten.pk, state="queued").update(attempts=0)
    third = tell(first.to, 7, now=clock.now())
    sweep(clock.now() + mail.FORGOTTEN_AFTER)
    worker.wait()
    arrived = sorted(message["Message-ID"] for message in post_box.wait_for(3))
    assert arrived == sorted(message.message_id for message in (first, forgotten, third))
    assert states() == {"sent": 3}
