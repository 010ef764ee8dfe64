"""Changing the scheme's numbers, made from their own descriptions (`field_specs`)."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from ctts.common.fields import day_field
from ctts.common.forms import CrispyForm
from ctts.common.months import in_words
from ctts.organisations.forms import reason_field
from ctts.scheme.models import RuleSet
from ctts.scheme.queries import numbers_of
from ctts.scheme.rules import FieldSpec, field_specs, to_json
from ctts.scheme.rules.fields import CHOICE, DECIMAL, SEVERAL, to_plain

BEYOND = 10**9
NUMBERS = re.compile(r"\s*\d{1,6}\s*(,\s*\d{1,6}\s*)*")


class SeveralField(forms.Field):
    """Whole numbers with commas between them: a list of int."""

    def to_python(self, value: Any) -> list[int] | None:
        """The numbers. Raises ValidationError for anything else."""
        if value in self.empty_values:
            return None
        if not NUMBERS.fullmatch(str(value)):
            raise ValidationError("Enter whole numbers with commas between them.", code="invalid")
        return [int(part) for part in str(value).split(",")]

    def prepare_value(self, value: Any) -> Any:
        """As a person writes them."""
        return ", ".join(str(part) for part in value) if isinstance(value, (list, tuple)) else value


class DecimalField(forms.DecimalField):
    """A number of the scheme with decimals. What is far beyond every bound never meets Django's check of steps, which
    reckons with floats and fails on it."""

    def validate(self, value: Any) -> None:
        """Raise ValidationError for no number, and for one of more than nine digits before the point."""
        super().validate(value)
        if value is not None and abs(value) >= BEYOND:
            raise ValidationError("This number is far too large.", code="invalid")


def field_of(spec: FieldSpec) -> forms.Field:
    """The form field of one number, with its unit and where it comes from."""
    help_text = ", ".join(part for part in (spec.unit, source_in_words(spec), spec.note) if part)
    common: dict[str, Any] = {"label": spec.label, "help_text": help_text}
    if spec.kind == CHOICE:
        return forms.ChoiceField(choices=spec.choices, **common)
    if spec.kind == SEVERAL:
        return SeveralField(**common)
    bounds = {"min_value": spec.least, "max_value": spec.most}
    if spec.kind == DECIMAL:
        return DecimalField(**bounds, step_size=spec.step, **common)
    return forms.IntegerField(**bounds, **common)


def source_in_words(spec: FieldSpec) -> str:
    """ "guidance 4.1", or "default"."""
    return f"guidance {spec.source.removeprefix('G ')}" if spec.from_guidance else "default"


class SeenRulesForm(CrispyForm):
    """Which version of the scheme rules a page showed."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=BEYOND)


class WithdrawRulesForm(CrispyForm):
    """Why a planned version is taken back."""

    submit_label = "Take it back"

    reason = reason_field("Why it is taken back")


class RulesForm(SeenRulesForm):
    """The numbers of one group, from when the change takes effect, and why. A new version is made of what differs."""

    submit_label = "Make the new version"

    effective_on = day_field("In force from", help_text="Today or later. Whoever is enrolled already keeps theirs.")
    reason = reason_field("Why the numbers change")

    def __init__(self, *args: Any, rules: RuleSet, group: str, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.held = to_json(numbers_of(rules))
        self.specs = [spec for spec in field_specs() if spec.rule[0] == group]
        self.fields = {**{spec.name: field_of(spec) for spec in self.specs}, **self.fields}
        shown = {spec.name: self.held[spec.name] for spec in self.specs}
        first = max(today, rules.effective_on)
        self.initial = {**shown, "seen_version": rules.version, "effective_on": first, **self.initial}
        if first > today:
            self.fields["effective_on"].help_text = (
                f"{in_words(first)}, when version {rules.version} takes effect, or later. For an earlier day take that "
                "version back first. Whoever is enrolled already keeps theirs."
            )

    def changes(self) -> dict[str, object]:
        """The numbers that differ, as JSON carries them."""
        given = {spec.name: to_plain(self.cleaned_data.get(spec.name)) for spec in self.specs}
        kept = {spec.name for spec in self.specs if _same(spec, self.held[spec.name], given[spec.name])}
        return {name: value for name, value in given.items() if name not in kept}

    def clean(self) -> dict[str, Any]:
        """A version without any difference is none."""
        cleaned = super().clean() or {}
        if not self.errors and not self.changes():
            raise ValidationError("Nothing is different from the present version. Change at least one number.")
        return cleaned


def _same(spec: FieldSpec, held: object, given: object) -> bool:
    if spec.kind == DECIMAL:
        return forms.DecimalField().to_python(held) == forms.DecimalField().to_python(given)
    return held == given
