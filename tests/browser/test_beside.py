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


def test_a_half_typed_note_and_finding_stand_there_again_after_a_file_is_accepted(scene, open_page, live_server):
    cast, application = scene
    page = signed_in(open_page(width=1280), cast.olive, live_server.url)
    page.goto(reverse("applications:review", args=[application.pk]))
    note = page.get_by_label("A note for your colleagues")
    note.fill("Ask Sam about the second camera.")
    rule = page.locator("#A3h")
    rule.get_by_text("Set a finding").click()
    rule.locator("textarea").first.fill("Level six is argued well.")
    goes_on(page, page.get_by_role("button", name="Accept it").first)
    expect(note).to_have_value("Ask Sam about the second camera.")
    expect(page.locator("#A3h textarea").first).to_be_visible()
    expect(page.locator("#A3h textarea").first).to_have_value("Level six is argued well.")
    expect(page.get_by_text("What you had typed here is back").first).to_be_visible()
    assert faults(page) == []
    goes_on(page, page.get_by_role("button", name="Keep the note"))
    expect(page.locator("#notes ~ article").first).to_contain_text("Ask Sam about the second camera.")
    expect(page.locator("#A3h textarea").first).to_have_value("Level six is argued well.")
