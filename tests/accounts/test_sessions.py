"""How long a session lasts: by real time since the last step and since it was opened (quality rule 15)."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.urls import reverse

from ctts.accounts import access
from ctts.accounts.middleware import SEEN, SEEN_EVERY, STARTED
from ctts.accounts.models import User
from ctts.common.clock import machine_now
from tests.accounts.people import NOW, PASSWORD, is_in, make_person

pytestmark = pytest.mark.django_db


def shift(client, **seconds_ago):
    """Make the session older than it is."""
    session = client.session
    for key, seconds in seconds_ago.items():
        session[key] = int(machine_now().timestamp()) - seconds
    session.save()


@pytest.fixture
def tara(client):
    client.force_login(make_person())
    assert is_in(client)
    return client


def test_a_session_ends_when_nobody_was_there_for_long(tara):
    shift(tara, **{SEEN: settings.SESSION_COOKIE_AGE - 60})
    assert is_in(tara)
    shift(tara, **{SEEN: settings.SESSION_COOKIE_AGE + 60})
    answer = tara.get("/account/profile/", follow=True)
    assert "You were signed out because" in answer.content.decode()
    assert not is_in(tara)


def test_a_session_ends_some_time_however_busy(tara):
    shift(tara, **{STARTED: settings.SESSION_ABSOLUTE_SECONDS + 60})
    assert not is_in(tara)


def test_a_step_counts_but_not_every_page_writes_the_session(tara):
    shift(tara, **{SEEN: SEEN_EVERY - 60})
    before = tara.session[SEEN]
    assert is_in(tara)
    assert tara.session[SEEN] == before
    shift(tara, **{SEEN: SEEN_EVERY + 60})
    before = tara.session[SEEN]
    assert is_in(tara)
    assert tara.session[SEEN] > before


def test_knowing_who_asks_costs_the_session_and_the_person(tara, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert tara.get(reverse("home:version")).status_code == 200


def test_a_session_that_is_not_there_any_more_is_nobodys(tara):
    tara.session.delete()
    assert not is_in(tara)


def test_a_session_whose_row_is_past_its_end_is_nobodys(tara):
    Session.objects.update(expire_date=machine_now() - timedelta(seconds=1))
    assert not is_in(tara)


def test_a_person_by_their_id_is_the_same_however_they_are_asked_for(tara):
    person = User.objects.get(email="tara@leeds.example")
    for pk in (person.pk, str(person.pk)):
        assert User.objects.get(pk=pk) == person
    with pytest.raises(User.DoesNotExist):
        User.objects.get(pk=person.pk + 1000)


@pytest.fixture
def outdated():
    """Somebody whose password was hashed by an earlier release."""
    return make_person(password=make_password(PASSWORD, salt="short"))


def test_typing_the_password_to_sign_ends_no_session_however_old_its_hash_is(outdated, client):
    client.force_login(outdated)
    assert access.check_credentials(User.objects.get(), PASSWORD, NOW)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert User.objects.get().password == outdated.password
    assert is_in(client)


def test_an_outdated_hash_is_renewed_at_sign_in(outdated, client):
    client.post(reverse("account_login"), {"login": outdated.email, "password": PASSWORD})
    renewed = User.objects.get()
    assert renewed.password != outdated.password and renewed.check_password(PASSWORD)
    assert is_in(client)
