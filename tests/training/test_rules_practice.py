"""The plain sums of a DOPS (T5) and the models of reflective pieces (T6)."""

import pytest

from training.rules import ScoreSum, headings_of, plain_sum, reflection_words, too_many_not_applicable


@pytest.mark.parametrize(
    ("scores", "words"),
    [
        ([3] * 9 + [None], "27 of 36, one not applicable"),
        ([4] * 8 + [None] * 2, "32 of 32, 2 not applicable"),
        ([0] * 10, "0 of 40"),
        ([None], "0 of 0, one not applicable"),
        ([], "Nothing scored"),
    ],
)
def test_T5_a_sum_says_of_how_many(scores, words):
    assert plain_sum(scores).words == words


@pytest.mark.parametrize("score", [-1, 5])
def test_T5_a_score_that_the_form_does_not_have_is_refused(score):
    with pytest.raises(ValueError, match="0 to 4"):
        plain_sum([score])


@pytest.mark.parametrize(("left_out", "too_many"), [(0, False), (3, False), (4, True)])
def test_T5_at_most_three_items_are_not_applicable(left_out, too_many):
    assert too_many_not_applicable([None] * left_out + [3] * (10 - left_out)) is too_many


def test_T5_a_sum_is_a_plain_value():
    assert plain_sum([4, None]) == ScoreSum(4, 4, 1)


def test_T6_words_of_a_piece_are_those_of_its_own_parts():
    assert reflection_words("what", {"what": "One two", "so_what": "three", "other": "four"}) == 3
    with pytest.raises(ValueError, match="nothing"):
        headings_of("nothing")
