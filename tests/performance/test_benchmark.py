"""The benchmark at its smallest: it runs, measures every page, and prints the table."""

from __future__ import annotations

import os
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import call_command

from ctts.common import clock
from ctts.state import ROOT
from tests.cast import at
from tests.performance.measuring import Cost, Measured
from tests.performance.pages import pages
from tests.performance.sites import Site
from tests.performance.table import BASE, table

PAGES = ("trainee home", "competency matrix", "sign-off page", "office: trainees", "sign a competency (POST)")
# "Waiting for me" asks once more for each kind of duty that stands open; here nearly all of them do.
MOST_QUERIES, WITH_EVERY_DUTY = 25, 30
# Lists of trainees count for each of them the rows of Waiting for me, and ask what that page asks.
EVERY_DUTY = ("waiting for me", "supervisor's trainees", "moderator's trainees")


def test_the_table_says_ratio_queries_and_goals():
    least = Measured(BASE, 3, None, None, [Cost(8, 2, 11, 24_000), Cost(16, 4, 20, 24_000)])
    page = Measured("trainee home", 20, 4, 2.5, [Cost(24, 6, 30, 60_000), Cost(48, 12, 70, 60_000)])
    written = table([least, page], before=[least, Measured("trainee home", 20, 4, 2.5, [Cost(16, 4, 1, 1)] * 2)])
    line = next(row for row in written.splitlines() if "trainee home" in row)
    assert [cell.strip() for cell in line.split("|")][2:6] == ["20", "60", "36.0 + 9.0", "3.00"]
    assert "≤ 4 yes" in line and "≤ 2.5 NO" in line and "× 2.00" in line


@pytest.mark.slow
def test_the_command_measures_every_page(tmp_path):
    command = [sys.executable, "-m", "tests.performance", "--trainees=6", "--rounds=1", "--requests=1"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CTTS_")}
    done = subprocess.run(
        [*command, f"--state={tmp_path}"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "6 trainees" in done.stdout
    assert [page for page in (BASE, *PAGES) if page not in done.stdout] == []


def most(name: str) -> int:
    return WITH_EVERY_DUTY if name.startswith(EVERY_DUTY) else MOST_QUERIES


@pytest.mark.django_db
def test_every_page_that_is_measured_is_there_and_asks_25_times_at_most():
    """All of the benchmark but its servers: the people, the addresses, the counting, the forms that are posted."""
    clock.set_offset(at=at(2026, 10, 20))
    call_command("populate", "--trainees=6", "--seed=7", stdout=StringIO(), stderr=StringIO())
    found = {target.name: target for target in pages(Site(0, 0), Site(0, 0, "x"), signatures=1)}
    assert [page for page in (BASE, *PAGES) if page not in found] == []
    assert {name: target.queries for name, target in found.items() if target.queries > most(name)} == {}
    [signature] = found["sign a competency (POST)"].jobs
    assert "seen-" in (signature.body or "")
