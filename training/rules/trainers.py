"""What a trainer may do, in words, and from which days one begins (E3; G 3.5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ctts.common.months import add_months

RIGHTS = {"comments": "comment on pieces", "assesses": "be asked for DOPS", "sees_evidence": "read the evidence"}
"""What the Training Supervisor gives a trainer, by its column: in words after "may"."""
MONTHS_AHEAD = 3  # a trainer is allocated at most so far ahead: a day beyond is a slip of the pen


def rights_words(given: Mapping[str, bool]) -> str:
    """What a trainer may do, as words after "may" (E3)."""
    return ", ".join(words for name, words in RIGHTS.items() if given.get(name))


def rights_key(given: Mapping[str, bool]) -> str:
    """The same as a word that a form carries, to know later whether it still stands (E3)."""
    return ",".join(name for name in RIGHTS if given.get(name))


def last_first_day(today: date, expected_end_on: date) -> date:
    """The last day on which a trainer may begin: three months from now, and within the training, which may go on past
    its expected end (E3)."""
    return max(today, min(add_months(today, MONTHS_AHEAD), expected_end_on))
