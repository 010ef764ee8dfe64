"""Earlier logs: what an import would make, row by row; the entries there are, and what became of them (T4, T5, T6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from unicodedata import category

from django.db.models import Count, Prefetch, Q, QuerySet
from django.urls import reverse

from ctts.accounts.models import User
from ctts.common.digest import sha256
from ctts.organisations.access import holds
from ctts.organisations.states import Role
from ctts.scheme.queries import numbers_of
from ctts.scheme.spreadsheet import Odd, Table, column_letters
from training.access import visible_entries, visible_records
from training.models import EarlierEntry, EarlierImport, EarlierUse, PlanItem, TrainingRecord
from training.rules import (
    DAY_OF,
    CellFault,
    EarlierValues,
    Holds,
    faults_between,
    fields_of,
    patient_identifiers,
    title_of,
    unmapped,
    value_of,
)
from training.states import DOPS_WRITTEN, WRITING_SUBMITTED, DopsState, EarlierKind, ImportState, ReviewState

ODD = "odd"
NOT_READ = 1  # stands for a cell that is at fault itself: something is there, and nothing more is said of it
SCANNED = (Holds.LINE, Holds.TEXT, Holds.CODE)  # whatever somebody writes freely, or may have


@dataclass(frozen=True, slots=True)
class RowFault:
    """Something that keeps a file from being imported: where it stands, and what to do."""

    row: int | None
    column: str
    words: str

    @property
    def place(self) -> str:
        """Where to look: "Cell D14", "Row 14", "The file"."""
        if self.row is None:
            return "The file"
        return f"Cell {self.column}{self.row}" if self.column else f"Row {self.row}"


@dataclass(frozen=True, slots=True)
class TriedRow:
    """A row as it would be imported: what it is called, its values, and what is to be told about it."""

    row: int
    title: str
    values: EarlierValues
    digest: str
    known: str = ""
    warning: str = ""


@dataclass(frozen=True, slots=True)
class DryRun:
    """What an import would do. `rows` are those without a fault, `known` of them are there already and are left out.

    `digest` is that of what was seen: the file, the mapping, what it would make.
    """

    rows: Sequence[TriedRow]
    faults: Sequence[RowFault]
    digest: str

    @property
    def new(self) -> list[TriedRow]:
        """The rows that would be imported."""
        return [row for row in self.rows if not row.known]

    @property
    def known(self) -> list[TriedRow]:
        """The rows that are there already."""
        return [row for row in self.rows if row.known]

    @property
    def warned(self) -> list[TriedRow]:
        """The rows in which a patient may be identified."""
        return [row for row in self.new if row.warning]


# --- the table that was read ---


def plain_table(table: Table) -> dict[str, Any]:
    """A table as JSON keeps it: what is no text and no number by its name, signs that no database keeps left out."""

    def plain(cell: object) -> object:
        if isinstance(cell, str):
            return "".join(sign for sign in cell if sign in "\n\t" or category(sign) not in ("Cc", "Cs"))
        return {ODD: cell.name} if isinstance(cell, Odd) else cell

    rows = [[number, [plain(cell) for cell in cells]] for number, cells in table.rows]
    return {"sheet": table.sheet, "headings": [plain(cell) for cell in table.heading], "rows": rows}


def headings_in(batch: EarlierImport) -> list[str]:
    """The headings of the file, as text, by column."""
    return [str(cell) if isinstance(cell, str | int | float) else "" for cell in batch.table.get("headings", [])]


def columns_of(batch: EarlierImport) -> list[tuple[int, str]]:
    """Each column that can be chosen: its number and how it is called, "B: Procedure"."""
    widest = max((len(cells) for _, cells in batch.table.get("rows", [])), default=0)
    names = headings_in(batch)
    found = []
    for place in range(1, max(widest, len(names)) + 1):
        name = names[place - 1].strip()[:60] if place <= len(names) else ""
        found.append((place, f"{column_letters(place)}: {name}" if name else column_letters(place)))
    return found


# --- the dry run ---


def dry_run(batch: EarlierImport, today: date) -> DryRun:
    """What importing this file would make, and every fault at its row and column; three queries, whatever its rows."""
    codes = set(PlanItem.objects.filter(record=batch.record).values_list("item__code", flat=True))
    there = set(_entries_of(batch.record).filter(kind=batch.kind).values_list("digest", flat=True))
    faults = [RowFault(None, "", f"No column is chosen for “{one}”.") for one in unmapped(batch.kind, batch.mapping)]
    if faults:
        return DryRun([], faults, "")
    rows: list[TriedRow] = []
    first: dict[str, int] = {}
    for number, cells in batch.table.get("rows", []):
        values, wrong = _values(batch, number, cells)
        wrong += _between(batch, number, values, today, codes)
        faults += sorted(wrong, key=lambda one: (len(one.column), one.column))
        if not wrong:
            rows.append(_tried(batch, number, values, first, there))
    made = [[row.row, row.digest, row.known] for row in rows]
    return DryRun(rows, faults, sha256({"file": batch.file_sha256, "mapping": batch.mapping, "rows": made}))


def _tried(
    batch: EarlierImport, number: int, values: EarlierValues, first: dict[str, int], there: set[str]
) -> TriedRow:
    """A row without a fault; told where the same was said `first`, or when it is `there` already."""
    digest = entry_digest(batch.kind, values)
    known = "It was imported before." if digest in there else ""
    if digest in first:
        known = f"Row {first[digest]} says the same."
    first.setdefault(digest, number)
    return TriedRow(number, title_of(batch.kind, values), values, digest, known, row_warning(batch.kind, values))


def entry_digest(kind: str, values: Mapping[str, Any]) -> str:
    """The digest by which the same row is known again."""
    return sha256({"kind": str(kind), **{name: value for name, value in values.items() if value is not None}})


def _values(batch: EarlierImport, number: int, cells: Sequence[Any]) -> tuple[EarlierValues, list[RowFault]]:
    values: EarlierValues = {}
    wrong = []
    for field in fields_of(batch.kind):
        place = batch.mapping.get(field.name)
        if place is None:
            continue
        cell = cells[place - 1] if place <= len(cells) else None
        try:
            if isinstance(cell, dict):
                raise CellFault(_odd_words(cell[ODD]))
            values[field.name] = value_of(field, cell)
        except CellFault as fault:
            wrong.append(RowFault(number, column_letters(place), str(fault)))
            values[field.name] = NOT_READ
    return values, wrong


def _odd_words(name: str) -> str:
    if name == Odd.NUMBER.name:
        return "This day is kept in a way that cannot be read. Format the cell as Text and type it as 12/05/2026."
    return str(Odd[name].value)


def _between(batch: EarlierImport, number: int, values: EarlierValues, today: date, codes: set[str]) -> list[RowFault]:
    numbers = numbers_of(batch.record.rules)
    found = faults_between(batch.kind, values, batch.record.start_on, today, codes, numbers)
    places = {name: column_letters(place) for name, place in batch.mapping.items()}
    return [RowFault(number, places.get(name, ""), words) for name, words in found]


def row_warning(kind: str, values: Mapping[str, Any]) -> str:
    """What in a row looks as if it could identify a patient, column by column: its kind, never the value (quality rule
    17). Every column is read in which somebody writes, whatever the kind of file."""
    found = []
    for field in fields_of(kind):
        if field.holds in SCANNED and values.get(field.name):
            kinds = {str(one.kind.label) for one in patient_identifiers(str(values[field.name])) if one.holds}
            found += [f"{field.label}: {', '.join(sorted(kinds))}"] if kinds else []
    return "; ".join(found)


# --- imports and entries ---


def imports_visible_to(user: User, today: date) -> QuerySet[EarlierImport]:
    """Imports that a person works on: of their own record, all for the office."""
    rows = EarlierImport.objects.select_related(
        "record__trainee", "record__centre", "record__scope", "record__rules", "tried_by"
    )
    return rows if holds(user, Role.OFFICE, today) else rows.filter(record__trainee=user)


def imports_of(record: TrainingRecord, user: User, today: date) -> list[EarlierImport]:
    """The imports of a record for whoever works on them, the newest first, each with how many of its rows are used."""
    used = Count("entries", filter=Q(entries__uses__isnull=False), distinct=True)
    rows = imports_visible_to(user, today).filter(record=record).exclude(state=ImportState.DROPPED)
    return list(rows.annotate(used=used).defer("table").order_by("-tried_at", "-pk"))


def _entries_of(record: TrainingRecord) -> QuerySet[EarlierEntry]:
    return EarlierEntry.objects.filter(record=record, taken_back_at__isnull=True)


def entries_visible_to(user: User, today: date) -> QuerySet[EarlierEntry]:
    """Entries that a person reads: those of records they see; of reflective pieces their own only (T6)."""
    rows = EarlierEntry.objects.filter(visible_entries(user, today), taken_back_at__isnull=True)
    uses = EarlierUse.objects.select_related("dops", "review", "reflection").order_by("used_at", "pk")
    rows = rows.select_related("batch__tried_by", "record__trainee", "record__centre", "record__scope", "record__rules")
    return rows.prefetch_related(Prefetch("uses", uses)).order_by("-happened_on", "-pk")


def entries_of(record: TrainingRecord, user: User, today: date, kind: str = "") -> QuerySet[EarlierEntry]:
    """The entries of a record that a person reads, the latest first."""
    rows = entries_visible_to(user, today).filter(record=record)
    return rows.filter(kind=kind) if kind else rows


def entries_left(record: TrainingRecord, user: User, today: date, kind: str) -> int:
    """How many entries of a kind are imported and unsigned, for whoever reads them; one query."""
    seen = TrainingRecord.objects.filter(visible_records(user, today), pk=record.pk)
    if kind == EarlierKind.REFLECTION and user.pk != record.trainee_id:
        return 0
    rows = _entries_of(record).filter(kind=kind, record__in=seen)
    gone = Q(uses__dops__state__in=[DopsState.DECLINED, DopsState.VOIDED])
    return rows.exclude(Q(uses__isnull=False) & ~gone).distinct().count()


def standing_use(entry: EarlierEntry) -> EarlierUse | None:
    """What an entry became and still is: a DOPS that was declined or voided, or a review that was
    discarded, sets it free again."""
    uses = [use for use in entry.uses.all() if not _is_gone(use)]
    return uses[-1] if uses else None


def _is_gone(use: EarlierUse) -> bool:
    """Whether nothing will come of what an entry became."""
    if use.dops is not None:
        return use.dops.state in (DopsState.DECLINED, DopsState.VOIDED)
    return use.review is not None and use.review.state == ReviewState.DISCARDED


@dataclass(frozen=True, slots=True)
class Became:
    """What an entry became: in words, where it is, and whether it is signed by now."""

    words: str
    url: str
    signed: bool


def became(entry: EarlierEntry) -> Became | None:
    """What an entry became; None while it is imported and unsigned."""
    use = standing_use(entry)
    if use is None:
        return None
    if use.dops is not None:
        done = use.dops.state in DOPS_WRITTEN
        return Became(f"DOPS: {use.dops.get_state_display()}", reverse("training:dops", args=[use.dops_id]), done)
    if use.review is not None:
        done = use.review.state != ReviewState.DRAFT
        return Became(
            f"Review {use.review.number}: {use.review.get_state_display()}",
            reverse("training:review", args=[use.review_id]),
            done,
        )
    piece = use.reflection
    state = piece.get_state_display() if piece else ""
    url = reverse("training:reflection", args=[use.reflection_id])
    return Became(f"Reflective piece: {state}", url, bool(piece and piece.state in WRITING_SUBMITTED))


def shown_values(entry: EarlierEntry) -> Iterator[tuple[str, Any]]:
    """What a row says, by label, in the order of its kind; days as days."""
    for field in fields_of(entry.kind):
        value = entry.values.get(field.name)
        if value in (None, ""):
            continue
        if field.name in (*DAY_OF.values(), "period_starts_on", "period_ends_on", "next_meeting_on"):
            value = date.fromisoformat(value)
        elif isinstance(value, bool):
            value = "Yes" if value else "No"
        yield field.label, dict(field.choices).get(str(value), value)


def counted_by_kind(entries: Sequence[EarlierEntry]) -> dict[str, int]:
    """How many entries there are of each kind."""
    return dict(Counter(entry.kind for entry in entries))
