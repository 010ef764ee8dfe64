"""What a marker may cite, and which stages have a sheet (F3, F4)."""

from __future__ import annotations

import pytest

from assessments.rules import cited_pages
from assessments.rules.points import points_of
from assessments.states import Stage


def test_F3_a_mark_cites_pages_and_stretches_of_them_with_loose_commas():
    assert cited_pages("12, 40-43,, 7 \u2013 9,", 50) == ((12, 12), (40, 43), (7, 9))
    assert cited_pages("", 50) == cited_pages(" , ", 50) == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("twelve", "no page"),
        ("12-", "no page"),
        ("0", "outside"),
        ("51", "outside"),
        ("9-7", "outside"),
        ("\uff11\uff12", "no page"),
    ],
)
def test_F3_what_is_no_page_of_the_portfolio_is_refused_in_a_sentence(text, problem):
    with pytest.raises(ValueError, match=problem):
        cited_pages(text, 50)


def test_F3_F4_a_sheet_has_five_points_and_other_stages_have_none():
    assert {len(points_of(stage)) for stage in (Stage.PORTFOLIO, Stage.VIVA)} == {5}
    with pytest.raises(ValueError, match="has no sheet"):
        points_of(Stage.PRACTICAL)
