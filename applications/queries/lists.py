"""Which applications a person sees, and the office's desk."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q, QuerySet

from applications.models import AdjustmentRequest, Application, Decision
from applications.states import FINAL, ROLLS_OVER, ApplicationState
from ctts.accounts.models import User
from ctts.audit.models import AuditEvent
from ctts.audit.queries import timeline
from ctts.common.clock import london_date
from ctts.organisations.access import holds, organisations_where
from ctts.organisations.states import Role


def applications_visible_to(user: User, today: date) -> QuerySet[Application]:
    """Own ones; those a supervisor was asked to confirm; a centre's once handed to its supervisor; all for the office.

    A supervisor or co-ordinator never sees a draft that was not handed over yet.
    """
    rows = Application.objects.select_related("applicant", "intake", "scope", "centre", "supervisor", "claimed_by")
    if holds(user, Role.OFFICE, today):
        return rows
    handed_over = ~Q(state=ApplicationState.DRAFT) | Q(supervisor_answers__isnull=False)
    supervised = Q(supervisor=user) & handed_over
    centre = Q(centre__in=organisations_where(user, [Role.COORDINATOR], today)) & handed_over
    wanted = Application.objects.filter(Q(applicant=user) | supervised | centre).values("pk")
    return rows.filter(pk__in=wanted)


def open_application(user: User) -> Application | None:
    """A person's application that has not come to its end, if there is one (A1)."""
    rows = Application.objects.filter(applicant=user).exclude(state__in=FINAL)
    return rows.select_related("intake", "scope", "centre", "supervisor", "competency_list").first()


def desk(user: User, today: date, state: str = "") -> QuerySet[Application]:
    """The office's queue, oldest receipt first; `state` narrows it. Empty for anyone outside the office (A4)."""
    if not holds(user, Role.OFFICE, today):
        return Application.objects.none()
    rows = applications_visible_to(user, today)
    if state:
        rows = rows.filter(state=state)
    return rows.order_by("received_at", "started_at", "pk")


def waiting_enrolment(intake_id: int) -> QuerySet[Application]:
    """Accepted applications of an intake, which the enrolment job takes one by one (I5)."""
    return Application.objects.filter(intake=intake_id, state=ApplicationState.ACCEPTED).order_by("pk")


def left_behind(now: datetime) -> list[int]:
    """Ids of applications whose intake's cut-off is over in London and which were never complete (I5)."""
    rows = Application.objects.filter(state__in=ROLLS_OVER, intake__cutoff_on__lt=london_date(now))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def not_handed_in() -> list[int]:
    """Ids of applications that are a draft or wait for their supervisor: who is reminded of the cut-off (I5)."""
    return list(Application.objects.filter(state__in=ROLLS_OVER).order_by("pk").values_list("pk", flat=True))


def letters_owed() -> list[Decision]:
    """Decisions whose letter is not made yet, oldest first, at most fifty at a look (A4)."""
    rows = Decision.objects.filter(letter__document__isnull=True).order_by("decided_at", "pk")
    return list(
        rows.select_related("application__applicant", "application__scope", "application__centre", "intake")[:50]
    )


def adjustments_visible_to(user: User, today: date) -> QuerySet[AdjustmentRequest]:
    """Adjustment requests whose reason this person may read: their own, or all for a named reader (A5)."""
    rows = AdjustmentRequest.objects.select_related("person", "application")
    return rows if holds(user, Role.ADJUSTMENTS, today) else rows.filter(person=user)


def history_of(application: Application) -> QuerySet[AuditEvent]:
    """What happened to this application, newest first; who may read it, the caller has asked."""
    return timeline(application.applicant_id).filter(object="applications.application", object_id=application.pk)
