"""Enrolment: all of E1, once, from the enrolment date on, by the calendar or by the office (E1, E2, I5, M)."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import OperationalError, connection
from icalendar import Calendar

from applications.states import ApplicationState
from ctts.accounts.actions import deactivate
from ctts.audit.models import AuditEvent
from ctts.common.verdict import NotAllowed, TooLate
from ctts.documents import actions as documents
from ctts.documents import keeping
from ctts.documents.states import MediaType
from ctts.notifications.models import Message
from ctts.organisations import actions as organisations
from ctts.organisations.models import Affiliation
from ctts.organisations.states import Role
from ctts.scheme import actions as scheme
from ctts.scheme.models import Handbook
from ctts.scheme.states import EventKind
from tests.cast import START, at
from tests.make import open_intake
from tests.training.world import ACCEPTED, ENROLLED, accepted, accepted_again
from tests.worlds import built_once
from training import actions, periodic, queries
from training.models import AssociateMembership, Attendance, PlanItem, TrainingRecord
from training.states import AppointmentKind, MilestoneKind


@pytest.fixture
def cast(before):
    return before.cast


@pytest.fixture
def application(before):
    return before.tara


def late(before, now):
    """Ann's application, accepted after the enrolment date."""
    framework = before.tara.competency_list.framework
    return accepted(before.cast, before.cast.ann, before.cast.sam, framework, now=now)


def enrol(application, by=None, now=ENROLLED):
    return actions.enrol(by=by, now=now, application_id=application.pk)


def test_e1_the_record_keeps_scope_framework_rules_centre_and_dates(cast, application):
    record = enrol(application)
    assert (record.trainee, record.scope.code, record.centre) == (cast.tara, "NM", cast.leeds)
    assert record.framework == application.competency_list.framework
    assert record.rules.version == 1
    assert (record.start_on, record.expected_end_on) == (date(2026, 4, 1), date(2028, 3, 31))
    application.refresh_from_db()
    assert application.state == ApplicationState.ENROLLED


def test_e1_the_plan_is_copied_and_its_days_lie_within_the_training(cast, application):
    record = enrol(application)
    items = list(PlanItem.objects.filter(record=record).select_related("item"))
    assert [row.item.list for row in items] == [application.competency_list] * 6
    assert {row.how for row in items} == {"Observed, then supervised practice"}
    assert items[0].by_on == date(2026, 5, 1)
    assert all(record.start_on < row.by_on <= record.expected_end_on for row in items)


def test_m_the_milestones_are_dated_from_the_start(application):
    record = enrol(application)
    dates = dict(record.milestones.values_list("kind", "due_on"))
    assert set(dates) == set(MilestoneKind.values)
    assert dates["induction"] == date(2026, 5, 15)
    assert dates["first_meeting"] == date(2026, 7, 1)
    assert dates["workshop"] == date(2027, 7, 1)
    assert dates["board"] == record.expected_end_on


def test_e1_membership_lasts_from_the_start(application):
    record = enrol(application)
    membership = AssociateMembership.objects.get(record=record)
    assert (membership.starts_on, membership.ends_on) == (record.start_on, None)


def test_e1_supervisor_and_co_ordinator_are_appointed(cast, application):
    record = enrol(application)
    held = set(record.appointments.values_list("kind", "person"))
    coordinator = min([cast.cora, cast.sid], key=lambda person: person.sort_name)
    assert held == {(AppointmentKind.SUPERVISOR, cast.sam.pk), (AppointmentKind.COORDINATOR, coordinator.pk)}


def test_e1_the_trainee_is_invited_to_what_is_still_to_come(application):
    record = enrol(application)
    assert list(Attendance.objects.filter(record=record).values_list("event__kind", "state")) == [
        ("induction", "invited")
    ]


def test_e1_a_late_trainee_is_not_invited_to_what_is_over(before):
    record = enrol(late(before, at(2026, 6, 2)), now=at(2026, 6, 3))
    assert not record.attendances.exists()
    assert Message.objects.get(kind="training.welcome", to=record.trainee).attachment is None
    assert record.milestones.get(kind="induction").due_on == date(2026, 11, 16)  # that of the next intake


