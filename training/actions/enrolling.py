"""Enrolment: everything of E1 in one transaction, once for each accepted application."""

from __future__ import annotations

from datetime import date, datetime
from typing import cast

from django.db import transaction

from applications import actions as applications
from applications.models import Application
from ctts.accounts.models import User
from ctts.audit.actions import record as audit
from ctts.common.clock import london_date
from ctts.common.months import add_months
from ctts.common.races import taken_means
from ctts.common.verdict import TooLate, require
from ctts.notifications.actions import notify
from ctts.organisations.models import Organisation
from ctts.organisations.queries import people_with
from ctts.organisations.states import Role
from ctts.scheme import queries as scheme
from ctts.scheme.models import CompetencyItem, CompetencyList, PlanOutlineRow, Scope
from training import access, notices
from training.models import (
    Appointment,
    AssociateMembership,
    Attendance,
    Milestone,
    PlanItem,
    TrainingRecord,
)
from training.rules import expected_end, milestones
from training.states import AppointmentKind


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
    start_on = _start_of(application)
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


def _start_of(application: Application) -> date:
    accepted = application.decisions.filter(kind="accept").latest("decided_at")
    return max(application.intake.enrolment_on, london_date(accepted.decided_at))


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
    induction_on = record.intake.induction_on if record.intake.induction_on >= record.start_on else None
    Milestone.objects.bulk_create(
        Milestone(record=record, kind=step.kind, due_on=step.due_on)
        for step in milestones(record.start_on, induction_on=induction_on, numbers=numbers)
    )


def _appoint(record: TrainingRecord, application: Application, now: datetime) -> None:
    """The supervisor of the application, and the centre's Training Co-ordinator (who may be the same person, C2).

    A co-ordinator who is a trainee, or becomes one by this enrolment, stands around nobody's training (E4).
    """
    people = [(AppointmentKind.SUPERVISOR, application.supervisor)]
    trainees = access.trains_now().values("trainee")
    coordinators = people_with(Role.COORDINATOR, london_date(now), record.centre_id).exclude(pk__in=trainees)
    coordinator = coordinators.first()
    people.append((AppointmentKind.COORDINATOR, coordinator))
    for kind, person in people:
        if person is not None:
            made = Appointment.objects.create(
                record=record, person=person, kind=kind, starts_on=record.start_on, made_at=now
            )
            facts = {"kind": str(kind), "person": person.pk}
            audit("training.appointment.made", by=None, at=now, about=made, within=record.trainee_id, after=facts)


def _invite_to_induction(record: TrainingRecord, now: datetime) -> None:
    for event in record.intake.events.filter(ends_at__gte=now):
        Attendance.objects.create(record=record, event=event, invited_at=now)


def _welcome(record: TrainingRecord, now: datetime) -> None:
    """One welcome to the trainee, and a word to those who are appointed."""
    invited = record.attendances.select_related("event").order_by("event__starts_at")
    appointments = list(record.appointments.select_related("person").order_by("kind", "pk"))
    notify(
        notices.WELCOME,
        to=record.trainee,
        key=f"training.welcome:{record.pk}",
        about=record,
        within=record.trainee_id,
        now=now,
        context={"record": record, "events": [row.event for row in invited], "appointments": appointments},
    )
    for appointment in appointments:
        notify(
            notices.APPOINTED,
            to=appointment.person,
            key=f"training.appointed:{appointment.pk}",
            about=appointment,
            within=record.trainee_id,
            now=now,
            context={"record": record, "appointment": appointment},
        )
