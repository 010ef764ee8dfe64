"""Forms of boards (F7): made, filled, decided."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet

from ctts.common.fields import SomeOf
from ctts.common.forms import CrispyForm, SeenField, offer
from moderation.forms._fields import day_field
from training.models import TrainingRecord

ENTERED_LATE = timedelta(days=366)  # a board that was held is entered within a year


class BoardForm(CrispyForm):
    """A board with its name and its day."""

    submit_label = "Make the board"

    name = forms.CharField(label="Name", max_length=120, help_text="For example “Board of summer 2028”.")
    held_on = day_field("Day on which it is held")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["held_on"] = day_field("Day on which it is held", first=today - ENTERED_LATE)


class _Trainees(SomeOf[TrainingRecord]):
    """Tick boxes for trainees who can be put on a list; nobody else can be chosen (quality rule 1)."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, record: TrainingRecord) -> str:
        """Name, and where they trained in what."""
        return f"{record.trainee}\n{record.scope}, {record.centre}"


class AddForm(CrispyForm):
    """Trainees to put on a list."""

    submit_label = "Put them on the list"

    records = _Trainees(queryset=None, label="Trainees", error_messages={"required": "Choose at least one trainee."})

    def __init__(self, *args: Any, records: QuerySet[TrainingRecord], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "records", records)


class DecideForm(CrispyForm):
    """A whole list as the page shows it."""

    seen = SeenField()
