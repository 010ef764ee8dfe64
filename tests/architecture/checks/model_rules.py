"""What every model declares, over a list of model classes: retention, constraints, triggers, names of columns."""

from collections.abc import Iterable, Iterator

import pgtrigger
from django.db import models
from django.db.models import F, Q

from ctts.common.rows import AppendOnly, Retention

from .tree import Violation

Models = Iterable[type[models.Model]]
PAIRS = (
    ("starts", "ends"),
    ("opens", "closes"),
    ("opens", "cut_off"),
    ("valid_from", "valid_until"),
)
MONEY = {"fee", "net", "gross", "price", "amount", "cost", "vat", "paid"}
RATES = ("rate", "percent", "basis_points")
NUMBERS = (models.IntegerField, models.DecimalField, models.FloatField)
SUFFIXES = ("_at", "_on")


def _at(model: type[models.Model], what: str, message: str) -> Violation:
    path = f"{model.__module__.replace('.', '/')}.py"
    return Violation(path, 1, f"{model.__name__}.{what}: {message}", f"{model.__name__}.{what}")


def columns(model: type[models.Model]) -> list[models.Field]:
    """The model's own columns."""
    return [field for field in model._meta.get_fields() if isinstance(field, models.Field) and field.concrete]


def check_retention(every: Models) -> list[Violation]:
    """Every model says why its rows are kept and until when."""
    message = "declares no retention; write `retention = Retention.X` (ctts.common.rows)"
    return [_at(m, "retention", message) for m in every if not isinstance(getattr(m, "retention", None), Retention)]


def check_constraints(every: Models) -> list[Violation]:
    """Paired columns are filled together, choices are known, and periods run forwards, in the database."""
    return [violation for model in every for violation in _missing_constraints(model)]


def _missing_constraints(model: type[models.Model]) -> Iterator[Violation]:
    by_name = {field.name: field for field in columns(model)}
    conditions = [list(_leaves(c.condition)) for c in model._meta.constraints if isinstance(c, models.CheckConstraint)]
    for first, second in _paired(by_name):
        if not any(_ties(leaves, first, second) for leaves in conditions):
            yield _at(model, second, f'may be filled without {first}; add both_or_neither("{first}", "{second}")')
    for name, field in by_name.items():
        if field.choices and not any(_knows(leaves, name, field) for leaves in conditions):
            yield _at(model, name, f'takes any value; add known_choice("{name}", …) with exactly its choices')
    for first, second in _periods(by_name):
        if not any(_orders(leaves, first, second) for leaves in conditions):
            yield _at(model, second, f'may lie before {first}; add in_order("{first}", "{second}")')


def _leaves(condition: object) -> Iterator[tuple[str, object]]:
    if isinstance(condition, Q):
        for child in condition.children:
            yield from _leaves(child)
    elif isinstance(condition, tuple):
        yield condition


def _paired(by_name: dict[str, models.Field]) -> Iterator[tuple[str, str]]:
    """An instant that comes later and the person with it. A row's first instant is always there; its person may be
    missing, which means the calendar."""
    for name in by_name:
        stem = name.removesuffix("_by")
        for other in (f"{stem}_at", f"{stem}_on") if stem != name else ():
            if other in by_name and by_name[other].null:
                yield other, name


def _periods(by_name: dict[str, models.Field]) -> Iterator[tuple[str, str]]:
    for first, second in PAIRS:
        for suffix in SUFFIXES:
            if f"{first}{suffix}" in by_name and f"{second}{suffix}" in by_name:
                yield f"{first}{suffix}", f"{second}{suffix}"


def _ties(leaves: list[tuple[str, object]], first: str, second: str) -> bool:
    return {f"{first}__isnull", f"{second}__isnull"} <= {key for key, _ in leaves}


def _knows(leaves: list[tuple[str, object]], name: str, field: models.Field) -> bool:
    values = {value for value, _ in field.flatchoices} - {None}
    given = [set(value) for key, value in leaves if key == f"{name}__in" and isinstance(value, (list, tuple, set))]
    return values in given


def _orders(leaves: list[tuple[str, object]], first: str, second: str) -> bool:
    pairs = {(key.split("__")[0], value.name) for key, value in leaves if isinstance(value, F)}
    return bool(pairs & {(first, second), (second, first)})


def check_triggers(every: Models) -> list[Violation]:
    """Facts are protected against UPDATE and DELETE, and every state column by its table of legal moves."""
    found = []
    for model in every:
        triggers = list(getattr(model._meta, "triggers", []))
        if issubclass(model, AppendOnly) and not any(_protects(trigger) for trigger in triggers):
            found.append(_at(model, "triggers", "is append-only in Python alone; write `class Meta(AppendOnly.Meta)`"))
        guarded = {trigger.field for trigger in triggers if isinstance(trigger, pgtrigger.FSM)}
        for field in columns(model):
            if field.name in ("state", "status") and field.choices and field.name not in guarded:
                found.append(_at(model, field.name, "has no fsm_trigger; make one from its table of legal moves"))
    return found


def _protects(trigger: pgtrigger.Trigger) -> bool:
    if not isinstance(trigger, pgtrigger.Protect) or not trigger.operation:
        return False
    operations = str(trigger.operation)
    return "UPDATE" in operations and "DELETE" in operations


def check_field_names(every: Models) -> list[Violation]:
    """Instants end in _at, days in _on, money is integer …_pence, and nothing is a float."""
    found = []
    for model in every:
        for field in columns(model):
            message = _name_message(field)
            if message:
                found.append(_at(model, field.name, message))
    return found


def _name_message(field: models.Field) -> str:
    name = field.name
    if isinstance(field, models.FloatField):
        return "is a float; use an integer unit (basis points, pence) or an exact fraction"
    if isinstance(field, models.DateTimeField) and not (name == "at" or name.endswith("_at")):
        return "is an instant; end its name in _at"
    if type(field) is models.DateField and not (name == "on" or name.endswith("_on")):
        return "is a day; end its name in _on"
    words = set(name.split("_"))
    if isinstance(field, NUMBERS) and words & MONEY and not name.endswith(RATES):
        whole = isinstance(field, models.IntegerField) and name.endswith("_pence")
        return "" if whole else "is money; keep integer pence and end its name in _pence"
    return ""
