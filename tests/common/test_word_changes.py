"""Texts told apart word by word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctts.common.word_changes import MOST_WORDS, Fate, word_changes


def shown(before: str, after: str) -> list[tuple[str, str]]:
    return [(str(piece.fate), piece.text) for piece in word_changes(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        ("By month 4", "By month 6", [("kept", "By month "), ("out", "4"), ("in", "6")]),
        ("", "All new", [("in", "All new")]),
        ("All gone", "", [("out", "All gone")]),
        ("The same", "The same", [("kept", "The same")]),
        ("", "", []),
        (
            "one two three four five",
            "one 2 3 four five",
            [("kept", "one "), ("out", "two three"), ("in", "2 3"), ("kept", " four five")],
        ),
        (
            "Rotations of four months.",
            "Shadow the lead.",
            [("out", "Rotations of four months."), ("in", "Shadow the lead.")],
        ),
    ],
)
def test_words_that_were_taken_out_and_put_in(before, after, pieces):
    assert shown(before, after) == pieces


def test_very_long_texts_are_told_apart_as_wholes():
    old, new = "word " * MOST_WORDS, "word " * MOST_WORDS + "more"
    assert shown(old, new) == [("out", old), ("in", new)]


@given(st.text(max_size=60), st.text(max_size=60))
def test_both_texts_can_be_read_back(before, after):
    pieces = word_changes(before, after)
    assert "".join(piece.text for piece in pieces if piece.fate != Fate.OUT) == after
    assert "".join(piece.text for piece in pieces if piece.fate != Fate.IN) == before
