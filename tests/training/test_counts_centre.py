"""A centre at a glance asks the database as often for three trainees as for one (T7)."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.urls import reverse

from ctts.organisations import actions as organisations
from ctts.organisations.states import Nation, Role
from tests.cast import START, at, centre
from tests.training import practice as p
from tests.training import world as w
from tests.training.test_concerns import concern
from tests.worlds import built_once
from training.models import PlanItem
from training.states import ItemState


@built_once
def made(world, rows):
    """So many trainees at Leeds, each with something on every list."""
    records = [world.tara]
    if rows == 3:
        records += w.enrol_too(world, world.cast.ann, world.cast.abe)
    for record in records:
        PlanItem.objects.filter(record=record).update(state=ItemState.IN_PROGRESS, changed_at=at(2026, 3, 2))
        p.sent_report(record, world.cast.sam, w.NOW, period_ends_on=w.NOW.date())
        concern(record, world.cast.sam)
    return SimpleNamespace(centre=world.cast.leeds.pk, rows=rows)


PAGES = {"training:centre": ([], 20), "training:centre_list": (["trainees"], 18)}


@pytest.mark.parametrize("rows", [1, 3], scope="module")
def test_the_cost_of_a_centre_does_not_grow_with_its_trainees(world, made, rows, django_assert_num_queries):
    cora = w.browser_of(world.cast.cora)
    cora.get(reverse("accounts:profile"))
    for name, (more, count) in PAGES.items():
        with django_assert_num_queries(count, info=name):
            response = cora.get(reverse(name, args=[made.centre, *more]))
        assert response.status_code == 200, name
    assert len(response.context["trainees"]) == rows
    for what in ("reviews", "stalled", "acknowledge"):
        listed = cora.get(reverse("training:centre_list", args=[made.centre, what]))
        assert len(list(listed.context["rows"])) >= rows, what


@pytest.mark.parametrize("rows", [1, 3])
def test_the_cost_of_the_list_of_centres_does_not_grow(world, rows, django_assert_num_queries):
    for number in range(rows):
        more = centre(f"C{number}", f"Centre {number}", Nation.ENGLAND, f"RX{number}")
        given = {"person": world.cast.cora, "role": Role.COORDINATOR, "organisation": more}
        organisations.grant(by=None, now=START, **given)
    cora = w.browser_of(world.cast.cora)
    cora.get(reverse("accounts:profile"))
    with django_assert_num_queries(6):
        response = cora.get(reverse("training:centres"))
    assert len(response.context["rows"]) == rows + 1
