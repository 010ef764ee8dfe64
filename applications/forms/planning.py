"""Choosing competencies, adding local ones, and planning each (S3, T1, A3 h)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField

from applications.forms.base import PartForm
from applications.forms.parts import text_area
from applications.queries import choosable_competencies, modules_of, plan_of, planned_items, tasks_of
from applications.states import Part
from ctts.common.forms import offer, refuse_hidden_characters
from ctts.scheme.models import CompetencyItem

PLANNED = ("how", "where", "with_whom", "by_month")
LATEST_MONTH = 48


class CompetenciesForm(PartForm):
    """Which competencies of the framework the list holds, none while another scope is chosen. The page draws the boxes
    itself, in groups."""

    part = Part.COMPETENCIES
    submit_label = "Save the list"

    chosen: Any = forms.ModelMultipleChoiceField(
        queryset=None,
        label="Competencies",
        required=False,
        error_messages={
            "invalid_choice": "One of the competencies is not in the framework of your scope. Reload the page.",
        },
    )

    def arrange(self) -> None:
        """The competencies of the list's framework."""
        offer(self, "chosen", choosable_competencies(self.application.competency_list))

    def stored(self) -> dict[str, Any]:
        """What is on the list now."""
        items = planned_items(self.application.competency_list)
        return {"chosen": [str(item.competency_id) for item in items if item.competency_id]}


class LocalCompetencyForm(PartForm):
    """A competency of the centre's own, mapped to a module of the PTP curriculum and to tasks of the scope (S3)."""

    part = Part.COMPETENCIES
    submit_label = "Add the competency"

    title = forms.CharField(label="Title", max_length=200)
    statement = forms.CharField(
        label="What you will be able to do, and to which standard", max_length=2000, widget=text_area(4)
    )
    module: Any = forms.ModelChoiceField(
        queryset=None, label="Module of the PTP curriculum", empty_label="Choose a module"
    )
    tasks: Any = forms.ModelMultipleChoiceField(
        queryset=None,
        label="Tasks of the scope it is part of",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one task."},
    )

    def arrange(self) -> None:
        """Modules and tasks of the list's framework."""
        offer(self, "module", modules_of(self.application.competency_list))
        offer(self, "tasks", tasks_of(self.application.competency_list))


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One competency with its four fields, as the page draws them."""

    item: CompetencyItem
    how: BoundField
    where: BoundField
    with_whom: BoundField
    by_month: BoundField

    @property
    def errors(self) -> list[str]:
        """Everything that is wrong in this row."""
        return [str(error) for name in PLANNED for error in getattr(self, name).errors]


def _month_field(label: str, **more: Any) -> forms.IntegerField:
    """The month of the training by which something is learned; the first is 1 (A2)."""
    words = dict.fromkeys(
        ("invalid", "min_value", "max_value"), f"Write the month as a whole number, 1 to {LATEST_MONTH}."
    )
    return forms.IntegerField(
        label=label, required=False, min_value=1, max_value=LATEST_MONTH, error_messages=words, **more
    )


class PlanForm(PartForm):
    """How, where, with whom and by which month each competency is reached; fields named how_12 for the item 12.

    Whatever is left empty in a row is taken from the first line, "for all that are empty".
    """

    part = Part.PLAN
    submit_label = "Save the plan"

    summary = forms.CharField(
        label="The plan in a few sentences",
        required=False,
        max_length=6000,
        widget=text_area(5),
        help_text="Rotations, study days, who leads what.",
    )
    level_six = forms.CharField(
        label="How the plan reaches FHEQ level 6 by the end",
        max_length=6000,
        widget=text_area(5),
        help_text="For example a project, taught modules, analysis of data: what has the level of a bachelor's degree.",
        error_messages={"required": "Say how the plan reaches FHEQ level 6; the entry rules ask for it."},
    )
    all_how = forms.CharField(label="How, for all that are empty", required=False, max_length=1000)
    all_where = forms.CharField(label="Where, for all that are empty", required=False, max_length=200)
    all_with_whom = forms.CharField(label="With whom, for all that are empty", required=False, max_length=200)
    all_by_month = _month_field("By month, for all that are empty")

    def arrange(self) -> None:
        """Four fields for each competency of the list."""
        self.items: Sequence[CompetencyItem] = planned_items(self.application.competency_list)
        for item in self.items:
            for name in PLANNED:
                self.fields[f"{name}_{item.pk}"] = _plan_field(name, item)
        self.fields["all_by_month"].widget = month_input("all")

    def stored(self) -> dict[str, Any]:
        """The plan as it is saved."""
        whole = plan_of(self.application.competency_list)
        found: dict[str, Any] = {"summary": whole.summary, "level_six": whole.level_six} if whole else {}
        for item in self.items:
            row = getattr(item, "plan", None)
            for name in PLANNED:
                found[f"{name}_{item.pk}"] = getattr(row, name) if row else None
        return found

    def rows(self) -> Iterator[tuple[str, list[PlanRow]]]:
        """(group, its rows) in the order of the list."""
        group, held = "", list[PlanRow]()
        for item in self.items:
            if held and item.group != group:
                yield group, held
                held = []
            group = item.group
            held.append(PlanRow(item, *(self[f"{name}_{item.pk}"] for name in PLANNED)))
        if held:
            yield group, held

    def planned(self) -> dict[int, dict[str, Any]]:
        """Item id → its four values, the empty ones taken from the line for all."""
        return {item.pk: {name: self._value(name, item) for name in PLANNED} for item in self.items}

    def _value(self, name: str, item: CompetencyItem) -> Any:
        typed = self.cleaned_data.get(f"{name}_{item.pk}")
        return self.cleaned_data.get(f"all_{name}") if typed in ("", None) else typed


def month_input(label: str) -> forms.TextInput:
    """A short field for the number of a month."""
    return forms.TextInput(attrs={"inputmode": "numeric", "class": "form-control--short", "data-month": label})


def _plan_field(name: str, item: CompetencyItem) -> forms.Field:
    """One cell of the plan; its label is read to those who do not see the table's head."""
    if name == "by_month":
        return _month_field(f"By month, {item.code}", widget=month_input(item.code))
    label = {"how": "How", "where": "Where", "with_whom": "With whom"}[name]
    widget = forms.Textarea(attrs={"rows": 2}) if name == "how" else forms.TextInput()
    longest = 1000 if name == "how" else 200
    return forms.CharField(
        label=f"{label}, {item.code}",
        required=False,
        max_length=longest,
        widget=widget,
        validators=[refuse_hidden_characters],
    )
