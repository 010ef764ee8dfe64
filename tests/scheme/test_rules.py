"""The scheme's numbers and its calendar: intakes, cut-offs, accreditation in force, reminder steps."""

from dataclasses import FrozenInstanceError, replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctts.scheme.rules import (
    DEFAULTS,
    IntakeWindow,
    NumbersError,
    SchemeNumbers,
    accreditation_end,
    accreditation_valid,
    exact_number,
    field_specs,
    from_json,
    intake_among,
    intake_dates,
    intake_for,
    next_intake,
    reminder_step,
    share_needed,
    to_json,
    whole_number,
    yes_or_no,
)

LONDON = ZoneInfo("Europe/London")
NAIVE = datetime(2026, 3, 31, 12)  # noqa: DTZ001 — naive on purpose, to be refused
INSTANTS = st.datetimes(
    min_value=datetime(1972, 1, 2),  # noqa: DTZ001 — hypothesis adds the zone
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001 — hypothesis adds the zone
    timezones=st.just(UTC),
)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("received_at", "intake"),
    [
        (utc(2025, 9, 30, 22, 59, 59), (2025, 10)),
        (utc(2025, 9, 30, 23), (2026, 4)),
        (utc(2025, 10, 1), (2026, 4)),
        (utc(2025, 12, 31, 23, 59, 59), (2026, 4)),
        (utc(2026, 1, 1), (2026, 4)),
        (utc(2026, 3, 31, 22, 59, 59, 999999), (2026, 4)),
        (utc(2026, 3, 31, 23), (2026, 10)),
        (datetime(2026, 3, 31, 23, 59, 59, tzinfo=LONDON), (2026, 4)),
        (datetime(2026, 4, 1, tzinfo=LONDON), (2026, 10)),
        (datetime(2026, 4, 1, 8, tzinfo=timezone(timedelta(hours=10))), (2026, 4)),
        (utc(2026, 9, 30, 23), (2027, 4)),
    ],
)
def test_I1_intake_follows_the_london_wall_clock(received_at, intake):
    assert intake_for(received_at) == intake


def test_I1_naive_instants_and_plain_days_are_refused():
    with pytest.raises(ValueError, match="time zone"):
        intake_for(NAIVE)
    with pytest.raises(TypeError):
        intake_for(date(2026, 3, 31))
    with pytest.raises(TypeError):
        intake_for("2026-03-31T12:00:00Z")


@given(received_at=INSTANTS)
def test_I1_every_instant_lies_between_opening_and_closing_of_its_intake(received_at):
    dates = intake_dates(*intake_for(received_at))
    assert dates.opens_at <= received_at < dates.closes_at


@given(received_at=INSTANTS, months=st.sampled_from([(4, 10), (1, 7), (3, 4), (9,)]), before=st.integers(1, 5))
def test_I1_so_it_does_for_other_months_and_cutoffs(received_at, months, before):
    numbers = SchemeNumbers(intake_months=months, cutoff_months_before=before)
    dates = intake_dates(*intake_for(received_at, numbers), numbers)
    assert dates.opens_at <= received_at < dates.closes_at


def test_I2_I3_dates_of_the_april_intake():
    dates = intake_dates(2026, 4)
    assert (dates.opens_on, dates.cutoff_on) == (date(2025, 10, 1), date(2026, 3, 31))
    assert (dates.enrolment_on, dates.induction_on) == (date(2026, 4, 1), date(2026, 5, 15))
    assert (dates.opens_at, dates.closes_at) == (utc(2025, 9, 30, 23), utc(2026, 3, 31, 23))


def test_I2_I3_dates_of_the_october_intake():
    dates = intake_dates(2026, 10)
    assert (dates.opens_on, dates.cutoff_on) == (date(2026, 4, 1), date(2026, 9, 30))
    assert (dates.enrolment_on, dates.induction_on.month) == (date(2026, 10, 1), 11)


@pytest.mark.parametrize(
    "intake, induction_on",
    [((2027, 4), date(2027, 5, 17)), ((2026, 10), date(2026, 11, 16)), ((2027, 10), date(2027, 11, 15))],
)
def test_I3_an_induction_day_is_none_of_the_weekend(intake, induction_on):
    assert intake_dates(*intake).induction_on == induction_on


@given(year=st.integers(1980, 2200), month=st.sampled_from([4, 10]))
def test_I2_an_intake_opens_where_the_one_before_closed(year, month):
    dates, following = intake_dates(year, month), intake_dates(*next_intake(year, month))
    assert following.opens_at == dates.closes_at
    assert dates.cutoff_on < dates.enrolment_on < dates.induction_on


@pytest.mark.parametrize("month", [0, 5, 13, -4])
def test_I2_nobody_is_enrolled_in_other_months(month):
    with pytest.raises(ValueError, match="month"):
        intake_dates(2026, month)
    with pytest.raises(ValueError, match="month"):
        next_intake(2026, month)


