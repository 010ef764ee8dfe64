"""Forms of a progress report (T7): writing it, signing and sending it, acknowledging it."""

from __future__ import annotations

from datetime import date
from typing import Any

from ctts.accounts.forms import SignatureFormMixin
from ctts.common.forms import CrispyForm, KeyField, SeenField
from training.forms._fields import LONG, day_field, sentences


class ReportForm(CrispyForm):
    """How a training has gone in some months."""

    submit_label = "Save this report"

    key = KeyField(required=False)
    seen = SeenField(required=False)
    progress = sentences("How the training goes", most=LONG, rows=8)
    attention = sentences(
        "What needs attention", required=False, rows=4, help_text="Trainee and co-ordinator read it, markers too."
    )
    next_steps = sentences("What comes next", rows=4)
    period_starts_on = day_field("About the time from")
    period_ends_on = day_field("to")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period_ends_on"] = day_field("to", today=today)
        self.order_fields(["key", "seen", "period_starts_on", "period_ends_on"])

    def clean(self) -> dict[str, Any]:
        """A period that runs forwards."""
        cleaned = super().clean() or {}
        starts, ends = cleaned.get("period_starts_on"), cleaned.get("period_ends_on")
        if starts and ends and ends < starts:
            self.add_error("period_ends_on", "The period ends before it begins.")
        return cleaned


class SendReportForm(SignatureFormMixin, CrispyForm):
    """The supervisor signs what the page showed, and sends it."""

    submit_label = "Sign and send"

    seen = SeenField()


class AcknowledgeReportForm(SignatureFormMixin, CrispyForm):
    """The Training Co-ordinator acknowledges what the page showed."""

    submit_label = "Acknowledge"

    seen = SeenField()
    comment = sentences("Your comment", required=False, rows=3, help_text="It stands under the report.")
