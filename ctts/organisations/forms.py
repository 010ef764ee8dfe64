"""Forms of the office about people, their roles, and centres."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from ctts.accounts.forms import name_field
from ctts.accounts.queries import person_by_email
from ctts.accounts.rules import ADDRESS_LENGTH, sort_key, tidy_name
from ctts.common.fields import day_field, needed_later, uk_postcode
from ctts.common.forms import CrispyForm, KeyField, SeenField, offer
from ctts.common.months import add_months
from ctts.organisations.conflicts import Conflict, in_words, is_forbidden
from ctts.organisations.models import ODS_CODE, Organisation, Site
from ctts.organisations.queries import organisation_version, organisations_for_office, site_version
from ctts.organisations.states import SCHEME_WIDE, Kind, Nation, Role

BACK_YEARS, AHEAD_YEARS = 10, 2  # how far from today a role that is given may begin
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

    def __init__(
        self, *args: Any, today: date, against: Mapping[Role, Sequence[Conflict]] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.against = today, against or {}
        offer(self, "organisation", organisations_for_office())
        if asked := [role.label for role, found in self.against.items() if not is_forbidden(found)]:
            reason = reason_field("Why the role is given all the same", "Kept with the role in the audit.")
            reason.required = False
            self.fields["despite"] = needed_later(reason, f"for: {', '.join(asked)}")
            self.set_up(None)
        self.fields["organisation"].help_text = PLACED
        self.initial.setdefault("starts_on", today)

    def clean_role(self) -> Role:
        """The role itself rather than its key."""
        return Role(self.cleaned_data["role"])

    def clean_starts_on(self) -> date:
        """A day on which somebody who works today can have begun, and no slip of the year."""
        starts_on: date = self.cleaned_data["starts_on"]
        if starts_on < add_months(self.today, -12 * BACK_YEARS):
            raise ValidationError(f"Check the year: this is more than {BACK_YEARS} years ago.", code="long_ago")
        if starts_on > add_months(self.today, 12 * AHEAD_YEARS):
            raise ValidationError(f"Check the year: this is more than {AHEAD_YEARS} years ahead.", code="far_ahead")
        return starts_on

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
        found = self.against.get(role, ()) if role else ()
        if is_forbidden(found):
            self.add_error("role", in_words(conflict for conflict in found if conflict.forbids))
        elif found and not cleaned.get("despite", "").strip():
            self.add_error("despite", f"{in_words(found)} Say why the role is given all the same.")
        return cleaned


class InviteForm(RoleForm):
    """Somebody new, and their first role."""

    submit_label = "Invite them"
    field_order = ["full_name", "email", "role", "organisation", "starts_on"]

    full_name = name_field()
    email = forms.EmailField(label="E-mail address", max_length=ADDRESS_LENGTH, help_text="They sign in with it.")

    def clean(self) -> dict[str, Any]:
        """An address that nobody of another name has: a slip would give the role to whoever has it."""
        cleaned = super().clean() or {}
        known = person_by_email(cleaned.get("email", ""))
        if known is not None and sort_key(known.full_name) != sort_key(cleaned.get("full_name", "")):
            said = "has this address already. Look at it again, or find them under People and give the role there."
            self.add_error("email", f"{known.full_name} {said}")
        return cleaned


class DespiteForm(CrispyForm):
    """Why a role is confirmed in spite of what speaks against it."""

    submit_label = "Confirm the role"

    despite = reason_field("Why the role is given all the same", "Kept with the role in the audit.")


class EndRoleForm(CrispyForm):
    """The last day of a role; one that is over already is no slip, as whoever ends it says."""

    submit_label = "End the role"

    ends_on = day_field("Last day", help_text="The role is held through this day.")
    over = forms.BooleanField(
        label="That day is over: they have been without the role since",
        help_text="Only for a last day in the past. It cannot be moved again.",
        required=False,
    )
    seen = SeenField(required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """A day in the past takes the tick, any other none."""
        cleaned = super().clean() or {}
        over, ends_on = cleaned.pop("over", False), cleaned.get("ends_on")
        if ends_on is not None and ends_on < self.today and not over:
            self.add_error("over", "The last day is in the past. Tick this if it is right, or choose another day.")
        return cleaned


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


class AddressForm(CrispyForm):
    """Another address for somebody who lost the old one, and how the office made sure who asked."""

    submit_label = "Change the address"

    email = forms.EmailField(label="New e-mail address", max_length=ADDRESS_LENGTH)
    identity_check = reason_field(
        "How you made sure who asked",
        "For example: called back on the number of the centre, recognised by two colleagues. Kept permanently.",
    )
    seen = SeenField(required=False)


class MergeForm(CrispyForm):
    """How the office knows that two accounts are of one person."""

    submit_label = "Merge them"

    reason = reason_field(
        "How you know that both are of one person",
        "For example: asked them on the telephone, and both addresses answered. Kept permanently.",
    )

    def __init__(self, *args: Any, against: Sequence[Conflict] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if against:
            self.fields["despite"] = reason_field("Why the role moves all the same", "Kept with the role in the audit.")
            self.set_up(None)


class OrganisationFactsForm(CrispyForm):
    """What a centre, consortium or employer is called, and where it belongs."""

    name = forms.CharField(label="Name", max_length=160)
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
        offer(self, "consortium", groups)

    def clean_name(self) -> str:
        """With single spaces inside: two names that read alike are one (C2)."""
        return tidy_name(self.cleaned_data["name"])


class OrganisationForm(OrganisationFactsForm):
    """The same of one that is there, with what the page showed; its code and kind stay."""

    submit_label = "Save the changes"

    seen = SeenField()

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if organisation.kind == Kind.CONSORTIUM:
            del self.fields["consortium"]
        shown = {name: getattr(organisation, name) for name in ("name", "ods_code", "employer_group")}
        shown |= {"consortium": organisation.consortium_id, "seen": organisation_version(organisation)}
        self.initial = {**shown, **self.initial}

    def values(self) -> dict[str, Any]:
        """What the action takes; a consortium is a member of none."""
        return {"consortium": None, **self.cleaned_data}


class SiteForm(CrispyForm):
    """A site: what it is called, where it lies."""

    submit_label = "Save the site"

    name = forms.CharField(label="Name", max_length=160)
    postcode = forms.CharField(label="Postcode", max_length=8, required=False)
    nation = forms.ChoiceField(label="Nation", choices=Nation.choices, help_text="Decides the site's working days.")

    def clean_name(self) -> str:
        """With single spaces inside, as an organisation's."""
        return tidy_name(self.cleaned_data["name"])

    def clean_postcode(self) -> str:
        """A UK postcode, where one is given."""
        return uk_postcode(self.cleaned_data["postcode"]) if self.cleaned_data["postcode"] else ""

    def clean_nation(self) -> Nation:
        """The nation itself rather than its key."""
        return Nation(self.cleaned_data["nation"])


