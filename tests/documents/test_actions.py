"""Receiving, keeping, withdrawing, restoring: rows, audit, refusals (quality rule 12, T3)."""

import pytest
from django.db import transaction

from ctts.audit.models import AuditEvent
from ctts.common.verdict import Invalid, TooLate
from ctts.documents import access, actions, checking, keeping, queries, storage
from ctts.documents.models import Document, Quarantine
from ctts.documents.proving import ProvenFile, digest
from ctts.documents.rules import QUOTA
from ctts.documents.states import DocumentState, MalwareResult, MediaType, Origin, QuarantineReason
from tests.documents.samples import FAR, NOW, kept, proven, sample

pytestmark = pytest.mark.django_db


def ready(name, *, by, owner=None) -> Document:
    document = kept(name, by=by, owner=owner)
    assert checking.check(document.pk, NOW)
    document.refresh_from_db()
    return document


def audited(document) -> list[str]:
    return list(AuditEvent.objects.filter(object_id=document.pk).order_by("seq").values_list("action", flat=True))


def test_an_upload_is_kept_with_all_that_is_known_of_it(people):
    document = kept("good/degree-certificate.pdf", by=people.sam, owner=people.tara, purpose="training.evidence")
    document.refresh_from_db()
    assert (document.owner, document.uploaded_by, document.uploaded_at) == (people.tara, people.sam, NOW)
    assert (document.media_type, document.pages, document.kind) == (MediaType.PDF, 3, "PDF")
    assert (document.original_name, document.purpose) == ("degree-certificate.pdf", "training.evidence")
    assert (document.state, document.malware, document.origin) == ("received", "waiting", "uploaded")
    assert keeping.read(document) == proven("good/degree-certificate.pdf").content
    event = AuditEvent.objects.get(object_id=document.pk)
    assert (event.action, event.chain, event.actor_id) == (
        "documents.document.stored",
        f"dossier:{people.tara.pk}",
        people.sam.pk,
    )
    assert event.after["sha256"] == document.sha256


def test_a_file_of_the_office_belongs_to_nobody_and_has_no_quota(people):
    document = actions.store(
        upload=proven("good/purchase-order.pdf"), owner=None, by=people.olive, now=NOW, purpose="scheme.handbook"
    )
    assert document.owner is None and AuditEvent.objects.get(object_id=document.pk).chain == "office"


def test_equal_content_is_kept_once_for_many_rows(people, files_folder):
    first, second = (kept("good/purchase-order.pdf", by=person) for person in (people.tara, people.tom))
    assert first.sha256 == second.sha256 and first.pk != second.pk
    assert len([path for path in files_folder.rglob("*") if path.is_file()]) == 1


def test_what_was_taken_out_is_told_to_the_uploader(people):
    document = kept("cleaned/script.pdf", by=people.tara)
    assert document.removed_in_words == ["automatic actions", "scripts"]


def test_the_quota_counts_uploads_into_a_dossier_but_not_what_was_refused(people):
    small = proven("good/purchase-order.pdf")
    document = kept("good/purchase-order.pdf", by=people.tara)
    made = {"name": "Letter", "media_type": MediaType.PDF, "by": None, "now": NOW, "purpose": "tests.letter"}
    actions.store_bytes(content=b"%PDF-1.7 letter", owner=people.tara, **made)
    assert queries.used_bytes(people.tara.pk) == small.size
    assert queries.used_bytes(people.tom.pk) == 0
    Document.objects.create(**_row(document, size=QUOTA - small.size - 5, owner=people.tara))
    with pytest.raises(Invalid, match="may have 2 GB together: nothing is left") as refusal:
        actions.store(upload=small, owner=people.tara, by=people.sam, now=NOW, purpose="tests.x", field="evidence")
    assert refusal.value.field == "evidence"
    actions.store(upload=small, owner=people.tom, by=people.sam, now=NOW, purpose="tests.x")


