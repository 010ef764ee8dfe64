"""Fields that several forms of training share: yes or no, one competency; days and sentences are everybody's."""

from __future__ import annotations

from typing import Any

from django import forms

from ctts.common.fields import LONG, SHORT, OneOf, day_field, needed_later, sentences
from training.models import PlanItem

__all__ = ["LONG", "SHORT", "OneCompetency", "OneOf", "YesNo", "answer_field", "day_field", "needed_later", "sentences"]


class YesNo(forms.TypedChoiceField):
    """A question with two answers, neither of them chosen beforehand."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {"required": "Choose yes or no."})
        choices = [("yes", "Yes"), ("no", "No")]
        super().__init__(choices=choices, coerce=lambda value: value == "yes", widget=forms.RadioSelect, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """A stored answer as its choice; what was typed as it was typed."""
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value


class OneCompetency(OneOf[PlanItem]):
    """One competency of a record; nothing else can be chosen (quality rule 1)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=None, empty_label="Choose a competency", **kwargs)

    def label_from_instance(self, item: PlanItem) -> str:
        """Code and title."""
        return str(item.item)


SAY_WHY = "Say why no patient can be identified, or go back and take out what was found."


def answer_field(about: str = "it") -> forms.CharField:
    """Why no patient can be identified by what the scan found (quality rule 17)."""
    help_text = f"In your own words. Do not repeat what was found. It is read with {about}."
    field = sentences("Why can no patient be identified?", help_text=help_text, most=LONG)
    field.error_messages["required"] = SAY_WHY
    return field
