"""The coverage gate bites: a branch of a decision that no test takes fails a whole run, and only a whole run."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture import coverage_gate

ACCESS = 'def can_sign(late):\n    if late:  # pragma: no cover\n        return "no"\n    return "yes"\n'
TEST = "from training.access import can_sign\n\ndef test_sign():\n    assert can_sign(False) == 'yes'\n"
OTHER = "\ndef test_late():\n    assert can_sign(True) == 'no'\n"
OPTIONS = "[pytest]\naddopts = -p tests.architecture.coverage_gate\npythonpath = .\ntestpaths = tests\n"


@pytest.fixture
def small_tree(tmp_path):
    files = {
        "pytest.ini": OPTIONS,
        "training/__init__.py": "",
        "training/access.py": ACCESS,
        "tests/__init__.py": "",
        "tests/architecture/__init__.py": "",
        "tests/architecture/in_the_making.py": "IN_THE_MAKING = {}\nSTALE_FAILS = True\n",
        "tests/test_access.py": TEST,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    shutil.copy(coverage_gate.__file__, tmp_path / "tests/architecture/coverage_gate.py")
    return tmp_path


def run_pytest(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    left_out = {coverage_gate.FOLDER, "PYTEST_XDIST_WORKER", "PYTEST_ADDOPTS", "DJANGO_SETTINGS_MODULE"}
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    kept["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, cwd=folder, env=kept, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("arguments", [(), ("-p", "xdist.plugin", "-n", "1")], ids=["alone", "workers"])
def test_what_nobody_takes_fails_a_whole_run(small_tree, arguments):
    (small_tree / "training/actions").mkdir()
    (small_tree / "training/actions/dops.py").write_text("def record():\n    return 1\n")
    done = run_pytest(small_tree, *arguments)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "training/access.py: lines 3; branches 2→3" in done.stdout
    assert "training/actions/dops.py: lines 1–2" in done.stdout


def test_a_whole_run_passes_when_every_branch_is_taken(small_tree):
    (small_tree / "tests/test_access.py").write_text(TEST + OTHER)
    done = run_pytest(small_tree)
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_was_imported_before_the_gate_counts_as_not_run(small_tree):
    (small_tree / "pytest.ini").write_text(OPTIONS.replace("-p tests", "-p training.access -p tests"))
    (small_tree / "tests/test_access.py").write_text(TEST + OTHER)
    done = run_pytest(small_tree)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "training/access.py: lines 1–4" in done.stdout


def test_a_line_inside_a_longer_statement_is_a_line_too(small_tree):
    (small_tree / "training/rules.py").write_text(
        "def word(late):\n    return (\n        1\n        if late\n        else 2\n    )\n"
    )
    (small_tree / "tests/test_rules.py").write_text(
        "from training.rules import word\n\ndef test_word():\n    assert word(True) == 1\n"
    )
    done = run_pytest(small_tree)
    assert "training/rules.py: lines 5" in done.stdout, done.stdout + done.stderr


def test_a_part_of_the_suite_is_not_judged(small_tree):
    done = run_pytest(small_tree, "-k", "sign")
    assert done.returncode == 0, done.stdout + done.stderr


def test_lines_are_told_in_runs():
    assert coverage_gate.in_runs([3, 4, 5, 9, 11, 12]) == "3–5, 9, 11–12"
    assert coverage_gate.in_runs([]) == ""


@pytest.mark.parametrize(
    ("arguments", "whole"),
    [
        ([], True),
        (["-n", "2", "-x", "-q"], True),
        (["tests/"], True),
        (["tests/architecture"], False),
        (["tests/test_x.py::test_y"], False),
        (["-k", "x"], False),
        (["--lf"], False),
    ],
)
def test_which_arguments_name_the_whole(arguments, whole):
    assert coverage_gate.names_the_whole(arguments, coverage_gate.ROOT) is whole


def test_a_file_in_the_making_is_excused_and_a_whole_one_may_not_stay_on_the_list():
    holes = ["training/actions/dops.py: lines 3–9", "training/access.py: line 2"]
    making = {"training/actions": "pages follow", "training/rules/words.py": "tests follow"}
    assert coverage_gate.without(holes, making) == [
        "training/access.py: line 2",
        "training/rules/words.py: whole by now; take it off IN_THE_MAKING",
    ]