def test_i5_a_late_trainee_joins_the_induction_day_that_follows(before, cast):
    """Accepted into April in June, when its day is over: that of October is the one to attend, now or once entered."""
    october = open_intake(2026, 10)
    record = enrol(late(before, at(2026, 6, 2)), now=at(2026, 6, 3))
    assert record.milestones.get(kind="induction").due_on == october.induction_on
    assert not record.attendances.exists()
    days = {"starts_at": at(2026, 11, 16, 10), "ends_at": at(2026, 11, 16, 15), "joining": "https://meet.example/day"}
    given = {"by": cast.olive, "now": at(2026, 6, 4), "kind": EventKind.INDUCTION, "title": "Induction Day", **days}
    event = scheme.add_event(**given, intake=october)
    assert record in queries.not_invited(event)
    other = enrol(before.tom)  # in time for April: invited to that day, and to no other
    assert other not in queries.not_invited(event)
    assert [row.event.intake for row in other.attendances.select_related("event__intake")] == [before.intake]


def test_i5_whoever_is_late_is_invited_at_once_where_the_next_day_is_entered(before, cast):
    october = open_intake(2026, 10)
    days = {"starts_at": at(2026, 11, 16, 10), "ends_at": at(2026, 11, 16, 15), "joining": "https://meet.example/day"}
    given = {"by": cast.olive, "now": at(2026, 6, 1), "kind": EventKind.INDUCTION, "title": "Induction Day", **days}
    event = scheme.add_event(**given, intake=october)
    record = enrol(late(before, at(2026, 6, 2)), now=at(2026, 6, 3))
    assert [row.event for row in record.attendances.all()] == [event]


def test_e5_a_supervisor_without_access_is_not_appointed_and_the_trainee_names_another(before, cast):
    deactivate(person=cast.sam, reason="Left the trust.", by=cast.olive, now=ACCEPTED)
    record = enrol(before.tara)
    assert not record.appointments.filter(kind=AppointmentKind.SUPERVISOR).exists()
    welcome = Message.objects.get(kind="training.welcome", to=record.trainee)
    assert "Sam Patel" not in welcome.text
    assert record.pk in queries.losses_to_tell(record.start_on)


def test_e1_a_centre_without_co_ordinator_appoints_the_supervisor_alone(before, cast):
    for role in Affiliation.objects.filter(role=Role.COORDINATOR, organisation=cast.leeds):
        organisations.end_role(by=cast.olive, now=ACCEPTED, affiliation_id=role.pk, ends_on=date(2026, 3, 31))
    assert list(enrol(before.tara).appointments.values_list("person", flat=True)) == [cast.sam.pk]


@pytest.mark.parametrize("trainee", ["tara", "tom"])
def test_e4_a_co_ordinator_who_is_a_trainee_stands_around_nobodys_training(before, cast, trainee):
    enrol(before.tom)
    person = getattr(cast, trainee)
    organisations.grant(by=None, now=ACCEPTED, person=person, role=Role.COORDINATOR, organisation=cast.leeds)
    type(person).objects.filter(pk=person.pk).update(sort_name="a first of all")
    held = enrol(before.tara).appointments.get(kind=AppointmentKind.COORDINATOR)
    assert held.person == min([cast.cora, cast.sid], key=lambda person: person.sort_name)


def test_e1_the_current_handbook_goes_with_the_record(cast, application):
    sent = {"content": b"%PDF-1.7", "name": "handbook.pdf", "media_type": MediaType.PDF, "purpose": "scheme.handbook"}
    document = documents.store_bytes(owner=None, by=None, now=START, **sent)
    for version in ("2024", "2026"):
        scheme.publish_handbook(by=None, now=START, version=version, document=document)
    assert enrol(application).handbook == Handbook.objects.get(version="2026")


def test_e1_one_welcome_and_a_word_to_each_appointed(cast, application):
    record = enrol(application)
    told = Message.objects.filter(kind__startswith="training.").values_list("kind", "to")
    assert sorted(told) == sorted(
        [("training.welcome", cast.tara.pk)]
        + [("training.appointed", person) for person in record.appointments.values_list("person", flat=True)]
    )
    welcome = Message.objects.get(kind="training.welcome")
    for words in ("1 April 2026", "31 March 2028", "Sam Patel", "Induction day", f"/training/{record.pk}/"):
        assert words in welcome.text.replace("\N{NO-BREAK SPACE}", " ")
        assert words in welcome.html.replace("\N{NO-BREAK SPACE}", " ")


