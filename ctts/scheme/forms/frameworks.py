"""Importing a framework: the file, then what was read of it, carried sealed from the dry run to the import (S2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import PurePath
from typing import Any, cast

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet

from ctts.common.forms import CrispyForm, offer
from ctts.scheme.models import Framework
from ctts.scheme.spreadsheet import (
    CompetencyRow,
    DopsItemRow,
    FrameworkSheet,
    ModuleRow,
    Problem,
    SheetProblems,
    TaskRow,
    read_framework,
)

SALT = "ctts.scheme.framework-import"
LASTS = 24 * 60 * 60  # seconds: a dry run left open over night is done again
AGAIN = "What was read is no longer here. Choose the file again."


@dataclass(frozen=True, slots=True)
class Read:
    """A framework as read from a file, and the file's SHA-256 (64 hex digits)."""

    sheet: FrameworkSheet
    file_sha256: str


class UploadForm(CrispyForm):
    """The spreadsheet of a framework. `problems` names every place to mend when it cannot be read."""

    submit_label = "Try it out"

    file = forms.FileField(
        label="Spreadsheet",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text="XLSX or CSV; at most 10 MB. Nothing is stored by trying it out.",
    )
    problems: tuple[Problem, ...] = ()

    def clean_file(self) -> Read:
        """The framework in the file. Raises ValidationError when it cannot be read; `problems` then says all."""
        upload = cast("UploadedFile[Any]", self.cleaned_data["file"])
        name = PurePath(upload.name or "").name
        try:
            sheet = read_framework(upload, name)  # type: ignore[arg-type]  # an uploaded file is read like any other
        except SheetProblems as found:
            self.problems = found.problems
            count = len(found.problems)
            words = "One place needs" if count == 1 else f"{count} places need"
            where = "it stands below" if count == 1 else "they stand below"
            raise ValidationError(f"{words} mending in {name}; {where}.", code="problems") from found
        upload.seek(0)
        digest = sha256()
        for chunk in upload.chunks():
            digest.update(chunk)
        return Read(sheet, digest.hexdigest())


class ImportForm(CrispyForm):
    """What was read, sealed so that exactly what the page showed is imported."""

    submit_label = "Import it"

    sealed = forms.CharField(widget=forms.HiddenInput, error_messages={"required": AGAIN})

    def clean_sealed(self) -> Read:
        """The framework that was tried out. Raises ValidationError when it was changed, or tried out a day ago."""
        try:
            given = signing.loads(self.cleaned_data["sealed"], salt=SALT, max_age=LASTS)
        except signing.BadSignature as problem:
            raise ValidationError(AGAIN, code="sealed") from problem
        return Read(_sheet(given["sheet"]), given["file_sha256"])


class CompareForm(CrispyForm):
    """With which other version of the scope one is compared."""

    submit_label = "Compare"

    other: forms.ModelChoiceField[Framework] = forms.ModelChoiceField(
        queryset=None, label="Compare it with", empty_label="Choose a version"
    )

    def __init__(self, *args: Any, others: QuerySet[Framework], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "other", others)


def sealed(read: Read) -> str:
    """What `ImportForm.sealed` carries: compressed, signed with the deployment's key."""
    return signing.dumps({"sheet": asdict(read.sheet), "file_sha256": read.file_sha256}, salt=SALT, compress=True)


def _sheet(given: Mapping[str, Any]) -> FrameworkSheet:
    return FrameworkSheet(
        **{
            **given,
            "tasks": tuple(TaskRow(**row) for row in given["tasks"]),
            "modules": tuple(ModuleRow(**row) for row in given["modules"]),
            "competencies": tuple(
                CompetencyRow(**{**row, "tasks": tuple(row["tasks"])}) for row in given["competencies"]
            ),
            "dops": tuple(DopsItemRow(**{**row, "anchors": tuple(row["anchors"])}) for row in given["dops"]),
        }
    )
