"""Forms about evidence: a file, a text or a link, the competencies it shows, sharing, answers, withdrawing (T3)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any, cast
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from ctts.accounts.forms import SignatureFormMixin
from ctts.common.forms import CrispyForm, KeyField, SeenField
from ctts.documents.forms import DocumentField
from ctts.documents.proving import ProvenFile
from training.forms._fields import OneCompetency
from training.forms.competencies import LONG, CompetencyChoice, words
from training.models import PlanItem
from training.queries import EvidenceWanted
from training.states import EvidenceKind, EvidenceState

TITLE, TEXT = 200, 60_000
NO_ADDRESS = "Give a web address that begins with https://, such as https://example.org/poster."
ORDERS = [
    ("", "Newest first"),
    ("oldest", "Oldest first"),
    ("title", "By title, A to Z"),
    ("shows", "Most competencies first"),
]
DECLARATION = "No patient can be identified in it. Share it with the people around me."


def title_from(name: str) -> str:
    """A title from the name of a file: without its ending, dashes and underlines as spaces."""
    stem = PurePath(name).stem.replace("_", " ").replace("-", " ")
    return " ".join(stem.split())[:TITLE] or "Untitled"


class _OnItems(CrispyForm):
    """Forms that map to competencies of one record; `recent` are those linked last."""

    def __init__(self, *args: Any, items: QuerySet[PlanItem], recent: Sequence[int] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = self["items"].value() or []
        chosen = {str(getattr(one, "pk", one)) for one in given}
        cast(CompetencyChoice, self.fields["items"]).offer(items, chosen, recent)


def _items() -> CompetencyChoice:
    return CompetencyChoice(
        queryset=None,
        required=False,
        label="Competencies it shows",
        help_text="As many as it shows; you can change this later.",
    )


def _declared() -> forms.BooleanField:
    return forms.BooleanField(
        label=DECLARATION,
        required=False,
        help_text="Left empty, it stays a draft that only you can see.",
    )


def _title(*, required: bool = True, help_text: str = "") -> forms.CharField:
    return forms.CharField(label="Title", max_length=TITLE, required=required, help_text=help_text)


def refuse_address(value: str) -> None:
    """Raise ValidationError for an address that is not encrypted, that gives a password away, or that leads to the
    reader's own computer."""
    parts = urlsplit(value)
    if parts.scheme != "https":
        raise ValidationError(NO_ADDRESS)
    if "@" in parts.netloc:
        raise ValidationError("Leave name and password out of the address: every reader would have them.")
    host = parts.hostname or ""
    if host == "localhost" or host.endswith(".localhost") or host.startswith("127.") or host in {"::1", "0.0.0.0"}:  # noqa: S104 — refused, not listened on
        raise ValidationError("This address leads to your own computer; nobody else can open it.")


class _Address(forms.URLField):
    """A web address; what begins with two strokes is none: it would take the scheme of whatever page it stands on."""

    def to_python(self, value: Any) -> Any:
        """Raises ValidationError for such a one."""
        if isinstance(value, str) and value.strip().startswith("//"):
            raise ValidationError(NO_ADDRESS)
        return super().to_python(value)


def _address(help_text: str = "") -> forms.URLField:
    return _Address(
        label="Address",
        max_length=1000,
        assume_scheme="https",
        validators=[refuse_address],
        help_text=help_text,
        error_messages={"invalid": NO_ADDRESS},
    )


class NewFileForm(_OnItems):
    """A file as evidence; the title comes from its name when none is typed."""

    kind = EvidenceKind.FILE
    submit_label = "Keep this file"

    key = KeyField()
    upload = DocumentField(label="File")
    title = _title(required=False, help_text="Left empty: the name of the file.")
    items = _items()
    declared = _declared()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        upload = cleaned.get("upload")
        if isinstance(upload, ProvenFile) and not cleaned.get("title"):
            cleaned["title"] = title_from(upload.name)
        return cleaned


class NewTextForm(_OnItems):
    """A text as evidence."""

    kind = EvidenceKind.TEXT
    submit_label = "Keep this text"

    key = KeyField()
    title = _title()
    text = words(
        "Text",
        help_text="What you did, saw and learned. No names, dates of birth or numbers of patients.",
        most=TEXT,
        rows=12,
    )
    items = _items()
    declared = _declared()


class NewLinkForm(_OnItems):
    """A link as evidence."""

    kind = EvidenceKind.LINK
    submit_label = "Keep this link"

    key = KeyField()
    title = _title()
    url = _address("Readers need access to it themselves.")
    items = _items()
    declared = _declared()


class EditFileForm(CrispyForm):
    """Another title or another file."""

    submit_label = "Save the change"

    seen = SeenField()
    title = _title()
    upload = DocumentField(label="Another file in its place", required=False)
    declared = _declared()


class EditTextForm(CrispyForm):
    """Another text."""

    submit_label = "Save the change"

    seen = SeenField()
    title = _title()
    text = words("Text", most=TEXT, rows=12)
    declared = _declared()


class EditLinkForm(CrispyForm):
    """Another address."""

    submit_label = "Save the change"

    seen = SeenField()
    title = _title()
    url = _address()
    declared = _declared()


class MappingForm(_OnItems):
    """Which competencies a piece of evidence shows."""

    submit_label = "Save these competencies"

    seen = SeenField()
    items = _items()


class ShareForm(CrispyForm):
    """The author declares and shares."""

    submit_label = "Share it"

    seen = SeenField()
    declared = forms.BooleanField(
        label="No patient can be identified in this evidence.",
        error_messages={"required": "Evidence is shared only with this declaration."},
    )


class AnswerForm(CrispyForm):
    """The author's answer to what the identifier scan found."""

    submit_label = "Send this answer and share it"

    seen = SeenField()
    answer = words(
        "Why can no patient be identified?",
        help_text="In your own words. Do not repeat what was found.",
    )


class QuarantineForm(SignatureFormMixin, CrispyForm):
    """Somebody found that a patient can be identified."""

    submit_label = "Withdraw it from view"

    reason = words(
        "What was found",
        help_text="Where it stands and of which kind it is, without repeating it: the author reads this, with your "
        "name, to know what to take out.",
        most=LONG,
    )


class LibraryFilterForm(CrispyForm):
    """What the library is narrowed to and its order; it stands in the address (screens 21)."""

    submit_label = "Show these"

    q = forms.CharField(label="Words in it", required=False, max_length=100)
    kind = forms.ChoiceField(label="Kind", required=False, choices=[("", "Any kind"), *EvidenceKind.choices])
    state = forms.ChoiceField(label="State", required=False, choices=[("", "Any state"), *EvidenceState.choices])
    item = OneCompetency(label="Competency", required=False)
    order = forms.ChoiceField(label="Order", required=False, choices=ORDERS)

    def __init__(self, *args: Any, items: QuerySet[PlanItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        competency = cast(OneCompetency, self.fields["item"])
        competency.queryset, competency.empty_label = items, "Any competency"

    def wanted(self) -> EvidenceWanted:
        """The filters that are right; a wrong one narrows nothing, and is named on the page."""
        if not self.is_bound:
            return EvidenceWanted()
        self.is_valid()
        given = {name: value for name, value in self.cleaned_data.items() if value}
        return EvidenceWanted(text=given.pop("q", ""), **given)

    def order_in_words(self) -> str:
        """In which order the list stands, for its caption."""
        words = dict(ORDERS)[self.wanted().order]
        return words[0].lower() + words[1:]
