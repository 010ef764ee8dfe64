"""A form that came back because its person was signed out: sent by one press after signing in, never lost (rule 2)."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from ctts.accounts.models import User
from tests.applications import world
from tests.browser.looking import faults
from tests.cast import PASSWORD, Cast, make_cast
from tests.kept import kept_world

pytestmark = pytest.mark.django_db(transaction=True)


PERSONAL = {
    "Full legal name": "Ann Archer",
    "Name on the Diploma": "Ann Archer",
    "Date of birth": "3 March 1998",
    "Telephone": "020 7946 0018",
    "Home address": "7 Mill Lane, Leeds",
    "Postcode": "LS1 4AP",
}

OPEN_AGAIN = """(byLink) => {
  if (!byLink) return location.assign(location.href);
  const link = document.createElement("a");
  link.href = location.href;
  document.body.append(link);
  link.click();
}"""
SAVE_AS_IT_STANDS = """async () => {
  const form = document.querySelector("form[data-autosave-url]");
  const body = new FormData(form);
  body.set("autosave_version", form.dataset.autosaveVersion);
  await fetch(form.dataset.autosaveUrl, { method: "POST", body, headers: { "X-Autosave": "1" } });
}"""

cast = kept_world(make_cast)
opened = kept_world(world.open_world)


def sign_in(page: Page, person: User) -> None:
    """Sign in by the page, as people do: it makes a new security token."""
    page.goto(reverse("account_login"))
    page.locator("[name=login]").fill(person.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: "/login/" not in address)


@pytest.mark.console_errors
def test_after_signing_in_in_a_new_window_one_press_sends_it(cast: Cast, page: Page):
    ann = cast.ann
    sign_in(page, ann)
    page.goto(reverse("accounts:profile"))
    page.get_by_label("Full name").fill("Ann Archer-Bell")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="What you typed is kept here")).to_be_visible()
    assert faults(page) == []
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in, in a new window").click()
    sign_in(opened.value, ann)
    page.get_by_role("button", name="Send it again").click()
    expect(page.get_by_label("Full name")).to_have_value("Ann Archer-Bell")
    assert User.objects.get(pk=ann.pk).full_name == "Ann Archer-Bell"


@pytest.mark.console_errors
def test_what_ann_typed_never_becomes_abes(cast: Cast, page: Page):
    sign_in(page, cast.ann)
    page.goto(reverse("accounts:profile"))
    page.get_by_label("Full name").fill("Ann Archer-Bell")
    other = page.context.new_page()
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    sign_in(other, cast.abe)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("This was typed while somebody else was signed in here.")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("button", name="Send it again").click()
    expect(page.get_by_text(f"You are signed in as {cast.abe.full_name}.")).to_be_visible()
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    sign_in(other, cast.ann)
    page.get_by_role("button", name="Send it again").click()
    expect(page.get_by_label("Full name")).to_have_value("Ann Archer-Bell")
    assert User.objects.get(pk=cast.abe.pk).full_name == cast.abe.full_name


def personal_part(page: Page, cast: Cast) -> Locator:
    """Ann's open form, which saves itself, and its first field."""
    application = world.start(cast)
    sign_in(page, cast.ann)
    page.goto(reverse("applications:part", args=[application.pk, "personal"]))
    return page.locator("main form textarea, main form input[type=text]").first


def sign_out_behind(page: Page) -> None:
    """The session ends while a page is open."""
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)


def kept_texts(page: Page) -> int:
    """How many texts this browser keeps until the server has them."""
    return int(page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('ctts-draft:')).length"))


@pytest.mark.console_errors
def test_a_text_that_saves_itself_needs_one_press_after_signing_in_again(page: Page):
    cast = world.open_world()
    words = personal_part(page, cast)
    other = page.context.new_page()
    sign_out_behind(page)
    words.fill("Typed when signed out")
    words.blur()
    expect(page.locator("[data-autosave-line]")).to_contain_text("You are signed out")
    sign_in(other, cast.ann)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.locator("[data-autosave-line]")).to_contain_text("Saved")
    with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        page.locator("main form.entry-form button[type=submit]").first.click()
    assert answered.value.status == 422  # taken at the first press: the draft has gaps, not a token of before


