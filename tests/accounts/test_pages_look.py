"""The pages of accounts in real Chromium, on a telephone and at a desk, without script, as one way in."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from ctts.accounts.queries import invitation_path
from tests.accounts.people import PASSWORD, code_of, invite, make_person
from tests.browser.looking import faults

pytestmark = pytest.mark.django_db(transaction=True)
PICTURES = os.environ.get("CTTS_PICTURES")


class Look:
    """Collects what is wrong on each page; keeps a picture of each where CTTS_PICTURES names a folder."""

    def __init__(self, page: Page, width: int, script: bool) -> None:
        self.page, self.width, self.script = page, width, script
        self.found: dict[str, list[object]] = {}

    def press(self, button: str) -> None:
        """Press the button and wait for the page it leads to: a click alone returns while the old one still stands."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=button).click()

    def at(self, name: str) -> None:
        """Look at the page as it stands."""
        if PICTURES:
            self.page.screenshot(path=Path(PICTURES) / f"{name}-{self.width}.png", full_page=True)
        if self.script and (seen := faults(self.page)):  # axe is a script itself
            self.found[name] = seen


def opened_by_invitation(look: Look, path: str) -> None:
    """From the link in the mail to the sign-in page."""
    page = look.page
    page.goto(path)
    expect(page.get_by_text("invites you")).to_be_visible()
    look.at("invitation")
    page.get_by_label("Password", exact=False).first.fill("short")
    page.get_by_label("Password, again").fill(PASSWORD)
    look.press("Open my account")
    look.at("invitation-refused")
    page.get_by_label("Password", exact=False).first.fill(PASSWORD)
    page.get_by_label("Password, again").fill(PASSWORD)
    look.press("Open my account")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def second_factor_set_up(look: Look) -> None:
    """From the sign-in page to the page wanted, by way of app and codes."""
    page = look.page
    page.goto(reverse("accounts:profile"))
    page.get_by_label("E-mail address").fill("sam@leeds.example")
    page.get_by_label("Password").fill(PASSWORD)
    look.press("Sign in")
    look.at("second-factor")
    page.get_by_text("I cannot scan it").click()
    page.get_by_label("Authenticator code").fill(code_of(page.locator("code.secret").inner_text()))
    look.press("Switch it on")
    look.at("recovery-codes")
    page.get_by_label("I have downloaded").check()
    look.press("Go on")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account")
    look.at("profile")


@pytest.mark.console_errors  # refused forms are answers of 4xx
@pytest.mark.parametrize(("width", "script"), [(390, True), (1280, True), (320, False)])
def test_from_the_invitation_to_ones_own_account(open_page, width, script):
    office = make_person("olga@office.example", "Olga Reid")
    invitation = invite(by=office, second_factor_required=True, now=datetime.now(UTC))
    look = Look(open_page(width=width, javascript=script), width, script)
    opened_by_invitation(look, invitation_path(invitation))
    second_factor_set_up(look)
    look.page.goto(reverse("account_email"))
    look.at("email")
    look.page.goto(invitation_path(invitation))
    look.at("link-spent")
    look.page.get_by_label("Your e-mail address").fill("sam@leeds.example")
    look.press("Send a new link")
    look.at("link-asked")
    assert look.found == {}
