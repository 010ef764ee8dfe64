"""The forecast on the first page of a record: what is wanted next, at the pace so far (T2, Y3)."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse

from tests.training.world import NOW, authentication, browser_of, signed
from training import actions, queries
from training.rules import forecast, needed_a_month
from training.states import MilestoneKind


def pace(world):
    return queries.overview(world.tara, world.cast.tara, NOW + timedelta(hours=2)).pace


def page(world, who):
    return browser_of(who).get(reverse("training:record", args=[world.tara.pk])).text


def test_T2_below_five_signatures_nothing_is_forecast(world):
    for number in range(4):
        signed(world.cast.sam, world.tara, number)
    assert pace(world) is None and "At the pace so far" not in page(world, world.cast.tara)


def test_T2_with_five_the_page_says_when_the_whole_list_is_signed_and_what_it_takes(world):
    sign_offs = [signed(world.cast.sam, world.tara, number) for number in range(5)]
    total, today = world.tara.items.count(), NOW.date()
    found = pace(world)
    assert total > 5 and found.percent == 100  # thirty per cent are signed
    portfolio = world.tara.milestones.get(kind=MilestoneKind.PORTFOLIO)
    assert (found.by, found.by_on) == ("Portfolio", portfolio.due_on)
    assert found.a_month == needed_a_month(total - 5, today, portfolio.due_on)
    assert found.on == forecast([today] * 5, total, 100, start_on=world.tara.start_on, today=today)
    for who in (world.cast.tara, world.cast.sam):
        assert "At the pace so far all are signed on" in page(world, who)
    later = NOW + timedelta(hours=1)
    given = {"by": world.cast.sam, "now": later, "authentication": authentication(later)}
    actions.withdraw_sign_off(**given, sign_off_id=sign_offs[0].pk, reason="The wrong scan.")
    assert pace(world) is None
