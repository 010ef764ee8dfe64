"""Who is meant and who hears as people change: a supervisor's address, the role of a reviewer (A2, A4)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from applications import actions, queries
from ctts.accounts.actions import change_address
from ctts.accounts.models import Invitation, User
from ctts.accounts.queries import invitation_path
from ctts.common.verdict import TooLate
from ctts.organisations import actions as organisations
from ctts.organisations.models import Affiliation
from ctts.organisations.states import Role
from tests.applications import world
from tests.applications.test_handing_in import confirm, hand_over, mails, page, reply
from tests.applications.test_objections import object_to
from tests.applications.world import NOW
from tests.office import browser_of


def test_A2_a_supervisor_whose_address_changed_is_asked_there_when_it_is_handed_over_again(cast, filled):
    application, ann = hand_over(filled), browser_of(cast.ann)
    User.objects.filter(pk=cast.sam.pk).update(email="sam.new@example.org")
    application = world.refresh(application)
    actions.take_back(by=cast.ann, now=NOW, application_id=application.pk)
    assert "sam.new@example.org" in ann.get(page("part", application.pk, "supervisor")).text
    before = ann.get(page("hand_over", application.pk)).text
    assert "sam.new@example.org" in before and "sam@example.org" not in before
    application = hand_over(world.refresh(application))
    assert application.supervisor == cast.sam and not User.objects.filter(email="sam@example.org").exists()


def test_A2_a_mistyped_address_that_the_office_set_right_stays_right(cast, filled):
    application, wrong, right = filled, "sam.patel@hops.example", "sam.patel@hospital.example"
    given = {"by": cast.ann, "now": NOW, "application_id": application.pk}
    actions.name_supervisor(**given, name="Sam Patel", email=wrong)
    named = hand_over(world.refresh(application)).supervisor
    check = "Called back on the number of the hospital."
    change_address(person=named, email=right, identity_check=check, by=cast.olive, now=NOW)
    actions.take_back(**given)
    shown = browser_of(cast.ann).get(page("part", application.pk, "supervisor"))
    assert shown.context["form"]["email"].value() == right
    actions.name_supervisor(**given, name="Dr Sam Patel", email=right)
    again = Invitation.objects.get(person=named, replaced_at=None)
    assert again.invited_by == cast.ann  # whoever sends the link anew, Ann asks for it
    assert hand_over(world.refresh(application)).supervisor == named
    come = Client().get(invitation_path(Invitation.objects.filter(person=named).last()), follow=True).content.decode()
    assert "Ann Archer invites you" in come and "does not ask you" not in come
    assert not User.objects.filter(email=wrong).exists()
    assert wrong not in browser_of(cast.ann).get(page("status", application.pk)).text


@pytest.mark.parametrize("left", ["the office", "for the centre"])
def test_A4_what_follows_is_not_mailed_to_somebody_who_may_not_review_it_any_more(cast, asked, left):
    given = {"by": None, "now": NOW, "person": cast.olive}
    if left == "the office":
        Affiliation.objects.filter(person=cast.olive).update(ends_on=NOW.date() - timedelta(days=1))
    else:
        organisations.grant(**given, role=Role.TRAINER, organisation=asked.centre)
    asked = world.refresh(asked)
    reply(asked)
    assert mails()[-1] == ("answered", "Oscar")
    page_of = browser_of(cast.oscar).get(page("review", asked.pk)).text
    assert "Olive Ong (scheme office)" not in page_of and "A colleague has claimed" not in page_of
    object_to(world.refresh(asked), cast.cora)
    actions.withdraw(by=cast.ann, now=NOW, application_id=asked.pk)
    assert ("objected", "Oscar") in mails() and not {("objected", "Olive"), ("withdrawn", "Olive")} & set(mails())


def test_A2_a_supervisor_who_applies_themselves_by_now_returns_it_and_does_not_confirm(cast, filled):
    application = hand_over(filled)
    actions.start_application(by=cast.sam, now=NOW)
    Affiliation.objects.filter(person=cast.sam).update(ends_on=NOW.date() - timedelta(days=1))
    with pytest.raises(TooLate, match="You apply to the scheme or train in it yourself"):
        confirm(application, cast.sam)
    shown = browser_of(cast.sam).get(page("confirm", application.pk)).text
    assert "you cannot be a Training Supervisor" in shown and "Confirm and sign" not in shown
    given = {"by": cast.sam, "now": NOW, "application_id": application.pk, "authentication": world.proof()}
    actions.return_to_applicant(**given, seen=queries.shown_digest(application), reason="I apply myself.")


def test_A4_whoever_of_the_office_applies_hears_nothing_as_the_office(cast, filled):
    organisations.grant(by=None, now=NOW, person=cast.ann, role=Role.OFFICE, organisation=None)
    EmailAddress.objects.get_or_create(
        user=cast.ann, email=cast.ann.email, defaults={"verified": True, "primary": True}
    )
    application = confirm(hand_over(filled), cast.sam)
    assert [name for kind, name in mails() if kind == "arrived"] == ["Olive", "Oscar"]
    object_to(world.refresh(application), cast.cora)
    assert ("objected", "Ann") not in mails()
