"""The two commands about diplomas (docs/contract.md): issuing all that is owed, and verifying a file (D1)."""

from __future__ import annotations

import json
from io import BytesIO, StringIO

import pikepdf
import pytest
from django.core.management import CommandError, call_command

from ctts.common.seals import seal
from ctts.common.verdict import TooLate
from ctts.documents.keeping import read
from moderation import actions, queries
from moderation.models import Diploma, DiplomaFile, IssueRun
from moderation.paper import diploma_pdf
from tests.moderation.awarding import NOW, issued, job
from tests.worlds import built_once
from training.models import TrainingRecord


def run(*command: str) -> tuple[str, str]:
    """What a command prints, and the sentence with which it fails."""
    out = StringIO()
    try:
        call_command(*command, stdout=out, stderr=StringIO())
    except CommandError as problem:
        return out.getvalue(), str(problem)
    return out.getvalue(), ""


@pytest.fixture
def verified(tmp_path):
    """A function: what `verify_diploma` says of some bytes."""

    def verify(content: bytes) -> tuple[dict, str]:
        file = tmp_path / "shown.pdf"
        file.write_bytes(content)
        out, problem = run("verify_diploma", str(file), "--json")
        return json.loads(out), problem

    return verify


@built_once
def content(awarded) -> bytes:
    """The file of Tara's diploma."""
    issued(awarded)
    job("make_diplomas")
    return read(DiplomaFile.objects.get().document)


# --- verify_diploma ---


def test_D1_an_unaltered_file_is_valid(content, verified, tmp_path):
    found, problem = verified(content)
    assert problem == ""
    assert (found["valid"], found["genuine"], found["number"], found["status"]) == (
        True,
        True,
        "CTD-2028-00001",
        "issued",
    )
    signature = found["signature"]
    assert [signature[name] for name in ("found", "valid", "covers_whole_file", "trusted")] == [True] * 4
    assert signature["signed_at"] == NOW.isoformat() and "Diploma seal" in signature["signer"]
    assert (found["hash_matches"], found["changes"], found["sha256"]) == (True, [], found["stored_sha256"])
    out, problem = run("verify_diploma", str(tmp_path / "shown.pdf"))
    assert "CTD-2028-00001: Issued." in out and "The signature is valid." in out and "The signer is the scheme." in out


