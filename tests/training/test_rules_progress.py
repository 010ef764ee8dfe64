"""Shares of the list, the forecast, and counting words."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctts.common.months import add_months
from training.rules import forecast, needed_a_month, readiness, section_words, signed_percent, word_count

START = date(2026, 4, 1)
TODAY = date(2026, 6, 9)  # the seventieth day


def test_T2_readiness_counts_the_list_by_state():
    ready = readiness(["signed"] * 15 + ["submitted"] * 2 + ["returned", "in_progress"] + ["not_started"] * 28)
    assert (ready.total, ready.signed, ready.submitted, ready.returned) == (47, 15, 2, 1)
    assert (ready.in_progress, ready.not_started, ready.percent) == (1, 28, Fraction(1500, 47))


def test_T2_an_empty_list_has_no_percentage():
    assert readiness([]).percent is None
    assert signed_percent(0, 0) is None
    with pytest.raises(ValueError, match="half"):
        readiness(["half"])


@pytest.mark.parametrize(("signed", "total", "error"), [(2, 1, ValueError), (-1, 3, ValueError), (True, 3, TypeError)])
def test_Y3_signed_is_a_part_of_the_list(signed, total, error):
    with pytest.raises(error):
        signed_percent(signed, total)


def ask(signed, total=47, percent=30, **changes):
    return forecast(signed, total, percent, **({"start_on": START, "today": TODAY} | changes))


def test_T2_a_forecast_keeps_the_pace_so_far():
    signed = [date(2026, 5, day) for day in (1, 2, 3, 4, 5)]
    assert ask(signed) == TODAY + timedelta(days=140)  # ten more at five in seventy days
    pause = (date(2026, 4, 1), date(2026, 5, 5))
    assert ask(signed, pauses=[pause]) == TODAY + timedelta(days=70)


def test_T2_a_forecast_reached_is_the_day_it_was():
    signed = [START + timedelta(days=n) for n in range(20, 0, -1)]
    assert ask(signed) == START + timedelta(days=15)
    assert ask(signed[:2], total=2, percent=50) == START + timedelta(days=19)
    assert ask([], percent=0) == START


def test_T2_nobody_forecasts_from_fewer_than_five():
    assert ask([START] * 4) is None
    assert ask([], total=0) is None
    assert ask([START] * 4 + [date(2026, 6, 10)]) is None
    assert ask([START] * 5, pauses=[(START, TODAY)]) is None


def test_T2_a_forecast_is_made_of_days_and_of_the_list():
    with pytest.raises(ValueError, match="signed"):
        ask([START] * 3, total=2)
    with pytest.raises(TypeError):
        ask([datetime(2026, 4, 1, tzinfo=UTC)])
    with pytest.raises(ValueError, match="calendar"):
        ask([START] * 5, total=10**9, percent=100)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("  \n\t ", 0),
        ("one", 1),
        ("dose-rate – 5 MBq/kg —", 3),
        ("- item\n* item 2", 3),
        ("Zoë’s naïve 測定", 3),
        ("Body here.\n\nReferences\nSmith J (2020) A title.", 2),
        ("Body here.\n## 5. References ##\nSmith\n# Appendix\nmore words", 5),
        ("Body.\n## References\nSmith\n### Books\nJones\n## After\nend", 3),
        ("Body.\n**Bibliography:**\nSmith", 1),
        ("Body.\nWORKS CITED\nSmith", 1),
        ("The references are listed below.", 5),
        ("References " + "x" * 90, 2),
    ],
)
def test_T6_words_are_counted_without_references(text, words):
    assert word_count(text) == words


def test_T6_a_section_of_references_is_left_out():
    assert (
        section_words([("Introduction", "two words"), ("Reference list", "Smith 2020"), ("End", "three more words")])
        == 5
    )


@given(st.text())
def test_T6_there_are_never_more_words_than_runs_without_white_space(text):
    assert 0 <= word_count(text) <= len(text.split())


@given(
    st.lists(
        st.from_regex(r"[a-z]{1,8}", fullmatch=True).filter(lambda word: word not in ("references", "bibliography"))
    )
)
def test_T6_plain_words_are_all_counted(words):
    assert word_count(" ".join(words)) == len(words)


@pytest.mark.parametrize("text", [None, b"words", 1500])
def test_T6_words_stand_in_text(text):
    with pytest.raises(TypeError):
        word_count(text)


@pytest.mark.parametrize(
    ("left", "by_on", "a_month"),
    [
        (10, date(2027, 6, 9), 1),  # ten in twelve months
        (13, date(2027, 6, 9), 2),
        (10, date(2026, 9, 9), 4),  # three months and a little
        (10, date(2026, 6, 20), 10),  # less than a month: all of them
        (0, date(2027, 6, 9), 0),
        (10, TODAY, None),
        (10, date(2026, 6, 8), None),
    ],
)
def test_T2_what_it_takes_to_be_there_in_time(left, by_on, a_month):
    assert needed_a_month(left, TODAY, by_on) == a_month


@given(left=st.integers(0, 400), days=st.integers(1, 900), start=st.dates(date(2026, 1, 1), date(2028, 12, 31)))
def test_T2_signing_so_many_in_each_whole_month_is_enough_and_one_fewer_is_not(left, days, start):
    by_on = start + timedelta(days=days)
    whole = max(n for n in range(31) if add_months(start, n) <= by_on)
    a_month = needed_a_month(left, start, by_on)
    assert a_month * max(whole, 1) >= left
    assert left == 0 or (a_month - 1) * max(whole, 1) < left


def test_T2_nine_in_three_months_are_three_a_month():
    assert needed_a_month(9, date(2026, 11, 30), date(2027, 3, 1)) == 3