def test_e1_the_welcome_brings_the_induction_day_for_the_calendar(application):
    record = enrol(application)
    file = Message.objects.get(kind="training.welcome").attachment
    assert (file.original_name, file.media_type, file.owner) == ("dates.ics", MediaType.CALENDAR, record.trainee)
    [entry] = Calendar.from_ical(keeping.read(file)).walk("VEVENT")
    assert str(entry["summary"]) == "Induction day, Clinical Technologist Training Scheme"
    assert (entry["dtstart"].dt, entry["dtend"].dt) == (at(2026, 5, 15, 9), at(2026, 5, 15, 15))
    assert str(entry["location"]) == "Online; the address comes a week before."


def test_e1_everything_is_on_the_audit_of_the_trainee(cast, application):
    record = enrol(application, by=cast.olive)
    opened = AuditEvent.objects.get(action="training.record.opened")
    assert (opened.chain, opened.actor_id, opened.object_id) == (f"dossier:{cast.tara.pk}", cast.olive.pk, record.pk)
    assert AuditEvent.objects.filter(action="training.appointment.made", chain=opened.chain).count() == 2


def test_i5_nobody_is_enrolled_before_the_enrolment_date(application):
    with pytest.raises(TooLate, match="enrols from 1 April 2026"):
        enrol(application, now=at(2026, 3, 31))
    assert enrol(application, now=at(2026, 3, 31, 23, 30)).start_on == date(2026, 4, 1)


def test_i5_who_is_accepted_later_starts_on_that_day_in_the_same_intake(before):
    record = enrol(late(before, at(2026, 4, 20)), now=at(2026, 4, 21))
    assert (record.intake, record.start_on) == (before.intake, date(2026, 4, 20))
    assert record.expected_end_on == date(2028, 4, 19)


def test_e1_a_crash_in_the_middle_leaves_nothing_and_the_next_run_does_all(application):
    def crash(execute, sql, params, many, context):
        if "training_associatemembership" in sql:
            raise OperationalError("The server went away.")
        return execute(sql, params, many, context)

    with pytest.raises(OperationalError), connection.execute_wrapper(crash):
        enrol(application)
    assert not TrainingRecord.objects.exists()
    assert not Message.objects.filter(kind__startswith="training.").exists()
    assert enrol(application).milestones.count() == len(MilestoneKind)


def test_i5_only_what_is_accepted_is_enrolled_and_only_once(application):
    enrol(application)
    with pytest.raises(TooLate, match="Enrolled"):
        enrol(application)
    assert TrainingRecord.objects.count() == 1


@pytest.mark.parametrize("who", ["sam", "cora", "mia", "tara", "nobody"])
def test_i5_only_the_office_and_the_calendar_enrol(cast, application, who):
    with pytest.raises(NotAllowed):
        enrol(application, by=getattr(cast, who))
    assert not TrainingRecord.objects.exists()


@built_once
def second_application(before):
    """Tara is enrolled; an application accepted for October is hers as well, whatever made it so."""
    application = before.tara
    enrol(application)
    return accepted_again(application, open_intake(2026, 10))


def test_e1_a_trainee_is_not_enrolled_a_second_time_and_nothing_is_left_behind(second_application):
    before = PlanItem.objects.count(), Message.objects.count(), AuditEvent.objects.count()
    with pytest.raises(TooLate, match="trainee already"):
        enrol(second_application, now=at(2026, 10, 1))
    assert (PlanItem.objects.count(), Message.objects.count(), AuditEvent.objects.count()) == before
    second_application.refresh_from_db()
    assert second_application.state == ApplicationState.ACCEPTED


def test_i5_one_that_cannot_be_enrolled_stops_no_other(cast, second_application, caplog):
    assert periodic.enrol(at(2026, 10, 1)) == 1
    assert f"Application {second_application.pk} is not enrolled" in caplog.text
    assert TrainingRecord.objects.filter(trainee=cast.tom).exists()


def test_i5_the_daily_job_enrols_all_and_a_second_run_changes_nothing(before):
    assert periodic.enrol(at(2026, 3, 31)) == 0
    assert periodic.enrol(ENROLLED) == 2
    after = (AuditEvent.objects.count(), Message.objects.count())
    assert periodic.enrol(at(2026, 4, 2)) == 0
    assert (AuditEvent.objects.count(), Message.objects.count()) == after
