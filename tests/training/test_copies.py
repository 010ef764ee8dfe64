"""Take it with you (quality rule 18): ordering, cancelling, downloading and deleting a copy of one's whole record."""

from __future__ import annotations

import zipfile
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from applications.models import Qualification
from ctts.common.verdict import NotAllowed, TooLate
from ctts.documents import keeping, storage
from ctts.documents.queries import known_addresses
from ctts.documents.states import MediaType
from tests.training import world as w
from tests.training.pages import address, filled, words
from tests.training.practice import proof, told
from tests.training.world import NOW, audit_of, browser_of
from training import access, actions, periodic, queries, taking
from training.models import Evidence, RecordCopy, TrainingRecord
from training.states import CopyState
from training.taking.archive import opened, plain_name

LATER = NOW + timedelta(hours=1)
AFTER = NOW + timedelta(days=15)


def order(record, by=None, now=NOW, key=None):
    return actions.order_copy(by=by or record.trainee, now=now, record_id=record.pk, key=key or uuid4())


def made(record, now=NOW):
    """A copy that can be downloaded."""
    copy = order(record, now=now)
    assert periodic.make_copies(now) == 1
    return fresh(copy)


def fresh(copy):
    return RecordCopy.objects.select_related("record__trainee", "record__rules").get(pk=copy.pk)


def there(sha256):
    """Whether the storage holds a content."""
    try:
        storage.current().pieces(sha256, 0, 1)
    except storage.Missing:
        return False
    return True


# --- from ordering to downloading ---


def test_rule_18_the_trainee_orders_the_worker_makes_it_and_they_are_told(world):
    copy = order(world.tara)
    assert (copy.state, told(world.cast.tara)[-1:]) != (CopyState.READY, ["training.copy_ready"])
    assert periodic.make_copies(LATER) == 1 and periodic.make_copies(LATER) == 0
    copy = fresh(copy)
    assert (copy.state, copy.made_at, copy.expires_at) == (CopyState.READY, LATER, LATER + timedelta(days=14))
    assert (copy.done, copy.tries) == (copy.total, 1) and copy.files > 18 and copy.left_out == []
    assert told(world.cast.tara)[-1] == "training.copy_ready"
    assert access.can_have_copy(world.cast.tara, copy, LATER)
    actions.note_download(by=world.cast.tara, now=LATER, copy_id=copy.pk)
    kinds = ["training.copy.ordered", "training.copy.made", "training.copy.downloaded"]
    assert audit_of(copy) == kinds and known_addresses([copy.sha256]) == {copy.sha256}


def test_rule_18_the_same_press_twice_is_one_order_and_a_second_one_waits(world):
    key = uuid4()
    first = order(world.tara, key=key)
    assert order(world.tara, key=key) == first
    with pytest.raises(TooLate, match="being put together already"):
        order(world.tara)
    with pytest.raises(DatabaseError), transaction.atomic():
        RecordCopy.objects.create(record=world.tara, asked_at=NOW, key=uuid4())
    assert order(world.tom).record == world.tom


@pytest.mark.parametrize("who", ["tom", "sam", "cora", "mia", "olive", "nobody"])
def test_rule_18_nobody_else_orders_cancels_has_or_deletes_one(world, who):
    person, copy = getattr(world.cast, who), order(world.tara)
    with pytest.raises(NotAllowed, match="Only the trainee"):
        order(world.tara, by=person)
    with pytest.raises(NotAllowed):
        actions.cancel_copy(by=person, now=NOW, copy_id=copy.pk)
    periodic.make_copies(NOW)
    for act in (actions.delete_copy, actions.note_download):
        with pytest.raises(NotAllowed):
            act(by=person, now=NOW, copy_id=copy.pk)
    assert not queries.copies_visible_to(person).filter(pk=copy.pk).exists()


@pytest.mark.parametrize("state", ["withdrawn", "completed", "not_completed"])
def test_rule_18_a_copy_is_ordered_also_after_training_has_ended(world, state):
    TrainingRecord.objects.filter(pk=world.tara.pk).update(state=state, ended_on=NOW.date())
    assert made(TrainingRecord.objects.get(pk=world.tara.pk)).state == CopyState.READY


