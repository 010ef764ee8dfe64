"""When a training has ended, whatever its end, nothing that was agreed for it is reviewed any more (A5, E6, N)."""

from datetime import timedelta

import pytest

from applications import periodic, queries
from applications.models import AdjustmentRequest
from tests.applications.adjusting import agree, asked_of
from tests.training.world import NOW
from training import actions

REVIEW_ON = NOW.date() + timedelta(days=30)
ON_THE_DAY = NOW + timedelta(days=30)


@pytest.fixture
def agreed(world):
    """Something is agreed for Tara, who trains, until the first of July."""
    asked = asked_of(world.cast.tara, NOW)
    agree(world.cast.ada, asked, "A quarter more time", NOW, review_on=REVIEW_ON)
    return asked


def end(world, how):
    getattr(actions, how)(by=world.cast.olive, now=NOW, record_id=world.tara.pk)


def for_ada(world):
    return [row.what for row in queries.duties_for(world.cast.ada, REVIEW_ON)]


@pytest.mark.parametrize("how", ["end_not_completed", "complete_record"])
def test_a5_after_the_end_the_calendar_leaves_it_alone(world, agreed, how):
    end(world, how)
    assert periodic.review_adjustments(ON_THE_DAY) == 0 and for_ada(world) == []
    agreed.refresh_from_db()
    assert agreed.state == "agreed"
    assert [one.words for one in queries.agreed_adjustments(world.cast.tara.pk)] == ["A quarter more time"]


@pytest.mark.parametrize("how", ["end_not_completed", "complete_record"])
def test_a5_what_is_under_review_at_the_end_waits_for_nobody(world, agreed, how):
    assert periodic.review_adjustments(ON_THE_DAY) == 1
    assert for_ada(world) == ["Review an adjustment"]
    end(world, how)
    assert for_ada(world) == []
    assert AdjustmentRequest.objects.get(pk=agreed.pk) in queries.adjustments_visible_to(world.cast.ada, REVIEW_ON)


def test_a5_of_whoever_trains_on_it_comes_up_as_ever(world, agreed):
    of_tom = asked_of(world.cast.tom, NOW)
    agree(world.cast.ada, of_tom, "A quiet room", NOW, review_on=REVIEW_ON)
    end(world, "end_not_completed")
    assert periodic.review_adjustments(ON_THE_DAY) == 1
    of_tom.refresh_from_db()
    assert of_tom.state == "under_review" and for_ada(world) == ["Review an adjustment"]
