"""The pages of an archive: plain HTML that opens without us, without a script, and prints well; and its data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from ctts.common import markdown
from ctts.common.clock import LONDON
from ctts.common.templatetags.formats import day, instant, percent, size
from training.models import TrainingRecord
from training.queries.copies import Chapter, CopiedFile, Fact, Piece, Value

FORMAT, VERSION = "ctts-record", 1
LOOK = "look.css"
STYLE = Path(__file__).with_name("look.css")
Paths = Mapping[int, str]


@dataclass(frozen=True, slots=True)
class ShownFact:
    """A fact as a page shows it; `html` is the text in simple Markdown, made safe."""

    label: str
    text: str
    long: bool
    link: str = ""
    html: SafeString | None = None


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file as a page names it: where it lies, or why it does not."""

    title: str
    path: str
    about: str
    left_out: str


@dataclass(frozen=True, slots=True)
class ShownPiece:
    """A piece as a page shows it."""

    title: str
    facts: Sequence[ShownFact]
    files: Sequence[ShownFile]
    parts: Sequence[ShownPiece]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page in the list of pages."""

    title: str
    path: str
    many: int


def page_of(chapter: Chapter, number: int) -> str:
    """The name of the page of a chapter."""
    return f"{number:02d} {chapter.key.replace('_', ' ')}.html"


def chapter_page(chapter: Chapter, record: TrainingRecord, leaves: Sequence[Leaf], files: Paths, at: datetime) -> str:
    """The page of one chapter."""
    pieces = [shown_piece(piece, files) for piece in chapter.pieces]
    context = {"chapter": chapter, "pieces": pieces, "leaves": leaves, "record": record, "at": at}
    return render_to_string("training/taking/_chapter_page.html", context)


def index_page(
    record: TrainingRecord, leaves: Sequence[Leaf], left_out: Sequence[Mapping[str, str]], at: datetime
) -> str:
    """The first page: whose record it is, every page, what is not in it, how it can be proved."""
    context = {"record": record, "leaves": leaves, "left_out": left_out, "at": at, "version": VERSION}
    return render_to_string("training/taking/_index_page.html", context)


def style() -> str:
    """The one style sheet of all pages."""
    return STYLE.read_text(encoding="utf-8")


def shown_piece(piece: Piece, files: Paths) -> ShownPiece:
    """A piece with everything in it as words."""
    return ShownPiece(
        piece.title,
        [_shown(fact) for fact in piece.facts],
        [_shown_file(file, files) for file in piece.files],
        [shown_piece(part, files) for part in piece.parts],
    )


def _shown(fact: Fact) -> ShownFact:
    text = in_words(fact.value)
    if fact.markdown:
        return ShownFact(fact.label, text, long=True, html=markdown.render(text))
    is_address = fact.key == "url" and text.startswith(("https://", "http://"))
    return ShownFact(fact.label, text, long=fact.long, link=text if is_address else "")


def _shown_file(file: CopiedFile, files: Paths) -> ShownFile:
    document = file.document
    about = f"{document.kind}, {size(document.size)}"
    path = files.get(document.pk, "")
    return ShownFile(file.title, path, about, "" if path else file.left_out)


def in_words(value: Value) -> str:
    """A value as people read it: days and London times, yes and no, shares in per cent."""
    match value:
        case None:
            return ""
        case bool():
            return "Yes" if value else "No"
        case datetime():
            return instant(value)
        case date():
            return day(value)
        case Fraction():
            return percent(value)
        case tuple():
            return ", ".join(value)
    return str(value)


# --- the same as data ---


def data_of(chapter: Chapter, files: Paths) -> dict[str, Any]:
    """A chapter as its key of `record.json` holds it (docs/record-copy.md)."""
    return {"title": chapter.title, "pieces": [_data_of(piece, files) for piece in chapter.pieces]}


def _data_of(piece: Piece, files: Paths) -> dict[str, Any]:
    return {
        "title": piece.title,
        "facts": {fact.key: plain(fact.value) for fact in piece.facts},
        "labels": {fact.key: fact.label for fact in piece.facts},
        "files": [_file_of(file, files) for file in piece.files],
        "pieces": [_data_of(part, files) for part in piece.parts],
    }


def _file_of(file: CopiedFile, files: Paths) -> dict[str, str | None]:
    document = file.document
    path = files.get(document.pk)
    return {
        "title": file.title,
        "path": path,
        "media_type": str(document.media_type),
        "sha256": document.sha256,
        "left_out": None if path else file.left_out,
    }


def plain(value: Value) -> Any:
    """A value as JSON holds it: days and instants in ISO 8601, instants with London's offset, shares as a fraction."""
    if isinstance(value, datetime):
        return value.astimezone(LONDON).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    return list(value) if isinstance(value, tuple) else value


def head_of(record: TrainingRecord, at: datetime) -> dict[str, Any]:
    """What both the data and the manifest begin with: what this is, of whom, of when."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_at": plain(at),
        "trainee": record.trainee.full_name,
        "record": record.pk,
    }


def files_in(pieces: Sequence[Piece]) -> Iterator[CopiedFile]:
    """Every file of some pieces and of what is under them, in order."""
    for piece in pieces:
        yield from piece.files
        yield from files_in(piece.parts)
