"""Earlier logs from a spreadsheet (T4, T5, T6): tried out, imported unsigned, undone, and signed the normal way."""

from __future__ import annotations

import csv
import io
from datetime import date
from uuid import uuid4

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.scheme.spreadsheet import SheetProblems, read_any_table
from tests.training.pages import address, words
from tests.training.practice import kinds_audited, proof, told
from tests.training.world import NOW, browser_of, item_of
from training import actions, queries
from training.actions import ReadFile, StaleText
from training.models import Dops, EarlierEntry, EarlierImport, EarlierUse, Reflection, SupervisorReview, TrainingRecord
from training.queries import first_year_facts
from training.rules import MOST_ROWS, CellFault, fields_of, guessed, value_of
from training.rules.earlier import day_in
from training.states import EarlierKind, ImportState

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


# --- trying out and importing ---


def test_T5_rows_are_imported_unsigned_and_count_for_nothing(world):
    before = first_year_facts(world.tara)
    batch = tried(world.tara, EarlierKind.DOPS, DOPS, dops_rows(world.tara))
    assert batch.mapping == {
        "observed_on": 1, "procedure": 2, "place": 3, "item": 4, "assessor_name": 5, "score_1": 6, "overall": 7,
    }  # fmt: skip
    found = run(batch)
    assert ([row.title for row in found.new], found.faults) == (["Daily uniformity check", "Dose assay"], [])
    assert not EarlierEntry.objects.exists()
    actions.import_entries(by=world.cast.tara, now=NOW, import_id=batch.pk, seen=found.digest)
    first, second = entries(world.tara)
    assert (first.happened_on, second.happened_on) == (date(2026, 5, 12), date(2026, 5, 20))
    assert (first.values["score_1"], second.values["score_1"], first.values["overall"]) == (3, "N/A", "competent")
    batch.refresh_from_db()
    assert (batch.state, batch.table, batch.rows) == (ImportState.IMPORTED, {}, 2)
    assert first_year_facts(world.tara) == before and not Dops.objects.exists()
    assert kinds_audited(world.tara)[-2:] == ["training.earlier.tried", "training.earlier.imported"]


def test_rule_16_the_same_row_is_told_and_not_imported_twice(world):
    imported(world.tara)
    rows = [*dops_rows(world.tara), ["21/05/2026", "New", "Room", code_of(world.tara), "S. Patel", "", ""]]
    batch = tried(world.tara, EarlierKind.DOPS, DOPS, [*rows, rows[-1]])
    found = run(batch)
    assert [row.title for row in found.new] == ["New"]
    assert [row.known for row in found.known] == ["It was imported before."] * 2 + ["Row 4 says the same."]
    actions.import_entries(by=world.cast.tara, now=NOW, import_id=batch.pk, seen=found.digest)
    assert len(entries(world.tara)) == 3
    again = tried(world.tara, EarlierKind.DOPS, DOPS, rows)
    with pytest.raises(TooLate, match="imported before"):
        actions.import_entries(by=world.cast.tara, now=NOW, import_id=again.pk, seen=run(again).digest)
    entry = entries(world.tara)[0]
    with pytest.raises(DatabaseError), transaction.atomic():
        EarlierEntry.objects.create(
            batch=entry.batch, record=entry.record, kind=entry.kind, row=9, title="x", values={}, digest=entry.digest
        )