def test_rule_18_a_newer_copy_takes_the_place_of_the_one_before(world):
    first, second = made(world.tara), made(world.tara, LATER)
    assert (fresh(first).state, second.state) == (CopyState.EXPIRED, CopyState.READY)
    assert audit_of(first)[-1] == "training.copy.replaced" and first.sha256 != second.sha256
    assert periodic.end_copies(LATER) == 1 and periodic.end_copies(LATER) == 0
    assert (there(first.sha256), there(second.sha256)) == (False, True) and fresh(first).deleted_at == LATER


def test_rule_18_its_days_are_those_of_the_rules_then_it_is_deleted(world):
    copy = made(world.tara)
    assert periodic.end_copies(AFTER - timedelta(days=2)) == 0 and there(copy.sha256)
    with pytest.raises(TooLate, match="its days were over"):
        actions.note_download(by=world.cast.tara, now=AFTER, copy_id=copy.pk)
    assert periodic.end_copies(AFTER) == 1 and not there(copy.sha256)
    assert audit_of(copy)[-1] == "training.copy.expired" and known_addresses([copy.sha256]) == set()
    with pytest.raises(TooLate, match="its days were over"):
        actions.note_download(by=world.cast.tara, now=AFTER, copy_id=copy.pk)
    with pytest.raises(TooLate):
        actions.end_copy(by=None, now=AFTER, copy_id=copy.pk)


def test_rule_18_the_trainee_deletes_it_before(world):
    copy = made(world.tara)
    actions.delete_copy(by=world.cast.tara, now=LATER, copy_id=copy.pk)
    assert audit_of(copy)[-1] == "training.copy.deleted" and periodic.end_copies(LATER) == 1 and not there(copy.sha256)
    with pytest.raises(TooLate):
        actions.delete_copy(by=world.cast.tara, now=LATER, copy_id=copy.pk)


# --- cancelling and faults ---


def test_rule_18_a_cancelled_order_is_not_made(world):
    copy = order(world.tara)
    with pytest.raises(taking.Cancelled), taking.built(copy, NOW) as built:
        assert built.files
        actions.cancel_copy(by=world.cast.tara, now=NOW, copy_id=copy.pk)
        RecordCopy.objects.filter(pk=copy.pk).update(done=1)
        with taking.built(copy, NOW):
            raise AssertionError
    assert periodic.make_copies(NOW) == 0 and fresh(copy).state == CopyState.CANCELLED
    assert audit_of(copy) == ["training.copy.ordered", "training.copy.cancelled"]
    for act in (actions.cancel_copy, actions.note_download):
        with pytest.raises(TooLate):
            act(by=world.cast.tara, now=NOW, copy_id=copy.pk)
    assert order(world.tara).state == CopyState.REQUESTED


def test_rule_18_what_was_made_of_an_order_cancelled_at_the_last_moment_is_not_kept(world):
    copy = order(world.tara)
    actions.cancel_copy(by=world.cast.tara, now=NOW, copy_id=copy.pk)
    made_late = actions.MadeCopy("0" * 64, 1, 1, [])
    with pytest.raises(TooLate):
        actions.keep_copy(by=None, now=NOW, copy_id=copy.pk, made=made_late)
    assert periodic._make_copy(fresh(copy), NOW) == 0
    with pytest.raises(TooLate):
        actions.fail_copy(by=None, now=NOW, copy_id=copy.pk, error="Too late.")


@pytest.mark.logs_errors
def test_rule_18_while_the_storage_is_away_it_is_tried_three_times_then_told(world, settings, tmp_path):
    copy = order(world.tara)
    (tmp_path / "full").write_text("a file where the folder should be")
    settings.STORAGE_URL = f"file://{tmp_path / 'full'}"
    assert [periodic.make_copies(NOW) for _ in range(2)] == [0, 0] and fresh(copy).state == CopyState.REQUESTED
    assert periodic.make_copies(NOW) == 0
    copy = fresh(copy)
    assert (copy.state, copy.tries) == (CopyState.FAILED, 3) and "Order it again" in copy.error
    assert told(world.cast.tara)[-1] == "training.copy_failed" and audit_of(copy)[-1] == "training.copy.failed"


