"""The points of what a supervisor asked when returning a competency (T2, screens 17)."""

from __future__ import annotations

import re

# What people put before a point of a list: a bullet, or a number with a point or a bracket.
MARK = re.compile(r"^(?:[-*•–]|\(?\d{1,2}[.)])\s+")


def points_of(feedback: str) -> list[str]:
    """Feedback as points, one for each line that has words, without the bullet or number before it (screens 17)."""
    lines = (MARK.sub("", line.strip()).strip() for line in feedback.splitlines())
    return [line for line in lines if line]
