"""The CPD log (T10): written, entered with a declaration, reopened, taken over from events, read, taken along."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any
from uuid import uuid4

import pikepdf
import pytest
from django.db import DatabaseError, transaction
from openpyxl import load_workbook
from pypdfium2 import PdfDocument

from ctts.audit.models import AuditEvent
from ctts.common import clock
from ctts.common.verdict import DoneAlready, Invalid, NotAllowed, TooLate
from tests.office import browser_of
from tests.training import events as e
from tests.training import practice as p
from tests.training.pages import address, filled, press, typed, words
from training import actions, queries
from training.actions import StaleText
from training.forms.cpd import CpdForm
from training.models import CpdEntry, CpdPaper, TrainingRecord
from training.periodic import make_papers
from training.queries import CpdWanted
from training.states import CpdKind, CpdState

READ = {
    "kind": CpdKind.OWN_STUDY,
    "title": "Paper on PET motion",
    "done_on": date(2026, 6, 3),
    "minutes": 90,
    "activity": "Read it with Sam.",
    "reflection": "Gating is worth its time.",
}


def written(scene, by="tara", record=None, key=None, **changes: Any) -> CpdEntry:
    given = {"record_id": (record or scene.tara).pk, "key": key or uuid4(), "values": {**READ, **changes}}
    return actions.write_cpd(by=getattr(scene.cast, by), now=p.NOW, **given)


def entered(scene, entry, *, by="tara", seen=None, declared=True, answer=""):
    given = {"entry_id": entry.pk, "seen": seen or queries.cpd_version(entry), "declared": declared, "answer": answer}
    return actions.enter_cpd(by=getattr(scene.cast, by), now=p.NOW, **given)


def read_by(scene, who):
    return list(queries.cpd_visible_to(getattr(scene.cast, who), p.TODAY))


# --- writing, entering, reopening ---


def test_T10_a_draft_is_the_trainees_own_and_what_is_entered_is_read_as_the_record_is(scene):
    entry = written(scene)
    assert [bool(read_by(scene, who)) for who in ("tara", "sam", "olive", "tom")] == [True, False, False, False]
    entry = entered(scene, entry)
    assert (entry.state, entry.entered_at) == (CpdState.ENTERED, p.NOW)
    readers = ("tara", "sam", "cora", "mia", "sid", "olive")
    assert all(read_by(scene, who) == [entry] for who in readers)
    assert read_by(scene, "tom") == read_by(scene, "sue") == read_by(scene, "nobody") == []
    with pytest.raises(TooLate, match="stands in the log"):
        actions.change_cpd(
            by=scene.cast.tara, now=p.NOW, entry_id=entry.pk, values=READ, seen=queries.cpd_version(entry)
        )
    assert actions.reopen_cpd(by=scene.cast.tara, now=p.NOW, entry_id=entry.pk).state == CpdState.DRAFT
    assert read_by(scene, "sam") == []
    assert p.kinds_audited(scene.tara) == ["training.cpd.written", "training.cpd.entered", "training.cpd.reopened"]
    with pytest.raises(TooLate):
        actions.reopen_cpd(by=scene.cast.tara, now=p.NOW, entry_id=entry.pk)


def test_T10_what_is_entered_keeps_its_words(scene):
    entry = entered(scene, written(scene))
    with pytest.raises(DatabaseError), transaction.atomic():
        CpdEntry.objects.filter(pk=entry.pk).update(reflection="Otherwise.")


@pytest.mark.parametrize("who", ["sam", "cora", "mia", "olive", "tom", "nobody"])
def test_T10_only_the_trainee_writes_and_enters(scene, who):
    with pytest.raises(NotAllowed):
        written(scene, who)
    entry = written(scene)
    with pytest.raises(NotAllowed):
        entered(scene, entry, by=who)
    with pytest.raises(NotAllowed):
        actions.reopen_cpd(by=getattr(scene.cast, who), now=p.NOW, entry_id=entered(scene, entry).pk)


def test_T10_the_same_form_sent_twice_is_one_entry_and_after_the_end_nothing_is_added(scene):
    key = uuid4()
    assert written(scene, key=key) == written(scene, key=key)
    actions.end_not_completed(by=scene.cast.olive, now=p.NOW, record_id=scene.tara.pk)
    with pytest.raises(TooLate, match="training has ended"):
        written(scene)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"done_on": date(2026, 6, 11)}, "done_on"),
        ({"minutes": 0}, "hours"),
        ({"minutes": 78}, "hours"),
        ({"title": " "}, "title"),
    ],
)
def test_T10_what_cannot_be_is_refused_beside_its_field(scene, changes, field):
    with pytest.raises(Invalid) as problem:
        written(scene, **changes)
    assert problem.value.field == field


def test_T10_it_is_entered_whole_as_seen_and_declared(scene):
    for missing in ("activity", "reflection"):
        with pytest.raises(Invalid, match="Write first"):
            entered(scene, written(scene, **{missing: " "}))
    entry = written(scene)
    with pytest.raises(Invalid) as problem:
        entered(scene, entry, declared=False)
    assert problem.value.field == "declared"
    with pytest.raises(StaleText):
        entered(scene, entry, seen="0" * 64)
    given = {"by": scene.cast.tara, "now": p.NOW, "entry_id": entry.pk, "values": {**READ, "minutes": 60}}
    with pytest.raises(StaleText):
        actions.change_cpd(**given, seen="0" * 64)
    assert actions.change_cpd(**given, seen=queries.cpd_version(entry)).minutes == 60


ANSWER = "He is the author of the paper, and no patient."
NAMES = "Patient John Smith, NHS 943 476 5919, was scanned."


def test_quality_17_what_may_identify_a_patient_waits_for_the_answer_of_the_trainee(scene):
    entry = written(scene, activity=NAMES)
    for answer in ("", "It is the number 943 476 5919 of a book."):
        with pytest.raises(Invalid) as problem:
            entered(scene, entry, answer=answer)
        assert problem.value.field == "answer"
    assert entered(scene, entry, answer=f" {ANSWER} ").answer == ANSWER
    event = AuditEvent.objects.get(action="training.cpd.entered")
    assert event.after["found"] == ["nhs_number", "patient_name"]
    with pytest.raises(DatabaseError), transaction.atomic():
        CpdEntry.objects.update(answer="Another one.")
    actions.reopen_cpd(by=scene.cast.tara, now=p.NOW, entry_id=entry.pk)
    given = {"entry_id": entry.pk, "values": READ, "seen": queries.cpd_version(entry)}
    clean = actions.change_cpd(by=scene.cast.tara, now=p.NOW, **given)
    assert entered(scene, clean, answer="Nothing was asked.").answer == ""


def test_T10_hours_are_given_in_quarters(scene):
    given = {"key": uuid4(), "title": "Paper", "kind": "work", "done_on": "3 June 2026"}
    for hours, fits in (("1.25", True), ("0.25", True), ("1.3", False), ("0.1", False)):
        form = CpdForm({**given, "hours": hours}, today=p.TODAY)
        assert ("hours" not in form.errors) == fits
    assert "in quarters" in str(CpdForm({**given, "hours": "1.3"}, today=p.TODAY).errors["hours"])


def test_T10_a_draft_is_in_the_file_only_where_it_is_asked_for(scene):
    entered(scene, written(scene))
    written(scene, title="Not yet")
    tara, url = p.client_of(scene.cast.tara), address("cpd_export", scene.tara.pk, "csv")

    def titles(**asked):
        rows = tara.get(url, asked).content.decode("utf-8-sig").splitlines()[1:]
        return [(row.split(",")[2], row.split(",")[-1]) for row in rows]

    assert titles() == [("Paper on PET motion", "In the log")]
    assert titles(state="draft") == [("Not yet", "Draft")]


# --- from an event ---


def test_T9_T10_an_event_at_which_one_was_is_taken_over_in_one_press_once(scene):
    event = e.entered(scene.cast)
    pk = e.invited(scene.cast, event, scene.tara).pk
    given = {"by": scene.cast.tara, "now": e.AFTER, "attendance_id": pk}
    with pytest.raises(NotAllowed, match="at which you were"):
        actions.take_over_event(**given)
    e.note(scene.cast, event, scene.tara)
    with pytest.raises(NotAllowed):
        actions.take_over_event(**{**given, "by": scene.cast.sam})
    tara = p.client_of(scene.cast.tara)
    assert "Take it into my CPD log" in words(tara.get(address("event", pk)))
    taken = tara.post(address("event_to_cpd", pk))
    entry = CpdEntry.objects.get()
    assert (taken.status_code, taken.url) == (303, address("cpd_edit", entry.pk))
    assert (entry.title, entry.done_on, entry.minutes, entry.state) == (
        "Imaging day",
        e.STARTS.date(),
        180,
        CpdState.DRAFT,
    )
    assert "It is in your CPD log" in words(tara.get(address("event", pk)))
    assert "Taken over from" in words(tara.get(address("cpd_entry", entry.pk)))
    with pytest.raises(DoneAlready):
        actions.take_over_event(**given)
    with pytest.raises(NotAllowed):
        actions.take_over_event(**{**given, "by": scene.cast.sam})
    assert queries.cpd_entry_of(e.place_of(event, scene.tom)) is None


# --- pages ---


def test_T10_the_log_is_filtered_summed_and_taken_along_as_it_is_shown(scene):
    entered(scene, written(scene))
    entered(scene, written(scene, kind=CpdKind.WORK, title="=Shadowing", minutes=30, done_on=date(2026, 5, 1)))
    written(scene, title="Not yet")
    rows = queries.cpd_of(scene.tara, scene.cast.tara, p.TODAY, CpdWanted(first_on=date(2026, 5, 2)))
    assert queries.cpd_minutes(rows) == 90
    last = CpdWanted(kind="work", state="entered", last_on=date(2026, 5, 1))
    assert [row.title for row in queries.cpd_of(scene.tara, scene.cast.sam, p.TODAY, last)] == ["=Shadowing"]
    sam, url = p.client_of(scene.cast.sam), address("cpd", scene.tara.pk)
    page = words(sam.get(url))
    assert "2 hours stand in the log" in page and "Not yet" not in page and "Add an activity" not in page
    assert "0.5 hours" in words(sam.get(url, {"kind": "work"}))
    assert "No activity fits" in words(sam.get(url, {"kind": "course"}))
    assert "Give day, month and year" in words(sam.get(url, {"first_on": "soon"}))
    csv = sam.get(address("cpd_export", scene.tara.pk, "csv"), {"kind": "work"}).content.decode("utf-8-sig")
    assert csv.splitlines()[1].startswith("2026-05-01,Work-based learning,'=Shadowing,0.50,")
    book = load_workbook(BytesIO(sam.get(address("cpd_export", scene.tara.pk, "xlsx")).content))
    assert [row[2].value for row in book.active.rows] == ["Title", "Paper on PET motion", "=Shadowing"]
    assert sam.get(address("cpd_export", scene.tara.pk, "docx")).status_code == 404
    assert "Drafts are the trainee’s own" in words(p.client_of(scene.cast.sue).get(address("cpd", scene.tom.pk)))


def test_T10_an_activity_is_written_with_its_text_kept_and_entered(scene):
    tara, new = p.client_of(scene.cast.tara), address("cpd_new", scene.tara.pk)
    assert "Nothing is in your CPD log yet" in words(tara.get(address("cpd", scene.tara.pk)))
    assert typed(tara, new, activity="Read half of it").status_code == 200
    assert "Read half of it" in words(tara.get(new))
    assert press(tara, new, title="Paper", hours="").status_code == 422
    made = press(tara, new, title="Paper", hours="1.5", kind="work", activity="Patient John Smith, 943 476 5919")
    entry = CpdEntry.objects.get()
    assert (made.url, entry.minutes) == (address("cpd_entry", entry.pk), 90)
    assert "Write first what you did" in words(tara.get(made.url))
    edit, stale = address("cpd_edit", entry.pk), queries.cpd_version(entry)
    assert typed(tara, edit, reflection="I would").status_code == 200
    form = filled(tara, edit, reflection="I would gate.")
    assert tara.post(edit, form).url == made.url
    assert tara.post(edit, {**form, "seen": stale, "autosave_version": 0}).status_code == 409
    asked = words(tara.get(address("cpd_enter", entry.pk)))
    assert "may identify a patient" in asked
    assert press(tara, address("cpd_enter", entry.pk)).status_code == 422
    assert press(tara, address("cpd_enter", entry.pk), declared="on").status_code == 422
    assert press(tara, address("cpd_enter", entry.pk), declared="on", answer=ANSWER).url == made.url
    read = words(p.client_of(scene.cast.sam).get(made.url))
    assert "on what the identifier scan found:" in read and ANSWER in read
    assert "The people around the trainee" in words(p.client_of(scene.cast.sam).get(made.url))
    assert tara.post(address("cpd_reopen", entry.pk)).url == edit
    assert p.client_of(scene.cast.sam).get(made.url).status_code == 404


# --- on paper ---


def test_T10_what_stands_in_the_log_is_made_a_pdf_and_made_anew_once_it_changed(scene):
    here, log = address("cpd_paper", scene.tara.pk), address("cpd", scene.tara.pk)
    tara, sam = browser_of(scene.cast.tara), browser_of(scene.cast.sam)
    first = entered(scene, written(scene))
    written(scene, title="Only begun")
    assert (sam.get(here).status_code, "Make a PDF" in words(sam.get(log))) == (404, True)
    assert (sam.post(here).url, tara.post(here).status_code) == (log, 303)
    assert AuditEvent.objects.filter(action="training.cpd.paper_asked").count() == 1
    assert "is being made" in words(tara.get(log)) and tara.get(here).status_code == 404
    assert (make_papers(clock.now()), make_papers(clock.now())) == (1, 0)
    assert "Download as PDF" in words(tara.get(log)) and "Make it anew" not in words(tara.get(log))
    assert tara.post(here).status_code == 303 and CpdPaper.objects.count() == 1
    actions.reopen_cpd(by=scene.cast.tara, now=p.NOW, entry_id=first.pk)
    entered(scene, written(scene, title="Another paper"))
    shown = words(sam.get(log))
    assert "what it holds has changed since" in shown and "Make it anew" in shown
    assert sam.post(here).status_code == 303 and CpdPaper.objects.count() == 2


def test_T10_the_pdf_holds_what_was_entered_with_its_reflection_and_no_draft(scene):
    entered(scene, written(scene))
    entered(scene, written(scene, title="A workshop", minutes=60))
    written(scene, title="Only begun")
    asked = actions.ask_cpd_paper(by=scene.cast.sam, now=p.NOW, record_id=scene.tara.pk)
    assert make_papers(p.NOW) == 1
    content = b"".join(browser_of(scene.cast.mia).get(address("cpd_paper", scene.tara.pk)).streaming_content)
    with pikepdf.open(BytesIO(content)) as pdf:
        assert str(pdf.docinfo["/Title"]) == "CPD log of Tara Quinn"
    text = " ".join(" ".join(page.get_textpage().get_text_range() for page in PdfDocument(content)).split())
    assert all(part in text for part in ("Paper on PET motion", "Gating is worth its time.", "A workshop", "2.5"))
    assert "Only begun" not in text
    kept = {"pdf": b"%PDF-", "pages": 1, "version": "another"}
    paper = actions.keep_cpd_paper(by=None, now=p.NOW, paper_id=asked.pk, **kept)
    assert (paper.version, paper.document.purpose) == (queries.cpd_log_version(scene.tara), "training.cpd_paper")


def test_T10_the_pdf_of_a_narrowed_log_holds_only_that_and_says_so(scene):
    entered(scene, written(scene, kind="own_study"))
    entered(scene, written(scene, kind="course", title="A workshop", minutes=60))
    tara, query = browser_of(scene.cast.tara), "?kind=course&first_on=2026-04-01"
    here, log = address("cpd_paper", scene.tara.pk) + query, address("cpd", scene.tara.pk)
    said = "fits the filter, with every reflection, and says so: Course, workshop or conference, from 1 April 2026."
    assert said in words(tara.get(log + query)) and "All that stands in the log" in words(tara.get(log))
    assert tara.post(here).url == log + query and "is being made" in words(tara.get(log + query))
    assert "is being made" not in words(tara.get(log)) and make_papers(clock.now()) == 1
    content = b"".join(tara.get(here).streaming_content)
    text = " ".join(" ".join(page.get_textpage().get_text_range() for page in PdfDocument(content)).split())
    assert "A workshop" in text and "Paper on PET motion" not in text
    assert "This is a part of the log only: Course, workshop or conference, from 1 April 2026." in text
    paper = CpdPaper.objects.get()
    assert paper.document.original_name.endswith("– Course, workshop or conference, from 1 April 2026.pdf")
    assert tara.get(address("cpd_paper", scene.tara.pk)).status_code == 404
    entered(scene, written(scene, kind="own_study", title="Another paper"))
    assert "has changed since" not in words(tara.get(log + query))
    for nothing in ("?kind=work", "?state=draft", "?last_on=2026-04-02"):
        assert "On paper" not in words(tara.get(log + nothing))
        assert tara.post(address("cpd_paper", scene.tara.pk) + nothing).status_code == 409


def test_T10_an_empty_log_is_not_on_paper_and_one_of_an_ended_training_still_is(scene):
    here = address("cpd_paper", scene.tara.pk)
    written(scene)
    assert browser_of(scene.cast.tara).post(here).status_code == 409
    assert "On paper" not in words(browser_of(scene.cast.tara).get(address("cpd", scene.tara.pk)))
    with pytest.raises(TooLate, match="nothing that fits stands in it yet"):
        actions.ask_cpd_paper(by=scene.cast.tara, now=p.NOW, record_id=scene.tara.pk)
    entered(scene, written(scene, title="Read"))
    TrainingRecord.objects.filter(pk=scene.tara.pk).update(state="withdrawn", ended_on=p.TODAY)
    assert browser_of(scene.cast.tara).post(here).status_code == 303
    assert browser_of(scene.cast.tom).get(here).status_code == 404


def test_T10_one_pdf_of_a_log_is_owed_at_a_time(scene):
    entered(scene, written(scene))
    first = actions.ask_cpd_paper(by=scene.cast.tara, now=p.NOW, record_id=scene.tara.pk)
    assert actions.ask_cpd_paper(by=scene.cast.sam, now=p.NOW, record_id=scene.tara.pk) == first
    assert str(first) == f"CPD log of {scene.tara}"
    with pytest.raises(DatabaseError), transaction.atomic():
        CpdPaper.objects.create(record=scene.tara, asked_by=scene.cast.tara, asked_at=p.NOW)


def test_T10_the_form_says_what_is_needed_to_enter_an_activity(scene):
    page = words(browser_of(scene.cast.tara).get(address("cpd_new", scene.tara.pk)))
    assert page.count("(needed to enter it)") == 2
