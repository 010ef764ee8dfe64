"""Signing up: the proof of the address, the same answer for all, nobody's account for somebody else."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from ctts.accounts.models import AccountMail, User
from ctts.common import clock
from tests.accounts.people import (
    OTHER_PASSWORD,
    PASSWORD,
    acted,
    invite,
    is_in,
    link_in,
    mails_to,
    make_person,
    sign_in,
)

pytestmark = pytest.mark.django_db
TARA = "tara@leeds.example"


def sign_up(client, email=TARA, name="Tara Khan", password=PASSWORD):
    return client.post(
        reverse("account_signup"),
        {"email": email, "full_name": name, "password1": password, "password2": password},
    )


def test_a1_sign_up_confirm_and_sign_in(client):
    answer = sign_up(client, email=" Tara@Leeds.Example ", name="  Tara   Khan ")
    assert answer.url == reverse("account_email_verification_sent")
    assert client.get(answer.url).status_code == 200
    person = User.objects.get()
    assert (person.email, person.full_name, person.sort_name) == (TARA, "Tara Khan", "tara khan")
    assert sign_in(client, TARA).url == reverse("account_email_verification_sent")
    assert not is_in(client)
    link = link_in(mails_to(TARA)[0])
    assert client.get(link).status_code == 200
    assert not EmailAddress.objects.get().verified  # opening the link changed nothing
    assert client.post(link).url == reverse("account_login")
    assert not is_in(client)  # proving the address opens no session
    sign_in(client, TARA)
    assert is_in(client)
    assert acted(person) == ["accounts.person.signed_up", "accounts.email.proved"]


def test_a_confirmation_link_works_once(client):
    sign_up(client)
    link = link_in(mails_to(TARA)[0])
    client.post(link)
    for answer in (client.post(link), client.get(link)):
        assert (answer.status_code, "has been used" in answer.content.decode()) == (410, True)


@pytest.mark.parametrize(
    "given",
    [
        {"name": ""},
        {"name": "–"},
        {"name": "\U0001d160" * 100},
        {"name": "Tara\u202eKhan"},
        {"password": "short"},
        {"password": "Tara Khan 1966"},
        {"email": "tara"},
    ],
)
def test_bad_input_is_said_beside_the_field_and_makes_nobody(client, given):
    answer = sign_up(client, **given)
    assert answer.context["form"].errors
    assert not User.objects.exists()


def test_a_name_that_is_too_long_is_said_once(client):
    errors = sign_up(client, name="Tara " + "K" * 200).context["form"].errors
    assert errors == {"full_name": ["A name has at most 160 letters."]}


def test_a_known_address_gets_the_same_answer_and_a_mail_instead_of_a_second_account(client):
    make_person(TARA)
    known = sign_up(client, email="TARA@leeds.example", password=OTHER_PASSWORD)
    unknown = sign_up(Client(), email="tom@leeds.example")
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert known.headers.keys() == unknown.headers.keys()
    assert User.objects.count() == 2
    assert AccountMail.objects.get(to=TARA).kind == "account/email/account_already_exists"
    assert sign_in(client, TARA, OTHER_PASSWORD).status_code == 422
    assert not is_in(client)


def test_signing_up_with_an_invited_address_gives_no_way_into_that_account(client):
    person = invite("sam@leeds.example").person
    sign_up(client, email="sam@leeds.example", name="Mallory", password=OTHER_PASSWORD)
    person.refresh_from_db()
    assert person.full_name == "Sam Patel"
    assert not person.has_usable_password()
    sign_in(client, "sam@leeds.example", OTHER_PASSWORD)
    assert not is_in(client)
    letter = mails_to("sam@leeds.example")[0]
    assert "/account/password/reset/" in letter.text  # the way on leads through the mailbox


def test_an_address_somebody_merely_claims_stays_free_for_its_owner(client):
    mallory = make_person("mallory@bad.example", "Mallory")
    client.force_login(mallory)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(reverse("account_email"), {"email": TARA, "action_add": ""})
    assert EmailAddress.objects.filter(user=mallory, email=TARA, verified=False).exists()
    sign_up(Client(), email=TARA)
    assert User.objects.get(email=TARA).full_name == "Tara Khan"
    confirmed = Client().post(link_in(mails_to(TARA)[-1]))
    assert confirmed.url == reverse("account_login")
    owner = Client()
    sign_in(owner, TARA)
    assert is_in(owner)
    claim = link_in(mails_to(TARA)[0])
    client.post(claim)
    mallory.refresh_from_db()
    assert mallory.email == "mallory@bad.example"


# --- signing in before the address is proved ---


@pytest.fixture
def limited(settings):
    """As it is in production: one mail that proves an address in three minutes."""
    settings.ACCOUNT_RATE_LIMITS = {"confirm_email": "1/3m/key"}
    return "limited"


def test_whoever_signs_in_shortly_after_signing_up_reads_when_the_mail_went_and_when_another_can(client, limited):
    address = f"{limited}@leeds.example"
    assert "We have sent you a mail" in client.get(sign_up(client, email=address).url).text
    page = client.get(sign_in(client, address).url).content.decode()
    assert len(mails_to(address)) == 1 and "No new mail was sent just now: one went to your address at" in page
    assert "on another can go: sign in again then" in page
    clock.set_offset(at=clock.machine_now() + timedelta(minutes=4))
    assert "Sign in again, and another mail is sent." in client.get(reverse("account_email_verification_sent")).text
    assert "We have sent you a mail" in Client().get(reverse("account_email_verification_sent")).text


def test_a_mail_that_was_sent_with_the_sign_in_is_said_as_such(client):
    sign_up(client)
    clock.set_offset(at=clock.machine_now() + timedelta(minutes=4))
    assert "We have sent you a mail with a link" in client.get(sign_in(client, TARA).url).text
    assert len(mails_to(TARA)) == 2


def test_where_the_last_mail_said_that_the_address_is_known_the_page_says_so(client, limited):
    """Somebody is known, unproved, signs up once more, and then signs in with the password they had."""
    address = f"known.{limited}@leeds.example"
    User.objects.enter(email=address, full_name="Tara Khan", password=PASSWORD, now=clock.machine_now())
    sign_up(client, email=address, password=OTHER_PASSWORD)
    page = client.get(sign_in(client, address).url).text
    assert "It says that you have an account already" in page and "junk folder" not in page
