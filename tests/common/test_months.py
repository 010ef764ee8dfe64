"""Calendar arithmetic: months from one anchor, the London wall clock, and what is refused."""

from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctts.common.months import (
    add_months,
    aware_instant,
    days_after,
    first_day,
    last_day,
    london_day,
    london_instant,
    london_start,
    month_after,
    month_of,
    plain_day,
)

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2400, 12, 31))


@pytest.mark.parametrize(
    ("anchor", "n", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 1, 31), 2, date(2026, 3, 31)),
        (date(2024, 2, 29), 24, date(2026, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 4, 1), 0, date(2026, 4, 1)),
    ],
)
def test_E2_months_are_added_to_the_anchor_and_clamped(anchor, n, expected):
    assert add_months(anchor, n) == expected


@given(anchor=DAYS, n=st.integers(-600, 600))
def test_E2_the_day_is_the_anchors_or_the_last_of_a_shorter_month(anchor, n):
    moved = add_months(anchor, n)
    assert (moved.year * 12 + moved.month) - (anchor.year * 12 + anchor.month) == n
    assert moved.day == min(anchor.day, last_day(month_of(moved)).day)


@given(anchor=DAYS, n=st.integers(0, 48), m=st.integers(0, 48))
def test_E2_one_step_never_ends_before_a_chain_of_steps(anchor, n, m):
    assert add_months(add_months(anchor, n), m) <= add_months(anchor, n + m)


@pytest.mark.parametrize("n", [True, 1.0, "1", None])
def test_a_number_of_months_is_a_whole_number(n):
    with pytest.raises(TypeError):
        add_months(date(2026, 1, 1), n)


@pytest.mark.parametrize("anchor", [datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01", None, 20260101])
def test_an_anchor_is_a_plain_day(anchor):
    with pytest.raises(TypeError, match="anchor must be a date"):
        add_months(anchor, 1)


@pytest.mark.parametrize(("anchor", "n"), [(date(9999, 12, 1), 1), (date(1, 1, 1), -1)])
def test_months_end_with_the_calendar(anchor, n):
    with pytest.raises(ValueError, match="beyond the calendar"):
        add_months(anchor, n)


def test_days_end_with_the_calendar():
    assert days_after(date(2026, 2, 27), 2) == date(2026, 3, 1)
    with pytest.raises(ValueError, match="beyond the calendar"):
        days_after(date.max, 1)


def test_months_have_a_first_and_a_last_day():
    assert month_after((2026, 12)) == (2027, 1)
    assert first_day((2028, 2)) == date(2028, 2, 1)
    assert last_day((2028, 2)) == date(2028, 2, 29)


def test_I1_a_day_in_london_is_not_the_utc_day_in_summer():
    assert london_day(datetime(2026, 3, 31, 22, 59, 59, tzinfo=UTC)) == date(2026, 3, 31)
    assert london_day(datetime(2026, 3, 31, 23, 0, tzinfo=UTC)) == date(2026, 4, 1)
    assert london_day(datetime(2026, 1, 31, 23, 59, tzinfo=UTC)) == date(2026, 1, 31)


def test_I1_a_day_in_london_begins_at_its_own_midnight():
    assert london_start(date(2026, 4, 1)) == datetime(2026, 3, 31, 23, 0, tzinfo=UTC)
    assert london_start(date(2026, 1, 1)) == datetime(2026, 1, 1, tzinfo=UTC)


@given(day=DAYS)
def test_I1_a_day_begins_where_the_day_before_ends(day):
    assert london_day(london_start(day)) == day
    assert london_day(london_start(day) - timedelta(microseconds=1)) == day - timedelta(days=1)


def test_a_time_of_the_clock_in_london_is_an_instant_unless_the_clocks_leave_it_out():
    assert london_instant(date(2027, 7, 1), time(9, 30)) == datetime(2027, 7, 1, 8, 30, tzinfo=UTC)
    assert london_instant(date(2027, 10, 31), time(1, 30)) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    with pytest.raises(ValueError, match="The clocks leave this time out"):
        london_instant(date(2027, 3, 28), time(1, 30))


class NoOffset(tzinfo):
    """A zone that does not say its offset: as naive as no zone at all."""

    def utcoffset(self, _moment):
        return None


NAIVE = datetime(2026, 1, 1)  # noqa: DTZ001 — naive on purpose, to be refused


@pytest.mark.parametrize("naive", [NAIVE, NAIVE.replace(tzinfo=NoOffset())])
def test_I1_naive_instants_are_refused(naive):
    with pytest.raises(ValueError, match="time zone"):
        london_day(naive)


@pytest.mark.parametrize("value", [date(2026, 1, 1), "2026-01-01T00:00Z", 0, None])
def test_I1_an_instant_is_a_datetime(value):
    with pytest.raises(TypeError, match="received must be a datetime"):
        aware_instant(value, "received")


def test_instants_end_with_the_calendar():
    with pytest.raises(ValueError, match="beyond the calendar"):
        london_day(datetime.min.replace(tzinfo=timezone(timedelta(hours=14))))


def test_a_plain_day_is_given_back():
    assert plain_day(date(2026, 5, 4)) == date(2026, 5, 4)
