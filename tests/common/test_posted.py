"""A form as it was sent: taken, refused beside its field, or not sent at all; a page before a step; whole numbers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.test import RequestFactory
from django_tables2 import Column, Table

from ctts.common.confirming import confirmed
from ctts.common.forms import CrispyForm
from ctts.common.parts import Confirm, Consequence
from ctts.common.posted import data_of, made, paged, status_of, tried
from ctts.common.verdict import Invalid, TooLate
from ctts.common.whole_numbers import number_in, numbers_in


class NameForm(CrispyForm):
    name = forms.CharField(label="Name")


class Row(Table):
    n = Column()


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("", [1, 2]),
        ("page=2", [3]),
        ("page=99999999999999999999", [1, 2]),
        ("page=9", [3]),
        ("page=-1&per_page=-1", [1, 2]),
        ("page=0&per_page=1000&sort=-n", [3, 2]),
    ],
)
def test_a_list_is_turned_to_a_page_that_exists_and_is_as_long_as_we_say(address, shown):
    table = paged(Row([{"n": n} for n in (1, 2, 3)]), RequestFactory().get(f"/?{address}"), 2)
    assert [row.record["n"] for row in table.page] == shown


def refuse():
    raise Invalid("This name is nobody's.", "name")


def come_late():
    raise TooLate("A colleague was faster.")


def test_a_form_that_is_only_looked_at_does_nothing():
    assert made(NameForm(None), come_late) is None
    assert not tried(NameForm(None), come_late)
    assert status_of(NameForm(None)) == status_of(None) == 200


def test_a_form_that_is_wrong_does_nothing():
    form = NameForm({"name": ""})
    assert made(form, come_late) is None
    assert status_of(form) == 422


def test_what_the_action_refuses_stands_beside_the_field_with_what_was_typed():
    form = NameForm({"name": "Nobody"})
    assert not tried(form, refuse)
    assert form.errors == {"name": ["This name is nobody's."]}
    assert form["name"].value() == "Nobody"


def test_what_was_made_is_given_back_even_when_it_counts_as_nothing():
    form = NameForm({"name": "Amy"})
    assert made(form, lambda: 0) == 0
    assert tried(form, lambda: None), "an action that gives nothing back was carried out all the same"


def test_a_refusal_for_the_whole_page_is_not_kept_from_it_and_knows_how_the_form_calls_its_fields():
    with pytest.raises(TooLate) as late:
        tried(NameForm({"name": "Amy"}), come_late)
    assert late.value.brought.labels == {"name": "Name"}


def page(request, form=None, act=lambda: None):
    request.session, request.now, request.user = {}, datetime(2027, 2, 1, 12, tzinfo=UTC), AnonymousUser()
    request._messages = FallbackStorage(request)
    confirm = Confirm("Take it?", "Take it", "/back/", [Consequence("It is taken.")], form=form)
    return confirmed(request, confirm, act, "home:front", said="Taken."), [str(one) for one in request._messages]


def test_a_page_before_a_step_only_shows_what_will_happen(rf: RequestFactory):
    answer, said = page(rf.get("/"), act=come_late)
    assert answer.status_code == 200 and "It is taken." in answer.content.decode() and said == []


def test_a_press_takes_the_step_and_says_so(rf: RequestFactory):
    answer, said = page(rf.post("/"))
    assert answer.status_code == 302 and said == ["Taken."]


def test_a_step_that_asks_nothing_says_above_the_page_why_it_was_refused(rf: RequestFactory):
    answer, said = page(rf.post("/"), act=refuse)
    assert answer.status_code == 422 and said == ["This name is nobody's."]


def test_a_step_that_asks_something_says_it_beside_the_field(rf: RequestFactory):
    request = rf.post("/", {"name": "Nobody"})
    answer, said = page(request, NameForm(data_of(request)), refuse)
    assert answer.status_code == 422 and said == []
    assert "This name is nobody&#x27;s." in answer.content.decode()


@pytest.mark.parametrize("word", ["", "-1", "+1", "1.0", "٣", "²", "1 ", "9" * 19])
def test_what_is_no_whole_number_of_ours_is_none(word):
    assert number_in(word) is None


def test_whole_numbers_are_read_and_the_rest_is_left_out():
    assert number_in("007") == 7 and number_in("9" * 18) == int("9" * 18)
    assert number_in("1234567", digits=6) is None
    assert numbers_in(["3", "x", "1"]) == [3, 1]
