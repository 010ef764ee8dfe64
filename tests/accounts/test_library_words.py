"""Every form of the accounts' library says in our words what is wrong at a field, and what to do (quality rule 1)."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from ctts.accounts import access
from ctts.accounts.states import AuthenticationMethod
from ctts.common import clock
from tests.accounts.people import (
    OTHER_PASSWORD,
    PASSWORD,
    SECRET,
    link_in,
    mails_to,
    make_person,
    make_supervisor,
    sign_in,
    wrong_code,
)

pytestmark = pytest.mark.django_db
TARA, SAM = "tara@leeds.example", "sam@leeds.example"
SIGN_UP = {"full_name": "Ann Archer", "email": "ann@example.org", "password1": PASSWORD, "password2": PASSWORD}
CHANGE = {"oldpassword": PASSWORD, "password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD}
# What Django and its libraries say, of which nothing may be left.
THEIRS = (
    "This field",
    "Enter a valid",
    "You must type",
    "Incorrect",
    "Please",
    "too similar",
    "too common",
    "Null char",
)
NO_ADDRESS = "Write the whole e-mail address, such as sam@example.org."
INVISIBLE = "An invisible character is in it. Delete it, or type the text again instead of pasting it."
DIFFER = "The two passwords differ. Type the same one twice."
SHORT = "This password is too short. Use at least 12 characters, such as a few words in a row."
COMMON = "Many people use this password, so it is tried first. Choose another one."
LIKE_THEM = "This password is too much like your name or your address. Choose another one."
WRONG_CODE = "This code is not right, or it was used before. Type the one that your app shows now."
WAIT = "Too many wrong tries. Wait five minutes and try again."


def browser_in(person) -> Client:
    """Somebody who signed in a moment ago."""
    client = Client()
    client.force_login(person)
    session = client.session
    access.note_authentication(session, AuthenticationMethod.SIGN_IN, clock.now())
    session.save()
    return client


def said(client: Client, name: str, typed: dict[str, str]) -> dict[str, list[str]]:
    """What the page says of each field."""
    answer = client.post(reverse(name), typed)
    assert answer.status_code in {422, 429}
    errors = {field: list(words) for field, words in answer.context["form"].errors.items()}
    assert not [theirs for theirs in THEIRS if theirs in str(errors)]
    return errors


@pytest.mark.parametrize(
    ("name", "typed", "field", "words"),
    [
        ("account_login", {"login": "x", "password": "y"}, "login", NO_ADDRESS),
        ("account_login", {"login": TARA, "password": "a\0b"}, "password", INVISIBLE),
        ("account_reset_password", {"email": "nope"}, "email", NO_ADDRESS),
        ("account_signup", {**SIGN_UP, "email": "nope"}, "email", NO_ADDRESS),
        ("account_signup", {**SIGN_UP, "password1": "short", "password2": "short"}, "password1", SHORT),
        ("account_signup", {**SIGN_UP, "password1": "password1234", "password2": "password1234"}, "password1", COMMON),
        ("account_signup", {**SIGN_UP, "password1": "ann@example.org"}, "password1", LIKE_THEM),
        ("account_signup", {**SIGN_UP, "password1": "ann archer ann"}, "password1", LIKE_THEM),
        ("account_signup", {**SIGN_UP, "password2": "x"}, "password2", DIFFER),
    ],
)
def test_a_stranger_reads_what_to_do_at_the_field(client, name, typed, field, words):
    assert said(client, name, typed)[field] == [words]


def test_a_null_character_in_a_name_is_said_once(client):
    [words] = said(client, "account_signup", {**SIGN_UP, "full_name": "Ann\0"})["full_name"]
    assert words.startswith("Character 4 is invisible")


def test_what_does_not_open_the_account_says_what_else_there_is(client):
    [words] = said(client, "account_login", {"login": TARA, "password": "y"})["__all__"]
    assert words.startswith("This address and this password do not go together.")


@pytest.mark.parametrize(
    ("name", "typed", "field", "words"),
    [
        ("account_change_password", {**CHANGE, "oldpassword": "x"}, "oldpassword", "not your present password."),
        ("account_change_password", {**CHANGE, "password2": "x"}, "password2", DIFFER),
        ("account_change_password", {**CHANGE, "password1": TARA}, "password1", LIKE_THEM),
        ("account_email", {"email": "nope", "action_add": ""}, "email", NO_ADDRESS),
        ("account_email", {"email": "", "action_add": ""}, "email", "Fill in “"),
        (
            "account_email",
            {"email": TARA, "action_add": ""},
            "email",
            "This is your address already. Write another one.",
        ),
        ("account_reauthenticate", {"password": "x"}, "password", "This is not your password. Type it again."),
        ("account_reauthenticate", {}, "password", "Fill in “Password”."),
        ("mfa_generate_recovery_codes", {}, "__all__", "Set up the authenticator app first;"),
    ],
)
def test_a_person_reads_what_to_do_at_the_field(name, typed, field, words):
    [found] = said(browser_in(make_person(TARA)), name, typed)[field]
    assert words in found


def test_a_new_password_by_the_link_says_where_the_two_differ(client):
    make_person(TARA)
    client.post(reverse("account_reset_password"), {"email": TARA})
    client.get(link_in(mails_to(TARA)[0]))
    page = client.get(link_in(mails_to(TARA)[0]), follow=True).request["PATH_INFO"]
    answer = client.post(page, {"password1": OTHER_PASSWORD, "password2": "x"})
    assert list(answer.context["form"].errors["password2"]) == [DIFFER]


def test_a_wrong_code_reads_the_same_wherever_it_is_asked(client):
    tara, sam = browser_in(make_person(TARA)), browser_in(make_supervisor(SAM))
    tara.get(reverse("mfa_activate_totp"))
    assert said(tara, "mfa_activate_totp", {"code": "000"})["code"] == [WRONG_CODE]
    assert said(sam, "mfa_reauthenticate", {"code": wrong_code(SECRET)})["code"] == [WRONG_CODE]
    sign_in(client, SAM)
    assert said(client, "mfa_authenticate", {"code": wrong_code(SECRET)})["code"] == [WRONG_CODE]
    for typed in ({"code": ""}, {}):
        assert said(client, "mfa_authenticate", typed)["code"] == ["Fill in “Code”."]


def test_a_second_factor_that_a_role_needs_stays_and_who_helps_is_said():
    [words] = said(browser_in(make_supervisor(SAM)), "mfa_deactivate_totp", {})["__all__"]
    assert words.endswith("ask the scheme office.")


def test_too_many_wrong_passwords_say_how_long_to_wait(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
    make_person(TARA)
    for _ in range(5):
        sign_in(client, TARA, OTHER_PASSWORD)
    assert said(client, "account_login", {"login": TARA, "password": PASSWORD})["__all__"] == [WAIT]


def test_too_many_wrong_codes_say_how_long_to_wait(settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
    tara = browser_in(make_person(TARA))
    tara.get(reverse("mfa_activate_totp"))
    for _ in range(5):
        said(tara, "mfa_activate_totp", {"code": "000"})
    assert said(tara, "mfa_activate_totp", {"code": "000"})["code"] == [WAIT]
