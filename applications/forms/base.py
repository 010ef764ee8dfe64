"""What every form of a part has: what is saved or was kept unsaved in its fields, the version seen, kept files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.urls import reverse
from django.utils.html import format_html

from applications.models import Application, ApplicationDraft
from applications.queries import own_files, part_version
from applications.states import Part
from ctts.common.forms import CrispyForm, SeenField, with_value
from ctts.common.templatetags.formats import kind, size
from ctts.common.whole_numbers import number_in
from ctts.documents.forms import DocumentField, help_for
from ctts.documents.models import Document
from ctts.documents.proving import ProvenFile
from ctts.documents.states import MediaType

CERTIFICATES = frozenset({MediaType.PDF, MediaType.JPEG, MediaType.PNG})
KEPT = "_kept"


class PartForm(CrispyForm):
    """One form of a part. `draft` is text that was kept: while unsaved it is shown as typed, even where it is wrong.

    `stored` gives the saved values by field; `values` what the action takes. `seen` says which saved version the page
    showed.
    """

    submit_label = "Save and go on"
    part: ClassVar[Part]
    needed_in_the_end: ClassVar[tuple[str, ...]] = ()

    seen = SeenField(required=False)

    def __init__(
        self,
        *args: Any,
        application: Application,
        today: date,
        draft: ApplicationDraft | None = None,
        **kwargs: Any,
    ) -> None:
        self.application, self.today = application, today
        super().__init__(*args, **kwargs)
        self.arrange()
        self.initial = {**self.stored(), "seen": part_version(application, self.part), **self.initial}
        if draft is not None and draft.unsaved:
            self.initial.update(typed_before(self.fields, draft.fields))

    def arrange(self) -> None:
        """Choices and fields that depend on the application."""

    def stored(self) -> dict[str, Any]:
        """The saved values by the names of the fields."""
        return {}

    def values(self) -> dict[str, Any]:
        """What the action takes, once the form is valid."""
        return {name: value for name, value in self.cleaned_data.items() if name in self.base_fields and name != "seen"}

    def dress(self) -> None:
        """The last touch before the form is shown: fields of `needed_in_the_end` do not read "optional"."""
        self.use_required_attribute = False
        for name in self.needed_in_the_end:
            self.fields[name].required = True

    def shortfalls(self) -> dict[str, str]:
        """What of the saved values does not meet the entry rules, by field, with why (A3): a finding, no mistake."""
        return {}

    def say_shortfalls(self) -> list[str]:
        """Say it beside its fields, once `dress` is done; the names of those fields. A field in which something else
        was typed since is left alone."""
        found = {} if self.is_bound else self.shortfalls()
        if not found:
            return []
        stored = self.stored()
        said = [name for name in found if self._shows_saved(name, stored)]
        for name in said:
            field = self.fields[name]
            words = format_html('<strong class="field-finding">{}</strong> {}', found[name], field.help_text)
            field.help_text = self[name].help_text = words
        return said

    def _shows_saved(self, name: str, stored: Mapping[str, Any]) -> bool:
        """Whether a field shows what is saved, not text that was kept since."""
        name = name + KEPT if name + KEPT in self.fields else name
        saved, shown = stored.get(name), self[name].value()
        return bool(saved == shown or not self.fields[name].has_changed(saved, shown))

    def typed(self) -> dict[str, list[str]]:
        """The raw text of every field that people see, and which files they chose before: what a draft keeps."""
        names = [name for name, field in self.fields.items() if is_text(name, field)]
        getlist = getattr(self.data, "getlist", lambda name: [self.data[name]] if name in self.data else [])
        return {name: list(getlist(self.add_prefix(name))) for name in names}

    def is_unsaved(self) -> bool:
        """Whether what was sent differs from what is saved, in any field that a draft keeps."""
        return not self.typed().keys().isdisjoint(self.changed_data)


def is_text(name: str, field: forms.Field) -> bool:
    """Whether a draft keeps this field: not files themselves, passwords, keys and versions."""
    hidden = field.widget.is_hidden and not name.endswith(KEPT)
    return not (hidden or isinstance(field, forms.FileField) or isinstance(field.widget, forms.PasswordInput))


def typed_before(fields: Mapping[str, forms.Field], kept: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a draft in the shape in which an unbound form shows them again, letter by letter."""
    shown: dict[str, Any] = {}
    for name, field in fields.items():
        if name in kept and is_text(name, field):
            values = kept[name]
            several = isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField)
            last = values[-1] if values else ""
            shown[name] = values if several else bool(last) if isinstance(field, forms.BooleanField) else last
    return shown


