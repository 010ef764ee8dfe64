"""Without signal a press keeps the page with all that was typed, on forms that do not save themselves."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.looking import goes_on, sticks_out
from tests.browser.test_first_year import signed_in
from tests.kept import kept_world
from tests.training.world import make_world, submitted
from training.models import ItemReturn

pytestmark = pytest.mark.django_db(transaction=True)


def make_waiting():
    """A competency of Tara's that waits for Sam."""
    world = make_world()
    return world.cast, submitted(world.tara)


scene = kept_world(make_waiting)


def test_feedback_pressed_without_signal_stands_there_and_goes_with_the_next_press(scene, open_page, live_server):
    cast, item = scene
    page = signed_in(open_page(width=390), cast.sam, live_server.url)
    page.goto(reverse("training:return", args=[item.pk]))
    page.locator("textarea").fill("Say which camera it was.")
    page.context.set_offline(True)
    send = page.get_by_role("button", name="Return it with this feedback")
    send.click()
    expect(page.get_by_role("alert")).to_contain_text("No signal: this was not sent")
    expect(page.locator("textarea")).to_have_value("Say which camera it was.")
    assert sticks_out(page) == 0
    page.context.set_offline(False)
    expect(page.get_by_role("alert")).to_have_count(0)
    goes_on(page, send)
    assert ItemReturn.objects.get().reason == "Say which camera it was."
