"""Diplomas in real Chromium: the office's pages, the public check and the pack, on a telephone and at a desk."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection
from django.urls import reverse
from playwright.sync_api import Page, expect

from ctts.accounts.models import User
from ctts.common import clock
from moderation import actions, queries
from moderation.models import Diploma, IssueRun
from moderation.states import PackPart
from tests.browser.looking import faults
from tests.browser.test_office import signed_in
from tests.kept import kept_world
from tests.moderation.awarding import NOW, Awarded, issued, job, make_awarded, more_trainees
from tests.training.world import settle, upload

pytestmark = pytest.mark.django_db(transaction=True)
PICTURES = os.environ.get("CTTS_PICTURES")
WIDTHS = (390, 1280)  # a page that is only read is looked at in both within one test: the world takes long to make


def aside(act):
    """Do something in a thread of its own: pyHanko runs a loop, and the browser's runs in this thread."""

    def run():
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(run).result()


def make_diplomas() -> Awarded:
    """Tara has a diploma with its file and a pack, Tom's was revoked and issued anew, three more wait."""
    clock.set_offset(at=NOW)
    awarded = make_awarded()
    issued(awarded)
    toms = issued(awarded, "tom")
    actions.revoke_diploma(by=awarded.cast.olive, now=NOW, diploma_id=toms.pk, reason="The name was misspelt.")
    given = {"diploma_id": toms.pk, "name": "Tom Ericsson", "reason": "Mended."}
    actions.reissue_diploma(by=awarded.cast.olive, now=NOW, **given)
    waiting = more_trainees(awarded, 3)
    actions.start_issue_run(by=awarded.cast.olive, now=NOW, award_ids=[waiting[0].pk])
    aside(lambda: job("make_diplomas"))
    part = {"record_id": awarded.tara.pk, "part": PackPart.CV, "upload": upload("training-plan.pdf")}
    settle(actions.give_pack_part(by=awarded.cast.tara, now=NOW, **part).document, NOW)
    actions.ask_pack(by=awarded.cast.tara, now=NOW, record_id=awarded.tara.pk)
    aside(lambda: job("make_packs"))
    return awarded


world = kept_world(make_diplomas)


def in_both_widths(open_page: Callable[..., Page], person: User, base: str) -> dict[int, Page]:
    """A telephone and a desk of one person, who signs in once and has the same session in both."""
    phone, desk = WIDTHS
    first = signed_in(open_page(width=phone), person, base)
    return {phone: first, desk: open_page(width=desk, storage_state=first.context.storage_state())}


def look(page: Page, name: str, width: int) -> list[object]:
    """What is wrong on the page as it stands; a picture of it where CTTS_PICTURES names a folder."""
    expect(page.locator("h1")).to_have_count(1)
    assert page.locator(".btn-primary, .btn-danger").count() <= 1, name
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)
    return faults(page)


def seen(pages: dict[int, Page], places: dict[str, str]) -> dict[str, list[object]]:
    """What is wrong on each of some addresses in each width."""
    found = {}
    for width, page in pages.items():
        for name, address in places.items():
            page.goto(address)
            if wrong := look(page, name, width):
                found[f"{name}-{width}"] = wrong
    return found


def of(name: str, *args: object, query: str = "") -> str:
    """The address of a page of moderation."""
    return reverse(f"moderation:{name}", args=args) + query


def test_the_office_s_pages_are_as_the_house_wants_them(world, open_page, live_server):
    pages = in_both_widths(open_page, world.cast.olive, live_server.url)
    made, run = Diploma.objects.get(n=1), IssueRun.objects.get()
    waiting = [award.pk for award in queries.awards_to_issue(world.cast.olive, NOW.date()).filter(in_run=False)]
    places = {
        "diplomas": of("diplomas"),
        "diplomas-found": of("diplomas", query="?q=tom&state=superseded"),
        "issue": of("issue", query="?" + "&".join(f"award={pk}" for pk in waiting)),
        "issue-nothing": of("issue"),
        "issue-one": of("issue_one", waiting[0]),
        "run": of("run", run.pk),
        "run-cancel": of("cancel_run", run.pk),
        "diploma-office": of("office_diploma", made.pk),
        "diploma-superseded": of("office_diploma", Diploma.objects.get(n=2).pk),
        "revoke": of("revoke", made.pk),
        "reissue": of("reissue", made.pk),
    }
    assert seen(pages, places) == {}


