"""What the scheme itself asks of the office and of co-ordinators: intakes, accreditations (N, I6, C1, C3)."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.parts import OFFICES, WaitingRow
from ctts.organisations.access import holds
from ctts.organisations.queries import centres_co_ordinated_by, proposals_to_confirm
from ctts.organisations.states import Role
from ctts.scheme.models import Accreditation, AccreditationCondition, CentreApplication, Intake
from ctts.scheme.queries.calendar import without_induction
from ctts.scheme.queries.centres import accreditations_to_renew, centres_without_contact
from ctts.scheme.queries.conditions import accreditations_all_met, conditions_waiting
from ctts.scheme.queries.numbers import numbers_on
from ctts.scheme.queries.office import planned_to_open
from ctts.scheme.rules import application_closed
from ctts.scheme.states import (
    OPEN_APPLICATIONS,
    VALID_ACCREDITATION,
    AccreditationState,
    CentreApplicationState,
    ConditionState,
    EventKind,
    IntakeState,
)

AHEAD = timedelta(days=28)
ROLE = "scheme office"
COORDINATOR = "Training Co-ordinator"


def duties_for(user: User, today: date) -> list[WaitingRow]:
    """For the office: each intake without a fee within four weeks of its first day, the Induction Day of each that
    closes within four weeks or is closed until it is entered, each accreditation applied for, each condition that is
    answered or past its day, each member of the office to confirm. For a Training Co-ordinator: each accreditation to
    renew, each application that is begun and not sent, each condition to meet.

    The office also gives each accredited centre a Training Co-ordinator that has nobody with access (C2).
    """
    rows: list[WaitingRow] = []
    if holds(user, Role.OFFICE, today):
        rows += [*_of_intakes(today), *_to_decide(), *_to_judge(today), *_to_confirm(user), *_to_co_ordinate(today)]
    if holds(user, Role.COORDINATOR, today):
        rows += [*_to_renew(user, today), *_to_send(user, today), *_to_meet(user, today)]
    return rows


def _of_intakes(today: date) -> list[WaitingRow]:
    """Intakes that would not open by themselves for want of a fee (I6), and those whose Induction Day is not entered,
    to which whoever is enrolled is invited (I3, E1); one query."""
    until = today + AHEAD
    no_fee = planned_to_open(until, today).filter(fee_gross_pence__isnull=True)
    rows = (no_fee | without_induction(until, today)).order_by("opens_on", "pk")
    return [_fee_row(row) if row.state == IntakeState.PLANNED else _induction_row(row) for row in rows]


def _fee_row(row: Intake) -> WaitingRow:
    what, url = "Enter the fee: the intake opens with it", reverse("scheme:intake", args=[row.pk])
    return WaitingRow(what=what, url=url, about=str(row), role=ROLE, due=row.opens_on)


def _induction_row(row: Intake) -> WaitingRow:
    return WaitingRow(
        what="Enter the Induction Day: whoever is enrolled is invited to it",
        url=induction_entered_at(row),
        about=str(row),
        role=ROLE,
        due=row.enrolment_on,
        button="Enter it",
    )


def induction_entered_at(intake: Intake) -> str:
    """Where the Induction Day of an intake is entered, with what is known of it in the form (I3)."""
    return f"{reverse('training:event_add')}?intake={intake.pk}&kind={EventKind.INDUCTION}&on={intake.induction_on}"


def _to_decide() -> list[WaitingRow]:
    """Accreditations that wait for a decision: applied for, or with conditions that are all met (C3); one query."""
    rows = Accreditation.objects.filter(Q(state=AccreditationState.APPLIED) | Q(pk__in=accreditations_all_met()))
    return [
        WaitingRow(
            what="Decide an accreditation" if applied else "Accredit without conditions: all are met",
            url=reverse("scheme:accreditation", args=[row.pk]),
            about=str(row),
            role=ROLE,
            button="Decide" if applied else "Open",
        )
        for row in rows.select_related("organisation", "scope").order_by("-state", "pk")
        for applied in [row.state == AccreditationState.APPLIED]
    ]


def _to_confirm(user: User) -> list[WaitingRow]:
    """Who is proposed for the office by another member (quality rule 15)."""
    return [
        WaitingRow(
            what="Confirm a member of the office",
            url=reverse("organisations:proposal", args=[row.pk]),
            about=row.person.full_name,
            role=ROLE,
            since=london_date(row.proposed_at),
        )
        for row in proposals_to_confirm(user)
    ]


def _to_co_ordinate(today: date) -> list[WaitingRow]:
    """Accredited centres without a main contact, of their own or of their consortium (C2)."""
    return [
        WaitingRow(
            what="Give the centre a Training Co-ordinator",
            url=reverse("scheme:centre", args=[row.pk]),
            about=row.name,
            role=ROLE,
            button="Open",
        )
        for row in centres_without_contact(today)
    ]


def _condition(row: AccreditationCondition, what: str, role: str, button: str) -> WaitingRow:
    return WaitingRow(
        what=what,
        url=reverse("scheme:condition", args=[row.pk]),
        about=f"{row.accreditation}, condition {row.number}",
        role=role,
        due=row.due_on,
        button=button,
    )


def _to_judge(today: date) -> list[WaitingRow]:
    """Conditions that are answered, or past their day without an answer (C3)."""
    rows = conditions_waiting(ConditionState.ANSWERED, ConditionState.OPEN)
    return [
        _condition(row, "Judge the answer to a condition", ROLE, "Judge")
        if row.state == ConditionState.ANSWERED
        else _condition(row, "Ask after a condition that is past its day", ROLE, "Open")
        for row in rows.exclude(state=ConditionState.OPEN, due_on__gte=today)
    ]


def _to_meet(user: User, today: date) -> list[WaitingRow]:
    mine = centres_co_ordinated_by(user, today)
    rows = conditions_waiting(ConditionState.OPEN).filter(accreditation__organisation__in=mine)
    return [_condition(row, "Meet a condition of the accreditation", COORDINATOR, "Answer") for row in rows]


def _to_renew(user: User, today: date) -> list[WaitingRow]:
    """Accreditations from their first reminder on, and after their end, unless a draft is begun, an application waits,
    or it is renewed from a later day, so that nothing can be applied for (C1)."""
    mine = centres_co_ordinated_by(user, today)
    rows = accreditations_to_renew(today, numbers_on(today)).filter(organisation__in=mine)
    same = {"organisation": OuterRef("organisation"), "scope": OuterRef("scope")}
    begun = Exists(CentreApplication.objects.filter(state__in=OPEN_APPLICATIONS, **same))
    applied = Exists(Accreditation.objects.filter(state=AccreditationState.APPLIED, **same))
    renewed = Exists(
        Accreditation.objects.filter(state__in=VALID_ACCREDITATION, starts_on__gt=OuterRef("ends_on"), **same)
    )
    return [
        WaitingRow(
            what="Renew the accreditation",
            url=f"{reverse('scheme:begin_application', args=[row.organisation_id])}?scope={row.scope_id}",
            about=str(row),
            role=COORDINATOR,
            due=row.ends_on,
            button="Renew",
        )
        for row in rows.exclude(begun | applied | renewed)
    ]


def _of(user: User, today: date, state: CentreApplicationState) -> list[CentreApplication]:
    mine = centres_co_ordinated_by(user, today)
    rows = CentreApplication.objects.filter(state=state, organisation__in=mine)
    return list(rows.select_related("organisation", "scope", "renews").order_by("begun_at", "pk"))


def _to_send(user: User, today: date) -> list[WaitingRow]:
    """What is written and can be sent: not a draft beside what was granted meanwhile and cannot be renewed yet (C1)."""
    return [
        WaitingRow(
            what="Finish the application for accreditation",
            url=reverse("scheme:application", args=[row.pk]),
            about=str(row),
            role=COORDINATOR,
            since=london_date(row.begun_at),
            due=row.renews.ends_on if row.renews else None,
        )
        for row in _of(user, today, CentreApplicationState.DRAFT)
        if row.renews is None or not application_closed(row.renews.state, row.renews.ends_on, today, numbers_on(today))
    ]


def others_for(user: User, today: date) -> list[WaitingRow]:
    """For a Training Co-ordinator: applications for accreditation that the office decides (C3)."""
    if not holds(user, Role.COORDINATOR, today):
        return []
    return [
        WaitingRow(
            what="The office decides on the accreditation",
            url=reverse("scheme:application", args=[row.pk]),
            about=str(row),
            role=COORDINATOR,
            since=london_date(row.sent_at or row.begun_at),
            nudged=OFFICES,
        )
        for row in _of(user, today, CentreApplicationState.SENT)
    ]
