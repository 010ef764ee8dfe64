"""Whom an agreed action waits for, by its owner in free text (T4)."""

from __future__ import annotations

import pytest

from training.rules import Doers, doers

TRAINEE, SUPERVISOR, BOTH = Doers(True, False), Doers(False, True), Doers(True, True)


@pytest.mark.parametrize(
    ("owner", "who"),
    [
        ("Tara Quinn", TRAINEE),
        ("  tara   QUINN ", TRAINEE),
        ("Tara", TRAINEE),
        ("trainee", TRAINEE),
        ("The trainee.", TRAINEE),
        ("Tara Quinn and Sam Patel", BOTH),
        ("Sam Patel/Tara Quinn", BOTH),
        ("trainee and supervisor", BOTH),
        ("Sam Patel", SUPERVISOR),
        ("Ward manager", SUPERVISOR),
        ("Tara Quinnell", SUPERVISOR),
        ("Tara Patel", SUPERVISOR),
        ("all trainees", SUPERVISOR),
    ],
)
def test_T4_an_action_waits_for_whom_its_owner_names(owner, who):
    assert doers(owner, "Tara Quinn") == who
