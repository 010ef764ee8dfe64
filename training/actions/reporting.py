"""Progress reports (T7): written by the supervisor, sent with a signature, acknowledged by the co-ordinator."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from ctts.accounts.models import User
from ctts.accounts.states import AuthenticationEvent
from ctts.common import drafts
from ctts.common.clock import london_date
from ctts.common.races import taken_means
from ctts.common.verdict import Invalid, TooLate, require
from training import access, notices
from training.actions._left import make_own, reason_to_discard, set_aside
from training.actions._practice import fresh, note, step, want, want_begun
from training.actions._steps import holders, lock_record, lock_with_record, proof, tell
from training.models import ProgressReport, ReportSignature, TrainingDraft, TrainingRecord
from training.queries.reports import REPORT_FIELDS, new_report_key, report_digest, report_key
from training.states import REPORT_MOVES, AppointmentKind

REPORT_SENT_WORDS = "This is my report on the progress of this training in the time named."
REPORT_ACKNOWLEDGED_WORDS = "I have read this report on the progress of the training."
CO_ORDINATOR = "Training Co-ordinator"
ONE_OPEN = "A report is being written already. Go on with that one, or discard it."


@transaction.atomic
def write_report(*, by: User, now: datetime, record_id: int, key: UUID, values: Mapping[str, Any]) -> ProgressReport:
    """Write a progress report, numbered within the record; the same `key` again gives the same one (T7).

    `values` holds REPORT_FIELDS. Raises NotAllowed for anybody but the current supervisor, TooLate when training has
    ended or one is being written, Invalid for days that cannot be and missing words.
    """
    record = lock_record(record_id)
    require(access.can_write_report(by, record, london_date(now)))
    known = ProgressReport.objects.filter(key=key, record=record).first()
    if known is not None:
        return known
    given = _checked(record, values, now)
    last = ProgressReport.objects.filter(record=record).aggregate(last=Max("number"))["last"]
    with taken_means(TooLate(ONE_OPEN)):
        report = ProgressReport.objects.create(
            record=record, number=(last or 0) + 1, written_by=by, written_at=now, key=key, **given
        )
    drafts.forget(TrainingDraft, owner_id=by.pk, form_key=new_report_key(record.pk))
    note("report.written", record, report, by=by, now=now, number=report.number)
    return report


@transaction.atomic
def change_report(*, by: User, now: datetime, report_id: int, values: Mapping[str, Any], seen: str) -> ProgressReport:
    """Change a report that is not sent, as it was `seen` (its digest) (T7).

    Raises NotAllowed, TooLate once it is sent, StaleText when it changed meanwhile, Invalid as `write_report`.
    """
    report = _lock(report_id)
    require(access.can_change_report(by, report, london_date(now)))
    fresh(seen, report_digest(report))
    for name, value in _checked(report.record, values, now).items():
        setattr(report, name, value)
    report.written_by, report.written_at = by, now
    report.save(update_fields=[*REPORT_FIELDS, "written_by", "written_at"])
    drafts.forget(TrainingDraft, owner_id=by.pk, form_key=report_key(report.pk))
    note("report.changed", report.record, report, by=by, now=now)
    return report


@transaction.atomic
def take_over_report(*, by: User, now: datetime, report_id: int, seen: str) -> ProgressReport:
    """A new supervisor makes the draft that a former one left their own: they stand under it, may change and send it
    (T7).

    Raises NotAllowed, TooLate when it is sent, discarded or their own, StaleText when it is not as it was `seen`.
    """
    report = _lock(report_id)
    require(access.can_take_over_report(by, report, london_date(now)))
    fresh(seen, report_digest(report))
    make_own(report, what="report.taken_over", by=by, now=now)
    return report


@transaction.atomic
def discard_report(*, by: User, now: datetime, report_id: int, seen: str, reason: str) -> ProgressReport:
    """A draft that nobody will send is discarded, with a reason; what was written stays as it is (T7).

    Raises NotAllowed, TooLate when it is sent or discarded already, StaleText when it is not as it was `seen`,
    Invalid without a reason.
    """
    report = _lock(report_id)
    require(access.can_discard_report(by, report, london_date(now)))
    why = reason_to_discard(reason)
    fresh(seen, report_digest(report))
    given = {"what": "report.discarded", "form_key": report_key(report.pk), "why": why}
    set_aside(report, REPORT_MOVES, by=by, now=now, **given)
    return report


@transaction.atomic
def send_report(
    *, by: User, now: datetime, report_id: int, seen: str, authentication: AuthenticationEvent
) -> ProgressReport:
    """Sign the report as it was `seen` and send it to the Training Co-ordinator; the trainee reads it too (T7).

    Raises NotAllowed for anybody but the current supervisor, TooLate when it is sent, StaleText when it changed.
    """
    report = _lock(report_id)
    require(access.can_change_report(by, report, london_date(now)))
    fresh(seen, report_digest(report))
    columns = proof(by, now, authentication, "Training Supervisor", seen)
    ReportSignature.objects.create(report=report, meaning="sent", statement=REPORT_SENT_WORDS, **columns)
    step(report, REPORT_MOVES, "send", what="report.sent", by=by, now=now, columns={"sent_at": now})
    for person in [*holders(report.record, now, AppointmentKind.COORDINATOR), report.record.trainee]:
        _tell(notices.REPORT_SENT, report, person, now)
    return report


@transaction.atomic
def acknowledge_report(
    *, by: User, now: datetime, report_id: int, seen: str, comment: str, authentication: AuthenticationEvent
) -> ProgressReport:
    """The Training Co-ordinator acknowledges a report, with a comment if they like; the supervisor is told (T7).

    Raises NotAllowed for anybody else, TooLate when it is acknowledged already, StaleText when it is not what was sent.
    """
    report = _lock(report_id)
    require(access.can_acknowledge_report(by, report, london_date(now)))
    fresh(seen, report_digest(report))
    ReportSignature.objects.create(
        report=report,
        meaning="acknowledged",
        statement=REPORT_ACKNOWLEDGED_WORDS,
        comment=comment.strip(),
        **proof(by, now, authentication, CO_ORDINATOR, seen),
    )
    step(report, REPORT_MOVES, "acknowledge", what="report.acknowledged", by=by, now=now, role=CO_ORDINATOR)
    for person in holders(report.record, now, AppointmentKind.SUPERVISOR):
        _tell(notices.REPORT_ACKNOWLEDGED, report, person, now)
    return report


# --- steps ---


def _lock(report_id: int) -> ProgressReport:
    """A report of a locked record, as it is now."""
    return lock_with_record(ProgressReport, report_id, "written_by")


def _tell(notice: Any, report: ProgressReport, person: User, now: datetime) -> None:
    tell(notice, report.record, person, about=report, now=now, key=str(report.pk), report=report)


def _checked(record: TrainingRecord, values: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Days that can be, and the two things every report says."""
    first, last = values["period_starts_on"], values["period_ends_on"]
    want_begun(first, record.start_on, "period_starts_on")
    if last < first:
        raise Invalid("The period ends before it begins.", "period_ends_on")
    if last > london_date(now):
        raise Invalid("This day has not come yet. A report looks back.", "period_ends_on")
    return {
        "period_starts_on": first,
        "period_ends_on": last,
        "progress": want(values["progress"], "progress", "Say how the training goes."),
        "attention": values["attention"].strip(),
        "next_steps": want(values["next_steps"], "next_steps", "Say what comes next."),
    }
