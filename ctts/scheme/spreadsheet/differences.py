"""What an import would change: one framework sheet against another, by code, for the dry run (S2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ctts.scheme.spreadsheet.layout import COMPETENCIES, DOPS, FRAMEWORK, MODULES, TASKS
from ctts.scheme.spreadsheet.rows import DopsItemRow, FrameworkSheet

Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """A row that is only in one of the two. `sheet` is a sheet's name, `code` a code or the number of a DOPS item."""

    sheet: str
    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Change:
    """A field of a row that reads differently; for the sheet Framework `code` is empty."""

    sheet: str
    code: str
    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Differences:
    """All there is between two framework sheets; false when there is nothing. The order of rows or tasks is none."""

    added: tuple[Entry, ...]
    removed: tuple[Entry, ...]
    changed: tuple[Change, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def differences(old: FrameworkSheet | None, new: FrameworkSheet) -> Differences:
    """From `old` (None: there was no framework yet) to `new`, sheet by sheet in the order of the file."""
    before, after = _rows(old) if old else {}, _rows(new)
    return Differences(
        added=tuple(Entry(*key, fields["Title"]) for key, fields in after.items() if key not in before and key[1]),
        removed=tuple(Entry(*key, fields["Title"]) for key, fields in before.items() if key not in after),
        changed=tuple(
            Change(*key, field, before[key][field], text)
            for key, fields in after.items()
            if key in before
            for field, text in fields.items()
            if before[key][field] != text
        ),
    )


def _rows(sheet: FrameworkSheet) -> dict[tuple[str, str], Fields]:
    """Every row by its sheet and code, as field name and text."""
    rows: dict[tuple[str, str], Fields] = {
        (FRAMEWORK, ""): {
            "Scope code": sheet.scope,
            "Scope name": sheet.scope_name,
            "Title": sheet.title,
            "Version": sheet.version,
            "Status": sheet.status,
            "Note": sheet.note,
        }
    }
    for task in sheet.tasks:
        rows[TASKS, task.code] = {"Title": task.title, "Description": task.description}
    for module in sheet.modules:
        rows[MODULES, module.code] = {
            "Title": module.title,
            "Curriculum version": module.curriculum_version,
            "Level": str(module.level),
        }
    for competency in sheet.competencies:
        rows[COMPETENCIES, competency.code] = {
            "Group": competency.group,
            "Title": competency.title,
            "Statement": competency.statement,
            "Module": competency.module,
            "Level": str(competency.level),
            "Tasks": "; ".join(sorted(competency.tasks)),
        }
    for item in sheet.dops:
        rows[DOPS, str(item.number)] = _item(item)
    return rows


def _item(item: DopsItemRow) -> Fields:
    anchors = {f"Anchor {point}": text for point, text in enumerate(item.anchors)}
    return {"Title": item.title, "Observed": item.observed, **anchors}


def dops_differences(old: Sequence[DopsItemRow], new: Sequence[DopsItemRow]) -> tuple[Change, ...]:
    """What differs between the ten items of two versions of a DOPS form, field by field in their order (T5)."""
    before = {item.number: _item(item) for item in old}
    return tuple(
        Change(DOPS, str(item.number), field, before.get(item.number, {}).get(field, ""), text)
        for item in new
        for field, text in _item(item).items()
        if before.get(item.number, {}).get(field, "") != text
    )
