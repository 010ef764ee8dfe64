"""The same faults with real Celery workers in processes of their own; long, so left out by default."""

import time
from datetime import timedelta

import pytest

from ctts.common import clock, mail
from ctts.notifications.models import Message
from ctts.notifications.periodic import sweep
from ctts.notifications.tasks import deliver
from tests.conftest import wait_until
from tests.faults.conftest import kill
from tests.faults.test_mail_faults import states, tell_many
from tests.notifications.make import make_person, tell

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def wait_for(expected, *, seconds=60):
    """Wait until the messages stand so."""
    wait_until(lambda: states() == expected, seconds=seconds, what=f"{expected} was awaited.")


@pytest.mark.parametrize(("place", "mails"), [("at_mail", 0), ("at_data", 1)])
def test_a_worker_killed_while_it_delivers_leaves_a_doubt_and_no_second_mail(start_worker, moody, place, mails):
    setattr(moody, place, "hang")
    first = start_worker("first")
    message = tell(make_person(), now=clock.now())
    assert moody.reached.wait(30)
    kill(first)
    moody.let_go.set()
    setattr(moody, place, "250 OK")
    start_worker("second")
    deliver.apply_async(kwargs={"message_id": message.pk})
    sweep(clock.now() + timedelta(minutes=6))
    wait_for({"in_doubt": 1})
    tell(message.to, 2, now=clock.now())
    wait_for({"in_doubt": 1, "sent": 1})
    assert moody.ids.count(message.message_id) == mails


def test_a_worker_killed_before_it_claims_loses_nothing(start_worker, moody, own_redis):
    kill(start_worker("first"))
    messages = tell_many(20, now=clock.now())
    own_redis.lose_everything()
    start_worker("second")
    assert sweep(clock.now() + mail.FORGOTTEN_AFTER) == 20
    wait_for({"sent": 20})
    assert sorted(moody.ids) == sorted(message.message_id for message in messages)


def test_two_workers_and_every_bell_rung_three_times_send_each_of_200_once(start_worker, moody):
    messages = tell_many(200, now=clock.now())
    for _ring in range(2):
        for message in messages:
            deliver.apply_async(kwargs={"message_id": message.pk})
    start_worker("first")
    start_worker("second")
    wait_for({"sent": 200}, seconds=120)
    assert sorted(moody.ids) == sorted(message.message_id for message in messages)
    assert set(Message.objects.values_list("attempts", flat=True)) == {1}


def test_a_mail_server_that_was_away_gets_every_mail_once_when_it_is_back(start_worker, moody):
    moody.at_mail = "421 too busy"
    start_worker("first")
    messages = tell_many(10, now=clock.now())
    wait_until(lambda: Message.objects.filter(attempts=1, state="queued").count() == 10, seconds=60, what="10 tries")
    moody.at_mail = "250 OK"
    later = clock.now() + timedelta(minutes=2)
    clock.set_offset(at=later)
    assert sweep(later) == 10
    wait_for({"sent": 10})
    assert sorted(moody.ids) == sorted(message.message_id for message in messages)
    assert set(Message.objects.values_list("attempts", flat=True)) == {2}


def test_500_mails_arrive_once_while_workers_are_killed_and_redis_forgets(start_worker, moody, own_redis):
    messages = {message.message_id for message in tell_many(500, now=clock.now())}
    for number in range(6):
        worker = start_worker(f"worker{number}")
        time.sleep(1.5)
        kill(worker)
        own_redis.lose_everything()
        clock.set_offset(at=clock.now() + timedelta(minutes=6))
        sweep(clock.now())
    start_worker("last")
    wait_until(lambda: not states().keys() & {"queued", "sending"}, seconds=180, what="The queue did not empty.")
    assert len(moody.ids) == len(set(moody.ids))
    sent = set(Message.objects.filter(state="sent").values_list("message_id", flat=True))
    doubtful = set(Message.objects.filter(state="in_doubt").values_list("message_id", flat=True))
    assert sent | doubtful == messages
    assert sent <= set(moody.ids)
