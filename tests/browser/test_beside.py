"""A page with several forms in Chromium: sending one loses nothing of what is typed in another (screens 13)."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.applications import world
from tests.browser.looking import faults, goes_on
from tests.browser.test_first_year import signed_in
from tests.kept import kept_world

pytestmark = pytest.mark.django_db(transaction=True)


def make_reviewed():
    """An application that Olive reviews."""
    cast = world.open_world()
    return cast, world.in_review(cast)


scene = kept_world(make_reviewed)


FILE, FINDING, NOTE = "The second page is missing.", "Level six is argued well.", "Ask Sam about the second camera."


def not_met(page):
    return page.locator("#A3h").get_by_role("radio", name="Not met")


def still_there(page):
    """Words, choice and the reason of another file stand in their fields."""
    expect(page.locator("#A3h textarea").first).to_be_visible()
    expect(page.locator("#A3h textarea").first).to_have_value(FINDING)
    expect(not_met(page)).to_be_checked()
    expect(page.locator("article.checklist").nth(1).locator("textarea")).to_have_value(FILE)


@pytest.mark.console_errors  # a refused form is an answer of 422
def test_a_half_typed_note_and_finding_stand_there_again_after_a_file_is_accepted(scene, open_page, live_server):
    cast, application = scene
    page = signed_in(open_page(width=1280), cast.olive, live_server.url)
    page.goto(reverse("applications:review", args=[application.pk]))
    note, files = page.get_by_label("A note for your colleagues"), page.locator("article.checklist")
    note.fill(NOTE)
    page.locator("#A3h").get_by_text("Set a finding").click()
    page.locator("#A3h textarea").first.fill(FINDING)
    not_met(page).check()
    files.nth(1).get_by_text("Reject it").first.click()
    files.nth(1).locator("textarea").fill(FILE)
    goes_on(page, page.get_by_role("button", name="Accept it").first)
    still_there(page)
    expect(note).to_have_value(NOTE)
    expect(page.get_by_text("What you had typed here is back").first).to_be_visible()
    assert faults(page) == []
    goes_on(page, page.get_by_role("button", name="Keep the note"))
    expect(page.locator("#notes ~ article").first).to_contain_text(NOTE)
    still_there(page)
    files.nth(2).get_by_text("Reject it").first.click()
    goes_on(page, files.nth(2).get_by_role("button", name="Reject it"))
    expect(page.get_by_role("alert").or_(page.locator(".invalid-feedback")).first).to_be_visible()
    still_there(page)
