"""Appointments follow the roles that the office gives and ends at a centre (C2, E3, quality rule 15)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import DatabaseError, transaction
from django.urls import reverse

from ctts.accounts import actions as accounts
from ctts.accounts.models import User
from ctts.common.verdict import Invalid
from ctts.home.invariants import broken_sentences
from ctts.notifications.models import Message
from ctts.organisations import actions as organisations
from ctts.organisations import leaving
from ctts.organisations.access import forget_held
from ctts.organisations.models import Affiliation
from ctts.organisations.states import Role
from ctts.scheme.queries import duties_for as scheme_duties
from moderation.queries import duties_for as moderation_duties
from tests.training import changes as c
from tests.training import practice as p
from training import access, actions, periodic, queries
from training.models import Appointment, SignOff, TrainingRecord
from training.states import AppointmentKind

DAY = timedelta(days=1)
COORDINATOR, SUPERVISOR, TRAINER = AppointmentKind.COORDINATOR, AppointmentKind.SUPERVISOR, AppointmentKind.TRAINER

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return p.make_scene()


def end(scene, who, role, ends_on=p.TODAY):
    held = Affiliation.objects.get(person=getattr(scene.cast, who), role=role)
    made = organisations.end_role(by=scene.cast.olive, now=p.NOW, affiliation_id=held.pk, ends_on=ends_on)
    forget_held(made.person)


def give(scene, who, role, organisation, **days):
    given = {"person": getattr(scene.cast, who), "role": role, "organisation": organisation}
    organisations.grant(by=scene.cast.olive, now=p.NOW, **given, **days)


def around(record, kind):
    """(first name, first day, last day) of everybody in a function, the earliest first."""
    rows = Appointment.objects.filter(record=record, kind=kind).order_by("starts_on", "pk")
    return [(row.person.full_name.split()[0], row.starts_on, row.ends_on) for row in rows.select_related("person")]


def last_days(record, kind):
    return {name: last for name, _, last in around(record, kind)}


def asked(person, day):
    return [row.what for row in queries.duties_and_others(person, day)[0]]


def test_E3_a_supervisor_whose_role_ended_signs_nothing_from_the_day_after_and_another_is_named(scene):
    end(scene, "sam", Role.SUPERVISOR)
    assert around(scene.tara, SUPERVISOR) == [("Sam", p.START_ON, p.TODAY)]
    assert access.is_supervisor(scene.cast.sam, TrainingRecord.objects.get(pk=scene.tara.pk), p.TODAY)
    record = TrainingRecord.objects.get(pk=scene.tara.pk)
    assert not access.is_supervisor(scene.cast.sam, record, p.TODAY + DAY)
    assert "Name another Training Supervisor" in asked(scene.cast.tara, p.TODAY + DAY)


def test_C2_another_co_ordinator_of_the_centre_takes_over_from_the_day_after(scene):
    end(scene, "cora", Role.COORDINATOR)
    assert around(scene.tara, COORDINATOR) == [("Cora", p.START_ON, p.TODAY), ("Sid", p.TODAY + DAY, None)]
    told = Message.objects.get(kind="training.appointed", to=scene.cast.sid)
    assert "Training Co-ordinator" in told.subject


def test_C2_where_nobody_follows_the_office_gives_somebody_the_role_who_stands_there_at_once(scene):
    end(scene, "carl", Role.COORDINATOR)
    assert around(scene.tom, COORDINATOR) == [("Carl", p.START_ON, p.TODAY)]
    give(scene, "sue", Role.COORDINATOR, scene.cast.bristol)
    assert around(scene.tom, COORDINATOR)[1:] == [("Sue", p.TODAY + DAY, None)]
    assert around(scene.tara, COORDINATOR) == [("Cora", p.START_ON, None)]  # another centre's


def test_C2_the_calendar_finds_whoever_becomes_co_ordinator_later_on(scene):
    end(scene, "carl", Role.COORDINATOR)
    give(scene, "sue", Role.COORDINATOR, scene.cast.bristol, starts_on=p.TODAY + 3 * DAY)
    assert len(around(scene.tom, COORDINATOR)) == 1
    for day, done in ((1, 0), (3, 1), (4, 0)):
        assert periodic.find_co_ordinators(p.NOW + day * DAY) == done
    assert around(scene.tom, COORDINATOR)[1:] == [("Sue", p.TODAY + 3 * DAY, None)]


def test_C2_a_co_ordinator_without_access_is_replaced_at_once_where_somebody_can_be(scene):
    for who in ("cora", "carl"):
        person, reason = getattr(scene.cast, who), "Left the centre."
        organisations.end_access(by=scene.cast.olive, now=p.NOW, person=person, reason=reason)
    assert around(scene.tara, COORDINATOR) == [("Cora", p.START_ON, p.TODAY - DAY), ("Sid", p.TODAY, None)]
    assert around(scene.tom, COORDINATOR) == [("Carl", p.START_ON, None)]  # comes back with the access
    rows = scheme_duties(scene.cast.olive, p.TODAY)
    [row] = [row for row in rows if row.what == "Give the centre a Training Co-ordinator"]
    assert row.about == scene.cast.bristol.name


def without_access(scene, who):
    person = getattr(scene.cast, who)
    organisations.end_access(by=scene.cast.olive, now=p.NOW, person=person, reason="Left the centre.")


def test_C2_whoever_is_given_the_role_later_follows_a_co_ordinator_without_access(scene):
    without_access(scene, "carl")
    User.objects.filter(pk=scene.cast.nobody.pk).update(second_factor_required=False)  # and still to set one up
    give(scene, "nobody", Role.COORDINATOR, scene.cast.bristol)
    assert around(scene.tom, COORDINATOR) == [("Carl", p.START_ON, p.TODAY - DAY), ("Nora", p.TODAY, None)]
    assert User.objects.get(pk=scene.cast.nobody.pk).second_factor_required
    assert Message.objects.filter(to=scene.cast.nobody, kind="training.appointed").exists()


def test_C2_the_calendar_lets_whoever_begins_later_follow_a_co_ordinator_without_access(scene):
    without_access(scene, "carl")
    give(scene, "sue", Role.COORDINATOR, scene.cast.bristol, starts_on=p.TODAY + 3 * DAY)
    for day, done in ((0, 0), (2, 0), (3, 1), (4, 0)):
        assert periodic.find_co_ordinators(p.NOW + day * DAY) == done
    then = p.TODAY + 3 * DAY
    assert around(scene.tom, COORDINATOR) == [("Carl", p.START_ON, then - DAY), ("Sue", then, None)]


def test_C2_a_co_ordinator_who_gets_access_again_before_anybody_followed_goes_on(scene):
    without_access(scene, "carl")
    give(scene, "sue", Role.COORDINATOR, scene.cast.bristol, starts_on=p.TODAY + 3 * DAY)
    accounts.reactivate(person=scene.cast.carl, reason="A slip.", by=scene.cast.olive, now=p.NOW + DAY)
    assert periodic.find_co_ordinators(p.NOW + 3 * DAY) == 0
    assert around(scene.tom, COORDINATOR) == [("Carl", p.START_ON, None)]


def test_C2_who_lost_access_on_the_first_day_stood_there_for_that_day(scene):
    end(scene, "carl", Role.COORDINATOR, p.TODAY - DAY)
    give(scene, "sue", Role.COORDINATOR, scene.cast.bristol)
    without_access(scene, "sue")
    give(scene, "nobody", Role.COORDINATOR, scene.cast.bristol)
    then = [("Sue", p.TODAY, p.TODAY), ("Nora", p.TODAY + DAY, None)]
    assert around(scene.tom, COORDINATOR)[1:] == then


def test_C2_before_a_co_ordinator_leaves_it_is_said_who_takes_over(scene):
    said = {who: leaving.left_behind(getattr(scene.cast, who), p.TODAY) for who in ("cora", "carl")}
    assert "Tara Quinn" in said["cora"][0].words and "Sid Marsh takes over" in said["cora"][0].words
    assert "nobody does so then: give somebody the role first" in said["carl"][0].words


def test_C2_a_co_ordinator_who_never_came_stands_around_nobody_until_they_do(scene):
    EmailAddress.objects.filter(user=scene.cast.nobody).update(verified=False)
    give(scene, "nobody", Role.COORDINATOR, scene.cast.bristol)
    end(scene, "carl", Role.COORDINATOR)
    assert around(scene.tom, COORDINATOR) == [("Carl", p.START_ON, p.TODAY)]
    assert not Message.objects.filter(to=scene.cast.nobody, kind="training.appointed").exists()
    tomorrow = p.NOW + DAY
    assert periodic.find_co_ordinators(tomorrow) == 0
    EmailAddress.objects.filter(user=scene.cast.nobody).update(verified=True)
    assert periodic.find_co_ordinators(tomorrow) == 1
    assert around(scene.tom, COORDINATOR)[-1] == ("Nora", p.TODAY + DAY, None)


def test_E3_another_last_day_of_the_role_is_the_last_day_of_what_rests_on_it(scene):
    later = p.TODAY + 30 * DAY
    for who, role in (("sam", Role.SUPERVISOR), ("cora", Role.COORDINATOR)):
        end(scene, who, role, p.TODAY + 5 * DAY)
        end(scene, who, role, later)
    assert around(scene.tara, SUPERVISOR) == [("Sam", p.START_ON, later)]
    assert around(scene.tara, COORDINATOR)[0] == ("Cora", p.START_ON, p.TODAY + 5 * DAY)  # Sid follows her already
    end(scene, "sam", Role.SUPERVISOR, p.TODAY + DAY)
    assert around(scene.tara, SUPERVISOR) == [("Sam", p.START_ON, p.TODAY + DAY)]


def test_E3_what_was_to_begin_after_the_last_day_of_the_role_is_called_off_and_named_before(scene):
    end(scene, "sam", Role.SUPERVISOR, p.TODAY + DAY)
    given = {"record_id": scene.tara.pk, "person": scene.cast.sid, "kind": SUPERVISOR}
    actions.add_appointment(by=scene.cast.olive, now=p.NOW, **given, starts_on=p.TODAY + 9 * DAY)
    organisations.grant(
        by=scene.cast.olive, now=p.NOW, person=scene.cast.sid, role=Role.SUPERVISOR, organisation=scene.cast.bristol
    )
    there, elsewhere = (
        Affiliation.objects.get(person=scene.cast.sid, role=Role.SUPERVISOR, organisation=place)
        for place in (scene.cast.leeds, scene.cast.bristol)
    )
    [left] = leaving.left_with(there, p.TODAY)
    assert "From 19 June 2026 on they are to be Training Supervisor of Tara Quinn" in left.words
    assert leaving.left_with(elsewhere, p.TODAY) == []  # Tara trains at Leeds
    given = {"by": scene.cast.olive, "now": p.NOW, "affiliation_id": there.pk, "ends_on": p.TODAY + 3 * DAY}
    organisations.end_role(**given)
    told = Message.objects.filter(kind="training.appointment_called_off")
    assert sorted(mail.to.full_name for mail in told) == ["Cora Whitfield", "Sid Marsh", "Tara Quinn"]
    assert "Sid Marsh is not to be the Training Supervisor of your training" in told.get(to=scene.cast.tara).text
    assert around(scene.tara, SUPERVISOR) == [("Sam", p.START_ON, p.TODAY + DAY)]
    assert "Name another Training Supervisor" in asked(scene.cast.tara, p.TODAY + 2 * DAY)
    assert "training.appointment.called_off" in p.kinds_audited(scene.tara)
    then = p.NOW + 20 * DAY  # nobody supervises: the office decides without a word of theirs
    change = c.written(scene.tara, "extension", now=then)
    seen = c.seen(change, then.date())
    actions.send_change(by=scene.cast.tara, now=then, change_id=change.pk, seen=seen)
    c.grant(change, scene.cast.olive, then)
    assert [broken for broken in broken_sentences() if broken.rule == "E5"] == []


def test_T2_whose_appointment_was_called_off_the_database_lets_sign_nothing(scene):
    item = p.items_of(scene.tara)[0]
    later = p.TODAY + 9 * DAY
    end(scene, "sam", Role.SUPERVISOR, p.TODAY)
    given = {"record_id": scene.tara.pk, "person": scene.cast.sid, "kind": SUPERVISOR, "starts_on": later}
    made = actions.add_appointment(by=scene.cast.olive, now=p.NOW, **given)
    actions.end_appointment(by=scene.cast.olive, now=p.NOW, appointment_id=made.pk)
    row = {"item": item, "signer": scene.cast.sid, "signed_at": p.NOW + 20 * DAY}
    with pytest.raises(DatabaseError, match="Training Supervisor"), transaction.atomic():
        SignOff.objects.create(**row)


def test_F5_that_an_adjudicator_was_to_begin_is_told_to_nobody_but_them_when_it_is_called_off(scene):
    """Mia's role ends before her first day; to the trainee and the co-ordinator no two markers ever differed."""
    made = p.appoint(scene.tara, scene.cast.mia, AppointmentKind.ADJUDICATOR, starts_on=p.TODAY + 9 * DAY)
    held = Affiliation.objects.get(person=scene.cast.mia)
    given = {"by": scene.cast.olive, "now": p.NOW, "affiliation_id": held.pk, "ends_on": p.TODAY + 3 * DAY}
    organisations.end_role(**given)
    assert Appointment.every.get(pk=made.pk).called_off_at == p.NOW
    told = Message.objects.filter(kind="training.appointment_called_off")
    assert [mail.to for mail in told] == [scene.cast.mia]


