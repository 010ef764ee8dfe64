"""Odd pages in a portfolio (F3): turned, cropped, scaled, broken; each is seen as it was, with a number."""

import zlib
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import ImageChops

from assessments.compiling.marks_on_pages import close_off, number_mark, put_on, stamp_font, view_of, wrap


def blank(content=b"0 0 1 rg 100 100 200 300 re f", **page):
    """A PDF of one page with this content."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    pdf.pages[0].obj.Contents = pdf.make_stream(content)
    for key, value in page.items():
        pdf.pages[0].obj[f"/{key}"] = value
    return pdf


def seen(pdf, scale=0.5):
    """Page 1 as a picture."""
    written = BytesIO()
    pdf.save(written)
    return pypdfium2.PdfDocument(written.getvalue())[0].render(scale=scale).to_pil().convert("RGB")


def words_of(pdf):
    """The words of page 1."""
    written = BytesIO()
    pdf.save(written)
    page = pypdfium2.PdfDocument(written.getvalue())[0]
    return page.get_textpage().get_text_range()


def numbered(pdf, label="E1, 1 of 1"):
    font = stamp_font(pdf)
    close_off(pdf, pdf.pages[0])
    put_on(pdf.pages[0], font, [number_mark(pdf.pages[0], 7, 500, label)])
    return pdf


ODD = {
    "plain": {},
    "turned": {"Rotate": 90},
    "upside down": {"Rotate": 180},
    "turned left": {"Rotate": -90},
    "turned by nothing known": {"Rotate": 45},
    "cropped": {"CropBox": Array([50, 60, 400, 700])},
    "cropped and turned": {"CropBox": Array([50, 60, 400, 700]), "Rotate": 270},
    "boxes upside down": {"MediaBox": Array([595, 842, 0, 0])},
    "away from the corner": {"MediaBox": Array([-300, -400, 295, 442])},
    "a large unit": {"UserUnit": 2},
    "a postcard": {"MediaBox": Array([0, 0, 210, 298])},
    "a poster": {"MediaBox": Array([0, 0, 2384, 3370])},
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
def test_F3_the_number_is_put_on_and_nothing_else_changes(odd):
    before = seen(blank(**odd))
    pdf = numbered(blank(**odd))
    after = seen(pdf)
    assert before.size == after.size
    assert "Page 7 of 500" in words_of(pdf)
    assert "E1, 1 of 1" in words_of(pdf)
    width, height = after.size
    # What is put on stands in the lowest and the highest part of what is seen; the middle is as it was.
    middle = (0, height * 0.14, width, height * 0.86)
    assert ImageChops.difference(before.crop(middle), after.crop(middle)).getbbox() is None
    foot = ImageChops.difference(before, after).crop((0, int(height * 0.86), width, height)).getbbox()
    assert foot is not None
    # In the middle of what is seen, and upright: wider than it is high.
    assert abs((foot[0] + foot[2]) / 2 - width / 2) < width * 0.05 + 2
    assert foot[2] - foot[0] > 3 * (foot[3] - foot[1])


@pytest.mark.parametrize(
    "content",
    [b"q q q 5 0 0 5 900 900 cm", b"Q Q Q", b"0 0 1 rg BT 1 Tr /X 9 Tf", b"", b"0 0 0 0 0 0 cm"],
)
def test_F3_what_a_page_does_to_its_coordinates_never_reaches_the_number(content):
    plain = numbered(blank(b""))
    assert ImageChops.difference(seen(plain), seen(numbered(blank(content)))).getbbox() is None


def test_F3_a_page_without_content_or_resources_is_numbered_too():
    pdf = blank()
    del pdf.pages[0].obj["/Contents"]
    del pdf.pages[0].obj["/Resources"]
    assert "Page 7 of 500" in words_of(numbered(pdf))
    several = blank()
    halves = [several.make_stream(half) for half in (b"0 0 1 rg 100 100 200", b"300 re f")]
    several.pages[0].obj.Contents = Array(halves)
    assert ImageChops.difference(seen(numbered(several)), seen(numbered(blank()))).getbbox() is None


def test_F3_packed_content_is_taken_as_it_is_whole_or_broken():
    plain = b"0 0 1 rg 100 100 200 300 re f"
    packed = blank()
    packed.pages[0].obj.Contents = packed.make_stream(zlib.compress(plain), Filter=Name.FlateDecode)
    form = numbered(packed).pages[0].obj.Resources.XObject.CttsPage
    assert (form.read_raw_bytes(), form.read_bytes()) == (zlib.compress(plain), plain)
    assert ImageChops.difference(seen(packed), seen(numbered(blank(plain)))).getbbox() is None
    broken = blank()
    broken.pages[0].obj.Contents = broken.make_stream(b"x\x9c no more", Filter=Name.FlateDecode)
    assert "Page 7 of 500" in words_of(numbered(broken))


def test_F3_a_page_cropped_to_nothing_is_seen_whole():
    nothing = numbered(blank(CropBox=Array([700, 900, 800, 1000])))
    assert ImageChops.difference(seen(nothing), seen(numbered(blank()))).getbbox() is None


def test_F3_a_page_leaves_its_former_document_behind():
    note = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), StructParent=4)
    group = Dictionary(S=Name.Transparency)
    pdf = blank(StructParents=3, Tabs=Name.S, Group=group, Annots=Array([note]), Trans=Dictionary())
    page = numbered(pdf).pages[0].obj
    assert [key for key in ("/StructParents", "/Tabs", "/Group", "/Trans") if key in page] == []
    assert "/StructParent" not in page.Annots[0]
    assert Name.Transparency == page.Resources.XObject.CttsPage.Group.S


def test_F3_our_own_page_is_numbered_as_it_is():
    pdf = blank(b"5 0 0 5 900 900 cm")
    del pdf.pages[0].obj["/Resources"]
    wrap(pdf.pages[0])
    put_on(pdf.pages[0], stamp_font(pdf), [number_mark(pdf.pages[0], 7, 500)])
    assert "Page 7 of 500" in words_of(pdf)
    assert "/CttsStamp" in pdf.pages[0].obj.Resources.Font
    assert view_of(pdf.pages[0]).height == 842


def test_F3_a_number_is_read_over_a_dark_page():
    dark = numbered(blank(b"0 g 0 0 595 842 re f"))
    foot = seen(dark, scale=1).crop((240, 800, 355, 842))
    assert foot.getextrema()[0] == (0, 255)
