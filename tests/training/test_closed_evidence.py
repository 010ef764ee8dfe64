"""An earlier version of evidence that identifies a patient is closed to everybody (T3, quality rule 17)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from ctts.audit.models import AuditEvent
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.documents.states import DocumentState
from ctts.notifications.models import Message
from tests.training.pages import address, press, words
from tests.training.world import NOW, browser_of, file_evidence, item_of, settle, text_evidence, upload
from training import access, actions, queries
from training.models import Evidence, EvidenceVersion, EvidenceVersionClosing, RecordCopy
from training.taking import my_work

LATER = NOW + timedelta(hours=1)
TODAY = NOW.date()
FOUND = "A name in the first line."
NAMED = "Jane of Elm Cottage was scanned."


def again(evidence, content, hours=1):
    """The piece reopened, changed and shared again."""
    evidence = Evidence.objects.get(pk=evidence.pk)
    actions.reopen_evidence(by=evidence.author, now=NOW, evidence_id=evidence.pk)
    given = {"seen": evidence.content_sha256, "content": content, "declared": True}
    now = NOW + timedelta(hours=hours)
    return actions.edit_evidence(by=evidence.author, now=now, evidence_id=evidence.pk, **given)


@pytest.fixture
def camera(world):
    """Its first version named a patient, its second does not."""
    first = text_evidence(world.tara, item_of(world.tara), title="Camera", text=NAMED)
    return again(first, actions.Content("Camera", "A patient was scanned."))


def version_of(evidence, number=1):
    return list(evidence.versions.order_by("shared_at", "pk"))[number - 1]


def close(evidence, by, number=1, reason=FOUND):
    given = {"version_id": version_of(evidence, number).pk, "reason": reason}
    return actions.close_evidence_version(by=by, now=LATER + timedelta(hours=1), **given)


def page(world, who, name, pk):
    return browser_of(getattr(world.cast, who), proved=True).get(address(name, pk))


def told():
    rows = Message.objects.filter(kind="training.evidence_version_closed").values_list("to__full_name", flat=True)
    return sorted(rows)


def test_T3_a_reader_closes_an_earlier_version_and_what_it_says_now_stays(world, camera):
    url = address("evidence_version_close", version_of(camera).pk)
    sam = browser_of(world.cast.sam, proved=True)
    assert url in words(sam.get(address("evidence_version", version_of(camera).pk)))
    assert press(sam, url, reason=FOUND).url == address("evidence_version", version_of(camera).pk)
    gone, event = (
        EvidenceVersionClosing.objects.get(),
        AuditEvent.objects.get(action="training.evidence.version_closed"),
    )
    assert (gone.version, gone.role, gone.closed_by) == (version_of(camera), "Training Supervisor", world.cast.sam)
    assert (event.after["version"], event.after["file"], event.words.text) == (1, False, {"reason": FOUND})
    assert told() == ["Cora Whitfield", "Tara Quinn"]
    assert queries.evidence_visible_to(world.cast.sam, TODAY).get(pk=camera.pk).state == "shared"
    assert sam.get(url).status_code == 409


@pytest.mark.parametrize("closer", ["tara", "sam", "cora", "olive"])
def test_quality_17_the_words_of_a_closed_version_are_shown_to_nobody(world, camera, closer):
    assert "Jane" in words(page(world, "sam", "evidence_version", version_of(camera).pk))
    close(camera, getattr(world.cast, closer))
    for reader in ("tara", "sam", "cora", "olive"):
        said = words(page(world, reader, "evidence_version", version_of(camera).pk))
        assert ("This version is closed" in said, FOUND in said, "Jane" in said) == (True, True, False)
        assert "Jane" not in words(page(world, reader, "evidence_version", version_of(camera, 2).pk))
        assert "Closed: a patient could be identified" in words(page(world, reader, "evidence_one", camera.pk))
    for stranger in ("sue", "tom", "nobody"):
        assert page(world, stranger, "evidence_version", version_of(camera).pk).status_code == 404
    assert "Jane" not in str(my_work.evidence(world.tara, TODAY))


def test_T3_what_it_says_now_is_withdrawn_and_nothing_is_closed_twice(world, camera):
    with pytest.raises(TooLate, match="Withdraw the piece itself"):
        close(camera, world.cast.sam, number=2)
    close(camera, world.cast.tara)
    with pytest.raises(TooLate, match="closed already"):
        close(camera, world.cast.sam)
    facts = {"version": version_of(camera), "reason": "x", "role": "x", "closed_at": NOW}
    with pytest.raises(DatabaseError), transaction.atomic():
        EvidenceVersionClosing.objects.create(closed_by=world.cast.sam, **facts)


def test_T3_a_stranger_closes_nothing_and_the_reason_does_not_say_it_again(world, camera):
    for who in ("tom", "sue", "nobody"):
        with pytest.raises(NotAllowed):
            close(camera, getattr(world.cast, who))
    for reason in (" ", "The number 943 476 5919."):
        with pytest.raises(Invalid) as problem:
            close(camera, world.cast.sam, reason=reason)
        assert problem.value.field == "reason"
    with pytest.raises(EvidenceVersion.DoesNotExist):
        actions.close_evidence_version(by=world.cast.sam, now=NOW, version_id=0, reason=FOUND)


def test_T3_what_a_closed_version_said_is_not_shared_again(world, camera):
    close(camera, world.cast.sam)
    with pytest.raises(Invalid, match="a version with these words is closed"):
        again(camera, actions.Content("Camera", NAMED), hours=3)


def test_T3_the_file_of_a_closed_version_is_withdrawn_once_nothing_else_shows_it(world):
    first = file_evidence(world.tara)
    settle(first.document, NOW)
    actions.finish_sharing(by=None, now=NOW, evidence_id=first.pk)
    titled = again(first, actions.Content("Another title"))
    last = again(titled, actions.Content("A third", upload=upload("training-plan.pdf", "other")), hours=2)
    settle(last.document, NOW)
    actions.finish_sharing(by=None, now=NOW + timedelta(hours=3), evidence_id=last.pk)
    states = []
    for number in (1, 2):
        close(last, world.cast.sam, number=number)
        first.document.refresh_from_db()
        states.append(first.document.state)
    assert states == [DocumentState.CHECKED, DocumentState.QUARANTINED]
    assert page(world, "sam", "evidence_version_file", version_of(last).pk).status_code == 404
    assert page(world, "sam", "evidence_version_file", version_of(last, 3).pk).status_code == 200


def test_T3_a_copy_begun_before_may_hold_it_and_is_not_given_out(world, camera):
    copy = RecordCopy(record=world.tara, asked_at=LATER)
    assert not access.withdrawn_since(copy)
    close(camera, world.cast.sam)
    assert access.withdrawn_since(copy)
