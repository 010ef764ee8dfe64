"""Since when a plan waits to be agreed: since it came to be as it is, whoever or whatever changed it (T1, E5)."""

from __future__ import annotations

from datetime import date, timedelta

from tests.training import changes as c
from tests.training import practice as p
from tests.training.test_planning import VALUES
from training import actions, queries
from training.models import PlanItem

WHAT = "Agree the training plan"


def since(scene, who="sam"):
    rows = queries.duties_for(getattr(scene.cast, who), p.TODAY + timedelta(days=9))
    return {row.since for row in rows if row.what == WHAT and row.about in ("", "Tara Quinn")}


def agree(scene, *who):
    for one in who:
        seen = queries.plan_standing(scene.tara).digest
        given = {"record_id": scene.tara.pk, "seen": seen, "authentication": p.proof()}
        actions.agree_plan(by=getattr(scene.cast, one), now=p.NOW, **given)


def test_T1_a_plan_as_it_was_at_enrolment_waits_since_then_and_a_changed_row_begins_anew(scene):
    assert since(scene) == since(scene, "tara") == {scene.tara.enrolled_at.date()}
    PlanItem.objects.filter(record=scene.tara).update(**VALUES)
    item, later = PlanItem.objects.filter(record=scene.tara).first(), p.NOW + timedelta(days=2)
    given = {"item_id": item.pk, "seen": queries.item_digest(item), "values": {**VALUES, "where": "Ward 5"}}
    actions.tailor_item(by=scene.cast.sam, now=later, **given)
    assert since(scene) == {later.date()}
    rows, last = queries.group_of(item), p.NOW + timedelta(days=3)
    moved = {"item_id": rows[0].pk, "seen": queries.order_digest(rows), "up": False}
    actions.move_in_plan(by=scene.cast.tara, now=last, **moved)
    assert since(scene) == since(scene, "tara") == {last.date()}
    agree(scene, "tara")
    assert since(scene) == {p.TODAY} and since(scene, "tara") == set()


def test_E5_days_that_an_interruption_moved_make_a_version_of_that_day(scene):
    PlanItem.objects.filter(record=scene.tara).update(**{**VALUES, "by_on": date(2027, 1, 31)})
    agree(scene, "tara", "sam")
    assert since(scene) == set()
    later = p.NOW + timedelta(days=1)
    c.grant(c.answered(scene.tara, scene.cast.sam, "interruption"), scene.cast.olive, later)
    assert since(scene) == {later.date()}
