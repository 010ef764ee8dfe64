"""Two windows of one applicant: what differs between them is read in the words of the page (screens 13)."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.applications import world
from tests.browser.test_sent_again import sign_in
from tests.kept import kept_world

pytestmark = pytest.mark.django_db(transaction=True)


def make_started():
    """Ann's application with its first parts saved."""
    cast = world.open_world()
    return cast, world.filled(cast)


scene = kept_world(make_started)


def saves(page: Page) -> None:
    """Leave the field, so that the page saves itself."""
    page.locator("h1").click()
    expect(page.locator("[data-autosave-line]")).to_have_text(re.compile("^Saved"))


def differences(page: Page) -> dict[str, str]:
    """Once the other window was quicker: how each thing is there that differs."""
    page.locator("h1").click()
    expect(page.locator("[data-autosave-line]")).to_contain_text("newer text is saved elsewhere")
    page.get_by_text("View the other text").click()
    told = [page.locator(f".autosave__choice {tag}").all_text_contents() for tag in ("dt", "dd")]
    return dict(zip(*told, strict=True))


@pytest.mark.console_errors
def test_ticks_and_choices_of_the_other_window_are_read_in_words(scene, open_page):
    cast, application = scene
    one = open_page(width=390)
    sign_in(one, cast.ann)
    other = one.context.new_page()
    for part, change, what, how in (
        ("competencies", untick, "Competency list", "Ticked there: NM-1.02. Not ticked there: NM-1.01"),
        ("employment", choose, "Are you employed at an accredited Training Centre?", "No, or not yet"),
    ):
        for page in (one, other):
            page.goto(reverse("applications:part", args=[application.pk, part]))
        change(other, "theirs")
        saves(other)
        change(one, "mine")
        assert differences(one)[what] == how


def untick(page: Page, whose: str) -> None:
    """In their window the first competency goes, in this one the second."""
    page.locator("main form input[type=checkbox][name]:checked").nth(0 if whose == "theirs" else 1).uncheck()


def choose(page: Page, whose: str) -> None:
    """In their window another choice, in this one another post."""
    if whose == "theirs":
        page.get_by_label("No, or not yet").check()
    else:
        page.get_by_label("Your post").fill("Senior technologist")
