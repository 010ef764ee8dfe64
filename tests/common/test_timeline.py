"""Where the points of the two-year timeline stand."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from ctts.common.parts import Course, Milestone, Month, Pause
from ctts.common.timeline import COLUMNS, LANES, WORDS, bands, column_of, dots, lines, place

START, END = date(2026, 4, 1), date(2028, 3, 31)
COURSE = Course(START, END, date(2027, 2, 1), [])


def milestones(*days: int) -> list[Milestone]:
    return [Milestone(str(day), START + timedelta(day), "waiting") for day in days]


def test_a_course_begins_at_the_first_column_and_ends_at_the_last():
    assert (column_of(START, COURSE), column_of(END, COURSE)) == (0, COLUMNS)
    assert column_of(START - timedelta(days=40), COURSE) == 0
    assert column_of(END + timedelta(days=400), COURSE) == COLUMNS


def test_a_course_of_one_day_has_a_place():
    assert column_of(START, Course(START, START, START, [])) == 0


def test_the_schemes_milestones_never_share_their_place():
    points = place(milestones(0, 30, 91, 330, 365, 420, 608, 639, 700, 730), COURSE)
    for one, other in combinations(points, 2):
        if one.lane == other.lane:
            starts = sorted((_first(one), _first(other)))
            assert starts[1] - starts[0] >= WORDS


def _first(point) -> int:
    return point.column - WORDS if point.leftwards else point.column


def test_too_many_milestones_still_get_a_lane():
    points = place(milestones(*range(100, 112)), COURSE)
    assert {point.lane for point in points} == set(range(LANES))


@given(st.lists(st.integers(0, 1500), max_size=15))
def test_every_milestone_is_placed_in_order_of_date(days):
    points = place(milestones(*days), COURSE)
    assert [point.milestone.on for point in points] == sorted(START + timedelta(day) for day in days)
    assert all(0 <= point.column <= COLUMNS and 0 <= point.lane < LANES for point in points)


def test_months_are_reviewed_missed_or_ahead():
    months = [Month(START, reviewed=True), Month(date(2026, 5, 1), reviewed=False), Month(date(2026, 6, 1), None)]
    assert [dot.state for dot in dots(months, COURSE)] == ["reviewed", "missed", "ahead"]


def test_a_short_interruption_is_still_seen():
    (band,) = bands([Pause(date(2026, 8, 3), date(2026, 8, 4))], COURSE)
    assert band.width == 1


def test_the_list_has_everything_in_order_with_today_last_among_equals():
    today = START + timedelta(91)
    points = place(milestones(0, 91, 365), COURSE)
    stretches = bands([Pause(START + timedelta(20), START + timedelta(40))], COURSE)
    assert [line.kind for line in lines(points, stretches, today)] == [
        "milestone",
        "pause",
        "milestone",
        "today",
        "milestone",
    ]
