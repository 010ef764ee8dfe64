"""What a phone sends of a DOPS that was filled in without signal: read like the forms of the five steps (T5)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict

from ctts.common.forms import CrispyForm
from ctts.common.whole_numbers import number_in
from ctts.scheme.models import DopsItem
from training.actions import Part
from training.forms.dops import ScoresForm, WhatForm, WordsForm
from training.models import PlanItem

NOT_READ = "This could not be read. It is kept on this phone."
SEEN = "seen"


class ParcelForm(CrispyForm):
    """One sending. `parts` is JSON: by the number of the step its raw fields, and which text they go on from."""

    key = forms.UUIDField()
    record = forms.IntegerField(min_value=1, max_value=2**62)
    dops = forms.IntegerField(min_value=1, max_value=2**62, required=False)
    begun = forms.UUIDField(required=False)
    form = forms.IntegerField(min_value=1, max_value=2**62, required=False)
    parts = forms.CharField()

    def clean_parts(self) -> dict[int, dict[str, Any]]:
        """The parts by the number of their step; raises ValidationError for anything of another shape."""
        try:
            given = json.loads(self.cleaned_data["parts"])
            return {int(step): _part(part) for step, part in given.items() if step in ("1", "2", "3", "4")}
        except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as problem:
            raise ValidationError(NOT_READ, code="parts") from problem


def _part(given: Mapping[str, Any]) -> dict[str, Any]:
    fields = {str(name)[:40]: [str(value)] for name, value in given["fields"].items() if isinstance(value, str)}
    return {"fields": fields, SEEN: str(given.get(SEEN, ""))[:64], "version": number_in(str(given.get("version"))) or 0}


def parts_of(
    given: Mapping[int, Mapping[str, Any]], items: Sequence[DopsItem], half: int, own: QuerySet[PlanItem], today: date
) -> list[Part]:
    """The parts of a parcel, each with what its form makes of it; `items` are those of the DOPS form, the first `half`
    of them step 2."""
    found = []
    for step, part in sorted(given.items()):
        data = QueryDict(mutable=True)
        for name, values in part["fields"].items():
            data.setlist(name, list(values))
        data[SEEN] = SEEN
        form: Any
        if step == 1:
            form = WhatForm(data, items=own, today=today)
        elif step == 4:
            form = WordsForm(data)
        else:
            form = ScoresForm(data, items=items[:half] if step == 2 else items[half:])
        found.append(Part(step, part["fields"], _values(form), part[SEEN], part["version"]))
    return found


def _values(form: Any) -> Mapping[Any, Any] | None:
    """What a form gives the action that saves its step; None while anything is missing or wrong."""
    if not form.is_valid():
        return None
    if isinstance(form, ScoresForm):
        return form.scores()
    return {name: value for name, value in form.cleaned_data.items() if name != SEEN}