@pytest.mark.parametrize(("year", "month"), [(True, 4), ("2026", 4), (2026.0, 4), (2026, "4"), (2026, None)])
def test_I2_years_and_months_are_whole_numbers(year, month):
    with pytest.raises(TypeError):
        intake_dates(year, month)


def test_I5_drafts_roll_to_the_next_intake():
    assert next_intake(2026, 4) == (2026, 10)
    assert next_intake(2026, 10) == (2027, 4)


APRIL = IntakeWindow(2026, 4, date(2025, 10, 1), date(2026, 4, 7))
OCTOBER = IntakeWindow(2026, 10, date(2026, 4, 1), date(2026, 9, 30))


@pytest.mark.parametrize(
    ("day", "windows", "intake"),
    [
        (date(2026, 4, 3), [OCTOBER, APRIL], (2026, 4)),
        (date(2026, 4, 7), [APRIL, OCTOBER], (2026, 4)),
        (date(2026, 4, 8), [APRIL, OCTOBER], (2026, 10)),
        (date(2026, 3, 25), [replace(APRIL, cutoff_on=date(2026, 3, 20)), OCTOBER], (2026, 10)),
        (date(2026, 3, 25), [], (2026, 4)),
        (date(2026, 3, 25), [OCTOBER], (2026, 4)),
    ],
)
def test_I2_a_cutoff_moved_by_staff_decides(day, windows, intake):
    assert intake_among(datetime(day.year, day.month, day.day, 12, tzinfo=LONDON), windows) == intake


@pytest.mark.parametrize(
    ("today", "step"),
    [
        (date(2026, 3, 2), None),
        (date(2026, 3, 3), 28),
        (date(2026, 3, 23), 28),
        (date(2026, 3, 24), 7),
        (date(2026, 3, 30), 1),
        (date(2026, 3, 31), 1),
        (date(2026, 4, 1), None),
    ],
)
def test_I5_the_latest_reminder_step_reached_is_due(today, step):
    assert reminder_step(date(2026, 3, 31), today, DEFAULTS.cutoff_reminder_days) == step


@pytest.mark.parametrize(("today", "step"), [(date(2026, 5, 30), None), (date(2026, 5, 31), 3), (date(2026, 2, 28), 6)])
def test_C1_reminders_count_months_from_the_last_day(today, step):
    steps = [3] if step in (None, 3) else DEFAULTS.accreditation_reminder_months
    assert reminder_step(date(2026, 8, 31), today, steps, months=True) == step


def test_C1_an_accreditation_lasts_five_years_to_its_last_day():
    assert accreditation_end(date(2026, 4, 1)) == date(2031, 3, 31)
    assert accreditation_end(date(2024, 2, 29)) == date(2029, 2, 27)


@pytest.mark.parametrize(
    ("status", "on", "valid"),
    [
        ("accredited", date(2026, 3, 31), False),
        ("accredited", date(2026, 4, 1), True),
        ("accredited_with_conditions", date(2031, 3, 31), True),
        ("accredited", date(2031, 4, 1), False),
        ("suspended", date(2027, 1, 1), False),
        ("expired", date(2027, 1, 1), False),
        ("withdrawn", date(2027, 1, 1), False),
    ],
)
def test_C1_accreditation_is_valid_through_its_last_day(status, on, valid):
    assert accreditation_valid(status, date(2026, 4, 1), date(2031, 3, 31), on) is valid


@pytest.mark.parametrize(("starts_on", "ends_on"), [(None, date(2031, 3, 31)), (date(2026, 4, 1), None)])
def test_C1_an_accreditation_without_both_dates_is_not_valid(starts_on, ends_on):
    assert accreditation_valid("accredited", starts_on, ends_on, date(2027, 1, 1)) is False


def test_numbers_state_the_guidance():
    stated = {spec.name: spec.default for spec in field_specs() if spec.from_guidance}
    assert stated["first_year_percent"] == 30
    assert (stated["ielts_overall"], stated["ielts_element"]) == (Decimal("7.0"), Decimal("6.5"))
    assert (stated["portfolio_pages"], stated["first_year_case_study_words"]) == (500, 1500)
    assert "practical_log_weight" not in stated
    assert "first_year_dops" not in stated


def test_every_number_has_words_source_bounds_and_a_default_within():
    for spec in field_specs():
        assert spec.label
        assert spec.group
        assert spec.source == "default" or spec.source.startswith("G ")
        assert getattr(DEFAULTS, spec.name) == spec.default


def test_numbers_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        DEFAULTS.attempts = 4


def test_numbers_survive_json():
    numbers = SchemeNumbers(ielts_overall=Decimal("7.5"), intake_months=(1, 7), practical_counts="supervisor")
    plain = to_json(numbers)
    assert (plain["ielts_overall"], plain["intake_months"]) == ("7.5", [1, 7])
    assert from_json(plain) == numbers
    assert from_json({}) == DEFAULTS
    assert from_json({"ielts_overall": 8}).ielts_overall == 8


