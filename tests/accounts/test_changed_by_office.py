"""The office puts another address in the place of one that somebody lost (quality rule 15)."""

from __future__ import annotations

import json
import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from ctts.accounts import actions, queries
from ctts.accounts.actions.by_office import AddressChange
from ctts.accounts.models import AccountMail, User
from ctts.accounts.sealing import unseal
from ctts.audit.models import AuditEvent
from ctts.common import clock
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from tests.applications.world import signed_in
from tests.cast import Cast, at, make_cast

pytestmark = pytest.mark.django_db
NOW = at(2026, 5, 4)
CHECK = "Called back on the number of the centre."
NEW = "sam.new@example.org"


@pytest.fixture
def cast() -> Cast:
    clock.set_offset(at=NOW)
    return make_cast()


def change(cast, email=NEW, check=CHECK, by=None, person=None) -> AddressChange:
    given = {"email": email, "identity_check": check, "by": by or cast.olive, "now": NOW}
    return actions.change_address(person=person or cast.sam, **given)


def text_of(mail: AccountMail) -> str:
    return json.loads(unseal(mail.sealed))["text"]


def test_the_old_address_counts_until_the_new_one_is_proved(cast):
    wanted = change(cast, " Sam.New@example.org ").proof
    assert (wanted.email, wanted.verified, wanted.primary) == (NEW, False, False)
    assert User.objects.get(pk=cast.sam.pk).email == "sam@example.org"
    told = AccountMail.objects.get(kind="accounts.address_changed")
    assert told.to == "sam@example.org" and NEW in text_of(told)
    event = AuditEvent.objects.get(action="accounts.email.changed_by_office")
    assert event.actor_id == cast.olive.pk
    change(cast, "sam.newer@example.org")
    waiting = EmailAddress.objects.filter(verified=False).values_list("email", flat=True)
    assert list(waiting) == ["sam.newer@example.org"]


@pytest.mark.parametrize(
    ("email", "check", "words", "field"),
    [
        (NEW, " ", "made sure who asked", "identity_check"),
        ("SAM@example.org", CHECK, "their address already", "email"),
        ("sue@example.org", CHECK, "belongs to another account", "email"),
    ],
)
def test_an_address_that_cannot_be(cast, email, check, words, field):
    with pytest.raises(Invalid, match=words) as refused:
        change(cast, email, check)
    assert refused.value.field == field and not EmailAddress.objects.filter(verified=False).exists()


def test_nobody_changes_their_own_and_nobody_one_that_is_closed(cast):
    with pytest.raises(NotAllowed, match="Somebody else"):
        change(cast, person=cast.olive)
    actions.deactivate(person=cast.sam, reason="Left", by=cast.olive, now=NOW)
    with pytest.raises(TooLate, match="deactivated"):
        change(cast)


def test_the_address_of_a_member_of_the_office_is_their_own_to_change(cast):
    """With it one member could sign in as another, and be the second that confirms their own proposal."""
    olive, address = signed_in(cast.olive), reverse("organisations:change_address", args=[cast.oscar.pk])
    assert olive.get(address).status_code == 403
    assert olive.post(address, {"email": NEW, "identity_check": CHECK}).status_code == 403
    assert b"changes their own address" in olive.get(reverse("organisations:person", args=[cast.oscar.pk])).content
    assert not EmailAddress.objects.filter(verified=False).exists()


def test_the_link_in_the_mail_puts_the_new_address_in_its_place(cast):
    olive, address = signed_in(cast.olive), reverse("organisations:change_address", args=[cast.sam.pk])
    assert b"Change the e-mail address" in olive.get(address).content
    refused = olive.post(address, {"email": "no address", "identity_check": CHECK})
    assert refused.status_code == 422 and CHECK in refused.content.decode()
    assert olive.post(address, {"email": NEW, "identity_check": CHECK}).status_code == 303
    person = reverse("organisations:person", args=[cast.sam.pk])
    assert b"Waits to be proved" in olive.get(person).content
    found = re.search(r"/account/confirm-email/[-:\w]+/", text_of(AccountMail.objects.get(to=NEW)))
    assert found is not None
    anyone = Client()
    assert anyone.get(found[0]).status_code == 200 and User.objects.get(pk=cast.sam.pk).email != NEW
    anyone.post(found[0])
    assert User.objects.get(pk=cast.sam.pk).email == NEW
    assert b"Waits to be proved" not in olive.get(person).content
    assert list(EmailAddress.objects.filter(user=cast.sam).values_list("email", "verified")) == [(NEW, True)]


