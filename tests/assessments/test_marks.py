"""Marks of DOPS, Practical, Portfolio and Viva: exact, and refused where they are not."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.rules import (
    counting_dops,
    display_mark,
    dops_percent,
    log_percent,
    portfolio_outcome,
    portfolio_problems,
    practical_passes,
    practical_score,
    practical_shortfalls,
    viva_outcome,
    viva_percent,
    viva_result,
)
from assessments.states import Result
from ctts.scheme.rules import SchemeNumbers

SCORES = st.lists(st.integers(0, 4), min_size=1, max_size=12)
PERCENTS = st.fractions(min_value=0, max_value=100, max_denominator=400)


def test_F2_the_example_of_the_scheme():
    first, second = dops_percent([3] * 9 + [None]), dops_percent([3] * 8 + [4, 4])
    assert (first, second) == (75, 80)
    assert log_percent([first, second]) == Fraction(155, 2)
    score = practical_score([first, second], 70)
    assert score == Fraction(295, 4)
    assert (display_mark(Fraction(155, 2)), display_mark(score)) == ("77.5", "73.8")


@pytest.mark.parametrize(
    ("scores", "error"),
    [
        ([], ValueError),
        ([None, None], ValueError),
        ([4] * 6 + [None] * 4, ValueError),
        ([5], ValueError),
        ([-1], ValueError),
        ([3.0], TypeError),
        ([True], TypeError),
        (["3"], TypeError),
        ([Fraction(3)], TypeError),
    ],
)
def test_F2_a_dops_is_whole_scores_of_0_to_4(scores, error):
    with pytest.raises(error):
        dops_percent(scores)


@given(SCORES)
def test_F2_not_applicable_items_change_nothing(scores):
    percent = dops_percent(scores)
    assert 0 <= percent <= 100
    assert percent * 4 * len(scores) == 100 * sum(scores)
    assert dops_percent([None, *scores, None, None]) == percent


def test_F2_the_counting_set_leaves_the_external_moderator_out():
    dops = [("supervisor", 70), ("colleague", 80), ("external", 90), ("external_moderator", 10)]
    assert counting_dops(dops) == (70, 80, 90)
    assert counting_dops(dops, SchemeNumbers(practical_counts="supervisor")) == (70,)
    with pytest.raises(ValueError, match="trainee"):
        counting_dops([("trainee", 100)])


@pytest.mark.parametrize(("log", "final"), [([], 70), ([80], None), ([], None)])
@pytest.mark.parametrize("weight", [0, 5000, 10000])
def test_F2_the_practical_is_not_yet_computable_and_never_0(log, final, weight):
    assert practical_score(log, final, weight) is None


@given(log=st.lists(PERCENTS, min_size=1, max_size=30), final=PERCENTS, weight=st.integers(0, 10_000))
def test_F2_the_practical_is_an_exact_weighted_mean(log, final, weight):
    score = practical_score(log, final, weight)
    assert score * 10_000 * len(log) == weight * sum(log) + (10_000 - weight) * len(log) * final
    assert practical_score(list(reversed(log)), final, weight) == score
    assert min(*log, final) <= score <= max(*log, final)


@pytest.mark.parametrize(
    ("log", "final", "weight", "error"),
    [
        ([80.0], 70, 5000, TypeError),
        ([80], 70.5, 5000, TypeError),
        ([True], 70, 5000, TypeError),
        ([None], 70, 5000, TypeError),
        (["80"], 70, 5000, TypeError),
        ([80], 70, 0.5, TypeError),
        ([101], 70, 5000, ValueError),
        ([80], -1, 5000, ValueError),
        ([80], 70, 10001, ValueError),
        ([80], Decimal("NaN"), 5000, ValueError),
    ],
)
def test_F2_marks_are_exact_and_within_100(log, final, weight, error):
    with pytest.raises(error):
        practical_score(log, final, weight)


@pytest.mark.parametrize(
    ("mark", "shown"),
    [
        (0, "0.0"),
        (100, "100.0"),
        (Fraction(295, 4), "73.8"),
        (Fraction(4995, 100), "50.0"),
        (Fraction(4994, 100), "49.9"),
        (Decimal("66.65"), "66.7"),
        (Fraction(200, 3), "66.7"),
        (Fraction(1, 20), "0.1"),
        (Fraction(1, 21), "0.0"),
    ],
)
def test_F2_one_decimal_half_up_at_display(mark, shown):
    assert display_mark(mark) == shown


@pytest.mark.parametrize(
    ("mark", "error"), [(73.75, TypeError), (True, TypeError), (None, TypeError), (-1, ValueError), (101, ValueError)]
)
def test_F2_only_exact_marks_are_shown(mark, error):
    with pytest.raises(error):
        display_mark(mark)


@pytest.mark.parametrize(
    ("score", "scores", "competent", "reasons"),
    [
        (50, [3] * 10, True, 0),
        (Fraction(4999, 100), [3] * 10, True, 1),
        (50, [3] * 9 + [0], True, 1),
        (50, [3] * 7 + [None] * 3, True, 0),
        (100, [4] * 10, False, 1),
        (49, [0, 0] + [3] * 8, False, 3),
    ],
)
def test_F2_the_practical_passes_at_50_without_a_0_and_judged_competent(score, scores, competent, reasons):
    assert len(practical_shortfalls(score, scores, competent)) == reasons
    assert practical_passes(score, scores, competent) is (reasons == 0)


def test_F2_what_is_not_computable_is_neither_passed_nor_failed():
    with pytest.raises(ValueError, match="not yet computable"):
        practical_passes(None, [3] * 10, True)
    with pytest.raises(TypeError):
        practical_passes(60, [3] * 10, None)
    with pytest.raises(ValueError, match="scored"):
        practical_passes(60, [], True)


@pytest.mark.parametrize(
    ("pages", "signed", "total", "problems"),
    [(500, 47, 47, 0), (501, 47, 47, 1), (500, 46, 47, 1), (1, 0, 0, 1), (900, 1, 47, 2)],
)
def test_F3_500_pages_pass_and_every_competency_is_signed(pages, signed, total, problems):
    assert len(portfolio_problems(pages, signed, total)) == problems


@pytest.mark.parametrize("pages", [0, -5])
def test_F3_a_portfolio_has_pages(pages):
    with pytest.raises(ValueError, match="pages"):
        portfolio_problems(pages, 47, 47)


@pytest.mark.parametrize("first", list(Result))
@pytest.mark.parametrize("second", list(Result))
def test_F5_portfolio_markers_agree_or_disagree(first, second):
    joint = portfolio_outcome(first, second.value)
    assert joint.result == (first if first == second else None)
    assert bool(joint.disagreements) is (first != second)


def test_F3_a_result_is_pass_refer_or_fail():
    with pytest.raises(ValueError, match="merit"):
        portfolio_outcome("pass", "merit")


@pytest.mark.parametrize(
    ("first", "second", "result", "reasons"),
    [
        ([2, 2, 2, 2, 2], [2, 2, 2, 2, 2], Result.PASS, 0),
        ([2, 2, 2, 2, 2], [2, 2, 2, 3, 3], Result.PASS, 0),
        ([2, 2, 2, 2, 2], [2, 2, 3, 3, 3], None, 1),
        ([2, 2, 2, 2, 2], [1, 2, 2, 2, 2], None, 1),
        ([1, 1, 1, 2, 2], [1, 2, 2, 2, 2], Result.FAIL, 0),
        ([4, 4, 4, 4, 0], [4, 4, 4, 4, 1], None, 1),
        ([0, 0, 0, 0, 0], [4, 4, 4, 4, 4], None, 3),
    ],
)
def test_F5_viva_markers_disagree_across_the_line_beyond_10_points_or_at_0(first, second, result, reasons):
    for joint in (viva_outcome(first, second), viva_outcome(second, first)):
        assert (joint.result, len(joint.disagreements)) == (result, reasons)
        assert joint.percent == Fraction(100 * (sum(first) + sum(second)), 40)


VIVA = st.lists(st.integers(0, 4), min_size=5, max_size=5)


@given(first=VIVA, second=VIVA)
def test_F4_an_undisputed_viva_passes_exactly_when_the_mean_does(first, second):
    joint = viva_outcome(first, second)
    if joint.result is not None:
        assert joint.disagreements == ()
        assert (joint.result == Result.PASS) is (sum(first) + sum(second) >= 20)
        assert 0 not in [*first, *second]


@pytest.mark.parametrize(
    ("marks", "error"),
    [
        ([2] * 4, ValueError),
        ([2] * 6, ValueError),
        ([5, 2, 2, 2, 2], ValueError),
        ([2, 2, 2, 2, None], TypeError),
        ([2, 2, 2, 2, 2.0], TypeError),
        ([2, 2, 2, 2, True], TypeError),
    ],
)
def test_F4_five_domains_of_0_to_4(marks, error):
    with pytest.raises(error):
        viva_percent(marks)


def test_F5_an_agreed_mark_passes_at_50():
    assert viva_result(50) == Result.PASS
    assert viva_result(Fraction(4999, 100)) == Result.FAIL
    with pytest.raises(TypeError):
        viva_result(50.0)
