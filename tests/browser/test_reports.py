"""A progress report in real Chromium: written and sent by the supervisor, acknowledged by the co-ordinator (T7)."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from ctts.common import clock
from tests.browser.looking import faults, goes_on
from tests.browser.test_first_year import signed_in
from tests.training import practice as p

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = [390, 1280]


@pytest.fixture
def scene() -> p.Scene:
    """Tara at Leeds, with Sam as her supervisor and Cora as her co-ordinator."""
    clock.set_offset(at=p.NOW)
    return p.make_scene()


def writes(page: Page, record: int) -> None:
    """Sam writes the report and looks at what he signs."""
    page.goto(reverse("training:reports", args=[record]))
    assert faults(page) == []
    page.get_by_role("link", name="Write a progress report").click()
    page.get_by_label("How the training goes").fill("Two competencies are signed.")
    page.get_by_label("What comes next").fill("The SPECT rotation.")
    assert faults(page) == []
    goes_on(page, page.get_by_role("button", name="Save this report"))
    assert faults(page) == []
    goes_on(page, page.get_by_role("link", name="Sign and send it"))
    assert faults(page) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_T7_a_report_from_writing_to_acknowledging(scene, open_page, live_server, width):
    sam = signed_in(open_page(width=width), scene.cast.sam, live_server.url)
    writes(sam, scene.tara.pk)
    sam.get_by_role("button", name="Sign and send").click()
    expect(sam.get_by_text("Signed and sent.")).to_be_visible()
    cora = signed_in(open_page(width=width), scene.cast.cora, live_server.url)
    cora.goto(reverse("training:reports", args=[scene.tara.pk]))
    goes_on(cora, cora.get_by_role("link", name="Report 1"))
    assert faults(cora) == []
    cora.get_by_role("link", name="Acknowledge").click()
    cora.get_by_label("Your comment").fill("Thank you.")
    cora.get_by_role("button", name="Acknowledge").click()
    expect(cora.get_by_text("Acknowledged. The supervisor is told.")).to_be_visible()
    assert faults(cora) == []