WRONG = [
    ("attempts", 0, "from 1 to 10"),
    ("attempts", 11, "from 1 to 10"),
    ("attempts", True, "whole number"),
    ("attempts", 3.0, "whole number"),
    ("attempts", "3", "whole number"),
    ("attempts", None, "whole number"),
    ("ielts_overall", 7.0, "such as 6.5"),
    ("ielts_overall", True, "such as 6.5"),
    ("ielts_overall", "seven", "such as 6.5"),
    ("ielts_overall", "NaN", "such as 6.5"),
    ("ielts_overall", "6.75", "steps of 0.5"),
    ("ielts_overall", "9.5", "from 0 to 9"),
    ("ielts_overall", "-0.5", "from 0 to 9"),
    ("intake_months", 4, "commas"),
    ("intake_months", [], "1 to 2"),
    ("intake_months", [1, 5, 9], "1 to 2"),
    ("intake_months", [4, 13], "from 1 to 12"),
    ("intake_months", [4, "10"], "whole number"),
    ("intake_months", [10, 4], "smallest first"),
    ("intake_months", [4, 4], "once"),
    ("cutoff_reminder_days", [1, 7], "largest first"),
    ("practical_counts", "some", "Choose"),
    ("practical_counts", ["all"], "Choose"),
    ("pass_mark", 50, "no such number"),
]


@pytest.mark.parametrize(("name", "value", "words"), WRONG)
def test_wrong_numbers_are_named_by_field(name, value, words):
    with pytest.raises(NumbersError, match=name) as caught:
        from_json({name: value, "appeal_days": 20})
    assert list(caught.value.errors) == [name]
    assert words in caught.value.errors[name]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("a_levels_preferred", {"a_levels_preferred": 1}),
        ("science_a_levels_needed", {"science_a_levels_needed": 3}),
        ("fheq_level_at_end", {"fheq_level_at_end": 3}),
        ("ielts_element", {"ielts_element": Decimal("7.5")}),
        ("oet_element", {"oet_element": 360}),
        ("pte_element", {"pte_element": 66}),
        ("max_months", {"max_months": 23}),
        ("review_chase_coordinator_days", {"review_chase_coordinator_days": 6}),
        ("dops_not_applicable_most", {"dops_not_applicable_most": 10}),
        ("first_year_decision_month", {"first_year_decision_month": 10}),
        ("workshop_last_month", {"workshop_last_month": 12}),
        ("viva_month", {"viva_month": 25}),
        ("portfolio_month", {"portfolio_month": 25}),
    ],
)
def test_numbers_that_do_not_go_together_are_refused(name, values):
    with pytest.raises(NumbersError) as caught:
        SchemeNumbers(**values)
    assert list(caught.value.errors) == [name]


def test_numbers_come_as_a_mapping():
    with pytest.raises(TypeError, match="mapping"):
        from_json([("attempts", 3)])


@pytest.mark.parametrize("value", [True, 3.0, "3", None, Fraction(3)])
def test_a_whole_number_was_counted(value):
    with pytest.raises(TypeError, match="pages must be a whole number"):
        whole_number(value, "pages")


def test_whole_and_exact_numbers_keep_their_bounds():
    assert whole_number(0, "pages") == 0
    assert exact_number(Decimal("73.75"), "mark", most=100) == Fraction(295, 4)
    for function in (whole_number, exact_number):
        with pytest.raises(ValueError, match="less than 0"):
            function(-1, "pages")
        with pytest.raises(ValueError, match="more than 4"):
            function(5, "pages", most=4)


@pytest.mark.parametrize("value", [50.0, True, "50", None])
def test_an_exact_number_is_never_a_float(value):
    with pytest.raises(TypeError, match="exact number"):
        exact_number(value, "mark")


@pytest.mark.parametrize("text", ["NaN", "sNaN", "Infinity", "1E+999999999", "1E-999999999", "0." + "3" * 40])
def test_an_exact_number_is_a_number_to_reckon_with(text):
    with pytest.raises(ValueError, match="no number"):
        exact_number(Decimal(text), "mark")


def test_an_answer_is_yes_or_no():
    assert yes_or_no(False, "declaration") is False
    with pytest.raises(TypeError, match="declaration"):
        yes_or_no(None, "declaration")


@given(total=st.integers(0, 10_000), percent=st.integers(0, 100))
def test_Y3_the_share_needed_is_the_least_that_reaches_the_percentage(total, percent):
    need = share_needed(total, percent)
    assert 100 * need >= percent * total
    assert need == 0 or 100 * (need - 1) < percent * total


def test_Y3_thirty_percent_of_47_is_15():
    assert share_needed(47, 30) == 15
    assert share_needed(50, 30) == 15
