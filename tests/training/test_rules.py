"""Dates of a training record: end, pauses, milestones, months without a review, working days, the concern ladder."""

from datetime import UTC, date, datetime, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctts.scheme.rules import DEFAULTS, SchemeNumbers
from training.rules import (
    concern_due,
    concern_levels,
    expected_end,
    latest_end,
    less_than_full_time_end,
    milestone_status,
    milestones,
    month_gaps,
    moved_by_pauses,
    next_level,
    paused_days,
    progress_reports_due,
    review_chase,
    training_year,
    within_maximum,
    working_days_after,
)
from training.states import AppointmentKind, ConcernLevel, MilestoneKind, MilestoneStatus

START = date(2026, 4, 1)
DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2035, 12, 31))
PAUSES = st.lists(st.tuples(DAYS, st.integers(0, 400)).map(lambda p: (p[0], p[0] + timedelta(days=p[1]))), max_size=5)


def june(first, last):
    return date(2026, 6, first), date(2026, 6, last)


@pytest.mark.parametrize(
    ("start_on", "end_on"),
    [
        (date(2026, 4, 1), date(2028, 3, 31)),
        (date(2026, 10, 1), date(2028, 9, 30)),
        (date(2026, 3, 1), date(2028, 2, 29)),
        (date(2024, 2, 29), date(2026, 2, 27)),
        (date(2026, 4, 20), date(2028, 4, 19)),
        (date(2026, 1, 31), date(2028, 1, 30)),
    ],
)
def test_E2_expected_end_is_24_months_less_a_day(start_on, end_on):
    assert expected_end(start_on) == end_on


@pytest.mark.parametrize(
    ("pauses", "end_on"),
    [
        ([june(1, 30)], date(2028, 4, 30)),
        ([june(5, 5)], date(2028, 4, 1)),
        ([june(1, 10), june(1, 10)], date(2028, 4, 10)),
        ([june(6, 15), june(1, 10)], date(2028, 4, 15)),
        ([june(1, 10), june(11, 20)], date(2028, 4, 20)),
        ([(date(2026, 3, 1), date(2026, 3, 31))], date(2028, 3, 31)),
        ([(date(2026, 3, 22), date(2026, 4, 10))], date(2028, 4, 10)),
        ([(date(2028, 3, 31), date(2028, 4, 9))], date(2028, 4, 10)),
        ([(date(2028, 4, 1), date(2028, 4, 10))], date(2028, 3, 31)),
        ([june(1, 1), (date(2028, 4, 1), date(2028, 4, 10))], date(2028, 4, 11)),
        ([[date(2026, 6, 1), date(2026, 6, 2)]], date(2028, 4, 2)),
    ],
)
def test_E5_interruptions_move_the_end_by_their_days(pauses, end_on):
    assert expected_end(START, pauses) == end_on


@given(start_on=DAYS, pauses=PAUSES)
def test_E5_the_end_moves_by_the_days_paused_until_it(start_on, pauses):
    end_on = expected_end(start_on, pauses)
    assert end_on == expected_end(start_on) + timedelta(days=paused_days(pauses, start_on, end_on))
    assert end_on == expected_end(start_on, reversed(pauses))


@pytest.mark.parametrize(
    ("pauses", "error"),
    [
        ([(date(2026, 6, 2), date(2026, 6, 1))], ValueError),
        ([(date(2026, 6, 2), None)], TypeError),
        ([(date(2026, 6, 2),)], TypeError),
        ([date(2026, 6, 2)], TypeError),
        (["2026-06-02"], TypeError),
        ([(datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 6, 2, tzinfo=UTC))], TypeError),
        ([(START, date.max)], ValueError),
    ],
)
def test_E5_what_is_no_pause_is_refused(pauses, error):
    with pytest.raises(error):
        expected_end(START, pauses)


@pytest.mark.parametrize("start_on", [datetime(2026, 4, 1, tzinfo=UTC), "2026-04-01", None])
def test_E2_a_start_is_a_plain_day(start_on):
    with pytest.raises(TypeError, match="start_on"):
        expected_end(start_on)


def test_E5_a_due_date_before_a_pause_stays():
    assert moved_by_pauses(date(2026, 5, 31), START, [june(1, 30)]) == date(2026, 5, 31)
    assert moved_by_pauses(date(2026, 6, 1), START, [june(1, 30)]) == date(2026, 7, 1)


def test_E5_training_lasts_48_months_at_most():
    assert latest_end(START) == date(2030, 3, 31)
    assert within_maximum(START, date(2030, 3, 31))
    assert not within_maximum(START, date(2030, 4, 1))
    assert not within_maximum(START, date(2026, 3, 31))


