"""Roles are dated rows: who holds what where, who may give it, and what the database refuses (C2, quality rule 15)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from ctts.accounts import actions as accounts
from ctts.accounts.invited import not_asked_any_more
from ctts.accounts.models import Invitation, User
from ctts.audit.models import AuditEvent
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.notifications.models import Message
from ctts.organisations import access, actions, queries
from ctts.organisations.models import Affiliation, Organisation
from ctts.organisations.states import Kind, Nation, Role
from tests.cast import Cast, at, make_cast

pytestmark = pytest.mark.django_db
NOW = at(2026, 5, 4)
TODAY = date(2026, 5, 4)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_C2_one_person_may_be_supervisor_and_coordinator_of_a_small_centre(cast):
    assert access.holds(cast.sid, Role.SUPERVISOR, TODAY, at=cast.leeds.pk)
    assert access.holds(cast.sid, Role.COORDINATOR, TODAY, at=cast.leeds.pk)
    assert not access.holds(cast.sid, Role.SUPERVISOR, TODAY, at=cast.bristol.pk)


def test_people_of_a_role_at_one_centre_by_name(cast):
    assert list(queries.people_with(Role.SUPERVISOR, TODAY, cast.leeds.pk)) == [cast.sam, cast.sid]
    assert list(queries.people_with(Role.OFFICE, TODAY)) == [cast.olive, cast.oscar]


def test_a_role_holds_through_its_last_day(cast):
    affiliation = Affiliation.objects.get(person=cast.sam)
    actions.end_role(by=cast.olive, now=NOW, affiliation_id=affiliation.pk, ends_on=TODAY)
    assert access.holds(cast.sam, Role.SUPERVISOR, TODAY)
    assert not access.holds(cast.sam, Role.SUPERVISOR, TODAY + timedelta(days=1))


def test_days_on_which_a_role_is_held_already_are_not_given_again(cast):
    given = {"by": cast.olive, "now": NOW, "person": cast.nobody, "role": Role.ADJUSTMENTS}
    actions.grant(**given, starts_on=TODAY + timedelta(days=5), ends_on=TODAY + timedelta(days=10))
    with pytest.raises(Invalid, match=r"from 9.May.2026 through 14.May.2026: choose a first day after it"):
        actions.grant(**given)
    assert actions.grant(**given, ends_on=TODAY + timedelta(days=4))


def test_a_role_given_now_acts_on_the_next_request(cast):
    access.held_by(cast.nobody, TODAY)
    actions.grant(by=cast.olive, now=NOW, person=cast.nobody, role=Role.MODERATOR)
    assert access.holds(cast.nobody, Role.MODERATOR, TODAY)
    assert User.objects.get(pk=cast.nobody.pk).second_factor_required


def test_an_inactive_person_holds_nothing(cast):
    cast.olive.is_active = False
    assert access.held_by(cast.olive, TODAY) == frozenset()


def test_nobody_grants_to_themselves(cast):
    with pytest.raises(NotAllowed, match="role of their own"):
        actions.grant(by=cast.olive, now=NOW, person=cast.olive, role=Role.MODERATOR)


def test_the_database_refuses_a_role_granted_to_oneself(cast):
    with pytest.raises(IntegrityError, match="nobody_grants_to_themselves"), transaction.atomic():
        Affiliation.objects.create(
            person=cast.olive, role=Role.MODERATOR, starts_on=TODAY, granted_by=cast.olive, granted_at=NOW
        )


def test_only_the_office_grants(cast):
    with pytest.raises(NotAllowed, match="scheme office"):
        actions.grant(by=cast.cora, now=NOW, person=cast.tara, role=Role.TRAINER, organisation=cast.leeds)


def test_a_role_is_held_at_its_kind_of_place(cast):
    with pytest.raises(Invalid, match="held for the scheme"):
        actions.grant(by=cast.olive, now=NOW, person=cast.tara, role=Role.OFFICE, organisation=cast.leeds)
    with pytest.raises(Invalid, match="held at an organisation"):
        actions.grant(by=cast.olive, now=NOW, person=cast.tara, role=Role.TRAINER)


def test_the_same_role_twice_is_an_error_of_the_role(cast):
    with pytest.raises(Invalid, match="Sam Patel holds this role already") as refused:
        actions.grant(by=cast.olive, now=NOW, person=cast.sam, role=Role.SUPERVISOR, organisation=cast.leeds)
    assert refused.value.field == "role"


def test_an_ended_role_cannot_be_ended_again_nor_before_it_began(cast):
    affiliation = Affiliation.objects.get(person=cast.sue)
    with pytest.raises(Invalid, match="before the first"):
        actions.end_role(by=cast.olive, now=NOW, affiliation_id=affiliation.pk, ends_on=date(2020, 1, 1))
    actions.end_role(by=cast.olive, now=NOW, affiliation_id=affiliation.pk, ends_on=TODAY)
    with pytest.raises(TooLate, match="last day already"):
        actions.end_role(by=cast.olive, now=NOW, affiliation_id=affiliation.pk, ends_on=TODAY)
    later = TODAY + timedelta(days=1)  # on its last day it can still be moved
    actions.end_role(by=cast.olive, now=NOW, affiliation_id=affiliation.pk, ends_on=later)
    with pytest.raises(TooLate, match="ended already"):
        after = NOW + timedelta(days=2)
        actions.end_role(by=cast.olive, now=after, affiliation_id=affiliation.pk, ends_on=later)


def test_C2_a_role_that_has_not_begun_is_called_off_once_and_then_never_held(cast):
    later = TODAY + timedelta(days=9)
    given = {"person": cast.nobody, "role": Role.TRAINER, "organisation": cast.leeds, "starts_on": later}
    role = actions.grant(by=cast.olive, now=NOW, **given)
    with pytest.raises(Invalid, match="Call the role off instead"):
        actions.end_role(by=cast.olive, now=NOW, affiliation_id=role.pk, ends_on=TODAY)
    for by in (cast.nobody, cast.sam):
        with pytest.raises(NotAllowed):
            actions.call_off_role(by=by, now=NOW, affiliation_id=role.pk)
    off = {"by": cast.olive, "now": NOW, "affiliation_id": role.pk}
    assert actions.call_off_role(**off).last_day == later - timedelta(days=1)
    assert not Affiliation.objects.filter(pk=role.pk).exists() and Affiliation.every.get(pk=role.pk).called_off_at
    for again in (actions.call_off_role, lambda **known: actions.end_role(**known, ends_on=later)):
        with pytest.raises(TooLate, match="called off"):
            again(**off)
    assert AuditEvent.objects.filter(action="organisations.role.called_off", object_id=role.pk).count() == 1
    actions.grant(by=cast.olive, now=NOW, **given)  # the days are free again


def test_C2_a_role_that_has_begun_is_not_called_off(cast):
    role = Affiliation.objects.get(person=cast.sue)
    with pytest.raises(TooLate, match="has begun"):
        actions.call_off_role(by=cast.olive, now=NOW, affiliation_id=role.pk)
    with pytest.raises(DatabaseError, match="a role that has begun ends"), transaction.atomic():
        Affiliation.objects.filter(pk=role.pk).update(called_off_at=NOW)


def test_N_whoever_was_invited_to_a_role_hears_that_it_is_called_off(cast):
    """Nia was invited to train at Leeds from June on; Nora, who is here already, was only given a role."""
    later = {"role": Role.TRAINER, "organisation": cast.leeds, "starts_on": TODAY + timedelta(days=30)}
    nia = actions.invite_with_role(by=cast.olive, now=NOW, email="nia@example.org", full_name="Nia Rees", **later)
    link = Invitation.objects.get(person=nia.person)
    assert not_asked_any_more(link) == ""
    nora = actions.grant(by=cast.olive, now=NOW, person=cast.nobody, **later)
    for held in (nia, nora):
        actions.call_off_role(by=cast.olive, now=NOW, affiliation_id=held.pk)
    mail = Message.objects.get(kind="organisations.role_called_off")
    assert mail.to == nia.person and mail.subject.startswith("Called off: Trainer, Leeds Teaching Hospital from 3 June")
    assert not_asked_any_more(link).startswith("The scheme office called off the role that it invited you to.")
    actions.grant(by=cast.olive, now=NOW, person=nia.person, **later)
    assert not_asked_any_more(link) == ""  # called off by a slip


def test_other_invitations_say_nothing_of_a_role_called_off(cast):
    invited = accounts.invite(
        email="nia@example.org", full_name="Nia Rees", purpose="to confirm", by=cast.olive, now=NOW
    )
    later = TODAY + timedelta(days=9)
    held = actions.grant(by=cast.olive, now=NOW, person=invited.person, role=Role.MODERATOR, starts_on=later)
    actions.call_off_role(by=cast.olive, now=NOW, affiliation_id=held.pk)
    assert not_asked_any_more(invited.invitation) == ""


def test_the_database_keeps_a_role_called_off(cast):
    given = {"person": cast.nobody, "role": Role.MODERATOR, "starts_on": TODAY + timedelta(days=9)}
    role = actions.grant(by=cast.olive, now=NOW, **given)
    actions.call_off_role(by=cast.olive, now=NOW, affiliation_id=role.pk)
    with pytest.raises(DatabaseError, match="called off stays so"), transaction.atomic():
        Affiliation.every.filter(pk=role.pk).update(called_off_at=None)


def test_history_is_kept_by_the_database(cast):
    for statement in (
        "delete from organisations_affiliation",
        "update organisations_affiliation set role = 'trainer' where role = 'supervisor'",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_every_change_of_a_role_is_on_the_audit(cast):
    affiliation = actions.grant(by=cast.olive, now=NOW, person=cast.nobody, role=Role.MODERATOR)
    actions.end_role(by=cast.oscar, now=NOW, affiliation_id=affiliation.pk, ends_on=TODAY)
    entries = AuditEvent.objects.filter(object="organisations.affiliation", object_id=affiliation.pk)
    assert list(entries.order_by("seq").values_list("action", "actor_id")) == [
        ("organisations.role.granted", cast.olive.pk),
        ("organisations.role.ended", cast.oscar.pk),
    ]


def test_a_role_guard_lets_in_holders_only(cast):
    guard = access.role_guard(Role.SUPERVISOR, Role.COORDINATOR)
    assert guard.name == "role: supervisor, coordinator"
    assert guard.check(cast.cora, NOW)
    assert guard.check(cast.tara, NOW).reason == "This page is for: Training Supervisor or Training Co-ordinator."


def open_york(by, code="YRK"):
    return actions.open_organisation(
        by=by, now=NOW, code=code, name="York", kind=Kind.CENTRE, nation=Nation.WALES, site_name="Main"
    )


def test_the_office_opens_a_centre_with_its_first_site(cast):
    york = open_york(cast.olive)
    assert queries.nation_of(york) is Nation.WALES
    assert york in queries.centres()
    assert AuditEvent.objects.get(object_id=york.pk, action="organisations.organisation.opened").actor_id
    with pytest.raises(Invalid, match="has this code"):
        open_york(cast.olive)
    with pytest.raises(NotAllowed, match="scheme office"):
        open_york(cast.sam, code="YK2")


def test_a_centre_without_a_site_keeps_englands_working_days():
    assert queries.nation_of(Organisation.objects.create(code="X", name="X", kind=Kind.CENTRE)) is Nation.ENGLAND


def test_workplaces_and_second_factor_follow_the_roles(cast):
    assert access.workplaces_of(cast.mona, TODAY) == {cast.leeds.pk}
    assert access.organisations_where(cast.sid, [Role.COORDINATOR], TODAY) == {cast.leeds.pk}
    assert access.needs_second_factor(cast.mona, TODAY)
    assert not access.needs_second_factor(cast.tara, TODAY)


# --- two of the office are left (decision 11) ---


def third_member(cast) -> User:
    """Ada works in the office as well."""
    Affiliation.objects.create(person=cast.ada, role=Role.OFFICE, starts_on=TODAY, granted_at=NOW)
    return cast.ada


def office_role(person) -> Affiliation:
    return Affiliation.objects.get(person=person, role=Role.OFFICE)


def test_C2_the_role_of_the_office_ends_only_while_two_others_hold_it(cast):
    role = office_role(cast.oscar)
    with pytest.raises(TooLate, match="Two members of the office have to be left"):
        actions.end_role(by=cast.olive, now=NOW, affiliation_id=role.pk, ends_on=TODAY)
    third_member(cast)
    actions.end_role(by=cast.oscar, now=NOW, affiliation_id=office_role(cast.olive).pk, ends_on=TODAY)
    with pytest.raises(TooLate, match="Two members"):
        actions.end_role(by=cast.ada, now=NOW, affiliation_id=role.pk, ends_on=TODAY)
    assert (office_role(cast.olive).ends_on, office_role(cast.oscar).ends_on) == (TODAY, None)


def test_C2_a_colleague_whose_last_day_is_known_does_not_stand_for_the_time_after(cast):
    """Ada leaves in a year: once Oscar left, be it before or with her, Olive would be alone from then on."""
    ada = third_member(cast)
    last_day = date(2027, 4, 30)
    actions.end_role(by=cast.olive, now=NOW, affiliation_id=office_role(ada).pk, ends_on=last_day)
    for ends_on in (TODAY, date(2027, 1, 31), last_day):
        with pytest.raises(TooLate, match="from 1 May 2027 on there would be fewer"):
            actions.end_role(by=cast.olive, now=NOW, affiliation_id=office_role(cast.oscar).pk, ends_on=ends_on)
    actions.end_role(by=cast.olive, now=NOW, affiliation_id=office_role(ada).pk, ends_on=TODAY)


def test_C2_access_of_the_office_ends_only_while_two_others_have_it(cast):
    given = {"by": cast.olive, "now": NOW, "reason": "Left the body."}
    with pytest.raises(TooLate, match="Two members"):
        actions.end_access(person=cast.oscar, **given)
    third_member(cast)
    assert not actions.end_access(person=cast.oscar, **given).is_active
    assert not actions.end_access(person=cast.sam, **given).is_active
    with pytest.raises(NotAllowed):
        actions.end_access(person=cast.olive, **given)
