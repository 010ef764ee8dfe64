"""The worker's check: malware, words, preview; claimed, tried again, given up, never decided twice."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import connection

from ctts.common import clock
from ctts.common.calendar_jobs import run_due
from ctts.documents import actions, checking, converting, keeping, queries, storage
from ctts.documents.boxed import box
from ctts.documents.models import Document, DocumentText
from ctts.documents.proving import ProvenFile
from ctts.documents.states import DocumentState, MediaType, QuarantineReason
from ctts.documents.tasks import check_document
from ctts.processes import children_of
from ctts.state import ROOT
from tests.conftest import wait_until
from tests.documents.conftest import EICAR
from tests.documents.samples import FAR, FILES, NOW, kept, sample
from tests.infra.running import gone

pytestmark = pytest.mark.django_db


def infected(by) -> Document:
    upload = ProvenFile(b"%PDF-1.7 " + EICAR, MediaType.PDF, "x.pdf", 1)
    return actions.store(upload=upload, owner=by, by=by, now=NOW, purpose="tests.sample")


def test_a_pdf_gets_its_words_a_preview_and_is_ready(people):
    document = kept("good/degree-certificate.pdf", by=people.tara)
    assert queries.text_of(document.pk) is None
    assert checking.check(document.pk, NOW)
    document.refresh_from_db()
    assert (document.state, document.malware, document.checked_at) == (DocumentState.CHECKED, "not_scanned", NOW)
    assert document.has_preview and document.preview_size == len(_content(document.preview_sha256, 10**6))
    assert "Medical Physics" in queries.text_of(document.pk) and document.pages == 3


def _content(sha256: str, size: int) -> bytes:
    return b"".join(storage.current().pieces(sha256, 0, size))


@pytest.mark.parametrize(
    ("name", "words", "preview"),
    [
        ("good/certificate-photo.jpg", "", True),
        ("good/uptake-chart.png", "", True),
        ("good/reflective-piece.docx", "the injection site was checked late", False),
        ("good/competency-map.xlsx", "NM-03 Dynamic renal study", False),
        ("good/teaching-session.pptx", "Time, distance, shielding", False),
    ],
)
def test_every_kind_is_read(people, name, words, preview, monkeypatch):
    monkeypatch.setenv("PATH", "")
    document = kept(name, by=people.tara)
    checking.check(document.pk, NOW)
    document.refresh_from_db()
    assert document.is_ready and document.has_preview == preview
    assert words in queries.text_of(document.pk)


def test_a_file_is_checked_once(people):
    document = kept("good/purchase-order.pdf", by=people.tara)
    assert checking.check(document.pk, NOW)
    assert not checking.check(document.pk, NOW)
    assert not checking.check(10**9, NOW)


def no_box_opens(*args, **kwargs):
    raise subprocess.TimeoutExpired(args[0], kwargs["timeout"])


def test_equal_content_is_opened_once_and_scanned_each_time(people, scanner, monkeypatch):
    first, second = (
        kept("good/degree-certificate.pdf", by=people.tara),
        kept("good/degree-certificate.pdf", by=people.sam),
    )
    checking.check(first.pk, NOW)
    monkeypatch.setattr(subprocess, "run", no_box_opens)
    assert checking.check(second.pk, NOW)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (second.state, second.malware, len(scanner.received)) == ("checked", "clean", 2)
    assert second.has_preview and second.preview_sha256 == first.preview_sha256
    assert "Medical Physics" in queries.text_of(second.pk) and second.pages == 3


def test_equal_content_whose_preview_is_gone_is_opened_again(people, files_folder):
    first, second = (
        kept("good/degree-certificate.pdf", by=people.tara),
        kept("good/degree-certificate.pdf", by=people.sam),
    )
    checking.check(first.pk, NOW)
    first.refresh_from_db()
    next(files_folder.rglob(first.preview_sha256)).unlink()
    assert checking.check(second.pk, NOW)
    second.refresh_from_db()
    assert len(_content(second.preview_sha256, 10**6)) == second.preview_size


def test_an_equal_office_file_is_converted_where_a_converter_has_come(people, tmp_path, monkeypatch):
    first, second = (
        kept("good/reflective-piece.docx", by=people.tara),
        kept("good/reflective-piece.docx", by=people.sam),
    )
    converter_that("exit 3", tmp_path / "bin", monkeypatch)
    checking.check(first.pk, NOW)
    source = FILES / "cleaned/script.pdf"
    converter_that(f'cp "{source}" "$out/source.pdf"', tmp_path / "bin", monkeypatch)
    checking.check(second.pk, NOW)
    second.refresh_from_db()
    assert keeping.read_pdf(second).startswith(b"%PDF-")


def test_malware_refuses_the_file(people, scanner):
    document = infected(people.tara)
    assert checking.check(document.pk, NOW)
    document.refresh_from_db()
    assert (document.state, document.malware) == (DocumentState.REFUSED, "infected")
    assert not document.has_preview and queries.text_of(document.pk) is None
    assert list(queries.refused_for(people.tara)) == [document]


def test_a_clean_file_is_said_to_be_clean(people, scanner):
    document = kept("good/purchase-order.pdf", by=people.tara)
    checking.check(document.pk, NOW)
    document.refresh_from_db()
    assert (document.state, document.malware) == ("checked", "clean")


def test_while_the_scanner_is_away_the_file_waits_is_tried_five_times_and_given_up(people, scanner, caplog):
    scanner.answer = b"nothing ERROR"
    document = kept("good/purchase-order.pdf", by=people.tara)
    for attempt in range(7):
        checking.check(document.pk, NOW + timedelta(minutes=11 * attempt))
    document.refresh_from_db()
    assert (document.state, document.check_attempts, len(scanner.received)) == ("received", 5, 5)
    assert list(queries.given_up()) == [document]
    assert "could not be checked: ScannerAway" in caplog.text


def test_a_worker_that_died_is_followed_after_ten_minutes(people):
    document = kept("good/purchase-order.pdf", by=people.tara)
    Document.objects.filter(pk=document.pk).update(check_claimed_at=NOW, check_attempts=1)
    assert not checking.check(document.pk, NOW + timedelta(minutes=9))
    assert checking.check(document.pk, NOW + timedelta(minutes=11))


@pytest.mark.parametrize("harm", ["gone", "changed"])
def test_content_that_is_gone_or_changed_is_never_passed(people, harm, files_folder, caplog):
    document = kept("good/purchase-order.pdf", by=people.tara)
    file = next(path for path in files_folder.rglob("*") if path.is_file())
    file.unlink() if harm == "gone" else file.write_bytes(b"x" * document.size)
    assert not checking.check(document.pk, NOW)
    document.refresh_from_db()
    assert document.state == "received"
    with pytest.raises((storage.Missing, keeping.Damaged)):
        keeping.read(document)


def test_what_cannot_be_read_is_ready_all_the_same_without_words(people):
    upload = ProvenFile(b"%PDF-1.7 broken beyond reading", MediaType.PDF, "x.pdf", 1)
    document = actions.store(upload=upload, owner=people.tara, by=people.tara, now=NOW, purpose="tests.sample")
    assert checking.check(document.pk, NOW)
    document.refresh_from_db()
    assert document.is_ready and not document.has_preview and document.pages == 1
    assert queries.text_of(document.pk) is None


def test_an_office_file_that_cannot_be_read_is_ready_without_words(people, monkeypatch):
    monkeypatch.setenv("PATH", "")
    upload = ProvenFile(b"PK\x03\x04 broken", MediaType.DOCX, "x.docx", None)
    document = actions.store(upload=upload, owner=people.tara, by=people.tara, now=NOW, purpose="tests.sample")
    assert checking.check(document.pk, NOW) and queries.text_of(document.pk) is None


def test_a_file_withdrawn_while_it_was_read_stays_withdrawn(people):
    document = kept("good/purchase-order.pdf", by=people.tara)
    found = checking.Findings("not_scanned", text="words")
    actions.quarantine(document_id=document.pk, by=people.olive, now=NOW, reason=QuarantineReason.PATIENT)
    assert not checking._write_down(document.pk, found, NOW)
    document.refresh_from_db()
    assert document.state == "quarantined" and not DocumentText.objects.exists()


def test_the_calendar_checks_what_nobody_rang_for(people):
    for name in ("good/purchase-order.pdf", "good/uptake-chart.png"):
        kept(name, by=people.tara)
    did = {outcome.name: (outcome.did, outcome.problem) for outcome in run_due(clock.now())}
    assert did["documents.check_waiting"] == (2, "")
    assert not Document.objects.exclude(state="checked").exists()


def test_the_doorbell_checks_one_file(people):
    document = kept("good/purchase-order.pdf", by=people.tara)
    check_document(document_id=document.pk, some_newer_argument=1)
    assert Document.objects.get(pk=document.pk).is_ready


def test_the_sweep_leaves_what_a_row_needs(people):
    document = kept("good/purchase-order.pdf", by=people.tara)
    checking.check(document.pk, NOW)
    storage.current().put("0" * 64, b"orphan")
    assert keeping.sweep_orphans(clock.now()) == 0, "it is not a week old"
    assert keeping.sweep_orphans(FAR) == 1
    document.refresh_from_db()
    assert {address for address, _ in storage.current().addresses()} == {document.sha256, document.preview_sha256}


def test_lists_never_load_the_words(people, django_assert_num_queries):
    for name in ("good/purchase-order.pdf", "good/degree-certificate.pdf", "good/uptake-chart.png"):
        checking.check(kept(name, by=people.tara).pk, NOW)
    with django_assert_num_queries(1) as asked:
        assert len(queries.readable_by(people.sam)) == 3
    assert "documenttext" not in asked.captured_queries[0]["sql"]


def test_content_is_kept_only_inside_a_transaction():
    assert connection.in_atomic_block
    connection.in_atomic_block = False
    try:
        with pytest.raises(RuntimeError, match="inside the transaction"):
            keeping.keep(b"x")
    finally:
        connection.in_atomic_block = True


CONVERTER = """#!/bin/sh
while [ $# -gt 1 ]; do
  [ "$1" = "--outdir" ] && out="$2"
  shift
done
%s
"""


def converter_that(does: str, folder, monkeypatch) -> None:
    """A program called soffice on the path."""
    folder.mkdir(exist_ok=True)
    program = folder / "soffice"
    program.write_text(CONVERTER % does)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def test_with_a_converter_an_office_file_becomes_a_clean_pdf_with_a_preview(people, tmp_path, monkeypatch):
    source = FILES / "cleaned/script.pdf"
    converter_that(f'cp "{source}" "$out/source.pdf"', tmp_path / "bin", monkeypatch)
    document = kept("good/reflective-piece.docx", by=people.tara)
    checking.check(document.pk, NOW)
    document.refresh_from_db()
    made = keeping.read_pdf(document)
    assert made.startswith(b"%PDF-") and b"JavaScript" not in made and document.pdf_size == len(made)
    assert document.has_preview and document.pages == 1
    assert "injection site" in queries.text_of(document.pk)
    assert keeping.sweep_orphans(FAR) == 0


@pytest.mark.parametrize("does", ["exit 3", "exit 0", 'echo "no pdf" > "$out/source.pdf"'])
def test_a_converter_that_fails_leaves_a_download(people, tmp_path, monkeypatch, does):
    converter_that(does, tmp_path / "bin", monkeypatch)
    document = kept("good/competency-map.xlsx", by=people.tara)
    checking.check(document.pk, NOW)
    document.refresh_from_db()
    assert document.is_ready and document.is_office_file and keeping.read_pdf(document) is None


def test_a_converter_that_hangs_is_stopped(tmp_path, monkeypatch):
    converter_that("sleep 60", tmp_path / "bin", monkeypatch)
    assert converting.as_pdf(b"PK", MediaType.DOCX, seconds=1) is None


def test_a_converter_and_what_it_started_end_with_the_worker(tmp_path, monkeypatch):
    converter_that(f"sleep 300 & echo $! > {tmp_path}/started; wait", tmp_path / "bin", monkeypatch)
    program = "from ctts.documents import converting; converting.as_pdf(b'PK', converting.MediaType.DOCX)"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "ctts.settings"}
    worker = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, env=environment)
    started = tmp_path / "started"
    wait_until(lambda: started.exists() and started.read_text().endswith("\n"), seconds=60, what="No converter.")
    processes = [*children_of(worker.pid), int(started.read_text())]
    worker.kill()
    worker.wait()
    gone(processes, seconds=10)


def test_a_pdf_is_its_own_pdf_and_a_picture_has_none(people):
    document = kept("good/purchase-order.pdf", by=people.tara)
    assert keeping.read_pdf(document) == keeping.read(document)
    assert keeping.read_pdf(kept("good/phantom.webp", by=people.tara)) is None


def test_a_converted_pdf_that_changed_in_the_storage_is_not_used(people, tmp_path, monkeypatch, files_folder):
    source = FILES / "good/purchase-order.pdf"
    converter_that(f'cp "{source}" "$out/source.pdf"', tmp_path / "bin", monkeypatch)
    document = kept("good/reflective-piece.docx", by=people.tara)
    checking.check(document.pk, NOW)
    document.refresh_from_db()
    next(files_folder.rglob(document.pdf_sha256)).write_bytes(b"x" * document.pdf_size)
    with pytest.raises(keeping.Damaged):
        keeping.read_pdf(document)


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("reflective-piece.docx", MediaType.DOCX, "injection site"),
        ("competency-map.xlsx", MediaType.XLSX, "Case notes"),
        ("teaching-session.pptx", MediaType.PPTX, "shielding"),
    ],
)
def test_the_converter_of_this_machine_keeps_the_words_and_without_one_there_is_no_pdf(name, kind, words):
    made = converting.as_pdf(sample(f"good/{name}"), kind)
    if not converting.converter():
        assert made is None
        return
    text = box.run("read_pdf", made).files["text"].decode()
    assert words in text
