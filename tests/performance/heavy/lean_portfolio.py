"""The least that a portfolio can cost: files merged in order, a bookmark for each, a number on each page; no more.

`python -m tests.performance.heavy.lean_portfolio ROUNDS FOLDER` prints what each round took, as JSON.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import pikepdf
from pikepdf import Dictionary, Name, OutlineItem, Pdf
from PIL import Image

from tests.performance.heavy.spending import spent

WIDTH, HEIGHT, EDGE = 595, 842, 40


def merge(files: list[Path], target: Path) -> None:
    """One numbered PDF with bookmarks out of the files."""
    with pikepdf.new() as pdf:
        sources = []
        with pdf.open_outline() as outline:
            for path in files:
                source = pikepdf.open(path) if path.suffix == ".pdf" else _photograph_page(path)
                outline.root.append(OutlineItem(path.name, len(pdf.pages)))
                pdf.pages.extend(source.pages)
                sources.append(source)
        _number(pdf)
        pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        for source in sources:
            source.close()


def _photograph_page(path: Path) -> Pdf:
    """A page with the JPEG on it as it is."""
    with Image.open(path) as picture:
        width, height = picture.size
    pdf = pikepdf.new()
    given = {"Type": Name.XObject, "Subtype": Name.Image, "ColorSpace": Name.DeviceRGB, "Filter": Name.DCTDecode}
    image = pdf.make_stream(path.read_bytes(), Width=width, Height=height, BitsPerComponent=8, **given)
    scale = min((WIDTH - 2 * EDGE) / width, (HEIGHT - 2 * EDGE) / height)
    page = pdf.add_blank_page(page_size=(WIDTH, HEIGHT))
    page.obj.Resources = Dictionary(XObject=Dictionary(I=image))
    matrix = f"{width * scale:.2f} 0 0 {height * scale:.2f} {EDGE} {HEIGHT - EDGE - height * scale:.2f}"
    page.obj.Contents = pdf.make_stream(f"q {matrix} cm /I Do Q".encode())
    return pdf


def _number(pdf: Pdf) -> None:
    """ "Page 3 of 500" at the foot of each page, by one font that all share."""
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    pages = list(pdf.pages)
    for place, page in enumerate(pages, 1):
        page.add_resource(font, Name.Font, Name.Number)
        page.contents_add(b"q\n", prepend=True)
        words = f"Page {place} of {len(pages)}"
        page.contents_add(f"\nQ BT /Number 8 Tf 260 24 Td ({words}) Tj ET".encode())


def main() -> None:
    """Merge the files of a folder so many times."""
    rounds, folder = int(sys.argv[1]), Path(sys.argv[2])
    files = sorted([*folder.glob("*.pdf"), *folder.glob("*.jpg")])
    target = folder / "lean.whole"
    print(json.dumps([asdict(spent(lambda: merge(files, target))) for _ in range(rounds)]))  # noqa: T201 — what the benchmark reads


if __name__ == "__main__":
    main()
