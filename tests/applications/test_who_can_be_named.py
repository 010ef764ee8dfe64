"""Who can be named as Training Supervisor, and what naming somebody does to their account (A2, E4, quality rule 15)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from applications import actions
from applications.states import ApplicationState as S
from ctts.accounts.actions import give_second_factor
from ctts.accounts.models import User
from ctts.common.verdict import Invalid
from ctts.home.queries import areas_of
from ctts.organisations.actions import grant
from ctts.organisations.states import Role
from tests.applications import world
from tests.applications.world import NOW, SECRET, signed_in
from tests.cast import START

REFUSED = "This address cannot be used here. Ask your supervisor for another of theirs"


def name(cast, application, person):
    given = {"by": application.applicant, "now": NOW, "application_id": application.pk}
    return actions.name_supervisor(**given, name=person.full_name, email=person.email.upper())


@pytest.mark.parametrize("comes_to", [world.filled, world.handed_over, world.accepted])
def test_E4_nobody_who_applies_or_trains_is_named(cast, comes_to):
    comes_to(cast, "bristol")
    with pytest.raises(Invalid, match=REFUSED) as refused:
        name(cast, world.filled(cast), cast.abe)
    assert refused.value.field == "email"


def test_E4_somebody_who_applies_after_they_were_named_is_not_handed_the_application(cast, filled):
    application = filled
    name(cast, application, cast.abe)
    world.filled(cast, "bristol")
    with pytest.raises(Invalid, match=REFUSED):
        actions.ask_supervisor(by=cast.ann, now=NOW, application_id=application.pk)
    assert world.refresh(application).state == S.DRAFT


def test_A2_whoever_withdrew_or_was_made_a_supervisor_by_the_office_can_be_named(cast):
    other = world.filled(cast, "bristol")
    actions.withdraw(by=cast.abe, now=NOW, application_id=other.pk)
    application = world.filled(cast)
    assert name(cast, application, cast.abe).supervisor_name == "Abe Lawal"
    world.filled(cast, "bristol", NOW + timedelta(hours=1))
    grant(by=cast.olive, now=NOW, person=cast.abe, role=Role.SUPERVISOR, organisation=cast.bristol)
    assert name(cast, application, User.objects.get(pk=cast.abe.pk)).supervisor_name == "Abe Lawal"


def test_Q15_being_named_shuts_nobodys_account_and_confirming_needs_the_second_factor(cast, filled):
    application = filled
    name(cast, application, cast.nobody)
    actions.ask_supervisor(by=cast.ann, now=NOW, application_id=application.pk)
    named = User.objects.get(pk=cast.nobody.pk)
    assert not named.second_factor_required
    browser, page = signed_in(named), reverse("applications:confirm", args=[application.pk])
    assert browser.get(reverse("home:dashboard")).status_code == 200
    for address in (page, reverse("applications:give_back", args=[application.pk])):
        assert browser.get(address)["Location"] == browser.post(address)["Location"] == reverse("mfa_activate_totp")
    give_second_factor(person=named, secret=SECRET, by=None, now=START)
    assert signed_in(named).get(page).status_code == 200
    world.confirm(world.refresh(application))
    assert User.objects.get(pk=named.pk).second_factor_required


def test_A2_whoever_is_named_finds_what_to_support_in_the_menu_before_they_have_the_role(cast, filled):
    def menu(person):
        return [area.label for area in areas_of(User.objects.get(pk=person.pk), NOW.date(), "/")]

    assert "Applications to support" not in menu(cast.nobody) and "Applications to support" in menu(cast.sam)
    name(cast, filled, cast.nobody)
    actions.ask_supervisor(by=cast.ann, now=NOW, application_id=filled.pk)
    assert "Applications to support" in menu(cast.nobody) and "My trainees" not in menu(cast.nobody)
