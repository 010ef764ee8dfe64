"""Earlier logs from a spreadsheet (T4, T5, T6): tried out, imported unsigned, undone, and signed the normal way."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from ctts.audit.models import AuditEvent
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from tests.training.earlier import (
    DOPS,
    REFLECTION,
    REVIEW,
    TODAY,
    code_of,
    dops_rows,
    entries,
    imported,
    reflection,
    review,
    run,
    tried,
    use,
)
from tests.training.practice import kinds_audited, proof, told
from tests.training.world import NOW, item_of
from training import actions, queries
from training.actions import StaleText
from training.models import Dops, EarlierEntry, EarlierUse, TrainingRecord
from training.queries import first_year_facts
from training.queries.earlier import row_warning
from training.rules import Holds, fields_of
from training.states import EarlierKind, ImportState

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
        ("Cell D3", "“XX-1” is no competency of this training plan. Write its code as it stands there."),
        ("Cell F3", "Item 1 is 0, 1, 2, 3, 4 or N/A, not “7”."),
        ("Cell G3", "Overall judgement is one of: Competent, Not yet competent. “Splendid” is none of them."),
        ("Cell A4", "This day is still to come."),
        ("Cell A5", "Training began on 1 April 2026; this was before."),
        ("Cell D5", "“XX-1” is no competency of this training plan. Write its code as it stands there."),
    ]
    with pytest.raises(TooLate, match="places to mend"):
        actions.import_entries(by=world.cast.tara, now=NOW, import_id=batch.pk, seen=found.digest)
    assert entries(world.tara) == []


def test_T5_a_row_that_leaves_out_more_items_than_a_dops_may_is_a_place_to_mend(world):
    headings = [*DOPS[:5], *(f"Item {number}" for number in range(1, 11))]
    start = dops_rows(world.tara)[0][:5]
    rows = [[*start, *["N/A"] * 10], [*start, *["N/A"] * 3, *["3"] * 7]]
    [fault] = run(tried(world.tara, EarlierKind.DOPS, headings, rows)).faults
    words = "At most 3 items of a DOPS may be not applicable. In this row 10 are. Give a score or leave the cell empty."
    assert (fault.place, fault.words) == ("Cell I2", words)


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
    assert [row.warning for row in found.warned] == ["Reflection: NHS number"] and "943" not in found.warned[0].warning


def test_rule_17_every_column_in_which_somebody_writes_is_scanned_whatever_the_kind_of_file(world):
    log = ["12/05/2026", "Scan of 9434765919, DOB 12/03/1961", "12 High Street, LS1 4AP", code_of(world.tara), "S. P."]
    dops = run(tried(world.tara, EarlierKind.DOPS, DOPS[:5], [log]))
    assert [row.warning for row in dops.warned] == [
        "Procedure: Date of birth, NHS number; Place: House number and postcode"
    ]
    met = ["5/5/2026", "Tara, patient John Smith", "Well.", "no", "Hospital number 4471123"]
    review = run(tried(world.tara, EarlierKind.REVIEW, REVIEW, [met]))
    assert [row.warning for row in review.warned] == [
        "Who was there: Name of a patient; Where it is recorded: Hospital or record number"
    ]
    writes = {Holds.LINE, Holds.TEXT, Holds.CODE}
    for kind in EarlierKind:
        for field in fields_of(kind):
            warned = row_warning(kind, {field.name: "NHS number 943 476 5919"})
            assert warned == (f"{field.label}: NHS number" if field.holds in writes else "")


def test_rule_17_what_was_found_is_answered_before_anything_is_imported(world):
    rows = [["A day", "", "", "", "", "The pump 943 476 5919."], ["Another", "", "", "", "", "Quiet."]]
    batch = tried(world.tara, EarlierKind.REFLECTION, REFLECTION, rows)
    given = {"by": world.cast.tara, "now": NOW, "import_id": batch.pk, "seen": run(batch).digest}
    for said in ("", " ", "It is 943 476 5919 again."):
        with pytest.raises(Invalid) as problem:
            actions.import_entries(**given, answer=said)
        assert problem.value.field == "answer"
    assert not entries(world.tara)
    assert actions.import_entries(**given, answer="It is the serial of a pump. ").scan_answer == (
        "It is the serial of a pump."
    )
    assert AuditEvent.objects.get(action="training.earlier.imported").after["held"] == 1
    quiet = imported(world.tara, EarlierKind.REFLECTION, REFLECTION, [["Third", "", "", "", "", "Fine."]])
    assert quiet.scan_answer == ""
