"""Rows of an earlier log as values: which column holds what, what a cell says, what is wrong with it (T4, T5, T6).

An imported row is never signed by being imported: it is what somebody wrote down before, for whoever signs anew.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from ctts.common.months import in_words
from ctts.scheme.rules import DEFAULTS, SchemeNumbers
from training.rules.earlier_fields import EarlierField, Holds, fields_of
from training.rules.observing import not_applicable_words
from training.states import EarlierKind, ReflectionModel

MOST_ROWS = 2000
FIRST_SERIAL, LAST_SERIAL = 36_526, 73_050  # 1 January 2000 to 31 December 2099, as spreadsheet programs count days
SERIAL_ZERO = date(1899, 12, 30)
Cell = str | int | float | None
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
UK = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})")
NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ -]([a-z]{3,9})\.?,?[ -](\d{4})", re.I)
YES, NO = {"yes", "y", "true", "1"}, {"no", "n", "false", "0", "none"}
NOT_APPLICABLE = {"n/a", "na", "not applicable", "-"}


class CellFault(ValueError):  # noqa: N818 — the cell is at fault, not we
    """A cell says what cannot be taken; `str()` tells its author what to do."""


Values = dict[str, str | int | bool | None]


def folded(heading: str) -> str:
    """The form in which two headings are compared: no case, no signs, single blanks."""
    plain = re.sub(r"[^\w/]+", " ", heading.replace("_", " ").casefold())
    return " ".join(plain.split())


def guessed(kind: str, headings: Sequence[Cell]) -> dict[str, int]:
    """Which column (1 for A) holds which field, by its heading; each column once, the surest first."""
    names = {place: folded(str(heading)) for place, heading in enumerate(headings, 1) if heading not in (None, "")}
    found: dict[str, int] = {}
    for sure in (True, False):
        for field in fields_of(kind):
            known = {folded(field.name), folded(field.label)} if sure else {folded(name) for name in field.known_as}
            free = (place for place, name in names.items() if name in known and place not in found.values())
            place = next(free, None)
            if field.name not in found and place is not None:
                found[field.name] = place
    return found


def unmapped(kind: str, mapping: Mapping[str, int]) -> list[str]:
    """The labels of required fields to which no column is mapped."""
    return [field.label for field in fields_of(kind) if field.required and field.name not in mapping]


def value_of(field: EarlierField, cell: Cell) -> str | int | bool | None:
    """What a cell says for a field: a day as ISO text, a score 0 to 4 or "N/A", a choice by its key, else text.

    None where it is empty. Raises CellFault with what its author should do.
    """
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        if field.required:
            raise CellFault(f"{field.label} is empty. Fill it in.")
        return None
    if field.holds == Holds.DAY:
        return day_in(cell).isoformat()
    if field.holds == Holds.SCORE:
        return _score(field, cell)
    words = _words(cell)
    if field.holds == Holds.YES_NO:
        return _yes_no(field, words)
    if field.holds == Holds.CHOICE:
        return _choice(field, words)
    if len(words) > field.longest:
        raise CellFault(f"{field.label} has {len(words):,} characters; at most {field.longest:,} fit. Shorten it.")
    return words if field.holds == Holds.TEXT else " ".join(words.split())


def _words(cell: Cell) -> str:
    """A cell as text: numbers as they are typed, no invisible signs but line breaks."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = unicodedata.normalize("NFC", str(cell)).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    visible = (c for c in text if c == "\n" or unicodedata.category(c)[0] != "C")
    return "".join(visible).strip()


def day_in(cell: Cell) -> date:
    """The day that a cell says: 2026-05-12, 12/05/2026, 12 May 2026, or as a spreadsheet program counts days.

    Days are written as in the UK, the day before the month. Raises CellFault for anything else.
    """
    if isinstance(cell, int | float):
        if not FIRST_SERIAL <= cell <= LAST_SERIAL:
            raise CellFault(f"“{_words(cell)}” is no day. Write it as 12/05/2026.")
        return SERIAL_ZERO + timedelta(days=int(cell))
    words = _words(cell)
    parts = _parts(words)
    try:
        return date(*parts)
    except ValueError as problem:
        raise CellFault(f"“{words[:40]}” is no day of the calendar. Write the day first: 12/05/2026.") from problem


