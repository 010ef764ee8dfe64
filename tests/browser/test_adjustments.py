"""A reasonable adjustment in real Chromium: Ann asks, Ada asks back, Ann answers, Ada agrees, both widths (A5, E6)."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from applications.models import AdjustmentReading, AdjustmentRequest
from tests.applications import world
from tests.browser.looking import faults
from tests.browser.test_first_year import signed_in
from tests.browser.test_sent_again import sign_in
from tests.kept import kept_world

pytestmark = pytest.mark.django_db(transaction=True)
REASON, QUESTION, ANSWER = "Dyslexia since school", "How long are your papers?", "Two hours"


def make_begun():
    """Ann has begun an application; the office and Ada are there."""
    cast = world.open_world()
    world.start(cast)
    return cast


cast = kept_world(make_begun)


def ask(page):
    """Ann asks on her own page."""
    page.goto(reverse("applications:own_adjustments"))
    expect(page.get_by_text("You have asked for no adjustment")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("button", name="Ask for this adjustment").click()
    expect(page.get_by_text("Say in a few words").first).to_be_visible()
    assert faults(page) == []
    page.get_by_label("What would help you, and why").fill(REASON)
    page.get_by_role("button", name="Ask for this adjustment").click()
    expect(page.get_by_text("You have asked. The named readers are told")).to_be_visible()
    assert faults(page) == []


def question(page):
    """Ada finds it in her list, reads it, and asks back."""
    page.goto(reverse("applications:adjustments"))
    assert faults(page) == []
    page.get_by_role("link", name="Ann Archer").click()
    expect(page.get_by_text(REASON)).to_have_count(0)
    assert faults(page) == []
    page.get_by_role("button", name="Show what was written").click()
    expect(page.get_by_text(REASON)).to_be_visible()
    page.get_by_text("Ask the person something first").click()
    page.get_by_label("Your question to the person").fill(QUESTION)
    assert faults(page) == []
    page.get_by_role("button", name="Ask this question").click()
    expect(page.get_by_text("A question waits for an answer since")).to_be_visible()


def answer(page):
    """Ann answers where the question stands."""
    page.goto(reverse("applications:own_adjustments"))
    page.get_by_role("link", name="Answer the question that waits for you").click()
    expect(page.get_by_text(QUESTION)).to_be_visible()
    assert faults(page) == []
    page.get_by_label("Your answer").fill(ANSWER)
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text(ANSWER)).to_be_visible()
    assert faults(page) == []


def agree(page, pk):
    """Ada agrees words, effects and a day."""
    page.goto(reverse("applications:adjustment", args=[pk]))
    page.get_by_role("textbox", name="What is agreed").fill("A quarter more time in assessments")
    page.get_by_label("Extra time in per cent").fill("25")
    page.get_by_label("Rest breaks").check()
    page.get_by_label("Day of review").last.fill("2027-01-04")
    page.get_by_role("button", name="Save what is agreed").click()
    expect(page.get_by_text("Your decision is saved")).to_be_visible()
    assert faults(page) == []


@pytest.mark.console_errors  # a form with a mistake comes back as 422
@pytest.mark.parametrize("width", [390, 1280])
def test_E6_an_adjustment_goes_its_whole_way(cast, open_page, live_server, width):
    ann, ada = open_page(width=width), signed_in(open_page(width=width), cast.ada, live_server.url)
    sign_in(ann, cast.ann)
    ask(ann)
    question(ada)
    answer(ann)
    case = AdjustmentRequest.objects.get()
    agree(ada, case.pk)
    ann.goto(reverse("applications:adjustment", args=[case.pk]))
    expect(ann.get_by_text("25% more time").first).to_be_visible()
    expect(ann.get_by_text("Ada Adair").first).to_be_visible()
    assert faults(ann) == []
    assert AdjustmentReading.objects.get().reader == cast.ada
