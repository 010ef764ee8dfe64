"""A framework of a scope that is not in the table, in Chromium at both widths: named, entered, imported (S1, S2)."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from ctts.scheme.models import Scope
from ctts.scheme.spreadsheet import framework_workbook
from tests.browser.looking import faults, goes_on
from tests.browser.test_first_year import signed_in
from tests.cast import make_cast
from tests.make import sample_sheet

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = [390, 1280]
PICTURES = os.environ.get("CTTS_PICTURES")
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def looked(page: Page, name: str) -> None:
    """Nothing is wrong with the page at either width."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert faults(page) == [], f"{name} at {width}"
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)


def tried(page: Page) -> None:
    """The spreadsheet of Zoological Physics is tried out."""
    sheet = replace(sample_sheet("NM"), scope="ZP", scope_name="Zoological Physics", title="Zoological Physics")
    page.goto(reverse("scheme:try_out"))
    file = {"name": "zoological-physics.xlsx", "mimeType": WORKBOOK, "buffer": framework_workbook(sheet)}
    page.get_by_label("Spreadsheet").set_input_files(file)
    goes_on(page, page.get_by_role("button", name="Try it out"))


@pytest.mark.console_errors  # what cannot be imported comes back as 422
def test_S1_a_scope_is_entered_on_the_way_to_its_framework(open_page, live_server):
    olive = signed_in(open_page(width=1280), make_cast().olive, live_server.url)
    tried(olive)
    expect(olive.get_by_role("button", name="Import it")).to_have_count(0)
    looked(olive, "scheme-framework-refused")
    goes_on(olive, olive.get_by_role("link", name="Enter the scope ZP"))
    expect(olive.get_by_label("Name")).to_have_value("Zoological Physics")
    olive.get_by_label("Craft group").select_option(label="Clinical Engineering")
    goes_on(olive, olive.get_by_role("button", name="Enter the scope"))
    looked(olive, "scheme-scope-entered")
    goes_on(olive, olive.get_by_role("link", name="Offer it"))
    looked(olive, "scheme-offer")
    goes_on(olive, olive.get_by_role("button", name="Offer it"))
    tried(olive)
    goes_on(olive, olive.get_by_role("button", name="Import it"))
    goes_on(olive, olive.get_by_role("link", name="Publish it"))
    goes_on(olive, olive.get_by_role("button", name="Publish it"))
    olive.goto(reverse("scheme:scope", args=[Scope.objects.get(code="ZP").pk]))
    expect(olive.get_by_text("Nobody can apply in this scope")).to_have_count(0)
    looked(olive, "scheme-scope-on-offer")
