"""Every part of a page in real Chromium: at three widths, without script, and what its script does."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from ctts.accounts.models import User
from ctts.common.clock import now
from ctts.demo.views.components import PARTS
from tests.browser.looking import faults, sticks_out, violations

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.console_errors  # the page that is not there
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_every_part_of_a_page_passes_the_look(open_page, width):
    page = open_page(width=width)
    found = {}
    for address in [
        "/dev/components/",
        *(f"/dev/components/{slug}/" for slug in PARTS),
        "/account/login/",
        "/nowhere/",
    ]:
        page.goto(address)
        if seen := (faults(page) if width > 320 else sticks_out(page)):
            found[address] = seen
    assert found == {}


def test_the_look_bites(page: Page):
    page.goto("/dev/components/facts/")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"data:,\"><input>')")
    assert {line.partition(":")[0] for line in violations(page)} >= {"image-alt", "label"}


def test_every_part_is_readable_without_script(open_page):
    page = open_page(width=390, javascript=False)
    for slug, (title, _) in PARTS.items():
        page.goto(f"/dev/components/{slug}/")
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        expect(page).to_have_title(re.compile(re.escape(title)) if slug != "confirm" else re.compile("Release"))
        assert sticks_out(page) == 0, slug


def test_the_first_row_of_a_group_stands_under_its_heading_without_script(open_page):
    """What chooses all of a group is hidden then; the row after it must not end up beside the heading."""
    page = open_page(width=390, javascript=False)
    page.goto("/dev/components/selection/")
    heading, first = (page.locator(f"fieldset {part}").first.bounding_box() for part in ("legend", "[name=rows]"))
    assert first["y"] >= heading["y"] + heading["height"]
    assert first["x"] < heading["x"] + 44


@pytest.fixture
def tara_on_the_phone(phone: Page, client, live_server) -> Page:
    """Somebody without a role, signed in."""
    client.force_login(User.objects.enter(email="tara@leeds.example", full_name="Tara Moss", now=now()))
    phone.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    phone.goto("/dev/components/")
    return phone


def test_the_menu_closes_on_escape_and_gives_the_focus_back(tara_on_the_phone: Page):
    phone = tara_on_the_phone
    menu = phone.locator("details[data-menu]").first
    menu.locator("summary").click()
    expect(menu).to_have_attribute("open", "")
    assert faults(phone) == []
    phone.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()
    phone.set_viewport_size({"width": 320, "height": 800})  # search and menu stand side by side there too
    assert sticks_out(phone) == 0


def test_the_summary_of_errors_has_the_focus_and_leads_to_the_field(page: Page):
    page.goto("/dev/components/errors/")
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name=re.compile("E-mail address")).click()
    expect(page.get_by_label("E-mail address")).to_be_focused()
    expect(page.get_by_label("What you would do differently")).to_have_value("Typed text stays.")


def test_choosing_all_leaves_out_the_held_rows(page: Page):
    page.goto("/dev/components/selection/")
    button = page.get_by_role("button", name=re.compile("Sign"))
    expect(button).to_be_disabled()
    page.get_by_label("All of this group that can be signed").check()
    expect(page.get_by_text("2 chosen, 2 held.")).to_be_visible()
    expect(button).to_be_enabled()
    expect(page.get_by_label(re.compile("NM-11"))).not_to_be_checked()


def test_questions_in_an_indented_group_have_the_type_of_all_others(page: Page):
    page.goto("/eligibility/")
    labels = page.locator(".form-label")
    assert page.locator(".branch .form-label").count() > 3
    types = labels.evaluate_all("found => found.map(one => getComputedStyle(one)).map(s => s.fontSize + s.fontFamily)")
    assert len(set(types)) == 1


def test_long_work_asks_again_until_it_is_over(page: Page):
    page.goto("/dev/components/long-work/")
    first = page.locator(".long-work").first
    expect(first).to_contain_text("87 of 212")
    expect(first).to_contain_text("Finished", timeout=6000)


DROP = """names => {
    const carried = new DataTransfer();
    for (const name of names) carried.items.add(new File(["x"], name));
    document.querySelector("[data-file-field]").dispatchEvent(new DragEvent("drop", {dataTransfer: carried}));
}"""
TAKEN = "[...document.querySelector('input[type=file]').files].map(one => one.name)"


def test_a_file_can_be_dropped_on_its_field_and_of_several_it_says_which_were_left(page: Page):
    page.goto("/dev/components/form/")
    page.evaluate(DROP, ["certificate.pdf", "photograph.png", "notes.txt"])
    assert page.evaluate(TAKEN) == ["certificate.pdf"]
    said = page.get_by_role("alert").filter(has_text="One file is taken at a time.")
    expect(said).to_contain_text("“certificate.pdf” was taken; “photograph.png”, “notes.txt” were not.")
    page.evaluate(DROP, ["photograph.png"])
    assert page.evaluate(TAKEN) == ["photograph.png"]
    expect(said).to_have_count(0)


def test_the_timeline_is_a_line_at_a_desk_and_a_list_on_a_telephone(open_page):
    for width, shown in ((1280, True), (390, False)):
        page = open_page(width=width)
        page.goto("/dev/components/timeline/")
        assert page.locator(".course__axis").is_visible() is shown
        expect(page.locator(".course__list > li")).to_have_count(12)
