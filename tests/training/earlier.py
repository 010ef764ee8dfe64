"""Earlier logs of the tests: files as people make them, tried out, imported, and made something of."""

from __future__ import annotations

import csv
import io
from uuid import uuid4

import openpyxl

from ctts.scheme.spreadsheet import read_any_table
from tests.training.world import NOW, item_of
from training import actions, queries
from training.actions import ReadFile
from training.models import EarlierEntry, EarlierImport
from training.rules import MOST_ROWS
from training.states import EarlierKind

TODAY = NOW.date()
DOPS = ["Date", "Procedure", "Location", "Competency code", "Assessed by", "Item 1", "Result"]
REVIEW = ["Meeting date", "Attendees", "Progress", "Patient safety", "Reference"]
REFLECTION = ["Title", "Date", "What happened", "So what", "Now what", "Notes"]


def code_of(record, number=0):
    return item_of(record, number).item.code


def dops_rows(record):
    return [
        ["12/05/2026", "Daily uniformity check", "Camera room", code_of(record), "S. Patel", "3", "Competent"],
        ["2026-05-20", "Dose assay", "Radiopharmacy", code_of(record, 1), "A. Colleague", "N/A", ""],
    ]


def as_csv(headings, rows, encoding="utf-8", separator=","):
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows([headings, *rows])
    return text.getvalue().encode(encoding)


def as_xlsx(headings, rows, change=None):
    book = openpyxl.Workbook()
    for row in [headings, *rows]:
        book.active.append(row)
    if change:
        change(book)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def read(content, name="log.csv"):
    return read_any_table(io.BytesIO(content), name, most_rows=MOST_ROWS)


def tried(record, kind, headings, rows, by=None, key=None):
    table = queries.plain_table(read(as_csv(headings, rows)))
    file = ReadFile("log.csv", "a" * 64, table)
    given = {"record_id": record.pk, "key": key or uuid4(), "kind": kind, "file": file}
    return actions.try_import(by=by or record.trainee, now=NOW, **given)


def run(batch):
    return queries.dry_run(EarlierImport.objects.select_related("record").get(pk=batch.pk), TODAY)


def imported(record, kind=EarlierKind.DOPS, headings=DOPS, rows=None, by=None):
    batch = tried(record, kind, headings, rows if rows is not None else dops_rows(record), by)
    return actions.import_entries(by=by or record.trainee, now=NOW, import_id=batch.pk, seen=run(batch).digest)


def review(record, **more):
    row = ["5/5/2026", "Tara, Sam", "Checks are done alone.", "no", ""]
    return imported(record, EarlierKind.REVIEW, REVIEW, [row], **more)


def reflection(record):
    return imported(
        record, EarlierKind.REFLECTION, REFLECTION, [["A busy day", "1/3/2026", "It was.", "Much.", "", ""]]
    )


def entries(record):
    return list(EarlierEntry.objects.filter(record=record, taken_back_at__isnull=True).order_by("row"))


def use(entry, by, key=None, **more):
    return actions.use_entry(by=by, now=NOW, entry_id=entry.pk, key=key or uuid4(), **more)
