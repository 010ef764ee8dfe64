"""Fees and dates of intakes, the handbook."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from ctts.common.fields import PoundsField, day_field
from ctts.common.forms import CrispyForm, SeenField
from ctts.documents.forms import DocumentField, help_for
from ctts.documents.states import MediaType
from ctts.scheme.models import Intake
from ctts.scheme.queries import intake_version

MOST_PENCE = 100_000_000
PDF = frozenset({MediaType.PDF})


class FeeForm(CrispyForm):
    """The fee of an intake in pounds with the VAT rate in per cent; kept in pence and hundredths of a per cent (I6)."""

    submit_label = "Set the fee"

    seen = SeenField()
    net_pence = PoundsField(
        label="Fee without VAT, in pounds",
        help_text="Such as 2,500 or 2500.50. The fee with VAT is worked out, half pennies upwards.",
    )
    vat_basis_points = forms.DecimalField(
        label="VAT in per cent", min_value=0, max_value=100, decimal_places=2, initial=Decimal(20)
    )

    def __init__(self, *args: Any, intake: Intake, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = intake_version(intake)
        if intake.fee_net_pence is not None and intake.vat_basis_points is not None:
            self.initial["net_pence"] = intake.fee_net_pence
            self.initial["vat_basis_points"] = Decimal(intake.vat_basis_points) / 100

    def clean_net_pence(self) -> int:
        """Pence, of an amount that a fee can be."""
        pence: int = self.cleaned_data["net_pence"]
        if not 1 <= pence <= MOST_PENCE:
            raise forms.ValidationError("Give an amount from £0.01 to £1,000,000.00.", code="amount")
        return pence

    def clean_vat_basis_points(self) -> int:
        """Whole hundredths of a per cent."""
        return int(self.cleaned_data["vat_basis_points"] * 100)


class DatesForm(CrispyForm):
    """The four days of an intake (I2); the action asks for their order."""

    submit_label = "Move the dates"

    seen = SeenField()
    opens_on = day_field("Applications from")
    cutoff_on = day_field("Cut-off", help_text="Applications count through this day, London time.")
    enrolment_on = day_field("Enrolment")
    induction_on = day_field("Induction Day")

    def __init__(self, *args: Any, intake: Intake, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = {name: getattr(intake, name) for name in self.fields if name != "seen"}
        self.initial = {**shown, "seen": intake_version(intake), **self.initial}

    def dates(self) -> dict[str, Any]:
        """The days by the names of their columns."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class HandbookForm(CrispyForm):
    """A new version of the handbook as PDF (E1), and which one the page showed as current."""

    submit_label = "Publish it"

    version = forms.CharField(label="Version", max_length=40, help_text="As printed on it, such as 2026.2.")
    upload = DocumentField(label="Handbook", kinds=PDF, help_text=help_for(PDF))
    seen = SeenField(required=False)


class ReadForm(CrispyForm):
    """Somebody says that they have read the handbook (E1)."""

    submit_label = "Note that I have read it"

    handbook = forms.IntegerField(widget=forms.HiddenInput)
    read = forms.BooleanField(label="I have read this version of the handbook.")
