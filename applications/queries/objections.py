"""Objections of the Training Co-ordinator, and what stands against acceptance (A2, A4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.urls import reverse

from applications.access import applying_now, can_be_named, has_left
from applications.models import Application, Objection
from applications.queries.changes import is_asked_again
from applications.queries.checklist import ChecklistRow, points_for_rejected, rejected_of
from applications.queries.facts import standing_against
from applications.queries.given import Given
from applications.rules import left_words
from applications.states import ObjectionOutcome, Part
from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.parts import OFFICES, WaitingRow, nudging

ASKED_THEN = "They are asked to confirm the application once you have sent your answers."


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

    Their access ended since, or they apply or train themselves by now; or they were named in the place of another and
    have not confirmed it.
    """
    person, asked = application.supervisor, application.another_asked_at is not None
    if person is None:
        return ""
    who = f"{person.full_name}, who {'is to confirm' if asked else 'confirmed'} it as Training Supervisor,"
    if not person.is_active:
        return f"{who} has no access any more. Ask the applicant to name another."
    if not can_be_named(person, today):
        return f"{who} applies to the scheme or trains in it by now. Ask the applicant to name another."
    if asked and is_asked_again(application):
        return f"{person.full_name} has not confirmed the changed competency list and training plan yet."
    return f"{person.full_name}, named as Training Supervisor anew, has not confirmed it yet." if asked else ""


def points_to_begin_with(application: Application, today: date) -> list[tuple[Part, str]]:
    """What to ask the applicant, as words to begin with: another supervisor (A2), and the files that were
    rejected."""
    return [*_about_supervisor(application, today), *points_for_rejected(application)]


def _about_supervisor(application: Application, today: date) -> list[tuple[Part, str]]:
    """Another supervisor in the place of one who has left, who cannot be it any more, or of one named anew who has not
    confirmed it (A2). Why they cannot be it is theirs to tell."""
    name = application.supervisor_name
    if has_left(application):
        return [(Part.SUPERVISOR, f"{left_words(name)} {ASKED_THEN}")]
    if application.supervisor is not None and not can_be_named(application.supervisor, today):
        return [(Part.SUPERVISOR, f"{name} cannot be your Training Supervisor any more. Name another. {ASKED_THEN}")]
    if application.another_asked_at is not None and not is_asked_again(application):
        wrong = f"{name} has not confirmed your application. If they are not your Training Supervisor, name another."
        return [(Part.SUPERVISOR, f"{wrong} {ASKED_THEN}")]
    return []


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
