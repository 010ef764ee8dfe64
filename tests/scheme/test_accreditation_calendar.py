"""What the calendar owes to accreditations: reminders 12, 6 and 3 months before the last day, and their end (C1)."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from ctts.audit.models import AuditEvent
from ctts.notifications.models import Message
from ctts.organisations import actions as organisations
from ctts.organisations.models import Organisation
from ctts.organisations.states import Kind, Nation, Role
from ctts.scheme import actions, queries
from ctts.scheme.models import Accreditation, AccreditationStep
from ctts.scheme.states import AccreditationState
from tests.cast import START, at
from tests.scheme.accrediting import granted, held, look, mails

pytestmark = pytest.mark.usefixtures("cast")
REMIND, EXPIRE = "remind_of_accreditations", "expire_accreditations"
ENDS = "The accreditation of Leeds Teaching Hospital for Nuclear Medicine ends on 31 December 2028"
OVER = "The accreditation of Leeds Teaching Hospital for Nuclear Medicine is over"


def of_leeds(kind):
    return [(name, subject) for name, subject in mails(kind) if "Leeds" in subject]


def test_C1_both_coordinators_are_reminded_twelve_six_and_three_months_before():
    assert look(REMIND, at(2027, 12, 30)) == 0
    told = []
    for day in (at(2027, 12, 31), at(2028, 3, 1), at(2028, 6, 30), at(2028, 9, 30), at(2028, 12, 31)):
        look(REMIND, day)
        told.append(len(of_leeds("accreditation_ends")))
    assert told == [2, 2, 4, 6, 6]
    assert of_leeds("accreditation_ends") == [("Cora Whitfield", ENDS)] * 3 + [("Sid Marsh", ENDS)] * 3


def test_C1_a_reminder_is_sent_once_however_often_the_calendar_looks():
    assert (look(REMIND, at(2028, 1, 1)), look(REMIND, at(2028, 1, 1))) == (3, 3)
    assert len(of_leeds("accreditation_ends")) == 2
    assert [name for name, subject in mails("accreditation_ends") if "Bristol" in subject] == ["Carl Nowak"]


def test_C1_a_calendar_that_was_stopped_for_a_year_sends_the_latest_reminder_only():
    look(REMIND, at(2028, 11, 20))
    assert len(of_leeds("accreditation_ends")) == 2
    look(REMIND, at(2029, 1, 1))
    assert len(of_leeds("accreditation_ends")) == 2


def test_C1_a_reminder_from_before_the_first_day_is_none(cast):
    short = granted(cast.leeds, START, "RT", starts_on=date(2026, 5, 1), ends_on=date(2026, 12, 31))
    assert actions.remind_of_accreditation(by=None, now=at(2026, 5, 4), accreditation_id=short.pk) == 0
    assert actions.remind_of_accreditation(by=None, now=at(2026, 7, 1), accreditation_id=short.pk) == 2


def test_C1_nobody_is_reminded_where_another_accreditation_follows_on(cast):
    following = granted(cast.leeds, START, starts_on=date(2029, 1, 1))
    assert look(REMIND, at(2028, 1, 1)) == 1
    assert of_leeds("accreditation_ends") == []
    actions.end_accreditation(by=None, now=START, accreditation_id=following.pk, how="withdraw")
    assert look(REMIND, at(2028, 1, 1)) == 3
    assert actions.remind_of_accreditation(by=None, now=at(2027, 1, 1), accreditation_id=held(cast.leeds).pk) == 0


def test_C1_an_accreditation_after_a_gap_does_not_follow_on(cast):
    granted(cast.leeds, START, starts_on=date(2029, 2, 1))
    assert look(REMIND, at(2028, 1, 1)) == 3
    mail = Message.objects.filter(kind="scheme.accreditation_ends", to=cast.cora).latest("pk")
    assert "It is renewed from 1\xa0February\xa02029: from the day after its last day until then nobody" in mail.text
    assert "Renew the accreditation" not in [row.what for row in queries.duties_for(cast.cora, date(2028, 1, 1))]


def test_C1_a_reminder_says_that_the_renewal_is_applied_for(cast):
    look(REMIND, at(2028, 1, 1))
    scope = held(cast.leeds).scope
    actions.apply_for_accreditation(by=cast.cora, now=at(2028, 1, 2), organisation=cast.leeds, scope=scope)
    look(REMIND, at(2028, 7, 1))
    first, second = Message.objects.filter(kind="scheme.accreditation_ends", to=cast.cora).order_by("pk")
    assert "Apply for its renewal in time" in first.text
    assert "Nothing is asked of you until it is decided." in second.text


def test_C1_an_accreditation_expires_the_day_after_its_last_day(cast):
    assert look(EXPIRE, at(2028, 12, 31, 23, 59)) == 0
    assert (look(EXPIRE, at(2029, 1, 1, 0, 1)), look(EXPIRE, at(2029, 1, 1, 0, 2))) == (2, 0)
    assert {row.state for row in Accreditation.objects.all()} == {AccreditationState.EXPIRED}
    assert of_leeds("accreditation_expired") == [("Cora Whitfield", OVER), ("Sid Marsh", OVER)]
    assert AuditEvent.objects.filter(action="scheme.accreditation.expire", actor_id=None).count() == 2
    step = AccreditationStep.objects.get(accreditation=held(cast.leeds), became=AccreditationState.EXPIRED)
    assert (step.by, step.at) == (None, at(2029, 1, 1, 0, 1))


def test_C1_a_suspended_accreditation_expires_too_and_weeks_late_is_not_too_late(cast):
    actions.end_accreditation(
        by=cast.olive, now=START, accreditation_id=held(cast.leeds).pk, how="suspend", reason="No supervisor."
    )
    assert look(EXPIRE, at(2029, 3, 1)) == 2


def test_C1_nobody_is_told_of_an_expiry_where_another_accreditation_follows_on(cast):
    granted(cast.leeds, START, starts_on=date(2029, 1, 1))
    assert look(EXPIRE, at(2029, 1, 1, 0, 1)) == 2
    assert of_leeds("accreditation_expired") == []


def test_C1_a_crash_between_two_expiries_leaves_the_rest_for_the_next_look(cast):
    actions.end_accreditation(by=None, now=at(2029, 1, 1), accreditation_id=held(cast.leeds).pk, how="expire")
    assert look(EXPIRE, at(2029, 1, 1)) == 1


def test_C2_a_centre_without_a_coordinator_has_those_of_its_consortium(cast):
    given = {"kind": Kind.CONSORTIUM, "nation": Nation.ENGLAND, "site_name": "Office"}
    group = organisations.open_organisation(by=None, now=START, code="NTH", name="North Consortium", **given)
    Organisation.objects.filter(pk=cast.bristol.pk).update(consortium=group)
    organisations.grant(by=None, now=START, person=cast.trina, role=Role.COORDINATOR, organisation=group)
    look(REMIND, at(2028, 1, 1))
    assert [name for name, subject in mails("accreditation_ends") if "Bristol" in subject] == ["Carl Nowak"]
    role = cast.carl.affiliations.get(role=Role.COORDINATOR)
    organisations.end_role(by=cast.olive, now=START, affiliation_id=role.pk, ends_on=date(2024, 2, 1))
    look(REMIND, at(2028, 7, 1))
    told = [name for name, subject in mails("accreditation_ends") if "Bristol" in subject]
    assert told == ["Carl Nowak", "Trina Doyle"]


def test_C1_the_history_of_an_accreditation_is_never_edited(cast):
    step = held(cast.leeds).steps.first()
    with pytest.raises(DatabaseError), transaction.atomic():
        AccreditationStep.objects.filter(pk=step.pk).update(words="x")
