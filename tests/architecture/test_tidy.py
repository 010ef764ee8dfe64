"""The tree is as the tools leave it: a line too long or a name unused is found here and not by the next reader."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ctts.state import ROOT


@pytest.mark.parametrize("asked", [["check"], ["format", "--check"]], ids=["check", "format"])
def test_ruff_finds_nothing(asked):
    told = subprocess.run(
        [sys.executable, "-m", "ruff", *asked, "--no-cache", "--quiet", "."],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