def test_a_link_that_was_used_or_replaced_says_so_and_is_gone(cast):
    olive, address = signed_in(cast.olive), reverse("organisations:change_address", args=[cast.sam.pk])
    olive.post(address, {"email": NEW, "identity_check": CHECK})
    [link] = re.findall(r"/account/confirm-email/[-:\w]+/", text_of(AccountMail.objects.get(to=NEW)))
    assert Client().get(link).status_code == 200
    olive.post(address, {"email": "sam.newer@example.org", "identity_check": CHECK})
    for gone in (link, "/account/confirm-email/nothing:such/"):
        for answer in (Client().get(gone), Client().post(gone)):
            assert answer.status_code == 410 and b"used or is too old" in answer.content
    assert User.objects.get(pk=cast.sam.pk).email == "sam@example.org"


@pytest.mark.parametrize("way", ["deactivate", "close_duplicate"])
def test_an_address_that_waits_is_dropped_with_the_account_and_its_link_opens_nothing(cast, way):
    olive, address = signed_in(cast.olive), reverse("organisations:change_address", args=[cast.sam.pk])
    olive.post(address, {"email": NEW, "identity_check": CHECK})
    [link] = re.findall(r"/account/confirm-email/[-:\w]+/", text_of(AccountMail.objects.get(to=NEW)))
    page = olive.get(reverse("organisations:deactivate", args=[cast.sam.pk])).text
    assert f"{NEW}, which waits to be proved, is dropped" in page
    if way == "deactivate":
        actions.deactivate(person=cast.sam, reason="Left", by=cast.olive, now=NOW)
    else:
        actions.close_duplicate(duplicate=cast.sam, kept=cast.sid, reason="One person", by=cast.olive, now=NOW)
    for answer in (Client().get(link), Client().post(link)):
        assert answer.status_code == 410
    assert User.objects.get(pk=cast.sam.pk).email == "sam@example.org" and queries.address_to_prove(cast.sam) == ""


def test_the_first_address_of_a_closed_account_is_proved_by_nobody(cast):
    zed = User.objects.enter(email="zed@example.org", full_name="Zed Moore", password="spanner-otter-91", now=NOW)
    Client().post(reverse("account_login"), {"login": zed.email, "password": "spanner-otter-91"})
    [link] = re.findall(r"/account/confirm-email/[-:\w]+/", text_of(AccountMail.objects.get(to=zed.email)))
    actions.deactivate(person=zed, reason="A mistake", by=cast.olive, now=NOW)
    answer = Client().post(link, follow=True)
    assert "cannot be confirmed any more" in answer.text and not EmailAddress.objects.get(user=zed).verified


def test_of_two_who_change_an_address_the_second_sees_the_first(cast):
    olive, address = signed_in(cast.olive), reverse("organisations:change_address", args=[cast.sam.pk])
    stale = olive.get(address).context["form"]["seen"].value()
    change(cast, by=cast.oscar)
    typed = {"email": "sam.other@example.org", "identity_check": CHECK, "seen": stale}
    late = olive.post(address, typed)
    assert late.status_code == 409 and CHECK in late.text and "sam.other@example.org" in late.text
    assert f"it is sam@example.org, and {NEW} waits to be proved" in late.text
    again = {**typed, "seen": olive.get(address).context["form"]["seen"].value()}
    assert olive.post(address, again).status_code == 303


def test_the_invitation_that_went_to_a_mistyped_address_opens_nothing_any_more(cast):
    """Whoever has the mistyped address is a stranger: they neither come in nor read the right one (quality rule 15)."""
    given = {"full_name": "Zed Moore", "purpose": "to the scheme", "by": cast.olive, "now": NOW}
    zed, invitation = actions.invite(email="zed@x.example", **given)
    link = queries.invitation_path(invitation)
    olive, address = signed_in(cast.olive), reverse("organisations:change_address", args=[zed.pk])
    assert b"the invitation goes there anew" in olive.get(address).content
    answer = olive.post(address, {"email": "zed@example.org", "identity_check": CHECK}, follow=True)
    assert b"A new invitation goes to the new address" in answer.content
    assert Client().get(link).status_code == 410
    assert not AccountMail.objects.filter(to="zed@x.example").exists()
    [sent] = AccountMail.objects.filter(to="zed@example.org")
    assert (sent.kind, User.objects.get(pk=zed.pk).email) == ("accounts.invitation_again", "zed@example.org")
    browser = Client()
    come = browser.get(queries.invitation_path(sent.invitation), follow=True)
    assert come.status_code == 200 and b"zed@example.org" in come.content
