"""Objections of the Training Co-ordinator, and what stands against acceptance (A2, A4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.urls import reverse

from applications.access import applying_now, can_be_named
from applications.models import Application, Objection
from applications.queries.checklist import ChecklistRow, rejected_of
from applications.queries.facts import standing_against
from applications.queries.given import Given
from applications.states import ObjectionOutcome
from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.parts import OFFICES, WaitingRow, nudging


def objections_to(application: Application) -> list[Objection]:
    """Every objection to an application, the newest first."""
    return list(application.objections.select_related("raised_by", "settled_by"))


def objection_to(application: Application, objection_id: int) -> Objection | None:
    """One objection to this very application."""
    return application.objections.select_related("raised_by").filter(pk=objection_id).first()


def objections_of(user: User, application: Application) -> list[Objection]:
    """What this person objected, the newest first."""
    return [row for row in objections_to(application) if row.raised_by_id == user.pk]


def objection_rows(user: User) -> list[WaitingRow]:
    """What a Training Co-ordinator waits for: that the office considers what they objected to (A2, A4)."""
    rows = Objection.objects.filter(raised_by=user, outcome=ObjectionOutcome.OPEN, application__in=applying_now())
    return [
        nudging(
            WaitingRow(
                what="Consider your objection",
                url=reverse("applications:read", args=[row.application_id]),
                about=f"Scheme office, about {row.application.applicant.full_name}",
                since=london_date(row.raised_at),
            ),
            None,
            OFFICES,
        )
        for row in rows.select_related("application__applicant").order_by("raised_at", "pk")
    ]


def against_acceptance(application: Application, today: date, given: Given | None = None) -> str:
    """What stands against acceptance, as a sentence; empty when nothing does (A4)."""
    given = given or Given(application)
    rules, objections = standing_against(application, today, given), objections_to(application)
    return words_against(rules, objections, rejected_of(application, given), supervisor_against(application, today))


def supervisor_against(application: Application, today: date) -> str:
    """Why whoever confirmed it cannot be the Training Supervisor any more, naming them; empty where they can (A2, E4).

    Their access ended since, or they apply or train themselves by now.
    """
    person = application.supervisor
    if person is None or can_be_named(person, today):
        return ""
    if not person.is_active:
        return f"{person.full_name}, who confirmed it as Training Supervisor, has no access any more."
    return f"{person.full_name}, who confirmed it as Training Supervisor, applies to the scheme or trains in it by now."


def words_against(
    rules: Sequence[str], objections: Sequence[Objection], rejected: Sequence[ChecklistRow], supervisor: str
) -> str:
    """The same from the rules that stand against it, its objections, rejected files and what speaks against its
    supervisor, for a page that has all."""
    said = [f"These rules still stand against it: {', '.join(rules)}."] if rules else []
    said += [supervisor] if supervisor else []
    said += [f"Rejected: {'; '.join(row.slot.title for row in rejected)}."] if rejected else []
    open_ones = [row.raised_by.full_name for row in objections if row.outcome == ObjectionOutcome.OPEN]
    said += [f"An objection waits to be considered: {', '.join(open_ones)}."] if open_ones else []
    return " ".join(said)
