"""English (A3 d): level 2, IELTS and the other tests, at their edges."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.rules import english_met, gcse_grade_number, on_scale
from applications.states import RuleOutcome
from ctts.scheme.rules import SchemeNumbers

MET, NOT_MET, NEEDS_PERSON = RuleOutcome.MET, RuleOutcome.NOT_MET, RuleOutcome.NEEDS_PERSON
NAMES = ("listening", "reading", "writing", "speaking")
HALF_BANDS = st.integers(0, 18).map(lambda halves: Fraction(halves, 2))


def judged(test="ielts", overall="7.0", each="6.5", **changes):
    arguments = {
        "first_language_english": False,
        "test": test,
        "overall": overall,
        "elements": dict.fromkeys(NAMES, each),
        "taken_on": date(2025, 6, 1),
        "received_on": date(2026, 3, 1),
    }
    return english_met(**(arguments | changes))


@pytest.mark.parametrize(
    ("evidence", "outcome"),
    [
        ({}, NOT_MET),
        ({"qualification_level": 1}, NOT_MET),
        ({"qualification_level": 2}, MET),
        ({"qualification_level": 3}, MET),
        ({"gcse_grade": "C"}, MET),
        ({"gcse_grade": " c "}, MET),
        ({"gcse_grade": "4"}, MET),
        ({"gcse_grade": "A*"}, MET),
        ({"gcse_grade": "D"}, NOT_MET),
        ({"gcse_grade": "3"}, NOT_MET),
        ({"gcse_grade": "U"}, NOT_MET),
        ({"gcse_grade": "3", "qualification_level": 2}, MET),
        ({"gcse_grade": "3", "equivalence_evidence": True}, NEEDS_PERSON),
        ({"equivalence_evidence": True}, NEEDS_PERSON),
    ],
)
def test_A3d_first_language_english_needs_level_2(evidence, outcome):
    result = english_met(first_language_english=True, **evidence)
    assert (result.rule, result.outcome, result.section) == ("A3d", outcome, "G 2.1")
    assert result.reason


@pytest.mark.parametrize(
    ("overall", "elements", "outcome"),
    [
        ("7.0", ("6.5", "6.5", "7.5", "7.5"), MET),
        ("7", ("6.5", "6.5", "6.5", "6.5"), MET),
        ("6.5", ("6.5", "6.5", "6.5", "6.5"), NOT_MET),
        ("7.5", ("9.0", "9.0", "9.0", "6.0"), NOT_MET),
        ("9.0", ("9.0", "9.0", "9.0", "9.0"), MET),
    ],
)
def test_A3d_ielts_needs_7_overall_and_6_5_in_each(overall, elements, outcome):
    assert judged(overall=overall, elements=dict(zip(NAMES, elements, strict=True))).outcome == outcome


@pytest.mark.parametrize("score", [7, 7.0, Decimal("7.0"), Fraction(7), "7.0"])
def test_A3d_a_band_may_come_as_any_exact_number(score):
    assert judged(overall=score, each=score).outcome == MET


@given(overall=HALF_BANDS, elements=st.tuples(HALF_BANDS, HALF_BANDS, HALF_BANDS, HALF_BANDS))
def test_A3d_ielts_follows_the_reported_bands_only(overall, elements):
    result = judged(overall=overall, elements=dict(zip(NAMES, elements, strict=True)))
    assert result.met is (overall >= 7 and min(elements) >= Fraction(13, 2))


@pytest.mark.parametrize(
    ("overall", "elements", "warns"),
    [
        ("7.0", ("6.5", "6.5", "7.0", "7.0"), False),
        ("7.0", ("6.5", "6.5", "6.5", "7.0"), True),
        ("7.0", ("7.5", "7.0", "7.0", "7.0"), False),
        ("7.0", ("7.5", "7.5", "7.0", "7.0"), True),
    ],
)
def test_A3d_a_differing_mean_only_warns(overall, elements, warns):
    result = judged(overall=overall, elements=dict(zip(NAMES, elements, strict=True)))
    assert result.outcome == MET
    assert bool(result.advice) is warns


@pytest.mark.parametrize(
    ("taken_on", "received_on", "outcome"),
    [
        (date(2024, 3, 31), date(2026, 3, 31), MET),
        (date(2024, 3, 31), date(2026, 4, 1), NOT_MET),
        (date(2024, 2, 29), date(2026, 2, 28), MET),
        (date(2024, 2, 29), date(2026, 3, 1), NOT_MET),
        (date(2026, 3, 31), date(2026, 3, 31), MET),
        (date(2026, 4, 1), date(2026, 3, 31), NEEDS_PERSON),
        (None, date(2026, 3, 31), NOT_MET),
    ],
)
def test_A3d_a_test_is_at_most_two_years_old_at_receipt(taken_on, received_on, outcome):
    assert judged(taken_on=taken_on, received_on=received_on).outcome == outcome


@pytest.mark.parametrize(
    ("test", "overall", "each", "outcome"),
    [
        ("toefl", 100, 22, MET),
        ("toefl", 99, 22, NOT_MET),
        ("toefl", 100, 21, NOT_MET),
        ("toefl", 0, 0, NOT_MET),
        ("toefl", "5.5", "5.5", NEEDS_PERSON),
        ("oet", 350, 300, MET),
        ("oet", 340, 300, NOT_MET),
        ("oet", None, 350, MET),
        ("oet", None, 340, NOT_MET),
        ("pte", 65, 58, MET),
        ("pte", 64, 58, NOT_MET),
        ("pte", 65, 57, NOT_MET),
        ("ielts", None, "7.0", NOT_MET),
    ],
)
def test_A3d_other_tests_have_default_thresholds(test, overall, each, outcome):
    assert judged(test, overall, each).outcome == outcome


def test_A3d_oet_takes_the_exact_mean_of_its_sub_tests():
    low = dict(zip(NAMES, (350, 350, 350, 340), strict=True))
    result = judged("oet", None, elements=low)
    assert (result.outcome, "347.5" in result.reason) == (NOT_MET, True)


@pytest.mark.parametrize(("evidence", "outcome"), [(True, NEEDS_PERSON), (False, NOT_MET)])
def test_A3d_an_unlisted_test_needs_evidence_of_equivalence(evidence, outcome):
    assert judged("other", "B2", "C1", equivalence_evidence=evidence).outcome == outcome


@pytest.mark.parametrize("missing", [{"test": None}, {"elements": None}, {"elements": {"reading": "9"}}])
def test_A3d_nothing_given_is_not_met(missing):
    assert judged(**missing).outcome == NOT_MET
    assert english_met(first_language_english=None).outcome == NOT_MET


def test_A3d_an_empty_element_is_missing():
    result = judged(elements={**dict.fromkeys(NAMES, "9.0"), "writing": None})
    assert (result.outcome, "writing" in result.reason) == (NOT_MET, True)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"overall": "6.75"}, ValueError),
        ({"overall": 6.9}, ValueError),
        ({"overall": "9.5"}, ValueError),
        ({"overall": -1}, ValueError),
        ({"overall": "seven"}, ValueError),
        ({"overall": "1e9"}, ValueError),
        ({"overall": float("nan")}, ValueError),
        ({"overall": float("inf")}, ValueError),
        ({"overall": Decimal("1E+999999999")}, ValueError),
        ({"overall": True}, TypeError),
        ({"overall": [7]}, TypeError),
        ({"each": True}, TypeError),
        ({"elements": {"grammar": "7"}}, ValueError),
        ({"elements": ["7", "7", "7", "7"]}, TypeError),
        ({"test": "duolingo"}, ValueError),
        ({"received_on": None}, ValueError),
        ({"received_on": datetime(2026, 3, 1, tzinfo=UTC)}, TypeError),
        ({"taken_on": "2025-06-01"}, TypeError),
        ({"first_language_english": "no"}, TypeError),
        ({"equivalence_evidence": None}, TypeError),
        ({"first_language_english": True, "gcse_grade": "Z"}, ValueError),
        ({"first_language_english": True, "gcse_grade": "10"}, ValueError),
        ({"first_language_english": True, "qualification_level": 9}, ValueError),
        ({"first_language_english": True, "qualification_level": True}, TypeError),
        ({"first_language_english": True, "qualification_level": "2"}, TypeError),
    ],
)
def test_A3d_what_no_certificate_says_is_refused(changes, error):
    with pytest.raises(error):
        judged(**changes)


def test_A3d_scores_are_checked_on_the_scale_of_their_test():
    assert on_scale("ielts", "6.5", "reading") == Fraction(13, 2)
    assert on_scale("other", "612") == 612
    for test, score, element in [("toefl", 31, "reading"), ("oet", 345, "reading"), ("pte", 9, ""), ("toefl", 121, "")]:
        with pytest.raises(ValueError, match="reports"):
            on_scale(test, score, element)


def test_A3d_grades_of_a_gcse_have_numbers():
    assert [gcse_grade_number(grade) for grade in ("9", "A*", "A", "B", "C", "D", "1", "U")] == [9, 8, 7, 5, 4, 3, 1, 0]


def test_A3d_staff_may_change_the_bands():
    assert judged(numbers=SchemeNumbers(ielts_overall=Decimal("7.5"))).outcome == NOT_MET


@pytest.mark.parametrize("overall", ["6.75", "nan", "9.5", "-1"])
def test_A3d_a_score_off_the_scale_is_refused_whether_the_test_is_dated_or_not(overall):
    for taken_on in (None, date(2025, 6, 1)):
        with pytest.raises(ValueError, match="overall"):
            judged(overall=overall, taken_on=taken_on)


def test_A3d_a_test_without_its_date_is_not_met_in_plain_words():
    found = english_met(first_language_english=False, test="other", equivalence_evidence=True)
    assert (found.outcome, found.reason) == ("not_met", "The date of the test is not given.")
