"""Files of evidence as pages of a portfolio (F3): pictures of every coding as they look, filled-in forms drawn."""

from io import BytesIO
from types import SimpleNamespace
from zlib import crc32

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, ImageStat

from assessments.compiling.files import Unreadable, as_pages, placeable
from ctts.documents import keeping

pytestmark = pytest.mark.django_db
RED, LIGHT = (200, 20, 20), (250, 250, 250)


def placed(content, media_type="application/pdf"):
    """The pages that a file becomes."""
    facts = {"sha256": keeping.keep(content), "size": len(content), "pdf_sha256": ""}
    document = SimpleNamespace(media_type=media_type, **facts)
    return as_pages(SimpleNamespace(document=document))


def halves(mode="RGB", size=(400, 300)):
    """A picture: red on the left, nearly white on the right."""
    picture = Image.new("RGB", size, LIGHT)
    picture.paste(RED, (0, 0, size[0] // 2, size[1]))
    return picture.convert(mode)


def clear(mode="RGBA"):
    """A picture: red on the left, nothing on the right, where black lies behind it."""
    picture = Image.new("RGBA", (400, 300), (0, 0, 0, 0))
    picture.paste((*RED, 255), (0, 0, 200, 300))
    return picture.convert(mode)


def sixteen_bits():
    """A grey picture of sixteen bits: dark on the left, light on the right."""
    row = (19_000).to_bytes(2, "little") * 200 + (64_000).to_bytes(2, "little") * 200
    return Image.frombytes("I;16", (400, 300), row * 300)


def coded(picture, kind, **how):
    written = BytesIO()
    picture.save(written, format=kind, **how)
    return written.getvalue()


def interlaced():
    """A picture of one red dot, said to be interlaced: of one dot, both ways are the same."""
    content = coded(Image.new("RGB", (1, 1), RED), "PNG")
    head = content[12:28] + bytes([1])
    return content[:12] + head + crc32(head).to_bytes(4, "big") + content[33:]


JPEG, PNG, WEBP = "image/jpeg", "image/png", "image/webp"
PICTURES = {
    "photograph": (JPEG, lambda: coded(halves(), "JPEG"), "/DCTDecode"),
    "grey photograph": (JPEG, lambda: coded(halves("L"), "JPEG"), "/DCTDecode"),
    "photograph in print colours": (JPEG, lambda: coded(halves("CMYK"), "JPEG"), "/FlateDecode"),
    "drawing": (PNG, lambda: coded(halves(), "PNG"), "/FlateDecode"),
    "grey drawing": (PNG, lambda: coded(halves("L"), "PNG"), "/FlateDecode"),
    "black and white": (PNG, lambda: coded(halves("1"), "PNG"), "/FlateDecode"),
    "palette": (PNG, lambda: coded(halves("P"), "PNG"), "/FlateDecode"),
    "palette, see-through": (PNG, lambda: coded(clear().quantize(4, method=2), "PNG"), "/FlateDecode"),
    "see-through": (PNG, lambda: coded(clear(), "PNG"), "/FlateDecode"),
    "grey, see-through": (PNG, lambda: coded(clear("LA"), "PNG"), "/FlateDecode"),
    "sixteen bits": (PNG, lambda: coded(sixteen_bits(), "PNG"), "/FlateDecode"),
    "webp with loss": (WEBP, lambda: coded(halves(), "WEBP", quality=90), "/DCTDecode"),
    "webp without loss": (WEBP, lambda: coded(halves(), "WEBP", lossless=True), "/FlateDecode"),
    "webp, see-through": (WEBP, lambda: coded(clear(), "WEBP", lossless=True), "/FlateDecode"),
}


def looks(pdf):
    """What is seen in the left and right half of the picture on page 1, each as an average of grey."""
    written = BytesIO()
    pdf.save(written)
    page = pypdfium2.PdfDocument(written.getvalue())[0].render(scale=1).to_pil().convert("L")
    # 400 by 300 dots at 96 to the inch are 300 by 225 points, in the middle at the top.
    middle = page.width // 2
    boxes = [(middle - 120, 80, middle - 20, 250), (middle + 20, 80, middle + 120, 250)]
    return [ImageStat.Stat(page.crop(box)).mean[0] for box in boxes]


@pytest.mark.parametrize("name", PICTURES)
def test_F3_a_picture_looks_as_it_did(name):
    media_type, make, coding = PICTURES[name]
    pdf = placed(make(), media_type)
    picture = pdf.pages[0].obj.Resources.XObject.P
    assert (str(picture.Filter), int(picture.Width), int(picture.Height)) == (coding, 400, 300)
    left, right = looks(pdf)
    assert (abs(left - 74) < 6, right > 245) == (True, True)


def test_F3_an_interlaced_picture_is_decoded():
    pdf = placed(interlaced(), PNG)
    assert pdf.pages[0].obj.Resources.XObject.P.read_bytes() == bytes(RED)


def test_F3_a_large_picture_goes_in_bands_and_one_across_lies_across():
    large = clear().resize((1600, 1200))  # more than one band of decoded bytes
    pdf = placed(coded(large, "PNG"), PNG)
    assert len(pdf.pages[0].obj.Resources.XObject.P.read_bytes()) == 1600 * 1200 * 3
    assert looks(pdf)[1] > 250
    across, upright = (placed(coded(halves(size=size), "PNG"), PNG) for size in ((400, 300), (300, 400)))
    assert [page.mediabox[2] > page.mediabox[3] for page in (across.pages[0], upright.pages[0])] == [True, False]


def test_F3_what_was_filled_into_a_form_is_drawn():
    field = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Widget,
        FT=Name.Tx,
        T=String("answer"),
        V=String("Forty-two"),
        DA=String("/Helv 12 Tf 0 g"),
        Rect=Array([100, 700, 300, 720]),
        F=4,
    )
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    helvetica = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    held = pdf.make_indirect(field)
    pdf.pages[0].obj.Annots = Array([held])
    pdf.Root.AcroForm = Dictionary(
        Fields=Array([held]), NeedAppearances=True, DR=Dictionary(Font=Dictionary(Helv=helvetica))
    )
    written = BytesIO()
    pdf.save(written)
    filled = placed(written.getvalue())
    filled.save(again := BytesIO())
    assert "Forty-two" in pypdfium2.PdfDocument(again.getvalue())[0].get_textpage().get_text_range()
    assert "/Annots" not in filled.pages[0].obj or len(filled.pages[0].obj.Annots) == 0


@pytest.mark.parametrize("media_type", ["application/pdf", PNG, JPEG])
def test_F3_what_cannot_be_opened_is_said(media_type):
    with pytest.raises(Unreadable):
        placed(b"Nothing of the kind.", media_type)


def test_F3_a_form_that_breaks_while_it_is_drawn_is_said():
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.Root.AcroForm = Dictionary(Fields=7)
    written = BytesIO()
    pdf.save(written)
    assert len(placed(written.getvalue()).pages) == 1


def test_F3_evidence_without_a_file_has_no_pages():
    assert not placeable(SimpleNamespace(document=None))
    with pytest.raises(ValueError, match="no file"):
        as_pages(SimpleNamespace(document=None))