def test_D1_one_byte_altered_is_found_and_placed(content, verified):
    altered = bytearray(content)
    altered[len(altered) // 2] ^= 1
    found, problem = verified(bytes(altered))
    assert problem == "This is not an unaltered diploma in force."
    assert (found["valid"], found["genuine"], found["hash_matches"]) == (False, False, False)
    assert not (found["signature"]["valid"] and found["signature"]["covers_whole_file"])
    assert f"1 of {len(content)} bytes differ, the first at byte {len(content) // 2}." in found["changes"]


def test_D1_every_byte_matters_for_the_hash_even_where_no_signature_reaches(content, verified):
    hole = content.index(b"/Contents <") + len(b"/Contents <")
    altered = content[: hole + 6] + bytes([content[hole + 6] ^ 1]) + content[hole + 7 :]
    found, problem = verified(altered)
    assert problem and not found["hash_matches"]


def test_D1_another_name_in_it_is_read_out(content, verified, awarded):
    forged = sheet_with(Diploma.objects.get(), "Mallory Quinn")
    found, _ = verified(forged)
    assert found["signature"]["found"] is False
    assert "“Tara” now reads “Mallory”." in found["changes"]
    assert (found["number"], found["status"]) == ("CTD-2028-00001", "issued")


def sheet_with(diploma, name):
    """What somebody makes who has our templates but not our key."""
    shown = Diploma.objects.get(pk=diploma.pk)
    shown.name = name
    return diploma_pdf(shown)


def test_D1_what_was_added_or_saved_anew_is_said(content, verified):
    found, _ = verified(content + b"\n%%more")
    assert found["changes"][0] == "7 bytes were added behind the sealed end."
    assert found["signature"]["valid"] and not found["signature"]["covers_whole_file"]
    with pikepdf.open(BytesIO(content)) as pdf:
        pdf.pages.append(pdf.pages[0])
        saved = BytesIO()
        pdf.save(saved)
    found, _ = verified(saved.getvalue())
    assert any("instead of" in change and "bytes" in change for change in found["changes"])
    assert "It has 2 pages instead of 1." in found["changes"]
    found, _ = verified(b"%PDF-1.7 CTD-2028-00001" + content[: len(content) // 2])
    assert "It can no longer be read as a PDF." in found["changes"]


def test_D1_a_revoked_diploma_is_genuine_and_not_valid(content, verified, awarded):
    actions.revoke_diploma(by=awarded.cast.olive, now=NOW, diploma_id=Diploma.objects.get().pk, reason="A mistake.")
    found, problem = verified(content)
    assert problem
    assert (found["genuine"], found["valid"], found["status"]) == (True, False, "revoked")


def test_D1_a_sheet_that_was_sealed_but_never_issued_is_not_genuine(content, verified):
    diploma = Diploma.objects.get()
    diploma.name = "Mallory Quinn"
    found, problem = verified(seal(diploma_pdf(diploma), NOW, "Stolen key"))
    assert problem
    assert (found["signature"]["trusted"], found["hash_matches"], found["genuine"]) == (True, False, False)


def test_D1_what_is_no_diploma_is_told_in_plain_words(awarded, tmp_path):
    file = tmp_path / "letter.pdf"
    file.write_bytes(b"%PDF-1.7 a letter")
    out, problem = run("verify_diploma", str(file))
    assert "No diploma of the scheme is known in it." in out and "no signature that can be read" in out
    assert problem
    assert "cannot be read" in run("verify_diploma", str(tmp_path / "nothing.pdf"))[1]


def test_D1_an_altered_file_whose_stored_one_is_gone_says_that(content, verified, settings, tmp_path):
    settings.STORAGE_URL = f"file://{tmp_path / 'elsewhere'}"
    found, _ = verified(content + b"!")
    assert found["changes"] == ["It is not the file that was stored; the stored one cannot be read to compare them."]


# --- issue_diplomas ---


def test_D1_everything_that_is_owed_is_issued_and_made(awarded):
    report = json.loads(run("issue_diplomas", "--json")[0])
    assert report == {"issued": ["CTD-2028-00001", "CTD-2028-00002"], "files": 2, "failed": [], "files_owed": []}
    assert set(Diploma.objects.values_list("issued_by", flat=True)) == {None}
    assert IssueRun.objects.get().finished_at is not None
    assert run("issue_diplomas") == ("0 issued, 0 files made.\n", "")


def test_D1_what_another_run_began_is_finished_too(awarded):
    actions.start_issue_run(by=awarded.cast.olive, now=NOW, award_ids=[awarded.tara.pk])
    assert run("issue_diplomas") == ("1 issued, 2 files made.\n", "")
    assert not queries.awards_without_diploma().exists()


def test_D1_one_that_cannot_be_issued_makes_the_command_fail(awarded):
    TrainingRecord.objects.filter(pk=awarded.tara.pk).update(certificate_name="山田")
    out, problem = run("issue_diplomas", "--json")
    report = json.loads(out)
    assert report["issued"] == ["CTD-2028-00001"] and report["failed"][0]["award"] == awarded.tara.pk
    assert problem.startswith("1 awards have no diploma, 0 diplomas no file.")


@pytest.mark.logs_errors
def test_D1_a_file_that_cannot_be_made_makes_the_command_fail(awarded, settings, tmp_path):
    settings.DIPLOMA_KEY = str(tmp_path / "gone.pem")
    out, problem = run("issue_diplomas")
    assert out == "2 issued, 0 files made.\n"
    assert "2 diplomas no file" in problem


def test_D1_a_run_that_somebody_else_begins_in_this_moment_is_told(awarded):
    stale = queries.awards_without_diploma()
    actions.start_issue_run(by=awarded.cast.olive, now=NOW, award_ids=[awarded.tara.pk, awarded.tom.pk])
    with pytest.raises(TooLate, match="in a run that goes on"):
        actions.start_issue_run(by=None, now=NOW, award_ids=list(stale.values_list("pk", flat=True)))