def test_E5_less_than_full_time_is_pro_rata():
    end_on = date(2028, 3, 31)
    assert less_than_full_time_end(end_on, date(2028, 3, 22), 50) == date(2028, 4, 10)
    assert less_than_full_time_end(end_on, end_on, 60) == date(2028, 4, 1)
    assert less_than_full_time_end(end_on, START, 100) == end_on
    half = less_than_full_time_end(end_on, date(2027, 4, 1), 50)
    assert less_than_full_time_end(half, date(2027, 4, 1), 100, was_percent=50) == end_on


@pytest.mark.parametrize(
    ("from_on", "percent", "error"),
    [
        (date(2028, 4, 1), 50, ValueError),
        (START, 0, ValueError),
        (START, 101, ValueError),
        (START, 60.0, TypeError),
        ("2027-04-01", 60, TypeError),
    ],
)
def test_E5_less_than_full_time_needs_days_left_and_a_per_cent(from_on, percent, error):
    with pytest.raises(error):
        less_than_full_time_end(date(2028, 3, 31), from_on, percent)


def test_T11_years_of_training_move_with_pauses():
    assert training_year(START, START) == 1
    assert training_year(START, date(2027, 3, 31)) == 1
    assert training_year(START, date(2027, 4, 1)) == 2
    assert training_year(START, date(2027, 4, 1), [june(1, 30)]) == 1
    assert training_year(START, date(2027, 5, 1), [june(1, 30)]) == 2
    assert training_year(START, date(2028, 4, 1)) == 3
    with pytest.raises(ValueError, match="before"):
        training_year(START, date(2026, 3, 31))


def test_M_milestones_are_offsets_from_the_start():
    due = {each.kind: each.due_on for each in milestones(START)}
    assert list(due) == list(MilestoneKind)
    assert [due[kind].isoformat() for kind in MilestoneKind] == [
        "2026-05-01",
        "2026-07-01",
        "2027-03-01",
        "2027-04-01",
        "2027-07-01",
        "2027-12-01",
        "2028-01-01",
        "2028-03-01",
        "2028-03-31",
    ]
    assert [each.opens_on for each in milestones(START) if each.opens_on] == [date(2027, 5, 1)]


def test_M_milestones_after_a_pause_move_and_the_induction_day_does_not():
    moved = milestones(START, [june(1, 30)], induction_on=date(2026, 5, 15))
    assert (moved[0].due_on, moved[1].due_on) == (date(2026, 5, 15), date(2026, 7, 31))
    assert moved[-1].due_on == expected_end(START, [june(1, 30)])


@pytest.mark.parametrize(
    ("today", "done_on", "opens_on", "status"),
    [
        (date(2026, 7, 2), date(2026, 7, 9), None, MilestoneStatus.DONE),
        (date(2026, 7, 2), None, None, MilestoneStatus.LATE),
        (date(2026, 7, 1), None, None, MilestoneStatus.DUE),
        (date(2026, 6, 3), None, None, MilestoneStatus.DUE),
        (date(2026, 6, 2), None, None, MilestoneStatus.WAITING),
        (date(2026, 5, 1), None, date(2026, 5, 1), MilestoneStatus.DUE),
    ],
)
def test_M_a_milestone_is_done_late_due_or_waiting(today, done_on, opens_on, status):
    assert milestone_status(date(2026, 7, 1), done_on, today, opens_on) == status


def test_M_T9_an_event_that_is_over_waits_for_attendance_and_nobody_is_late():
    day, after = date(2026, 7, 1), date(2026, 7, 2)
    assert milestone_status(day, None, after, attended=True) == MilestoneStatus.WAITING
    assert milestone_status(day, None, day, attended=True) == MilestoneStatus.DUE
    assert milestone_status(day, day, after, attended=True) == MilestoneStatus.DONE


def test_T4_months_without_a_review_are_found():
    held = [date(2026, 4, 30), date(2026, 6, 1), date(2026, 6, 20)]
    assert month_gaps(START, held, date(2026, 8, 31)) == ((2026, 5), (2026, 7))
    assert month_gaps(START, held, date(2026, 9, 1)) == ((2026, 5), (2026, 7), (2026, 8))
    assert month_gaps(START, [], date(2026, 4, 30)) == ()