def _row(document, **changed):
    names = ["sha256", "media_type", "original_name", "origin", "purpose", "uploaded_by", "uploaded_at"]
    return {**{name: getattr(document, name) for name in names}, **changed}


def test_a_storage_that_is_away_is_a_sentence_beside_the_field_and_no_row(people, settings, tmp_path, caplog):
    (tmp_path / "full").write_bytes(b"")
    settings.STORAGE_URL = f"file://{tmp_path / 'full'}"
    with caplog.at_level("CRITICAL"), pytest.raises(Invalid, match="could not be kept just now"):
        kept("good/purchase-order.pdf", by=people.tara)
    assert not Document.objects.exists()


def test_a_row_that_fails_leaves_content_without_a_row_which_is_swept(people):
    with pytest.raises(RuntimeError, match="after"), transaction.atomic():
        kept("good/purchase-order.pdf", by=people.tara)
        raise RuntimeError("after")
    assert not Document.objects.exists() and len(list(storage.current().addresses())) == 1
    assert keeping.sweep_orphans(FAR) == 1
    assert list(storage.current().addresses()) == []


def test_a_purpose_is_a_code(people):
    upload = ProvenFile(b"x", MediaType.PDF, "x.pdf", 1)
    for purpose in ("", "Free text", "one"):
        with pytest.raises(ValueError, match="purpose is a code"):
            actions.store(upload=upload, owner=None, by=people.tara, now=NOW, purpose=purpose)


def test_what_the_system_made_is_kept_byte_for_byte_and_ready(people):
    content = sample("cleaned/signed.pdf")
    document = actions.store_bytes(
        content=content,
        name="Diploma CTD-2026-00001",
        media_type=MediaType.PDF,
        owner=people.tara,
        by=None,
        now=NOW,
        purpose="moderation.diploma",
        pages=1,
    )
    document.refresh_from_db()
    assert keeping.read(document) == content and document.sha256 == digest(content)
    assert (document.state, document.malware, document.origin) == ("checked", "not_scanned", Origin.MADE)
    assert (document.original_name, document.is_ready) == ("Diploma CTD-2026-00001.pdf", True)
    assert audited(document) == ["documents.document.made"]


def test_nothing_empty_is_made(people):
    with pytest.raises(ValueError, match="empty file"):
        actions.store_bytes(
            content=b"", name="x", media_type=MediaType.ZIP, owner=None, by=None, now=NOW, purpose="tests.x"
        )


def test_withdrawing_stops_every_copy_and_keeps_the_content(people):
    mine = ready("good/degree-certificate.pdf", by=people.tara)
    theirs = ready("good/degree-certificate.pdf", by=people.tom)
    other = ready("good/purchase-order.pdf", by=people.tara)
    found = actions.quarantine(document_id=mine.pk, by=people.olive, now=NOW, reason=QuarantineReason.PATIENT)
    assert [document.pk for document in found] == [mine.pk, theirs.pk]
    for document in (mine, theirs, other):
        document.refresh_from_db()
    assert [d.state for d in (mine, theirs, other)] == ["quarantined", "quarantined", "checked"]
    assert audited(theirs)[-1] == "documents.document.quarantined"
    assert [(q.document_id, q.by, q.reason) for q in Quarantine.objects.all()] == [
        (mine.pk, people.olive, "patient"),
        (theirs.pk, people.olive, "patient"),
    ]
    assert keeping.read(mine) and keeping.sweep_orphans(FAR) == 0


def test_a_withdrawn_file_is_shown_to_nobody_and_cannot_come_back_by_upload(people):
    document = ready("good/degree-certificate.pdf", by=people.tara)
    actions.quarantine(document_id=document.pk, by=people.olive, now=NOW, reason=QuarantineReason.OTHER)
    document.refresh_from_db()
    assert access.can_open(people.tara, document).reason == access.WITHDRAWN
    with pytest.raises(Invalid, match="This very file was withdrawn before"):
        kept("good/degree-certificate.pdf", by=people.tom)


