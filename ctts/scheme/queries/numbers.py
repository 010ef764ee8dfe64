"""The scheme's numbers in force on a day."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from ctts.common.prepared import prepared
from ctts.scheme.models import RuleConfirmation, RuleSet
from ctts.scheme.rules import CONFIRMED_AS, FieldSpec, SchemeNumbers, field_specs, from_json, to_json

NEWEST_FIRST = ("-effective_on", "-version")


def rules_on(day: date) -> RuleSet:
    """The version of the scheme rules in force on a London day: the newest effective by then.

    Raises RuleSet.DoesNotExist before the first version took effect.
    """
    found = _newest_on(day)
    if not found:
        raise RuleSet.DoesNotExist(f"No scheme rules are in force on {day}.")
    rules: RuleSet = found[0]
    return rules


def standing_rules() -> QuerySet[RuleSet]:
    """The versions that hold or will: those taken back before their first day are not among them."""
    return RuleSet.objects.filter(withdrawal__isnull=True)


@prepared
def _newest_on(day: Any) -> QuerySet[RuleSet]:
    return standing_rules().filter(effective_on__lte=day).order_by(*NEWEST_FIRST)[:1]


def numbers_of(rules: RuleSet) -> SchemeNumbers:
    """The numbers of one version; fields that came to the scheme later have their defaults.

    Read once for the same words: a list asks for every row of a page, and each time all numbers are judged.
    """
    return _read(json.dumps(rules.numbers, sort_keys=True))


@lru_cache(maxsize=64)
def _read(written: str) -> SchemeNumbers:
    return from_json(json.loads(written))


def numbers_on(day: date) -> SchemeNumbers:
    """The numbers in force on a London day."""
    return numbers_of(rules_on(day))


def numbers_by_day(days: Collection[date]) -> dict[date, SchemeNumbers]:
    """The numbers in force on each of these London days; one query. Before the first version its numbers stand."""
    versions = list(standing_rules().order_by(*NEWEST_FIRST))
    return {day: numbers_of(next((row for row in versions if row.effective_on <= day), versions[-1])) for day in days}


def unconfirmed(rules: RuleSet) -> list[FieldSpec]:
    """The numbers of a version that the guidance does not give and nobody of the office has confirmed yet."""
    confirmed = confirmations_of(rules)
    return [spec for spec in field_specs() if not spec.from_guidance and spec.name not in confirmed]


def confirmations_of(rules: RuleSet) -> dict[str, RuleConfirmation]:
    """Who of the office confirmed the numbers that a version holds, by the number's name."""
    held = to_json(numbers_of(rules))
    rows = RuleConfirmation.objects.select_related("confirmed_by")
    return {row.name: row for row in rows if row.name in held and row.value == held[row.name]}


def checklist_confirmations() -> dict[str, RuleConfirmation]:
    """Who of the office confirmed the checklist of centres, by its version (C3)."""
    rows = RuleConfirmation.objects.filter(name=CONFIRMED_AS).select_related("confirmed_by")
    return {str(row.value): row for row in rows}
