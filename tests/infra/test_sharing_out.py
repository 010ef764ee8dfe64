"""A whole run of the suite is shared among the cores; whoever names a path or a debugger keeps one process."""

import os

import pytest

from ctts.home.management.commands.test import shared_out
from ctts.state import ROOT
from tests.plugin import LONG, place_of


@pytest.mark.parametrize("given", [[], ["-q"], ["--durations=20"], ["-m", "slow or not slow"]])
def test_a_whole_run_uses_the_cores(given, monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    assert shared_out(given) == ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]


@pytest.mark.parametrize("given", [["tests/audit"], ["-k", "bulk"], ["-n", "0"], ["--pdb"], ["-s"], ["-n3"]])
def test_a_narrow_run_or_one_that_says_how_keeps_its_way(given, monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    assert shared_out(given) == []


def test_one_core_runs_one_process(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    assert shared_out([]) == []


def test_the_long_files_are_there_and_begin():
    assert [name for name in LONG if not (ROOT / "tests" / name).is_file()] == []
    assert [place_of(ROOT / "tests" / name) for name in LONG] == list(range(len(LONG)))
    assert place_of(ROOT / "tests/infra/test_sharing_out.py") == place_of(ROOT / "elsewhere.py") == len(LONG)
