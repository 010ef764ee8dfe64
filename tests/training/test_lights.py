"""The four lights: one for each trainee, with its reason (screens 6; M, T1, T4)."""

from __future__ import annotations

import pytest

from training.rules import standing

FACTS = {"signed": 3, "total": 14}


@pytest.mark.parametrize(
    ("facts", "key", "because"),
    [
        ({}, "on_track", "3 of 14 competencies are signed and nothing is late"),
        ({"late": ["Induction day"]}, "at_risk", "Induction day is late"),
        ({"late": ["Induction day", "Viva"]}, "at_risk", "Induction day and 1 more are late"),
        ({"overdue": 1}, "attention", "1 competency is past the planned day"),
        ({"overdue": 2}, "attention", "2 competencies are past the planned day"),
        ({"months_without_review": 1}, "attention", "1 month has no Supervisor Review"),
        (
            {"overdue": 2, "months_without_review": 2},
            "attention",
            "2 competencies are past the planned day, and 2 months have no Supervisor Review",
        ),
        ({"late": ["Viva"], "overdue": 9}, "at_risk", "Viva is late"),
    ],
)
def test_m_the_light_of_a_running_record_and_its_reason(facts, key, because):
    found = standing("active", **FACTS, **facts)
    assert (found.key, found.because) == (key, because)


def test_m_a_completed_training_is_complete():
    assert standing("completed", **FACTS, late=["Viva"]).key == "complete"


@pytest.mark.parametrize("state", ["interrupted", "withdrawn", "not_completed"])
def test_e5_an_interrupted_or_ended_training_shows_no_light(state):
    assert standing(state, **FACTS, late=["Viva"]) is None
