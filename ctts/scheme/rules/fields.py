"""One number of the scheme as staff see it: its words, where it comes from, and what may be written into it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any

WHOLE, DECIMAL, SEVERAL, CHOICE = "whole", "decimal", "several", "choice"
DEFAULT = "default"
GROUPS = {
    "C": "Training centres",
    "I": "Intakes",
    "A": "Application",
    "E": "Enrolment and people",
    "T": "Training",
    "M": "Milestones",
    "Y": "End of First Year Assessment",
    "F": "Final Assessment",
}


@dataclass(frozen=True)
class FieldSpec:
    """One number of the scheme rules for the staff page.

    `rule` is the scheme's id (Y3), `source` the section of the guidance ("G 4.1") or "default". `kind` is whole (int),
    decimal (Decimal, in steps), several (tuple of ints in one order) or choice (one of `choices`: key, words).
    """

    label: str
    rule: str
    source: str
    kind: str
    unit: str = ""
    name: str = ""
    default: Any = None
    least: Any = 0
    most: Any = None
    step: Any = 1
    items: tuple[int, int] = (1, 1)
    falling: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    note: str = ""

    @property
    def from_guidance(self) -> bool:
        """Whether the guidance states this number; otherwise staff see "default, not confirmed" until confirmed."""
        return self.source != DEFAULT

    @property
    def group(self) -> str:
        """The heading under which staff find the number."""
        return GROUPS[self.rule[0]]


def whole(default: int, label: str, rule: str, source: str, unit: str, least: int, most: int, note: str = "") -> Any:
    """Declare a whole number of `SchemeNumbers`."""
    spec = FieldSpec(label, rule, source, WHOLE, unit, least=least, most=most, note=note)
    return field(default=default, metadata={"spec": spec})


def in_steps(label: str, rule: str, source: str, unit: str, most: str, step: str) -> dict[str, FieldSpec]:
    """The metadata of an exact decimal of `SchemeNumbers`, from 0 to `most` in steps."""
    spec = FieldSpec(label, rule, source, DECIMAL, unit, least=Decimal(0), most=Decimal(most), step=Decimal(step))
    return {"spec": spec}


def several(
    default: tuple[int, ...],
    label: str,
    rule: str,
    source: str,
    unit: str,
    most: int,
    items: tuple[int, int],
    falling: bool = True,
) -> Any:
    """Declare a row of different whole numbers from 1 to `most`, largest first when `falling`."""
    spec = FieldSpec(label, rule, source, SEVERAL, unit, least=1, most=most, items=items, falling=falling)
    return field(default=default, metadata={"spec": spec})


def choice(choices: tuple[tuple[str, str], ...], label: str, rule: str, source: str) -> Any:
    """Declare a choice of `SchemeNumbers`; the first one is the default."""
    return field(default=choices[0][0], metadata={"spec": FieldSpec(label, rule, source, CHOICE, choices=choices)})


def named(spec: FieldSpec, name: str, default: Any) -> FieldSpec:
    """The same spec with the name and the default of its field."""
    return replace(spec, name=name, default=default)


def problem_with(spec: FieldSpec, value: object) -> str:
    """Why `value` cannot stand in this field, in words for staff; empty when it can."""
    if spec.kind == WHOLE:
        return _whole_problem(spec, value)
    if spec.kind == DECIMAL:
        return _decimal_problem(spec, value)
    if spec.kind == SEVERAL:
        return _several_problem(spec, value)
    return "" if value in [key for key, _ in spec.choices] else "Choose one of the options offered."


def _whole_problem(spec: FieldSpec, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        return "Enter a whole number."
    return _bounds_problem(spec, value)


def _bounds_problem(spec: FieldSpec, value: int | Decimal) -> str:
    if value < spec.least or value > spec.most:
        return f"Enter a number from {spec.least} to {spec.most}."
    return ""


def _decimal_problem(spec: FieldSpec, value: object) -> str:
    if not isinstance(value, Decimal) or not value.is_finite():
        return "Enter a number such as 6.5."
    if value >= spec.least and value <= spec.most and value % spec.step:
        return f"Enter a number in steps of {spec.step}."
    return _bounds_problem(spec, value)


def _several_problem(spec: FieldSpec, value: object) -> str:
    if not isinstance(value, tuple):
        return "Enter whole numbers with commas between them."
    fewest, most = spec.items
    if not fewest <= len(value) <= most:
        return f"Enter {fewest} to {most} numbers."
    problems = [problem for problem in (_whole_problem(spec, each) for each in value) if problem]
    if problems:
        return problems[0]
    if value != tuple(sorted(set(value), reverse=spec.falling)):
        return "Enter each number once, " + ("the largest first." if spec.falling else "the smallest first.")
    return ""


def from_plain(spec: FieldSpec, raw: object) -> object:
    """`raw` (from JSON or a form) as the field's own type where that is possible without guessing, else unchanged.

    Decimals are written as text; a float is left alone and then refused by `problem_with`.
    """
    if spec.kind == SEVERAL and isinstance(raw, list):
        return tuple(raw)
    if spec.kind == DECIMAL and (isinstance(raw, str) or (isinstance(raw, int) and not isinstance(raw, bool))):
        try:
            return Decimal(raw)
        except InvalidOperation:
            return raw
    return raw


def to_plain(value: object) -> object:
    """A field's value as JSON can carry it exactly: Decimals as text, tuples as lists."""
    if isinstance(value, Decimal):
        return str(value)
    return list(value) if isinstance(value, tuple) else value