def test_rule_16_every_fault_is_named_at_its_row_and_column_and_nothing_is_imported(world):
    good = dops_rows(world.tara)[0]
    rows = [
        good,
        ["31/02/2026", "", "Room", "XX-1", "S. Patel", "7", "Splendid"],
        ["01/07/2026", "Later", "Room", code_of(world.tara), "S. Patel", "", ""],
        ["01/03/2026", "Before", "Room", "XX-1", "S. Patel", "", ""],
    ]
    batch = tried(world.tara, EarlierKind.DOPS, DOPS, rows)
    found = run(batch)
    assert [(fault.place, fault.words) for fault in found.faults] == [
        ("Cell A3", "“31/02/2026” is no day of the calendar. Write the day first: 12/05/2026."),
        ("Cell B3", "Procedure is empty. Fill it in."),
        ("Cell F3", "Item 1 is 0, 1, 2, 3, 4 or N/A, not “7”."),
        ("Cell G3", "Overall judgement is one of: Competent, Not yet competent. “Splendid” is none of them."),
        ("Cell A4", "This day is still to come."),
        ("Cell A5", "Training began on 1 April 2026; this was before."),
        ("Cell D5", "“XX-1” is no competency of this training plan. Write its code as it stands there."),
    ]
    with pytest.raises(TooLate, match="places to mend"):
        actions.import_entries(by=world.cast.tara, now=NOW, import_id=batch.pk, seen=found.digest)
    assert entries(world.tara) == []


def test_rule_16_columns_are_chosen_anew_and_a_stale_dry_run_is_not_imported(world):
    headings = ["When", "Did what", "Where", "Competency", "Who", "x", "y"]
    batch = tried(world.tara, EarlierKind.DOPS, headings, dops_rows(world.tara))
    assert [fault.words for fault in run(batch).faults] == [
        f"No column is chosen for “{label}”." for label in ("Observed on", "Procedure", "Assessor")
    ]
    given = {"by": world.cast.tara, "now": NOW, "import_id": batch.pk}
    with pytest.raises(Invalid, match="chosen twice"):
        actions.map_import(**given, mapping={"procedure": 2, "place": 2})
    chosen = {"observed_on": 1, "procedure": 2, "place": 3, "item": 4, "assessor_name": 5}
    actions.map_import(**given, mapping={**chosen, "nothing": 6})
    found = run(batch)
    assert len(found.new) == 2 and kinds_audited(world.tara)[-1] == "training.earlier.mapped"
    with pytest.raises(StaleText):
        actions.import_entries(**given, seen="0" * 64)
    actions.import_entries(**given, seen=found.digest)
    for act in (lambda: actions.map_import(**given, mapping=chosen), lambda: actions.drop_import(**given)):
        with pytest.raises(TooLate):
            act()


def test_rule_16_a_file_is_dropped_and_the_same_press_twice_is_one(world):
    key = uuid4()
    batch = tried(world.tara, EarlierKind.DOPS, DOPS, dops_rows(world.tara), key=key)
    assert tried(world.tara, EarlierKind.DOPS, DOPS, dops_rows(world.tara), key=key) == batch
    dropped = actions.drop_import(by=world.cast.tara, now=NOW, import_id=batch.pk)
    assert (dropped.state, dropped.table) == (ImportState.DROPPED, {})
    assert kinds_audited(world.tara)[-1] == "training.earlier.dropped"


# --- who ---


@pytest.mark.parametrize("who", ["tom", "sam", "cora", "mia", "nobody"])
def test_T5_only_the_trainee_and_the_office_import_and_undo(world, who):
    person = getattr(world.cast, who)
    with pytest.raises(NotAllowed, match="The trainee imports"):
        tried(world.tara, EarlierKind.DOPS, DOPS, dops_rows(world.tara), by=person)
    batch = imported(world.tara)
    with pytest.raises(NotAllowed):
        actions.undo_import(by=person, now=NOW, import_id=batch.pk)
    assert not queries.imports_visible_to(person, TODAY).filter(pk=batch.pk).exists()


def test_T5_the_office_imports_for_a_trainee_who_is_told(world):
    batch = imported(world.tara, by=world.cast.olive)
    assert told(world.cast.tara)[-1] == "training.earlier_imported"
    assert queries.imports_of(world.tara, world.cast.tara, TODAY) == [batch]
    assert queries.imports_of(world.tara, world.cast.sam, TODAY) == []
    TrainingRecord.objects.filter(pk=world.tara.pk).update(state="withdrawn", ended_on=TODAY)
    with pytest.raises(TooLate, match="training has ended"):
        imported(TrainingRecord.objects.get(pk=world.tara.pk))


