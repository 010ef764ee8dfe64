"""Copies of the whole record (quality rule 18): who has which, what is owed, what a copy is made of.

What goes into a copy each app declares in its `ties.py`, as the trainee may read it themselves:

    @tells_of_record(50)
    def outcomes(record: TrainingRecord, today: date) -> Chapter:
        ...
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from django.db.models import Q, QuerySet

from ctts.accounts.models import User
from ctts.common.runs import TRIES
from ctts.common.ties import Declared
from ctts.documents.models import Document
from training.access import withdrawn_since
from training.models import RecordCopy, TrainingRecord
from training.states import CopyState

Value = str | int | bool | date | datetime | Fraction | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a copy says: its name in the data, its label on the page, its value.

    `long`: a text of its own under its label; `markdown`: a long one in simple Markdown.
    """

    key: str
    label: str
    value: Value
    long: bool = False
    markdown: bool = False


@dataclass(frozen=True, slots=True)
class CopiedFile:
    """A file that goes into a copy, or is named with the reason why it does not (`left_out`)."""

    title: str
    document: Document
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing of a chapter: a review, a competency; with its files and the smaller pieces under it."""

    title: str
    facts: Sequence[Fact] = ()
    files: Sequence[CopiedFile] = ()
    parts: Sequence[Piece] = ()


@dataclass(frozen=True, slots=True)
class Chapter:
    """One page of a copy, and one key of its data. `nothing` is said where there are no pieces; `left_out` names what
    the page does not hold: (what, why)."""

    key: str
    title: str
    pieces: Sequence[Piece]
    lede: str = ""
    nothing: str = "There is nothing here."
    left_out: Sequence[tuple[str, str]] = ()


Tell = Callable[[TrainingRecord, date], Chapter]
_telling = Declared[tuple[int, Tell]]()


def tells_of_record(place: int) -> Callable[[Tell], Tell]:
    """Declare a chapter of the copy of a record; chapters stand in the order of their `place`."""

    def declare(tell: Tell) -> Tell:
        _telling((place, tell))
        return tell

    return declare


def chapters_of(record: TrainingRecord, today: date) -> Iterator[Chapter]:
    """Every chapter that the apps declare, in order, each read when its turn comes."""
    for _, tell in sorted(_telling, key=lambda one: one[0]):
        yield tell(record, today)


# --- the copies themselves ---


def own_records(user: User) -> QuerySet[TrainingRecord]:
    """A person's own training records: a copy is theirs alone, also when training has ended."""
    rows = TrainingRecord.objects.filter(trainee=user)
    return rows.select_related("trainee", "scope", "centre", "rules")


def copies_visible_to(user: User) -> QuerySet[RecordCopy]:
    """The copies that a person has ordered of their own records, the newest first."""
    rows = RecordCopy.objects.filter(record__trainee=user)
    return rows.select_related("record__trainee", "record__rules").order_by("-asked_at", "-pk")


def copies_of(record: TrainingRecord) -> list[RecordCopy]:
    """The copies of a record, the newest first; of the last ten."""
    return list(RecordCopy.objects.filter(record=record).order_by("-asked_at", "-pk")[:10])


def copies_owed() -> QuerySet[RecordCopy]:
    """Copies that are to be put together and were not tried too often, the oldest first."""
    return _requested().filter(tries__lt=TRIES)


def copies_worn_out() -> QuerySet[RecordCopy]:
    """Copies that were tried as often as it is tried and came to nothing."""
    return _requested().filter(tries__gte=TRIES)


def _requested() -> QuerySet[RecordCopy]:
    rows = RecordCopy.objects.filter(state=CopyState.REQUESTED)
    return rows.select_related("record__trainee", "record__scope", "record__centre", "record__rules").order_by("pk")


def copies_to_end(now: datetime) -> list[RecordCopy]:
    """Copies whose time is over, and those that hold what was withdrawn from view since they were begun (T3)."""
    ready = RecordCopy.objects.filter(state=CopyState.READY).select_related("record").order_by("pk")
    return [row for row in ready if row.expires_at is None or row.expires_at <= now or withdrawn_since(row)]


def copies_to_delete() -> QuerySet[RecordCopy]:
    """Copies that have ended and whose archive still lies in the storage."""
    return RecordCopy.objects.filter(state=CopyState.EXPIRED, deleted_at__isnull=True).order_by("pk")


def copies_at(addresses: Collection[str]) -> set[str]:
    """Those of some addresses of the storage at which the archive of a copy lies that is ready."""
    kept = Q(sha256__in=set(addresses), state=CopyState.READY)
    return set(RecordCopy.objects.filter(kept).order_by().values_list("sha256", flat=True))
