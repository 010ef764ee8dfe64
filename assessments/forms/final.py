"""Forms of the Final Assessment: sealing, uploading a portfolio, a marker's sheet, booking a viva (F2 to F4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from django import forms
from django.core.validators import MinValueValidator

from assessments.rules import Point, cited_pages
from assessments.states import Result
from ctts.accounts.forms import SignatureFormMixin
from ctts.common.fields import day_field, needed_later
from ctts.common.forms import CrispyForm, SeenField
from ctts.common.months import london_instant
from ctts.documents.forms import DocumentField
from ctts.documents.states import MediaType

WORDS, LONG = 4_000, 20_000
SUBMITTED = "before you submit"
TIMES = ["%H:%M", "%H.%M", "%H:%M:%S"]


class SealForm(SignatureFormMixin, CrispyForm):
    """Sign what the page shows: its digest, and the proof of who signs."""

    seen = SeenField()


class SealPortfolioForm(SealForm):
    """The trainee seals the portfolio, with the statement as something to tick."""

    submit_label = "Seal it"

    own_work = forms.BooleanField(
        label="It is my own work, and no patient can be identified from it.",
        error_messages={"required": "Tick this first: it is what you sign."},
    )

    field_order = ["seen", "own_work"]


class UploadForm(CrispyForm):
    """The portfolio as one PDF."""

    submit_label = "Upload it"

    file = DocumentField(label="Your portfolio, as one PDF", kinds=frozenset({MediaType.PDF}))


class SheetForm(CrispyForm):
    """A marker's sheet: for each point its answer, words and pages; for a Portfolio the overall result as well.

    Everything may be left open: what is missing is said before it is submitted. `citable` is how many pages there are
    to cite; None takes the pages as they are typed, for a sheet that saves itself.
    """

    submit_label = "Save and look it over"

    def __init__(
        self, *args: Any, points: Sequence[Point], viva: bool, citable: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.points, self.viva, self.citable = points, viva, citable
        for point in points:
            self._add_point(point)
        if not viva:
            self.fields["result"] = _radio("Overall result", [(key, word) for key, word in Result.choices])
        label = "What the marks rest on" if viva else "What the result rests on"
        self.fields["words"] = _words(label, "The trainee reads it once the outcome is released.", rows=5, most=LONG)
        self.set_up(None)

    def _add_point(self, point: Point) -> None:
        labels = dict(Result.choices)
        choices = [(key, f"{labels.get(key, key)}\n{words}") for key, words in point.anchors]
        name = "score" if self.viva else "result"
        self.fields[f"{point.key}_{name}"] = _radio(point.title, choices, point.asks)
        self.fields[f"{point.key}_words"] = _words(f"“{point.title}”: why", "", rows=3, most=WORDS)
        self.fields[f"{point.key}_pages"] = forms.CharField(
            label=f"“{point.title}”: pages it rests on",
            required=False,
            max_length=100,
            help_text="Page numbers as they stand at the foot, for example 12, 40-43.",
            widget=forms.TextInput(attrs={"data-pages": "", "autocomplete": "off", "class": "form-control--short"}),
        )

    def clean(self) -> dict[str, Any]:
        """Cited pages are pages of the portfolio (F3); what is wrong with them is said beside their field."""
        cleaned = super().clean() or {}
        names = [f"{point.key}_pages" for point in self.points] if self.citable is not None else []
        for name in names:
            try:
                cited_pages(cleaned.get(name, ""), self.citable or 1)
            except ValueError as problem:
                self.add_error(name, str(problem))
        return cleaned

    def marks(self) -> dict[str, dict[str, Any]]:
        """The answers by point, as the action takes them; what could not be read is left open."""
        given = self.cleaned_data
        return {
            point.key: {
                "result": given.get(f"{point.key}_result", ""),
                "score": _score(given.get(f"{point.key}_score", "")),
                "words": given.get(f"{point.key}_words", ""),
                "pages": given.get(f"{point.key}_pages", ""),
            }
            for point in self.points
        }

    def rows(self) -> list[dict[str, Any]]:
        """Each point with its three fields, for the page."""
        name = "score" if self.viva else "result"
        return [
            {
                "point": point,
                "answer": self[f"{point.key}_{name}"],
                "words": self[f"{point.key}_words"],
                "pages": self[f"{point.key}_pages"],
            }
            for point in self.points
        ]


def _score(given: str) -> int | None:
    return int(given) if given else None


def _radio(label: str, choices: Sequence[tuple[str, Any]], help_text: str = "") -> forms.ChoiceField:
    widget = forms.RadioSelect(attrs={"class": "form-check-input"})
    field = forms.ChoiceField(label=label, choices=choices, required=False, help_text=help_text, widget=widget)
    return needed_later(field, SUBMITTED)


def _words(label: str, help_text: str, *, rows: int, most: int) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    field = forms.CharField(label=label, help_text=help_text, required=False, max_length=most, widget=widget)
    return needed_later(field, SUBMITTED)


class BookVivaForm(CrispyForm):
    """When and where a viva takes place; the day and the time are London's."""

    submit_label = "Go on"

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    starts_on = day_field("Day")
    starts_time = forms.TimeField(
        label="Time in London",
        input_formats=TIMES,
        widget=forms.TimeInput(attrs={"type": "time", "class": "form-control--short"}, format="%H:%M"),
        error_messages={"invalid": "Give the time with hours and minutes, for example 14:30."},
    )
    joining = forms.URLField(
        label="Joining link",
        max_length=500,
        assume_scheme="https",
        help_text="The address of the online meeting.",
        error_messages={"invalid": "Give the whole address, beginning with https://."},
    )
    extra_minutes = forms.IntegerField(
        label="Extra time, in minutes",
        initial=0,
        min_value=0,
        max_value=120,
        help_text="As it was agreed as a reasonable adjustment; else 0.",
        widget=forms.NumberInput(attrs={"class": "form-control--short"}),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts_on"].validators.append(MinValueValidator(today, "This day is over."))
        self.fields["starts_on"].widget.attrs["min"] = today.isoformat()

    def clean(self) -> dict[str, Any]:
        """The instant; a time that the clocks leave out in spring is refused."""
        cleaned = super().clean() or {}
        day, at = cleaned.get("starts_on"), cleaned.get("starts_time")
        if isinstance(day, date) and isinstance(at, time):
            try:
                cleaned["starts_at"] = london_instant(day, at)
            except ValueError as problem:
                self.add_error("starts_time", str(problem))
        return cleaned

    def booking(self) -> dict[str, Any]:
        """What the action takes."""
        return {name: self.cleaned_data[name] for name in ("starts_at", "joining", "extra_minutes")}
