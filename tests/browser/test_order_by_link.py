"""The purchase order by a link in real Chromium: Ann asks, a mail scanner opens it, Fin gives it without an account."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from applications import actions
from applications.models import OrderRequest, PurchaseOrder
from applications.queries.asking import order_request_path
from tests.applications import world
from tests.applications.world import GOOD, NOW
from tests.browser.looking import faults
from tests.browser.test_sent_again import sign_in
from tests.kept import kept_world

pytestmark = pytest.mark.django_db(transaction=True)


def make_begun():
    """Ann has begun an application."""
    cast = world.open_world()
    world.start(cast)
    return cast


cast = kept_world(make_begun)


def ask(page, pk):
    """Ann names somebody at her employer."""
    page.goto(reverse("applications:part", args=[pk, "purchase_order"]))
    page.get_by_role("link", name="Ask your employer").click()
    page.get_by_label("Full name").fill("Fin Osborne")
    page.get_by_label("E-mail address").fill("fin@trust.example")
    assert faults(page) == []
    page.get_by_role("button", name="Ask them").click()
    expect(page.get_by_text("Fin Osborne", exact=True)).to_be_visible()
    assert faults(page) == []


def fill_in(page, gross, press="Give the purchase order"):
    """Somebody types what stands on the order, and presses the button."""
    for label, value in (
        ("Number of the purchase order", "PO-77"),
        ("Issued by", "Leeds Trust"),
        ("Net amount in pounds", "2500"),
        ("VAT in pounds", "500"),
        ("Gross amount in pounds", gross),
    ):
        page.get_by_label(label).fill(value)
    page.get_by_role("button", name=press).click()


@pytest.mark.console_errors  # a form with a mistake comes back as 422
@pytest.mark.parametrize("width", [390, 1280])
def test_a_purchase_order_is_asked_for_and_given_by_a_link(cast, open_page, width):
    ann, scanner, fin = open_page(width=width), open_page(javascript=False), open_page(width=width)
    sign_in(ann, cast.ann)
    ask(ann, cast.ann.applications.get().pk)
    asked = OrderRequest.objects.get()
    for _look in range(3):
        scanner.goto(order_request_path(asked))
    assert not PurchaseOrder.objects.exists()
    fin.goto(order_request_path(asked))
    assert faults(fin) == []
    fin.get_by_label("The purchase order", exact=True).set_input_files(GOOD / "purchase-order.pdf")
    fill_in(fin, "2999")
    expect(fin.get_by_text("has arrived")).to_be_visible()
    assert faults(fin) == []
    fill_in(fin, "3000")
    expect(fin.get_by_role("heading", level=1)).to_have_text("Thank you: the purchase order is there")
    assert faults(fin) == []
    fin.goto(order_request_path(asked))
    expect(fin.get_by_role("heading", level=1)).to_have_text("This link is closed")
    assert faults(fin) == []
    ann.reload()
    expect(ann.get_by_text("PO-77 over £3,000.00 covers the fee.")).to_be_visible()
    assert PurchaseOrder.objects.get().asked == asked


def test_who_will_not_give_it_says_why(cast, open_page):
    application = cast.ann.applications.get()
    given = {"name": "Fin Osborne", "email": "fin@trust.example", "words": "For the ward."}
    asked = actions.ask_for_order(by=cast.ann, now=NOW, application_id=application.pk, **given)
    fin = open_page(width=390, javascript=False)
    fin.goto(order_request_path(asked))
    fin.get_by_role("link", name="Decline, and say why").click()
    fin.get_by_label("Why?").fill("Ask the research office.")
    fin.get_by_role("button", name="Decline").click()
    expect(fin.get_by_role("heading", level=1)).to_have_text("Thank you for telling us")
