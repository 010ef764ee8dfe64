"""The role of the scheme office is given by two of its members (quality rule 15)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from ctts.accounts.invited import not_asked_any_more
from ctts.accounts.models import Invitation, User
from ctts.audit.models import AuditEvent
from ctts.common import clock
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.notifications.models import Message
from ctts.organisations import actions, merging
from ctts.organisations.access import forget_held, holds
from ctts.organisations.models import Affiliation, RoleProposal
from ctts.organisations.states import Role
from ctts.scheme.queries import duties_for
from tests.applications.world import signed_in
from tests.cast import START, Cast, at, make_cast, person

pytestmark = pytest.mark.django_db
NOW = at(2026, 5, 4)
TODAY = date(2026, 5, 4)


@pytest.fixture
def cast() -> Cast:
    clock.set_offset(at=NOW)
    return make_cast()


@pytest.fixture
def proposed(cast) -> RoleProposal:
    """Olive proposes Nora."""
    return actions.propose_for_office(by=cast.olive, now=NOW, person=cast.nobody)


def is_office(someone: User, day: date = TODAY) -> bool:
    forget_held(someone)
    return holds(someone, Role.OFFICE, day)


def to_confirm(someone: User) -> list[str]:
    return [row.about for row in duties_for(someone, TODAY) if row.what == "Confirm a member of the office"]


def test_one_proposes_another_confirms(cast, proposed):
    assert not is_office(cast.nobody)
    assert (to_confirm(cast.olive), to_confirm(cast.oscar)) == ([], ["Nora Body"])
    told = Message.objects.filter(kind="organisations.office_proposed")
    assert {message.to for message in told} == {cast.oscar}
    given = actions.confirm_proposal(by=cast.oscar, now=NOW, proposal_id=proposed.pk)
    assert is_office(cast.nobody) and (given.granted_by, given.starts_on) == (cast.oscar, TODAY)
    assert User.objects.get(pk=cast.nobody.pk).second_factor_required
    kinds = AuditEvent.objects.filter(object="organisations.roleproposal").order_by("seq")
    assert [event.action for event in kinds] == ["organisations.role.proposed", "organisations.role.confirmed"]
    assert to_confirm(cast.oscar) == []


def test_a_role_to_come_begins_on_its_day(cast):
    later = TODAY + timedelta(days=7)
    made = actions.propose_for_office(by=cast.olive, now=NOW, person=cast.nobody, starts_on=later)
    actions.confirm_proposal(by=cast.oscar, now=NOW, proposal_id=made.pk)
    assert not is_office(cast.nobody) and is_office(cast.nobody, later)


def test_who_settles_what(cast, proposed):
    for someone in (cast.sam, cast.mia, cast.nobody):
        with pytest.raises(NotAllowed):
            actions.confirm_proposal(by=someone, now=NOW, proposal_id=proposed.pk)
    with pytest.raises(NotAllowed, match="another member of the office"):
        actions.confirm_proposal(by=cast.olive, now=NOW, proposal_id=proposed.pk)
    with pytest.raises(NotAllowed, match="role of their own"):
        actions.propose_for_office(by=cast.olive, now=NOW, person=cast.olive)
    with pytest.raises(TooLate, match="proposed already"):
        actions.propose_for_office(by=cast.oscar, now=NOW, person=cast.nobody)
    with pytest.raises(Invalid, match="holds this role already"):
        actions.propose_for_office(by=cast.olive, now=NOW, person=cast.oscar)
    refused = actions.refuse_proposal(by=cast.olive, now=NOW, proposal_id=proposed.pk)
    assert (refused.confirmed, refused.settled_by) == (False, cast.olive)
    assert AuditEvent.objects.filter(action="organisations.role.refused").count() == 1
    for act in (actions.confirm_proposal, actions.refuse_proposal):
        with pytest.raises(TooLate, match="settled already"):
            act(by=cast.oscar, now=NOW, proposal_id=proposed.pk)


def test_whoever_is_proposed_settles_nothing_about_themselves(cast, proposed):
    actions.grant(by=None, now=START, person=cast.nobody, role=Role.OFFICE, ends_on=TODAY)
    forget_held(cast.nobody)
    with pytest.raises(NotAllowed, match="about themselves"):
        actions.refuse_proposal(by=cast.nobody, now=NOW, proposal_id=proposed.pk)


def test_one_member_alone_gives_the_role_to_nobody(cast):
    with pytest.raises(Invalid, match="Two members of the office"):
        actions.grant(by=cast.olive, now=NOW, person=cast.nobody, role=Role.OFFICE)
    given = {"person": cast.nobody, "role": "office", "starts_on": TODAY, "granted_at": NOW}
    with pytest.raises(DatabaseError, match="given by two"), transaction.atomic():
        Affiliation.objects.create(**given, granted_by=cast.olive)


@pytest.mark.parametrize("by", ["olive", "nobody"])
def test_the_database_wants_a_second_and_settles_once(cast, proposed, by):
    rows = RoleProposal.objects.filter(pk=proposed.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(settled_at=NOW, settled_by=getattr(cast, by), confirmed=True)
    actions.refuse_proposal(by=cast.oscar, now=NOW, proposal_id=proposed.pk)
    for values in ({"confirmed": True}, {"person": cast.tara}):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**values)
    with pytest.raises(DatabaseError), transaction.atomic():
        proposed.delete()


def test_an_account_of_the_office_is_not_merged_away(cast):
    twin = person("oscar.obi", "Oscar Obi")
    [tie] = merging.ties_of(cast.oscar, TODAY)
    assert "of the scheme office" in tie.words
    made = actions.propose_for_office(by=cast.olive, now=NOW, person=twin, starts_on=TODAY + timedelta(days=9))
    assert merging.ties_of(twin, TODAY) == [tie]
    actions.confirm_proposal(by=cast.oscar, now=NOW, proposal_id=made.pk)
    assert merging.ties_of(twin, TODAY) == [tie]
    with pytest.raises(Invalid, match="of the scheme office"):
        merging.merge(by=cast.olive, now=NOW, duplicate=cast.oscar, kept=twin, reason="Both are his.")


def test_nobody_whose_account_is_closed_gets_a_role(cast):
    User.objects.filter(pk=cast.nobody.pk).update(is_active=False)
    closed = User.objects.get(pk=cast.nobody.pk)
    with pytest.raises(TooLate, match="account is closed"):
        actions.propose_for_office(by=cast.olive, now=NOW, person=closed)
    with pytest.raises(TooLate, match="account is closed"):
        actions.grant(by=cast.olive, now=NOW, person=closed, role=Role.MODERATOR)
    assert signed_in(cast.olive).get(page("grant", closed.pk)).status_code == 409


# --- pages ---


def page(name, *args):
    return reverse(f"organisations:{name}", args=args)


def text(response):
    return " ".join(response.content.decode().split())


def test_the_office_proposes_confirms_and_refuses_on_its_pages(cast):
    olive, oscar = signed_in(cast.olive), signed_in(cast.oscar)
    given = {"role": "office", "starts_on": "2026-05-04"}
    answer = olive.post(page("grant", cast.nobody.pk), given, follow=True)
    assert "Nora Body is proposed. The role begins once a second member" in text(answer)
    assert "You proposed it" in text(answer) and "Take it back" in text(answer)
    made = RoleProposal.objects.get()
    assert "You proposed it" in text(olive.get(page("proposal", made.pk)))
    assert olive.post(page("proposal", made.pk)).status_code == 403
    assert olive.post(page("refuse_proposal", made.pk)).url == page("person", cast.nobody.pk)
    assert olive.get(page("refuse_proposal", made.pk)).status_code == 409
    olive.post(page("grant", cast.nobody.pk), given)
    again = RoleProposal.objects.get(settled_at=None)
    assert "Confirm it" in text(oscar.get(page("person", cast.nobody.pk)))
    assert "Refuse it" in text(oscar.get(page("refuse_proposal", again.pk)))
    assert "Sees every application" in text(oscar.get(page("proposal", again.pk)))
    assert oscar.post(page("proposal", again.pk)).url == page("person", cast.nobody.pk)
    assert is_office(cast.nobody)
    assert oscar.post(page("proposal", again.pk)).status_code == 409


def test_N_whoever_was_invited_to_the_office_hears_when_the_confirmed_role_is_called_off(cast):
    given = {"email": "nia@example.org", "full_name": "Nia Rees", "starts_on": TODAY + timedelta(days=9)}
    made = actions.invite_to_office(by=cast.olive, now=NOW, **given)
    held = actions.confirm_proposal(by=cast.oscar, now=NOW, proposal_id=made.pk)
    actions.call_off_role(by=cast.olive, now=NOW, affiliation_id=held.pk)
    assert Message.objects.get(kind="organisations.role_called_off").to == made.person


def test_somebody_new_is_invited_and_proposed(cast):
    given = {"full_name": "Nia Rees", "email": "nia@example.org", "role": "office", "starts_on": "2026-05-04"}
    answer = signed_in(cast.olive).post(page("invite"), given, follow=True)
    assert "Nia Rees is invited; the mail is on its way. The role begins once" in text(answer)
    nia = User.objects.get(email="nia@example.org")
    assert RoleProposal.objects.get().person == nia and not is_office(nia)
    assert Message.objects.filter(kind="organisations.invited", to=nia).count() == 1
    link, made = Invitation.objects.get(person=nia), RoleProposal.objects.get()
    assert not_asked_any_more(link) == ""
    actions.refuse_proposal(by=cast.oscar, now=NOW, proposal_id=made.pk)
    mail = Message.objects.get(kind="organisations.role_called_off")
    assert mail.to == nia and mail.subject == "Called off: Scheme office from 4 May 2026"
    assert not_asked_any_more(link).startswith("The scheme office called off the role")
    with pytest.raises(NotAllowed):
        actions.invite_to_office(by=cast.sam, now=NOW, email="x@example.org", full_name="Xena Yu")