class FilesPartForm(PartForm):
    """A form with files that are kept as soon as they arrive, so that a mistake in another field loses none.

    `kept_files` maps each file field to (purpose of the file, column that holds the stored one). Beside each stands a
    hidden field with the id of the file that is attached already.
    """

    kept_files: ClassVar[Mapping[str, tuple[str, str]]] = {}
    qualification_id: int | None = None  # whose files they are, where they are those of a saved qualification

    def arrange(self) -> None:
        """A hidden field beside each file; what is attached already is said under the field."""
        for name in self.kept_files:
            self.fields[name + KEPT] = forms.ModelChoiceField(
                queryset=own_files(self.application.applicant), required=False, widget=forms.HiddenInput
            )

    def stored_files(self, row: Any) -> dict[str, Any]:
        """The ids of the files that are attached to the saved row."""
        return (
            {name + KEPT: getattr(row, f"{column}_id") for name, (_, column) in self.kept_files.items()} if row else {}
        )

    def keep(self, name: str, document: Document) -> None:
        """Remember in the form that this file has arrived: it is shown as attached when the form comes back."""
        self.data = with_value(self.data, self.add_prefix(name + KEPT), str(document.pk))
        self.cleaned_data[name + KEPT] = document

    def arrived(self) -> Iterable[tuple[str, str, ProvenFile]]:
        """(field, purpose, file) of every good file that came with this form."""
        for name, (purpose, _) in self.kept_files.items():
            upload = getattr(self, "cleaned_data", {}).get(name)
            if isinstance(upload, ProvenFile):
                yield name, purpose, upload

    def documents(self) -> dict[str, Document | None]:
        """The file of each column, as the action takes it."""
        return {column: self.cleaned_data.get(name + KEPT) for name, (_, column) in self.kept_files.items()}

    def dress(self) -> None:
        """Say under each file field what is attached already."""
        super().dress()
        for name in self.kept_files:
            found = self._attached(name)
            field = self.fields[name]
            kinds = field.kinds if isinstance(field, DocumentField) else CERTIFICATES
            words = attached_words(self.application, found) if found else help_for(kinds)
            field.help_text = self[name].help_text = words  # a field that was cleaned keeps its own copy

    def _attached(self, name: str) -> Document | None:
        value = self[name + KEPT].value()
        field = self.fields[name + KEPT]
        if not value or not isinstance(field, forms.ModelChoiceField) or field.queryset is None:
            return None
        pk = number_in(str(value))
        found: Document | None = field.queryset.filter(pk=pk).first() if pk is not None else None
        return found


def attached_words(application: Application, document: Document) -> str:
    """What stands under a file field when a file is attached: its name, kind and size, with a link to it."""
    url = reverse("applications:document", args=[application.pk, document.pk])
    what = f"{kind(document.media_type)}, {size(document.size)}"
    removed = f" Taken out of it: {', '.join(document.removed_in_words)}." if document.removed else ""
    return format_html(
        'Attached: <a href="{}">{}</a> ({}).{} Choose a file only to replace it.',
        url,
        document.original_name,
        what,
        removed,
    )


def certificate_field(label: str, **more: Any) -> DocumentField:
    """A file field for a certificate: a PDF or a photograph of it, never asked for again once one is attached."""
    return DocumentField(label=label, kinds=CERTIFICATES, required=False, **more)
