"""The scheme's numbers in force on a day."""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from ctts.common.prepared import prepared
from ctts.scheme.models import RuleConfirmation, RuleSet
from ctts.scheme.rules import FieldSpec, SchemeNumbers, field_specs, from_json, to_json


def rules_on(day: date) -> RuleSet:
    """The version of the scheme rules in force on a London day: the newest effective by then.

    Raises RuleSet.DoesNotExist before the first version took effect.
    """
    found = _newest_on(day)
    if not found:
        raise RuleSet.DoesNotExist(f"No scheme rules are in force on {day}.")
    rules: RuleSet = found[0]
    return rules


@prepared
def _newest_on(day: Any) -> QuerySet[RuleSet]:
    return RuleSet.objects.filter(effective_on__lte=day).order_by("-effective_on", "-version")[:1]


def numbers_of(rules: RuleSet) -> SchemeNumbers:
    """The numbers of one version; fields that came to the scheme later have their defaults.

    Read once for the same words: a list asks for every row of a page, and seventy numbers are judged each time.
    """
    return _read(json.dumps(rules.numbers, sort_keys=True))


@lru_cache(maxsize=64)
def _read(written: str) -> SchemeNumbers:
    return from_json(json.loads(written))


def numbers_on(day: date) -> SchemeNumbers:
    """The numbers in force on a London day."""
    return numbers_of(rules_on(day))


def unconfirmed(rules: RuleSet) -> list[FieldSpec]:
    """The numbers of a version that the guidance does not give and nobody of the office has confirmed yet."""
    held = to_json(numbers_of(rules))
    confirmed = [(row.name, row.value) for row in RuleConfirmation.objects.all()]
    return [spec for spec in field_specs() if not spec.from_guidance and (spec.name, held[spec.name]) not in confirmed]