def test_T6_imported_reflections_are_read_by_the_trainee_alone(world):
    reflection(world.tara)
    imported(world.tara)
    seen = {
        who: queries.entries_of(world.tara, getattr(world.cast, who), TODAY).count()
        for who in ("tara", "sam", "olive", "tom")
    }
    assert seen == {"tara": 3, "sam": 2, "olive": 2, "tom": 0}
    left = [queries.entries_left(world.tara, world.cast.tara, TODAY, kind) for kind in EarlierKind]
    assert left == [2, 0, 1] and queries.entries_left(world.tara, world.cast.sam, TODAY, "reflection") == 0
    assert queries.counted_by_kind(entries(world.tara)) == {"dops": 2, "reflection": 1}


# --- undoing ---


def test_rule_16_an_import_is_undone_while_nothing_rests_on_it_and_comes_again(world):
    batch = imported(world.tara)
    undone = actions.undo_import(by=world.cast.tara, now=NOW, import_id=batch.pk)
    assert undone.state == ImportState.UNDONE and entries(world.tara) == []
    assert kinds_audited(world.tara)[-1] == "training.earlier.undone"
    gone = EarlierEntry.objects.filter(batch=batch).first()
    with pytest.raises(TooLate, match="was undone"):
        use(gone, world.cast.tara, assessor=world.cast.sam)
    with pytest.raises(TooLate):
        actions.undo_import(by=world.cast.tara, now=NOW, import_id=batch.pk)
    imported(world.tara)
    used = entries(world.tara)[0]
    use(used, world.cast.sam)
    with pytest.raises(TooLate, match="Something was made of rows"):
        actions.undo_import(by=world.cast.tara, now=NOW, import_id=used.batch_id)
    with pytest.raises(DatabaseError), transaction.atomic():
        EarlierEntry.objects.filter(pk=used.pk).update(taken_back_at=NOW)


# --- signed the normal way ---


def test_T5_the_supervisor_assesses_an_entry_anew_without_its_scores(world):
    imported(world.tara)
    entry, key = entries(world.tara)[0], uuid4()
    dops = use(entry, world.cast.sam, key)
    assert (dops.state, dops.procedure, dops.observed_on) == ("started", "Daily uniformity check", date(2026, 5, 12))
    assert dops.assessor == world.cast.sam and queries.scores_of(dops) == {} and not dops.signatures.exists()
    assert use(entry, world.cast.sam, key) == dops and EarlierUse.objects.count() == 1
    assert kinds_audited(world.tara)[-1] == "training.earlier.used"
    entry = queries.entries_visible_to(world.cast.sam, TODAY).get(pk=entry.pk)
    assert queries.became(entry).words == "DOPS: Started" and not queries.became(entry).signed
    with pytest.raises(TooLate, match="made of this entry already"):
        use(entry, world.cast.tara, assessor=world.cast.sam)
    assert queries.entries_left(world.tara, world.cast.sam, TODAY, "dops") == 1
    actions.decline_dops(by=world.cast.sam, now=NOW, dops_id=dops.pk, reason="I was not there.")
    entry = queries.entries_visible_to(world.cast.sam, TODAY).get(pk=entry.pk)
    assert queries.became(entry) is None and queries.entries_left(world.tara, world.cast.sam, TODAY, "dops") == 2
    assert use(entry, world.cast.sam).pk != dops.pk


def test_T5_the_trainee_asks_whoever_observed_it(world):
    imported(world.tara)
    entry = entries(world.tara)[0]
    with pytest.raises(Invalid, match="Choose who assesses it"):
        use(entry, world.cast.tara)
    dops = use(entry, world.cast.tara, assessor=world.cast.sam)
    assert (dops.state, dops.assessor, dops.item) == ("requested", world.cast.sam, item_of(world.tara))
    for who in ("olive", "cora", "mia", "tom"):
        with pytest.raises(NotAllowed):
            use(entries(world.tara)[1], getattr(world.cast, who))


