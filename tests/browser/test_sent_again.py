"""A form that came back because its person was signed out is sent by one press after signing in (quality rule 2)."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, expect

from ctts.accounts.models import User
from tests.browser.looking import faults
from tests.cast import PASSWORD, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


def sign_in(page: Page, person: User) -> None:
    """Sign in by the page, as people do: it makes a new security token."""
    page.goto(reverse("account_login"))
    page.locator("[name=login]").fill(person.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: "/login/" not in address)


@pytest.mark.console_errors
def test_after_signing_in_in_a_new_window_one_press_sends_it(page: Page):
    ann = make_cast().ann
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
