"""Which applications a person sees, and the office's desk."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from applications.access import applying_now
from applications.models import Application, PurchaseOrder, SavedFilter
from applications.queries.duties import has_lost_supervisor
from applications.states import (
    CHASEABLE,
    CONFIRMED_ANEW,
    EVERY,
    ROLLS_OVER,
    TO_WORK_ON,
    ApplicationState,
    PurchaseOrderState,
)
from ctts.accounts.models import User
from ctts.accounts.queries import people_named
from ctts.common.clock import london_date
from ctts.notifications.models import Message
from ctts.organisations.access import holds, organisations_where
from ctts.organisations.models import Organisation
from ctts.organisations.states import Role
from ctts.scheme.models import Accreditation, Intake, Scope
from ctts.scheme.queries import is_accredited, leaves_gap

# What every page of an application shows of it, and judges it by.
SHOWN = ("applicant", "intake", "scope", "centre", "supervisor", "claimed_by", "competency_list")


def applications_visible_to(user: User, today: date) -> QuerySet[Application]:
    """Own ones; those a supervisor was asked to confirm; a centre's once handed to its supervisor; all for the office.

    Nobody else sees a draft that was never handed over, withdrawn or not: a supervisor is appointed by handing over. A
    co-ordinator sees none that is being worked on again either: its centre may not be theirs any more.
    """
    rows = Application.objects.select_related(*SHOWN)
    if holds(user, Role.OFFICE, today):
        return rows
    own = Q(applicant=user) | Q(supervisor=user)
    centre = Q(centre__in=organisations_where(user, [Role.COORDINATOR], today), supervisor__isnull=False)
    return rows.filter(own | (centre & ~Q(state=ApplicationState.DRAFT)))


def applications_named(user: User, today: date, text: str) -> QuerySet[Application]:
    """Other people's applications that a person sees, by the beginnings of the applicant's names, the newest first."""
    rows = applications_visible_to(user, today).exclude(applicant=user).filter(applicant__in=people_named(text))
    return rows.select_related(None).select_related("applicant", "scope", "intake").order_by("-started_at", "-pk")


def open_application(user: User) -> Application | None:
    """A person's application that has not come to its end, if there is one (A1)."""
    rows = applying_now().filter(applicant=user)
    return rows.select_related("intake", "scope", "centre", "supervisor", "competency_list").first()


def own_applications(user: User) -> QuerySet[Application]:
    """Every application of a person, the newest first (A1)."""
    return Application.objects.filter(applicant=user).select_related("intake", "scope").order_by("-started_at", "-pk")


# What the desk shows of an application; what its lights are judged by is read of the rows of one page alone.
ON_THE_DESK = (
    "applicant__full_name",
    "scope__name",
    "centre__name",
    "intake__year",
    "intake__month",
    "claimed_by__full_name",
    "state",
    "counts_from",
    "started_at",
    "supervisor__is_active",
)


def desk(user: User, today: date, *, state: str = "", **narrowing: Any) -> QuerySet[Application]:
    """The office's queue, oldest receipt first. Empty for anyone outside the office (A4).

    Without a `state` it holds what is to be worked on: handed in and not decided, or put off; EVERY shows what has
    ended as well. Within that it is narrowed as `_narrowed` says.
    """
    if not holds(user, Role.OFFICE, today):
        return Application.objects.none()
    rows = applications_visible_to(user, today).select_related(None)
    related = ("applicant", "scope", "centre", "intake", "claimed_by", "supervisor")
    rows = rows.select_related(*related).only(*ON_THE_DESK)
    if state != EVERY:
        rows = rows.filter(state__in=[state] if state else TO_WORK_ON)
    rows = _narrowed(rows, user, **narrowing)
    return rows.order_by(F("counts_from").asc(nulls_last=True), "started_at", "pk")


def _narrowed(
    rows: QuerySet[Application],
    user: User,
    *,
    name: str = "",
    mine: bool = False,
    intake: int | None = None,
    scope: int | None = None,
    centre: int | None = None,
) -> QuerySet[Application]:
    """Those of `rows` that this person has claimed (`mine`), by words of the applicant's name, of an intake, scope or
    centre (by id)."""
    given = {"intake": intake, "scope": scope, "centre": centre, "claimed_by": user.pk if mine else None}
    rows = rows.filter(**{column: key for column, key in given.items() if key})
    return rows.filter(applicant__in=people_named(name)) if name.strip() else rows


def desk_choices() -> tuple[QuerySet[Intake], QuerySet[Scope], QuerySet[Organisation]]:
    """By what the desk can be narrowed: every intake (the latest first), scope and centre of an application."""
    intakes = Intake.objects.filter(Exists(Application.objects.filter(intake=OuterRef("pk"))))
    scopes = Scope.objects.filter(Exists(Application.objects.filter(scope=OuterRef("pk"))))
    centres = Organisation.objects.filter(Exists(Application.objects.filter(centre=OuterRef("pk"))))
    return intakes.order_by("-enrolment_on"), scopes, centres.order_by("name", "pk")


