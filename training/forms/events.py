"""Forms of an event: entering and changing it, calling it off, who was there; kinds of event (T9)."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from ctts.common.clock import LONDON
from ctts.common.fields import SomeOf, day_field, sentences
from ctts.common.forms import CrispyForm, SeenField, offer
from ctts.common.months import london_instant
from ctts.scheme.models import Intake, OwnEventKind, SchemeEvent, Scope
from ctts.scheme.queries import event_version, intakes, offered_event_kinds, scopes_in_use
from ctts.scheme.states import EventKind
from training.models import Attendance

OWN = "own-"
YEARS = [("", "Both years"), ("1", "First year"), ("2", "Second year")]


class EventFields(CrispyForm):
    """What can change of a dated event (T9). Typed in London time, kept in UTC."""

    title = forms.CharField(label="Title", max_length=160)
    on = day_field("Day")
    starts = forms.TimeField(label="From", widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))
    ends = forms.TimeField(label="To", widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))
    place = forms.CharField(
        label="Place", required=False, max_length=200, help_text="Everybody invited reads it. Online: say so."
    )
    joining = forms.CharField(
        label="How to join",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The joining link or the room; only those with a place read it.",
    )
    sign_up_until_on = day_field(
        "People sign up until",
        required=False,
        help_text="Until the end of this day they sign up and give places back. Empty: all invited are expected.",
    )
    places = forms.IntegerField(
        label="Places", min_value=1, max_value=10_000, required=False, help_text="Empty: no limit."
    )

    def clean(self) -> dict[str, Any]:
        """The end comes after the start, on the same London day; both are times that the clocks show on it."""
        cleaned = super().clean() or {}
        on, starts, ends = cleaned.get("on"), cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", "The event ends before it starts.")
        for name, at in (("starts", starts), ("ends", ends)):
            if on and at:
                try:
                    cleaned[f"{name}_at"] = london_instant(on, at)
                except ValueError as problem:
                    self.add_error(name, str(problem))
        return cleaned

    def values(self) -> dict[str, Any]:
        """What the action takes: two instants instead of a day with two times."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("on", "starts", "ends")}


class EventForm(EventFields):
    """A new event, its kind and whom it is for."""

    submit_label = "Add the event"

    kind = forms.ChoiceField(label="Kind", choices=EventKind.choices)
    intake: forms.ModelChoiceField[Intake] = forms.ModelChoiceField(
        label="For the intake", queryset=None, required=False, empty_label="Every intake"
    )
    year = forms.TypedChoiceField(
        label="For the year of training", choices=YEARS, coerce=int, empty_value=None, required=False
    )
    scope: forms.ModelChoiceField[Scope] = forms.ModelChoiceField(
        label="For the scope of practice", queryset=None, required=False, empty_label="Every scope"
    )

    field_order = ["kind", "title", "intake", "year", "scope"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "intake", intakes())
        offer(self, "scope", scopes_in_use())
        self._own = {f"{OWN}{one.pk}": one for one in offered_event_kinds()}
        kinds = [*EventKind.choices, *((key, one.name) for key, one in self._own.items())]
        cast("forms.ChoiceField", self.fields["kind"]).choices = kinds

    def values(self) -> dict[str, Any]:
        """The same with the kind itself, and the office's own kind where it is one."""
        given = super().values()
        own: OwnEventKind | None = self._own.get(given["kind"])
        return {**given, "kind": EventKind.OTHER if own else EventKind(given["kind"]), "own_kind": own}


class ChangeEventForm(EventFields):
    """An event as it is entered, to be changed; `told` once the page has shown the mail that goes out."""

    submit_label = "Change the event"

    seen = SeenField()
    told = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, event: SchemeEvent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        starts, ends = event.starts_at.astimezone(LONDON), event.ends_at.astimezone(LONDON)
        times = {"on": starts.date(), "starts": starts.time(), "ends": ends.time()}
        kept = {name: getattr(event, name) for name in ("title", "places", "place", "joining", "sign_up_until_on")}
        self.initial = {**times, **kept, "seen": event_version(event)}

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        return {name: value for name, value in super().values().items() if name != "told"}

    def hide(self) -> None:
        """Keep all that is typed out of sight, to be sent again as it stands."""
        for field in self.fields.values():
            field.widget = forms.HiddenInput()


class CallOffForm(CrispyForm):
    """Why an event is called off."""

    because = sentences("Why", most=1_000, rows=3, help_text="It stands in the mail.")


class People(SomeOf[Attendance]):
    """Some of those who were invited to an event."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, attendance: Attendance) -> str:
        """Name, centre, and what they stand as."""
        record = attendance.record
        return f"{record.trainee}, {record.centre} ({attendance.get_state_display().lower()})"


class AttendanceForm(CrispyForm):
    """Who was there of those invited to an event (T9)."""

    submit_label = "Note who was there"

    seen = SeenField()
    present = People(queryset=None, required=False, label="Was there")

    def __init__(self, *args: Any, people: QuerySet[Attendance], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "present", people)

    def there(self) -> set[int]:
        """The ids of those who were there, once the form is valid."""
        return {one.pk for one in self.cleaned_data["present"]}


class EventKindForm(CrispyForm):
    """A kind of event of the office's own."""

    submit_label = "Add this kind"

    name = forms.CharField(label="Name of the kind", max_length=80, help_text="Such as “Journal club”.")
