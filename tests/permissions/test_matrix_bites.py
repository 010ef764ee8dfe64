"""The matrix itself: it finds every planted leak, and passes addresses that keep the table."""

from dataclasses import replace

import pytest
from django.test import Client

from ctts.accounts.actions import make_person
from ctts.accounts.models import User
from tests.architecture.checks.addresses import addresses
from tests.cast import PASSWORD, START

from . import planted
from .matrix import Needs, Table, Undo, World, people, problems_of, questions
from .nevers import Never, broken
from .things import Things

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.permissions.planted")]
NAMES = {"tara": "Tara Quinn", "tom": "Tom Eriksen", "olive": "Olive Ong"}
NOTE_ADDRESSES = ("keeps", "shows_to_all", "tells", "anybody_acts")
ADDRESSES = {address.name: address for address in addresses(planted.PLANTED)}
OWNERS = {"leeds": people("tara"), "bristol": people("tom")}
TABLE = Table(
    guards={"signed-in": people("tara tom olive"), "office": people("olive")},
    readers={"note": {"leeds": people("tara olive"), "bristol": people("tom olive")}},
    acts={"keeps": OWNERS, "anybody_acts": OWNERS},
    unnamed={"tara": people("tom")},
)


@pytest.fixture
def world():
    clients = {}
    for name, full_name in NAMES.items():
        person = make_person(email=f"{name}@example.org", full_name=full_name, password=PASSWORD, by=None, now=START)
        clients[name] = Client()
        clients[name].force_login(person)
    things = {("note", "leeds"): planted.NOTES[1], ("note", "bristol"): planted.NOTES[2]}
    return World(clients, NAMES, things, dict.fromkeys(NOTE_ADDRESSES, Needs("note")))


@pytest.mark.parametrize("name", ["keeps", "office", "front"])
def test_an_address_that_keeps_the_table_passes(world, name):
    assert problems_of(ADDRESSES[name], TABLE, world) == []


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("shows_to_all", "tara: GET shows_to_all of bristol → in, written is 404"),
        ("tells", "tom: GET tells of leeds → 403, written is 404"),
        ("anybody_acts", "olive: POST anybody_acts of leeds → in, written is 403"),
        ("names_another", "tara: GET names_another shows Tom Eriksen"),
        ("writes", "tara: GET writes writes to accounts_user"),
        ("opens_to_all", "tom: GET opens_to_all → in, written is 403"),
        ("takes_everything", "anonymous: POST takes_everything → in, written is 405"),
    ],
)
def test_a_planted_leak_is_found(world, name, problem):
    assert problem in problems_of(ADDRESSES[name], TABLE, world)


def test_a_page_that_opens_to_a_reader_who_may_not_is_found(world):
    stricter = replace(TABLE, opens={"keeps": OWNERS})
    found = problems_of(ADDRESSES["keeps"], stricter, world)
    assert found == [f"olive: GET keeps of {place} → in, written is 403" for place in ("leeds", "bristol")]


def test_words_that_are_told_to_somebody_else_are_found(world):
    table = replace(TABLE, words={"Next to you": people("olive tom")}, unnamed={})
    assert problems_of(ADDRESSES["names_another"], table, world) == ["tara: GET names_another tells “Next to you”"]


def test_who_does_not_pass_the_guard_is_asked_about_one_place(world):
    asked = {(one.persona, one.place) for one in questions(ADDRESSES["keeps"], world, people("tara tom"))}
    both = {(persona, place) for persona in ("tara", "tom") for place in ("leeds", "bristol")}
    assert asked == both | {("anonymous", "leeds"), ("olive", "leeds")}


def test_a_moment_is_made_of_what_stays_and_undone_by_the_next():
    def person(_cast, place):
        return make_person(email=f"{place}@example.org", full_name="Nell", password=PASSWORD, by=None, now=START)

    def renamed(_cast, place):
        return User.objects.filter(email=f"{place}@example.org").update(full_name="Ned")

    def names():
        return set(User.objects.values_list("full_name", flat=True))

    undo = Undo()
    things = Things(None, {"person": person}, {"renamed": renamed}, undo)
    assert things["renamed", "leeds"] and names() == {"Ned"}
    with undo():
        User.objects.update(full_name="Nobody")
    assert names() == {"Ned"}
    assert things["person", "bristol"] and names() == {"Nell"}


@pytest.mark.logs_errors
def test_a_planted_fault_is_found(world):
    assert "tom: GET breaks → 500, written is in" in problems_of(ADDRESSES["breaks"], TABLE, world)


@pytest.mark.parametrize(
    ("name", "table", "says"),
    [
        ("office", replace(TABLE, guards={}), "does not say who passes the guard 'office'"),
        ("keeps", replace(TABLE, readers={}), "does not say who sees a note"),
        ("keeps", replace(TABLE, acts={}), "does not say who may changes a note"),
    ],
)
def test_what_the_table_lacks_is_told(world, name, table, says):
    (problem,) = problems_of(ADDRESSES[name], table, world)
    assert says in problem


def test_a_thing_nobody_registered_or_with_wrong_placeholders_is_told(world):
    (problem,) = problems_of(ADDRESSES["keeps"], TABLE, replace(world, needs={}))
    assert "objects.URLS does not say" in problem
    wrong = {"keeps": Needs("note", lambda note: {"number": note.pk})}
    (problem,) = problems_of(ADDRESSES["keeps"], TABLE, replace(world, needs=wrong))
    assert "wrong placeholders" in problem


def test_a_never_is_found_whatever_the_table_says(world):
    strangers = people("tara tom")
    found = broken(Never(strangers, "guard:office", "planted"), [ADDRESSES["opens_to_all"]], world)
    assert found == ["tara: GET opens_to_all", "tom: GET opens_to_all"]
    assert broken(Never(strangers, "office", "planted"), ADDRESSES.values(), world) == []
    (stale,) = broken(Never(strangers, "gone:*", "planted"), ADDRESSES.values(), world)
    assert "take the entry out" in stale


def test_a_never_may_be_about_one_place(world):
    never = Never(people("tara"), "shows_to_all", "planted", place="bristol")
    assert broken(never, ADDRESSES.values(), world) == ["tara: GET shows_to_all of bristol"]