def _parts(words: str) -> tuple[int, int, int]:
    if re.fullmatch(r"\d{5}", words):
        day = day_in(int(words))
        return day.year, day.month, day.day
    if found := ISO.fullmatch(words):
        return int(found[1]), int(found[2]), int(found[3])
    if found := UK.fullmatch(words):
        year = int(found[3])
        return year + 2000 if year < 100 else year, int(found[2]), int(found[1])
    if found := NAMED.fullmatch(words):
        month = next((n for n, name in enumerate(MONTHS, 1) if found[2].lower().startswith(name)), 0)
        return int(found[3]), month, int(found[1])
    raise CellFault(f"“{words[:40]}” is no day. Write it as 12/05/2026.")


def _score(field: EarlierField, cell: Cell) -> int | str:
    words = _words(cell).casefold()
    if words in NOT_APPLICABLE:
        return "N/A"
    if not re.fullmatch(r"[0-4]", words):
        raise CellFault(f"{field.label} is 0, 1, 2, 3, 4 or N/A, not “{words[:20]}”.")
    return int(words)


def _yes_no(field: EarlierField, words: str) -> bool:
    said = words.casefold()
    if said not in YES | NO:
        raise CellFault(f"{field.label} is yes or no, not “{words[:40]}”.")
    return said in YES


def _choice(field: EarlierField, words: str) -> str:
    known = {folded(name): key for key, label in field.choices for name in (key, label)}
    key = known.get(folded(words))
    if key is None:
        offered = ", ".join(label for _, label in field.choices)
        raise CellFault(f"{field.label} is one of: {offered}. “{words[:40]}” is none of them.")
    return key


DAY_OF = {EarlierKind.DOPS: "observed_on", EarlierKind.REVIEW: "held_on", EarlierKind.REFLECTION: "happened_on"}
Faults = list[tuple[str, str]]


def faults_between(
    kind: str, values: Values, start: date, today: date, codes: Collection[str], numbers: SchemeNumbers = DEFAULTS
) -> Faults:
    """What is wrong between the cells of a row, as (field, sentence): days outside training, unknown competencies, more
    items not applicable than a DOPS may leave out, a reference that is missing, a reflection without words (T4, T5,
    T6)."""
    found = [*_day_faults(kind, values, start, today), *_left_out(values, numbers)]
    code = values.get("item")
    if isinstance(code, str) and code not in codes:
        found.append(("item", f"“{code}” is no competency of this training plan. Write its code as it stands there."))
    if values.get("patient_safety_concern") is True and not values.get("patient_safety_reference"):
        found.append(("patient_safety_reference", "Say where the patient-safety concern is recorded."))
    starts, ends = values.get("period_starts_on"), values.get("period_ends_on")
    if isinstance(starts, str) and isinstance(ends, str) and starts > ends:
        found.append(("period_ends_on", "The period ends before it begins."))
    if kind == EarlierKind.REFLECTION and not any(values.get(part) for part in ("text", *WHAT)):
        found.append(("text", "There are no words in this row."))
    return found


def _left_out(values: Values, numbers: SchemeNumbers) -> Faults:
    """The first item that is one not applicable too many; how many there are stands in the sentence."""
    left_out = [name for name, value in values.items() if name.startswith("score_") and value == "N/A"]
    most = numbers.dops_not_applicable_most
    if len(left_out) <= most:
        return []
    words = f"{not_applicable_words(numbers)} In this row {len(left_out)} are. Give a score or leave the cell empty."
    return [(left_out[most], words)]


def _day_faults(kind: str, values: Values, start: date, today: date) -> Faults:
    name = DAY_OF[EarlierKind(kind)]
    said = values.get(name)
    if not isinstance(said, str):
        return []
    day = date.fromisoformat(said)
    if day > today:
        return [(name, "This day is still to come.")]
    if day < start and kind != EarlierKind.REFLECTION:
        return [(name, f"Training began on {in_words(start)}; this was before.")]
    return []


WHAT = ("what", "so_what", "now_what")


def reflection_of(values: Mapping[str, object]) -> tuple[ReflectionModel, dict[str, str]]:
    """The model and the parts of a reflective piece that a row becomes: What / So what / Now what where it has them."""
    parts = {name: str(values.get(name) or "") for name in WHAT}
    free = str(values.get("text") or "")
    if not any(parts.values()):
        return ReflectionModel.FREE, {"text": free}
    if free:
        parts["what"] = "\n\n".join(filter(None, (parts["what"], free)))
    return ReflectionModel.WHAT, parts


def title_of(kind: str, values: Mapping[str, object]) -> str:
    """What a row is called in a list."""
    name = {EarlierKind.DOPS: "procedure", EarlierKind.REVIEW: "attendees", EarlierKind.REFLECTION: "title"}
    return str(values.get(name[EarlierKind(kind)]) or "")[:200]
