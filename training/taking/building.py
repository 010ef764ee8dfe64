"""Makes the archive of a record, step by step (quality rule 18). Worker only; machine facts only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db.models import F

from ctts.common.clock import london_date
from ctts.documents.keeping import Damaged
from ctts.documents.storage import Missing
from training.models import RecordCopy
from training.queries.copies import Chapter, CopiedFile, chapters_of
from training.states import CopyState
from training.taking import pages
from training.taking.archive import Archive, opened

LOST = "the storage does not hold it any more; tell the scheme office"
SCHEMA = Path(__file__).with_name("record.schema.json")
LAST_STEPS = 2  # the data with the index; putting it into the storage


class Cancelled(Exception):  # noqa: N818 — says what happened
    """The trainee cancelled the order while it was worked on."""


@dataclass(frozen=True, slots=True)
class Built:
    """An archive on this machine's disk: where, how many files are in it, what is not in it and why."""

    path: Path
    files: int
    left_out: Sequence[dict[str, str]]


@dataclass(slots=True)
class Work:
    """What is known while an archive is made: the order, the archive, where each file stands, what was left out."""

    copy: RecordCopy
    archive: Archive
    files: dict[int, str] = field(default_factory=dict)
    left_out: list[dict[str, str]] = field(default_factory=list)

    def leave_out(self, what: str, why: str, where: str) -> None:
        """Note what is not in the archive, with the reason, and in which chapter it would stand."""
        self.left_out.append({"what": what, "why": why, "where": where})


@contextmanager
def built(copy: RecordCopy, now: datetime) -> Iterator[Built]:
    """The archive of an order, on the disk until the block ends. The try is counted before anything is done.

    Raises Cancelled when the trainee cancels meanwhile; StorageAway, OSError: it is tried again.
    """
    RecordCopy.objects.filter(pk=copy.pk).update(tries=F("tries") + 1, done=0)
    with TemporaryDirectory(prefix="ctts-copy-") as folder:
        path = Path(folder) / "record.zip"
        work = Work(copy, opened(path, now))
        with work.archive.zip:
            _write(work, now)
        yield Built(path, len(work.archive.members), work.left_out)


def _write(work: Work, now: datetime) -> None:
    record, archive = work.copy.record, work.archive
    chapters = list(chapters_of(record, london_date(now)))
    named = [(chapter, file) for chapter in chapters for file in pages.files_in(chapter.pieces)]
    _begin(work.copy, len(named) + len(chapters) + LAST_STEPS)
    archive.add_text(pages.LOOK, pages.style())
    for chapter, file in named:
        _add_file(work, chapter, file)
        _step(work.copy)
    leaves = _leaves(chapters)
    for chapter, leaf in zip(chapters, leaves, strict=True):
        for what, why in chapter.left_out:
            work.leave_out(what, why, chapter.title)
        archive.add_text(leaf.path, pages.chapter_page(chapter, record, leaves, work.files, now))
        _step(work.copy)
    told = {chapter.key: pages.data_of(chapter, work.files) for chapter in chapters}
    archive.add_json("record.json", {**pages.head_of(record, now), "left_out": work.left_out, "chapters": told})
    archive.add_pieces("record.schema.json", [SCHEMA.read_bytes()])
    archive.add_text("index.html", pages.index_page(record, leaves, work.left_out, now))
    archive.finish(pages.head_of(record, now), work.left_out)
    _step(work.copy)


def _leaves(chapters: Sequence[Chapter]) -> list[pages.Leaf]:
    return [
        pages.Leaf(chapter.title, pages.page_of(chapter, number), len(chapter.pieces))
        for number, chapter in enumerate(chapters, 1)
    ]


def _add_file(work: Work, chapter: Chapter, file: CopiedFile) -> None:
    """Add one file, or note why it is not there: what the storage lost does not keep the rest back."""
    known = work.files.get(file.document.pk)
    if known is not None:
        return
    if file.left_out:
        work.leave_out(file.title, file.left_out, chapter.title)
        return
    try:
        work.files[file.document.pk] = work.archive.add_document(chapter.key, file.title, file.document)
    except (Missing, Damaged):
        work.leave_out(file.title, LOST, chapter.title)


def _begin(copy: RecordCopy, total: int) -> None:
    _standing(copy, total=total)


def _step(copy: RecordCopy) -> None:
    """One step is done. Raises Cancelled when the order is not wanted any more."""
    _standing(copy, done=F("done") + 1)


def _standing(copy: RecordCopy, **columns: object) -> None:
    if not RecordCopy.objects.filter(pk=copy.pk, state=CopyState.REQUESTED).update(**columns):
        raise Cancelled
