"""A reminder goes once for each due step, never twice (N)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import ProgrammingError, connection, transaction

from ctts.notifications import actions
from ctts.notifications.models import Message, ReminderStep
from tests.at_once import at_once
from tests.conftest import wait_until
from tests.notifications.letterbox.notices import PLAIN
from tests.notifications.make import NOW, make_person


def remind(person, step, **more):
    return actions.remind(
        PLAIN, to=person, key="series:7", step=step, about=person, now=NOW, context={"what": f"step {step}"}, **more
    )


@pytest.mark.django_db
def test_rule_n_a_step_is_taken_once():
    tara = make_person()
    first = remind(tara, 28)
    assert first.key == "series:7:28"
    assert remind(tara, 28) == first
    assert remind(tara, 7) != first
    assert list(ReminderStep.objects.values_list("key", "message_id").order_by("pk")) == [
        ("series:7:28", first.pk),
        ("series:7:7", Message.objects.latest("pk").pk),
    ]


@pytest.mark.django_db
def test_rule_n_steps_that_were_slept_through_send_nothing_afterwards():
    tara = make_person()
    assert remind(tara, 1, slept_through=[28, 7]).subject == "News of step 1"
    assert remind(tara, 28) is None
    assert remind(tara, 7) is None
    assert Message.objects.count() == 1


@pytest.mark.django_db
def test_rule_n_an_interruption_passes_over_its_steps_and_no_sent_one_is_forgotten():
    tara = make_person()
    sent = remind(tara, 28)
    actions.pass_over(PLAIN, to=tara, key="series:7", steps=[28, 7], now=NOW)
    assert remind(tara, 28) == sent
    assert remind(tara, 7) is None


@pytest.mark.django_db(transaction=True)
def test_rule_n_twenty_calendars_at_once_send_one_reminder(rings):
    tara = make_person()
    assert at_once(lambda _number: remind(tara, 7).pk, 20) == [Message.objects.get().pk] * 20
    assert (ReminderStep.objects.count(), rings()) == (1, 1)


def somebody_waits():
    with connection.cursor() as cursor:
        cursor.execute("select exists(select from pg_locks where not granted)")
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_rule_n_a_calendar_that_meets_a_step_being_taken_takes_what_the_other_sent():
    tara = make_person()
    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            sent = remind(tara, 7)
            late = threads.submit(at_once, lambda _number: remind(tara, 7), 1)
            wait_until(somebody_waits, seconds=20, what="The second calendar does not wait for the first.")
        assert late.result() == [sent]
    assert ReminderStep.objects.get().message == sent


@pytest.mark.django_db
def test_a_taken_step_stays_taken():
    remind(make_person(), 28)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        ReminderStep.objects.update(key="another")
    with pytest.raises(TypeError, match="never deleted"):
        ReminderStep.objects.get().delete()