def test_T4_the_supervisor_writes_the_review_from_an_entry_and_signs_it(world):
    review(world.tara)
    [entry] = entries(world.tara)
    with pytest.raises(NotAllowed):
        use(entry, world.cast.tara)
    made = use(entry, world.cast.sam)
    assert (made.state, made.held_on, made.period_starts_on) == ("draft", date(2026, 5, 5), date(2026, 5, 1))
    assert (made.progress, made.patient_safety_concern) == ("Checks are done alone.", False)
    assert not made.signatures.exists()
    given = {"review_id": made.pk, "seen": queries.review_digest(made), "authentication": proof(NOW)}
    actions.sign_review(by=world.cast.sam, now=NOW, **given)
    entry = queries.entries_visible_to(world.cast.sam, TODAY).get(pk=entry.pk)
    assert queries.became(entry).words == "Review 1: Signed by the supervisor" and queries.became(entry).signed


def test_T4_a_patient_safety_concern_needs_its_reference_and_the_answer(world):
    rows = [
        ["5/5/2026", "Tara, Sam", "Well.", "yes", ""],
        ["6/5/2026", "Tara, Sam", "Well.", "", ""],
        ["7/5/2026", "Tara, Sam", "Well.", "perhaps", ""],
    ]
    found = run(tried(world.tara, EarlierKind.REVIEW, REVIEW, rows))
    assert [(fault.place, fault.words) for fault in found.faults] == [
        ("Cell E2", "Say where the patient-safety concern is recorded."),
        ("Cell D3", "Patient-safety concern is empty. Fill it in."),
        ("Cell D4", "Patient-safety concern is yes or no, not “perhaps”."),
    ]
    headings = [*REVIEW, "From", "To"]
    row = ["5/5/2026", "Tara, Sam", "Well.", "yes", "INC-1", "2/5/2026", "1/5/2026"]
    found = run(tried(world.tara, EarlierKind.REVIEW, headings, [row]))
    assert [fault.words for fault in found.faults] == ["The period ends before it begins."]
    row[5], row[6] = "1/3/2026", "4/5/2026"
    imported(world.tara, EarlierKind.REVIEW, headings, [row])
    made = use(entries(world.tara)[0], world.cast.sam)
    assert (made.period_starts_on, made.period_ends_on) == (world.tara.start_on, date(2026, 5, 4))


def test_T6_the_trainee_goes_on_with_a_reflection_as_a_draft(world):
    rows = [["A busy day", "1/3/2026", "It was.", "Much.", "", "And more."], ["Short", "", "", "", "", "Free words."]]
    imported(world.tara, EarlierKind.REFLECTION, REFLECTION, rows)
    first, second = entries(world.tara)
    with pytest.raises(NotAllowed):
        use(first, world.cast.sam)
    piece = use(first, world.cast.tara)
    assert (piece.state, piece.model, piece.parts["what"]) == ("draft", "what", "It was.\n\nAnd more.")
    free = use(second, world.cast.tara)
    assert (free.model, free.parts["text"], free.happened_on) == ("free", "Free words.", None)
    assert first_year_facts(world.tara).reflections == 0
    entry = queries.entries_visible_to(world.cast.tara, TODAY).get(pk=first.pk)
    assert queries.became(entry).words == "Reflective piece: Draft"
    found = run(tried(world.tara, EarlierKind.REFLECTION, REFLECTION, [["Nothing", "", "", "", "", ""]]))
    assert [fault.words for fault in found.faults] == ["There are no words in this row."]


def test_rule_17_a_row_that_may_identify_a_patient_is_told(world):
    rows = [["A day", "", "", "", "", "NHS number 943 476 5919."]]
    found = run(tried(world.tara, EarlierKind.REFLECTION, REFLECTION, rows))
    assert [row.warning for row in found.warned] == ["NHS number"] and "943" not in found.warned[0].warning


