"""The file of a diploma (D1): archival, whole names, sealed, kept once with its hash, told once, found when altered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pikepdf
import pypdfium2
import pytest
import segno
from django.conf import settings as live
from PIL import Image, ImageChops, ImageDraw, ImageFont

from ctts.common.seals import examine, seal
from ctts.demo.keys import make_signer
from ctts.documents.keeping import read
from ctts.documents.models import Document
from ctts.notifications.models import Message
from moderation import actions, queries
from moderation.models import Diploma, DiplomaFile
from moderation.paper import check_address, diploma_pdf, name_size
from tests.moderation.awarding import NOW, issued, job
from tests.training.world import audit_of

ZOFIA = "Žofia Łukasiewicz-Wojciechowska"
GREEK = "Αθηνά Παπαδοπούλου-Κωνσταντινοπούλου"
SIXTY = "Maximiliana Bartholomea Featherstonehaugh-Wolfeschlegelstein"
NAMES = [
    ZOFIA,
    GREEK,
    SIXTY,
    "Ann Lee",
    "Đặng Thị Thùy Dương",
    "Иванова Мария Сергеевна",
    "W" * 60,
    "Wolfe " * 26 + "Lee",
]
FONT = live.BASE_DIR / "static/vendor/fonts/SourceSerif4-600SemiBold.ttf"
MM = 72 / 25.4
WIDE, HIGH, FRAME = 297 * MM, 210 * MM, 15 * MM  # the sheet, and the frame that nothing may touch


@lru_cache
def sheet(name: str) -> bytes:
    """A diploma to a name, as it is before it is sealed."""
    shown = SimpleNamespace(
        number="CTD-2028-00017",
        code="0123456789ABCDEFGHJKMNPQRS",
        name=name,
        scope_name="Rehabilitation Engineering",
        awarded_on=datetime(2028, 4, 3, tzinfo=UTC).date(),
        issued_at=NOW,
        audit_number=123_456,
        audit_head="f" * 64,
    )
    return diploma_pdf(shown)


def test_the_longest_of_the_names_has_sixty_letters():
    assert len(SIXTY) == 60


# --- how it looks ---


@pytest.mark.parametrize("name", NAMES, ids=lambda name: name[:12])
def test_D1_every_name_fits_on_the_one_sheet(name):
    page = one_page(name)
    words = page.get_textpage()
    text = words.get_text_range()
    seen = [words.get_charbox(place) for place, sign in enumerate(text) if not sign.isspace()]
    assert min(box[0] for box in seen) > FRAME and max(box[2] for box in seen) < WIDE - FRAME
    assert min(box[1] for box in seen) > FRAME and max(box[3] for box in seen) < HIGH - FRAME
    assert flat(name) in flat(text)
    lowest = min(box[1] for box in boxes_of(page, name))
    assert lowest > below_name(page), "the name runs into the words below it"


def flat(text):
    """A text without its blanks and line breaks."""
    return "".join(text.split())


def one_page(name):
    pdf = pypdfium2.PdfDocument(sheet(name))
    assert len(pdf) == 1
    return pdf[0]


def boxes_of(page, name):
    """The boxes of the letters of the name, which begins behind "This is to certify that"."""
    words = page.get_textpage()
    text = words.get_text_range()
    start = text.index("certify that") + len("certify that")
    end = text.index("has completed")
    return [words.get_charbox(place) for place in range(start, end) if not text[place].isspace()]


def below_name(page):
    words = page.get_textpage()
    start = words.get_text_range().index("has completed")
    return words.get_charbox(start)[3]


@pytest.mark.parametrize("name", [ZOFIA, GREEK], ids=["Latin", "Greek"])
def test_D1_each_letter_is_drawn_as_the_complete_font_draws_it(name):
    """Text that reads well may show other letters (a subset of a web font printed “7ofia”): the picture is compared."""
    page, scale = one_page(name), 8
    picture = page.render(scale=scale).to_pil().convert("L")
    letters = [sign for sign in name if not sign.isspace()]
    boxes = boxes_of(page, name)
    assert len(boxes) == len(letters)
    for sign, (left, bottom, right, top) in zip(letters, boxes, strict=True):
        cut = picture.crop(
            (int(left * scale), int((HIGH - top) * scale), int(right * scale), int((HIGH - bottom) * scale))
        )
        alike = {other: likeness(cut, drawn(other)) for other in {sign, *"7ĐZLEŻАΗW"}}
        assert alike[sign] == max(alike.values()), (sign, alike)  # letters of two alphabets can look the same
        assert alike[sign] > 0.8, (sign, alike[sign])


@lru_cache
def drawn(sign):
    """A letter as the font itself draws it."""
    canvas = Image.new("L", (400, 400), 255)
    ImageDraw.Draw(canvas).text((100, 60), sign, font=ImageFont.truetype(FONT, 200), fill=0)
    return canvas


def likeness(one, other):
    """How alike two pictures of a letter are, from 0 to 1, each cut to its ink and stretched to one size."""
    first, second = (inked(picture) for picture in (one, other))
    difference = ImageChops.difference(first, second)
    return 1 - sum(difference.histogram()[128:]) / (64 * 64)


def inked(picture):
    ink = ImageChops.invert(picture).point(lambda value: 255 if value > 100 else 0)
    return ink.crop(ink.getbbox()).resize((64, 64)).point(lambda value: 255 if value > 127 else 0)


def test_D1_the_code_leads_to_the_public_page_of_number_and_secret():
    shown = SimpleNamespace(number="CTD-2028-00017", code="0123456789ABCDEFGHJKMNPQRS")
    address = check_address(shown)
    assert address == f"{live.BASE_URL}/verify/CTD-2028-00017/0123456789ABCDEFGHJKMNPQRS"
    modules = [list(row) for row in segno.make(address, error="m").matrix]
    assert read_modules(len(modules)) == modules


def read_modules(many):
    """The squares of the code as they stand in the picture of the sheet: 27 mm wide, at the left below."""
    scale = 6
    picture = one_page(ZOFIA).render(scale=scale).to_pil().convert("L")
    left, top, side = 26 * MM * scale, (210 - 20 - 27) * MM * scale, 27 * MM * scale
    step = side / many
    at = [[(int(left + (x + 0.5) * step), int(top + (y + 0.5) * step)) for x in range(many)] for y in range(many)]
    return [[int(picture.getpixel(place) < 128) for place in row] for row in at]


@pytest.mark.parametrize(
    ("letters", "size"),
    [(30, ""), (31, "award__name--long"), (41, "award__name--longer"), (59, "award__name--longest")],
)
def test_D1_a_longer_name_is_set_smaller(letters, size):
    assert name_size("x" * letters) == size


# --- archival and sealed ---


@pytest.fixture
def sealed():
    """A sealed sheet."""
    return seal(sheet(ZOFIA), NOW, "Diploma CTD-2028-00017")


@pytest.mark.parametrize("when", ["before", "after"])
def test_D1_the_file_is_archival_and_tagged_before_and_after_it_is_sealed(sealed, when):
    with pikepdf.open(BytesIO(sheet(ZOFIA) if when == "before" else sealed)) as pdf:
        root, metadata = pdf.Root, pdf.Root.Metadata.read_bytes().decode()
        assert 'pdfaid:part="3"' in metadata and 'pdfaid:conformance="A"' in metadata
        assert (bool(root.MarkInfo.Marked), str(root.Lang)) == (True, "en-GB")
        assert str(pdf.docinfo.Title) == f"Diploma CTD-2028-00017: {ZOFIA}"
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        [intent] = root.OutputIntents
        assert str(intent.S) == "/GTS_PDFA1" and int(intent.DestOutputProfile.N) == 3
        assert fonts_of(pdf) and all(fonts_of(pdf).values()), fonts_of(pdf)
        assert [font for font in fonts_of(pdf) if "Source" not in font] == []
        assert figures_of(root) == [
            f"Code that leads to {live.BASE_URL}/verify/CTD-2028-00017/0123456789ABCDEFGHJKMNPQRS"
        ]


def fonts_of(pdf):
    """Each font with whether its file is inside."""
    found = {}
    for page in pdf.pages:
        for font in page.Resources.Font.values():
            below = font.DescendantFonts[0] if "/DescendantFonts" in font else font
            found[str(font.BaseFont)] = any(name.startswith("/FontFile") for name in list(below.FontDescriptor))
    return found


def figures_of(root):
    """The alternative texts of all figures in the tree of tags."""
    found, waiting = [], [root.StructTreeRoot]
    while waiting:
        node = waiting.pop()
        if str(node.get("/S", "")) == "/Figure":
            found.append(str(node.get("/Alt", "none")))
        kids = node.get("/K", [])
        kids = kids if isinstance(kids, pikepdf.Array) else [kids]
        waiting += [kid for kid in kids if isinstance(kid, pikepdf.Dictionary)]
    return found


def test_D1_the_seal_says_who_sealed_when_and_that_nothing_may_change(sealed):
    found = examine(sealed)
    assert (found.intact, found.whole, found.trusted, found.holds) == (True, True, True, True)
    assert "Clinical Technologist Training Scheme - demonstration" in found.signer
    assert found.signed_at == NOW
    with pikepdf.open(BytesIO(sealed)) as pdf:
        [widget] = pdf.pages[0].Annots
        assert str(widget.V.SubFilter) == "/ETSI.CAdES.detached"
        assert int(widget.V.Reference[0].TransformParams.P) == 1
        assert pdf.Root.Perms.DocMDP.objgen == widget.V.objgen
        assert int(widget.F) & 0b100 and not int(widget.F) & 0b10  # printed, not hidden, as PDF/A wants it


def test_D1_one_byte_changed_anywhere_is_found(sealed):
    for place in range(11, len(sealed), len(sealed) // 80):
        altered = bytearray(sealed)
        altered[place] ^= 1 << (place % 8)
        found = examine(bytes(altered))
        assert found is None or not found.holds, place


def test_D1_what_is_added_behind_the_seal_is_found(sealed):
    found = examine(sealed + b"\n% one more line\n")
    assert (found.intact, found.whole) == (True, False)
    again = pikepdf.open(BytesIO(sealed))
    saved = BytesIO()
    again.save(saved)
    assert examine(saved.getvalue()) is None or not examine(saved.getvalue()).holds


@pytest.mark.parametrize("content", [b"", b"no pdf", b"%PDF-1.7\n%%EOF"])
def test_D1_what_has_no_seal_says_so(content):
    assert examine(content) is None


def test_D1_a_seal_of_somebody_else_is_not_trusted(sealed, tmp_path, settings):
    theirs, ours = tmp_path / "key.pem", live.DIPLOMA_CERTIFICATE
    make_signer(theirs, tmp_path / "certificate.pem")
    settings.DIPLOMA_KEY, settings.DIPLOMA_CERTIFICATE = str(theirs), str(tmp_path / "certificate.pem")
    other = seal(sheet(ZOFIA), NOW, "A forgery")
    settings.DIPLOMA_CERTIFICATE = ours
    found = examine(other)
    assert (found.intact, found.trusted, found.holds) == (True, False, False)


def test_D1_a_former_certificate_keeps_vouching_below_the_new_one(sealed, tmp_path, settings):
    make_signer(tmp_path / "key.pem", tmp_path / "new.pem")
    both = tmp_path / "both.pem"
    both.write_text((tmp_path / "new.pem").read_text() + Path(settings.DIPLOMA_CERTIFICATE).read_text())
    settings.DIPLOMA_KEY, settings.DIPLOMA_CERTIFICATE = str(tmp_path / "key.pem"), str(both)
    assert examine(sealed).holds
    assert examine(seal(sheet(ZOFIA), NOW, "With the new key")).holds


# --- kept, once ---


def test_D1_the_file_is_made_kept_with_its_hash_and_told_once(awarded):
    made = issued(awarded)
    assert list(queries.files_owed()) == [made]
    assert job("make_diplomas") == 1
    kept = DiplomaFile.objects.get(diploma=made)
    content = read(kept.document)
    assert kept.pdf_sha256 == kept.document.sha256 and examine(content).holds
    assert (kept.document.owner, kept.document.original_name) == (awarded.cast.tara, f"Diploma {made.number}.pdf")
    assert audit_of(made) == ["moderation.diploma.issued", "moderation.diploma.sealed"]
    [told] = Message.objects.filter(kind="moderation.diploma_ready")
    assert (told.to, told.attachment) == (awarded.cast.tara, None)
    assert made.number in told.subject and f"/training/{awarded.tara.pk}/diploma/" in told.text
    assert job("make_diplomas") == 0
    again = actions.keep_diploma_file(by=None, now=NOW, diploma_id=made.pk, pdf=b"%PDF another")
    assert (again, Message.objects.filter(kind="moderation.diploma_ready").count()) == (kept, 1)
    assert queries.others_for(awarded.cast.tara, NOW.date()) == []


def test_D1_what_is_printed_is_what_is_kept_on_the_row(awarded):
    made = issued(awarded)
    job("make_diplomas")
    words = pypdfium2.PdfDocument(read(DiplomaFile.objects.get().document))[0].get_textpage().get_text_bounded()
    on = "awarded this Diploma on 3 April 2028"
    assert all(flat(part) in flat(words) for part in (made.number, made.name, made.scope_name, on))
    assert flat(f"Audit entry {made.audit_number}, head {made.audit_head}") in flat(words)


def test_D1_a_diploma_revoked_before_its_file_is_made_gets_none(awarded):
    made = issued(awarded)
    actions.revoke_diploma(by=awarded.cast.olive, now=NOW, diploma_id=made.pk, reason="Issued by mistake.")
    assert job("make_diplomas") == 0
    assert actions.keep_diploma_file(by=None, now=NOW, diploma_id=made.pk, pdf=b"%PDF") is None
    assert not Document.objects.filter(purpose="moderation.diploma").exists()


@pytest.mark.logs_errors
def test_D1_a_missing_key_leaves_the_file_owed_and_the_next_tick_makes_it(awarded, settings, tmp_path):
    made = issued(awarded)
    usual = settings.DIPLOMA_KEY
    settings.DIPLOMA_KEY = str(tmp_path / "gone.pem")
    assert job("make_diplomas") == 0
    assert list(queries.files_owed()) == [made]
    settings.DIPLOMA_KEY = usual
    assert job("make_diplomas", NOW + timedelta(minutes=1)) == 1
    assert Diploma.objects.get().file.made_at == NOW + timedelta(minutes=1)
