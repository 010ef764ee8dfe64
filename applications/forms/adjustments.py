"""What is agreed about an adjustment (A5)."""

from __future__ import annotations

from django import forms

from applications.forms.parts import text_area
from ctts.common.forms import CrispyForm


class AgreementForm(CrispyForm):
    """The adjustment in words that others may read: what is done, never why."""

    submit_label = "Save what is agreed"

    agreed = forms.CharField(
        label="What is agreed",
        max_length=2000,
        widget=text_area(4),
        help_text="Everybody who must act on it reads this. Write what is done, not the reason.",
        error_messages={"required": "Write what is agreed, without the reason."},
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2000, strip=False)