@pytest.mark.parametrize(
    ("pause", "asked"),
    [(june(1, 30), False), (june(1, 17), False), (june(1, 16), True), (june(20, 20), True)],
)
def test_T4_an_interrupted_month_asks_for_no_review(pause, asked):
    held = [date(2026, 4, 2), date(2026, 5, 2)]
    assert month_gaps(START, held, date(2026, 7, 1), [pause]) == (((2026, 6),) if asked else ())


def test_T4_short_first_and_last_months_ask_for_no_review():
    assert month_gaps(date(2026, 4, 20), [], date(2026, 5, 1)) == ()
    assert month_gaps(date(2026, 4, 17), [], date(2026, 5, 1)) == ((2026, 4),)
    assert month_gaps(START, [START], date(2026, 9, 1), until=date(2026, 5, 10)) == ()


def test_T4_more_reviews_a_month_may_be_asked():
    numbers = SchemeNumbers(reviews_each_month=2)
    assert month_gaps(START, [START], date(2026, 5, 1), numbers=numbers) == ((2026, 4),)


@pytest.mark.parametrize(
    ("today", "chased"),
    [
        (date(2026, 5, 6), ()),
        (date(2026, 5, 7), (AppointmentKind.SUPERVISOR,)),
        (date(2026, 5, 13), (AppointmentKind.SUPERVISOR,)),
        (date(2026, 5, 14), (AppointmentKind.SUPERVISOR, AppointmentKind.COORDINATOR)),
    ],
)
def test_T4_a_missing_review_is_chased_after_7_and_14_days(today, chased):
    assert review_chase((2026, 4), today) == chased


def test_T7_progress_reports_are_due_every_six_months_from_the_start():
    end_on = expected_end(date(2026, 8, 31))
    assert progress_reports_due(date(2026, 8, 31), end_on) == (date(2027, 2, 28), date(2027, 8, 31), date(2028, 2, 29))
    assert progress_reports_due(START, expected_end(START), [june(1, 10)])[0] == date(2026, 10, 11)


ENGLAND = holidays.country_holidays("GB", subdiv="ENG")
SCOTLAND = holidays.country_holidays("GB", subdiv="SCT")


@pytest.mark.parametrize(
    ("day", "n", "bank_holidays", "reached"),
    [
        (date(2026, 5, 1), 0, (), date(2026, 5, 1)),
        (date(2026, 5, 2), 0, (), date(2026, 5, 2)),
        (date(2026, 5, 1), 1, (), date(2026, 5, 4)),
        (date(2026, 5, 1), 1, ENGLAND, date(2026, 5, 5)),
        (date(2026, 5, 2), 1, ENGLAND, date(2026, 5, 5)),
        (date(2026, 12, 24), 5, ENGLAND, date(2027, 1, 5)),
        (date(2026, 12, 24), 5, SCOTLAND, date(2027, 1, 6)),
    ],
)
def test_N_working_days_follow_the_nation(day, n, bank_holidays, reached):
    assert working_days_after(day, n, bank_holidays) == reached


@given(day=DAYS, n=st.integers(1, 60), free=st.sets(DAYS, max_size=30))
def test_N_the_day_reached_is_the_nth_working_day(day, n, free):
    reached = working_days_after(day, n, free)
    between = [day + timedelta(days=i) for i in range(1, (reached - day).days + 1)]
    assert len([d for d in between if d.weekday() < 5 and d not in free]) == n
    assert reached.weekday() < 5
    assert reached not in free


@pytest.mark.parametrize(
    ("day", "n", "error"),
    [
        (START, -1, ValueError),
        (START, True, TypeError),
        (START, 1.5, TypeError),
        (datetime(2026, 4, 1, tzinfo=UTC), 1, TypeError),
        (date(9999, 12, 31), 1, ValueError),
    ],
)
def test_N_working_days_are_counted_in_whole_days(day, n, error):
    with pytest.raises(error):
        working_days_after(day, n)


def test_T8_each_level_has_five_working_days():
    assert concern_due(date(2026, 4, 30), ENGLAND) == date(2026, 5, 8)
    assert DEFAULTS.concern_working_days == 5


def test_T8_a_concern_climbs_the_ladder():
    assert concern_levels(False) == (ConcernLevel.COORDINATOR,)
    assert concern_levels(True) == (ConcernLevel.EXTERNAL_MODERATOR, ConcernLevel.OFFICE)
    assert next_level("coordinator") == ConcernLevel.EXTERNAL_MODERATOR
    assert next_level(ConcernLevel.EXTERNAL_MODERATOR) == ConcernLevel.OFFICE
    assert next_level("office") is None
    with pytest.raises(ValueError, match="nobody"):
        next_level("nobody")
    with pytest.raises(TypeError):
        concern_levels(None)
