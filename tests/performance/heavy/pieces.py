"""The evidence of a large portfolio as files: four PDFs to each photograph, every one unlike the others."""

from __future__ import annotations

import random
from io import BytesIO
from pathlib import Path

import pikepdf
from pikepdf import Dictionary, Name, Pdf
from PIL import Image

PDFS, PHOTOGRAPHS = 120, 30
LINES, WORDS_A_LINE = 45, 11
WORDS = b"camera isotope dose count phantom check uniform planar window energy patient record safe shield".split()
LARGE, SMALL = (2560, 1920), (1280, 960)
ACROSS, UPWARDS = "300 0 0 225 60 40", 790


def write_pieces(folder: Path, share: float = 1.0) -> list[Path]:
    """The files in the order of their names: 470 pages of PDF and 30 photographs, or a share of each."""
    dice = random.Random(11)  # noqa: S311 — the same words each time
    written = []
    for number in range(round(PDFS * share)):
        path = folder / f"{number:03d}.pdf"
        _write_pdf(path, dice, pages=3 if number % 12 == 0 else 4, photograph=number % 3 == 0)
        written.append(path)
    for number in range(round(PHOTOGRAPHS * share)):
        path = folder / f"{PDFS + number:03d}.jpg"
        path.write_bytes(_photograph(dice, LARGE))
        written.append(path)
    return written


def _write_pdf(path: Path, dice: random.Random, *, pages: int, photograph: bool) -> None:
    with pikepdf.new() as pdf:
        font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        for place in range(pages):
            pdf.add_blank_page(page_size=(595, 842))
            page = pdf.pages[place].obj
            page.Resources = Dictionary(Font=Dictionary(F=font))
            drawn = _text(dice)
            if photograph and not place:
                page.Resources.XObject = Dictionary(P=_image(pdf, _photograph(dice, SMALL)))
                drawn += f"\nq {ACROSS} cm /P Do Q".encode()
            page.Contents = pdf.make_stream(drawn)
        pdf.save(path)


def _text(dice: random.Random) -> bytes:
    """A page of lines, set word after word as most programs do it."""
    lines = [b"BT /F 11 Tf 16 TL 50 %d Td" % UPWARDS]
    for _ in range(LINES):
        words = b" ".join(dice.choices(WORDS, k=WORDS_A_LINE))
        lines.append(b"(" + words + b") Tj T*")
    return b"\n".join([*lines, b"ET"])


def _image(pdf: Pdf, content: bytes) -> pikepdf.Object:
    width, height = SMALL
    given = {"Type": Name.XObject, "Subtype": Name.Image, "ColorSpace": Name.DeviceRGB, "Filter": Name.DCTDecode}
    return pdf.make_stream(content, Width=width, Height=height, BitsPerComponent=8, **given)


def _photograph(dice: random.Random, size: tuple[int, int]) -> bytes:
    """A JPEG as heavy as one of a camera: blurred noise."""
    few = size[0] // 16, size[1] // 16
    noise = Image.frombytes("RGB", few, dice.randbytes(few[0] * few[1] * 3))
    written = BytesIO()
    noise.resize(size, Image.Resampling.BICUBIC).save(written, format="JPEG", quality=85)
    return written.getvalue()
