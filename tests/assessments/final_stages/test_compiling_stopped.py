"""What stops a portfolio from being compiled (F3): changed evidence, a file that is no file, pages that were lost."""

import pytest

from assessments import actions, compiling
from ctts.common.verdict import TooLate
from tests.assessments.final_stages import world as f
from training import actions as training
from training.models import Evidence, EvidenceMapping


def owed(record):
    return actions.compile_portfolio(by=record.trainee, now=f.NOW, record_id=record.pk)


def made(run):
    for part in run.items.order_by("position"):
        compiling.make_part(part, f.NOW)
    return run


def test_F3_evidence_that_changes_while_it_is_compiled_stops_it(final):
    piece = f.evidence_file(final.tara, "training-plan.pdf", f.items_of(final.tara)[0])
    run = made(owed(final.tara))
    training.reopen_evidence(by=final.cast.tara, now=f.NOW, evidence_id=piece.pk)
    with pytest.raises(TooLate, match=r"changed or was withdrawn while the portfolio was compiled \(E1\)"):
        compiling.whole_of(run, f.NOW)


def test_F3_a_file_that_cannot_be_opened_is_named(final):
    item = f.items_of(final.tara)[0]
    for content in (b"%PDF-1.7 nothing", b"\x89PNG nothing"):
        kind = "application/pdf" if content.startswith(b"%PDF") else "image/png"
        f.evidence_of(final.tara, f.ProvenFile(content=content, media_type=kind, name="x", pages=1), item, title="Bad")
        run = made(owed(final.tara))
        with pytest.raises(TooLate, match="E1, “Bad”, could not be opened as pages"):
            compiling.whole_of(run, f.NOW)
        actions.stop_compiling(by=final.cast.tara, now=f.NOW, record_id=final.tara.pk)
        EvidenceMapping.objects.all().delete()


def test_F3_pages_that_were_lost_meanwhile_are_said(final, files_folder):
    run = made(owed(final.tara))
    part = run.items.earliest("position")
    kept = next(files_folder.rglob(part.sha256))
    whole = kept.read_bytes()
    for damage in (lambda: kept.write_bytes(b"x" * len(whole)), kept.unlink):
        kept.parent.chmod(0o755)
        kept.chmod(0o644)
        damage()
        with pytest.raises(TooLate, match="no longer there"):
            compiling.whole_of(run, f.NOW)


def test_F3_a_record_with_nothing_but_a_plan_compiles_too(final):
    found = f.compiled(final.tom)
    with f.open_pdf(found) as pdf:
        assert len(pdf.pages) == found.pages
    assert [chapter["title"] for chapter in found.chapters[1:]] == [
        "1 Training plan",
        "2 Competencies with their evidence",
    ]
    assert Evidence.objects.filter(record=final.tom).count() == 0
