"""The files of the demonstration, made here and real: PDFs of several pages, a photograph with its place, a workbook.

Same input, same bytes. Tests make their sample files from these pieces as well.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

import xlsxwriter
from pikepdf import Dictionary, Name, Pdf, Stream
from PIL import Image, ImageCms, ImageDraw
from PIL.TiffImagePlugin import IFDRational

A4 = (595, 842)
GPS, MAKE, ORIENTATION, TAKEN = 0x8825, 0x010F, 0x0112, 0x0132
LATITUDE = (IFDRational(53), IFDRational(48), IFDRational(2))
Page = Sequence[str]


def pdf_of(pages: Sequence[Page], *, change: Callable[[Pdf], None] | None = None, **saving: Any) -> bytes:
    """A PDF with one A4 page per list of lines (Windows-1252); the first line of a page is its heading.

    `change` may alter the document before it is saved with the options `saving` of pikepdf.
    """
    pdf = Pdf.new()
    fonts = Dictionary(
        F1=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding),
        F2=Dictionary(
            Type=Name.Font, Subtype=Name.Type1, BaseFont=Name("/Helvetica-Bold"), Encoding=Name.WinAnsiEncoding
        ),
    )
    shared = pdf.make_indirect(Dictionary(Font=fonts))
    for number, lines in enumerate(pages, 1):
        page = pdf.add_blank_page(page_size=A4)
        page.obj.Resources = shared
        page.obj.Contents = Stream(pdf, _drawn(lines, number, len(pages)))
    if change:
        change(pdf)
    written = BytesIO()
    pdf.save(written, **({"deterministic_id": True} | saving))
    return written.getvalue()


def _drawn(lines: Page, number: int, count: int) -> bytes:
    parts = ["0.10 0.28 0.36 rg 56 790 483 3 re f 0 g", _text("F2", 18, 56, 755, lines[0])]
    parts += [_text("F1", 11, 56, 722 - 17 * place, line) for place, line in enumerate(lines[1:])]
    parts.append(_text("F1", 9, 56, 40, f"Page {number} of {count}"))
    return "\n".join(parts).encode("cp1252")


def _text(font: str, size: int, x: int, y: int, words: str) -> str:
    safe = words.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return f"BT /{font} {size} Tf {x} {y} Td ({safe}) Tj ET"


def scene(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """A drawn scene: sky, ground, a round phantom, so that a turned or broken picture shows."""
    picture = Image.new("RGB", (width, height), "#cfe3ea")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, height * 2 // 3, width, height), fill="#2f4f4f")
    draw.ellipse((width // 4, height // 4, width * 3 // 4, height * 3 // 4), fill="#e6b35a", outline="#6b4a10", width=4)
    draw.rectangle((0, 0, width // 8, height // 8), fill="#b3261e")
    return picture.convert(mode)


def details(orientation: int) -> Image.Exif:
    """EXIF of a telephone: maker, time, orientation, place."""
    exif = Image.Exif()
    exif[MAKE], exif[TAKEN], exif[ORIENTATION] = "Example Phones", "2026:03:04 10:11:12", orientation
    exif[GPS] = {1: "N", 2: LATITUDE, 3: "W", 4: (IFDRational(1), IFDRational(33), IFDRational(8))}
    return exif


def phone_photo(width: int = 800, height: int = 600, *, orientation: int = 6, quality: int = 85) -> bytes:
    """A JPEG held upright (orientation 6): stored lying, with place, device, time, a comment and a colour profile."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return saved(
        scene(width, height), "JPEG", quality=quality, exif=details(orientation), icc_profile=profile, comment=b"ward 7"
    )


def saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    """A picture as bytes of a format that Pillow knows."""
    written = BytesIO()
    picture.save(written, format=kind, **options)
    return written.getvalue()


def workbook(rows: Sequence[Sequence[str | int | float]]) -> bytes:
    """An XLSX workbook of one sheet; texts stay texts."""
    written = BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("Log")
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    return written.getvalue()
