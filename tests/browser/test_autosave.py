"""Text saves itself (screens.md 13): after a pause, on leaving a field, over a lost connection, in two windows."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "/dev/components/autosave/"
SAVES = "**/dev/components/autosave/save/"


@pytest.fixture
def draft(page: Page) -> Page:
    """The sample text, open."""
    page.goto(ADDRESS)
    return page


def line(page: Page):
    return page.locator("[data-autosave-line]")


def what(page: Page):
    return page.get_by_label("What happened")


def test_text_is_saved_two_seconds_after_a_pause(draft: Page):
    expect(line(draft)).to_have_text("Not changed")
    what(draft).press_sequentially("A phantom was scanned.")
    expect(line(draft)).to_have_text(re.compile(r"^Saved \d\d:\d\d$"), timeout=6000)
    draft.reload()
    expect(what(draft)).to_have_value("A phantom was scanned.")
    assert draft.evaluate("Object.keys(localStorage)") == []


def test_text_is_saved_on_leaving_the_field_and_says_what_is_missing(draft: Page):
    draft.get_by_label("Title").fill("Uniformity")
    what(draft).focus()
    expect(line(draft)).to_have_text(re.compile(r"^Saved \d\d:\d\d, to complete: [A-Z][^,]+$"))


@pytest.mark.console_errors
def test_text_outlives_a_lost_connection_and_the_window(draft: Page):
    draft.context.set_offline(True)
    what(draft).fill("Written in the basement.")
    draft.get_by_label("Title").focus()
    expect(line(draft)).to_have_text("Not saved since you began, keeping a copy here")
    draft.route(SAVES, lambda route: route.abort())  # before the line is back: the page saves as soon as it hears of it
    draft.context.set_offline(False)
    draft.reload()
    expect(line(draft)).to_contain_text("that was never saved")
    draft.unroute(SAVES)
    draft.get_by_role("button", name="Use the kept text").click()
    expect(line(draft)).to_have_text(re.compile(r"^Saved"))
    expect(what(draft)).to_have_value("Written in the basement.")


@pytest.mark.console_errors
def test_kept_text_can_be_left(draft: Page):
    draft.route(SAVES, lambda route: route.fulfill(status=503, body=""))
    what(draft).fill("Second thoughts.")
    draft.get_by_label("Title").focus()
    expect(line(draft)).to_contain_text("Not saved since")
    draft.unroute(SAVES)
    draft.reload()
    draft.get_by_role("button", name="Go on with what is saved").click()
    expect(line(draft)).to_have_text("Not changed")
    assert draft.evaluate("Object.keys(localStorage)") == []


def asked_about_kept_text(draft: Page) -> None:
    """The page is opened anew while this browser keeps text that was never saved."""
    draft.route(SAVES, lambda route: route.abort())
    what(draft).fill("Written in the basement.")
    draft.get_by_label("Title").focus()
    expect(line(draft)).to_contain_text("Not saved since")
    draft.reload()
    draft.unroute(SAVES)
    expect(line(draft)).to_contain_text("that was never saved")


@pytest.mark.console_errors
def test_what_is_typed_while_a_text_is_kept_does_not_take_its_place(draft: Page):
    asked_about_kept_text(draft)
    what(draft).press_sequentially("X")
    expect(line(draft)).to_contain_text("Saved")  # and the kept text is still offered
    draft.reload()
    expect(what(draft)).to_have_value("X")
    draft.get_by_role("button", name="Use the kept text").click()
    expect(line(draft)).to_have_text(re.compile(r"^Saved"))
    expect(what(draft)).to_have_value("Written in the basement.")


@pytest.mark.console_errors
def test_what_is_typed_while_a_text_is_kept_is_saved_when_that_is_left(draft: Page):
    asked_about_kept_text(draft)
    what(draft).press_sequentially("Rather this.")
    draft.get_by_role("button", name="Go on with what is saved").click()
    expect(line(draft)).to_have_text(re.compile(r"^Saved"))
    draft.reload()
    expect(what(draft)).to_have_value("Rather this.")


@pytest.mark.console_errors
def test_text_that_arrives_after_its_page_was_left_is_no_other_windows(draft: Page):
    """What the page sent while it was left is saved only once the next one stands: the button meets its own text."""
    asked_about_kept_text(draft)
    draft.evaluate(
        """async (text) => {
          const form = document.querySelector("form[data-autosave-url]");
          const body = new FormData(form);
          for (const name of body.keys()) if (form.elements[name].tagName === "TEXTAREA") body.set(name, text);
          body.set("autosave_version", form.dataset.autosaveVersion);
          await fetch(form.dataset.autosaveUrl, { method: "POST", body, headers: { "X-Autosave": "1" } });
        }""",
        "Written in the basement.",
    )
    what(draft).fill("Written upstairs.")
    sent = sent_by_its_button(draft)
    assert sent["autosave_version"] != "0" and "Written upstairs." in sent.values()
    draft.goto(ADDRESS)
    expect(what(draft)).to_have_value("Written upstairs.")


def test_a_form_that_was_stopped_on_its_way_goes_on_saving_itself(draft: Page):
    draft.evaluate("document.addEventListener('submit', event => event.preventDefault())")
    draft.get_by_role("button", name="Save the draft").click()
    what(draft).fill("Typed afterwards.")
    draft.get_by_label("Title").focus()
    expect(line(draft)).to_have_text(re.compile(r"^Saved"))


@pytest.mark.console_errors
def test_a_browser_that_keeps_nothing_says_so(draft: Page):
    draft.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('full'); }; }")
    draft.route(SAVES, lambda route: route.fulfill(status=401, body=""))
    what(draft).fill("Typed after the session ended.")
    draft.get_by_label("Title").focus()
    expect(line(draft)).to_contain_text("You are signed out. Do not close this page.")


@pytest.mark.console_errors
def test_text_that_was_refused_is_not_called_saved(draft: Page):
    refusal = {"status": 422, "content_type": "application/json", "body": '{"error": "Too much text."}'}
    draft.route(SAVES, lambda route: route.fulfill(**refusal))
    what(draft).fill("Far too much.")
    draft.get_by_label("Title").focus()
    expect(line(draft)).to_have_text("Not saved: Too much text. A copy is kept in this browser.")
    assert draft.evaluate("Object.keys(localStorage).length") == 1


def in_two_windows(draft: Page) -> Page:
    """Another window of the same person saves first; this one then tries and is told."""
    other = draft.context.new_page()
    other.goto(ADDRESS)
    what(other).fill("Theirs")
    other.get_by_label("Title").focus()
    expect(line(other)).to_have_text(re.compile("^Saved"))
    what(draft).fill("Mine")
    draft.get_by_label("Title").focus()
    expect(line(draft)).to_contain_text("newer text is saved elsewhere")
    draft.get_by_text("View the other text").click()
    expect(draft.locator(".autosave__choice dd")).to_have_text("Theirs")
    return other


@pytest.mark.console_errors
def test_of_two_texts_mine_can_be_kept(draft: Page):
    other = in_two_windows(draft)
    draft.get_by_role("button", name="Keep mine").click()
    expect(line(draft)).to_have_text(re.compile("^Saved"))
    other.reload()
    expect(what(other)).to_have_value("Mine")


@pytest.mark.console_errors
def test_of_two_texts_theirs_can_be_kept(draft: Page):
    in_two_windows(draft)
    draft.get_by_role("button", name="Keep the newer text").click()
    expect(what(draft)).to_have_value("Theirs")
    expect(line(draft)).to_have_text("The newer text is shown now")


@pytest.mark.console_errors
def test_the_same_text_saved_in_both_windows_is_no_choice(draft: Page):
    other = draft.context.new_page()
    other.goto(ADDRESS)
    for window in (other, draft):
        what(window).fill("The same")
        window.get_by_label("Title").focus()
        expect(line(window)).to_have_text(re.compile("^Saved"))
    what(draft).fill("The same, and more")
    draft.get_by_label("Title").focus()
    expect(line(draft)).to_have_text(re.compile("^Saved"))


@pytest.mark.console_errors
def test_of_two_windows_without_signal_neither_loses_its_text(draft: Page):
    other = draft.context.new_page()
    other.goto(ADDRESS)
    draft.context.set_offline(True)
    for window, words in ((draft, "Mine"), (other, "Theirs")):
        what(window).fill(words)
        window.get_by_label("Title").focus()
        expect(line(window)).to_contain_text("keeping a copy here")
    other.close()
    draft.context.set_offline(False)
    expect(line(draft)).to_have_text(re.compile("^Saved"))
    draft.reload()
    expect(line(draft)).to_contain_text("that was never saved")
    draft.get_by_role("button", name="Use the kept text").click()
    expect(what(draft)).to_have_value("Theirs")
    expect(line(draft)).to_have_text(re.compile("^Saved"))
    draft.reload()
    expect(what(draft)).to_have_value("Theirs")
    expect(line(draft)).not_to_contain_text("never saved")


def test_text_survives_a_sign_out(draft: Page):
    draft.route(SAVES, lambda route: route.fulfill(status=302, headers={"Location": "/account/login/"}))
    what(draft).fill("Typed after the session ended.")
    draft.get_by_label("Title").focus()
    expect(line(draft)).to_contain_text("You are signed out. Your text is kept in this browser.")
    expect(line(draft).get_by_role("link")).to_have_attribute("href", "/account/login/")
    draft.unroute(SAVES)
    draft.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(line(draft)).to_have_text(re.compile("^Saved"))


@pytest.mark.console_errors
def test_text_is_not_saved_for_somebody_who_signed_in_meanwhile(draft: Page):
    draft.route(SAVES, lambda route: route.fulfill(status=403, body='{"error": "Not theirs.", "another": true}'))
    what(draft).fill("Typed by the first person.")
    draft.get_by_label("Title").focus()
    expect(line(draft)).to_contain_text("Somebody else is signed in here now. Your text is kept in this browser")
    assert draft.evaluate("Object.keys(localStorage).length") == 1


def test_signing_out_removes_the_kept_text_of_this_person_only(draft: Page):
    draft.evaluate("localStorage.setItem('ctts-draft:7:x', '{}'), localStorage.setItem('ctts-draft:8:x', '{}')")
    draft.evaluate(
        """() => {
            const form = document.createElement("form");
            form.method = "post";
            form.dataset.wipeDrafts = "";
            document.body.dataset.person = "7";
            document.body.append(form);
            form.addEventListener("submit", event => event.preventDefault());
            form.requestSubmit();
        }"""
    )
    assert draft.evaluate("Object.keys(localStorage)") == ["ctts-draft:8:x"]


def sent_by_its_button(draft: Page) -> dict[str, str]:
    """What the form sends when its button is pressed."""
    with draft.expect_request(lambda asked: asked.method == "POST" and "x-autosave" not in asked.headers) as sent:
        draft.get_by_role("button", name="Save the draft").click()
    return dict(re.findall(r'name="(\w+)"\r\n\r\n([^\r]*)', sent.value.post_data or "")) or dict(
        parse_qsl(sent.value.post_data or "")
    )


def test_the_button_sends_the_version_that_was_saved_last(draft: Page):
    first = draft.locator("[name=autosave_version]").input_value()
    what(draft).fill("A phantom was scanned.")
    draft.get_by_label("Title").focus()
    expect(line(draft)).to_have_text(re.compile(r"^Saved"))
    assert sent_by_its_button(draft)["autosave_version"] != first


def test_the_button_waits_for_text_that_is_on_its_way(draft: Page):
    """Leaving the field to press the button begins the saving; pressed meanwhile, it must not meet its own text."""
    first = draft.locator("[name=autosave_version]").input_value()
    draft.route(SAVES, lambda route: (draft.wait_for_timeout(300), route.continue_()))
    what(draft).fill("A phantom was scanned.")
    assert sent_by_its_button(draft)["autosave_version"] != first


def test_the_draft_is_saved_by_its_button_without_script(open_page):
    page = open_page(javascript=False)
    page.goto(ADDRESS)
    what(page).fill("Saved by hand.")
    page.get_by_role("button", name="Save the draft").click()
    expect(what(page)).to_have_value("Saved by hand.")


@pytest.mark.console_errors
def test_pressing_the_button_without_signal_keeps_the_text_and_stays_on_the_page(draft: Page):
    draft.context.set_offline(True)
    what(draft).fill("Written in the basement.")
    draft.evaluate("document.querySelector('form[data-autosave-url]').requestSubmit()")
    expect(line(draft)).to_contain_text("No signal: this was not sent. What you typed is kept in this browser")
    assert draft.url.endswith(ADDRESS)
    expect(what(draft)).to_have_value("Written in the basement.")
    assert "Written in the basement." in draft.evaluate("JSON.stringify(localStorage)")