def test_rule_18_a_file_that_is_lost_or_being_checked_is_named_and_holds_nothing_back(world):
    lost, waiting = w.file_evidence(world.tara), w.file_evidence(world.tara)
    w.settle(lost.document, NOW)
    Evidence.objects.filter(pk=lost.pk).update(title="Lost")
    storage.current().delete(lost.document.sha256)
    copy = made(world.tara)
    assert copy.state == CopyState.READY
    missing = {one["what"]: one["why"] for one in copy.left_out}
    assert "does not hold it any more" in missing["Lost"]
    assert "still being checked" in missing[waiting.title]


def test_T3_what_is_withdrawn_after_a_copy_was_begun_ends_that_copy(world):
    piece = w.text_evidence(world.tara, title="Names somebody")
    copy = made(world.tara)
    given = {"evidence_id": piece.pk, "reason": "A name.", "authentication": proof(LATER)}
    actions.quarantine_evidence(by=world.cast.tara, now=LATER, **given)
    with pytest.raises(TooLate, match="withdrawn from view since"):
        actions.note_download(by=world.cast.tara, now=LATER, copy_id=copy.pk)
    assert periodic.end_copies(LATER) == 1 and fresh(copy).state == CopyState.EXPIRED and not there(copy.sha256)
    assert Evidence.objects.get(pk=piece.pk).state == "quarantined" and made(world.tara, LATER + timedelta(1)).size


# --- the archive ---


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Scan 1/2\\3", "Scan 1 2 3.pdf"),
        ("../../etc/passwd", "etc passwd.pdf"),
        ('a<b>:"|?*.pdf', "a_b______.pdf"),
        ("CON", "CON.pdf"),
        ("trailing. . .", "trailing.pdf"),
        ("\u202egpj.exe", "gpj.exe.pdf"),
        ("", "file.pdf"),
        ("x" * 200, "x" * 60 + ".pdf"),
        ("Überprüfung é 日本", "Überprüfung é 日本.pdf"),
    ],
)
def test_rule_18_names_are_safe_wherever_they_are_unpacked(title, name):
    assert plain_name(title, MediaType.PDF) == name


def test_rule_18_an_archive_never_holds_a_name_twice_and_a_file_once(world, tmp_path):
    row = Qualification.objects.select_related("certificate").get(application=world.tara.application)
    archive = opened(tmp_path / "a.zip", NOW)
    with archive.zip:
        first = archive.add_document("evidence", "CON", row.certificate)
        assert first == "files/evidence/001 CON.pdf" == archive.add_document("evidence", "Other", row.certificate)
        archive.add_text("page.html", "a")
        with pytest.raises(ValueError, match="in the archive already"):
            archive.add_text("PAGE.html", "b")
        archive.add_json("big.json", ["x" * 1000] * 600)
    with zipfile.ZipFile(tmp_path / "a.zip") as read:
        assert read.namelist() == [first, "page.html", "big.json"] and read.testzip() is None
        assert read.getinfo(first).compress_type == zipfile.ZIP_STORED


def test_rule_18_content_that_another_row_needs_is_not_forgotten(world, tmp_path):
    document = Qualification.objects.get(application=world.tara.application).certificate
    assert keeping.forget(document.sha256) == 0 and there(document.sha256)
    (tmp_path / "x").write_bytes(b"kept for a moment")
    sha256, size = keeping.keep_file(tmp_path / "x")
    assert (size, there(sha256), keeping.forget(sha256), there(sha256)) == (17, True, 1, False)


# --- pages ---


