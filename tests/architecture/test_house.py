"""The repository keeps the house: each check of `checks/` over the whole tree finds nothing."""

import pytest

from tests.architecture.allowed import EXCEPTIONS, HELPERS
from tests.architecture.checks import Allowances, Tree, house_with, run
from tests.architecture.checks.tree import ROOT
from tests.architecture.rule_ids import STANDING

TREE = Tree(ROOT, Allowances(EXCEPTIONS, HELPERS))
CHECKS = house_with(STANDING)


@pytest.mark.parametrize("name", CHECKS)
def test_the_house_is_kept(name):
    violations = run(name, CHECKS[name], TREE)
    assert violations == [], "\n" + "\n".join(map(str, violations))


def test_every_exception_belongs_to_a_check():
    from_django = {"urls", "methods", "models", "constraints", "triggers", "retention", "field_names", "headings"}
    assert set(EXCEPTIONS) - set(CHECKS) - from_django == set()
