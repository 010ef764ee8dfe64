"""Forgotten and changed passwords, another address, own name: each by its owner only, each told and recorded."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from ctts.accounts import actions
from ctts.accounts.adapter import AccountAdapter
from ctts.accounts.models import AccountMail, User
from ctts.audit.models import AuditWords
from tests.accounts.people import (
    NOW,
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


def forget(client, email):
    return client.post(reverse("account_reset_password"), {"email": email})


def set_anew(client, link, password=OTHER_PASSWORD):
    page = client.get(link, follow=True)
    return client.post(page.request["PATH_INFO"], {"password1": password, "password2": password})


def test_a_forgotten_password_is_set_by_the_link_once_and_opens_no_session(client):
    person = make_person(TARA)
    client_before = Client()
    sign_in(client_before, TARA)
    forget(client, "Tara@Leeds.example")
    link = link_in(mails_to(TARA)[0])
    set_anew(client, link)
    assert not is_in(client)
    assert not is_in(client_before)
    sign_in(client, TARA, OTHER_PASSWORD)
    assert is_in(client)
    assert acted(person)[-1] == "accounts.password.set"
    assert mails_to(TARA)[-1].subject == "Your password was set anew"
    replay = Client()
    set_anew(replay, link, PASSWORD)
    sign_in(replay, TARA, PASSWORD)
    assert not is_in(replay)


def test_known_unknown_and_deactivated_addresses_get_the_same_answer(client):
    make_person(TARA)
    make_person("tom@leeds.example", "Tom Reed", is_active=False)
    answers = [forget(Client(), email) for email in (TARA, "tom@leeds.example", "nobody@leeds.example")]
    assert {(answer.status_code, answer.url) for answer in answers} == {(303, reverse("account_reset_password_done"))}
    kinds = dict(AccountMail.objects.values_list("to", "kind"))
    assert kinds == {
        TARA: "account/email/password_reset_key",
        "tom@leeds.example": "account/email/unknown_account",
        "nobody@leeds.example": "account/email/unknown_account",
    }


def test_an_invited_person_who_forgets_sets_a_password_and_still_proves_the_address(client):
    invite("sam@leeds.example")
    forget(client, "sam@leeds.example")
    set_anew(client, link_in(mails_to("sam@leeds.example")[0]))
    assert sign_in(client, "sam@leeds.example", OTHER_PASSWORD).url == reverse("account_email_verification_sent")
    client.post(link_in(mails_to("sam@leeds.example")[-1]))
    sign_in(client, "sam@leeds.example", OTHER_PASSWORD)
    assert is_in(client)


def test_wrong_unknown_and_deactivated_read_the_same_and_a_deactivated_one_stays_out(client):
    make_person(TARA)
    make_person("tom@leeds.example", "Tom Reed", is_active=False)
    emails = (TARA, "tom@leeds.example", "nobody@leeds.example")
    pages = [sign_in(Client(), email, OTHER_PASSWORD) for email in emails]
    assert {tuple(page.context["form"].non_field_errors()) for page in pages} == {
        (AccountAdapter.error_messages["email_password_mismatch"],)
    }
    assert sign_in(client, "tom@leeds.example").url == reverse("account_inactive")
    assert client.get(reverse("account_inactive")).status_code == 200
    assert not is_in(client)


def test_wrong_passwords_are_limited_for_each_account(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
    make_person(TARA)
    for _ in range(5):
        sign_in(client, TARA, OTHER_PASSWORD)
    refused = sign_in(client, TARA)
    assert "Too many" in str(refused.context["form"].errors)
    assert not is_in(client)


def test_changing_the_password_needs_the_old_one_and_ends_other_sessions(client):
    person = make_person(TARA)
    other = Client()
    for browser in (client, other):
        sign_in(browser, TARA)
    given = {"oldpassword": "wrong", "password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD}
    assert client.post(reverse("account_change_password"), given).context["form"].errors
    client.post(reverse("account_change_password"), {**given, "oldpassword": PASSWORD})
    assert is_in(client)
    assert not is_in(other)
    assert acted(person)[-1] == "accounts.password.set"


def test_another_address_replaces_the_login_once_it_is_proved_and_the_old_one_is_told(client):
    person = make_person(TARA)
    sign_in(client, TARA)
    assert client.get(reverse("account_email")).status_code == 200
    client.post(reverse("account_email"), {"email": "Tara@New.example", "action_add": ""})
    assert "tara@new.example" in client.get(reverse("account_email")).content.decode()
    assert User.objects.get().email == TARA
    client.post(link_in(mails_to("tara@new.example")[0]))
    assert User.objects.get().email == "tara@new.example"
    assert list(EmailAddress.objects.values_list("email", "verified")) == [("tara@new.example", True)]
    assert mails_to(TARA)[-1].subject == "Your e-mail address was changed"
    assert acted(person)[-1] == "accounts.email.proved"
    assert AuditWords.objects.get().text == {"was": TARA, "is": "tara@new.example"}


def test_a_change_of_address_can_be_given_up(client):
    make_person(TARA)
    sign_in(client, TARA)
    client.post(reverse("account_email"), {"email": "tara@new.example", "action_add": ""})
    link = link_in(mails_to("tara@new.example")[0])
    client.post(reverse("account_email"), {"email": "tara@new.example", "action_remove": ""})
    assert client.post(link).status_code == 410
    assert User.objects.get().email == TARA


def test_an_address_that_became_somebody_elses_meanwhile_is_not_taken_from_them(client):
    make_person(TARA)
    sign_in(client, TARA)
    client.post(reverse("account_email"), {"email": "sam@leeds.example", "action_add": ""})
    invite("sam@leeds.example")
    answer = client.post(link_in(mails_to("sam@leeds.example")[0]), follow=True)
    assert "cannot be confirmed any more" in answer.content.decode()
    assert set(User.objects.values_list("email", flat=True)) == {TARA, "sam@leeds.example"}


def test_an_old_proof_is_asked_for_again_before_the_address_is_changed(client):
    client.force_login(make_person(TARA))
    answer = client.post(reverse("account_email"), {"email": "tara@new.example", "action_add": ""})
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert client.get(answer.url).status_code == 200
    assert client.post(answer.url, {"password": OTHER_PASSWORD}).context["form"].errors
    client.post(answer.url, {"password": PASSWORD})
    assert mails_to("tara@new.example")  # what was asked goes on by itself


def test_own_name_is_changed_folded_and_recorded_beside_the_chain(client):
    person = make_person(TARA)
    client.force_login(person)
    page = client.post(reverse("accounts:profile"), {"full_name": " ", "preferred_name": "T"})
    assert page.status_code == 422
    answer = client.post(reverse("accounts:profile"), {"full_name": "Tára  Ó Briain", "preferred_name": "Tara"})
    assert answer.url == reverse("accounts:profile")
    person.refresh_from_db()
    assert (person.full_name, person.sort_name) == ("Tára Ó Briain", "tara o briain")
    assert person.greeting_name == "Tara"
    words = AuditWords.objects.get(event__action="accounts.name.changed").text
    assert words["was"] == {"full_name": "Tara Khan", "preferred_name": ""}


def test_the_same_name_saved_again_leaves_no_trace(client):
    client.force_login(make_person(TARA))
    same = client.post(reverse("accounts:profile"), {"full_name": " Tara  Khan ", "preferred_name": ""}, follow=True)
    assert "Nothing was changed: your name stands as it was." in same.text
    assert not AuditWords.objects.filter(event__action="accounts.name.changed").exists()


def test_signed_out_people_are_sent_to_the_sign_in_page_and_back(client):
    answer = client.get(reverse("accounts:profile"))
    assert answer.url == f"{reverse('account_login')}?next={reverse('accounts:profile')}"


def test_sign_out_everywhere_else_keeps_this_session_only(client):
    person = make_person(TARA)
    other = Client()
    for browser in (client, other):
        sign_in(browser, TARA)
    client.post(reverse("accounts:sign_out_elsewhere"))
    assert is_in(client)
    assert not is_in(other)
    assert acted(person)[-1] == "accounts.sessions.ended"


def test_a_deactivated_person_is_out_with_the_next_request_and_comes_back_as_before(client):
    person, office = make_person(TARA), make_person("olga@office.example", "Olga Reid")
    sign_in(client, TARA)
    actions.deactivate(person=person, reason="Left the scheme", by=office, now=NOW)
    assert not is_in(client)
    actions.reactivate(person=person, reason="Came back", by=office, now=NOW)
    assert not is_in(client)
    sign_in(client, TARA)
    assert is_in(client)


LONG = "x" * 64 + "@" + ".".join(["y" * 60] * 4) + ".example"


@pytest.mark.parametrize("email", [LONG, "tara", "", "tara@leeds.example\x00", "ta\u202era@leeds.example"])
def test_what_is_no_address_is_said_beside_the_field_wherever_it_is_typed(client, email):
    client.force_login(make_person(TARA))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    answers = [
        client.post(reverse("account_email"), {"email": email, "action_add": ""}),
        forget(Client(), email),
        Client().post(reverse("account_signup"), {"email": email, "full_name": "T", "password1": PASSWORD}),
        Client().post(reverse("accounts:ask_again"), {"email": email}),
    ]
    for answer in answers:
        assert "email" in answer.context["form"].errors
    assert sign_in(Client(), email).context["form"].errors
    assert not AccountMail.objects.exists()
