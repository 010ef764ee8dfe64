"""What is left of a file after cleaning: nothing that acts, nothing that tells where it was taken, everything else."""

import struct
import zipfile
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image

from ctts.common.verdict import Invalid
from ctts.demo import papers
from ctts.demo.papers import pdf_of
from ctts.documents.boxed.jpeg import without_details
from ctts.documents.proving import prove
from tests.documents.samples import proven, sample
from tests.files import office
from tests.files.pdfs import PLAIN

ACTING = [b"/JavaScript", b"/JS", b"/OpenAction", b"/AA", b"/Launch", b"/SubmitForm", b"/EmbeddedFile", b"/EF", b"/XFA"]
ACTING += [b"/RichMedia", b"/FileAttachment", b"/Collection", b"app.alert", b"cmd.exe", b"run.exe", b"MZ a program"]
ACTING += [b"javascript:", b"file:///", b"/Print", b"PK\x03\x04", b"/Adobe.PPKLite"]


def cleaned(content: bytes) -> bytes:
    return prove(name="x", chunks=[content]).content


def spread(content: bytes) -> bytes:
    """A PDF with everything readable: no packed objects, no compression."""
    written = BytesIO()
    with Pdf.open(BytesIO(content)) as pdf:
        pdf.save(written, qdf=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return written.getvalue()


@pytest.mark.parametrize("name", ["script", "attachment", "dynamic-form", "signed", "zip-behind"])
def test_no_trace_of_what_acted_is_left_in_a_pdf(name):
    before = sample(f"cleaned/{name}.pdf")
    assert any(word in spread(before) or word in before for word in ACTING)
    after = cleaned(before)
    assert [word for word in ACTING if word in spread(after) or word in after] == []


def test_links_to_pages_and_to_the_web_stay():
    with Pdf.open(BytesIO(proven("cleaned/dynamic-form.pdf").content)) as pdf:
        links = [note.A for note in pdf.pages[0].Annots if "/S" in note.A]
    assert [str(link.URI) for link in links] == ["https://www.example.org/"]
    with Pdf.open(BytesIO(proven("cleaned/script.pdf").content)) as pdf:
        steps = [note.A for note in pdf.pages[0].Annots]
    assert [str(step.get("/S", "")) for step in steps] == ["", "/GoTo"]


def test_resources_that_are_called_like_dangers_stay():
    with Pdf.open(BytesIO(proven("cleaned/hard-names.pdf").content)) as pdf:
        assert {"/AA", "/JS", "/EF"} <= set(pdf.pages[0].Resources.Font.keys())


def test_an_action_cannot_hide_behind_a_wrong_kind_or_a_strange_place():
    def hide(pdf: Pdf) -> None:
        disguised = Dictionary(Type=Name.StructElem, P=1, S=Name.JavaScript, JS=String("app.alert(1)"))
        pdf.Root.PieceInfo = Dictionary(Deep=Array([Array([Dictionary(X=disguised)])]))
        pdf.pages[0].Resources.Font.Hidden = pdf.make_indirect(disguised)

    after = spread(cleaned(pdf_of(PLAIN, change=hide)))
    assert b"/JavaScript" not in after and b"app.alert" not in after


def test_pages_look_the_same_after_cleaning():
    for name in ("good/degree-certificate.pdf", "cleaned/photograph.pdf", "cleaned/hard-names.pdf"):
        before, after = sample(name), proven(name).content
        drawn = [pypdfium2.PdfDocument(content)[0].render(scale=1).to_pil() for content in (before, after)]
        assert drawn[0].tobytes() == drawn[1].tobytes()


def test_photographs_inside_a_pdf_lose_their_place():
    assert b"Example Phones" in sample("cleaned/photograph.pdf")
    assert b"Example Phones" not in proven("cleaned/photograph.pdf").content


def test_a_pdf_with_a_broken_table_of_contents_is_mended():
    broken = sample("good/degree-certificate.pdf").replace(b"startxref\n", b"startxref\n9")
    assert prove(name="x.pdf", chunks=[broken]).pages == 3


def test_a_picture_stands_upright_without_place_device_and_words():
    before = Image.open(BytesIO(sample("good/certificate-photo.jpg")))
    assert before.getexif()[papers.ORIENTATION] == 6 and before.getexif().get_ifd(papers.GPS)
    after = Image.open(BytesIO(proven("good/certificate-photo.jpg").content))
    assert (after.size, dict(after.getexif()), after.info.get("comment")) == ((600, 800), {}, None)
    assert after.info["icc_profile"] == before.info["icc_profile"]
    red, ground, sky = (after.getpixel(place) for place in ((590, 10), (10, 400), (590, 400)))
    assert red[0] > 150 and red[1] < 90, "the red corner belongs at the top right"
    assert ground[2] < 90 and sky[2] > 200, "the ground is at the left, the sky at the right"


def test_a_jpeg_keeps_its_tables_so_that_it_neither_grows_nor_fades():
    before = papers.phone_photo(1200, 900, orientation=1, quality=78)
    after = cleaned(before)
    assert len(after) < len(before)
    a, b = (Image.open(BytesIO(content)).convert("L").tobytes() for content in (before, after))
    assert max(abs(x - y) for x, y in zip(a, b, strict=True)) <= 8


def test_colours_transparency_and_lossless_coding_stay():
    scene = papers.scene(64, 48, "RGBA")
    scene.putalpha(128)
    for kind, options in (("PNG", {}), ("WEBP", {"lossless": True})):
        before = papers.saved(scene, kind, exif=papers.details(1), **options)
        after = Image.open(BytesIO(cleaned(before)))
        assert after.convert("RGBA").tobytes() == scene.tobytes() and dict(after.getexif()) == {}
    flat = papers.scene(64, 48).quantize(8)
    assert Image.open(BytesIO(cleaned(papers.saved(flat, "PNG", transparency=3)))).info["transparency"] == 3


def test_a_print_shop_jpeg_becomes_one_that_browsers_show():
    before = papers.saved(papers.scene(64, 48, "CMYK"), "JPEG", quality=90)
    assert Image.open(BytesIO(cleaned(before))).mode == "RGB"


def test_a_photograph_of_an_iphone_becomes_an_upright_jpeg_without_place_or_device():
    found = proven("cleaned/iphone.heic")
    assert (found.name, found.media_type, found.removed) == ("iphone.jpg", "image/jpeg", ("picture_details",))
    assert b"Example Phones" in sample("cleaned/iphone.heic") and b"Example Phones" not in found.content
    after = Image.open(BytesIO(found.content))
    assert (after.format, after.size, dict(after.getexif())) == ("JPEG", (300, 400), {})
    upright = papers.scene(400, 300).rotate(-90, expand=True).convert("L")
    spread = [abs(x - y) for x, y in zip(upright.tobytes(), after.convert("L").tobytes(), strict=True)]
    assert sum(spread) / len(spread) < 3


def test_a_photograph_of_an_iphone_larger_than_a_screen_needs_is_refused_by_its_header():
    true, said = (b"ispe" + struct.pack(">III", 0, *size) for size in ((400, 300), (9000, 8000)))
    photo = sample("cleaned/iphone.heic")
    assert true in photo
    with pytest.raises(Invalid, match="more than 64 million pixels"):
        prove(name="x.heic", chunks=[photo.replace(true, said)])


def test_several_pictures_in_one_jpeg_become_the_first():
    both = [papers.scene(64, 48), papers.scene(64, 48).rotate(180)]
    before = papers.saved(both[0], "MPO", save_all=True, append_images=both[1:])
    found = prove(name="x.jpg", chunks=[before])
    assert (found.media_type, found.removed) == ("image/jpeg", ("picture_details",))
    assert Image.open(BytesIO(found.content)).format == "JPEG"


def test_an_office_file_is_packed_anew_with_the_same_parts():
    before = office.docx(("Words.",))
    padded = before[:-22] + b"" + before[-22:]
    after = zipfile.ZipFile(BytesIO(cleaned(padded)))
    assert {name: after.read(name) for name in after.namelist()} == {
        name: content.encode() if isinstance(content, str) else content
        for name, content in office.docx_parts(("Words.",)).items()
    }


def test_links_and_a_template_on_the_authors_own_disk_are_no_reason_to_refuse():
    template = office.relations(("attachedTemplate", "file:///C:/Users/t/Normal.dotm", "External"))
    parts = {**office.docx_parts(), "word/_rels/settings.xml.rels": template}
    assert prove(name="x.docx", chunks=[office.package(parts)]).pages is None


def test_details_are_cut_from_a_jpeg_without_touching_its_picture():
    before = papers.phone_photo(orientation=1)
    after = without_details(before)
    assert b"Example Phones" not in after and b"ward 7" not in after
    pixels = [Image.open(BytesIO(content)).tobytes() for content in (before, after)]
    assert pixels[0] == pixels[1]
    for odd in (
        b"",
        b"\xff\xd8",
        b"\xff\xd8\xff",
        b"\xff\xd8\x00\x00\x00\x00",
        b"GIF89a",
        b"\xff\xd8\xff\xe1\xff\xff\x00",
    ):
        assert without_details(odd) == odd


def test_a_stream_that_only_says_it_is_a_jpeg_is_left_alone():
    def change(pdf: Pdf) -> None:
        pdf.Root.Odd = pdf.make_indirect(Stream(pdf, b"no jpeg", Filter=Name.DCTDecode))

    assert prove(name="x.pdf", chunks=[pdf_of(PLAIN, change=change)]).removed == ()
