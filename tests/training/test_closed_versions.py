"""An earlier version of writing that identifies a patient is closed to everybody (T3, T6, quality rule 17)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from ctts.audit.models import AuditEvent
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.notifications.models import Message
from tests.training import practice as p
from tests.training.pages import address, press, words
from tests.training.test_writing import case, save, save_case, submit, submitted
from tests.training.world import browser_of
from training import access, actions, queries
from training.models import PieceVersion, PieceWithdrawal
from training.taking import my_work

FOUND = "A name in the first part."


def again(piece, change):
    """The piece reopened, changed by `change`, submitted again."""
    actions.reopen_piece(by=piece.record.trainee, now=p.NOW, piece=piece)
    return submit(change(type(piece).objects.get(pk=piece.pk)))


@pytest.fixture
def piece(scene):
    """A reflective piece whose first version said something of a camera, and whose second does not."""
    return again(submitted(scene.tara), lambda found: save(found, what="Taken out.", title="Another title"))


def close(piece, by, number=1, reason=FOUND):
    return actions.close_version(by=by, now=p.NOW, piece=piece, number=number, reason=reason)


def told():
    rows = Message.objects.filter(kind="training.piece_version_closed").values_list("to__full_name", flat=True)
    return sorted(rows)


def page_of(scene, who, piece, number=1):
    browser = browser_of(getattr(scene.cast, who), proved=True)
    return words(browser.get(address("reflection_version", piece.pk, number)))


def test_T6_a_reader_closes_an_earlier_version_and_what_stands_stays(scene, piece):
    gone = close(piece, scene.cast.sam)
    first = PieceVersion.objects.get(reflection=piece, number=1)
    assert (gone.version, gone.content_sha256, gone.role) == (first, first.sha256, "Training Supervisor")
    event = AuditEvent.objects.get(action="training.reflection.version_closed")
    assert (event.after["version"], event.role, event.words.text) == (1, "Training Supervisor", {"reason": FOUND})
    assert told() == ["Cora Whitfield", "Tara Quinn"]
    standing = queries.reflections_visible_to(scene.cast.sam, p.TODAY).get(pk=piece.pk)
    assert (standing.state, queries.withdrawal_of(standing)) == ("submitted", None)


@pytest.mark.parametrize("closer", ["tara", "sam", "cora", "mia", "olive"])
def test_quality_17_the_words_of_a_closed_version_are_shown_to_nobody(scene, piece, closer):
    close(piece, getattr(scene.cast, closer))
    for reader in ("tara", "sam", "mia", "olive"):
        page = page_of(scene, reader, piece)
        assert "This version is closed" in page
        assert "camera" not in page
        assert "camera" not in page_of(scene, reader, piece, 2)


def test_quality_17_what_was_found_is_read_by_the_author_and_those_who_hear_of_it(scene, piece):
    close(piece, scene.cast.olive)
    assert [FOUND in page_of(scene, who, piece) for who in ("tara", "sam", "cora", "olive")] == [True] * 4
    assert FOUND not in page_of(scene, "mia", piece)
    assert not access.can_know_of_piece(scene.cast.mia, piece, p.TODAY)


def test_T6_a_version_is_closed_once_and_what_the_piece_says_now_is_not(scene, piece):
    with pytest.raises(TooLate, match="Withdraw the piece itself"):
        close(piece, scene.cast.sam, number=2)
    with pytest.raises(TooLate, match="Reopen it"):
        close(piece, scene.cast.tara, number=2)
    close(piece, scene.cast.tara)
    with pytest.raises(TooLate, match="closed already"):
        close(piece, scene.cast.sam)
    assert PieceWithdrawal.objects.count() == 1
    with pytest.raises(PieceVersion.DoesNotExist):
        close(piece, scene.cast.tara, number=9)


def test_T6_a_stranger_closes_nothing_and_the_reason_does_not_say_it_again(scene, piece):
    for who in ("tom", "sue"):
        with pytest.raises(NotAllowed):
            close(piece, getattr(scene.cast, who))
    for reason in (" ", "The number 943 476 5919."):
        with pytest.raises(Invalid) as problem:
            close(piece, scene.cast.sam, reason=reason)
        assert problem.value.field == "reason"
    assert not PieceWithdrawal.objects.exists()


def test_T6_what_a_closed_version_said_is_not_submitted_again(scene, piece):
    close(piece, scene.cast.sam)
    with pytest.raises(Invalid, match="withdrawn as it is"):
        again(piece, lambda found: save(found, what="I checked the camera."))


def test_T6_the_author_closes_a_version_while_writing_on_the_draft(scene, piece):
    actions.reopen_piece(by=scene.cast.tara, now=p.NOW, piece=piece)
    close(piece, scene.cast.tara, number=2)
    assert told() == ["Cora Whitfield", "Sam Patel"]


def test_T6_a_version_of_a_case_study_is_closed_too(scene):
    study = submit(save_case(case(scene.tara), ("Introduction", "A patient came.")))
    study = again(study, lambda found: save_case(found, ("Introduction", "Taken out.")))
    close(study, scene.cast.cora)
    event = AuditEvent.objects.get(action="training.case.version_closed")
    assert event.after["version"] == 1
    sam = browser_of(scene.cast.sam, proved=True)
    assert "This version is closed" in words(sam.get(address("case_version", study.pk, 1)))
    assert sam.get(address("case_version_close", study.pk, 1)).status_code == 409


def test_T6_the_database_closes_a_version_once(scene, piece):
    gone = close(piece, scene.cast.sam)
    facts = {"reflection": piece, "content_sha256": "0" * 64, "reason": "x", "role": "x", "withdrawn_at": p.NOW}
    with pytest.raises(DatabaseError), transaction.atomic():
        PieceWithdrawal.objects.create(version=gone.version, withdrawn_by=scene.cast.sam, **facts)


def test_T6_the_pages_of_closing_a_version(scene, piece):
    sam = browser_of(scene.cast.sam, proved=True)
    url = address("reflection_version_close", piece.pk, 1)
    assert "A patient can be identified in this version" in words(sam.get(address("reflection_version", piece.pk, 1)))
    second = words(sam.get(address("reflection_version", piece.pk, 2)))
    assert "A patient can be identified in this version" not in second
    assert "Nobody reads the words of this version" in words(sam.get(url))
    assert press(sam, url, reason="").status_code == 422
    assert press(sam, url, reason=FOUND).url == address("reflection_version", piece.pk, 1)
    assert sam.get(url).status_code == 409
    assert sam.get(address("reflection_version_close", piece.pk, 7)).status_code == 404
    assert "Closed: a patient could be identified" in words(sam.get(address("reflection", piece.pk)))
    history = words(sam.get(address("history", scene.tara.pk)))
    assert "Version 1 of a reflective piece was closed: a patient could be identified" in history


def test_quality_18_a_copy_of_the_record_holds_no_word_of_a_closed_version(scene, piece):
    given = {"now": p.NOW - timedelta(hours=1), "record_id": scene.tara.pk, "key": uuid4()}
    copied = actions.order_copy(by=scene.cast.tara, **given)
    assert not access.withdrawn_since(copied)
    close(piece, scene.cast.sam)
    assert access.withdrawn_since(copied)
    first, second = my_work.reflections(scene.tara, p.TODAY).pieces[0].parts
    assert first.title == "Version 1, closed: a patient could be identified"
    assert [fact.key for fact in first.facts] == ["submitted_at", "sha256"]
    assert second.title == "Version 2"
