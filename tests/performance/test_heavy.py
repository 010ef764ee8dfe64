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
from tests.performance.scale import written as scale_written


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


def test_the_table_of_few_and_many_says_how_each_goal_stands():
    pages, asked = {"trainee home": 0.02, "office: trainees": 0.03}, {"trainee home": 21, "office: trainees": 17}
    few = {"trainees": 100, "pages": pages, "queries": asked, "everybody": (1, 1), "a_page": (1, 1)}
    grown = {"trainee home": 0.022, "office: trainees": 0.06}
    many = {**few, "trainees": 10_000, "pages": grown, "everybody": (0.4, 0.3), "a_page": (0.03, 0.01)}
    table = scale_written([few], [many])
    assert table.startswith("100 trainees beside 10000")
    assert cells(table, "trainee home") == ["21", "20.0", "22.0", "× 1.10", "≤ 1.2 yes"]
    assert cells(table, "office: trainees")[3:] == ["× 2.00", "≤ 1.2 NO"]
    for more, holds in ((1, "22 yes"), (2, "23 NO")):
        table = scale_written([few], [{**many, "queries": {**asked, "trainee home": 21 + more}}])
        assert " ".join(cells(table, "trainee home")).replace("20.0 22.0 × 1.10 ≤ 1.2 ", "") == f"21 → {holds}"
    assert cells(table, "of 10000 trainees") == ["400", "300", "× 1.33", "≤ 1.5 yes"]
    assert cells(table, "of a page of 50")[2:] == ["× 3.00", "≤ 2 NO"]