# --- hostile files ---


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (as_xlsx(["Date"], [["a"]], lambda b: b.active.merge_cells("A2:B3")), "l.xlsx", "The cells A2:B3 are merged."),
        (as_xlsx(["Date"], [["a"]], lambda b: b.create_sheet("Two").append(["x"])), "l.xlsx", "Several sheets hold"),
        (as_xlsx([], []), "l.xlsx", "No sheet holds anything."),
        (as_csv(["Date"], [["x"]] * 10_000), "l.csv", "There are 10,000 rows; at most 2,000 are taken at once."),
        (as_csv(["Date"], [["x"]] * 10_001), "l.csv", "At most 10000 rows are read."),
        (as_csv(["", ""], [["x"]]), "l.csv", "Row 1 has no headings."),
        (as_csv(["Date"], []), "l.csv", "There are no rows under the headings."),
        (b"", "l.csv", "This file is empty."),
        (b"\x00\x01\x81\x8d", "l.csv", "This is no CSV file"),
        (b'Date\n"open', "l.csv", "the quotation marks do not match"),
        (b"PK\x03\x04 nothing", "l.xlsx", "This workbook is damaged"),
        (b"Date", "l.ods", "This is an OpenDocument spreadsheet."),
    ],
)
def test_rule_16_a_file_that_cannot_be_read_says_why(content, name, said):
    with pytest.raises(SheetProblems, match=said.replace("(", r"\(")):
        read(content, name)


@pytest.mark.parametrize(("encoding", "separator"), [("cp1252", ","), ("utf-8-sig", ";"), ("cp1252", "\t")])
def test_rule_16_a_csv_of_windows_or_of_the_continent_is_read(encoding, separator):
    table = read(as_csv(["Date", "Procedure"], [["1/5/2026", "Café – “test”"]], encoding, separator))
    assert table.rows == ((2, ("1/5/2026", "Café – “test”")),)


def test_rule_16_formulas_faults_and_days_of_a_workbook_are_told_or_read(world):
    code = code_of(world.tara)
    rows = [
        [date(2026, 5, 12), "As a day", "Room", code, "S. Patel", 3, "competent"],
        ["=TODAY()", "Formula", "Room", code, "S. Patel", 2.0, ""],
        [True, "Truth", "Room", code, "S. Patel", "-", ""],
    ]
    table = read(as_xlsx(DOPS, rows), "log.xlsx")
    given = {"record_id": world.tara.pk, "key": uuid4(), "kind": EarlierKind.DOPS}
    file = ReadFile("log.xlsx", "b" * 64, queries.plain_table(table))
    batch = actions.try_import(by=world.cast.tara, now=NOW, file=file, **given)
    found = run(batch)
    assert [(row.values["observed_on"], row.values["score_1"]) for row in found.new] == [("2026-05-12", 3)]
    assert [fault.place for fault in found.faults] == ["Cell A3", "Cell A4"]
    assert "This is a formula." in found.faults[0].words and "TRUE or FALSE" in found.faults[1].words
    odd = queries.earlier._odd_words("NUMBER")
    assert "type it as 12/05/2026" in odd and queries.headings_in(batch) == DOPS
    assert queries.columns_of(batch)[0] == (1, "A: Date")


def test_rule_16_signs_that_no_database_keeps_do_not_come_in(world):
    row = ["A day_x0000_ _xD800_", "", "", "", "", "Line one\nand two"]
    table = read(as_xlsx(REFLECTION, [row]), "log.xlsx")
    file = ReadFile("log.xlsx", "c" * 64, queries.plain_table(table))
    given = {"record_id": world.tara.pk, "key": uuid4(), "kind": EarlierKind.REFLECTION}
    batch = actions.try_import(by=world.cast.tara, now=NOW, file=file, **given)
    [tried_row] = run(batch).new
    assert (tried_row.title, tried_row.values["text"]) == ("A day", "Line one\nand two")


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-05-12", date(2026, 5, 12)),
        ("2026-05-12 00:00:00", date(2026, 5, 12)),
        ("12/05/2026", date(2026, 5, 12)),
        ("12.5.26", date(2026, 5, 12)),
        ("12 May 2026", date(2026, 5, 12)),
        ("12th Sept 2026", date(2026, 9, 12)),
        (46154, date(2026, 5, 12)),
        ("46154", date(2026, 5, 12)),
        (46154.5, date(2026, 5, 12)),
    ],
)
def test_rule_16_days_are_read_as_people_write_them(cell, day):
    assert day_in(cell) == day


