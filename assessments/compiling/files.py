"""The files of evidence as pages (F3): a PDF as it is, a picture placed on a page, an office file by its PDF.

Nothing stays in memory for longer than it takes: each becomes a PDF of its own, which is let go when it is copied.
"""

from __future__ import annotations

import zlib
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf
from PIL import Image

from ctts.documents import keeping
from ctts.documents.states import PICTURES
from training.models import Evidence

A4 = (595.28, 841.89)
MARGIN_TOP, MARGIN_SIDE, MARGIN_FOOT = 54, 42, 54
BAND = 4 * 1024 * 1024  # bytes of a decoded picture that are compressed at once


class Unreadable(Exception):  # noqa: N818 — says what happened
    """A file that was proved on receipt could not be opened as pages."""


def placeable(evidence: Evidence) -> bool:
    """Whether the file of a piece of evidence can become pages: a PDF, a picture, an office file with its PDF."""
    document = evidence.document
    return document is not None and not (document.is_office_file and not document.pdf_sha256)


def as_pages(evidence: Evidence) -> Pdf:
    """The file of placeable evidence as a PDF whose pages are copied.

    Raises Unreadable; and the storage's Missing and StorageAway, and keeping.Damaged, which are no fault of the file.
    """
    document = evidence.document
    if document is None:
        raise ValueError("This evidence has no file.")
    try:
        if document.media_type in PICTURES:
            return _picture(keeping.read(document), document.media_type)
        return _drawn(pikepdf.open(BytesIO(keeping.read_pdf(document) or b"")))
    except (pikepdf.PdfError, OSError, ValueError, SyntaxError) as problem:
        raise Unreadable(str(problem)) from problem


def _drawn(pdf: Pdf) -> Pdf:
    """A PDF with its filled-in fields drawn into the pages, for a form does not go with them."""
    if "/AcroForm" in pdf.Root:
        pdf.generate_appearance_streams()
        pdf.flatten_annotations("all")
    return pdf


def _picture(content: bytes, media_type: str) -> Pdf:
    """One page with the picture as large as it fits, upright or across as the picture is."""
    pdf = pikepdf.new()
    with Image.open(BytesIO(content)) as picture:
        width, height = picture.size
        drawn = _placed(pdf, picture, content, media_type)
        page = A4 if height >= width else (A4[1], A4[0])
        room = page[0] - 2 * MARGIN_SIDE, page[1] - MARGIN_TOP - MARGIN_FOOT
        # A small picture stands at 96 dots to the inch and is not blown up.
        scale = min(room[0] / width, room[1] / height, 72 / 96)
        size = width * scale, height * scale
        left = (page[0] - size[0]) / 2
        foot = MARGIN_FOOT + (room[1] - size[1])
        pdf.add_blank_page(page_size=page)
        pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(P=drawn))
        matrix = " ".join(f"{number:.3f}" for number in (size[0], 0, 0, size[1], left, foot))
        pdf.pages[0].obj.Contents = pdf.make_stream(f"q {matrix} cm /P Do Q".encode())
    return pdf


def _placed(pdf: Pdf, picture: Image.Image, content: bytes, media_type: str) -> Object:
    """The picture as an object of the PDF: its own bytes where PDF knows that coding, else its pixels."""
    if media_type == "image/jpeg" and picture.mode in ("L", "RGB"):
        space = Name.DeviceGray if picture.mode == "L" else Name.DeviceRGB
        return _stream(pdf, content, picture, space, 8, Filter=Name.DCTDecode)
    if media_type == "image/png":
        direct = _png(pdf, picture, content)
        if direct is not None:
            return direct
    if media_type == "image/webp" and picture.mode == "RGB" and b"VP8L" not in content[:64]:
        return _stream(pdf, _as_jpeg(picture), picture, Name.DeviceRGB, 8, Filter=Name.DCTDecode)
    return _pixels(pdf, picture)


def _as_jpeg(picture: Image.Image) -> bytes:
    """A photograph that PDF does not know the coding of, coded anew with no loss that is seen."""
    written = BytesIO()
    picture.save(written, format="JPEG", quality=92)
    return written.getvalue()


def _stream(pdf: Pdf, data: bytes, picture: Image.Image, space: Object, bits: int, **more: Object) -> Object:
    return pdf.make_stream(
        data,
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=picture.width,
        Height=picture.height,
        ColorSpace=space,
        BitsPerComponent=bits,
        **more,
    )


def _png(pdf: Pdf, picture: Image.Image, content: bytes) -> Object | None:
    """A PNG without transparency by its own compressed rows; None for one that has to be decoded."""
    bits, kind, interlaced = content[24], content[25], content[28]
    chunks = _chunks(content)
    if interlaced or kind not in (0, 2, 3) or b"tRNS" in chunks:
        return None
    colours = 3 if kind == 2 else 1
    space: Object = Name.DeviceRGB if kind == 2 else Name.DeviceGray
    if kind == 3:
        palette = chunks[b"PLTE"]
        space = Array([Name.Indexed, Name.DeviceRGB, len(palette) // 3 - 1, pikepdf.String(palette)])
    parameters = Dictionary(Predictor=15, Colors=colours, BitsPerComponent=bits, Columns=picture.width)
    data = chunks[b"IDAT"]
    return _stream(pdf, data, picture, space, bits, Filter=Name.FlateDecode, DecodeParms=parameters)


def _chunks(content: bytes) -> dict[bytes, bytes]:
    """The chunks of a PNG by their name, those of one name joined."""
    found: dict[bytes, bytearray] = {}
    at = 8
    while at + 8 <= len(content):
        length, name = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        found.setdefault(name, bytearray()).extend(content[at + 8 : at + 8 + length])
        at += 12 + length
    return {name: bytes(data) for name, data in found.items()}


def _pixels(pdf: Pdf, picture: Image.Image) -> Object:
    """The picture decoded, transparent places white, compressed in bands so that it never stands in memory twice."""
    picture.load()
    grey = picture.mode in ("1", "L", "LA", "I;16", "I")
    mode = "L" if grey else "RGB"
    rows = max(1, BAND // (picture.width * len(mode)))
    packer, packed = zlib.compressobj(6), bytearray()
    for top in range(0, picture.height, rows):
        band = picture.crop((0, top, picture.width, min(top + rows, picture.height)))
        packed += packer.compress(_on_white(band, mode).tobytes())
    packed += packer.flush()
    space = Name.DeviceGray if grey else Name.DeviceRGB
    return _stream(pdf, bytes(packed), picture, space, 8, Filter=Name.FlateDecode)


def _on_white(band: Image.Image, mode: str) -> Image.Image:
    if band.mode in ("RGBA", "LA", "PA") or "transparency" in band.info:
        clear = band.convert("RGBA")
        paper = Image.new("RGBA", clear.size, "white")
        return Image.alpha_composite(paper, clear).convert(mode)
    return band.convert(mode)