def test_E3_a_role_did_not_end_before_what_has_begun_since(scene):
    end(scene, "sam", Role.SUPERVISOR, p.TODAY - 3 * DAY)
    p.appoint(scene.tara, scene.cast.sid, SUPERVISOR, starts_on=p.TODAY - DAY)
    with pytest.raises(Invalid, match="Since 9 June 2026 they are Training Supervisor of Tara Quinn") as refused:
        end(scene, "sid", Role.SUPERVISOR, p.TODAY - 2 * DAY)
    assert refused.value.field == "ends_on"
    end(scene, "sid", Role.SUPERVISOR, p.TODAY - DAY)
    assert around(scene.tara, SUPERVISOR)[-1] == ("Sid", p.TODAY - DAY, p.TODAY - DAY)


def test_C2_a_role_that_is_called_off_takes_along_what_was_to_begin_with_it(scene):
    """Sue was to follow Carl as Training Co-ordinator: now nobody does, until somebody is given the role."""
    last = p.TODAY + 5 * DAY
    give(scene, "sue", Role.COORDINATOR, scene.cast.bristol, starts_on=last + DAY)
    end(scene, "carl", Role.COORDINATOR, last)
    assert around(scene.tom, COORDINATOR) == [("Carl", p.START_ON, last), ("Sue", last + DAY, None)]
    held = Affiliation.objects.get(person=scene.cast.sue, role=Role.COORDINATOR)
    organisations.call_off_role(by=scene.cast.olive, now=p.NOW, affiliation_id=held.pk)
    assert around(scene.tom, COORDINATOR) == [("Carl", p.START_ON, last)]
    give(scene, "nobody", Role.COORDINATOR, scene.cast.bristol)
    assert around(scene.tom, COORDINATOR)[1:] == [("Nora", last + DAY, None)]


