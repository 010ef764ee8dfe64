"""What holds of dates, the forecast and counted words whatever is put in: found by hypothesis, not by example."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from ctts.common.months import add_months, last_day, month_of
from ctts.scheme.rules import DEFAULTS, share_needed
from training.rules import (
    expected_end,
    forecast,
    milestones,
    month_gaps,
    moved_by_pauses,
    paused_days,
    progress_reports_due,
    section_words,
    training_year,
    within_maximum,
    word_count,
)

DAY = timedelta(days=1)
START, TODAY = date(2026, 4, 1), date(2027, 4, 1)
FEWEST = DEFAULTS.forecast_points
IN_TRAINING = st.integers(0, (TODAY - START).days).map(lambda days: START + days * DAY)
SIGNED = st.lists(IN_TRAINING, min_size=FEWEST, max_size=30)
PERCENT = st.integers(1, 100)
TOTAL = st.integers(30, 150)
STARTS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
PAUSES = st.lists(
    st.tuples(st.dates(date(2020, 1, 1), date(2033, 12, 31)), st.integers(0, 200)).map(
        lambda pause: (pause[0], pause[0] + pause[1] * DAY)
    ),
    max_size=4,
)


def ask(signed, total, percent, today=TODAY, **more):
    return forecast(signed, total, percent, start_on=START, today=today, **more)


# --- the forecast (T2) ---


@given(SIGNED, TOTAL, PERCENT)
def test_T2_a_forecast_promises_no_day_that_is_past(signed, total, percent):
    found = ask(signed, total, percent)
    if len(signed) >= share_needed(total, percent):
        assert found in signed
    else:
        assert found > TODAY


@given(st.lists(IN_TRAINING, max_size=FEWEST - 1), TOTAL, PERCENT)
def test_T2_nothing_is_forecast_from_fewer_than_five_points(signed, total, percent):
    assume(len(signed) < share_needed(total, percent))
    assert ask(signed, total, percent) is None


@given(SIGNED, TOTAL, PERCENT, IN_TRAINING)
def test_T2_one_more_signature_puts_a_forecast_off_never(signed, total, percent, another):
    assert ask([*signed, another], total, percent) <= max(ask(signed, total, percent), another)


@given(SIGNED, TOTAL, PERCENT, st.integers(0, 60))
def test_T2_a_higher_share_is_reached_no_earlier(signed, total, percent, more):
    assert ask(signed, total, percent) <= ask(signed, total, min(percent + more, 100))


@given(SIGNED, TOTAL, PERCENT, st.integers(1, 200))
def test_T2_days_without_a_signature_bring_a_forecast_no_nearer(signed, total, percent, days):
    assert ask(signed, total, percent, TODAY + days * DAY) >= ask(signed, total, percent)


@given(SIGNED, TOTAL, PERCENT, st.integers(0, 100))
def test_T2_time_that_was_interrupted_makes_the_pace_no_slower(signed, total, percent, days):
    pause = (START + 30 * DAY, START + (30 + days) * DAY)
    assert ask(signed, total, percent, pauses=[pause]) <= ask(signed, total, percent)


# --- months with interruptions (E2, E5, M, T4, T7) ---


@given(STARTS, st.integers(0, 800), st.integers(0, 60), PAUSES)
def test_E5_interruptions_keep_the_order_of_days_and_move_each_by_the_days_paused_until_it(start, due, later, pauses):
    on = start + due * DAY
    moved = moved_by_pauses(on, start, pauses)
    assert on <= moved <= moved_by_pauses(on + later * DAY, start, pauses)
    assert moved - on == paused_days(pauses, start, moved) * DAY


@given(STARTS, PAUSES)
def test_M_milestones_keep_their_order_and_lie_within_the_training(start, pauses):
    known = {step.kind: step for step in milestones(start, pauses)}
    plain = {step.kind: step for step in milestones(start)}
    end = expected_end(start, pauses)
    for kind, step in known.items():
        assert plain[kind].due_on <= step.due_on <= end
        assert step.opens_on is None or step.opens_on <= step.due_on
    assert [step.kind for step in sorted(known.values(), key=lambda one: one.due_on)] == [
        step.kind for step in sorted(plain.values(), key=lambda one: one.due_on)
    ]


@given(STARTS, PAUSES, st.integers(0, 1400))
def test_E5_years_of_training_go_up_and_no_faster_than_those_of_the_calendar(start, pauses, days):
    on = start + days * DAY
    assert training_year(start, on, pauses) <= training_year(start, on + DAY, pauses)
    assert 1 <= training_year(start, on, pauses) <= training_year(start, on)


@given(STARTS, st.lists(st.integers(0, 700), max_size=20), st.integers(0, 700), PAUSES, st.integers(0, 700))
def test_T4_a_month_is_asked_for_once_and_never_after_a_review_in_it(start, held, days, pauses, another):
    today, reviews = start + days * DAY, [start + one * DAY for one in held]
    gaps = month_gaps(start, reviews, today, pauses)
    assert list(gaps) == sorted(set(gaps)) and not set(gaps) & {month_of(day) for day in reviews}
    assert all(start <= last_day(gap) < today for gap in gaps)
    assert set(month_gaps(start, [*reviews, start + another * DAY], today, pauses)) <= set(gaps)
    assert set(gaps) <= set(month_gaps(start, reviews, today))


@given(STARTS, PAUSES, st.integers(0, 1400))
def test_T7_progress_reports_are_half_a_year_of_training_apart(start, pauses, days):
    until = start + days * DAY
    due = progress_reports_due(start, until, pauses)
    assert list(due) == sorted(set(due)) and all(start < day <= until for day in due)
    assert len(due) <= len(progress_reports_due(start, until))


@given(STARTS, st.integers(0, 60), st.integers(0, 47))
def test_E5_training_within_48_months_keeps_to_the_maximum(start, months, fewer):
    assert within_maximum(start, add_months(start, fewer))
    assert within_maximum(start, add_months(start, months) - DAY) is (1 <= months <= DEFAULTS.max_months)


# --- words (T6) ---

PLAIN = st.lists(st.text(alphabet="abc7é-–'.,😀 ", min_size=1, max_size=20), max_size=8).map("\n".join)
HEADING = st.sampled_from(["References", "## Reference list", "**Bibliography:**", "7. WORKS CITED", "# References #"])


@given(PLAIN, PLAIN)
def test_T6_the_words_of_two_texts_are_those_of_both(one, other):
    assert word_count(f"{one}\n{other}") == word_count(one) + word_count(other)
    assert section_words([("One", one), ("Other", other)]) == word_count(one) + word_count(other)


@given(PLAIN, HEADING, PLAIN)
def test_T6_references_at_the_end_add_no_word(text, heading, references):
    assert word_count(f"{text}\n{heading}\n{references}") == word_count(text)
    assert section_words([("Text", text), (heading, references)]) == word_count(text)


@given(PLAIN, st.sampled_from([" ", "\t", "\n", "  \n ", "\u00a0"]))
def test_T6_how_words_are_spaced_does_not_matter(text, blank):
    words = [word for word in text.split() if any(map(str.isalnum, word))]
    assert word_count(blank.join(text.split())) == len(words) == word_count(text)


@given(st.integers(0, 10_000))
def test_T6_ten_thousand_words_are_ten_thousand(many):
    assert word_count("word " * many) == many
