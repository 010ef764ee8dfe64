"""The CPD log: who reads which entries, filters, the sum of hours, what a form has seen (T10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from ctts.accounts.models import User
from ctts.common.digest import sha256
from ctts.common.months import in_words
from training.access import visible_records
from training.models import Attendance, CpdEntry, TrainingRecord
from training.rules import IdentifierFinding, patient_identifiers
from training.states import CpdKind, CpdState

CPD_FIELDS = ("kind", "title", "done_on", "minutes", "activity", "reflection")


@dataclass(frozen=True, slots=True)
class CpdWanted:
    """What a log is narrowed to; empty fields narrow nothing. Both days are included."""

    kind: str = ""
    state: str = ""
    first_on: date | None = None
    last_on: date | None = None


def cpd_visible_to(user: User, today: date) -> QuerySet[CpdEntry]:
    """One's own entries; of others what stands in the log, in the records one sees (T10)."""
    records = TrainingRecord.objects.filter(visible_records(user, today))
    readable = Q(record__trainee=user) | Q(record__in=records, state=CpdState.ENTERED)
    return CpdEntry.objects.filter(readable).select_related("record__trainee", "attendance__event")


def cpd_of(record: TrainingRecord, user: User, today: date, wanted: CpdWanted) -> QuerySet[CpdEntry]:
    """The entries of a record that a person reads and that fit, the latest day first."""
    return narrowed(cpd_visible_to(user, today).filter(record=record), wanted).order_by("-done_on", "-pk")


def narrowed(rows: QuerySet[CpdEntry], wanted: CpdWanted) -> QuerySet[CpdEntry]:
    """Those of these entries that fit."""
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.first_on:
        rows = rows.filter(done_on__gte=wanted.first_on)
    if wanted.last_on:
        rows = rows.filter(done_on__lte=wanted.last_on)
    return rows


def narrowed_words(wanted: CpdWanted) -> str:
    """What a log is narrowed to on paper, in words; empty where it is not. Of states only one is on paper."""
    kind = str(CpdKind(wanted.kind).label) if wanted.kind else ""
    first = f"from {in_words(wanted.first_on)}" if wanted.first_on else ""
    last = f"until {in_words(wanted.last_on)}" if wanted.last_on else ""
    return ", ".join(filter(None, (kind, " ".join(filter(None, (first, last))))))


def cpd_entry_of(attendance: Attendance) -> CpdEntry | None:
    """The activity that was taken over from an event, if it was (T9, T10)."""
    return CpdEntry.objects.filter(attendance=attendance).first()


def cpd_minutes(rows: QuerySet[CpdEntry]) -> int:
    """The minutes of those that stand in the log; drafts do not count."""
    found: int | None = rows.filter(state=CpdState.ENTERED).aggregate(sum=Sum("minutes"))["sum"]
    return found or 0


def written_hours(minutes: int) -> str:
    """Hours as they are written: 1.5 for ninety minutes, 2 for two hours."""
    return f"{Decimal(minutes) / 60:.2f}".rstrip("0").rstrip(".")


def cpd_version(entry: CpdEntry) -> str:
    """A digest of what an entry says now: a text saved in another window is not written over."""
    return sha256({name: getattr(entry, name) for name in CPD_FIELDS})


def identifiers_in_cpd(entry: CpdEntry) -> list[IdentifierFinding]:
    """What in an entry looks as if it could identify a patient; test numbers left out (quality rule 17)."""
    text = "\n".join([entry.title, entry.activity, entry.reflection])
    return [finding for finding in patient_identifiers(text) if finding.holds]


def new_cpd_key(record_id: int) -> str:
    """Under which key the text typed into a new entry of a record is kept."""
    return f"cpd:new:{record_id}"


def cpd_key(entry_id: int) -> str:
    """Under which key the text typed into an entry is kept."""
    return f"cpd:{entry_id}"
