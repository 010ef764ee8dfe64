"""What a framework spreadsheet says once it is read: plain frozen rows, no database (S2, S3, T5).

Every text is trimmed, in Unicode normal form C and free of invisible characters; every code is unique within its sheet
and every reference points at a row that is there. Order is the order of the file.
"""

from __future__ import annotations

from dataclasses import dataclass

FHEQ_LEVELS = (4, 5, 6)
STATUSES = ("sample", "approved")
DOPS_ITEMS = 10
DOPS_POINTS = (0, 1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class TaskRow:
    """What a newly qualified technologist of the scope does (S2). `description` is empty when it came from CSV."""

    code: str
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class ModuleRow:
    """One module of the PTP curriculum, reference data with a version (S3); `level` is FHEQ 4, 5 or 6."""

    code: str
    title: str
    curriculum_version: str
    level: int


@dataclass(frozen=True, slots=True)
class CompetencyRow:
    """One competency (S2): `module` is a module code, `tasks` are one or more task codes, `level` is FHEQ 4, 5 or 6."""

    code: str
    group: str
    title: str
    statement: str
    module: str
    level: int
    tasks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DopsItemRow:
    """One of the ten items of a DOPS form (T5); `anchors[n]` says what a score of n, 0 to 4, looks like."""

    number: int
    title: str
    observed: str
    anchors: tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class FrameworkSheet:
    """A whole competency framework as read. `dops` holds ten items, or none when the file brings no DOPS form.

    `status` is "sample" or "approved"; `note` may be empty. Whether `scope` is a scope of the scheme, and whether this
    version is already published, only the database knows: the import action decides that.
    """

    scope: str
    scope_name: str
    title: str
    version: str
    status: str
    note: str
    tasks: tuple[TaskRow, ...]
    modules: tuple[ModuleRow, ...]
    competencies: tuple[CompetencyRow, ...]
    dops: tuple[DopsItemRow, ...]
