"""The form that moves one milestone (M)."""

from __future__ import annotations

from ctts.common.forms import CrispyForm, SeenField
from training.forms._fields import SHORT, day_field, sentences


class MoveMilestoneForm(CrispyForm):
    """The new day of a milestone, and why it moves."""

    submit_label = "Move this milestone"

    seen = SeenField()
    due_on = day_field("New day", help_text="Not after the expected end of training.")
    reason = sentences("Why it moves", most=SHORT, help_text="It stands in the record, with both days.")
