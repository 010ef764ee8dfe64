"""What an application asks of whom, computed from its state (N)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import DateField, DateTimeField, Exists, F, OuterRef, Q, QuerySet, Value
from django.urls import reverse

from applications.access import can_answer, is_asked_anew
from applications.models import Application, Enquiry
from applications.queries.adjusting import adjustment_duties
from applications.queries.enquiring import STANDING
from applications.queries.facts import supervisor_left
from applications.queries.letters import held_letters_of_others
from applications.queries.objections import objection_rows
from applications.queries.order_duties import orders_to_check, own_order_rows
from applications.queries.orders import wanted_orders
from applications.states import CONFIRMED_ANEW, ROLLS_OVER, TO_WORK_ON, ApplicationState, EnquiryStanding, Part
from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.months import days_after
from ctts.common.parts import OFFICES, WaitingRow, WaitsFor, nudging
from ctts.common.prepared import prepared
from ctts.organisations.access import holds, on_day, workplaces_of
from ctts.organisations.models import Affiliation
from ctts.organisations.queries import people_with
from ctts.organisations.states import Role
from ctts.scheme.queries import numbers_on

DRAFTED = (ApplicationState.DRAFT, ApplicationState.INFORMATION_REQUESTED)
ENTERS_AN_ORDER = (*DRAFTED, ApplicationState.ACCEPTED)
OFFICE_STATES = (ApplicationState.RECEIVED, ApplicationState.IN_REVIEW)
ORDER, QUESTION, LETTER, READERS = "order", "question", "letter", "readers"
# Kind → what one asks, what several ask, what they are about, and where they are.
ON_THE_DESK = {
    ORDER: (
        "Check another purchase order",
        "Check {} other purchase orders",
        "of accepted applicants",
        "applications:orders",
    ),
    QUESTION: (
        "Answer a question",
        "Answer {} questions",
        "from people without an account",
        "applications:enquiries",
    ),
    LETTER: ("Send a letter on hold", "Send {} letters on hold", "of decisions", "applications:letters"),
    READERS: (
        "Name a reader of adjustments",
        "Name a reader of adjustments",
        "nobody can read what is asked for",
        "organisations:people",
    ),
}


def duties_for(user: User, today: date) -> list[WaitingRow]:
    """An applicant finishes, answers or gives another order, a supervisor confirms, the office reviews and checks, a
    named reader agrees."""
    return duties_and_others(user, today)[0]


def others_for(user: User, today: date) -> list[WaitingRow]:
    """What an applicant waits for: their supervisor, somebody at the employer, then the office."""
    return duties_and_others(user, today)[1]


def duties_and_others(user: User, today: date) -> tuple[list[WaitingRow], list[WaitingRow]]:
    """Both of a person, from one look at the applications in which something waits, and one at adjustments (A5)."""
    rows = _waiting(user, today)
    mine = [row for row in rows if row.applicant_id == user.pk]
    orders, asked_for_orders = own_order_rows((row for row in mine if row.state in ENTERS_AN_ORDER), today)
    asked = [row for row in rows if can_answer(user, row)]
    office = [row for row in rows if user.pk not in (row.applicant_id, row.supervisor_id)]
    adjustments, decided_by_others = adjustment_duties(user, today)
    desk = _on_the_desk(user, today) if holds(user, Role.OFFICE, today) else []
    own = [*_as_applicant(mine), *orders, *_as_supervisor(asked), *_as_office(office), *desk, *adjustments]
    objected = objection_rows(user) if holds(user, Role.COORDINATOR, today) else []
    return own, [*_with_others(mine), *asked_for_orders, *decided_by_others, *objected]


def _waiting(user: User, today: date) -> list[Application]:
    """The person's own, those they are asked to support, and for the office what it may review, the oldest first."""
    if holds(user, Role.OFFICE, today):
        return _waiting_for_office(user.pk, list(workplaces_of(user, today)), today)
    return _waiting_for(user.pk)


def _given_or_asked(user: Any) -> Q:
    own = Q(applicant=user, state__in=[*DRAFTED, ApplicationState.AWAITING_SUPERVISOR, *OFFICE_STATES])
    wants_an_order = Q(applicant=user, state=ApplicationState.ACCEPTED)
    wants_an_order &= Q(Exists(wanted_orders().filter(application=OuterRef("pk"))))
    anew = Q(supervisor=user, state__in=CONFIRMED_ANEW, another_asked_at__isnull=False)
    return own | wants_an_order | Q(supervisor=user, state=ApplicationState.AWAITING_SUPERVISOR) | anew