@pytest.mark.parametrize("cell", ["yesterday", "13/13/2026", 5, 99999, "12 Foo 2026", "2026"])
def test_rule_16_what_is_no_day_is_said(cell):
    with pytest.raises(CellFault, match="is no day"):
        day_in(cell)


def test_rule_16_columns_are_guessed_by_their_headings_each_once():
    assert guessed("dops", ["DATE", "Observed on", None, "  competency "]) == {"observed_on": 2, "item": 4}
    assert guessed("review", ["Date", "Date"]) == {"held_on": 1}
    place = next(field for field in fields_of("dops") if field.name == "place")
    assert value_of(place, " Room \t 3\u200b ") == "Room 3" and value_of(place, 4.0) == "4"
    with pytest.raises(CellFault, match="has 161 characters; at most 160 fit"):
        value_of(place, "x" * 161)


# --- pages ---


def upload(content, name="log.csv"):
    return SimpleUploadedFile(name, content)


def test_T5_the_pages_import_map_and_show_what_is_unsigned(world):
    tara = browser_of(world.cast.tara)
    listed, file = address("earlier", world.tara.pk), address("earlier_file", world.tara.pk, "dops")
    assert "No earlier entry is imported" in words(tara.get(listed)) and file in words(tara.get(listed))
    bad = tara.post(file, {"key": str(uuid4()), "file": upload(b"")})
    assert bad.status_code == 422 and "empty" in words(bad)
    bad = tara.post(file, {"key": str(uuid4()), "file": upload(as_csv(["Date"], []))})
    assert bad.status_code == 422 and "There are no rows under the headings." in words(bad)
    content = as_csv(["When", *DOPS[1:]], dops_rows(world.tara))
    page = tara.post(file, {"key": str(uuid4()), "file": upload(content)}, follow=True)
    assert "No column is chosen for “Observed on”." in words(page) and "A: When" in words(page)
    batch = EarlierImport.objects.get()
    tried_url, take = address("earlier_import", batch.pk), address("earlier_take", batch.pk)
    form = {name: str(place) for name, place in batch.mapping.items()}
    missing = tara.post(tried_url, form)
    assert missing.status_code == 422 and "Choose the column that holds this" in words(missing)
    twice = tara.post(tried_url, {**form, "observed_on": "2"})
    assert twice.status_code == 422 and "chosen twice" in words(twice)
    assert tara.post(tried_url, {**form, "observed_on": "1"}).status_code == 303
    page = tara.get(tried_url)
    assert "2 rows would be imported" in words(page) and "Dose assay" in words(page)
    seen = page.context["form"]["seen"].value()
    undeclared = tara.post(take, {"seen": seen})
    assert undeclared.status_code == 422 and "Take out what identifies a patient" in words(undeclared)
    assert tara.post(take, {"seen": "0" * 64, "declared": "on"}).status_code == 409
    done = tara.post(take, {"seen": seen, "declared": "on"}, follow=True)
    assert words(done).count("Imported, unsigned") >= 2 and tara.get(tried_url).status_code == 302
    assert "No earlier entry is imported" in words(tara.get(f"{listed}?kind=review"))
    assert "Earlier entries were imported, unsigned" in words(tara.get(address("history", world.tara.pk)))


