"""Forms of the office about people, their roles, and centres."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from ctts.accounts.forms import name_field
from ctts.accounts.rules import ADDRESS_LENGTH
from ctts.common.fields import day_field
from ctts.common.forms import CrispyForm
from ctts.organisations.models import ODS_CODE, Organisation
from ctts.organisations.queries import organisations_for_office
from ctts.organisations.states import SCHEME_WIDE, Kind, Nation, Role

PLACED = "A role at a centre needs the centre; moderators, the office and adjustments readers have none."


def reason_field(label: str, help_text: str = "Kept with the change; other members of the office can read it.") -> Any:
    """A field for the words of a person why something is done."""
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, max_length=2000, widget=widget, help_text=help_text)


class RoleForm(CrispyForm):
    """Which role, where, from when."""

    submit_label = "Give the role"

    role = forms.ChoiceField(label="Role", choices=[("", "Choose one"), *Role.choices])
    organisation: forms.ModelChoiceField[Organisation] = forms.ModelChoiceField(
        label="Centre or employer", queryset=None, required=False, empty_label="None: for the whole scheme"
    )
    starts_on = day_field("First day")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations_for_office()  # type: ignore[attr-defined]  # a choice of rows
        self.fields["organisation"].help_text = PLACED
        self.initial.setdefault("starts_on", today)

    def clean_role(self) -> Role:
        """The role itself rather than its key."""
        return Role(self.cleaned_data["role"])

    def clean(self) -> dict[str, Any]:
        """A role of the scheme has no centre, any other one has."""
        cleaned = super().clean() or {}
        role = cleaned.get("role")
        if role and "organisation" in cleaned and (cleaned["organisation"] is None) != (role in SCHEME_WIDE):
            wide = role in SCHEME_WIDE
            self.add_error(
                "organisation",
                f"“{role.label}” is held for the whole scheme: choose no centre." if wide else "Choose the centre.",
            )
        return cleaned


class InviteForm(RoleForm):
    """Somebody new, and their first role."""

    submit_label = "Invite them"
    field_order = ["full_name", "email", "role", "organisation", "starts_on"]

    full_name = name_field()
    email = forms.EmailField(label="E-mail address", max_length=ADDRESS_LENGTH, help_text="They sign in with it.")


class EndRoleForm(CrispyForm):
    """The last day of a role."""

    submit_label = "End the role"

    ends_on = day_field("Last day", help_text="The role is held through this day.")


class SecondFactorForm(CrispyForm):
    """How the office made sure who asked."""

    submit_label = "Take the second factor away"

    identity_check = reason_field(
        "How you made sure who asked",
        "For example: called back on the number of the centre, recognised by two colleagues. Kept permanently.",
    )


class ReasonForm(CrispyForm):
    """Why somebody's access ends or begins again."""

    reason = reason_field("Reason")


class MergeForm(CrispyForm):
    """How the office knows that two accounts are of one person."""

    submit_label = "Merge them"

    reason = reason_field(
        "How you know that both are of one person",
        "For example: asked them on the telephone, and both addresses answered. Kept permanently.",
    )


class CentreForm(CrispyForm):
    """A centre, consortium or employer with its first site."""

    submit_label = "Enter it"

    name = forms.CharField(label="Name", max_length=160)
    code = forms.RegexField(
        r"^[A-Z0-9]{2,12}$",
        label="Code",
        help_text="The scheme's own short code: 2 to 12 capital letters or digits, such as LDS.",
        error_messages={"invalid": "Write 2 to 12 capital letters or digits."},
    )
    kind = forms.ChoiceField(label="Kind", choices=Kind.choices)
    site_name = forms.CharField(label="First site", max_length=160, initial="Main site")
    postcode = forms.CharField(label="Postcode of the site", max_length=8, required=False)
    nation = forms.ChoiceField(label="Nation", choices=Nation.choices, help_text="Decides the site's working days.")
    ods_code = forms.RegexField(
        ODS_CODE,
        label="ODS code",
        required=False,
        error_messages={"invalid": "An ODS code is 3 to 9 capital letters or digits."},
    )
    employer_group = forms.CharField(label="Trust, health board or company", max_length=160, required=False)
    consortium: forms.ModelChoiceField[Organisation] = forms.ModelChoiceField(
        label="Member of", queryset=None, required=False, empty_label="No consortium"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = organisations_for_office().filter(kind=Kind.CONSORTIUM)
        self.fields["consortium"].queryset = groups  # type: ignore[attr-defined]  # a choice of rows

    def clean_kind(self) -> Kind:
        """The kind itself rather than its key."""
        return Kind(self.cleaned_data["kind"])

    def clean_nation(self) -> Nation:
        """The nation itself rather than its key."""
        return Nation(self.cleaned_data["nation"])