def test_withdrawing_twice_is_too_late(people):
    document = kept("good/purchase-order.pdf", by=people.tara)
    act = {"document_id": document.pk, "by": people.olive, "now": NOW}
    actions.quarantine(**act, reason=QuarantineReason.OTHER)
    with pytest.raises(TooLate, match="it is “Withdrawn”"):
        actions.quarantine(**act, reason=QuarantineReason.OTHER)


def test_a_withdrawal_by_mistake_is_lifted_and_the_file_checked_anew(people):
    document = ready("good/purchase-order.pdf", by=people.tara)
    actions.quarantine(document_id=document.pk, by=people.olive, now=NOW, reason=QuarantineReason.OTHER)
    actions.restore(document_id=document.pk, by=people.oscar, now=NOW)
    document.refresh_from_db()
    assert (document.state, document.check_attempts) == (DocumentState.RECEIVED, 0)
    first, second = Quarantine.objects.all()
    assert second.lifts == first and second.by == people.oscar
    assert checking.check(document.pk, NOW)
    with pytest.raises(TooLate):
        actions.restore(document_id=document.pk, by=people.oscar, now=NOW)
    assert audited(document)[-3:] == [f"documents.document.{word}" for word in ("quarantined", "restored", "checked")]


def test_a_check_that_was_given_up_is_asked_for_again(people):
    document = kept("good/purchase-order.pdf", by=people.tara)
    Document.objects.filter(pk=document.pk).update(check_attempts=5, check_claimed_at=NOW)
    assert list(queries.given_up()) == [document] and not queries.due_for_check(FAR).exists()
    actions.check_again(document_id=document.pk, by=people.olive, now=NOW)
    assert audited(document)[-1] == "documents.document.check_asked"
    assert list(queries.due_for_check(NOW)) == [document] and not queries.given_up().exists()
    checking.check(document.pk, NOW)
    with pytest.raises(TooLate, match="has been checked already"):
        actions.check_again(document_id=document.pk, by=people.olive, now=NOW)


def test_who_may_open_a_file_by_its_state(people):
    document = kept("good/purchase-order.pdf", by=people.tara)
    assert access.can_open(people.tara, document)
    for reader in (people.sam, None):
        assert access.can_open(reader, document).reason == access.BEING_CHECKED
    checking.check(document.pk, NOW)
    document.refresh_from_db()
    assert access.can_open(people.sam, document) and access.can_open(None, document)


def test_only_the_uploader_attaches_a_file(people):
    document = kept("good/purchase-order.pdf", by=people.tara)
    assert access.can_attach(people.tara, document)
    assert access.can_attach(people.sam, document).kind == "no"
    assert list(queries.attachable_by(people.tara)) == [document]
    assert list(queries.attachable_by(people.sam)) == []


def test_lists_and_single_answers_agree(people):
    waiting = kept("good/purchase-order.pdf", by=people.tara)
    done = ready("good/phantom.webp", by=people.tara)
    withdrawn = ready("good/uptake-chart.png", by=people.tara)
    actions.quarantine(document_id=withdrawn.pk, by=people.olive, now=NOW, reason=QuarantineReason.OTHER)
    for person, expected in ((people.tara, {waiting, done}), (people.sam, {done})):
        assert set(queries.readable_by(person)) == expected
        assert {d for d in Document.objects.all() if access.can_open(person, d)} == expected


def test_infected_files_are_listed_for_their_uploader(people):
    document = kept("good/purchase-order.pdf", by=people.tara)
    assert list(queries.refused_for(people.tara)) == []
    rows = Document.objects.filter(pk=document.pk)
    with transaction.atomic():
        rows.update(malware=MalwareResult.INFECTED, checked_at=NOW)
        rows.update(state=DocumentState.REFUSED)
    assert list(queries.refused_for(people.tara)) == [document] and not queries.refused_for(people.tom).exists()
    document.refresh_from_db()
    assert access.can_open(people.tara, document).reason == access.REFUSED
    assert queries.used_bytes(people.tara.pk) == 0