def test_rule_18_the_page_orders_shows_how_far_it_is_and_gives_the_archive_out(world):
    tara, page = browser_of(world.cast.tara), address("copies", world.tara.pk)
    assert address("copies", world.tara.pk) in words(tara.get(address("record", world.tara.pk)))
    sent = filled(tara, page)
    done = tara.post(address("copy_order", world.tara.pk), sent, follow=True)
    assert "Your record is being put together." in words(done) and "Waiting to begin" in words(done)
    assert "Order a copy</button>" not in words(done)
    copy = RecordCopy.objects.get()
    progress = address("copy_progress", copy.pk)
    assert progress in words(done) and "Waiting to begin" in words(tara.get(progress))
    periodic.make_copies(LATER)
    assert "See your copy" in words(tara.get(progress))
    shown = words(tara.get(page))
    assert "Nothing was left out." in shown and address("copy_file", copy.pk) in shown and "14 days" in shown
    given = tara.get(address("copy_file", copy.pk))
    content = b"".join(given.streaming_content)
    assert given["Content-Disposition"] == 'attachment; filename="Record of Tara Quinn 2026-06-01.zip"'
    assert (
        "index.html" in zipfile.ZipFile(BytesIO(content)).namelist() and given["Cache-Control"] == "private, no-cache"
    )
    assert tara.head(address("copy_file", copy.pk)).status_code == 200
    assert audit_of(copy).count("training.copy.downloaded") == 1
    assert "A copy of the whole record was downloaded" in words(tara.get(address("history", world.tara.pk)))
    sam = browser_of(world.cast.sam)
    assert "copy of the whole record" not in words(sam.get(address("history", world.tara.pk)))


def test_rule_18_the_page_cancels_deletes_and_tells_what_became_of_earlier_orders(world):
    tara, page = browser_of(world.cast.tara), address("copies", world.tara.pk)
    assert "There is none to download." in words(tara.get(page))
    bad = tara.post(address("copy_order", world.tara.pk), {"key": "no key"})
    assert bad.status_code == 422 and "has a new one: check it, and send it again" in words(bad)
    first = order(world.tara)
    cancel = address("copy_cancel", first.pk)
    assert "thrown away" in words(tara.get(cancel)) and tara.post(cancel).status_code == 303
    assert "Cancelled" in words(tara.get(page)) and tara.get(cancel).status_code == 409
    second = made(world.tara)
    delete = address("copy_delete", second.pk)
    assert "Your record itself stays" in words(tara.get(delete)) and tara.post(delete).status_code == 303
    assert tara.get(address("copy_file", second.pk)).status_code == 409
    assert "Deleted" in words(tara.get(page)) and tara.post(delete).status_code == 409


def test_T3_the_page_says_why_a_copy_is_not_given_out_any_more(world):
    piece = w.text_evidence(world.tara, title="Names somebody")
    made(world.tara)
    given = {"evidence_id": piece.pk, "reason": "A name.", "authentication": proof(NOW)}
    actions.quarantine_evidence(by=world.cast.tara, now=NOW, **given)
    shown = words(browser_of(world.cast.tara).get(address("copies", world.tara.pk)))
    assert "not given out any more" in shown and "Order a copy</button>" in shown


def test_rule_18_the_page_names_what_could_not_be_included_and_a_failure(world):
    w.file_evidence(world.tara)
    copy = made(world.tara)
    tara = browser_of(world.cast.tara)
    assert "still being checked" in words(tara.get(address("copies", world.tara.pk)))
    again = order(world.tara)
    actions.fail_copy(by=None, now=NOW, copy_id=again.pk, error="A fault.")
    assert "A fault." in words(tara.get(address("copies", world.tara.pk)))
    assert "Stopped by an error" in words(tara.get(address("copy_progress", again.pk))) and copy.size


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("name", "many"), [("training:copies", 12), ("training:copy_order", 12)])
def test_the_pages_of_copies_ask_as_often_with_three_as_with_one(world, django_assert_num_queries, rows, name, many):
    for number in range(rows):
        made(world.tara, NOW + timedelta(minutes=number))
    tara = browser_of(world.cast.tara)
    url = address(name.partition(":")[2], world.tara.pk)
    tara.get(address("copies", world.tara.pk))
    with django_assert_num_queries(many):
        sent = tara.get(url) if name == "training:copies" else tara.post(url, {"key": "none"})
    assert sent.status_code in (200, 422)
