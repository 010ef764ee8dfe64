"""The four lights: one for each trainee, with its reason (screens 6; M, T1, T4)."""

from __future__ import annotations

from datetime import date

import pytest

from ctts.common.clock import london_midnight
from tests.training import practice as p
from training import queries
from training.models import Milestone, PlanItem
from training.rules import standing

FACTS = {"signed": 3, "total": 14}


@pytest.mark.parametrize(
    ("facts", "key", "because"),
    [
        ({}, "on_track", "nothing is late; 3 of 14 competencies are signed"),
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
        ({"reports": 1}, "attention", "1 progress report is overdue"),
        (
            {"reports": 2, "held": ["Viva waits for its day"]},
            "attention",
            "2 progress reports are overdue, and Viva waits for its day",
        ),
        (
            {"overdue": 1, "months_without_review": 1, "reports": 1},
            "attention",
            "1 competency is past the planned day, 1 month has no Supervisor Review, and 1 progress report is overdue",
        ),
        ({"late": ["Viva"], "held": ["Board waits for the board"]}, "at_risk", "Viva is late"),
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


def test_T7_a_progress_report_that_is_not_sent_in_time_is_said(scene):
    day_after = date(2026, 10, 2)
    Milestone.objects.filter(record=scene.tara).update(done_on=day_after)
    PlanItem.objects.filter(record=scene.tara).update(by_on=None)

    def because():
        shown = queries.overview(scene.tara, scene.cast.tara, london_midnight(day_after)).light
        assert shown == queries.standings_of([scene.tara], day_after)[scene.tara.pk].light
        return shown.because

    assert because() == "6 months have no Supervisor Review, and 1 progress report is overdue"
    p.signed_review(scene.tara, scene.cast.sam)
    p.sent_report(scene.tara, scene.cast.sam)
    assert because() == "5 months have no Supervisor Review"
