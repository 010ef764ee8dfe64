"""The first-year gate, stages, attempts and appeals, at their edges."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.rules import (
    appeal_open,
    appeal_until,
    attempts_left,
    first_year_gate,
    may_mark,
    next_stage,
    reattempt_until,
    record_ends,
)
from assessments.states import Stage
from ctts.scheme.rules import SchemeNumbers

READY = {
    "moderator_dops": 1,
    "safety_confirmed": True,
    "open_safety_concerns": 0,
    "signed": 15,
    "total": 47,
    "reviews": 6,
    "dops": 6,
    "case_study_words": [1500],
    "reflections": 10,
}


def gate(**changes):
    return first_year_gate(**(READY | changes))


def test_Y_gate_is_open_at_exactly_every_minimum():
    opened = gate()
    assert opened.is_open
    assert opened.unmet == ()
    assert [line.rule for line in opened.lines] == ["Y1", "Y2", "Y2", "Y3", "Y4", "Y4", "Y5", "Y6"]
    assert len({line.key for line in opened.lines}) == 8
    assert {line.section for line in opened.lines} == {"G 4.1"}


@pytest.mark.parametrize(
    ("changes", "key", "have", "need"),
    [
        ({"moderator_dops": 0}, "Y1", 0, 1),
        ({"safety_confirmed": False}, "Y2-confirmation", 0, 1),
        ({"open_safety_concerns": 1}, "Y2-concerns", 1, 0),
        ({"signed": 14}, "Y3", 14, 15),
        ({"signed": 0, "total": 0}, "Y3", 0, 1),
        ({"reviews": 5}, "Y4-reviews", 5, 6),
        ({"dops": 5, "reviews": 12}, "Y4-dops", 5, 6),
        ({"case_study_words": [1499, 1499]}, "Y5", 0, 1),
        ({"case_study_words": []}, "Y5", 0, 1),
        ({"reflections": 9}, "Y6", 9, 10),
    ],
)
def test_Y_each_line_alone_closes_the_gate_and_says_its_number(changes, key, have, need):
    closed = gate(**changes)
    assert not closed.is_open
    (line,) = closed.unmet
    assert (line.key, line.have, line.need) == (key, have, need)
    assert line.why


def test_Y3_47_competencies_need_15():
    assert [gate(signed=n).is_open for n in (14, 15, 16, 47)] == [False, True, True, True]


@given(total=st.integers(1, 500), signed=st.integers(0, 500))
def test_Y3_thirty_percent_is_exact(total, signed):
    signed = min(signed, total)
    (line,) = [each for each in gate(signed=signed, total=total).lines if each.key == "Y3"]
    assert line.met is (10 * signed >= 3 * total)
    assert line.met is (line.have >= line.need)


def test_Y5_words_are_counted_for_each_case_study_alone():
    assert not gate(case_study_words=[800, 800]).is_open
    assert gate(case_study_words=iter([200, 1500])).is_open


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"signed": 48}, ValueError),
        ({"reviews": -1}, ValueError),
        ({"open_safety_concerns": -1}, ValueError),
        ({"case_study_words": [-1]}, ValueError),
        ({"dops": 6.0}, TypeError),
        ({"reflections": "10"}, TypeError),
        ({"moderator_dops": True}, TypeError),
        ({"moderator_dops": None}, TypeError),
        ({"safety_confirmed": 1}, TypeError),
        ({"safety_confirmed": None}, TypeError),
        ({"case_study_words": 1500}, TypeError),
    ],
)
def test_Y_the_gate_counts_whole_things(changes, error):
    with pytest.raises(error):
        gate(**changes)


def test_Y_numbers_come_from_the_rules_of_the_cohort():
    numbers = SchemeNumbers(first_year_percent=50, first_year_reflections=12)
    assert [line.key for line in gate(numbers=numbers).unmet] == ["Y3", "Y6"]


FIRST = {"first_year": ["pass"]}


@pytest.mark.parametrize(
    ("stage", "released", "allowed"),
    [
        ("first_year", {}, True),
        ("first_year", {"first_year": ["refer"]}, True),
        ("first_year", {"first_year": ["refer", "refer"]}, False),
        ("practical", {}, False),
        ("practical", FIRST, True),
        ("practical", FIRST | {"practical": ["fail", "refer"]}, True),
        ("practical", FIRST | {"practical": ["fail", "refer", "fail"]}, False),
        ("practical", FIRST | {"practical": ["pass"]}, False),
        ("portfolio", FIRST, False),
        ("portfolio", FIRST | {"practical": ["fail"]}, False),
        ("portfolio", FIRST | {"practical": ["fail", "pass"]}, True),
        ("viva", FIRST | {"practical": ["pass"]}, False),
        ("viva", FIRST | {"practical": ["pass"], "portfolio": ["refer", "pass"]}, True),
        ("viva", {"practical": ["pass"], "portfolio": ["pass"]}, False),
    ],
)
def test_F1_each_stage_is_passed_and_released_before_the_next_is_marked(stage, released, allowed):
    answer = may_mark(stage, released)
    assert bool(answer) is allowed
    assert bool(answer.why) is not allowed


def test_F1_the_next_stage_in_the_order_of_assessment():
    assert next_stage({}) == Stage.FIRST_YEAR
    assert next_stage(FIRST | {"practical": ["refer"]}) == Stage.PRACTICAL
    assert next_stage(FIRST | {"practical": ["pass"]}) == Stage.PORTFOLIO
    assert next_stage(FIRST | {stage: ["pass"] for stage in ("practical", "portfolio", "viva")}) is None


@pytest.mark.parametrize(
    ("results", "stage", "left", "ends"),
    [
        ([], "viva", 3, False),
        (["refer"], "viva", 2, False),
        (["refer", "fail"], "viva", 1, False),
        (["refer", "fail", "fail"], "viva", 0, True),
        (["refer", "fail", "pass"], "viva", 0, False),
        (["refer"], "first_year", 1, False),
        (["refer", "fail"], "first_year", 0, True),
    ],
)
def test_F6_first_and_two_more_attempts(results, stage, left, ends):
    assert (attempts_left(results, stage), record_ends(results, stage)) == (left, ends)


@pytest.mark.parametrize(
    ("results", "stage", "error"),
    [
        (["pass", "fail"], "viva", ValueError),
        (["fail"] * 4, "viva", ValueError),
        (["merit"], "viva", ValueError),
        (["fail"], "thesis", ValueError),
        ("fail", "viva", TypeError),
    ],
)
def test_F6_impossible_histories_are_refused(results, stage, error):
    with pytest.raises(error):
        attempts_left(results, stage)


RELEASED = datetime(2026, 6, 1, 22, 30, tzinfo=UTC)  # 23:30 in London


@pytest.mark.parametrize(
    ("now", "is_open"),
    [
        (RELEASED - timedelta(seconds=1), False),
        (RELEASED, True),
        (datetime(2026, 6, 21, 22, 59, tzinfo=UTC), True),
        (datetime(2026, 6, 21, 23, 0, tzinfo=UTC), False),
    ],
)
def test_F6_appeal_within_20_calendar_days_of_release(now, is_open):
    assert appeal_until(RELEASED) == date(2026, 6, 21)
    assert appeal_open(RELEASED, now) is is_open


def test_F6_instants_of_release_carry_a_zone():
    with pytest.raises(ValueError, match="time zone"):
        appeal_until(RELEASED.replace(tzinfo=None))
    with pytest.raises(TypeError):
        appeal_open(RELEASED, date(2026, 6, 2))


def test_Y_a_referred_first_year_is_attempted_again_within_three_months():
    assert reattempt_until(datetime(2026, 11, 30, 9, tzinfo=UTC)) == date(2027, 2, 28)
