"""The End of First Year Assessment and the office's results in real Chromium, on a telephone and at a desk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, expect

from assessments.models import FirstYear
from ctts.accounts.models import User
from ctts.common import clock
from tests.assessments import gate as g
from tests.browser.looking import faults
from tests.kept import kept_world
from tests.training import practice as p
from tests.training.world import browser_of
from training import actions as training
from training.models import Reflection

pytestmark = pytest.mark.django_db(transaction=True)
PICTURES = os.environ.get("CTTS_PICTURES")
WIDTHS = [390, 1280]


def make_gates() -> p.Scene:
    """Tara's gate lacks the confirmation; Tom's first year is referred, confirmed and not released."""
    clock.set_offset(at=g.NOW)
    made = p.make_scene()
    for record in (made.tara, made.tom):
        g.fill(record)
    return made


scene = kept_world(make_gates)


def signed_in(page: Page, person: User, base: str) -> Page:
    """Give the browser the session of somebody who has just signed in and proved who they are."""
    client = browser_of(person, proved=True)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.clear_cookies()
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": base}])
    return page


class Looking:
    """One telephone or desk that several people use in turn; collects what looks wrong."""

    def __init__(self, page: Page, base: str, width: int) -> None:
        self.page, self.base, self.width = page, base, width
        self.found: dict[str, object] = {}

    def as_(self, person: User) -> Page:
        """From now on this person sits there."""
        return signed_in(self.page, person, self.base)

    def at(self, name: str, *args: int, called: str = "") -> None:
        """Open a page, unfold what can be unfolded, and look at it."""
        self.page.goto(reverse(f"assessments:{name}", args=args))
        expect(self.page.locator("h1")).to_have_count(1)
        assert self.page.locator(".btn-primary, .btn-danger").count() <= 1, name
        self.look(called or name)

    def look(self, name: str) -> None:
        """What is wrong on the page once it is there; a picture of it where CTTS_PICTURES names a folder."""
        self.page.wait_for_load_state()
        self.page.evaluate("document.querySelectorAll('main details').forEach(part => part.open = true)")
        if PICTURES:
            self.page.screenshot(path=Path(PICTURES) / f"{name}-{self.width}.png", full_page=True)
        if wrong := faults(self.page):
            self.found[name] = wrong


def supervisor_puts_forward(looking: Looking, scene: p.Scene) -> FirstYear:
    """From the closed gate to the frozen attempt."""
    page, record = looking.as_(scene.cast.sam), scene.tara
    page.goto(reverse("home:dashboard"))
    expect(page.get_by_text("Confirm patient safety for the first year").first).to_be_visible()
    looking.at("record", record.pk, called="gate-closed")
    page.get_by_role("link", name="Confirm patient safety").click()
    looking.look("safety")
    page.get_by_role("button", name="Sign this confirmation").click()
    expect(page.get_by_text("Patient safety is confirmed.")).to_be_visible()
    looking.look("gate-open")
    page.get_by_role("link", name="Put it forward").click()
    looking.look("put-forward")
    page.get_by_role("button", name="Put it forward").click()
    expect(page.get_by_text("It is put forward.").first).to_be_visible()
    looking.look("gate-away")
    looking.at("withdraw_safety", record.pk)
    return FirstYear.objects.get(record=record)


def moderator_decides(looking: Looking, scene: p.Scene, row: FirstYear) -> None:
    """From the frozen page to a signed referral; first with a mistake."""
    page = looking.as_(scene.cast.mia)
    looking.at("first_year", row.pk, called="frozen")
    looking.at("send_back", row.pk)
    looking.at("decide", row.pk)
    page.get_by_label("Refer").check()
    page.get_by_label("Your reasons").fill("Uniformity is not yet done alone.")
    page.get_by_role("button", name="Sign this decision").click()
    expect(page.get_by_text("Say what is to be done.").first).to_be_visible()
    looking.look("decide-refused")
    page.get_by_label("What is to be done before the re-attempt").fill("Four more checks, alone.")
    page.get_by_label("By when").fill("2027-05-01")
    page.get_by_role("button", name="Sign this decision").click()
    expect(page.get_by_text("Your decision is signed.")).to_be_visible()
    looking.look("decided")


def office_confirms_and_releases(looking: Looking, scene: p.Scene) -> None:
    """Two members of the office, one step each."""
    page, outcome = looking.as_(scene.cast.olive), g.outcome_of(scene.tara)
    looking.at("results")
    page.get_by_role("link", name="Tara Quinn").click()
    looking.look("outcome-agreed")
    page.get_by_role("link", name="Confirm it").click()
    looking.look("confirm")
    page.get_by_role("button", name="Confirm it").click()
    expect(page.get_by_text("You confirmed it").first).to_be_visible()
    looking.look("outcome-confirmed")
    looking.at("query_outcome", outcome.pk)
    page = looking.as_(scene.cast.oscar)
    looking.at("outcome", outcome.pk)
    page.get_by_role("link", name="Release it").click()
    looking.look("release")
    page.get_by_role("button", name="Release it").click()
    expect(page.get_by_text("It is released.").first).to_be_visible()
    looking.look("outcome-released")


@pytest.mark.console_errors  # a refused form is an answer of 422
@pytest.mark.parametrize("width", WIDTHS)
def test_the_first_year_goes_its_whole_way(scene, open_page, live_server, width):
    looking = Looking(open_page(width=width), live_server.url, width)
    piece = Reflection.objects.filter(record=scene.tom).first()
    training.reopen_piece(by=scene.cast.tom, now=p.NOW, piece=piece)
    g.concern(scene.tom, scene.cast.sue)
    looking.as_(scene.cast.tom)
    looking.at("record", scene.tom.pk, called="gate-of-a-trainee")
    row = supervisor_puts_forward(looking, scene)
    moderator_decides(looking, scene, row)
    page = looking.as_(scene.cast.tara)
    looking.at("record", scene.tara.pk, called="trainee-before")
    assert "Refer" not in page.content() and "Four more checks" not in page.content()
    office_confirms_and_releases(looking, scene)
    looking.as_(scene.cast.tara)
    looking.at("record", scene.tara.pk, called="trainee-after")
    expect(page.get_by_text("Four more checks, alone.")).to_be_visible()
    assert looking.found == {}
