"""Putting a portfolio together (F3): parts and files in order, bookmarks, links, a number on each page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pikepdf
from pikepdf import Array, Name, OutlineItem, Page, Pdf, String

from assessments.compiling.contents import Contents, standing_evidence
from assessments.compiling.files import Unreadable, as_pages, placeable
from assessments.compiling.marks_on_pages import citation_mark, close_off, number_mark, put_on, stamp_font, wrap
from assessments.compiling.own_pages import Chapter, chapters_of, entries_of
from assessments.compiling.tags import Tags
from assessments.models import PortfolioRun
from ctts.common.verdict import TooLate
from training.models import Evidence, TrainingRecord

Anchors = Mapping[str, tuple[int, float, float]]
GO, PAGE, INLINE = "go:", "page:", "at:"
FRONT = "Cover, contents and index"
FILE_CHANGED = "Evidence changed or was withdrawn while the portfolio was compiled ({labels}). Compile it again."
FILE_UNREADABLE = (
    "{label}, “{title}”, could not be opened as pages. Print it to a new PDF, upload that, and compile again."
)


@dataclass(frozen=True, slots=True)
class Whole:
    """The one PDF: its content, its pages, and its chapters with their first page and their pages."""

    content: bytes
    pages: int
    chapters: list[dict[str, Any]]


@dataclass(slots=True)
class Place:
    """Where something begins: the page counted from 0, and the point on it where it is known."""

    page: int
    left: float | None = None
    top: float | None = None


@dataclass(slots=True)
class Book:
    """The PDF that grows, and what is known of its pages. What is copied into it needs its source no longer."""

    pdf: Pdf
    tags: Tags
    places: dict[str, Place] = field(default_factory=dict)
    own: list[int] = field(default_factory=list)
    labels: dict[int, str] = field(default_factory=dict)

    def add(self, source: Pdf, first: int, last: int) -> list[Page]:
        """Copy pages `first` to `last` (excluded) of a source; the pages as they stand in the book."""
        at = len(self.pdf.pages)
        self.pdf.pages.extend(source.pages[first:last])
        return [self.pdf.pages[number] for number in range(at, len(self.pdf.pages))]

    def add_own(self, source: Pdf, first: int, last: int, anchors: Anchors) -> list[Page]:
        """Copy pages of our own, with the places of what they are cited by."""
        at = len(self.pdf.pages)
        added = self.add(source, first, last)
        self.own += range(at, at + len(added))
        for key, (page, left, top) in anchors.items():
            if first <= page < last:
                self.places[key] = Place(at + page - first, left, top)
        return added

    def add_file(self, source: Pdf, key: str, label: str) -> None:
        """Copy the pages of a piece of evidence and close each off."""
        at = len(self.pdf.pages)
        self.places[key] = Place(at)
        for place, page in enumerate(self.add(source, 0, len(source.pages))):
            close_off(self.pdf, page)
            self.labels[at + place] = f"{label}, {place + 1} of {len(source.pages)}"


def put_together(run: PortfolioRun, front: bytes, parts: Sequence[bytes]) -> Whole:
    """The whole portfolio of a run from its front, its parts in their order, and the files of its evidence (F3).

    Raises TooLate, in a sentence for the trainee, when evidence changed meanwhile or a file cannot be opened.
    """
    contents = run.contents
    evidence = standing_evidence(contents)
    changed = [facts["label"] for pk, facts in contents["evidence"].items() if int(pk) not in evidence]
    if changed:
        raise TooLate(FILE_CHANGED.format(labels=", ".join(changed)))
    with TemporaryDirectory(prefix="ctts-portfolio-") as folder:
        path = Path(folder) / "whole.pdf"
        pages, chapters = _written(run, front, parts, _files(contents, evidence), path)
        # Read only now that the book is gone: in memory stands one of the two, never both.
        return Whole(path.read_bytes(), pages, chapters)


Files = Callable[[int], Iterator[tuple[str, str, Pdf]] | tuple[()]]


def _written(
    run: PortfolioRun, front: bytes, parts: Sequence[bytes], files: Files, path: Path
) -> tuple[int, list[dict[str, Any]]]:
    """Put the book together and save it; how many pages it has, and its chapters."""
    with pikepdf.new() as pdf:
        book = Book(pdf, Tags(pdf))
        _add_part(book, front, lambda item: ())
        for content in parts:
            _add_part(book, content, files)
        _finish(book, run.portfolio.attempt.record, run.contents)
        pdf.save(path, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        pages = len(pdf.pages)
        return pages, _chapter_rows(book, run.portfolio.attempt.record, run.contents, pages)


def _files(contents: Contents, evidence: Mapping[int, Evidence]) -> Files:
    """A function from a competency to the files that stand with it: anchor, label, PDF that is open for that long."""
    of_item: dict[int, list[int]] = {}
    for pk, facts in contents["evidence"].items():
        if placeable(evidence[int(pk)]):
            of_item.setdefault(facts["home"], []).append(int(pk))

    def of(item: int) -> Iterator[tuple[str, str, Pdf]]:
        for pk in of_item.get(item, ()):
            label = contents["evidence"][str(pk)]["label"]
            with _opened(evidence[pk], label) as pdf:
                yield f"evidence-{pk}", label, pdf

    return of


def _opened(evidence: Evidence, label: str) -> Pdf:
    try:
        return as_pages(evidence)
    except Unreadable as problem:
        raise TooLate(FILE_UNREADABLE.format(label=label, title=evidence.title)) from problem


def _add_part(book: Book, content: bytes, files: Files) -> None:
    """Add one of our parts; after the pages of each competency come the files that stand with it."""
    with pikepdf.open(BytesIO(content)) as source:
        anchors = _anchors(source)
        starts = sorted((page, int(key[5:])) for key, (page, _, _) in anchors.items() if key.startswith("item-"))
        added: list[Page] = []
        at = 0
        for place, (_, item) in enumerate(starts):
            end = starts[place + 1][0] if place + 1 < len(starts) else len(source.pages)
            added += book.add_own(source, at, end, anchors)
            at = end
            for key, label, pdf in files(item):
                book.add_file(pdf, key, label)
        added += book.add_own(source, at, len(source.pages), anchors)
        book.tags.take_over(source, added)


def _anchors(source: Pdf) -> Anchors:
    """The named places of a part: key → page, left, top."""
    names = source.Root.Names.Dests.Names
    numbers = {page.obj.objgen: number for number, page in enumerate(source.pages)}
    found = {}
    for place in range(0, len(names), 2):
        page, _, left, top = list(names[place + 1])[:4]
        found[str(names[place])] = (numbers[page.objgen], float(left), float(top))
    return found


def _finish(book: Book, record: TrainingRecord, contents: Contents) -> None:
    """Links, bookmarks, numbers."""
    font, pages, own = stamp_font(book.pdf), list(book.pdf.pages), set(book.own)
    for number, page in enumerate(pages):
        marks = []
        if number in own:
            wrap(page)
            marks = _lead_citations(book, page)
        put_on(page, font, [*marks, number_mark(page, number + 1, len(pages), book.labels.get(number, ""))])
    _write_outline(book, record, contents, chapters_of(contents))
    book.tags.finish(f"Portfolio of {record.trainee}")


def _lead_citations(book: Book, page: Page) -> list[str]:
    """Each "go:", "page:" and "at:" becomes a link inside the PDF; the marks with which the last two name a page."""
    marks = []
    for note in page.obj.get("/Annots", ()):
        address = str(note.A.URI) if "/A" in note and "/URI" in note.A else ""
        if not address.startswith((GO, PAGE, INLINE)):
            continue
        place = book.places.get(address.partition(":")[2])
        del note["/A"]
        if place is None:
            note.Rect = Array([0, 0, 0, 0])
            continue
        note.Dest = _destination(book, place)
        note.Contents = String(f"Page {place.page + 1}")
        if not address.startswith(GO):
            marks.append(citation_mark(note.Rect, place.page + 1, right_hand=address.startswith(PAGE)))
    return marks


def _destination(book: Book, place: Place) -> Array:
    page = book.pdf.pages[place.page].obj
    if place.top is None:
        return Array([page, Name.Fit])
    return Array([page, Name.XYZ, place.left, place.top + 12, 0])


def _write_outline(book: Book, record: TrainingRecord, contents: Contents, chapters: Sequence[Chapter]) -> None:
    with book.pdf.open_outline() as outline:
        outline.root.append(_bookmark(book, "Cover", "cover"))
        outline.root.append(_bookmark(book, "Contents", "contents"))
        outline.root.append(_bookmark(book, "Competency index", "index"))
        for chapter in chapters:
            parent = _bookmark(book, f"{chapter.number} {chapter.title}", chapter.key)
            outline.root.append(parent)
            for entry in entries_of(record, contents, chapter.kind):
                child = _bookmark(book, entry["title"], entry["key"])
                child.is_closed = True
                parent.children.append(child)
                _add_evidence(book, contents, entry["key"], child)
    book.pdf.Root.PageMode = Name.UseOutlines


def _add_evidence(book: Book, contents: Contents, key: str, parent: OutlineItem) -> None:
    """Under a competency, the evidence that stands with it."""
    for pk, facts in contents["evidence"].items():
        if key == f"item-{facts['home']}" and f"evidence-{pk}" in book.places:
            parent.children.append(_bookmark(book, facts["label"], f"evidence-{pk}"))


def _bookmark(book: Book, title: str, key: str) -> OutlineItem:
    return OutlineItem(title, _destination(book, book.places[key]))


def _chapter_rows(book: Book, record: TrainingRecord, contents: Contents, pages: int) -> list[dict[str, Any]]:
    """The chapters as they are kept with the portfolio: pages counted from 1, entries with theirs."""
    chapters = chapters_of(contents)
    starts = [0, *(book.places[chapter.key].page for chapter in chapters)]
    rows: list[dict[str, Any]] = [{"title": FRONT, "entries": []}]
    for chapter in chapters:
        entries = [
            {"title": entry["title"], "page": book.places[entry["key"]].page + 1}
            for entry in entries_of(record, contents, chapter.kind)
        ]
        rows.append({"title": f"{chapter.number} {chapter.title}", "entries": entries})
    ends = [*starts[1:], pages]
    return [
        {**row, "first": start + 1, "pages": end - start} for row, start, end in zip(rows, starts, ends, strict=True)
    ]
