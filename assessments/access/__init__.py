"""Who may do what in the assessments, by thing."""

from assessments.access.first_year import (
    Attempt,
    can_confirm_safety,
    can_decide,
    can_pass,
    can_put_forward,
    can_withdraw_safety,
    gate_verdict,
)
from assessments.access.outcomes import (
    belongs_to,
    can_confirm,
    can_end,
    can_query,
    can_release,
    conflicted,
    may_know,
    reads_outcomes,
    stands_apart,
)

__all__ = [
    "Attempt",
    "belongs_to",
    "can_confirm",
    "can_confirm_safety",
    "can_decide",
    "can_end",
    "can_pass",
    "can_put_forward",
    "can_query",
    "can_release",
    "can_withdraw_safety",
    "conflicted",
    "gate_verdict",
    "may_know",
    "reads_outcomes",
    "stands_apart",
]
