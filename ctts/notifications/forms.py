"""Forms about mail: what a person chooses for themselves, and the reason the office gives."""

from __future__ import annotations

from typing import Any

from django import forms

from ctts.common.forms import CrispyForm
from ctts.notifications.models import Preference
from ctts.notifications.notices import mutable_kinds


class DeliveryForm(CrispyForm):
    """How a person hears: at once or once a day, and which messages not at all. Fits `actions.choose_delivery` (N)."""

    submit_label = "Save my choice"

    daily = forms.TypedChoiceField(
        label="When mails come",
        choices=[("at_once", "Each message at once"), ("daily", "One mail a day, at 7 in the morning")],
        coerce=lambda chosen: chosen == "daily",
        widget=forms.RadioSelect,
        help_text="What cannot wait, and mails with a link or a file, always come at once.",
    )
    muted = forms.MultipleChoiceField(
        label="Do not send me", required=False, widget=forms.CheckboxSelectMultiple, choices=()
    )

    def __init__(self, *args: Any, choice: Preference, stands: frozenset[str] | None = None, **kwargs: Any) -> None:
        """`stands`: as what the person stands in the scheme; kinds that they are never sent are not offered."""
        kwargs["initial"] = {"daily": "daily" if choice.daily else "at_once", "muted": choice.muted}
        super().__init__(*args, **kwargs)
        muted = self.fields["muted"]
        assert isinstance(muted, forms.MultipleChoiceField)  # noqa: S101 — declared so above
        offered = mutable_kinds(stands)
        muted.choices = list(offered.items())
        self._unseen = [key for key in choice.muted if key not in offered]
        if not offered:
            muted.widget = forms.MultipleHiddenInput()

    def clean_muted(self) -> list[str]:
        """What is chosen, and what was before of kinds that are not offered now: a later role does not undo it."""
        return [*self.cleaned_data["muted"], *self._unseen]


class ReasonForm(CrispyForm):
    """Why the office sends again, gives up or confirms; fits those actions."""

    reason = forms.CharField(label="Reason", max_length=500, help_text="Kept with the message, on the audit.")
