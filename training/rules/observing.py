"""When a procedure can have been observed, and how much of a DOPS may be left out (T5); the words are the same wherever
it is said: beside a field, before a signature, on a phone without signal."""

from __future__ import annotations

from datetime import date

from ctts.common.months import in_words
from ctts.scheme.rules import SchemeNumbers

NOT_COME = "This day has not come yet."


def began_words(start: date) -> str:
    """What is said to a day before the first one of the training (T5)."""
    return f"Training began on {in_words(start)}."


def day_fault(observed_on: date, start: date, today: date) -> str:
    """Why a procedure cannot have been observed on this day; empty where it can (T5)."""
    if observed_on > today:
        return NOT_COME
    return began_words(start) if observed_on < start else ""


def not_applicable_words(numbers: SchemeNumbers) -> str:
    """What is said where more items are not applicable than one DOPS may leave out (T5)."""
    return f"At most {numbers.dops_not_applicable_most} items of a DOPS may be not applicable."
