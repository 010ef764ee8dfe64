"""What changes of circumstances do to dates (E5): pure functions."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.rules import Due, Moved, moved_by_extension, moved_by_hours, moved_by_interruption, moved_by_pauses
from training.rules.changes import paused, stretched

START, END = date(2026, 4, 1), date(2028, 3, 31)
JULY = (date(2026, 7, 1), date(2026, 7, 30))
DAYS = st.dates(date(2026, 4, 1), date(2029, 1, 1))


def pauses():
    """Interruptions that do not overlap, in the order in which they were granted."""
    begins = st.lists(st.integers(0, 30), min_size=1, max_size=5, unique=True)
    return begins.map(lambda at: [(START + timedelta(days=30 * n), START + timedelta(days=30 * n + 9)) for n in at])


def test_E5_an_interruption_moves_what_is_due_after_it_began_by_its_days():
    dues = [Due("before", date(2026, 6, 30)), Due("on", date(2026, 7, 1)), Due("after", date(2026, 9, 1))]
    moved = moved_by_interruption(dues, START, JULY)
    assert moved == (
        Moved("on", date(2026, 7, 1), date(2026, 7, 31)),
        Moved("after", date(2026, 9, 1), date(2026, 10, 1)),
    )
    assert [row.days for row in moved] == [30, 30]


def test_E5_the_day_of_an_event_moves_with_nobody():
    assert moved_by_interruption([Due("induction", date(2026, 8, 1), stays=True)], START, JULY) == ()
    assert moved_by_hours([Due("induction", date(2026, 8, 1), stays=True)], START, END, date(2029, 3, 31)) == ()


@given(DAYS, pauses())
def test_E5_interruptions_granted_one_by_one_move_a_day_as_all_of_them_at_once(day, granted):
    moved, known = day, []
    for pause in granted:
        moved = paused(moved, START, pause, known)
        known.append(pause)
    assert moved == moved_by_pauses(day, START, granted)


def test_E5_less_than_full_time_stretches_what_is_due_in_proportion_and_the_end_to_the_new_end():
    new_end = date(2028, 3, 31) + timedelta(days=100)
    assert stretched(date(2028, 1, 1), date(2028, 1, 1), date(2028, 4, 9), date(2028, 7, 18)) == date(2028, 1, 2)
    assert stretched(END, date(2027, 1, 1), END, new_end) == new_end
    assert stretched(date(2026, 12, 31), date(2027, 1, 1), END, new_end) == date(2026, 12, 31)
    moved = moved_by_hours([Due("before", date(2026, 5, 1)), Due("board", END)], date(2027, 1, 1), END, new_end)
    assert moved == (Moved("board", END, new_end),)


def test_E5_back_to_full_time_brings_what_is_due_nearer():
    assert stretched(END, date(2027, 1, 1), END, date(2027, 8, 1)) == date(2027, 8, 1)


@given(DAYS, DAYS, DAYS, DAYS)
def test_E5_stretching_keeps_the_order_of_days_and_never_passes_the_new_end(from_on, was_end, new_end, day):
    if min(was_end, new_end) < from_on:
        with pytest.raises(ValueError, match="nothing is left"):
            stretched(day, from_on, was_end, new_end)
        return
    moved = stretched(day, from_on, was_end, new_end)
    assert moved <= stretched(day + timedelta(days=1), from_on, was_end, new_end)
    assert day > was_end or day < from_on or from_on <= moved <= new_end


def test_E5_an_extension_moves_the_end_and_what_leads_up_to_it():
    dues = [Due("workshop", date(2027, 6, 1)), Due("portfolio", date(2027, 12, 1)), Due("board", END)]
    assert moved_by_extension(dues, END, date(2028, 6, 30)) == (
        Moved("portfolio", date(2027, 12, 1), date(2028, 3, 1)),
        Moved("board", END, date(2028, 6, 30)),
    )


def test_E5_an_extension_of_nothing_moves_nothing():
    assert moved_by_extension([Due("board", END)], END, END) == ()
