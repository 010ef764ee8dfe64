"""What follows from a reasonable adjustment, in words and numbers (A5, E6)."""

from __future__ import annotations


def effects_in_words(extra_time_percent: int, rest_breaks: bool, arrangement: str) -> list[str]:
    """The effects of an adjustment as those who act on it read them, one a line; none when it says all by its words."""
    extra = [f"{extra_time_percent}% more time"] if extra_time_percent else []
    breaks = ["Rest breaks"] if rest_breaks else []
    return [*extra, *breaks, *([arrangement] if arrangement else [])]


def extra_minutes(minutes: int, percent: int) -> int:
    """How many minutes a share of extra time adds, rounded up: nobody gets less than was agreed."""
    return -(-minutes * percent // 100)
