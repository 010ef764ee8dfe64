"""Where the points of a two-year timeline stand when drawn from left to right: columns, and lanes for the words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ctts.common.parts import Course, Milestone, Month, Pause

COLUMNS = 48  # half months over two years; components.css has a class for each
WORDS = 8  # columns that the words of one milestone take at most
LANES = 4  # 0 just above the line, 1 just below, 2 further above, 3 further below


@dataclass(frozen=True, slots=True)
class Point:
    """A milestone with its column, its lane, and whether its words stand to the left of it."""

    milestone: Milestone
    column: int
    lane: int
    leftwards: bool


@dataclass(frozen=True, slots=True)
class Dot:
    """A month of training on the line: reviewed, not reviewed, or ahead (also one in which no review is asked for)."""

    column: int
    state: Literal["reviewed", "missed", "ahead"]


@dataclass(frozen=True, slots=True)
class Band:
    """An interruption: first column, how many columns it covers (at least one), and its days."""

    column: int
    width: int
    pause: Pause


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the list that phones and screen readers get, in order of date."""

    kind: Literal["milestone", "today", "pause"]
    on: date
    point: Point | None = None
    band: Band | None = None


def column_of(day: date, course: Course) -> int:
    """The column (0 to COLUMNS) at which a day stands; days outside the course stand at its ends."""
    days = (course.ends_on - course.starts_on).days or 1
    return min(max(round((day - course.starts_on).days * COLUMNS / days), 0), COLUMNS)


def place(milestones: Sequence[Milestone], course: Course) -> list[Point]:
    """Give each milestone a column and the first lane in which its words do not touch those before them."""
    taken = [-1] * LANES
    points = []
    for milestone in sorted(milestones, key=lambda one: one.on):
        column = column_of(milestone.on, course)
        leftwards = column > COLUMNS - WORDS
        first = column - WORDS if leftwards else column
        free = [lane for lane in range(LANES) if taken[lane] < first]
        lane = free[0] if free else min(range(LANES), key=lambda one: taken[one])
        taken[lane] = first + WORDS
        points.append(Point(milestone, column, lane, leftwards))
    return points


def dots(months: Sequence[Month], course: Course) -> list[Dot]:
    """One dot a month, in the middle of the month."""
    found = []
    for month in months:
        state: Literal["reviewed", "missed", "ahead"] = "reviewed" if month.reviewed else "missed"
        found.append(Dot(column_of(month.first.replace(day=15), course), "ahead" if month.reviewed is None else state))
    return found


def bands(pauses: Sequence[Pause], course: Course) -> list[Band]:
    """The interruptions as stretches of columns."""
    found = []
    for pause in pauses:
        first, last = column_of(pause.starts_on, course), column_of(pause.ends_on, course)
        found.append(Band(first, max(last - first, 1), pause))
    return found


def lines(points: Sequence[Point], stretches: Sequence[Band], today: date) -> list[Line]:
    """Milestones, interruptions and today as one list in order of date; today comes last among equals."""
    entries = [Line("milestone", point.milestone.on, point=point) for point in points]
    entries += [Line("pause", band.pause.starts_on, band=band) for band in stretches]
    entries.append(Line("today", today))
    return sorted(entries, key=lambda line: (line.on, line.kind == "today"))
