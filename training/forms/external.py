"""Forms of a DOPS by a one-time link (T5): naming somebody, the code, their signature, passing on, declining."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from ctts.accounts.forms import SignatureFormMixin
from ctts.common.forms import CrispyForm, KeyField, SeenField, offer
from training.actions import PROFESSION_MOST, Outsider
from training.forms._fields import SHORT, OneCompetency, sentences
from training.forms.dops import ask_why
from training.models import PlanItem

REGISTER = "HCPC, RCT, GMC, NMC or another register."
NOT_KNOWN = "Leave it empty if you do not know it: they are asked for it, or for their profession, when they sign."


class OutsiderFields(forms.Form):
    """Who somebody without an account is."""

    name = forms.CharField(label="Full name", max_length=160, help_text="As it shall stand under the signature.")
    post = forms.CharField(label="Post", max_length=160)
    organisation = forms.CharField(label="Organisation", max_length=160, help_text="Where they work.")
    registration = forms.CharField(
        label="Registration number",
        max_length=40,
        required=False,
        help_text=f"{REGISTER} {NOT_KNOWN}",
    )
    email = forms.EmailField(label="E-mail address", help_text="The link goes to it and to nobody else.")

    def outsider(self) -> Outsider:
        """Whoever was named, once the form is right."""
        names = ("name", "post", "organisation", "registration", "email")
        return Outsider(**{name: self.cleaned_data[name].strip() for name in names})


class ProposeExternalForm(OutsiderFields, CrispyForm):
    """The trainee names who shall assess, for the supervisor to approve."""

    submit_label = "Ask my supervisor to approve them"

    key = KeyField()
    procedure = forms.CharField(label="Procedure", max_length=200)
    place = forms.CharField(label="Place", max_length=160, required=False)
    item = OneCompetency(label="Competency it shows", required=False)

    def __init__(self, *args: Any, items: QuerySet[PlanItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "item", items)

    def values(self) -> dict[str, Any]:
        """What is said of the procedure."""
        return {name: self.cleaned_data[name] for name in ("procedure", "place", "item")}


class AskExternalForm(SignatureFormMixin, ProposeExternalForm):
    """The supervisor names who shall assess, and signs that they are suitable."""

    submit_label = "Approve them and send the link"


class NameAnotherForm(SignatureFormMixin, OutsiderFields, CrispyForm):
    """The supervisor names who shall assess what was asked for; `after` is whom the page showed as named last."""

    submit_label = "Approve them and send the link"

    after = SeenField(required=False)


class PassOnForm(OutsiderFields, CrispyForm):
    """Whoever was asked names a colleague."""

    submit_label = "Pass it on"


class CodeForm(CrispyForm):
    """The six digits that were told by mouth; only with them anything begins."""

    submit_label = "Start"
    prefix = "secret"  # no page that gives typed words back shows it (`ctts.common.refusals`)

    code = forms.CharField(
        label="Code of six digits",
        max_length=20,
        help_text="The trainee or the Training Supervisor tells you, in person or by telephone. It stands in no mail.",
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "form-control--short"},
        ),
        error_messages={"required": "Type the code of six digits: the trainee or the Training Supervisor tells you."},
    )

    def clean_code(self) -> str:
        """Six digits; anything else is told without a try being counted."""
        code = "".join(self.cleaned_data["code"].split())
        if len(code) != 6 or not (code.isascii() and code.isdigit()):
            raise forms.ValidationError("The code has six digits, such as 042 917. No try was counted.")
        return code


class SignByLinkForm(CrispyForm):
    """Step 5 by a link: the printed name is the one that the supervisor approved; post and number are the signer's."""

    submit_label = "Sign this DOPS"

    seen = SeenField()
    post = forms.CharField(label="Your post", max_length=160)
    registration = forms.CharField(label="Your registration number", max_length=40, required=False, help_text=REGISTER)
    profession = forms.CharField(
        label="Or your profession",
        max_length=PROFESSION_MOST,
        required=False,
        help_text="If you are on no register. It stands under your signature in place of the number.",
    )

    def __init__(self, *args: Any, asks: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_why(self, asks)


class DeclineByLinkForm(CrispyForm):
    """Why whoever was asked will not assess."""

    submit_label = "Decline"

    reason = sentences("Why?", help_text="The trainee and the Training Supervisor read exactly this.", most=SHORT)


class CountersignForm(SignatureFormMixin, CrispyForm):
    """The supervisor countersigns what the page showed."""

    submit_label = "Countersign"

    seen = SeenField()
