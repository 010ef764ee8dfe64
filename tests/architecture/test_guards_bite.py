"""The guards themselves: each finds what it guards against, names what to do instead, and passes the clean twin."""

import pytest

from tests.architecture.allowed import EXCEPTIONS
from tests.architecture.checks import HOUSE, Allowances, Violation, run, settle
from tests.architecture.checks.rules_cited import check_rule_ids
from tests.architecture.plants import PLANTS
from tests.architecture.plants.plant import sow
from tests.architecture.plants.texts import RULE_PLANTS

EACH = [
    pytest.param(name, plant, id=f"{name}-{number}") for name in PLANTS for number, plant in enumerate(PLANTS[name])
]


@pytest.mark.parametrize(("name", "plant"), EACH)
def test_a_planted_violation_is_found(tmp_path, name, plant):
    found = run(name, HOUSE[name], sow(tmp_path, plant.bad, plant.helpers))
    assert any(plant.says in violation.message for violation in found), list(map(str, found))


@pytest.mark.parametrize(("name", "plant"), EACH)
def test_the_clean_twin_passes(tmp_path, name, plant):
    assert run(name, HOUSE[name], sow(tmp_path, plant.clean, plant.helpers)) == []


def test_every_check_has_a_plant():
    assert set(PLANTS) == set(HOUSE)


@pytest.mark.parametrize(("table", "files", "says"), RULE_PLANTS)
def test_rule_ids_must_stand_as_the_table_says(tmp_path, table, files, says):
    found = [violation.message for violation in check_rule_ids(sow(tmp_path, files), table)]
    assert any(says in message for message in found) if says else found == []


def test_an_exception_takes_off_one_violation_and_no_other():
    first, second = Violation("a.py", 3, "wrong", "x"), Violation("a.py", 4, "wrong", "y")
    allow = Allowances({"clock": {"a.py::x": "the launcher measures real time here"}})
    assert settle("clock", [first, second], allow) == [second]


@pytest.mark.parametrize(
    ("reason", "violations", "says"),
    [
        ("the launcher measures real time here", [], "exception for clock is stale"),
        ("because", [Violation("a.py", 3, "wrong", "x")], "exception for clock has no reason"),
    ],
)
def test_a_stale_or_unexplained_exception_is_a_violation(reason, violations, says):
    (found,) = settle("clock", violations, Allowances({"clock": {"a.py::x": reason}}))
    assert says in found.message


def test_every_exception_of_the_house_has_a_sentence():
    short = [key for entries in EXCEPTIONS.values() for key, reason in entries.items() if len(reason.split()) < 4]
    assert short == []
