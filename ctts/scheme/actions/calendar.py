"""Intakes are pre-filled by rule, given a fee, opened and closed; and the handbook (I, E1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

from django.db import transaction

from ctts.accounts.models import User
from ctts.audit.actions import record
from ctts.common.clock import LONDON, london_date
from ctts.common.months import in_words
from ctts.common.moves import change_state
from ctts.common.races import alone_with, taken_means
from ctts.common.verdict import Invalid, TooLate, require
from ctts.documents.actions import store
from ctts.documents.models import Document
from ctts.documents.proving import ProvenFile
from ctts.scheme import access
from ctts.scheme.models import Handbook, HandbookAcknowledgement, Intake, SchemeEvent
from ctts.scheme.queries import (
    current_handbook,
    first_days_before,
    intake_version,
    left_in,
    numbers_on,
    told_of_fee,
    version_of,
)
from ctts.scheme.rules import intake_dates
from ctts.scheme.states import INTAKE_MOVES, EventKind, IntakeState

YEARS_AHEAD = 5
HANDBOOK_LOCK = 0x48424F4B  # one advisory lock: of two who publish at once the second waits, and looks
MOVABLE = ("opens_on", "cutoff_on", "enrolment_on", "induction_on")


@transaction.atomic
def prefill_intakes(*, by: User | None, now: datetime, first_year: int | None = None) -> list[Intake]:
    """Enter the intakes of this year and the five to come by the rule (I1–I3); those already there stay as they are."""
    require(access.can_manage(by, london_date(now)))
    today = london_date(now)
    numbers = numbers_on(today)
    made = []
    for year in range(first_year or today.year, today.year + YEARS_AHEAD + 1):
        for month in numbers.intake_months:
            dates = intake_dates(year, month, numbers)
            intake, new = Intake.objects.get_or_create(
                year=year, month=month, defaults={name: getattr(dates, name) for name in MOVABLE}
            )
            if new:
                record("scheme.intake.entered", by=by, at=now, about=intake, after={"year": year, "month": month})
                made.append(intake)
    return made


def _lock(intake_id: int) -> Intake:
    return Intake.objects.select_for_update(no_key=True).get(pk=intake_id)


def _require_seen(intake: Intake, seen: str) -> None:
    if seen and seen != intake_version(intake):
        raise TooLate("A colleague changed this intake since you opened the page. Reload it and compare.")


@transaction.atomic
def set_fee(
    *,
    by: User | None,
    now: datetime,
    intake_id: int,
    net_pence: int,
    vat_basis_points: int,
    seen: str = "",
) -> Intake:
    """Enter the fee of an intake: net in pence and the VAT rate in basis points; gross is rounded half up (I2, I6).

    `seen` is the `intake_version` that the page showed. Raises NotAllowed outside the office, Invalid for amounts
    below zero, TooLate once the intake is open or when somebody changed it since. Whoever waits for it is told, of each
    amount once.
    """
    require(access.can_manage(by, london_date(now)))
    intake = _lock(intake_id)
    _require_seen(intake, seen)
    require(access.can_set_fee(by, intake, london_date(now)))
    if net_pence <= 0:
        raise Invalid("The fee is a positive amount.", "net_pence")
    if not 0 <= vat_basis_points <= 10_000:
        raise Invalid("The VAT rate lies between 0 and 100 per cent.", "vat_basis_points")
    before = intake.fee_gross_pence
    intake.fee_net_pence, intake.vat_basis_points = net_pence, vat_basis_points
    intake.fee_gross_pence = net_pence + (net_pence * vat_basis_points + 5_000) // 10_000
    intake.save(update_fields=["fee_net_pence", "vat_basis_points", "fee_gross_pence"])
    record("scheme.intake.fee_set", by=by, at=now, about=intake, after={"gross_pence": intake.fee_gross_pence})
    if intake.fee_gross_pence != before:
        for tell in told_of_fee:
            tell(intake, by, now)
    return intake


@transaction.atomic
def move_intake_dates(*, by: User, now: datetime, intake_id: int, dates: Mapping[str, date], seen: str = "") -> Intake:
    """Move dates of an intake that is not closed yet (I2); `dates` maps column names to London days.

    The intake's induction moves to a new induction day at its time of day (I3); other events have days of their own
    and stay. `seen` is the `intake_version` that the page showed. Raises NotAllowed outside the office, TooLate once it
    is closed or when somebody changed it since, Invalid for dates out of order, for a new one that lies in the past
    (what it starts has not been announced, and would happen the next minute) unless the first day goes back to
    what it was, for a first day ahead of an open intake, and when another induction of this title is entered for that
    time.
    """
    require(access.can_manage(by, london_date(now)))
    intake = _lock(intake_id)
    _require_seen(intake, seen)
    require(access.can_move_dates(by, intake, london_date(now)))
    unknown = set(dates) - set(MOVABLE)
    if unknown:
        raise Invalid(f"“{min(unknown)}” is no date of an intake.")
    before = {name: getattr(intake, name).isoformat() for name in dates}
    for name, day in dates.items():
        if day != getattr(intake, name):
            _require_open_to(intake, name, day, london_date(now))
        setattr(intake, name, day)
    _require_order(intake)
    intake.save(update_fields=list(dates))
    after = {name: day.isoformat() for name, day in dates.items()}
    record("scheme.intake.moved", by=by, at=now, about=intake, before=before, after=after)
    if before.get("induction_on") != after.get("induction_on"):
        _move_induction(intake, by, now)
    return intake


def _require_open_to(intake: Intake, name: str, day: date, today: date) -> None:
    """A new day lies ahead; of an intake that is open the first one does not (I2). That one may go back to what it was,
    so that a slip is not for good; each of the others would close the intake or enrol people the next minute."""
    if name == "opens_on" and intake.state == IntakeState.OPEN and day > today:
        raise Invalid("It takes applications already, so its first day cannot lie ahead.", name)
    if day < today and not (name == "opens_on" and day in first_days_before(intake)):
        raise Invalid("This day is over. Choose one that is still to come.", name)


def _require_order(intake: Intake) -> None:
    """Opening, cut-off, enrolment and induction follow each other; the last day is one of training (I2, I3)."""
    if intake.cutoff_on < intake.opens_on:
        raise Invalid("The last day for applications is before the opening.", "cutoff_on")
    if intake.enrolment_on <= intake.cutoff_on:
        raise Invalid("Enrolment comes after the last day for applications.", "enrolment_on")
    if intake.induction_on < intake.enrolment_on:
        raise Invalid("The Induction Day is not before the enrolment.", "induction_on")


def _move_induction(intake: Intake, by: User, now: datetime) -> None:
    """The induction of an intake, if it is entered, on the intake's induction day, as early and as long as before."""
    standing = SchemeEvent.objects.select_for_update(no_key=True).filter(called_off_at__isnull=True)
    event = standing.filter(intake=intake, kind=EventKind.INDUCTION).first()
    if event is None:
        return
    before, lasts = event.starts_at, event.ends_at - event.starts_at
    event.starts_at = datetime.combine(intake.induction_on, before.astimezone(LONDON).time(), LONDON)
    event.ends_at = event.starts_at + lasts
    event.sequence += 1
    with taken_means(Invalid(f"Another “{event.title}” is entered at this time.", "induction_on")):
        event.save(update_fields=["starts_at", "ends_at", "sequence"])
    was, is_now = ({"starts_at": at.astimezone(UTC).isoformat()} for at in (before, event.starts_at))
    record("scheme.event.moved", by=by, at=now, about=event, before=was, after=is_now)


