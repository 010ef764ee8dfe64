"""External Moderator and Training Co-ordinator in real Chromium: caseload, thread, sampling, centre (T11, T7)."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from ctts.common import clock
from tests.browser.looking import faults, goes_on
from tests.browser.test_first_year import signed_in
from tests.moderation import sampling as s
from tests.training import moderating as m
from tests.training import practice as p

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = [390, 1280]


@pytest.fixture
def scene() -> p.Scene:
    """Tara at Leeds with a question that waits, a sample to judge, and a DOPS of Mia for the review of the year."""
    clock.set_offset(at=p.NOW)
    made = p.make_scene()
    m.asked(made.tara, made.cast.tara)
    s.one_sample(made.tara, made.cast.sam, made.cast.mia)
    p.signed_dops(made.tara, made.cast.mia)
    return made


@pytest.mark.parametrize("width", WIDTHS)
def test_T11_the_moderator_answers_judges_and_meets(scene, open_page, live_server, width):
    page = signed_in(open_page(width=width), scene.cast.mia, live_server.url)
    page.goto(reverse("moderation:caseload"))
    assert faults(page) == []
    goes_on(page, page.get_by_role("link", name="waiting for you with Tara Quinn"))
    assert faults(page) == []
    goes_on(page, page.get_by_role("link", name="Answer “SPECT abroad”", exact=True))
    page.get_by_label("Your answer").fill("Yes, if your supervisor agrees.")
    assert faults(page) == []
    page.get_by_role("button", name="Send this answer").click()
    expect(page.get_by_text("Your answer is sent.")).to_be_visible()
    page.goto(reverse("moderation:samples", args=[scene.tara.pk]))
    assert faults(page) == []
    goes_on(page, page.get_by_role("link", name="DOPS “Daily uniformity check”"))
    page.get_by_role("radio", name="Agreed with advice").check()
    page.get_by_label("Your words").fill("Name the phantom.")
    assert faults(page) == []
    page.get_by_role("button", name="Record this verdict").click()
    expect(page.get_by_text("The verdict is recorded.")).to_be_visible()
    for name in ("meeting_first", "year_review_new", "meetings", "advice"):
        page.goto(reverse(f"training:{name}", args=[scene.tara.pk]))
        assert faults(page) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_T7_the_co_ordinator_opens_the_list_behind_a_number(scene, open_page, live_server, width):
    page = signed_in(open_page(width=width), scene.cast.cora, live_server.url)
    page.goto(reverse("training:centres"))
    assert faults(page) == []
    goes_on(page, page.get_by_role("link", name="Months without a Supervisor Review"))
    expect(page.get_by_text("April 2026, May 2026")).to_be_visible()
    assert faults(page) == []
