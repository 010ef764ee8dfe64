"""Another purchase order after acceptance, in real Chromium: Ann is told, gives it, and the office has it to check."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from applications import actions, queries
from applications.models import Application
from tests.applications import world
from tests.applications.world import GOOD, NOW
from tests.browser.looking import faults, goes_on
from tests.browser.test_order_by_link import fill_in
from tests.browser.test_sent_again import sign_in
from tests.kept import kept_world

pytestmark = pytest.mark.django_db(transaction=True)


def make_cancelled():
    """Ann is accepted, and the office has cancelled her purchase order."""
    cast = world.open_world()
    application = world.accepted(cast)
    order = queries.current_order(application)
    given = {"by": cast.olive, "now": NOW, "application_id": application.pk, "purchase_order_id": order.pk}
    actions.cancel_purchase_order(**given, reason="The trust took it back.")
    return cast


cast = kept_world(make_cancelled)


@pytest.mark.parametrize("width", [390, 1280])
def test_A3f_ann_gives_another_order(cast, open_page, width):
    page = open_page(width=width)
    application = Application.objects.get(applicant=cast.ann)
    sign_in(page, cast.ann)
    page.goto(reverse("applications:status", args=[application.pk]))
    assert faults(page) == []
    goes_on(page, page.get_by_role("link", name="Give another purchase order").first)
    assert faults(page) == []
    page.get_by_label("The purchase order", exact=True).set_input_files(GOOD / "purchase-order.pdf")
    fill_in(page, "3000", press="Give it to the office")
    expect(page.get_by_text("Your other purchase order is with the office")).to_be_visible()
    assert faults(page) == []
