"""Earlier logs: the file, which column holds what, importing it, and making something of a row (T4, T5, T6)."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import PurePath
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet

from ctts.accounts.models import User
from ctts.common.forms import CrispyForm, KeyField, SeenField, offer
from ctts.scheme.spreadsheet import Problem, SheetProblems, read_any_table
from training.actions import ReadFile
from training.forms._fields import LONG, sentences
from training.queries import plain_table
from training.rules import MOST_ROWS, fields_of

LONGEST_NAME = 120
DECLARE_WORDS = "Read the rows through, and tick this if no patient can be identified. Nothing is imported without it."
FOUND_WORDS = (
    "Read the rows that are marked. Take out what identifies a patient and upload the file again; if nothing does, "
    "say why and tick it."
)


class EarlierFileForm(CrispyForm):
    """The spreadsheet. `problems` names every place to mend when it cannot be read."""

    submit_label = "Try it out"

    key = KeyField()
    file = forms.FileField(
        label="Spreadsheet",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=(
            f"XLSX or CSV with the headings in row 1; at most {MOST_ROWS:,} rows and 10 MB. Nothing is imported yet."
        ),
    )
    problems: tuple[Problem, ...] = ()

    def clean_file(self) -> ReadFile:
        """What is in the file. Raises ValidationError when it cannot be read; `problems` then says all."""
        upload = cast("UploadedFile[Any]", self.cleaned_data["file"])
        name = PurePath(upload.name or "").name
        try:
            table = read_any_table(upload, name, most_rows=MOST_ROWS)  # type: ignore[arg-type]  # read like any file
        except SheetProblems as found:
            self.problems = found.problems
            count = len(found.problems)
            words = "One place needs" if count == 1 else f"{count} places need"
            raise ValidationError(f"{words} mending; see below.", code="problems") from found
        digest = sha256()
        for chunk in upload.chunks():
            digest.update(chunk)
        visible = "".join(sign for sign in name if sign.isprintable())
        return ReadFile(visible[-LONGEST_NAME:], digest.hexdigest(), plain_table(table))


class MappingForm(CrispyForm):
    """Which column holds which field. `columns` are those of the file: number and how it is called."""

    submit_label = "Look again with these columns"

    def __init__(self, *args: Any, kind: str, columns: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "No column"), *((str(place), name) for place, name in columns)]
        for field in fields_of(kind):
            words = {"required": "Choose the column that holds this; a row cannot do without it."}
            self.fields[field.name] = forms.ChoiceField(
                label=field.label, choices=choices, required=field.required, error_messages=words
            )

    def mapping(self) -> dict[str, int]:
        """The column of each field to which one is chosen."""
        return {name: int(place) for name, place in self.cleaned_data.items() if place}


class ImportEntriesForm(CrispyForm):
    """Importing what the dry run showed; who imports declares that no patient can be identified (quality rule 17)."""

    submit_label = "Import the rows, unsigned"

    seen = SeenField()
    declared = forms.BooleanField(
        label="No patient can be identified from these rows.", error_messages={"required": DECLARE_WORDS}
    )

    def __init__(self, *args: Any, asks: bool = False, **kwargs: Any) -> None:
        """`asks`: the scan found something, which is answered before anything is imported."""
        super().__init__(*args, **kwargs)
        if asks:
            self.fields["declared"].error_messages["required"] = FOUND_WORDS
            help_text = "It is kept with the file and read with its rows. Do not repeat what was found."
            self.fields["answer"] = sentences("Why can no patient be identified?", help_text=help_text, most=LONG)
            self.fields["answer"].error_messages["required"] = FOUND_WORDS
            self.order_fields(["seen", "answer", "declared"])


class UseEntryForm(CrispyForm):
    """Making something of a row. `assessors`: whom the trainee may ask for a DOPS; None where nobody is asked."""

    key = KeyField()

    def __init__(self, *args: Any, assessors: QuerySet[User] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if assessors is not None:
            self.fields["assessor"] = forms.ModelChoiceField(queryset=None, label="Who observed it and assesses it now")
            offer(self, "assessor", assessors)
