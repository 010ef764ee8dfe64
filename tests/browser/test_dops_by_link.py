"""A DOPS by a one-time link in real Chromium: Sam names Owen, a scanner opens it, Owen assesses on a phone (T5)."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from ctts.common import clock
from tests.browser.looking import faults, goes_on
from tests.browser.test_first_year import signed_in
from tests.kept import kept_world
from tests.training import outside as o
from tests.training import practice as p
from training import queries
from training.models import Dops, ExternalAssessor

pytestmark = pytest.mark.django_db(transaction=True)


def make_now():
    """Both records, and the clock at the scene's own day."""
    clock.set_offset(at=p.NOW)
    return p.make_scene()


scene = kept_world(make_now)


def ask(page: Page, record) -> ExternalAssessor:
    """Sam names somebody at another hospital."""
    page.goto(reverse("training:dops_log", args=[record.pk]))
    goes_on(page, page.get_by_role("link", name="Ask somebody without an account, by a one-time link"))
    assert faults(page) == []
    for label, value in (
        ("Full name", "Owen Vale"),
        ("Post", "Consultant physicist"),
        ("Organisation", "St Elsewhere"),
        ("E-mail address", "owen@elsewhere.example"),
        ("Procedure", "Daily uniformity check"),
    ):
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="Approve them and send the link").click()
    expect(page.locator(".one-time-code")).to_be_visible()
    assert faults(page) == []
    return ExternalAssessor.objects.get()


def start(page: Page, external: ExternalAssessor, code: str) -> None:
    """Owen opens the link, mistypes the code once, and starts."""
    page.goto(queries.external_path(external))
    assert faults(page) == []
    for typed in (o.wrong_code(external), code):
        page.get_by_label("Code of six digits").fill(typed)
        goes_on(page, page.get_by_role("button", name="Start"))
    expect(page.get_by_label("Procedure")).to_have_value("Daily uniformity check")
    assert faults(page) == []


def judge(page: Page, item: str) -> None:
    """The first four steps, one tap an answer."""
    page.get_by_label("Competency it shows").select_option(item)
    page.get_by_label("Place").fill("Gamma camera room")
    page.get_by_label("Day of the observation").fill("2026-06-02")
    page.get_by_role("button", name="Save and go on").click()
    for step in ("2", "3"):
        page.wait_for_url(f"**/step/{step}/")
        for choice in page.locator("fieldset.score").all():
            choice.locator("input[value='3']").check()
        assert faults(page) == []
        page.get_by_role("button", name="Save and go on").click()
    page.get_by_label("Competent", exact=True).check()
    page.get_by_label("Done well").fill("Calm and safe.")
    expect(page.locator("[data-autosave-words]")).to_have_text(re.compile(r"^Saved"), timeout=10_000)
    page.reload()
    expect(page.get_by_label("Done well")).to_have_value("Calm and safe.")
    assert faults(page) == []
    page.get_by_role("button", name="Save and go on").click()


@pytest.mark.console_errors  # a wrong code and a spent link come back as 422 and 410
@pytest.mark.parametrize("width", [390, 1280])
def test_a_dops_goes_its_whole_way_by_a_link(scene, open_page, live_server, width):
    sam = signed_in(open_page(width=width), scene.cast.sam, live_server.url)
    scanner, owen = open_page(javascript=False), open_page(width=width)
    external = ask(sam, scene.tara)
    code = sam.locator(".one-time-code").inner_text().replace(" ", "")
    for _look in range(3):
        scanner.goto(queries.external_path(external))
    start(owen, external, code)
    judge(owen, str(p.items_of(scene.tara)[0].pk))
    assert faults(owen) == []
    owen.get_by_label("Your registration number").fill("CS04217")
    owen.get_by_role("button", name="Sign this DOPS").click()
    expect(owen.get_by_role("heading", level=1)).to_have_text("Thank you: it is signed")
    assert faults(owen) == []
    owen.goto(queries.external_path(external))
    expect(owen.get_by_role("heading", level=1)).to_have_text("This link is closed")
    assert faults(owen) == []
    sam.reload()
    goes_on(sam, sam.get_by_role("link", name="Read and countersign"))
    assert faults(sam) == []
    sam.get_by_role("button", name="Countersign").click()
    expect(sam.get_by_text("Countersigned.")).to_be_visible()
    tara = signed_in(open_page(width=width), scene.cast.tara, live_server.url)
    tara.goto(reverse("training:dops", args=[external.dops_id]))
    assert faults(tara) == []
    tara.get_by_role("link", name="Acknowledge").click()
    tara.get_by_role("button", name="Acknowledge").click()
    expect(tara.get_by_text("It stands in your DOPS log.")).to_be_visible()
    assert Dops.objects.get().state == "complete"


def test_who_will_not_assess_passes_it_on_without_script(scene, open_page):
    external = o.asked(scene.tara, scene.cast.sam)
    owen = open_page(width=390, javascript=False)
    owen.goto(queries.external_path(external))
    owen.get_by_role("link", name="Pass it on to a colleague").click()
    for label, value in (
        ("Full name", "Pia North"),
        ("Post", "Lead technologist"),
        ("Organisation", "St Elsewhere"),
        ("E-mail address", "pia@elsewhere.example"),
    ):
        owen.get_by_label(label, exact=True).fill(value)
    owen.get_by_role("button", name="Pass it on").click()
    expect(owen.get_by_role("heading", level=1)).to_have_text("Thank you for telling us")
    assert o.last(external.dops).name == "Pia North"
