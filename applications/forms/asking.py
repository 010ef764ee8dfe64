"""Forms of the purchase order by a link: the applicant asks, whoever was asked gives it or says why not (A2)."""

from __future__ import annotations

from typing import Any

from django import forms

from applications.forms.evidence import OrderFields, too_little
from applications.forms.parts import text_area
from applications.models import OrderRequest
from applications.queries import order_in_place
from applications.rules import pounds
from ctts.accounts.forms import refuse_unusable_name
from ctts.common.fields import needed_later
from ctts.common.forms import CrispyForm, refuse_hidden_characters
from ctts.common.templatetags.formats import kind, size


class AskForOrderForm(CrispyForm):
    """Whom to ask at the employer, and in which words."""

    submit_label = "Ask them"

    name = forms.CharField(
        label="Full name", max_length=160, validators=[refuse_hidden_characters, refuse_unusable_name]
    )
    email = forms.EmailField(label="E-mail address", help_text="Of somebody who can order for your employer.")
    words = forms.CharField(
        label="A word from you",
        required=False,
        max_length=1000,
        widget=text_area(3),
        validators=[refuse_hidden_characters],
        help_text="They read it in the mail: for example whose budget it is.",
    )


class GiveOrderForm(OrderFields, CrispyForm):
    """The purchase order as the finance contact gives it; a file that has arrived already need not be sent again."""

    submit_label = "Give the purchase order"

    def __init__(self, *args: Any, asked: OrderRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked, self.earlier = asked, order_in_place(asked.application)
        fee = asked.application.intake.fee_gross_pence
        if self.earlier is not None and fee is not None and self.earlier.gross_pence > fee:
            self.fields["smaller"] = needed_later(
                forms.BooleanField(
                    label=f"It takes the place of one over {pounds(self.earlier.gross_pence)}", required=False
                ),
                "where yours is for less",
            )

    def clean(self) -> dict[str, Any]:
        """It covers the whole fee (A3 f), and the order itself is attached, now or before."""
        cleaned = super().clean()
        gross, fee = cleaned.get("gross_pence"), self.asked.application.intake.fee_gross_pence
        if gross is not None and (words := too_little(gross, fee)):
            self.add_error("gross_pence", words)
        if not cleaned.get("document") and self.asked.document is None and "document" not in self.errors:
            self.add_error("document", "Attach the purchase order.")
        return cleaned

    def values(self) -> dict[str, Any]:
        """The columns of the row, its file and its key apart."""
        apart = {"document", "key", "smaller"}
        return {name: value for name, value in self.cleaned_data.items() if name not in apart}

    def dress(self) -> None:
        """Say which file has arrived already; without one the field is needed."""
        self.use_required_attribute = False
        field, found = self.fields["document"], self.asked.document
        field.required = found is None
        if found is not None:
            words = f"{found.original_name} ({kind(found.media_type)}, {size(found.size)}) has arrived."
            field.help_text = self["document"].help_text = f"{words} Choose another only to replace it."


class DeclineOrderForm(CrispyForm):
    """Why whoever was asked will not give it."""

    submit_label = "Decline"

    reason = forms.CharField(
        label="Why?",
        max_length=1000,
        widget=text_area(3),
        validators=[refuse_hidden_characters],
        help_text="The applicant reads it: for example who else to ask.",
        error_messages={"required": "Say why in a few words; the applicant reads it."},
    )
