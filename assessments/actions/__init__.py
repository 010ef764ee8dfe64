"""Deciding in assessments: gates, attempts, marks and outcomes."""

from assessments.actions.first_year import (
    DECISION_WORDS,
    SAFETY_WITHDRAWN_WORDS,
    SAFETY_WORDS,
    confirm_safety,
    decide,
    put_forward,
    send_back,
    withdraw_safety,
)
from assessments.actions.outcomes import REACHED, confirm_outcome, end_record, query_outcome, release_outcome
from assessments.actions.settling import settle

__all__ = [
    "DECISION_WORDS",
    "REACHED",
    "SAFETY_WITHDRAWN_WORDS",
    "SAFETY_WORDS",
    "confirm_outcome",
    "confirm_safety",
    "decide",
    "end_record",
    "put_forward",
    "query_outcome",
    "release_outcome",
    "send_back",
    "settle",
    "withdraw_safety",
]
