"""Intakes, events and the handbook."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Exists, OuterRef, QuerySet

from ctts.audit.models import AuditEvent
from ctts.common.clock import london_date
from ctts.scheme.models import Handbook, Intake, SchemeEvent
from ctts.scheme.queries.numbers import numbers_on
from ctts.scheme.rules import IntakeWindow, Seam, intake_among, seams_of
from ctts.scheme.states import EventKind, IntakeState

NO_HANDBOOK = "none"


def intakes() -> QuerySet[Intake]:
    """All intakes in order of time; their dates are public."""
    return Intake.objects.order_by("year", "month")


def open_intakes() -> QuerySet[Intake]:
    """The intakes that take applications now."""
    return intakes().filter(state=IntakeState.OPEN)


def intakes_to_open(now: datetime) -> list[Intake]:
    """Planned intakes whose first day has come in London, whose last day is not over and whose fee is entered (I6)."""
    today = london_date(now)
    rows = intakes().filter(state=IntakeState.PLANNED, fee_gross_pence__isnull=False)
    return list(rows.filter(opens_on__lte=today, cutoff_on__gte=today))


def seams_with_neighbours(intake: Intake, rows: Iterable[Intake]) -> list[Seam]:
    """The days between an intake and its neighbours among `rows` on which none, or two, take applications (I1, I2)."""
    windows = [IntakeWindow(row.year, row.month, row.opens_on, row.cutoff_on) for row in rows]
    return seams_of(IntakeWindow(intake.year, intake.month, intake.opens_on, intake.cutoff_on), windows)


def first_days_before(intake: Intake) -> set[date]:
    """Every first day that an intake had before somebody of the office moved it, by the audit (I2)."""
    moved = AuditEvent.objects.filter(object="scheme.intake", object_id=intake.pk, action="scheme.intake.moved")
    return {
        date.fromisoformat(before["opens_on"])
        for before in moved.values_list("before", flat=True)
        if "opens_on" in before
    }


def intakes_to_close(now: datetime) -> list[Intake]:
    """Open intakes whose last day is over in London (I5)."""
    return list(open_intakes().filter(cutoff_on__lt=london_date(now)))


def intakes_enrolling(now: datetime) -> list[Intake]:
    """Intakes whose enrolment date has come and which staff have not finished (I5)."""
    rows = intakes().exclude(state__in=[IntakeState.PLANNED, IntakeState.FINISHED])
    return list(rows.filter(enrolment_on__lte=london_date(now)))


def without_induction(until: date, today: date) -> QuerySet[Intake]:
    """Intakes whose cut-off comes by `until`, to whose Induction Day nobody can be invited yet: none is entered (I3).

    Those whose induction day is over, and those that staff finished, ask for none any more.
    """
    entered = SchemeEvent.objects.filter(intake=OuterRef("pk"), kind=EventKind.INDUCTION, called_off_at__isnull=True)
    rows = intakes().filter(state__in=[IntakeState.OPEN, IntakeState.CLOSED], induction_on__gte=today)
    return rows.filter(~Exists(entered), cutoff_on__lte=until)


def induction_days(intake_ids: Iterable[int]) -> dict[int, date]:
    """The London day of the Induction Day of each of these intakes for which one is entered (I3, T9)."""
    rows = SchemeEvent.objects.filter(intake__in=list(intake_ids), kind=EventKind.INDUCTION, called_off_at__isnull=True)
    return {intake: london_date(at) for intake, at in rows.values_list("intake", "starts_at")}


def lacks_induction(intake: Intake, today: date) -> bool:
    """Whether somebody enrolled into an intake today is invited to no Induction Day, because none is entered (I3)."""
    standing = intake.events.filter(kind=EventKind.INDUCTION, called_off_at__isnull=True)
    return intake.induction_on >= today and not standing.exists()


def intake_of(received_at: datetime) -> Intake:
    """The intake an application received at this instant belongs to (I1), with the dates staff gave it (I2).

    Raises Intake.DoesNotExist when that intake was never entered: `actions.prefill_intakes` keeps them years ahead.
    """
    windows = [
        IntakeWindow(row.year, row.month, row.opens_on, row.cutoff_on)
        for row in intakes().exclude(state=IntakeState.FINISHED)
    ]
    year, month = intake_among(received_at, windows, numbers_on(london_date(received_at)))
    return Intake.objects.get(year=year, month=month)


def current_handbook() -> Handbook | None:
    """The newest published version of the handbook; None before the first (E1)."""
    return Handbook.objects.order_by("-published_at", "-pk").select_related("document").first()


def version_of(handbook: Handbook | None) -> str:
    """How a page says which handbook it showed as current, before the first one too."""
    return handbook.version if handbook else NO_HANDBOOK


def upcoming_events(now: datetime) -> QuerySet[SchemeEvent]:
    """Events that are neither over nor called off, soonest first (T9)."""
    rows = SchemeEvent.objects.filter(ends_at__gte=now, called_off_at__isnull=True)
    return rows.order_by("starts_at", "pk")
