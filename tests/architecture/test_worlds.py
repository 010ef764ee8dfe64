"""What is built upon a lent world is there for who asks for it, as it was built, and for nobody else."""

from __future__ import annotations

from collections import Counter

import pytest

from ctts.accounts.models import User
from tests.cast import START
from tests.worlds import built_once, made_once

MADE: Counter[str] = Counter()


def entered(name):
    """Somebody more; how often is counted."""
    MADE[name] += 1
    return User.objects.enter(email=f"{name}@example.org", full_name=name.title(), now=START)


def names():
    return sorted(row.full_name for row in User.objects.all())


@pytest.fixture(scope="module")
def module_ann(django_db_setup, django_db_blocker):
    with made_once(django_db_blocker, lambda: [entered("ann")]) as ground:
        yield ground


@pytest.fixture
def folder(tmp_path):
    """The empty folder of one test."""
    return tmp_path / "files"


@pytest.fixture
def people(module_ann, request, folder):
    with module_ann.lent(request, folder) as lent:
        yield lent


@built_once
def bea(people):
    """Bea has come, and is named in the world itself."""
    people.append(entered("bea"))
    return people[-1]


@built_once
def others(people, bea, many):
    """So many more after Bea."""
    return [entered(f"other{number}") for number in range(many)]


@built_once
def alone():
    """Something of which no world knows."""
    return []


PLACE = []


@pytest.fixture(autouse=True)
def place(folder):
    """Where files are kept now, as a setting would say it."""
    PLACE[:] = [folder]


@built_once
def sheet(people):
    """Ann's words, in a file."""
    target = PLACE[0] / "a" / "sheet.txt"
    target.parent.mkdir(parents=True)
    target.write_text(f"Words of {people[0].full_name}")


@pytest.mark.parametrize("turn", [1, 2])
def test_what_is_built_is_there_and_made_once(people, bea, turn):
    assert names() == ["Ann", "Bea"] and people[1] is bea
    assert MADE == {"ann": 1, "bea": 1}
    bea.full_name = "Changed"
    User.objects.filter(pk=bea.pk).update(full_name="Changed")
    people.clear()


def test_who_does_not_ask_for_it_does_not_find_it(people):
    assert (names(), len(people)) == (["Ann"], 1)
    entered("guest")


@pytest.mark.parametrize("many", [1, 2])
def test_what_depends_on_a_parameter_is_made_for_each(people, bea, others, many):
    assert len(others) == many and len(names()) == 2 + many
    assert people == [people[0], bea]
    assert MADE["bea"] <= 2  # once more after the test before, which asked for less


def test_one_who_asks_for_less_again_finds_less(bea):
    assert names() == ["Ann", "Bea"] and MADE["bea"] <= 2


def test_a_thing_without_a_world_is_built_by_each(alone):
    assert alone == []
    alone.append("more")


def test_and_is_no_other_tests(alone):
    assert alone == []


@pytest.mark.parametrize("turn", [1, 2])
def test_files_are_put_back_for_who_comes_later(people, sheet, folder, turn):
    assert (folder / "a" / "sheet.txt").read_text() == "Words of Ann"
    (folder / "a" / "sheet.txt").write_text("Other words")
