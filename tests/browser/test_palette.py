"""The palette in real Chromium: opened by key or press, chosen by arrows, left by Escape; and the page without script
(pattern 28). Help in place, opened by key and found through the palette."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from ctts.common import clock
from tests.browser.looking import faults
from tests.browser.test_first_year import signed_in
from tests.training import practice as p

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene() -> p.Scene:
    """Tara at Leeds with Sam as her supervisor; Tom at Bristol."""
    clock.set_offset(at=p.NOW)
    return p.make_scene()


def chosen(page: Page) -> str:
    """The line that Enter would open, as a screen reader is told."""
    pointed = page.get_by_role("combobox").get_attribute("aria-activedescendant")
    return page.locator(f"#{pointed}").inner_text().split("\n")[0]


def test_the_palette_by_keys_on_a_wide_screen(scene, open_page, live_server):
    page = signed_in(open_page(width=1280), scene.cast.sam, live_server.url)
    page.goto(reverse("training:trainees"))
    page.keyboard.press("/")
    palette = page.get_by_role("dialog", name="Search")
    expect(palette.get_by_role("option").first).to_be_visible()
    assert faults(page) == []
    page.get_by_role("combobox").press_sequentially("quinn")
    expect(palette.get_by_role("option", name="Tara Quinn").first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    assert chosen(page).startswith("Tara Quinn") and faults(page) == []
    page.keyboard.press("Escape")
    expect(palette).to_be_hidden()
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("quinn dops")
    expect(palette.get_by_role("option", name="DOPS: Tara Quinn")).to_have_attribute("aria-selected", "true")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith(reverse("training:dops_log", args=[scene.tara.pk]))
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("tara")
    with page.expect_navigation():  # the line that the words lead to, never one of the words before
        page.keyboard.press("Enter")
    assert page.url.endswith(reverse("training:record", args=[scene.tara.pk]))
    switches_the_key_off(page)


def switches_the_key_off(page: Page) -> None:
    """Whom a single key disturbs (WCAG 2.1.4) leaves it out; Ctrl+K still opens."""
    page.keyboard.press("Control+k")
    page.get_by_role("button", name="Switch the / key off").click()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("/")
    expect(page.get_by_role("dialog", name="Search")).to_be_hidden()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("button", name="Switch the / key on")).to_be_visible()


def test_the_palette_on_a_phone_and_the_page_without_script(scene, open_page, live_server):
    phone = signed_in(open_page(width=390), scene.cast.olive, live_server.url)
    phone.goto(reverse("home:dashboard"))
    phone.get_by_role("link", name="Search").click()
    phone.get_by_role("combobox").fill("eriksen")
    expect(phone.get_by_role("option", name="Tom Eriksen").first).to_be_visible()
    assert faults(phone) == []
    phone.get_by_role("combobox").fill("nobody of that name")
    expect(phone.get_by_text("Nothing that you may open")).to_be_visible()
    assert faults(phone) == []
    plain = signed_in(open_page(width=390, javascript=False), scene.cast.olive, live_server.url)
    plain.goto(reverse("home:dashboard"))
    plain.get_by_role("link", name="Search").click()
    plain.get_by_label("What are you looking for?").fill("eriksen")
    plain.get_by_role("button", name="Search").click()
    expect(plain.get_by_role("link", name="Tom Eriksen").first).to_be_visible()


def test_help_in_place_by_keys_without_script_and_the_way_to_it_through_the_palette(scene, open_page, live_server):
    plain = signed_in(open_page(width=390, javascript=False), scene.cast.tara, live_server.url)
    plain.goto(reverse("training:dops_log", args=[scene.tara.pk]))
    plain.get_by_text("Help with this page").focus()
    plain.keyboard.press("Enter")
    expect(plain.get_by_text("For an assessor without an account.")).to_be_visible()
    wide = signed_in(open_page(width=1280), scene.cast.tara, live_server.url)
    wide.goto(reverse("training:mine"))
    wide.get_by_text("Help with this page").press("Enter")
    expect(wide.get_by_text("The mark stands at 30 per cent")).to_be_visible()
    assert faults(wide) == []
    wide.keyboard.press("Control+k")
    wide.get_by_role("combobox").fill("one-time link")
    found = wide.get_by_role("option", name="The one-time link Help: DOPS log")
    expect(found).to_have_attribute("aria-selected", "true")
    with wide.expect_navigation():
        wide.keyboard.press("Enter")
    expect(wide.locator(":target")).to_contain_text("The one-time link")
    for width in (1280, 390):
        wide.set_viewport_size({"width": width, "height": 900})
        assert faults(wide) == []
