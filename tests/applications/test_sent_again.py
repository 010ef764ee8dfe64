"""A form that comes without a session, or with the token of another one, loses no word (quality rule 2)."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from applications.forms.late import UseCodeForm
from tests.applications import world
from training.forms.external import CodeForm

OURS, REASON = "http://testserver", "I have another post & <more> to say."


@pytest.fixture
def withdrawing(cast):
    """The address at which Ann withdraws, and a browser whose tokens are checked."""
    application = world.filled(cast)
    return application, reverse("applications:withdraw", args=[application.pk]), Client(enforce_csrf_checks=True)


def send(browser, address, token, origin=OURS, **more):
    given = {
        "reason": REASON,
        "confirm": "on",
        "password": "never shown",
        "csrfmiddlewaretoken": token,
        "seen": "draft",
        **more,
    }
    return browser.post(address, given, headers={"Origin": origin} if origin else {})


def token_of(response):
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', response.content.decode())[1]


def test_signed_out_meanwhile_the_text_is_kept_without_secrets(cast, withdrawing):
    application, address, browser = withdrawing
    browser.force_login(cast.ann)
    browser.get(address)
    browser.logout()
    answer = send(browser, address, token_of(browser.get("/account/login/")))
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "I have another post &amp; &lt;more&gt; to say." in page and "Sign in, in a new window" in page
    assert "never shown" not in page
    assert world.refresh(application).state == "draft"


def test_a_postcode_is_no_secret_and_comes_back(cast, withdrawing):
    application, _, browser = withdrawing
    address = reverse("applications:part", args=[application.pk, "personal"])
    answer = send(browser, address, "0" * 64, postcode="EX1 1MP", password_or_code="123456")
    page = answer.content.decode()
    assert answer.status_code == 403 and 'name="postcode" value="EX1 1MP"' in page
    assert "123456" not in page and "never shown" not in page


@pytest.mark.parametrize(
    ("view", "at", "field"),
    [
        ("mfa_authenticate", [], "code"),
        ("applications:use_late_code", [1], UseCodeForm()["code"].html_name),
        ("training:external", [1], CodeForm()["code"].html_name),
    ],
)
def test_a_one_time_code_never_comes_back(client, view, at, field):
    browser = Client(enforce_csrf_checks=True)
    sent = {field: "K7QM-123456", "note": "Half a sentence"}
    page = browser.post(reverse(view, args=at), sent, headers={"Origin": OURS}).content.decode()
    assert "Half a sentence" in page and "K7QM-123456" not in page


def test_with_the_token_of_an_earlier_session_one_press_sends_it(cast, withdrawing):
    application, address, browser = withdrawing
    browser.force_login(cast.ann)
    browser.get(address)
    answer = send(browser, address, "0" * 64)
    assert answer.status_code == 403
    assert f"You are signed in as {cast.ann.full_name}." in answer.content.decode()
    assert send(browser, address, token_of(answer)).status_code == 303
    assert world.refresh(application).state == "withdrawn"


@pytest.mark.parametrize("token", [None, "0" * 64], ids=["a token that fits", "the token of before"])
def test_what_ann_typed_waits_for_ann_when_abe_has_signed_in(cast, withdrawing, token):
    application, address, browser = withdrawing
    browser.force_login(cast.abe)
    token = token or token_of(browser.get(reverse("accounts:profile")))
    answer = send(browser, address, token, typed_by=cast.ann.pk)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "somebody else was signed in here" in page and f"You are signed in as {cast.abe.full_name}." in page
    assert world.refresh(application).state == "draft"
    browser.force_login(cast.ann)
    assert send(browser, address, token_of(answer), typed_by=cast.ann.pk).status_code == 303
    assert world.refresh(application).state == "withdrawn"


def test_what_is_open_to_everybody_is_nobodys(cast):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.abe)
    answer = send(browser, reverse("account_logout"), "0" * 64, typed_by=cast.ann.pk)
    assert "made in another sign-in" in answer.content.decode()
    assert send(browser, reverse("account_logout"), token_of(answer), typed_by=cast.ann.pk).status_code == 303


def test_text_that_saves_itself_is_not_kept_under_another_name(cast, withdrawing):
    application, _, _ = withdrawing
    address = reverse("applications:draft", args=[application.pk, "personal"])
    browser = Client()
    browser.force_login(cast.abe)
    answer = browser.post(address, {"typed_by": cast.ann.pk}, headers={"X-Autosave": "1", "Origin": OURS})
    assert answer.status_code == 403 and answer.json()["another"] is True


def test_without_its_origin_a_form_of_another_person_is_refused_all_the_same(cast, withdrawing):
    _, _, browser = withdrawing
    browser = Client()
    browser.force_login(cast.abe)
    answer = browser.post(reverse("accounts:profile"), {"full_name": "Ann Archer", "typed_by": cast.ann.pk})
    assert answer.status_code == 403 and "somebody else was signed in here" in answer.content.decode()


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", ""])
def test_words_of_another_site_never_come_into_a_form_of_ours(cast, withdrawing, origin):
    _, address, browser = withdrawing
    browser.force_login(cast.ann)
    answer = send(browser, address, "0" * 64, origin)
    assert answer.status_code == 403 and "another post" not in answer.content.decode()


@pytest.mark.parametrize("header", ["X-Autosave", "HX-Request"])
def test_a_script_is_told_that_it_is_signed_out_as_before(withdrawing, header):
    _, address, _ = withdrawing
    answer = Client().post(address, {"reason": REASON}, headers={"Origin": OURS, header: "1"})
    assert answer.status_code == 303 and "/login/" in answer["Location"]


def test_a_file_has_to_be_chosen_again(withdrawing):
    _, address, _ = withdrawing
    with (world.GOOD / "degree-certificate.pdf").open("rb") as file:
        answer = Client().post(address, {"reason": REASON, "file": file}, headers={"Origin": OURS})
    assert "A file has to be chosen again." in answer.content.decode()
