"""Writing is scanned for patient identifiers when it is submitted, and says which parts are empty (T6, rule 17)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from ctts.audit.models import AuditEvent
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.notifications.models import Message
from tests.training import practice as p
from tests.training.pages import address, press, words
from tests.training.test_writing import case, reflection, save, save_case, version
from tests.training.world import browser_of
from training import actions, queries
from training.models import PieceWithdrawal, Reflection, ScanAnswer
from training.states import WritingState

NAMES = "The patient John Smith, born 03/04/1961, NHS 943 476 5919, was scanned."
ANSWER = "These are the published examples of the lecture."


def submit(piece, answer="", at=p.NOW):
    given = {"seen": version(piece), "declared": True, "answer": answer}
    return actions.submit_piece(by=piece.record.trainee, now=at, piece=piece, **given)


@pytest.fixture
def named(scene):
    """A reflective piece in which a patient can be identified."""
    return save(reflection(scene.tara), what=NAMES)


@pytest.fixture
def tara(scene):
    return browser_of(scene.cast.tara, proved=True)


@pytest.fixture
def sam(scene):
    return browser_of(scene.cast.sam, proved=True)


def test_T6_what_may_identify_a_patient_waits_for_the_answer_of_its_author(scene, named):
    with pytest.raises(Invalid, match="Say why no patient can be identified") as problem:
        submit(named)
    assert problem.value.field == "answer"
    assert Reflection.objects.get().state == WritingState.DRAFT
    assert submit(named, f" {ANSWER} ").state == WritingState.SUBMITTED
    kept = ScanAnswer.objects.get(reflection=named)
    assert kept.found == {"patient_name": 1, "date_of_birth": 1, "nhs_number": 1}
    assert (kept.answer, kept.answered_by, kept.answered_at) == (ANSWER, scene.cast.tara, p.NOW)
    event = AuditEvent.objects.get(action="training.reflection.submitted")
    assert event.after["found"] == ["date_of_birth", "nhs_number", "patient_name"]


def test_T6_the_answer_does_not_say_again_what_was_found(named):
    with pytest.raises(Invalid, match="Your answer names what may identify a patient"):
        submit(named, "It is the NHS number 943 476 5919 of a book.")
    assert not ScanAnswer.objects.exists()


def test_T6_what_was_answered_once_is_not_asked_again_while_it_says_the_same(scene, named):
    submit(named, ANSWER)
    actions.reopen_piece(by=scene.cast.tara, now=p.NOW, piece=named)
    assert submit(named, at=p.NOW + timedelta(hours=1)).state == WritingState.SUBMITTED
    assert ScanAnswer.objects.count() == 1
    actions.reopen_piece(by=scene.cast.tara, now=p.NOW, piece=named)
    other = save(Reflection.objects.get(), what=f"{NAMES} Twice.")
    assert queries.scan_answer(other) is None
    with pytest.raises(Invalid):
        submit(other)


def test_T6_a_case_study_is_scanned_too_and_what_holds_nothing_has_no_answer(scene):
    study = save_case(case(scene.tara), ("Introduction", NAMES))
    submit(study, ANSWER)
    assert queries.scan_answer(study).case == study
    clean = submit(save(reflection(scene.tara), what="Test number 999 000 0018."))
    assert (clean.state, queries.scan_answer(clean)) == (WritingState.SUBMITTED, None)
    assert "found" not in AuditEvent.objects.get(action="training.reflection.submitted").after


def test_T6_the_database_keeps_answers_as_they_were_given(named):
    submit(named, ANSWER)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update training_scananswer set answer = 'x'")


def test_T6_the_page_shows_what_was_found_asks_and_readers_see_the_answer(tara, sam, named):
    url = address("reflection_submit", named.pk)
    page = words(tara.get(url))
    assert "Name of a patient" in page and "Why can no patient be identified?" in page
    refused = press(tara, url, declared="on", unfinished="on")
    assert (refused.status_code, Reflection.objects.get().state) == (422, WritingState.DRAFT)
    assert press(tara, url, declared="on", unfinished="on", answer=ANSWER).status_code == 303
    read = words(sam.get(address("reflection", named.pk)))
    assert "on what the identifier scan found:" in read and ANSWER in read
    tara.post(address("reflection_reopen", named.pk))
    again = words(tara.get(url))
    assert "You said why no patient can be identified" in again and "Why can no patient be identified?" not in again


def test_T6_parts_that_are_empty_are_named_and_confirmed_before_a_piece_is_submitted(scene, tara, sam):
    piece = save(reflection(scene.tara, model="gibbs"), description="I checked the camera before anybody came.")
    url = address("reflection_submit", piece.pk)
    page = words(tara.get(url))
    assert "5 of 6 parts are empty" in page and "Feelings" in page
    assert press(tara, url, declared="on").status_code == 422
    assert press(tara, url, declared="on", unfinished="on").status_code == 303
    assert "Left empty" in words(sam.get(address("reflection", piece.pk)))


def test_T6_a_piece_with_every_part_written_asks_for_no_more(scene, tara):
    piece = save(reflection(scene.tara), what="One.", so_what="Two.", now_what="Three.")
    url = address("reflection_submit", piece.pk)
    assert "unfinished" not in tara.get(url).context["form"].fields
    assert press(tara, url, declared="on").status_code == 303


# --- withdrawn by a reader ---

FOUND = "A name in the first part."


def withdraw(piece, by, reason=FOUND, at=p.NOW):
    return actions.withdraw_piece(by=by, now=at, piece=piece, reason=reason)


def told():
    rows = Message.objects.filter(kind="training.piece_withdrawn").values_list("to__full_name", flat=True)
    return sorted(rows)


@pytest.fixture
def shown(scene):
    """A reflective piece that Tara submitted."""
    return submit(save(reflection(scene.tara), what="Somebody came."))


def test_T6_a_reader_withdraws_what_identifies_a_patient_and_those_around_hear_it(scene, shown):
    assert withdraw(shown, scene.cast.sam).state == WritingState.DRAFT
    gone = PieceWithdrawal.objects.get(reflection=shown)
    assert (gone.reason, gone.withdrawn_by, gone.role) == (FOUND, scene.cast.sam, "Training Supervisor")
    event = AuditEvent.objects.get(action="training.reflection.withdrawn")
    assert (event.role, event.words.text) == ("Training Supervisor", {"reason": FOUND})
    assert told() == ["Cora Whitfield", "Tara Quinn"]
    assert not queries.reflections_visible_to(scene.cast.sam, p.TODAY).filter(pk=shown.pk).exists()


def test_T6_what_was_withdrawn_is_submitted_again_only_once_it_is_changed(scene, shown):
    withdraw(shown, scene.cast.cora)
    with pytest.raises(Invalid, match="withdrawn as it is"):
        submit(shown)
    assert submit(save(Reflection.objects.get(), what="A person came.")).state == WritingState.SUBMITTED


def test_T6_a_case_study_is_withdrawn_too(scene):
    study = submit(save_case(case(scene.tara), ("Introduction", "Somebody came.")))
    withdraw(study, scene.cast.olive)
    assert queries.withdrawal_of(study).role == "Scheme office"
    assert AuditEvent.objects.filter(action="training.case.withdrawn").count() == 1


@pytest.mark.parametrize("kind", ["reflection", "case"])
def test_N_the_author_is_asked_to_change_what_was_withdrawn_until_it_is_submitted_again(scene, shown, kind):
    piece = shown if kind == "reflection" else submit(save_case(case(scene.tara), ("Introduction", "Somebody came.")))
    withdraw(piece, scene.cast.sam)
    [row] = sent_back(scene.cast.tara)
    assert (row.url, row.about, row.since) == (address(kind, piece.pk), piece.title, p.TODAY)
    assert sent_back(scene.cast.sam) == sent_back(scene.cast.tom) == []
    if kind == "reflection":
        later = p.NOW + timedelta(hours=1)
        submit(save(Reflection.objects.get(), what="A person came."), at=later)
        assert sent_back(scene.cast.tara) == []
        actions.reopen_piece(by=scene.cast.tara, now=later, piece=Reflection.objects.get())
        assert sent_back(scene.cast.tara) == []  # a draft of their own wish


def sent_back(person):
    return [row for row in queries.duties_for(person, p.TODAY) if row.what == "Change withdrawn writing"]


def test_T6_nobody_else_withdraws_writing_and_a_draft_is_not_withdrawn(scene, shown):
    for who in ("tara", "tom", "sue"):
        with pytest.raises(NotAllowed):
            withdraw(shown, getattr(scene.cast, who))
    for reason in (" ", "The number 943 476 5919."):
        with pytest.raises(Invalid) as problem:
            withdraw(shown, scene.cast.sam, reason)
        assert problem.value.field == "reason"
    withdraw(shown, scene.cast.sam)
    with pytest.raises(TooLate):
        withdraw(shown, scene.cast.sam)


def test_T6_the_author_reads_on_the_page_what_was_found_and_readers_that_it_was_withdrawn(scene, tara, sam, shown):
    url = address("reflection", shown.pk)
    assert "A patient can be identified" in words(sam.get(url))
    assert "A patient can be identified" not in words(tara.get(url))
    assert press(sam, address("reflection_withdraw", shown.pk), reason="").status_code == 422
    assert press(sam, address("reflection_withdraw", shown.pk), reason=FOUND).url == address("writing", scene.tara.pk)
    away = words(sam.get(url))
    assert "Sam Patel (Training Supervisor) withdrew it" in away and "A person came" not in away
    page = words(tara.get(url))
    assert "Sam Patel (Training Supervisor) withdrew it" in page and FOUND in page
    assert FOUND in words(tara.get(address("reflection_edit", shown.pk)))
    submit(save(Reflection.objects.get(), what="A person came."), at=p.NOW + timedelta(days=400))
    again = words(sam.get(url))
    assert "Withdrawn from view" in again and FOUND not in again


def test_T6_a_case_study_is_withdrawn_by_its_page(scene, sam):
    study = submit(save_case(case(scene.tara), ("Introduction", "Somebody came.")))
    assert press(sam, address("case_withdraw", study.pk), reason=FOUND).status_code == 303
