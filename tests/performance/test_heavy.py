"""The part of the benchmark that is heavy work: what is measured is real work, and the table says how it stands."""

from __future__ import annotations

import pikepdf
import pypdfium2

from tests.performance.heavy.intake import Intakes
from tests.performance.heavy.lean_portfolio import merge
from tests.performance.heavy.pieces import write_pieces
from tests.performance.heavy.portfolio import Portfolios
from tests.performance.heavy.report import written
from tests.performance.heavy.spending import Rates


def cells(table, name):
    """The cells of a line after its name."""
    line = next(row for row in table.splitlines() if name in row)
    return [cell.strip() for cell in line.split("|")[2:-1]]


def test_the_table_says_how_each_goal_stands():
    found = Portfolios(files=150, pages=520, lean=0.2, lean_peak=80, own=4, ours=0.6, ours_peak=301)
    large = Intakes(few=40, many=50, people=500, competencies=45, seconds=29.9, cpu=28)
    table = written(found, [Rates("diploma", 9, 10), Rates("seal", 8, 10)], large)
    assert cells(table, "520 pages with 150 files") == ["0.60", "0.20", "× 3.00", "≤ 4 yes"]
    assert cells(table, "most memory") == ["301", "80", "", "≤ 300 NO"]
    assert cells(table, "diploma") == ["9.0", "10.0", "90%", "≥ 85% yes"]
    assert cells(table, "10 000 applications") == ["50", "40", "× 1.25", "≤ 1.2 NO"]
    assert cells(table, "500 enrolled, 45 competencies each, s") == ["29.9", "–", "", "≤ 30 yes"]
    assert cells(table, "seal") == ["8.0", "10.0", "80%", "≥ 85% NO"]


def test_the_lean_portfolio_has_all_pages_a_number_on_each_and_bookmarks(tmp_path):
    files = write_pieces(tmp_path, share=0.05)
    merge(files, tmp_path / "whole.pdf")
    drawn = pypdfium2.PdfDocument(tmp_path / "whole.pdf")
    texts = [page.get_textpage().get_text_range() for page in drawn]
    assert [f"Page {place} of 25" in text for place, text in enumerate(texts, 1)] == [True] * 25
    with pikepdf.open(tmp_path / "whole.pdf") as pdf, pdf.open_outline() as outline:
        assert [mark.title for mark in outline.root] == [path.name for path in files]