@pytest.mark.console_errors
def test_whoever_presses_the_button_when_signed_out_is_brought_to_the_way_on(phone: Page):
    words = personal_part(phone, world.open_world())
    sign_out_behind(phone)
    words.fill("Typed when signed out")
    phone.locator("main form.entry-form button[type=submit]").first.click()
    way_on = phone.get_by_role("link", name="Sign in in a new window")
    expect(way_on).to_be_in_viewport()
    expect(way_on).to_be_focused()
    assert faults(phone) == []


@pytest.mark.console_errors
def test_a_page_that_came_back_asks_before_it_is_left(cast: Cast, page: Page):
    sign_in(page, cast.ann)
    page.goto(reverse("accounts:profile"))
    page.get_by_label("Full name").fill("Ann Archer-Bell")
    sign_out_behind(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="What you typed is kept here")).to_be_visible()
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.locator("header a").first.click()
    expect(page.get_by_role("heading", name="What you typed is kept here")).to_have_count(0)
    assert asked == ["beforeunload"]


@pytest.mark.console_errors
def test_text_that_never_reached_the_server_is_offered_by_its_form(page: Page):
    words = personal_part(page, world.open_world())
    form = page.url
    down = {"status": 503, "content_type": "text/html", "body": "<h1>Nobody answers</h1>"}
    page.route(
        f"{form}**", lambda route: route.fulfill(**down) if route.request.method == "POST" else route.continue_()
    )
    words.fill("Typed in the basement")
    words.press("Enter")
    expect(page.get_by_role("heading", name="Nobody answers")).to_be_visible()
    page.unroute(f"{form}**")
    page.goto(form)
    expect(page.locator("[data-autosave-line]")).to_contain_text("that was never saved")
    page.get_by_role("button", name="Use the kept text").click()
    expect(page.locator("[data-autosave-line]")).to_contain_text("Saved")
    expect(words).to_have_value("Typed in the basement")
    assert kept_texts(page) == 0


@pytest.mark.console_errors
@pytest.mark.parametrize("by_link", [True, False])
def test_a_refused_form_that_is_left_and_opened_again_is_no_other_windows(page: Page, by_link):
    """What it saves while it is left may arrive once the next page stands: that is this window's own text."""
    personal_part(page, world.open_world())
    line = page.locator("[data-autosave-line]")
    for label, value in {**PERSONAL, "Telephone": "abc", "Home address": "7 Mill Lane\nLeeds"}.items():
        page.get_by_label(label).fill(value)
    with page.expect_navigation():
        page.locator("main form.entry-form button[type=submit]").first.click()
    expect(page.locator(".is-invalid").first).to_be_visible()
    with page.expect_navigation():
        page.evaluate(OPEN_AGAIN, by_link)
    page.evaluate(SAVE_AS_IT_STANDS)
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.status == 200):
        page.get_by_label("Postcode").fill("LS1 4AQ")
    expect(line).to_contain_text("Saved")
    assert page.get_by_role("button", name="Keep mine").count() == 0


@pytest.mark.console_errors
def test_text_that_was_sent_goes_from_this_browser_once_the_server_took_it(page: Page):
    words = personal_part(page, world.open_world())
    words.fill("")
    words.press("Enter")
    expect(page.locator(".is-invalid").first).to_be_visible()
    assert kept_texts(page) == 1
    for label, value in PERSONAL.items():
        page.get_by_label(label).fill(value)
    with page.expect_navigation():
        page.locator("main form.entry-form button[type=submit]").first.click()
    expect(page.get_by_text("saved.")).to_be_visible()
    assert kept_texts(page) == 0


def test_words_that_do_not_save_themselves_ask_before_the_page_is_left(opened: Cast, page: Page):
    application = world.filled(opened)
    sign_in(page, opened.ann)
    form = reverse("applications:withdraw", args=[application.pk])
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(form)
    page.goto(form)
    assert asked == []
    page.locator("main textarea").first.click()
    page.keyboard.type("I have another post")
    page.reload()
    assert asked == ["beforeunload"]
    page.locator("main textarea").first.click()
    page.keyboard.type("I have another post")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda address: "/withdraw/" not in address)
    assert asked == ["beforeunload"]