def test_T5_an_entry_is_taken_up_and_an_import_undone_on_its_pages(world):
    batch = imported(world.tara)
    sam, tara = browser_of(world.cast.sam), browser_of(world.cast.tara)
    first, second = (address("earlier_entry", entry.pk) for entry in entries(world.tara))
    page = sam.get(first)
    assert "Nobody signed it here" in words(page) and "Assess it here" in words(page)
    undo = address("earlier_undo", batch.pk)
    assert "2 imported rows are taken back" in words(tara.get(undo))
    done = sam.post(first, {"key": str(page.context["form"]["key"].value())})
    dops = Dops.objects.get()
    assert done.status_code == 303 and done.url == address("dops_step", dops.pk, 1)
    assert tara.post(undo).status_code == 409 and "being signed here" in words(
        tara.get(address("earlier", world.tara.pk))
    )
    asked = tara.post(second, {"key": str(uuid4()), "assessor": world.cast.sam.pk})
    assert asked.status_code == 303 and Dops.objects.count() == 2
    assert "DOPS: Requested" in words(tara.get(second)) and tara.post(second, {"key": str(uuid4())}).status_code == 409
    cora = browser_of(world.cast.cora)
    assert cora.get(first).status_code == 200 and cora.post(first, {}).status_code == 403


def test_T4_and_T6_reviews_and_reflections_are_taken_up_on_their_pages(world):
    review(world.tara)
    sam, tara = browser_of(world.cast.sam), browser_of(world.cast.tara)
    entry = entries(world.tara)[0]
    done = sam.post(address("earlier_entry", entry.pk), {"key": str(uuid4())})
    assert done.url == address("review_edit", SupervisorReview.objects.get().pk)
    reflection(world.tara)
    entry = EarlierEntry.objects.get(kind="reflection")
    assert sam.get(address("earlier_entry", entry.pk)).status_code == 404
    done = tara.post(address("earlier_entry", entry.pk), {"key": str(uuid4())})
    assert done.url == address("reflection_edit", Reflection.objects.get().pk)
    batch = imported(world.tara)
    assert tara.post(address("earlier_undo", batch.pk)).status_code == 303
    batch = tried(world.tara, EarlierKind.DOPS, DOPS, dops_rows(world.tara))
    assert tara.post(address("earlier_drop", batch.pk)).status_code == 303


def test_the_mark_stands_on_the_pages_of_log_reviews_and_writing(world):
    imported(world.tara)
    review(world.tara)
    reflection(world.tara)
    tara = browser_of(world.cast.tara)
    for name, said in (
        ("dops_log", "2 earlier entries are"),
        ("reviews", "1 earlier entry is"),
        ("writing", "1 earlier entry is"),
    ):
        assert f"{said} imported, unsigned" in words(tara.get(address(name, world.tara.pk)))
    assert "imported, unsigned" not in words(browser_of(world.cast.sam).get(address("writing", world.tara.pk)))


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("name", "many"),
    [
        ("training:earlier", 9),
        ("training:earlier_import", 8),
        ("training:earlier_take", 8),
        ("training:earlier_entry", 9),
    ],
)
def test_the_pages_ask_as_often_with_three_as_with_one(world, django_assert_num_queries, rows, name, many):
    day = [f"{n}/5/2026" for n in range(1, rows + 1)]
    log = [[one, "Check", "Room", code_of(world.tara), "S. Patel", "", ""] for one in day]
    imported(world.tara, rows=log)
    batch = tried(
        world.tara, EarlierKind.DOPS, DOPS, [[one, "More", *row[2:]] for one, row in zip(day, log, strict=True)]
    )
    about = {"earlier": world.tara.pk, "earlier_entry": entries(world.tara)[0].pk}
    url = address(name.partition(":")[2], about.get(name.partition(":")[2], batch.pk))
    tara = browser_of(world.cast.tara)
    tara.get(address("earlier", world.tara.pk))
    with django_assert_num_queries(many):
        sent = tara.post(url, {}) if name.endswith("take") else tara.get(url)
    assert sent.status_code in (200, 422)
