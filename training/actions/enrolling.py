"""Enrolment: everything of E1 in one transaction, once for each accepted application."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.db import transaction

from applications import actions as applications
from applications.models import Application
from ctts.accounts.models import User
from ctts.audit.actions import record as audit
from ctts.common.clock import london_date
from ctts.common.ics import CalendarEntry, calendar_file
from ctts.common.months import add_months
from ctts.common.races import taken_means
from ctts.common.verdict import TooLate, require
from ctts.documents.actions import store_bytes
from ctts.documents.models import Document
from ctts.documents.states import MediaType
from ctts.notifications.actions import notify
from ctts.organisations.models import Organisation
from ctts.scheme import queries as scheme
from ctts.scheme.models import CompetencyItem, CompetencyList, PlanOutlineRow, SchemeEvent, Scope
from training import access, notices, queries
from training.actions._appointed import noted, say
from training.models import (
    Appointment,
    AssociateMembership,
    Attendance,
    Milestone,
    PlanItem,
    TrainingRecord,
)
from training.rules import expected_end, milestones

# The file that puts the events into a calendar.
DATES: dict[str, Any] = {"name": "dates.ics", "media_type": MediaType.CALENDAR, "purpose": "training.invitation"}


@transaction.atomic
def enrol(*, by: User | None, now: datetime, application_id: int) -> TrainingRecord:
    """Make an accepted applicant a trainee: record, plan, milestones, membership, appointments, welcome (E1).

    Training starts on the intake's enrolment date or, if later, on the day of acceptance (I5). Raises TooLate before
    the enrolment date, for an application that is not accepted, and when somebody else was quicker.
    """
    require(access.can_enrol(by, london_date(now)))
    application = Application.objects.select_for_update(no_key=True).get(pk=application_id)
    require(access.can_be_enrolled(application, london_date(now)))
    record = _open_record(application, now)
    _copy_plan(record, now)
    _set_milestones(record)
    _appoint(record, application, now)
    AssociateMembership.objects.create(record=record, starts_on=record.start_on)
    _invite_to_induction(record, now)
    applications.mark_enrolled(by=by, now=now, application_id=application.pk)
    facts = {"application": application.pk, "rules": record.rules.version, "start_on": record.start_on.isoformat()}
    audit("training.record.opened", by=by, at=now, about=record, within=record.trainee_id, after=facts)
    _welcome(record, now)
    return record


def _open_record(application: Application, now: datetime) -> TrainingRecord:
    # the database refuses an accepted application without list, scope and centre
    found = cast(CompetencyList, application.competency_list)
    start_on = queries.training_starts(application)
    rules = scheme.rules_on(start_on)
    with taken_means(TooLate("This person is a trainee already.")):
        return TrainingRecord.objects.create(
            trainee=application.applicant,
            application=application,
            intake=application.intake,
            scope=cast(Scope, application.scope),
            framework=found.framework,
            rules=rules,
            competency_list=found,
            handbook=scheme.current_handbook(),
            centre=cast(Organisation, application.centre),
            certificate_name=application.certificate_name or application.legal_name,
            start_on=start_on,
            expected_end_on=expected_end(start_on, numbers=scheme.numbers_of(rules)),
            enrolled_at=now,
        )


def _copy_plan(record: TrainingRecord, now: datetime) -> None:
    """The plan of the application, competency by competency; "by month" becomes a day within the training (T1)."""
    items = CompetencyItem.objects.filter(list=record.competency_list).select_related("plan").order_by("position")
    PlanItem.objects.bulk_create(_plan_item(record, item, now) for item in items)


def _plan_item(record: TrainingRecord, item: CompetencyItem, now: datetime) -> PlanItem:
    plan: PlanOutlineRow | None = getattr(item, "plan", None)
    by_month = plan.by_month if plan else None
    return PlanItem(
        record=record,
        item=item,
        position=item.position,
        how=plan.how if plan else "",
        where=plan.where if plan else "",
        with_whom=plan.with_whom if plan else "",
        by_on=min(add_months(record.start_on, by_month), record.expected_end_on) if by_month else None,
        changed_at=now,
    )


def _set_milestones(record: TrainingRecord) -> None:
    numbers = scheme.numbers_of(record.rules)
    day = queries.inducted_with(record.intake, record.start_on).induction_on
    induction_on = day if day >= record.start_on else None
    Milestone.objects.bulk_create(
        Milestone(record=record, kind=step.kind, due_on=step.due_on)
        for step in milestones(record.start_on, induction_on=induction_on, numbers=numbers)
    )


def _appoint(record: TrainingRecord, application: Application, now: datetime) -> None:
    """Who stands around the training from its first day on; whoever becomes a trainee by this enrolment does not."""
    for kind, person in queries.people_appointed(application, now):
        made = Appointment.objects.create(
            record=record, person=person, kind=kind, starts_on=record.start_on, made_at=now
        )
        noted(made, by=None, now=now)


def _invite_to_induction(record: TrainingRecord, now: datetime) -> None:
    intake = queries.inducted_with(record.intake, record.start_on)
    for event in queries.invited_to(intake, now, record.scope_id):
        Attendance.objects.create(record=record, event=event, invited_at=now)


def _welcome(record: TrainingRecord, now: datetime) -> None:
    """One welcome to the trainee, with the events in a calendar file, and a word to those who are appointed."""
    invited = [row.event for row in record.attendances.select_related("event").order_by("event__starts_at")]
    appointments = list(record.appointments.select_related("person", "record").order_by("pk"))
    notify(
        notices.WELCOME,
        to=record.trainee,
        key=f"training.welcome:{record.pk}",
        about=record,
        within=record.trainee_id,
        now=now,
        context={"record": record, "events": invited, "appointments": appointments},
        attachment=_calendar(record, invited, now) if invited else None,
    )
    for appointment in appointments:
        say(appointment, now)


def _calendar(record: TrainingRecord, events: list[SchemeEvent], now: datetime) -> Document:
    return store_bytes(
        content=calendar_file(*(_entry(event) for event in events), now=now),
        owner=record.trainee,
        by=None,
        now=now,
        **DATES,
    )


def _entry(event: SchemeEvent) -> CalendarEntry:
    """An event as the welcome puts it into a calendar; how to join what they sign up for comes with their place."""
    return queries.calendar_entry(event, joins=event.sign_up_until_on is None)
