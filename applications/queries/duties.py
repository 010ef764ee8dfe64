"""What an application asks of whom, computed from its state (N)."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.urls import reverse

from applications.models import Application
from applications.states import ApplicationState
from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.months import days_after
from ctts.common.parts import WaitingRow
from ctts.organisations.access import holds, workplaces_of
from ctts.organisations.states import Role
from ctts.scheme.queries import numbers_on

OFFICE_STATES = (ApplicationState.RECEIVED, ApplicationState.IN_REVIEW)


def duties_for(user: User, today: date) -> list[WaitingRow]:
    """An applicant finishes or answers, a supervisor confirms, the office reviews: a row for each right person."""
    return [*_as_applicant(user), *_as_supervisor(user), *_as_office(user, today)]


def others_for(user: User, today: date) -> list[WaitingRow]:
    """What an applicant waits for: their supervisor, then the office."""
    rows = _mine(user).filter(
        state__in=[ApplicationState.AWAITING_SUPERVISOR, ApplicationState.RECEIVED, ApplicationState.IN_REVIEW]
    )
    return [
        WaitingRow(
            what="Confirm your application"
            if row.state == ApplicationState.AWAITING_SUPERVISOR
            else "Review your application",
            url=reverse("applications:status", args=[row.pk]),
            about=row.supervisor_name if row.state == ApplicationState.AWAITING_SUPERVISOR else "Scheme office",
            due=row.intake.cutoff_on if row.state == ApplicationState.AWAITING_SUPERVISOR else None,
        )
        for row in rows
    ]


def _mine(user: User) -> QuerySet[Application]:
    return Application.objects.filter(applicant=user).select_related("intake")


def _as_applicant(user: User) -> list[WaitingRow]:
    rows = _mine(user).filter(state__in=[ApplicationState.DRAFT, ApplicationState.INFORMATION_REQUESTED])
    found = []
    for row in rows:
        if row.state == ApplicationState.DRAFT:
            found.append(
                WaitingRow(
                    what="Finish your application",
                    url=reverse("applications:form", args=[row.pk]),
                    about=f"Intake {row.intake}",
                    role="applicant",
                    since=london_date(row.started_at),
                    due=row.intake.cutoff_on,
                    button="Go on",
                )
            )
        else:
            found.append(_answer_row(row))
    return found


def reply_by(asked_at: datetime) -> date:
    """The last London day on which a reply keeps the received time (I4)."""
    asked_on = london_date(asked_at)
    return days_after(asked_on, numbers_on(asked_on).information_reply_days)


def _answer_row(row: Application) -> WaitingRow:
    asked_at = row.information_requests.latest("asked_at").asked_at
    return WaitingRow(
        what="Answer the office's questions",
        url=reverse("applications:answer", args=[row.pk]),
        about=f"Intake {row.intake}",
        role="applicant",
        since=london_date(asked_at),
        due=reply_by(asked_at),
        button="Answer",
    )


def _as_supervisor(user: User) -> list[WaitingRow]:
    rows = Application.objects.filter(supervisor=user, state=ApplicationState.AWAITING_SUPERVISOR)
    return [
        WaitingRow(
            what="Confirm support and plan",
            url=reverse("applications:confirm", args=[row.pk]),
            about=row.applicant.full_name,
            role="Training Supervisor",
            due=row.intake.cutoff_on,
            button="Read",
        )
        for row in rows.select_related("applicant", "intake")
    ]


def _as_office(user: User, today: date) -> list[WaitingRow]:
    if not holds(user, Role.OFFICE, today):
        return []
    rows = Application.objects.filter(state__in=OFFICE_STATES).exclude(
        Q(applicant=user) | Q(supervisor=user) | Q(centre__in=workplaces_of(user, today))
    )
    mine_or_free = rows.filter(Q(claimed_by=user) | Q(claimed_by__isnull=True))
    return [
        WaitingRow(
            what="Decide the application" if row.claimed_by_id else "Review a new application",
            url=reverse("applications:review", args=[row.pk]),
            about=row.applicant.full_name,
            role="scheme office",
            since=london_date(row.counts_from) if row.counts_from else None,
            due=row.intake.enrolment_on,
            button="Review",
        )
        for row in mine_or_free.select_related("applicant", "intake").order_by("counts_from", "pk")
    ]
