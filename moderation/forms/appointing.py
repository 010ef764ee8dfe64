"""Forms of appointing moderators and ending their appointments (E3, E4, F5)."""

from __future__ import annotations

from datetime import date
from typing import Any

from ctts.common.forms import CrispyForm, SeenField
from moderation.forms._fields import day_field, sentences


class AppointForm(CrispyForm):
    """The office appoints; where something stands against it, with a written reason."""

    submit_label = "Appoint them"

    seen = SeenField()
    override_reason = sentences(
        "Why this appointment is right all the same",
        help_text="Kept with the appointment; the office and outside checks read it.",
    )

    def __init__(self, *args: Any, with_reason: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_reason:
            del self.fields["override_reason"]


class EndForm(CrispyForm):
    """The last day of an appointment."""

    submit_label = "End the appointment"

    last_day = day_field("Last day")

    def __init__(self, *args: Any, first: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = "They act and read through this day, and no longer."
        self.fields["last_day"] = day_field("Last day", first=first, help_text=told)