def test_E3_a_last_day_put_right_gives_the_days_back_until_somebody_follows(scene):
    """Sid stands in for Tara until Sue begins; his role ends too early by a slip, and then later than she begins."""
    begins = p.TODAY + 20 * DAY
    end(scene, "sam", Role.SUPERVISOR, p.TODAY)
    p.appoint(scene.tara, scene.cast.sid, SUPERVISOR, starts_on=p.TODAY + DAY, ends_on=begins - DAY)
    p.appoint(scene.tara, scene.cast.sue, SUPERVISOR, starts_on=begins)
    end(scene, "sid", Role.SUPERVISOR, p.TODAY + 9 * DAY)
    assert last_days(scene.tara, SUPERVISOR)["Sid"] == p.TODAY + 9 * DAY
    end(scene, "sid", Role.SUPERVISOR, p.TODAY + 60 * DAY)
    assert last_days(scene.tara, SUPERVISOR) == {"Sam": p.TODAY, "Sid": begins - DAY, "Sue": None}


def test_E3_a_trainer_stays_one_while_a_role_at_the_centre_is_left(scene):
    p.appoint(scene.tara, scene.cast.sid, TRAINER)
    p.appoint(scene.tara, scene.cast.trina, TRAINER)
    end(scene, "sid", Role.COORDINATOR)
    end(scene, "trina", Role.TRAINER)
    assert last_days(scene.tara, TRAINER) == {"Sid": None, "Trina": p.TODAY}
    end(scene, "sid", Role.SUPERVISOR)
    assert last_days(scene.tara, TRAINER) == {"Sid": p.TODAY, "Trina": p.TODAY}


