"""What putting a portfolio together holds in memory (F3)."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from assessments import actions, compiling
from ctts.documents.proving import prove
from tests.assessments.final_stages import world as f

MEBIBYTES = 300  # the design's limit
A_PAGE = b"BT /F1 10 Tf 40 %d Td (Counts, piece %d, line %d) Tj ET\n"


def piece(number: int, pages: int) -> bytes:
    """A PDF of so many pages of forty lines, unlike every other."""
    with pikepdf.new() as pdf:
        font = pdf.make_indirect(
            pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        )
        for place in range(pages):
            page = pdf.add_blank_page(page_size=(595, 842))
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
            words = b"".join(A_PAGE % (800 - 18 * line, number, place) for line in range(40))
            page.Contents = pdf.make_stream(words)
        written = BytesIO()
        pdf.save(written)
    return written.getvalue()


def memory(name: str) -> float:
    """A line of this process's status in MiB: VmRSS is what it holds, VmHWM the most it has held."""
    found = re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


def forget_peak() -> None:
    """Count the most that is held from now on."""
    Path("/proc/self/clear_refs").write_text("5")


@pytest.mark.parametrize(("files", "pages", "whole"), [(12, 5, 60), pytest.param(150, 3, 450, marks=pytest.mark.slow)])
def test_F3_a_portfolio_is_put_together_in_300_MiB(final, files, pages, whole):
    record, items = final.tara, f.items_of(final.tara)
    contents = [piece(number, pages) for number in range(files)]
    for number, content in enumerate(contents):
        f.evidence_of(record, prove(name=f"piece-{number}.pdf", chunks=[content]), items[number % len(items)])
    run = actions.compile_portfolio(by=record.trainee, now=f.NOW, record_id=record.pk)
    for part in run.items.order_by("position"):
        compiling.make_part(part, f.NOW)
    forget_peak()
    held = memory("VmRSS")
    made = compiling.whole_of(run, f.NOW)
    assert made.pages > whole
    assert memory("VmHWM") - held <= MEBIBYTES
