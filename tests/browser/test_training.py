"""Pages of training in real Chromium that have to bear more than usual: very long words, no script, the keyboard."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from ctts.common import clock
from tests.browser.looking import faults, sticks_out, too_small
from tests.browser.test_first_year import signed_in
from tests.training import practice as p
from tests.training.test_writing import submitted_case
from tests.training.world import submitted, text_evidence
from training import actions, queries

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = [390, 1280]
WORD = "Pneumonoultramicroscopicsilicovolcanoconiosis" * 4


@pytest.fixture
def scene() -> p.Scene:
    """Six competencies of Tara's wait for Sam's signature."""
    clock.set_offset(at=p.NOW)
    made = p.make_scene()
    for number in range(6):
        submitted(made.tara, number, p.NOW)
    return made


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_becomes_too_wide_by_a_title_of_one_long_word(scene, open_page, live_server, width):
    record, tara = scene.tara, scene.cast.tara
    item = p.items_of(record)[0]
    evidence = text_evidence(record, item, title=WORD, now=p.NOW)
    key = {"record_id": record.pk, "key": uuid4()}
    case = actions.start_case(by=tara, now=p.NOW, title=WORD, **key)
    page = signed_in(open_page(width=width), tara, live_server.url)
    found = {}
    for name, pk in (
        ("evidence_one", evidence.pk),
        ("evidence", record.pk),
        ("item", item.pk),
        ("writing", record.pk),
        ("case", case.pk),
        ("case_edit", case.pk),
        ("case_submit", case.pk),
    ):
        page.goto(reverse(f"training:{name}", args=[pk]))
        expect(page.get_by_text(WORD).first).to_be_visible()
        if wide := sticks_out(page):
            found[name] = wide
    assert found == {}


def test_by_keyboard_what_was_opened_has_the_focus_and_its_words_come_next(scene, open_page, live_server):
    page = signed_in(open_page(width=1280), scene.cast.sam, live_server.url)
    page.goto(reverse("training:sign_off", args=[scene.tara.pk]))
    button = page.locator(".piece button").first
    piece = button.locator("xpath=ancestor::*[contains(@class, 'piece')][@id]").get_attribute("id")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"#{piece}.is-open")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement !== document.body")
    assert page.locator(f"#{piece}").evaluate("(e) => !!(e.compareDocumentPosition(document.activeElement) & 4)")


def test_rows_to_sign_stand_in_their_group_without_script(scene, open_page, live_server):
    page = signed_in(open_page(width=390, javascript=False), scene.cast.sam, live_server.url)
    page.goto(reverse("training:sign_off", args=[scene.tara.pk]))
    assert sticks_out(page) == 0
    heading, first = (page.locator(f".sign-group {part}").first.bounding_box() for part in ("legend", ".sign-row"))
    assert first["y"] >= heading["y"] + heading["height"]


def test_a_competency_is_moved_by_keyboard_without_script_and_its_button_keeps_the_focus(scene, open_page, live_server):
    first, second, *_ = queries.group_of(p.items_of(scene.tara)[0])
    page = signed_in(open_page(width=390, javascript=False), scene.cast.tara, live_server.url)
    page.goto(reverse("training:plan", args=[scene.tara.pk]))
    assert sticks_out(page) == 0 and too_small(page) == []
    page.locator(f"#up-{second.pk}").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    back = page.locator(f"#down-{second.pk}")  # it is the first of its group now: the other way is ready
    expect(back).to_be_focused()
    expect(back).to_be_in_viewport()
    assert [row.pk for row in queries.group_of(first)][:2] == [second.pk, first.pk]
    page.set_viewport_size({"width": 1280, "height": 900})
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(f"#down-{second.pk}")).to_be_focused()
    assert sticks_out(page) == 0 and [row.pk for row in queries.group_of(first)][:2] == [first.pk, second.pk]


# What has the focus while the bar at the foot of the screen lies over it; empty when nothing is covered.
COVERED = """() => {
    const bar = document.querySelector('.action-bar'), one = document.activeElement;
    const [above, below] = [bar, one].map(part => part.getBoundingClientRect());
    const covered = below.bottom > above.top + 1 && below.top < above.bottom - 1;
    return covered && one !== document.body && !bar.contains(one) ? one.outerHTML.slice(0, 80) : '';
}"""


def under_the_bar(page: Page, key: str) -> list[str]:
    """What has the focus and is hidden by the bar, while one goes through the form by the keyboard."""
    hidden = []
    for _ in range(60):
        page.keyboard.press(key)
        hidden.append(page.evaluate(COVERED))
    return [part for part in hidden if part]


@pytest.mark.parametrize("width", WIDTHS)
def test_the_bar_that_stays_never_hides_what_has_the_focus(scene, open_page, live_server, width):
    still = open_page(width=width, reduced_motion="reduce")  # it scrolls at once
    page = signed_in(still, scene.cast.sam, live_server.url)
    page.goto(reverse("training:sign_off", args=[scene.tara.pk]))
    assert under_the_bar(page, "Tab") == []
    page.locator(".action-bar").get_by_role("button").focus()
    assert under_the_bar(page, "Shift+Tab") == []


def test_whoever_selects_words_of_a_piece_finds_them_quoted_in_the_comment(scene, open_page, live_server):
    piece = submitted_case(scene.tara)
    page = signed_in(open_page(width=390), scene.cast.sam, live_server.url)
    page.goto(f"{live_server.url}{reverse('training:case', args=[piece.pk])}")
    page.evaluate("getSelection().selectAllChildren(document.querySelector('[data-part] p'))")
    expect(page.get_by_label("The words it is about")).to_have_value("A patient came.")
    expect(page.get_by_label("About (optional)", exact=True)).to_have_value("Introduction")
    page.get_by_label("The words it is about").fill("A patient")
    page.evaluate("getSelection().selectAllChildren(document.querySelector('[data-part] p'))")
    expect(page.get_by_label("The words it is about")).to_have_value("A patient")


@pytest.mark.parametrize("width", WIDTHS)
def test_screens_16_competencies_are_found_by_typing_and_the_chosen_stand_above(scene, open_page, live_server, width):
    first, second = (str(row.item) for row in p.items_of(scene.tara)[:2])
    page = signed_in(open_page(width=width), scene.cast.tara, live_server.url)
    page.goto(reverse("training:evidence_new", args=[scene.tara.pk, "text"]))
    page.get_by_label("Find a competency by typing").fill(second.upper())
    expect(page.get_by_label(first)).to_be_hidden()
    page.get_by_label(second).check()
    page.get_by_label("Find a competency by typing").fill("")
    expect(page.get_by_label(first)).to_be_visible()
    assert faults(page) == []
    page.get_by_role("button", name=f"Take out {second}").click()
    expect(page.get_by_label(second, exact=True)).not_to_be_checked()