def _in_order(rows: QuerySet[Application]) -> QuerySet[Application]:
    return rows.select_related("applicant", "intake", "competency_list", "supervisor").order_by("counts_from", "pk")


@prepared
def _waiting_for(user: Any) -> QuerySet[Application]:
    return _in_order(Application.objects.filter(_given_or_asked(user)))


@prepared
def _waiting_for_office(user: Any, workplaces: Any, today: Any) -> QuerySet[Application]:
    tied = Q(applicant=user) | Q(supervisor=user) | Q(centre__any_of=workplaces)
    # what somebody had who has left the office, or is of the applicant's centre by now, waits for all of it
    held = Affiliation.objects.filter(on_day(today), person=OuterRef("claimed_by"))
    member, of_centre = (
        held.filter(role=Role.OFFICE, person__is_active=True),
        held.filter(organisation=OuterRef("centre")),
    )
    free = Q(claimed_by=user) | ~Exists(member) | Exists(of_centre)
    # a deferred one rests until its intake takes applications (A6)
    open_to_review = Q(state__in=OFFICE_STATES) | Q(state=ApplicationState.DEFERRED, intake__opens_on__lte=today)
    return _in_order(Application.objects.filter(_given_or_asked(user) | open_to_review & free & ~tied))


def _on_the_desk(user: User, today: date) -> list[WaitingRow]:
    """What waits for the whole office, a row each: orders given after acceptance, not of whom a member is part of;
    questions of people without an account; letters on hold; that nobody reads adjustments; one query (A1, A3 f, A4,
    A5, screens 20).
    """
    orders = orders_to_check(user, today).order_by()
    asked = Enquiry.objects.filter(STANDING[EnquiryStanding.OPEN]).order_by()
    held = held_letters_of_others(user).order_by()
    no_reader = User.objects.filter(pk=user.pk).exclude(Exists(people_with(Role.ADJUSTMENTS, today).order_by()))
    others = (
        _waits(asked, QUESTION, "made_at"),
        _waits(held, LETTER, "decision__decided_at"),
        _waits(no_reader, READERS, SOMETIME),
    )
    rows = _waits(orders, ORDER, "entered_at", due=F("application__intake__enrolment_on")).union(*others, all=True)
    found: dict[str, list[tuple[datetime | None, date | None]]] = {}
    for kind, at, due in rows:
        found.setdefault(kind, []).append((at, due))
    return [_row_of(kind, found[kind]) for kind in ON_THE_DESK if kind in found]


NEVER, SOMETIME = Value(None, output_field=DateField()), Value(None, output_field=DateTimeField())


def _waits(rows: QuerySet[Any], kind: str, at: Any, due: Any = NEVER) -> Any:
    return rows.annotate(kind=Value(kind), since=F(at) if isinstance(at, str) else at, due=due).values_list(
        "kind", "since", "due"
    )


def _row_of(kind: str, waiting: list[tuple[datetime | None, date | None]]) -> WaitingRow:
    one, several, about, url = ON_THE_DESK[kind]
    what = one if len(waiting) == 1 else several.format(len(waiting))
    first = min((at for at, _ in waiting if at is not None), default=None)
    since = london_date(first) if first else None
    due = min((day for _, day in waiting if day is not None), default=None)
    return WaitingRow(what, reverse(url), about=about, role="scheme office", since=since, due=due)


def _with_others(mine: list[Application]) -> list[WaitingRow]:
    return [_with_other(row) for row in mine if row.state not in ENTERS_AN_ORDER and not has_lost_supervisor(row)]


def _with_other(row: Application) -> WaitingRow:
    url = reverse("applications:status", args=[row.pk])
    if row.state == ApplicationState.AWAITING_SUPERVISOR:
        since, due = handed_over_on(row), row.deadline_on
        asked = WaitingRow("Confirm your application", url, row.supervisor_name, since=since, due=due)
        person = row.supervisor if row.supervisor and row.supervisor.has_usable_password() else None
        waits = WaitsFor(f"applications.confirm:{row.pk}", (person.pk,), row.applicant_id) if person else None
        return nudging(asked, waits, "They have not come in yet: the link in their invitation is the way")
    if is_asked_anew(row):
        since = london_date(row.another_asked_at) if row.another_asked_at else None
        asked = WaitingRow("Confirm your application", url, row.supervisor_name, since=since, due=decide_by(row))
        return nudging(asked, None, "The scheme office sees that their confirmation is awaited")
    reviewed = WaitingRow("Review your application", url, "Scheme office", since=with_office_since(row))
    return nudging(reviewed, None, OFFICES)