@transaction.atomic
def open_intake(*, by: User | None, now: datetime, intake_id: int) -> Intake:
    """Open an intake for applications; only with its fee entered (I6).

    Raises NotAllowed outside the office, Invalid without a fee, TooLate when it is open, or its cut-off is over.
    """
    require(access.can_manage(by, london_date(now)))
    intake = _lock(intake_id)
    if intake.cutoff_on < london_date(now):
        raise TooLate(f"The cut-off of {intake} was {in_words(intake.cutoff_on)}; it does not open any more.")
    if intake.fee_gross_pence is None:
        raise Invalid("Enter the fee first: an intake opens only with its fee.", "net_pence")
    return _step(intake, "open", by=by, now=now)


@transaction.atomic
def close_intake(*, by: User | None, now: datetime, intake_id: int) -> Intake:
    """Close an intake after its cut-off; what that means for applications is decided by `applications` (I5)."""
    require(access.can_manage(by, london_date(now)))
    intake = _lock(intake_id)
    if london_date(now) <= intake.cutoff_on:
        raise TooLate(f"{intake} takes applications through {intake.cutoff_on:%d %B %Y}; move that date to close it.")
    return _step(intake, "close", by=by, now=now)


@transaction.atomic
def finish_intake(*, by: User, now: datetime, intake_id: int) -> Intake:
    """Stop enrolling into a closed intake (I5). Raises NotAllowed outside the office, TooLate while somebody who is
    accepted or not decided waits in it, or in another state."""
    require(access.can_manage(by, london_date(now)))
    intake = _lock(intake_id)
    if waiting := left_in(intake):
        raise TooLate(waiting[0])
    return _step(intake, "finish", by=by, now=now)


