"""What the eligibility check said before an application was begun (A1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from applications.models import Application, EligibilityCheck
from applications.rules import ENTRY_RULES, RuleResult
from applications.states import RuleOutcome

CHECK = "eligibility_check"  # where the session keeps the answers on the way to an application


@dataclass(frozen=True, slots=True)
class KeptCheck:
    """(title of the rule, what it said) as they were shown, and since when they are kept."""

    results: list[tuple[str, RuleResult]]
    kept_at: datetime


def eligibility_check_of(application: Application) -> KeptCheck | None:
    """The check that an application was begun from; None for one begun without."""
    found = EligibilityCheck.objects.filter(application=application).first()
    if found is None:
        return None
    shown = [
        (
            ENTRY_RULES[one["rule"]][0],
            RuleResult(one["rule"], RuleOutcome(one["outcome"]), one["reason"], one["section"]),
        )
        for one in found.results
    ]
    return KeptCheck(shown, found.kept_at)