def test_E5_whoever_was_named_after_the_role_ended_is_granted_for_today_and_no_rule_is_broken(scene):
    end(scene, "sam", Role.SUPERVISOR, p.TODAY - DAY)
    change = c.sent(scene.tara, "supervisor", new_supervisor=scene.cast.sid, from_on=p.TODAY)
    assert c.grant(change, scene.cast.olive).state == "approved"
    assert around(scene.tara, SUPERVISOR)[-1] == ("Sid", p.TODAY, None)
    assert [broken for broken in broken_sentences() if broken.rule == "E5"] == []


def test_E3_a_role_given_again_from_the_day_after_carries_on(scene):
    held = Affiliation.objects.get(person=scene.cast.sam, role=Role.SUPERVISOR)
    days = {"starts_on": p.TODAY + DAY, "ends_on": p.TODAY + 400 * DAY, "granted_at": p.NOW}
    Affiliation.objects.create(person=scene.cast.sam, role=held.role, organisation=scene.cast.leeds, **days)
    assert queries.carried_by(held, None) == []  # no last day yet
    given = {"by": scene.cast.olive, "now": p.NOW, "affiliation_id": held.pk, "ends_on": p.TODAY}
    organisations.end_role(**given)
    assert around(scene.tara, SUPERVISOR) == [("Sam", p.START_ON, None)]


