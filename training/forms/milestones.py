"""The form that moves one milestone (M)."""

from __future__ import annotations

from typing import Any

from ctts.common.forms import CrispyForm, SeenField
from training.forms._fields import SHORT, day_field, sentences


class MoveMilestoneForm(CrispyForm):
    """The new day of a milestone, and why it moves."""

    submit_label = "Move this milestone"

    seen = SeenField()
    reason = sentences("Why it moves", most=SHORT, help_text="It stands in the record, with both days.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_on"] = day_field("New day", help_text="Not after the expected end of training.")
        self.order_fields(["seen", "due_on", "reason"])
