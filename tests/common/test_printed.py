"""What the fonts of our papers print, and what a letter says it cannot (A4, D1)."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from ctts.common.forms import refuse_unprinted
from ctts.common.printed import not_printed


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Dear Žofia Łódź-Ó Briain,\n“welcome” – 50 % of £3,000 · 1º", ""),
        ("Ελένη, Елена, e\u0301, →", ""),
        ("你好 Łódź 你", "你好"),
        ("Well done 😀 ☺", "😀☺"),
        ("שלום", "שלום"),
    ],
)
def test_A4_what_a_letter_cannot_print_is_named_once(text, left):
    assert not_printed(text) == left
    if left:
        with pytest.raises(ValidationError, match="cannot print"):
            refuse_unprinted(text)
    else:
        refuse_unprinted(text)