def _step(intake: Intake, step: str, *, by: User | None, now: datetime) -> Intake:
    before = {"state": str(intake.state)}
    change_state(intake, INTAKE_MOVES, step)
    record(f"scheme.intake.{step}", by=by, at=now, about=intake, before=before, after={"state": str(intake.state)})
    return intake


@transaction.atomic
def publish_handbook(*, by: User | None, now: datetime, version: str, document: Document) -> Handbook:
    """Publish a version of the handbook (E1). Raises NotAllowed outside the office, Invalid for a known version."""
    require(access.can_manage(by, london_date(now)))
    if Handbook.objects.filter(version=version).exists():
        raise Invalid("This version is published already.", "version")
    handbook = Handbook.objects.create(version=version, document=document, published_at=now, published_by=by)
    record("scheme.handbook.published", by=by, at=now, about=handbook)
    return handbook


class PublishedSince(Invalid):
    """A colleague published a version of the handbook since the page was opened: whoever sent it looks first."""


@transaction.atomic
def upload_handbook(*, by: User, now: datetime, version: str, upload: ProvenFile, seen: str = "") -> Handbook:
    """Keep an uploaded PDF and publish it as a version of the handbook (E1); `seen` is the version that the page showed
    as current (`queries.version_of`), and an empty one asks nothing.

    Raises NotAllowed outside the office, PublishedSince where another is current by now, Invalid for a known version or
    a file that cannot be kept.
    """
    require(access.can_manage(by, london_date(now)))
    alone_with(HANDBOOK_LOCK)
    newest = current_handbook()
    if seen not in {"", version_of(newest)}:
        said = f"“{newest}” was published since you opened this page."
        raise PublishedSince(f"{said} Look at it before yours takes its place, then choose the file again.")
    document = store(upload=upload, owner=None, by=by, now=now, purpose="scheme.handbook", field="upload")
    return publish_handbook(by=by, now=now, version=version, document=document)


@transaction.atomic
def acknowledge_handbook(*, by: User, now: datetime, handbook_id: int) -> HandbookAcknowledgement:
    """Note that a person has read a version of the handbook; saying it twice is the same as once (E1)."""
    read, new = HandbookAcknowledgement.objects.get_or_create(
        handbook_id=handbook_id, person=by, defaults={"acknowledged_at": now}
    )
    if new:
        record("scheme.handbook.acknowledged", by=by, at=now, about=read, within=by.pk)
    return read