def handed_over_on(row: Application) -> date | None:
    """Since when the supervisor has it: handing over freezes the list (A2)."""
    frozen = row.competency_list.frozen_at if row.competency_list else None
    return london_date(frozen) if frozen else None


def _as_applicant(mine: list[Application]) -> list[WaitingRow]:
    found = []
    for row in mine:
        if has_lost_supervisor(row):
            found.append(_lost_row(row))
        if row.state not in DRAFTED:
            continue
        if supervisor_left(row):
            found.append(_another_row(row))
        if row.state == ApplicationState.DRAFT:
            found.append(
                WaitingRow(
                    what="Finish your application",
                    url=reverse("applications:form", args=[row.pk]),
                    about=f"Intake {row.intake}",
                    role="applicant",
                    since=london_date(row.started_at),
                    due=row.deadline_on,
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


def has_lost_supervisor(row: Application) -> bool:
    """Whether it waits for a Training Supervisor who can no longer sign in: the applicant has the next move (A2)."""
    waits = row.state == ApplicationState.AWAITING_SUPERVISOR
    return waits and row.supervisor is not None and not row.supervisor.is_active


def supervisor_has_left(row: Application) -> bool:
    """Whether whoever is to confirm it, or confirmed it, can no longer sign in, while it is not decided (A2)."""
    stands = row.state in ROLLS_OVER or row.state in TO_WORK_ON
    return stands and row.supervisor is not None and not row.supervisor.is_active


def _lost_row(row: Application) -> WaitingRow:
    return WaitingRow(
        what="Take your application back and name another Training Supervisor",
        url=reverse("applications:take_back", args=[row.pk]),
        about=f"Intake {row.intake}",
        role="applicant",
        since=handed_over_on(row),
        due=row.deadline_on,
        button="Take it back",
    )


def _another_row(row: Application) -> WaitingRow:
    """It came back to the applicant, and whoever was asked to confirm it cannot any more (A2)."""
    return WaitingRow(
        what="Name another Training Supervisor",
        url=reverse("applications:part", args=[row.pk, Part.SUPERVISOR]),
        about=f"Intake {row.intake}",
        role="applicant",
        since=london_date(row.moved_at or row.started_at),
        due=row.deadline_on,
        button="Name them",
    )


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


def _as_supervisor(rows: list[Application]) -> list[WaitingRow]:
    return [
        WaitingRow(
            what="Confirm support and plan",
            url=reverse("applications:confirm", args=[row.pk]),
            about=row.applicant.full_name,
            role="Training Supervisor",
            since=london_date(row.another_asked_at) if row.another_asked_at else handed_over_on(row),
            due=decide_by(row) if row.another_asked_at else row.deadline_on,
            button="Read",
        )
        for row in rows
    ]


def _as_office(rows: list[Application]) -> list[WaitingRow]:
    return [
        WaitingRow(
            what=_office_step(row),
            url=reverse("applications:review", args=[row.pk]),
            about=row.applicant.full_name,
            role="scheme office",
            since=with_office_since(row),
            due=decide_by(row),
            button="Review",
        )
        for row in rows
    ]


def decide_by(row: Application) -> date | None:
    """The day by which the office decides: that of enrolment; none for what came later than that (I5)."""
    received_on = london_date(row.counts_from) if row.counts_from else None
    due = row.intake.enrolment_on
    return due if received_on is None or received_on <= due else None


def _office_step(row: Application) -> str:
    if row.state == ApplicationState.DEFERRED:
        return "Take up a deferred application"
    return "Decide the application" if row.claimed_by_id else "Review a new application"


def with_office_since(row: Application) -> date | None:
    """Since when the office, or whoever claimed it, has the next move: its receipt, the answer, the taking up, or the
    claim, whatever came last; of a deferred one since its intake takes applications (A6, screens 7).
    """
    came = [at for at in (row.moved_at, row.claimed_at) if at is not None]
    since = london_date(max(came)) if came else None
    if row.state == ApplicationState.DEFERRED and since is not None:
        return max(since, row.intake.opens_on)
    return since