def test_E4_a_moderator_whose_role_ended_moderates_nobody_from_the_day_after(scene):
    p.appoint(scene.tom, scene.cast.mia, AppointmentKind.SUPPORTING_MODERATOR)
    end(scene, "mia", Role.MODERATOR)
    assert last_days(scene.tara, AppointmentKind.EXTERNAL_MODERATOR) == {"Mia": p.TODAY}
    assert last_days(scene.tom, AppointmentKind.SUPPORTING_MODERATOR) == {"Mia": p.TODAY}
    assert last_days(scene.tom, AppointmentKind.EXTERNAL_MODERATOR) == {"Max": None}
    for day, moderates in ((p.TODAY, True), (p.TODAY + DAY, False)):
        record = TrainingRecord.objects.get(pk=scene.tara.pk)
        assert bool(access.is_external_moderator(scene.cast.mia, record, day)) is moderates
        owed = [row.about for row in moderation_duties(scene.cast.olive, day) if "External" in row.what]
        assert ("Tara Quinn" in owed) is not moderates


def test_E3_before_a_moderator_leaves_it_is_said_whom_they_moderate_for(scene):
    [left] = leaving.left_behind(scene.cast.mia, p.TODAY)
    assert left.words.startswith("They are External Moderator of Tara Quinn; nobody is once they have left")
    assert left.url == reverse("moderation:record", args=[scene.tara.pk])
    page = p.client_of(scene.cast.olive).get(
        reverse("organisations:end_role", args=[scene.cast.mia.affiliations.get(role=Role.MODERATOR).pk])
    )
    assert left.words in page.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def test_what_waits_for_somebody_by_another_role_or_their_access_is_not_said_of_a_role(scene):
    moderates = Affiliation.objects.get(person=scene.cast.mia, role=Role.MODERATOR)
    assert leaving.left_with(Affiliation(person=scene.cast.mia, role=Role.OFFICE), p.TODAY) == []
    assert leaving.left_with(moderates, p.TODAY) == leaving.left_behind(scene.cast.mia, p.TODAY)
    [left] = leaving.left_behind(scene.tara.trainee, p.TODAY)
    assert left.words.startswith("They are in training") and left.role is None


def test_E3_a_role_of_the_scheme_takes_nothing_from_a_trainer_of_a_centre(scene):
    p.appoint(scene.tara, scene.cast.trina, TRAINER)
    give(scene, "trina", Role.MODERATOR, None)
    end(scene, "trina", Role.MODERATOR)
    assert last_days(scene.tara, TRAINER) == {"Trina": None}
