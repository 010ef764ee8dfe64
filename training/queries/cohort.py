"""The cohort of an intake: who is enrolled, who can be, who not and why; and the runs that enrol it (E1, I5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import OuterRef, Q, QuerySet, Subquery

from applications import queries as applications
from applications.access import has_left
from applications.models import Application, Decision
from applications.states import ApplicationState, DecisionKind
from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.organisations.access import holds
from ctts.organisations.queries import people_with
from ctts.organisations.states import Role
from ctts.scheme.models import Intake, SchemeEvent
from ctts.scheme.queries import accredited_pairs, upcoming_events
from ctts.scheme.states import IntakeState
from training.access import can_be_enrolled, trains_now
from training.models import AssociateMembership, EnrolItem, EnrolRun, TrainingRecord
from training.states import AppointmentKind

LETTER_ON_HOLD = "The letter of acceptance is on hold: no mail has told them so far that they are accepted."


@dataclass(frozen=True, slots=True)
class CohortRow:
    """An application of an intake as the enrolment page shows it: ready, enrolled already, or blocked and why."""

    application: Application
    record: TrainingRecord | None
    blocker: str
    first_on: date | None  # the first day of training; None for whoever is not accepted
    note: str = ""  # what is not as it was about order, accreditation or letter; it holds nobody up (A3 f, C1, A4)
    held: int | None = None  # the decision whose letter of acceptance is on hold

    @property
    def ready(self) -> bool:
        """Whether it can be enrolled now."""
        return self.record is None and not self.blocker


def cohort_intakes() -> QuerySet[Intake]:
    """The intakes that have taken applications, newest first."""
    return Intake.objects.exclude(state=IntakeState.PLANNED).order_by("-year", "-month")


def intake_or_none(intake_id: int) -> Intake | None:
    """An intake by its id."""
    return Intake.objects.filter(pk=intake_id).first()


def cohort(user: User, intake: Intake, now: datetime) -> list[CohortRow]:
    """Everybody who applied for an intake, by name: who is enrolled, who can be, who not and why (I5).

    Empty for anyone outside the office.
    """
    today = london_date(now)
    if not holds(user, Role.OFFICE, today):
        return []
    rows = applications.applications_visible_to(user, today).filter(intake=intake)
    records = {row.application_id: row for row in TrainingRecord.objects.filter(intake=intake)}
    accepted = Decision.objects.filter(application=OuterRef("pk"), kind=DecisionKind.ACCEPT).order_by("-decided_at")
    notes = NotesOnEnrolment(intake, today)
    ordered = rows.annotate(accepted_at=Subquery(accepted.values("decided_at")[:1])).order_by(
        "applicant__sort_name", "pk"
    )
    return [
        CohortRow(
            row,
            records.get(row.pk),
            can_be_enrolled(row, today).reason,
            _first_day(intake, row.accepted_at) if row.accepted_at else None,
            notes.of(row),
            notes.held.get(row.pk),
        )
        for row in ordered
    ]


class NotesOnEnrolment:
    """What is to be known before somebody of an intake is enrolled, and holds nobody up; three queries for all."""

    def __init__(self, intake: Intake, today: date) -> None:
        self.orders, self.accredited = applications.order_notes(intake.pk), accredited_pairs(today)
        self.held = applications.acceptances_on_hold(intake.pk)

    def of(self, row: Application) -> str:
        """About purchase order, accreditation, supervisor and letter of acceptance: in words, or nothing (A3 f, C1, E5,
        A4)."""
        letter = LETTER_ON_HOLD if row.pk in self.held else ""
        said = [self.orders.get(row.pk, ""), _accreditation_note(row, self.accredited), _supervisor_note(row), letter]
        return " ".join(filter(None, said))


def _accreditation_note(row: Application, accredited: set[tuple[int, int]]) -> str:
    """That the centre of somebody accepted is not accredited for the scope any more (C1, A3 a)."""
    if row.state != ApplicationState.ACCEPTED or (row.centre_id, row.scope_id) in accredited:
        return ""
    return f"{row.centre} is not accredited for {row.scope} at present."


def _supervisor_note(row: Application) -> str:
    """That nobody is appointed as Training Supervisor: whoever confirmed it has no access any more (E1, E5)."""
    if row.state != ApplicationState.ACCEPTED or not has_left(row):
        return ""
    return f"{row.supervisor} has no access any more: no Training Supervisor is appointed, and the trainee names one."


def _first_day(intake: Intake, accepted_at: datetime) -> date:
    return max(intake.enrolment_on, london_date(accepted_at))


# --- what enrolment will make of an application ---


def training_starts(application: Application) -> date:
    """The first day of training: the enrolment date of the intake, or the day of acceptance if that is later (I5).

    Raises Decision.DoesNotExist for an application that was not accepted.
    """
    accepted = application.decisions.filter(kind=DecisionKind.ACCEPT).latest("decided_at")
    return _first_day(application.intake, accepted.decided_at)


def people_appointed(application: Application, now: datetime) -> list[tuple[AppointmentKind, User]]:
    """Who is appointed at enrolment: the supervisor of the application, and the centre's Training Co-ordinator.

    They may be the same person (C2). A co-ordinator who is a trainee stands around nobody's training (E4), nor does a
    supervisor without access: the trainee names another (E5).
    """
    trainees = trains_now().values("trainee")
    coordinators = people_with(Role.COORDINATOR, london_date(now), application.centre_id).exclude(pk__in=trainees)
    people = [
        (AppointmentKind.SUPERVISOR, application.supervisor),
        (AppointmentKind.COORDINATOR, coordinators.first()),
    ]
    return [(kind, person) for kind, person in people if person is not None and person.is_active]


def inducted_with(intake: Intake, start_on: date) -> Intake:
    """The intake whose Induction Day somebody of an intake attends: their own or, where training starts after that day,
    the first that follows; their own where none is entered (I3, I5)."""
    if intake.induction_on >= start_on:
        return intake
    return Intake.objects.filter(induction_on__gte=start_on).order_by("induction_on").first() or intake


def invited_to(intake: Intake, now: datetime, scope_id: int | None = None) -> QuerySet[SchemeEvent]:
    """The events of an intake to which somebody enrolled now is invited: those that are neither over, nor called off,
    nor for the second year or another scope; `scope_id` None asks of the intake as a whole (T9)."""
    rows = upcoming_events(now).filter(intake=intake).exclude(year=2)
    return rows if scope_id is None else rows.filter(Q(scope__isnull=True) | Q(scope=scope_id))


# --- runs ---


def enrol_runs_visible_to(user: User, today: date) -> QuerySet[EnrolRun]:
    """Runs that enrol a cohort, the newest first; for the office, empty for anybody else."""
    rows = EnrolRun.objects.select_related("intake", "started_by").order_by("-started_at", "-pk")
    return rows if holds(user, Role.OFFICE, today) else rows.none()


def enrol_items(run: EnrolRun) -> QuerySet[EnrolItem]:
    """The items of a run by name, each with its applicant and, once enrolled, the `record`."""
    record = TrainingRecord.objects.filter(application=OuterRef("application")).values("pk")[:1]
    rows = EnrolItem.objects.filter(run=run).select_related(
        "application__applicant", "application__scope", "application__centre"
    )
    return rows.annotate(record=Subquery(record)).order_by("application__applicant__sort_name", "pk")


def is_enrolled(application_id: int) -> bool:
    """Whether an application has become a training record."""
    return TrainingRecord.objects.filter(application=application_id).exists()


def memberships_of(user: User, intake: Intake, today: date) -> QuerySet[AssociateMembership]:
    """The Associate Memberships of an intake by name, for the office; empty for anybody else (G 1.1, D3)."""
    rows = AssociateMembership.objects.filter(record__intake=intake).order_by("record__trainee__sort_name", "pk")
    shown = rows.select_related("record__trainee", "record__scope", "record__centre")
    return shown if holds(user, Role.OFFICE, today) else shown.none()
