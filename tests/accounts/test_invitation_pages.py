"""Opening an account by invitation: GET changes nothing, the link is spent once, and nothing else opens it."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from ctts.accounts import actions
from ctts.accounts.models import AccountMail, Invitation, User
from ctts.accounts.queries import invitation_path
from ctts.common.clock import set_offset
from tests.accounts.people import (
    NOW,
    OTHER_PASSWORD,
    PASSWORD,
    accept,
    acted,
    invite,
    is_in,
    make_person,
    sign_in,
)

pytestmark = pytest.mark.django_db
SAM = "sam@leeds.example"


@pytest.fixture(autouse=True)
def _in_march(db):
    set_offset(at=NOW + timedelta(hours=1))


def test_invited_person_reads_who_invites_sets_a_password_and_signs_in(client):
    office = make_person("olga@office.example", "Olga Reid")
    invitation = invite(by=office)
    arrived = client.get(invitation_path(invitation))
    assert (arrived.url, arrived["Referrer-Policy"]) == (
        reverse("accounts:accept", args=[invitation.pk]),
        "no-referrer",
    )
    text = client.get(arrived.url).content.decode()
    assert "Olga Reid invites you" in text
    assert "to supervise Tara Khan" in text
    assert "no-store" in arrived["Cache-Control"]
    invitation.refresh_from_db()
    assert invitation.accepted_at is None
    assert accept(client, invitation).url == reverse("account_login")
    assert not is_in(client)
    sign_in(client, SAM)
    assert is_in(client)
    assert acted(invitation.person) == ["accounts.person.invited", "accounts.invitation.accepted"]


def test_accepting_leaves_nobody_else_signed_in_on_this_machine(client):
    client.force_login(make_person("olga@office.example", "Olga Reid"))
    accept(client, invite())
    assert not is_in(client)


@pytest.mark.parametrize(
    ("password", "again"),
    [
        ("short", "short"),
        (PASSWORD, OTHER_PASSWORD),
        ("sampatel@leeds", "sampatel@leeds"),
        ("Sam Patel 1966", "Sam Patel 1966"),
    ],
)
def test_a_bad_password_is_said_beside_the_field_and_spends_nothing(client, password, again):
    invitation = invite()
    answer = accept(client, invitation, password, again)
    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert f'value="{password}"' not in answer.content.decode()
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


def test_spent_replaced_old_and_forged_links_are_410_with_a_way_on(client):
    spent = invite()
    accept(client, spent)
    replaced = invite("tom@leeds.example", full_name="Tom Reed")
    actions.invite_again(person=replaced.person, by=None, now=NOW)
    old = invite("ida@leeds.example", full_name="Ida Moss", now=NOW - timedelta(days=28))
    forged = invitation_path(invite("eve@leeds.example", full_name="Eve Hill"))[:-2] + "x/"
    strange = [reverse("accounts:invitation", args=[pk, token]) for pk, token in ((0, "x"), (10**30, "é"))]
    for path in [*map(invitation_path, (spent, replaced, old)), forged, *strange]:
        answer = client.get(path)
        assert answer.status_code == 410, path
        assert reverse("accounts:ask_again") in answer.content.decode()
    assert Invitation.objects.filter(accepted_at__isnull=False).count() == 1


def test_a_replayed_link_does_not_change_the_password(client):
    invitation = invite()
    accept(client, invitation)
    assert accept(Client(), invitation, OTHER_PASSWORD).status_code == 410
    sign_in(client, SAM, OTHER_PASSWORD)
    assert not is_in(client)


def test_the_link_dies_when_the_person_came_in_another_way_or_was_deactivated(client):
    invitation = invite()
    person = invitation.person
    EmailAddress.objects.create(user=person, email=SAM, verified=True, primary=True)
    assert client.get(invitation_path(invitation)).status_code == 302  # proved, but still no password
    actions.set_password(person=person, password=OTHER_PASSWORD, by=person, now=NOW)
    assert accept(client, invitation).status_code == 410
    other = invite("tom@leeds.example", full_name="Tom Reed")
    User.objects.filter(pk=other.person_id).update(is_active=False)
    assert accept(client, other).status_code == 410


def test_asking_for_a_new_link_answers_the_same_for_all_and_mails_only_who_waits(client):
    waiting = invite()
    make_person("tara@leeds.example")
    answers = {
        email: client.post(reverse("accounts:ask_again"), {"email": email})
        for email in (SAM, "tara@leeds.example", "nobody@leeds.example")
    }
    pages = {answer.content.replace(b"\n", b"") for answer in answers.values()}
    assert {answer.status_code for answer in answers.values()} == {200}
    assert len(pages) == 1
    assert list(AccountMail.objects.values_list("to", flat=True)) == [SAM]
    assert client.get(invitation_path(waiting)).status_code == 410
    newer = Invitation.objects.get(replaced_at=None)
    assert client.get(invitation_path(newer)).status_code == 302


def test_asking_with_no_address_is_bad_input_and_by_get_not_possible(client):
    assert client.post(reverse("accounts:ask_again"), {"email": "sam"}).status_code == 422
    assert client.get(reverse("accounts:ask_again")).status_code == 405


def test_asking_too_often_is_429(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"reset_password": "20/m/ip,2/m/key"}
    invite()
    codes = [client.post(reverse("accounts:ask_again"), {"email": SAM}).status_code for _ in range(3)]
    assert codes == [200, 200, 429]


def test_who_signed_up_with_an_address_never_proved_loses_it_to_the_invited_owner(client):
    client.post(
        reverse("account_signup"),
        {"email": SAM, "full_name": "Mallory", "password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD},
    )
    invitation = invite(now=NOW + timedelta(minutes=5))
    accept(client, invitation)
    owner = User.objects.get()
    assert owner.full_name == "Sam Patel"
    for password, opens in ((OTHER_PASSWORD, False), (PASSWORD, True)):
        browser = Client()
        sign_in(browser, SAM, password)
        assert is_in(browser) is opens


def test_an_invited_supervisor_comes_no_further_than_setting_up_the_second_factor(client):
    invitation = invite(second_factor_required=True)
    accept(client, invitation)
    sign_in(client, SAM)
    answer = client.get(reverse("accounts:profile"))
    assert answer.url == reverse("mfa_activate_totp")
    assert client.get(answer.url).status_code == 200


def test_two_invitations_in_one_browser_open_each_its_own_account(client):
    first, second = invite(), invite(email="sue@example.org", full_name="Sue Whittaker")
    for one in (first, second):
        client.get(invitation_path(one))
    given = {"password1": PASSWORD, "password2": PASSWORD}
    assert client.post(reverse("accounts:accept", args=[first.pk]), given).status_code == 303
    assert [one.has_usable_password() for one in User.objects.order_by("pk")] == [True, False]


def test_the_form_opens_only_for_who_came_with_a_link_and_only_while_the_link_lives(client):
    given = {"password1": PASSWORD, "password2": PASSWORD}
    invitation = invite()
    address = reverse("accounts:accept", args=[invitation.pk])
    for answer in (client.get(address), client.post(address, given)):
        assert answer.status_code == 404
    client.get(invitation_path(invitation))
    actions.invite_again(person=invitation.person, by=None, now=NOW)
    assert client.post(address, given).status_code == 410
    assert not User.objects.get().has_usable_password()
