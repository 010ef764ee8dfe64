"""A device handed over in real Chromium: Tara hands hers to Sam, who sees one DOPS and nothing else (T5)."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from ctts.common import clock
from tests.browser.looking import faults, goes_on
from tests.browser.test_first_year import signed_in
from tests.cast import PASSWORD
from tests.kept import kept_world
from tests.training import handed as h
from tests.training import practice as p
from training.models import Dops, HandOver

pytestmark = pytest.mark.django_db(transaction=True)


def make_now():
    """Both records, a DOPS that Sam has begun, and the clock at the scene's own day."""
    clock.set_offset(at=p.NOW)
    made = p.make_scene()
    h.equipped(made.cast.sam)
    p.filled_dops(p.started_dops(made.tara, made.cast.sam), made.cast.sam)
    return made


scene = kept_world(make_now)


def hand_over(page: Page) -> None:
    """Tara locks her device and hands it over."""
    page.goto(reverse("training:dops", args=[Dops.objects.get().pk]))
    goes_on(page, page.get_by_role("link", name="Hand this device to Sam Patel"))
    assert faults(page) == []
    goes_on(page, page.get_by_role("button", name="Lock it and hand it over"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Assess Tara Quinn")
    assert faults(page) == []


def nothing_else_opens(page: Page, home: str) -> None:
    """Not by Back, not by the address bar."""
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Assess Tara Quinn")
    for elsewhere in ("/home/", "/training/mine/", reverse("training:dops", args=[Dops.objects.get().pk])):
        page.goto(elsewhere)
        assert page.url.endswith(home)


def sign(page: Page) -> None:
    """Sam says who he is, looks at a step, and signs."""
    page.get_by_label("Your password, or the code of your authenticator app").fill(PASSWORD)
    goes_on(page, page.get_by_role("button", name="Start"))
    assert faults(page) == []
    for _step in range(4):
        goes_on(page, page.get_by_role("button", name="Save and go on"))
    page.get_by_label("Your post").fill("Physicist")
    page.get_by_label("Your password, or the code of your authenticator app").fill(PASSWORD)
    assert faults(page) == []
    goes_on(page, page.get_by_role("button", name="Sign this DOPS"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you: it is signed")
    assert faults(page) == []


@pytest.mark.parametrize("width", [390, 1280])
def test_a_device_is_handed_over_and_comes_back(scene, open_page, live_server, width):
    tara = signed_in(open_page(width=width), scene.cast.tara, live_server.url)
    other = tara.context.new_page()
    other.goto(live_server.url + reverse("training:record", args=[scene.tara.pk]))
    assert other.evaluate("localStorage.getItem('ctts-here')")
    hand_over(tara)
    assert tara.evaluate("localStorage.getItem('ctts-here')") is None  # nor does what is kept without signal open
    home = reverse("training:handed", args=[HandOver.objects.get().pk])
    expect(other.get_by_role("heading", name="This device was handed over")).to_be_visible()
    expect(other.locator("main")).to_be_hidden()
    nothing_else_opens(tara, home)
    sign(tara)
    goes_on(tara, tara.get_by_role("link", name="I am Tara Quinn: unlock it").first)
    assert faults(tara) == []
    tara.get_by_label("Your password").fill(PASSWORD)
    goes_on(tara, tara.get_by_role("button", name="Unlock"))
    expect(tara.get_by_role("link", name="Acknowledge")).to_be_visible()
    expect(other.locator("main")).to_be_visible()
