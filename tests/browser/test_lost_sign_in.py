"""A session that ends in mid-sentence (screens 13): sign in over the page, and every word is there."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, expect

from ctts.common import clock
from tests.accounts.people import code_of
from tests.browser.looking import faults
from tests.browser.test_first_year import signed_in
from tests.cast import PASSWORD
from tests.kept import kept_world
from tests.training import handed as h
from tests.training import practice as p
from tests.training.world import SECRET
from training import actions
from training.models import Dops, Reflection, SupervisorReview

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.console_errors]


def make_begun():
    """A DOPS and a review that Sam has begun, a reflective piece of Tara's, and the clock at the scene's own day."""
    clock.set_offset(at=p.NOW)
    made = p.make_scene()
    h.equipped(made.cast.sam)
    p.started_dops(made.tara, made.cast.sam)
    p.written_review(made.tara, made.cast.sam)
    given = {"record_id": made.tara.pk, "key": uuid4(), "model": "free", "title": "A piece"}
    actions.start_reflection(by=made.cast.tara, now=p.NOW, **given)
    return made


scene = kept_world(make_begun)
# What is written, by whom, in which field, and on how wide a screen.
WRITTEN = [
    ("dops", "sam", "done_well", 390),
    ("review", "sam", "progress", 1280),
    ("reflection", "tara", "part_text", 390),
]


def address(what: str) -> str:
    """Where it is written."""
    if what == "dops":
        return reverse("training:dops_step", args=[Dops.objects.get().pk, 4])
    kind = {"review": SupervisorReview, "reflection": Reflection}[what]
    return reverse(f"training:{what}_edit", args=[kind.objects.get().pk])


def sign_in_over_it(page: Page, email: str) -> None:
    """The link in the line opens a window; whoever has a second factor gives it there."""
    with page.context.expect_page() as opened:
        page.locator("[data-autosave-line]").get_by_role("link").click()
    window = opened.value
    window.get_by_label("E-mail address").fill(email)
    window.get_by_label("Password", exact=True).fill(PASSWORD)
    window.get_by_role("button", name="Sign in", exact=True).click()
    window.wait_for_url(lambda url: "/account/login/" not in url)
    if "/2fa/" in window.url:
        window.locator("[name=code]").fill(code_of(SECRET))
        window.get_by_role("button", name="Sign in", exact=True).click()
        window.wait_for_url(lambda url: "/account/" not in url)
    window.close()


@pytest.mark.parametrize(("what", "who", "field", "width"), WRITTEN)
def test_a_sign_in_lost_in_mid_sentence_loses_no_word(scene, open_page, live_server, what, who, field, width):
    person = getattr(scene.cast, who)
    page = signed_in(open_page(width=width), person, live_server.url)
    page.goto(address(what))
    words, line = page.locator(f"[name={field}]"), page.locator("[data-autosave-line]")
    words.fill("Half a sentence")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    words.fill("Half a sentence, and the other half")
    words.blur()
    expect(line).to_contain_text("You are signed out. Your text is kept in this browser.")
    assert faults(page) == []
    sign_in_over_it(page, person.email)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(line).to_contain_text("Saved")
    page.reload()
    expect(words).to_have_value("Half a sentence, and the other half")
    assert faults(page) == []
