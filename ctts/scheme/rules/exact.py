"""What the rules accept as a number or an answer: exact values only, and nothing that merely behaves like one."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

LONGEST = 30
"""Digits before or after the point, and altogether, of a Decimal that is still a number somebody wrote down."""


def whole_number(value: object, name: str, least: int = 0, most: int | None = None) -> int:
    """`value` if it is a whole number from `least` to `most`.

    Raises TypeError for anything but an int (True and 3.0 included: neither was counted by anybody), ValueError
    outside the bounds.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be a whole number, not {type(value).__name__}.")
    if value < least:
        raise ValueError(f"{name} is {value}; it cannot be less than {least}.")
    if most is not None and value > most:
        raise ValueError(f"{name} is {value}; it cannot be more than {most}.")
    return value


def exact_number(value: object, name: str, least: int = 0, most: int | None = None) -> Fraction:
    """`value` (int, Fraction or finite Decimal) as a Fraction from `least` to `most`.

    Raises TypeError for anything else (floats included: 73.75 may be written in one, 73.8 may not), ValueError outside
    the bounds or for a Decimal that is no number.
    """
    if isinstance(value, bool) or not isinstance(value, (int, Fraction, Decimal)):
        raise TypeError(f"{name} must be an exact number (int, Fraction or Decimal), not {type(value).__name__}.")
    if isinstance(value, Decimal) and not _usable(value):
        raise ValueError(f"{name} is {value}, which is no number to reckon with.")
    exact = Fraction(value)
    if exact < least:
        raise ValueError(f"{name} is {value}; it cannot be less than {least}.")
    if most is not None and exact > most:
        raise ValueError(f"{name} is {value}; it cannot be more than {most}.")
    return exact


def _usable(value: Decimal) -> bool:
    """Finite and of a size that can be written out: 1E+999999999 would fill the memory as a Fraction."""
    return value.is_finite() and abs(value.adjusted()) <= LONGEST and len(value.as_tuple().digits) <= LONGEST


def yes_or_no(value: object, name: str) -> bool:
    """`value` if it is True or False; raises TypeError for anything else (an empty answer is not a No)."""
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be True or False, not {type(value).__name__}.")
    return value


def share_needed(total: int, percent: int) -> int:
    """The least whole number that is at least `percent` of `total`: 30 % of 47 is 15 (Y3), 10 % of 41 is 5 (T11)."""
    whole_number(percent, "percent", most=100)
    return -(-whole_number(total, "total") * percent // 100)
