"""Prepared questions give what their queryset would give, whoever asks (decision 9)."""

from __future__ import annotations

from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.db.transaction import TransactionManagementError, atomic
from django.test.utils import CaptureQueriesContext

from ctts.accounts.models import User
from ctts.common.prepared import only, prepared
from ctts.notifications.models import Preference
from tests.accounts.people import make_person

pytestmark = pytest.mark.django_db
BUILT: list[object] = []


@prepared
def _choices(people: Any, daily: Any) -> QuerySet[Preference]:
    """What these people chose, with each of them."""
    BUILT.append(people)
    rows = Preference.objects.filter(person__any_of=people, daily=daily)
    return rows.select_related("person").order_by("person__sort_name")


@prepared
def _names(email: Any) -> QuerySet[User, tuple[int, str]]:
    return User.objects.filter(email=email).values_list("pk", "full_name")


@prepared
def _locked(person: Any) -> QuerySet[User]:
    return User.objects.select_for_update(no_key=True).filter(pk=person)


@pytest.fixture
def tara() -> User:
    return make_person("tara@airedale.example", "Tara Quinn")


@pytest.fixture
def sam() -> User:
    return make_person("sam@airedale.example", "Sam Patel")


def test_objects_come_as_the_queryset_gives_them_with_what_belongs_to_them(tara, sam):
    for person in (tara, sam):
        Preference.objects.create(person=person, daily=True, muted=["training.returned"])
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = _choices([tara.pk, sam.pk], True)
        assert [row.person.full_name for row in found] == ["Sam Patel", "Tara Quinn"]
    assert len(asked) == 1
    assert found == list(Preference.objects.order_by("person__sort_name"))
    assert found[0].muted == ["training.returned"]
    assert not found[0]._state.adding


def test_each_asking_has_its_own_values_and_the_sql_is_written_once(tara, sam):
    Preference.objects.create(person=tara, daily=True)
    Preference.objects.create(person=sam)
    _choices([tara.pk], True)
    built = len(BUILT)
    with CaptureQueriesContext(connection) as asked:
        assert [row.person for row in _choices([tara.pk, sam.pk], True)] == [tara]
        assert [row.person for row in _choices([tara.pk, sam.pk], False)] == [sam]
        assert _choices([sam.pk], True) == []
    assert len(asked) == 3
    assert len(BUILT) == built == 1


def test_about_nobody_nothing_is_asked(tara, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert _choices([], True) == []
    assert _choices([10**30], True) == []


def test_what_is_written_meanwhile_is_found_by_the_next_asking(tara):
    assert _names("tara@airedale.example") == [(tara.pk, "Tara Quinn")]
    User.objects.filter(pk=tara.pk).update(full_name="Tara Quinn-Hale")
    assert _names("tara@airedale.example") == [(tara.pk, "Tara Quinn-Hale")]
    assert _names("'; drop table accounts_user; --") == []


def test_a_number_that_no_row_can_have_finds_nothing(tara):
    assert _locked(10**30) == []
    with pytest.raises(User.DoesNotExist):
        only(User, _locked(10**30))
    assert only(User, _locked(tara.pk)) == tara


@pytest.mark.django_db(transaction=True)
def test_a_lock_outside_a_transaction_is_refused(tara):
    with atomic():
        assert _locked(tara.pk) == [tara]
    with pytest.raises(TransactionManagementError):
        _locked(tara.pk)


@pytest.mark.django_db(transaction=True)
def test_threads_ask_over_their_own_connection(tara):
    heard: list[object] = []

    def ask() -> None:
        try:
            heard.append(_names("tara@airedale.example"))
        finally:
            connection.close()

    others = [Thread(target=ask) for _ in range(3)]
    for other in others:
        other.start()
    for other in others:
        other.join()
    assert heard == [_names("tara@airedale.example")] * 3 == [[(tara.pk, "Tara Quinn")]] * 3


def test_any_of_serves_unprepared_questions_too(tara, sam):
    asked = User.objects.filter(pk__any_of={tara.pk, sam.pk}).order_by("sort_name")
    assert [row.full_name for row in asked] == ["Sam Patel", "Tara Quinn"]
    assert not User.objects.filter(pk__any_of=set()).exists()