class ChangeSiteForm(SiteForm):
    """The same of a site that is there, with what the page showed."""

    seen = SeenField()

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = {name: getattr(site, name) for name in ("name", "postcode", "nation")}
        self.initial = {**shown, "seen": site_version(site), **self.initial}


class CloseSiteForm(CrispyForm):
    """The last day of a site."""

    submit_label = "Close the site"

    key = KeyField()
    closed_on = day_field("Last day", help_text="The site is open through this day.")


class ReopenSiteForm(CrispyForm):
    """Why a closed site is opened again, with what the page showed."""

    submit_label = "Open it again"

    key = KeyField()
    seen = SeenField()
    words = reason_field("Why it is opened again", "Kept in the history of the site; the office reads it.")

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"seen": site_version(site), **self.initial}


class TrainingForm(CrispyForm):
    """When somebody did the Training Supervisors' course, and until when it counts."""

    submit_label = "Enter it"
    field_order = ["key", "attended_on", "valid_until_on"]

    key = KeyField()
    valid_until_on = day_field("Valid through", required=False, help_text="Leave it empty where it does not run out.")
    attended_on = day_field("Day of the course")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["attended_on"] = day_field("Day of the course", today=today)
        self.order_fields(self.field_order)
        self.set_up(None)


class CorrectTrainingForm(TrainingForm):
    """Another entry in the place of a wrong one."""

    submit_label = "Correct it"

    void = forms.BooleanField(label="There was no such course: it was entered by mistake", required=False)
    words = reason_field("What was wrong", "Kept with both entries.")


class CentreForm(OrganisationFactsForm):
    """A centre, consortium or employer with its first site."""

    submit_label = "Enter it"
    field_order = [
        "name",
        "code",
        "kind",
        "site_name",
        "postcode",
        "nation",
        "ods_code",
        "employer_group",
        "consortium",
    ]

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

    def clean_postcode(self) -> str:
        """A UK postcode, where one is given."""
        return uk_postcode(self.cleaned_data["postcode"]) if self.cleaned_data["postcode"] else ""

    def clean_kind(self) -> Kind:
        """The kind itself rather than its key."""
        return Kind(self.cleaned_data["kind"])

    def clean_nation(self) -> Nation:
        """The nation itself rather than its key."""
        return Nation(self.cleaned_data["nation"])
