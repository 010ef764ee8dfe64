"""When the daily mail goes, and which reminder step is due (N)."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ctts.common.clock import LONDON
from ctts.notifications.rules import next_daily_mail, steps_reached

INSTANTS = st.integers(0, 7 * 365 * 24 * 60).map(lambda m: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=m))
DAYS = st.dates(date(2024, 1, 1), date(2031, 1, 1))


def test_rule_n_daily_mail_goes_at_seven_in_london_in_winter_and_summer():
    assert next_daily_mail(datetime(2026, 1, 5, 6, 59, tzinfo=UTC)) == datetime(2026, 1, 5, 7, 0, tzinfo=UTC)
    assert next_daily_mail(datetime(2026, 1, 5, 7, 0, tzinfo=UTC)) == datetime(2026, 1, 6, 7, 0, tzinfo=UTC)
    assert next_daily_mail(datetime(2026, 7, 5, 5, 59, tzinfo=UTC)) == datetime(2026, 7, 5, 6, 0, tzinfo=UTC)
    assert next_daily_mail(datetime(2026, 7, 5, 6, 0, tzinfo=UTC)) == datetime(2026, 7, 6, 6, 0, tzinfo=UTC)


def test_rule_n_daily_mail_on_the_nights_the_clocks_change():
    assert next_daily_mail(datetime(2026, 3, 28, 23, 0, tzinfo=UTC)) == datetime(2026, 3, 29, 6, 0, tzinfo=UTC)
    assert next_daily_mail(datetime(2026, 10, 24, 22, 30, tzinfo=UTC)) == datetime(2026, 10, 25, 7, 0, tzinfo=UTC)


@given(INSTANTS)
def test_rule_n_daily_mail_is_after_now_and_within_25_hours(now):
    goes = next_daily_mail(now)
    assert now < goes <= now + timedelta(hours=25)
    assert (goes.astimezone(LONDON).hour, goes.astimezone(LONDON).minute) == (7, 0)


def test_rule_n_a_calendar_that_slept_sends_the_latest_step_only():
    due_on = date(2026, 9, 30)
    assert steps_reached((28, 7, 1), due_on=due_on, today=date(2026, 9, 1)) == []
    assert steps_reached((28, 7, 1), due_on=due_on, today=date(2026, 9, 2)) == [28]
    assert steps_reached((1, 28, 7), due_on=due_on, today=date(2026, 9, 25)) == [28, 7]
    assert steps_reached((28, 7, 1), due_on=due_on, today=date(2026, 10, 9)) == [28, 7, 1]
    assert steps_reached((-7, -14), due_on=due_on, today=date(2026, 10, 7)) == [-7]


@given(st.sets(st.integers(-60, 400)), DAYS, DAYS)
def test_rule_n_steps_only_ever_join(steps, due_on, today):
    reached = steps_reached(steps, due_on=due_on, today=today)
    assert set(reached) <= set(steps_reached(steps, due_on=due_on, today=today + timedelta(days=1)))
    assert reached == sorted(reached, reverse=True)
