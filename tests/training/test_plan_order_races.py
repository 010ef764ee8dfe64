"""Many move competencies of one plan at once: one wins, and no competency loses its place (T1; quality rule 2)."""

from __future__ import annotations

import pytest

from ctts.audit.models import AuditEvent
from ctts.audit.verification import verify
from ctts.common import clock
from ctts.common.verdict import TooLate
from tests.at_once import MANY, at_once
from tests.kept import kept_world
from tests.training import practice as p
from training import actions, queries

pytestmark = pytest.mark.django_db(transaction=True)


def make_scene_now() -> p.Scene:
    """Both records; the clock stands at 10 June 2026."""
    clock.set_offset(at=p.NOW)
    return p.make_scene()


scene = kept_world(make_scene_now)


def test_t1_of_twenty_who_move_at_once_one_wins_and_nothing_is_lost(scene):
    first = p.items_of(scene.tara)[0]
    before = queries.group_of(first)
    seen, second = queries.order_digest(before), before[1]

    def move(number):
        by = scene.cast.tara if number % 2 else scene.cast.sam
        item = first if number % 2 else before[2]
        return actions.move_in_plan(by=by, now=p.NOW, item_id=item.pk, seen=seen, up=False)

    found = at_once(move)
    after = queries.group_of(first)
    won = first if after[0] == second else before[2]
    assert sum(isinstance(one, TooLate) for one in found) == MANY // 2
    assert {one.pk for one in found if not isinstance(one, TooLate)} == {won.pk}
    assert sorted(row.position for row in after) == sorted(row.position for row in before)
    assert AuditEvent.objects.filter(action="training.plan.moved").count() == 1 and verify().faults == []