@pytest.mark.console_errors
def test_the_public_check_is_as_the_house_wants_it(world, open_page):
    pages = {width: open_page(width=width) for width in WIDTHS}
    taras, toms = Diploma.objects.get(n=1), Diploma.objects.get(n=2)
    places = {
        "check": of("check"),
        "check-wrong": of("check", query="?number=17"),
        "check-name": of("check_number", taras.number),
        "check-genuine": of("check_number", taras.number, query="?name=tara+quinn"),
        "check-not": of("check_number", taras.number, query="?name=Mallory+Quinn"),
        "check-over": of("check_number", toms.number, query="?name=tom+eriksen"),
        "check-code": of("check_code", taras.number, taras.code),
        "check-code-over": of("check_code", toms.number, toms.code),
        "next-steps": of("next_steps"),
    }
    assert seen(pages, places) == {}


def test_the_trainee_s_pages_are_as_the_house_wants_them(world, open_page, live_server):
    pages = in_both_widths(open_page, world.cast.tara, live_server.url)
    pk = world.tara.pk
    places = {
        "diploma": of("diploma", pk),
        "pack": of("pack", pk),
        "pack-part": of("give_part", pk, "chart"),
    }
    assert seen(pages, places) == {}
    pages[390].goto(of("pack", pk))
    pages[390].get_by_role("button", name="Put it together again").click()
    pages[1280].goto(of("pack", pk))
    for width, page in pages.items():
        assert look(page, "pack-asked", width) == []
        expect(page.get_by_text("Putting the pack together")).to_be_visible()


def test_diplomas_are_issued_by_the_office_and_the_page_follows(world, open_page, live_server):
    page = signed_in(open_page(), world.cast.olive, live_server.url)
    page.goto(of("diplomas"))
    page.get_by_label("All that can be issued together").check()
    page.get_by_role("button", name="Issue 2").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Issue 2 diplomas")
    page.get_by_role("button", name="Issue 2 diplomas").click()
    expect(page.get_by_text("0 of 2 have their number, 0 their sealed file.")).to_be_visible()
    aside(lambda: job("issue_diplomas"))
    expect(page.get_by_text("2 of 2 have their number, 0 their sealed file.")).to_be_visible()
    aside(lambda: job("make_diplomas"))
    expect(page.get_by_text("2 of 2 have their number, 2 their sealed file.")).to_be_visible()
    expect(page.get_by_role("cell", name="Sealed")).to_have_count(2)
    expect(page.get_by_text("None yet")).to_have_count(0)
    expect(page.get_by_text("Finished")).to_be_visible()


def test_a_diploma_is_checked_without_script_and_without_cookies(world, open_page):
    page = open_page(width=390, javascript=False)
    page.goto("/")
    page.goto(of("check"))
    page.get_by_label("Number of the diploma").fill("ctd-2028-00001")
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Name on the diploma").fill("TARA QUINN")
    page.get_by_role("button", name="Check it").click()
    expect(page.get_by_role("heading", name="Genuine")).to_be_visible()
    assert page.context.cookies() == []


def test_a_revocation_takes_two_steps(world, open_page, live_server):
    page = signed_in(open_page(width=390), world.cast.olive, live_server.url)
    page.goto(of("office_diploma", Diploma.objects.get(n=1).pk))
    page.get_by_role("link", name="Revoke it").click()
    page.get_by_label("Reason").fill("Withdrawn on appeal.")
    page.get_by_role("button", name="Go on to the last step").click()
    assert look(page, "revoke-last", 390) == []
    expect(page.get_by_text("Withdrawn on appeal.")).to_be_visible()
    page.get_by_label("Number of the Diploma").fill("CTD-2028-00001")
    page.get_by_role("button", name="Revoke it").click()
    expect(page.get_by_text("CTD-2028-00001 is revoked; Tara Quinn is told.")).to_be_visible()
