"""A purchase order that the office does not let stand, before it accepts: what counts, who has the next move (A3 f)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from applications import actions, queries
from ctts.common.verdict import Invalid
from ctts.notifications.models import Message
from tests.applications import world
from tests.applications.test_asking import OVER, ask, words
from tests.applications.test_office_views import url
from tests.applications.test_replacing import TODAY, WHY, office
from tests.applications.world import NOW


def test_A3f_an_insufficient_order_stands_against_acceptance(cast, ready):
    assert queries.against_acceptance(ready, TODAY) == ""
    actions.judge_purchase_order(**office(cast, ready), covers=False)
    assert "A3f" in queries.against_acceptance(ready, TODAY)
    with pytest.raises(Invalid, match="A3f"):
        actions.accept(by=cast.olive, now=NOW, application_id=ready.pk)


@pytest.mark.parametrize(
    ("state", "said"),
    [("draft", "give it in your application"), ("awaiting_supervisor", "ask your Training Supervisor to return it")],
)
def test_A3f_an_order_cancelled_before_it_is_received_says_who_has_the_next_move(cast, browser_of, state, said):
    application = world.filled(cast, "leeds")
    if state == "awaiting_supervisor":
        actions.ask_supervisor(by=cast.ann, now=NOW, application_id=application.pk)
    there = url("cancel_purchase_order", application.pk, queries.current_order(application).pk)
    assert "the mail" in words(browser_of("olive").get(there))
    actions.cancel_purchase_order(**office(cast, application), reason=WHY)
    assert said in Message.objects.get(kind="applications.order_cancelled").text


def test_N_whoever_asked_learns_that_the_link_has_expired_and_asks_again(cast):
    again = "Ask for the purchase order again: the link to Fin Osborne has expired"
    begun = world.start(cast)
    ask(begun)
    after = (OVER + timedelta(days=1)).date()

    def rows(on):
        own, others = queries.duties_and_others(cast.ann, on)
        return [row.what for row in [*own, *others] if "urchase order" in row.what]

    assert rows(NOW.date()) == ["Give the purchase order"] and rows(after) == [again]
    world.order(begun, 300_000, NOW + timedelta(days=30))
    assert rows(after) == []
