"""Fields for files: what they return was opened, judged and cleaned; what is wrong stands beside the field."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from ctts.common.verdict import Invalid
from ctts.documents import rules
from ctts.documents.proving import ProvenFile, prove
from ctts.documents.states import EXTENSIONS, UPLOADABLE, MediaType

MOST_AT_ONCE = 10
PHONE_ENDINGS = ("image/heic", ".heic", ".heif")  # kept as JPEG


def _accept(kinds: frozenset[MediaType]) -> str:
    """The `accept` attribute: media types and extensions, for the chooser of the browser only."""
    names = [str(kind) for kind in sorted(kinds)]
    endings = [ending for kind in sorted(kinds) for ending in EXTENSIONS[kind]]
    return ",".join([*names, *endings, *(PHONE_ENDINGS if MediaType.JPEG in kinds else ())])


class DocumentField(forms.FileField):
    """One file. `cleaned_data` holds a ProvenFile for `documents.actions.store`; `kinds` narrows what is accepted.

    Proving takes some tenths of a second, in a process of its own, and happens here so that the action stays short.
    """

    def __init__(self, *, kinds: frozenset[MediaType] = UPLOADABLE, **kwargs: Any) -> None:
        self.kinds = kinds
        kwargs.setdefault("help_text", help_for(kinds))
        super().__init__(**kwargs)

    @property
    def wanted(self) -> str:
        """The kinds that are accepted, as a sentence."""
        *others, last = sorted({str(kind.label) for kind in self.kinds})
        return f"Wanted here: {', '.join(others)} or {last}." if others else f"Wanted here: {last}."

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Tell the browser's chooser which files to offer."""
        return {**super().widget_attrs(widget), "accept": _accept(self.kinds)}

    def clean(self, data: Any, initial: Any = None) -> ProvenFile | None:
        """The proven file, or None for an empty field that may be empty. Raises ValidationError in plain words."""
        if data in self.empty_values:
            if self.required:
                raise ValidationError("Choose a file.", code="required")
            return None
        return self._proven(data)

    def _proven(self, upload: UploadedFile[Any]) -> ProvenFile:
        sentence = rules.too_large(upload.size or 0)
        if sentence:
            raise ValidationError(sentence, code="too_large")
        try:
            proven = prove(name=upload.name or "", chunks=upload.chunks())
        except rules.OtherKind as problem:
            raise ValidationError(f"{problem} {self.wanted}", code="refused") from problem
        except Invalid as problem:
            raise ValidationError(str(problem), code="refused") from problem
        if proven.media_type not in self.kinds:
            words = f"The file you chose is of the kind “{proven.media_type.label}”. {self.wanted}"
            raise ValidationError(words, code="other_kind")
        return proven


def help_for(kinds: frozenset[MediaType]) -> str:
    """What to write under the field: accepted kinds and the largest size."""
    endings = [EXTENSIONS[kind][0].removeprefix(".").upper() for kind in MediaType if kind in kinds]
    if MediaType.JPEG in kinds:
        endings.append("HEIC (kept as JPG)")
    return f"{', '.join(endings)}; at most {rules.megabytes(rules.LARGEST_UPLOAD)}."


class ManyFilesInput(forms.ClearableFileInput):
    """A chooser that takes several files at once."""

    allow_multiple_selected = True


class DocumentsField(DocumentField):
    """Several files at once, at most ten; `cleaned_data` holds a list of ProvenFile. Each refusal names its file."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The proven files. Raises ValidationError with one sentence for each file that is refused."""
        given = [
            item for item in (data if isinstance(data, (list, tuple)) else [data]) if item not in self.empty_values
        ]
        if self.required and not given:
            raise ValidationError("Choose at least one file.", code="required")
        if len(given) > MOST_AT_ONCE:
            raise ValidationError(f"Choose at most {MOST_AT_ONCE} files at once.", code="too_many")
        proven, refused = [], []
        for upload in given:
            try:
                proven.append(self._proven(upload))
            except ValidationError as problem:
                refused.append(f"{upload.name}: {problem.message}")
        if refused:
            raise ValidationError(refused)
        return proven
