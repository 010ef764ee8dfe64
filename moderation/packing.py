"""Puts the pack for the register together: one archive, one PDF to print (D2). Worker only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pikepdf
from PIL import Image, ImageOps, UnidentifiedImageError

from applications import queries as applications
from ctts.common.clock import london_date
from ctts.common.pdf import render_pdf
from ctts.common.templatetags.formats import day
from ctts.documents.keeping import Damaged, read, read_pdf
from ctts.documents.models import Document
from ctts.documents.rules import safe_name
from ctts.documents.states import PICTURES, MediaType
from ctts.documents.storage import Missing
from moderation.queries import award_of, diploma_in_force, missing_words, pack_lines
from moderation.queries.packs import PackLine
from training.models import TrainingRecord

READ_ME = "0 Read me.txt"
SHEET_INCHES = (7.3, 10.7)  # A4 within its margins
BESIDE = (
    "Besides, the register asks for its own application form, which you complete yourself. The sheet\n"
    "“Application details” holds what the scheme knows about you and your training, in one place.\n"
    "Ask the register in which form it takes each document before you send anything: this pack does\n"
    "not know.\n"
    "\n"
    "Keep the file of the Diploma as it is: its digital seal shows whether anything was changed."
)


class Unreadable(Exception):  # noqa: N818 — says what happened
    """A file of the pack cannot be read; `str()` names it."""


@dataclass(frozen=True, slots=True)
class Packed:
    """The two files of a pack, and what is missing in them by name."""

    archive: bytes
    printable: bytes
    pages: int
    missing: list[str]


def put_together(record: TrainingRecord, now: datetime) -> Packed:
    """All that is there of a trainee's pack, and what is not by name (D2).

    The Diploma goes into the archive byte for byte, so that its seal holds. Raises Unreadable, StorageAway, OSError.
    """
    today = london_date(now)
    lines = pack_lines(record)
    missing = missing_words(lines)
    sheets = [(line, _content(line, record, today)) for line in lines if line.there]
    printable, pages = _printable(record, sheets, missing, today)
    return Packed(_archive(record, sheets, missing, now), printable, pages, missing)


def picture_pdf(content: bytes) -> bytes:
    """A picture as a PDF of one page that fits on A4. Raises OSError for what is no picture."""
    with Image.open(BytesIO(content)) as picture:
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    dots = max(upright.width / SHEET_INCHES[0], upright.height / SHEET_INCHES[1], 72)
    page = BytesIO()
    upright.save(page, "PDF", resolution=dots)
    return page.getvalue()


def _content(line: PackLine, record: TrainingRecord, today: date) -> bytes:
    if line.document is None:
        return details_pdf(record, today)
    try:
        return _as_pdf(line.document)
    except (Damaged, Missing, UnidentifiedImageError) as problem:
        raise Unreadable(line.title) from problem


def _as_pdf(document: Document) -> bytes:
    if document.media_type in PICTURES:
        return picture_pdf(read(document))
    content = read_pdf(document)
    if content is None:
        raise Missing(document.sha256)
    return content


def details_pdf(record: TrainingRecord, today: date) -> bytes:
    """The sheet with what the scheme knows about a trainee and their training, without anything about health."""
    context = {
        "record": record,
        "application": record.application,
        "qualifications": applications.qualifications_of(record.application),
        "award": award_of(record),
        "diploma": diploma_in_force(record),
        "on": today,
    }
    return render_pdf("pdf/moderation/details.html", context)


# --- one PDF to print ---


def _printable(
    record: TrainingRecord, sheets: Sequence[tuple[PackLine, bytes]], missing: list[str], today: date
) -> tuple[bytes, int]:
    """Every sheet in one PDF behind a page of contents, with a bookmark each; and its number of pages."""
    counted = [(line, _opened(line, content)) for line, content in sheets]
    first = _contents_page(record, counted, missing, today, after=1)
    if len(first.pages) > 1:
        first = _contents_page(record, counted, missing, today, after=len(first.pages))
    whole = pikepdf.new()
    with whole.open_outline() as outline:
        for title, pdf in [("Contents", first), *((line.title, pdf) for line, pdf in counted)]:
            outline.root.append(pikepdf.OutlineItem(title, len(whole.pages)))
            whole.pages.extend(pdf.pages)
    whole.docinfo["/Title"] = f"Pack for the register: {record.certificate_name}"
    written = BytesIO()
    whole.save(written)
    return written.getvalue(), len(whole.pages)


def _opened(line: PackLine, content: bytes) -> pikepdf.Pdf:
    """A part as it is printed: what was filled in or signed is drawn into the page. A seal that another file breaks
    must not come along, or readers would call the Diploma in it false."""
    try:
        pdf = pikepdf.open(BytesIO(content))
        pdf.generate_appearance_streams()
        pdf.flatten_annotations("print")
    except pikepdf.PdfError as problem:
        raise Unreadable(line.title) from problem
    for page in pdf.pages:
        page.Annots = pikepdf.Array([note for note in page.get("/Annots", []) if note.Subtype != pikepdf.Name.Widget])
    if "/AcroForm" in pdf.Root:
        del pdf.Root.AcroForm
    return pdf


def _contents_page(
    record: TrainingRecord,
    counted: Sequence[tuple[PackLine, pikepdf.Pdf]],
    missing: list[str],
    today: date,
    *,
    after: int,
) -> pikepdf.Pdf:
    """The contents with the page on which each part begins, behind `after` pages of contents."""
    rows, page = [], after + 1
    for line, pdf in counted:
        rows.append((line.title, page))
        page += len(pdf.pages)
    context = {"record": record, "rows": rows, "missing": missing, "on": today}
    return pikepdf.open(BytesIO(render_pdf("pdf/moderation/pack.html", context)))


# --- one archive ---


def _archive(
    record: TrainingRecord, sheets: Sequence[tuple[PackLine, bytes]], missing: list[str], now: datetime
) -> bytes:
    names = _names([line for line, _ in sheets])
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as archive:
        _add(archive, READ_ME, read_me(record, names, missing, now).encode(), now)
        for name, (_, content) in zip(names, sheets, strict=True):
            _add(archive, name, content, now)
    return written.getvalue()


def _add(archive: ZipFile, name: str, content: bytes, now: datetime) -> None:
    entry = ZipInfo(name, now.timetuple()[:6])
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content)


def _names(lines: Sequence[PackLine]) -> list[str]:
    """A name in the archive for each part: its folder where a group has several, numbered, each once."""
    names: list[str] = []
    for line in lines:
        if line.group == "2 Certificates":
            number = sum(name.startswith(f"{line.group}/") for name in names) + 1
            names.append(f"{line.group}/{number} {safe_name(line.title, MediaType.PDF)}")
        else:
            names.append(safe_name(line.group, MediaType.PDF))
    return names


def read_me(record: TrainingRecord, names: Sequence[str], missing: Sequence[str], now: datetime) -> str:
    """The text that says what is in the archive, what is not, and what else the register asks for (D2)."""
    nothing = ["Nothing: every part is here."]
    parts = [
        f"Pack for the Register of Clinical Technologists, primary route\n{record.certificate_name}",
        f"Put together by the Clinical Technologist Training Scheme on {day(now)}.".replace("\N{NO-BREAK SPACE}", " "),
        "\n".join(["In this archive", *(f"  - {name}" for name in names)]),
        "\n".join(["Missing", *(f"  - {line}" for line in missing or nothing)]),
        BESIDE,
    ]
    return "\r\n\r\n".join(parts).replace("\r\n", "\n").replace("\n", "\r\n") + "\r\n"
