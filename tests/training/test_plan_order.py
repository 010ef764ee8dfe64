"""The order of the training plan: moved by trainee and Training Supervisor, place by place within a group (T1)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from ctts.audit.models import AuditEvent
from ctts.common.verdict import NotAllowed, TooLate
from tests.training.test_plan_versions import agreed
from tests.training.world import NOW, browser_of, item_of
from training import actions, queries
from training.models import PlanItem
from training.states import PlanState


def group(world):
    """The competencies of the first group of Tara's plan, in its order."""
    return queries.group_of(item_of(world.tara))


def keys(world):
    return [row.pk for row in group(world)]


def move(world, item, who="tara", up=False, seen=None):
    seen = seen or queries.order_digest(group(world))
    return actions.move_in_plan(by=getattr(world.cast, who), now=NOW, item_id=item, seen=seen, up=up)


@pytest.mark.parametrize("who", ["tara", "sam"])
def test_t1_trainee_and_supervisor_move_a_competency_up_and_down(world, who):
    first, second, *rest = keys(world)
    move(world, first, who)
    assert keys(world) == [second, first, *rest]
    move(world, first, who, up=True)
    assert keys(world) == [first, second, *rest]
    events = AuditEvent.objects.filter(action="training.plan.moved").order_by("seq")
    assert [(one.before, one.after) for one in events] == [
        ({"place": 1}, {"place": 2}),
        ({"place": 2}, {"place": 1}),
    ]


@pytest.mark.parametrize("who", ["tom", "sue", "sid", "cora", "mia", "olive", "nobody"])
def test_t1_nobody_else_moves_one(world, who):
    before = keys(world)
    with pytest.raises(NotAllowed, match="trainee and the current Training Supervisor"):
        move(world, before[0], who)
    assert keys(world) == before


def test_t1_a_record_that_has_ended_keeps_its_order(world):
    type(world.tara).objects.filter(pk=world.tara.pk).update(state="withdrawn", ended_on=NOW.date())
    with pytest.raises(TooLate, match="training has ended"):
        move(world, keys(world)[0])


def test_t1_the_first_and_the_last_of_a_group_stay_in_it(world):
    before = keys(world)
    with pytest.raises(TooLate, match="first of its group"):
        move(world, before[0], up=True)
    with pytest.raises(TooLate, match="last of its group"):
        move(world, before[-1])
    assert keys(world) == before


def test_t1_a_press_that_is_sent_again_moves_nothing_more(world):
    seen, (first, second, *rest) = queries.order_digest(group(world)), keys(world)
    for _ in range(3):
        move(world, first, seen=seen)
    assert keys(world) == [second, first, *rest]
    assert AuditEvent.objects.filter(action="training.plan.moved").count() == 1
    seen = queries.order_digest(group(world))
    for _ in range(2):
        move(world, first, up=True, seen=seen)
    assert keys(world) == [first, second, *rest]


def test_t1_whoever_saw_another_order_moves_nothing_and_is_told(world):
    seen, (first, second, *rest) = queries.order_digest(group(world)), keys(world)
    move(world, first, "sam", seen=seen)
    with pytest.raises(TooLate, match="Somebody moved a competency of this group"):
        move(world, second, "tara", up=True, seen="of another page")
    with pytest.raises(TooLate, match="Somebody moved a competency of this group"):
        move(world, second, "tara", seen=seen)
    assert keys(world) == [second, first, *rest]


def test_t1_another_order_waits_for_both_signatures_and_is_said_between_versions(world):
    agreed(world, NOW)
    move(world, keys(world)[0])
    standing = queries.plan_standing(world.tara)
    assert (standing.state, standing.version) == (PlanState.DRAFT, 2)
    address = reverse("training:plan_versions", args=[world.tara.pk])
    shown = browser_of(world.cast.sam).get(address).text
    assert "In another order: " in shown and "now stands before" in shown and "0 changed" not in shown


def test_t1_matrix_and_list_follow_the_order_of_the_plan(world):
    first, second = keys(world)[:2]
    move(world, first)
    [shown, *_] = queries.matrix(world.tara, world.cast.tara, NOW.date())
    assert [row.item.pk for row in shown.rows][:2] == [second, first]
    assert list(queries.mappable_items(world.tara).values_list("pk", flat=True))[:2] == [second, first]


def test_t1_a_group_that_the_list_names_in_two_places_is_moved_as_one(world):
    rows = list(queries.mappable_items(world.tara))
    rows[1].item.group = "Another"
    first, other, again = queries.plan_groups(rows)
    assert (first.title, other.rows, again.title) == (rows[0].item.group, [rows[1]], first.title)
    assert (first.first, first.last, first.seen) == (again.first, again.last, again.seen)
    assert (other.first, other.last) == (rows[1].pk, rows[1].pk)


# --- the page ---


def press(client, world, way, item):
    """Press a button of the page as it is, with the order that it shows."""
    page = client.get(reverse("training:plan", args=[world.tara.pk]))
    [seen] = {one.seen for one in page.context["groups"] if item in [row.pk for row in one.rows]}
    return client.post(reverse(f"training:plan_{way}", args=[item]), {"seen": seen})


def test_t1_the_button_pressed_has_the_focus_again_until_the_end_of_the_group(world):
    tara, address, before = browser_of(world.cast.tara), reverse("training:plan", args=[world.tara.pk]), keys(world)
    item = before[0]
    steps = [press(tara, world, "down", item) for _ in before[1:]]
    assert [one.status_code for one in steps] == [303] * len(steps)
    ends = [one.headers["Location"].removeprefix(f"{address}#") for one in steps]
    assert ends == [f"down-{item}"] * (len(steps) - 1) + [f"up-{item}"]
    assert keys(world) == [*before[1:], item]
    ends = [press(tara, world, "up", item).headers["Location"].removeprefix(f"{address}#") for _ in before[1:]]
    assert ends == [f"up-{item}"] * (len(steps) - 1) + [f"down-{item}"]
    assert f"is now number 1 of {len(before)} in its group" in tara.get(address).text


def test_t1_only_who_may_change_the_plan_meets_the_buttons_and_each_says_of_which_row(world):
    address, (first, *_, last) = reverse("training:plan", args=[world.tara.pk]), keys(world)
    shown = browser_of(world.cast.sam).get(address).text
    assert f'id="up-{first}"' not in shown and f'id="down-{last}"' not in shown
    code = PlanItem.objects.get(pk=first).item.code
    assert f'type="submit">Move down<span class="visually-hidden"> {code}</span>' in shown
    assert 'id="down-' not in browser_of(world.cast.olive).get(address).text


def test_t1_a_press_that_came_too_late_or_says_no_order_moves_nothing(world):
    tara, first = browser_of(world.cast.tara), keys(world)[0]
    before, address = keys(world), reverse("training:plan_down", args=[first])
    assert tara.post(address).status_code == 409 and tara.get(address).status_code == 405
    assert browser_of(world.cast.tom).post(address).status_code == 404
    assert browser_of(world.cast.olive).post(address).status_code == 403
    assert keys(world) == before
