"""Forms of a DOPS (T5): asking for one, its five steps, acknowledging, declining, voiding."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from ctts.accounts.forms import SignatureFormMixin
from ctts.accounts.models import User
from ctts.accounts.states import AuthenticationEvent
from ctts.common.fields import OneOf
from ctts.common.forms import CrispyForm, KeyField, SeenField, offer
from ctts.scheme.models import DopsItem
from training.forms._fields import SHORT, OneCompetency, day_field, sentences
from training.models import PlanItem
from training.states import AssessorKind, DopsComplexity, DopsSetting, DopsState, OverallJudgement

NOT_APPLICABLE = "na"


class Assessor(OneOf[User]):
    """The supervisor, or somebody of the centre; nobody else can be chosen (quality rule 1)."""

    def label_from_instance(self, person: User) -> str:
        """The name; which of them is the supervisor the page says."""
        return str(person)


class RequestDopsForm(CrispyForm):
    """The trainee asks for a DOPS."""

    submit_label = "Ask for this DOPS"

    key = KeyField()
    assessor = Assessor(queryset=None, label="Who shall assess it", empty_label="Choose a person")
    procedure = forms.CharField(label="Procedure", max_length=200)
    place = forms.CharField(label="Place", max_length=160, required=False)
    item = OneCompetency(label="Competency it shows", required=False)

    def __init__(self, *args: Any, assessors: QuerySet[User], items: QuerySet[PlanItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "assessor", assessors)
        offer(self, "item", items)


class StartDopsForm(CrispyForm):
    """The supervisor or the External Moderator starts a DOPS; nothing is asked but the one press."""

    key = KeyField()


class WhatForm(CrispyForm):
    """Step 1: what was observed. `items` are the record's competencies, `today` the last day it can have been."""

    submit_label = "Save and go on"

    seen = SeenField()
    procedure = forms.CharField(label="Procedure", max_length=200)
    item = OneCompetency(label="Competency it shows")
    complexity = forms.ChoiceField(label="How demanding", choices=DopsComplexity.choices, widget=forms.RadioSelect)
    setting = forms.ChoiceField(label="Real or simulated", choices=DopsSetting.choices, widget=forms.RadioSelect)
    place = forms.CharField(label="Place", max_length=160)
    observed_on = day_field("Day of the observation")

    def __init__(self, *args: Any, items: QuerySet[PlanItem], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "item", items)
        self.fields["observed_on"] = day_field("Day of the observation", today=today)
        self.order_fields(["seen", "procedure", "item", "complexity", "setting", "place", "observed_on"])


class ScoresForm(CrispyForm):
    """Steps 2 and 3: one answer for each item, 0 to 4 with what it looks like, or not applicable."""

    submit_label = "Save and go on"

    seen = SeenField()

    def __init__(self, *args: Any, items: Sequence[DopsItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = list(items)
        for item in self.items:
            self.fields[f"item_{item.pk}"] = self._answer(item)

    @staticmethod
    def _answer(item: DopsItem) -> forms.ChoiceField:
        choices = [(str(score), f"{score}\n{words}") for score, words in enumerate(item.anchors)]
        return forms.ChoiceField(
            label=f"{item.number}. {item.title}",
            help_text=item.observed,
            choices=[*choices, (NOT_APPLICABLE, "N/A\nNot applicable to this procedure.")],
            widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
            error_messages={"required": f"Judge item {item.number}."},
        )

    def scores(self) -> dict[int, int | None]:
        """The scores by id of the item, None for not applicable."""
        given = {item.pk: self.cleaned_data[f"item_{item.pk}"] for item in self.items}
        return {pk: None if answer == NOT_APPLICABLE else int(answer) for pk, answer in given.items()}


class WordsForm(CrispyForm):
    """Step 4: the overall judgement and the words."""

    submit_label = "Save and go on"

    seen = SeenField()
    overall = forms.ChoiceField(label="Overall judgement", choices=OverallJudgement.choices, widget=forms.RadioSelect)
    done_well = sentences("Done well", required=False, most=SHORT, rows=3)
    to_improve = sentences("To improve", required=False, most=SHORT, rows=3)
    agreed_action = sentences("Agreed action", required=False, most=SHORT, rows=3)


def ask_why(form: CrispyForm, asks: bool) -> None:
    """Where the scan found something in the words of a DOPS, ask first why no patient can be identified (quality rule
    17)."""
    if asks:
        help_text = "In your own words. Do not repeat what was found. It is read with the DOPS."
        why = sentences("Why can no patient be identified?", help_text=help_text, most=SHORT, rows=3)
        why.error_messages["required"] = (
            "The scan found what may identify a patient. Take it out, or say why nobody can be."
        )
        form.fields = {"answer": why, **form.fields}
        form.set_up(None)


class SignDopsForm(SignatureFormMixin, CrispyForm):
    """Step 5: the assessor signs what the page showed; `asks`: the scan found something in its words."""

    submit_label = "Sign this DOPS"

    seen = SeenField()
    post = forms.CharField(label="Your post", max_length=160)
    registration = forms.CharField(label="Your registration number", max_length=40, required=False)

    def __init__(self, *args: Any, asks: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_why(self, asks)


class _EachTime(SignatureFormMixin):
    """A proof on a device that is not one's own: asked each time, whatever was proved there a moment ago (T5)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, session={}, **kwargs)
        self.fields["password_or_code"].help_text = (
            "This is not your device, so it is asked each time. The code of your authenticator app is the safer one: "
            "it works once."
        )

    def _proved(self, event: AuthenticationEvent) -> None:
        """Keep the proof for this one form; the field stays, and is asked for again."""
        self.authentication = event


class TakeOverForm(_EachTime, CrispyForm):
    """The assessor says on the device that was handed to them who they are."""

    submit_label = "Start"


class SignHandedForm(_EachTime, SignDopsForm):
    """Step 5 on a device that was handed over."""


class UnlockForm(CrispyForm):
    """The owner of a device that was handed over gives their password; a second factor is asked for next."""

    submit_label = "Unlock"

    password = forms.CharField(
        label="Your password",
        strip=False,
        max_length=400,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Type your password to unlock this device."},
    )


class ApproveForm(SignatureFormMixin, CrispyForm):
    """The supervisor approves a suitable person."""

    submit_label = "Approve this person"


class AcknowledgeDopsForm(SignatureFormMixin, CrispyForm):
    """The trainee acknowledges what the page showed, with a comment if they like; `asks`: the scan found something in
    what they typed."""

    submit_label = "Acknowledge"

    seen = SeenField()
    comment = sentences("Your comment", required=False, help_text="It stands in the record.", most=SHORT, rows=3)

    def __init__(self, *args: Any, asks: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_why(self, asks)


class ReasonForm(CrispyForm):
    """Declining or voiding, with the reason that others read."""

    reason = sentences("Why", help_text="The people concerned read exactly this.", most=SHORT)


class LogFilterForm(CrispyForm):
    """What the log is narrowed to, held in the address."""

    submit_label = "Show"

    state = forms.ChoiceField(label="State", required=False)
    kind = forms.ChoiceField(label="Assessed by", required=False)
    item = OneCompetency(label="Competency", required=False)

    def __init__(self, *args: Any, items: QuerySet[PlanItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["state"]).choices = [("", "Any"), *DopsState.choices]
        cast(forms.ChoiceField, self.fields["kind"]).choices = [("", "Anybody"), *AssessorKind.choices]
        competency = cast(OneCompetency, self.fields["item"])
        competency.queryset, competency.empty_label = items, "Any"
