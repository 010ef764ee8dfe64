"""A form that came back because its person was signed out is sent by one press after signing in (quality rule 2)."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, expect

from ctts.accounts.models import User
from tests.applications import world
from tests.browser.looking import faults
from tests.cast import PASSWORD, Cast, make_cast
from tests.kept import kept_world

pytestmark = pytest.mark.django_db(transaction=True)


cast = kept_world(make_cast)


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


@pytest.mark.console_errors
def test_a_text_that_saves_itself_needs_one_press_after_signing_in_again(page: Page):
    cast = world.open_world()
    application = world.start(cast)
    sign_in(page, cast.ann)
    page.goto(reverse("applications:part", args=[application.pk, "personal"]))
    words = page.locator("main form textarea, main form input[type=text]").first
    other = page.context.new_page()
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    words.fill("Typed when signed out")
    words.blur()
    expect(page.locator("[data-autosave-line]")).to_contain_text("You are signed out")
    sign_in(other, cast.ann)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.locator("[data-autosave-line]")).to_contain_text("Saved")
    with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        page.locator("main form.entry-form button[type=submit]").first.click()
    assert answered.value.status == 422  # taken at the first press: the draft has gaps, not a token of before
