"""The pure functions of docs/contract.md: its examples are true, and they need no configured Django."""

import doctest
import subprocess
import sys

from tests.architecture.checks.tree import ROOT

IMPORTS = """
import applications.rules, assessments.rules, moderation.rules, training.rules, ctts.scheme.rules
from django.conf import settings
assert not settings.configured
"""


def test_the_examples_of_the_contract_are_true():
    results = doctest.testfile(str(ROOT / "docs" / "contract.md"), module_relative=False, encoding="utf-8")
    assert results.attempted >= 20
    assert results.failed == 0


def test_rules_are_imported_without_settings_or_a_database():
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    done = subprocess.run([sys.executable, "-c", IMPORTS], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