def names_on_the_desk(user: User, today: date, chosen: Collection[int]) -> dict[int, str]:
    """The applicants' names of chosen applications that the office sees, by application; one query."""
    rows = desk(user, today, state=EVERY).filter(pk__in=chosen)
    return dict(rows.order_by("pk").values_list("pk", "applicant__full_name"))


def awaited(application: Application) -> User | None:
    """Who outside the office has the next move; None while that is the office or somebody without an account (A6)."""
    if application.state not in CHASEABLE:
        return None
    waits = application.state == ApplicationState.AWAITING_SUPERVISOR and not has_lost_supervisor(application)
    return application.supervisor if waits else application.applicant


def counts_by_state(user: User, today: date, **narrowing: Any) -> dict[str, int]:
    """How many applications of those that the other filters find stand in each state, for the board; one query."""
    if not holds(user, Role.OFFICE, today):
        return {}
    rows = _narrowed(Application.objects.order_by(), user, **narrowing)
    return dict(rows.values_list("state").annotate(number=Count("pk")))


def to_support(user: User) -> QuerySet[Application]:
    """Applications that name a person as Training Supervisor and were handed to them, those that wait first (A2)."""
    anew = Q(state__in=CONFIRMED_ANEW, another_asked_at__isnull=False)
    waiting = Case(When(Q(state=ApplicationState.AWAITING_SUPERVISOR) | anew, then=0), default=1)
    rows = Application.objects.filter(supervisor=user).select_related("applicant", "intake", "scope")
    return rows.order_by(waiting, Coalesce("late_until_on", "intake__cutoff_on"), "pk")


def of_my_centres(user: User, today: date) -> QuerySet[Application]:
    """Applications of the centres that a person co-ordinates, the newest first (C2)."""
    centres = organisations_where(user, [Role.COORDINATOR], today)
    rows = applications_visible_to(user, today).filter(centre__in=centres, supervisor__isnull=False)
    return rows.exclude(state=ApplicationState.DRAFT).order_by("-started_at", "-pk")


def waiting_enrolment(intake_id: int) -> QuerySet[Application]:
    """Accepted applications of an intake, which the enrolment job takes one by one (I5)."""
    return Application.objects.filter(intake=intake_id, state=ApplicationState.ACCEPTED).order_by("pk")


def left_behind(now: datetime) -> list[int]:
    """Ids of applications whose cut-off, or late entry, is over in London and which were never complete (I5)."""
    rows = Application.objects.annotate(deadline=Coalesce("late_until_on", "intake__cutoff_on"))
    rows = rows.filter(state__in=ROLLS_OVER, deadline__lt=london_date(now))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def no_longer_whole() -> list[int]:
    """Ids of applications that wait for their supervisor with a purchase order which does not cover the fee of their
    intake: the intake is another now, or its fee was set since they were handed over (A2, A3 f, I5)."""
    counting = PurchaseOrder.objects.filter(application=OuterRef("pk"), state__in=PurchaseOrderState.current())
    short = counting.filter(gross_pence__lt=OuterRef("intake__fee_gross_pence"))
    rows = Application.objects.filter(Exists(short), state=ApplicationState.AWAITING_SUPERVISOR)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def stopped_applications(accreditation: Accreditation, today: date) -> list[Application]:
    """Applications that are not decided from a centre for a scope of which an accreditation ends, or has; none where
    another one counts on that London day (C1, A3 a)."""
    if not leaves_gap(accreditation, today):
        return []
    return list(_undecided_at(accreditation))


def going_on_again(accreditation: Accreditation, today: date, stopped: str, again: str) -> list[Application]:
    """Applications that are not decided, from a centre for a scope, whose applicants heard last that they cannot be
    accepted; none while the centre is not accredited on that London day (C1, A3 a). `stopped` and `again`: the kinds
    of the two messages."""
    if not is_accredited(accreditation.organisation_id, accreditation.scope_id, today):
        return []
    heard = Message.objects.filter(kind__in=[stopped, again], about_label=Application._meta.label_lower)
    last = heard.filter(about_id=OuterRef("pk")).order_by("-pk").values("kind")[:1]
    there = _undecided_at(accreditation).annotate(heard=Subquery(last))
    return list(there.filter(heard=stopped))


def _undecided_at(accreditation: Accreditation) -> QuerySet[Application]:
    there = Application.objects.filter(centre=accreditation.organisation_id, scope=accreditation.scope_id)
    rows = there.filter(state__in=[*ROLLS_OVER, *TO_WORK_ON]).select_related("applicant", "intake", "scope", "centre")
    return rows.order_by("applicant__sort_name", "pk")


def not_handed_in() -> list[int]:
    """Ids of applications that are a draft or wait for their supervisor: who is reminded of the cut-off (I5)."""
    return list(Application.objects.filter(state__in=ROLLS_OVER).order_by("pk").values_list("pk", flat=True))


def not_answered() -> list[int]:
    """Ids of applications that wait for their Training Supervisor (A2)."""
    rows = Application.objects.filter(state=ApplicationState.AWAITING_SUPERVISOR)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def saved_filters(user: User) -> QuerySet[SavedFilter]:
    """The filters of the desk that this person keeps, by name."""
    return SavedFilter.objects.filter(person=user)
