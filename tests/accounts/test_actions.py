"""Decisions about accounts: who may, when it is too late, and what the audit keeps of it."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, InternalError, connection, transaction

from ctts.accounts import access, actions, queries
from ctts.accounts.models import AccountMail, Invitation, User
from ctts.audit.models import AuditEvent, AuditWords
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from tests.accounts.people import NOW, OTHER_PASSWORD, PASSWORD, SECRET, acted, invite, make_person, make_supervisor

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=3)


@pytest.fixture
def office():
    return make_person("olga@office.example", "Olga Reid")


def test_an_invited_person_exists_at_once_and_nobody_can_sign_in_as_them(office):
    invitation = invite("Sam@Leeds.Example", by=office, second_factor_required=True)
    person = User.objects.get(email="sam@leeds.example")
    assert not person.has_usable_password()
    assert person.second_factor_required
    assert invitation.expires_at == NOW + timedelta(days=28)
    entry = AuditEvent.objects.get(action="accounts.person.invited")
    assert (entry.actor_id, entry.chain) == (office.pk, f"dossier:{person.pk}")


def test_inviting_again_in_any_case_finds_the_same_person_and_replaces_the_link(office):
    first = invite("sam@leeds.example", by=office)
    second = invite("SAM@leeds.example", by=office, full_name="Samuel Patel", now=LATER)
    assert first.person == second.person
    first.refresh_from_db()
    assert first.replaced_at == LATER
    assert User.objects.get(pk=second.person_id).full_name == "Samuel Patel"


def test_inviting_somebody_who_is_in_gives_no_link_and_changes_nothing_of_theirs(office):
    person = make_person()
    invited = actions.invite(email=person.email, full_name="Other", purpose="to assess", by=office, now=NOW)
    assert invited == (person, None)
    person.refresh_from_db()
    assert person.full_name == "Tara Khan"
    assert person.check_password(PASSWORD)


def test_A1_an_address_that_was_taken_a_moment_ago_makes_no_second_account():
    person = make_person()
    with pytest.raises(TooLate, match="taken a moment ago"):
        actions.sign_up(email=person.email.upper(), full_name="Other", password=PASSWORD, by=None, now=NOW)
    assert User.objects.filter(email=person.email).count() == 1


def test_nobody_invites_themselves_or_somebody_deactivated(office):
    with pytest.raises(Invalid, match="your own address"):
        invite(office.email, by=office)
    User.objects.filter(pk=make_person().pk).update(is_active=False)
    with pytest.raises(Invalid, match="deactivated") as refused:
        invite("tara@leeds.example", by=office)
    assert refused.value.field == "email"


def test_a_second_accept_is_too_late():
    invitation = invite()
    actions.accept_invitation(invitation=invitation, password=PASSWORD, by=invitation.person, now=NOW)
    with pytest.raises(TooLate):
        actions.accept_invitation(invitation=invitation, password=OTHER_PASSWORD, by=invitation.person, now=NOW)
    assert User.objects.get(pk=invitation.person_id).check_password(PASSWORD)


def test_accepting_proves_the_address_and_drops_what_others_only_claimed():
    tara = make_person()
    EmailAddress.objects.create(user=tara, email="sam@leeds.example")
    invitation = invite()
    EmailAddress.objects.create(user=invitation.person, email="old@leeds.example")
    person = actions.accept_invitation(invitation=invitation, password=PASSWORD, by=invitation.person, now=NOW)
    assert access.has_entered(person)
    assert list(EmailAddress.objects.filter(email__contains="sam").values_list("user", "verified")) == [
        (person.pk, True)
    ]
    assert EmailAddress.objects.filter(user=person).count() == 1


def test_a_link_can_be_renewed_until_the_person_came_in(office):
    invitation = invite(by=office)
    newer = actions.invite_again(person=invitation.person, by=office, now=LATER)
    assert (newer.purpose, newer.invited_by) == (invitation.purpose, office)
    assert AccountMail.objects.get().invitation == newer
    actions.accept_invitation(invitation=newer, password=PASSWORD, by=newer.person, now=LATER)
    with pytest.raises(TooLate, match="no invitation to renew"):
        actions.invite_again(person=newer.person, by=office, now=LATER)
    with pytest.raises(TooLate, match="no invitation to renew"):
        actions.invite_again(person=office, by=None, now=LATER)


def test_asking_for_a_link_does_nothing_for_who_is_unknown_in_or_deactivated():
    make_person()
    gone = invite("sam@leeds.example").person
    User.objects.filter(pk=gone.pk).update(is_active=False)
    before = Invitation.objects.count()
    for email in ("nobody@leeds.example", "tara@leeds.example", "sam@leeds.example"):
        actions.ask_for_invitation(email=email, by=None, now=LATER)
    assert Invitation.objects.count() == before
    assert not AccountMail.objects.exists()


@pytest.mark.parametrize("name", ["  ", "–", "\u200d", "x" * 161, "\U0001d160" * 100])
def test_a_name_that_cannot_be_stored_is_refused_everywhere(office, name):
    with pytest.raises(Invalid, match="A name has"):
        actions.change_name(person=office, full_name=name, preferred_name="", by=office, now=NOW)
    with pytest.raises(Invalid, match="A name has"):
        invite(full_name=name, by=office)
    with pytest.raises(Invalid, match="A name has"):
        actions.sign_up(email="x@y.example", full_name=name, password=PASSWORD, by=None, now=NOW)


@pytest.mark.parametrize("email", ["", "sam", "sam@leeds.example\x00", "x" * 64 + "@" + "y." * 100 + "example"])
def test_nobody_is_invited_at_what_is_no_address(office, email):
    with pytest.raises(Invalid, match="e-mail address") as refused:
        invite(email, by=office)
    assert refused.value.field == "email"


def test_a_person_made_for_a_system_is_in_at_once(office):
    assert access.has_entered(office)
    assert acted(office) == ["accounts.person.made"]


def test_needing_a_second_factor_is_recorded_once(office):
    person = make_person()
    for _ in range(2):
        actions.require_second_factor(person=person, by=office, now=NOW)
    assert acted(person).count("accounts.second_factor.required") == 1


def test_dropping_is_refused_while_a_role_needs_it():
    person = make_supervisor()
    with pytest.raises(NotAllowed, match="Your role needs"):
        actions.note_second_factor_dropped(person=person, by=person, now=NOW)


def test_codes_cannot_be_put_away_without_a_second_factor(office):
    with pytest.raises(TooLate, match="Set it up again"):
        actions.keep_recovery_codes(person=office, by=office, now=NOW)


def test_reset_of_a_second_factor_is_by_another_with_an_identity_check_and_recorded_with_it(office):
    person = make_supervisor()
    with pytest.raises(NotAllowed, match="Somebody else"):
        actions.reset_second_factor(person=person, identity_check="It is me", by=person, now=NOW)
    with pytest.raises(Invalid, match="how you made sure"):
        actions.reset_second_factor(person=person, identity_check=" ", by=office, now=NOW)
    reset = actions.reset_second_factor(person=person, identity_check="Passport seen", by=office, now=NOW)
    assert (reset.second_factor_at, reset.recovery_codes_kept_at) == (None, None)
    assert reset.second_factor_required
    assert not Authenticator.objects.exists()
    assert reset.get_session_auth_hash() != person.get_session_auth_hash()
    assert AuditWords.objects.get(event__action="accounts.second_factor.reset").text == {
        "identity_check": "Passport seen"
    }
    with pytest.raises(TooLate, match="No second factor"):
        actions.reset_second_factor(person=person, identity_check="Passport seen", by=office, now=NOW)


def test_deactivating_is_by_another_and_once(office):
    person = make_person()
    for act in (actions.deactivate, actions.reactivate):
        with pytest.raises(NotAllowed):
            act(person=person, reason="Own wish", by=person, now=NOW)
    with pytest.raises(TooLate, match="active already"):
        actions.reactivate(person=person, reason="", by=office, now=NOW)
    actions.deactivate(person=person, reason="Left", by=office, now=NOW)
    with pytest.raises(TooLate, match="deactivated already"):
        actions.deactivate(person=person, reason="Left", by=office, now=NOW)
    actions.reactivate(person=person, reason="Back", by=office, now=NOW)
    assert acted(person)[-2:] == ["accounts.person.deactivated", "accounts.person.reactivated"]


def test_given_second_factor_is_ready_to_use():
    person = make_supervisor()
    assert queries.has_authenticator(person)
    assert not access.lacks_authenticator(person)
    assert not access.lacks_recovery_codes(person)
    assert SECRET not in str(Authenticator.objects.get(type="totp").data)


# --- what the database refuses, whoever asks --------------------------------------------------------------------------


def test_the_database_refuses_two_people_with_one_address_in_any_case(office):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.enter(email=office.email, full_name="Other", now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=make_person().pk).update(email="OLGA@office.example")


def test_the_database_refuses_two_open_invitations_and_inviting_oneself(office):
    person = invite().person
    for by in (office, person):
        with pytest.raises(IntegrityError), transaction.atomic():
            Invitation.objects.create(person=person, invited_by=by, purpose="", **Invitation.terms(NOW))


@pytest.mark.parametrize(
    "statement",
    [
        "delete from accounts_user",
        "delete from accounts_invitation",
        "update accounts_invitation set expires_at = expires_at + interval '1 year'",
        "update accounts_invitation set nonce = ''",
        "update accounts_accountmail set state = 'sent', sent_at = now()",
    ],
)
def test_the_database_refuses_what_no_action_does(statement):
    invitation = invite()
    actions.invite_again(person=invitation.person, by=None, now=NOW)
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


# --- finding people ---------------------------------------------------------------------------------------------------


def test_people_are_found_by_the_beginnings_of_their_names_without_accents():
    zofia = make_person("z@leeds.example", "Žofia O’Brien-Łukasiewicz")
    make_person("t@leeds.example", "Tara Khan")
    for text in ("zof", "LUKAS", "Žofia luka", "o'brien"):
        assert list(queries.people_named(text)) == [zofia]
    for text in ("", "-", "fia", "zofia khan"):
        assert list(queries.people_named(text)) == []


def test_people_by_address_in_any_case():
    person = make_person()
    assert queries.person_by_email(" TARA@leeds.example") == person
    assert User.objects.get_by_natural_key("Tara@Leeds.Example") == person
    assert queries.person_by_email("nobody@leeds.example") is None
