"""What two markers could not agree is settled once, with reasons (F5)."""

from __future__ import annotations

from fractions import Fraction

import pytest

from assessments import actions
from assessments.models import Outcome
from assessments.states import Result
from ctts.audit.models import AuditEvent
from ctts.common.verdict import Invalid, TooLate
from tests.moderation import marks
from tests.training import practice
from tests.training.conftest import module_scene, scene

__all__ = ["module_scene", "scene"]


def settle(scene, attempt, result=Result.PASS, percent=None):
    given = {"attempt_id": attempt.pk, "result": result, "percent": percent, "reasons": "We agreed."}
    return actions.settle(by=scene.cast.mia, now=practice.NOW, **given)


def test_f5_a_settled_portfolio_has_its_outcome_once(scene):
    attempt = marks.portfolio_disagreed(scene.tara, scene.cast.mia, scene.cast.max)
    other = marks.portfolio_disagreed(scene.tom, scene.cast.max, scene.cast.mia)
    made = settle(scene, attempt, Result.REFER)
    assert (made.result, made.numerator, made.reasons, made.state) == ("refer", None, "We agreed.", "agreed")
    assert AuditEvent.objects.get(action="assessments.outcome.agreed").object_id == made.pk
    attempt.refresh_from_db()
    other.refresh_from_db()
    assert (attempt.state, other.state) == ("agreed", "disagreed")
    with pytest.raises(TooLate, match="do not disagree"):
        settle(scene, attempt)
    assert Outcome.objects.count() == 1


def test_f5_a_viva_is_settled_with_a_per_cent_and_a_portfolio_without(scene):
    viva = marks.viva_disagreed(scene.tara, scene.cast.mia, scene.cast.max)
    portfolio = marks.portfolio_disagreed(scene.tara, scene.cast.mia, scene.cast.max)
    for attempt, percent in ((viva, None), (portfolio, Fraction(60))):
        with pytest.raises(Invalid, match="per cent"):
            settle(scene, attempt, percent=percent)
    made = settle(scene, viva, percent=Fraction(125, 2))
    assert (made.numerator, made.denominator, made.content["settled"]["percent"]) == (125, 2, "125/2")
