"""The portfolio (F3): compiled, uploaded, sealed with its receipt, opened by whom; further attempts (F6)."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, transaction

from assessments import access, actions, compiling
from assessments.models import Portfolio, PortfolioReading, PortfolioReceipt, StageAttempt
from assessments.queries.portfolio import portfolio_of, portfolios_visible_to, seal_digest, standing_of
from assessments.states import PartKind, Result, Stage
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.documents import actions as documents
from ctts.documents import keeping
from ctts.documents.models import Document
from ctts.documents.states import QuarantineReason
from tests.assessments.final_stages import world as f
from training import actions as training
from training.actions import StaleText
from training.models import Appointment, Evidence

PROBLEM = "6 of 6 competencies"


def seal(record, by=None, seen=None, now=f.NOW):
    found = portfolio_of(record)
    given = {"record_id": record.pk, "seen": seen or seal_digest(found), "authentication": f.proof(now)}
    return actions.seal_portfolio(by=by or record.trainee, now=now, **given)


def compile_it(record, by=None):
    return actions.compile_portfolio(by=by or record.trainee, now=f.NOW, record_id=record.pk)


# --- preparing ---


def test_F3_compiling_begins_an_attempt_and_owes_its_parts(final):
    item = f.items_of(final.tara)[0]
    f.text(final.tara, item)
    run = compile_it(final.tara)
    found = f.latest(final.tara)
    assert (found.state, found.progress, found.progress_total) == ("compiling", 0, 3)
    assert [part.kind for part in run.items.all()] == [PartKind.PLAN, PartKind.COMPETENCIES]
    assert (found.attempt.stage, found.attempt.attempt, found.attempt.state) == ("portfolio", 1, "open")
    kinds = f.kinds_audited(final.tara)[-2:]
    assert kinds == ["assessments.attempt.opened", "assessments.portfolio.compiling"]


@pytest.mark.parametrize("who", ["tom", "sam", "mia", "max", "olive", "cora"])
def test_F3_only_the_trainee_prepares_it(final, who):
    somebody = getattr(final.cast, who)
    compile_it(final.tara)
    for act in (
        lambda: compile_it(final.tara, somebody),
        lambda: actions.stop_compiling(by=somebody, now=f.NOW, record_id=final.tara.pk),
        lambda: actions.upload_portfolio(by=somebody, now=f.NOW, record_id=final.tara.pk, upload=f.one_pdf()),
        lambda: seal(final.tara, somebody),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_F3_while_it_is_compiled_nothing_else_begins_and_it_can_be_stopped(final):
    run = compile_it(final.tara)
    for act in (lambda: compile_it(final.tara), lambda: f.uploaded(final.tara), lambda: seal(final.tara)):
        with pytest.raises(TooLate, match="being compiled"):
            act()
    stopped = actions.stop_compiling(by=final.cast.tara, now=f.NOW, record_id=final.tara.pk)
    assert (stopped.state, "stopped" in stopped.error) == ("failed", True)
    assert f.kinds_audited(final.tara)[-1] == "assessments.portfolio.stopped"
    whole = SimpleNamespace(content=b"%PDF", pages=1, chapters=[])
    with pytest.raises(TooLate, match="stopped"):
        actions.finish_compiling(by=None, now=f.NOW, run_id=run.pk, whole=whole)
    with pytest.raises(TooLate, match="stopped"):
        actions.fail_compiling(by=None, now=f.NOW, run_id=run.pk, reason="Late.")
    with pytest.raises(TooLate):
        actions.stop_compiling(by=final.cast.tara, now=f.NOW, record_id=final.tara.pk)


@pytest.mark.parametrize("ended_by", ["its trainee", "a fault"])
def test_F3_a_run_that_is_over_neither_ends_nor_finishes_the_next_one(final, ended_by):
    over = compile_it(final.tara)
    if ended_by == "a fault":
        actions.fail_compiling(by=None, now=f.NOW, run_id=over.pk, reason="A fault.")
    else:
        actions.stop_compiling(by=final.cast.tara, now=f.NOW, record_id=final.tara.pk)
    told, going_on = f.told(final.cast.tara), compile_it(final.tara)
    with pytest.raises(TooLate, match="is over"):
        actions.fail_compiling(by=None, now=f.NOW, run_id=over.pk, reason="Late.")
    with pytest.raises(TooLate, match="is over"):
        actions.finish_compiling(by=None, now=f.NOW, run_id=over.pk, whole=SimpleNamespace())
    going_on.refresh_from_db()
    assert (f.latest(final.tara).state, going_on.finished_at, going_on.cancelled_at) == ("compiling", None, None)
    assert f.told(final.cast.tara) == told


def test_F3_nothing_is_stopped_or_sealed_before_it_is_begun(final):
    for act in (
        lambda: actions.stop_compiling(by=final.cast.tara, now=f.NOW, record_id=final.tara.pk),
        lambda: actions.seal_portfolio(
            by=final.cast.tara, now=f.NOW, record_id=final.tara.pk, seen="", authentication=f.proof(f.NOW)
        ),
    ):
        with pytest.raises(TooLate, match="No portfolio is begun"):
            act()


def test_F3_a_failure_says_why_and_can_be_tried_again(final):
    run = compile_it(final.tara)
    failed = actions.fail_compiling(by=None, now=f.NOW, run_id=run.pk, reason="E3 could not be opened." * 40)
    assert (failed.state, failed.error[:23], len(failed.error)) == ("failed", "E3 could not be opened.", 500)
    assert f.told(final.cast.tara)[-1] == "assessments.portfolio_failed"
    assert f.kinds_audited(final.tara)[-1] == "assessments.portfolio.failed"
    compile_it(final.tara)
    assert f.latest(final.tara).state == "compiling"


def test_F3_one_pdf_can_be_uploaded_instead(final):
    found = f.uploaded(final.tara, pages=40)
    assert (found.state, found.source, found.pages, found.chapters) == ("ready", "uploaded", 40, [])
    assert found.content_sha256 == found.document.sha256
    assert f.kinds_audited(final.tara)[-1] == "documents.document.checked" or found.document.is_ready
    upload = f.prove(name="x.jpg", chunks=[f.sample("good/certificate-photo.jpg")])
    with pytest.raises(Invalid, match="one PDF"):
        actions.upload_portfolio(by=final.cast.tara, now=f.NOW, record_id=final.tara.pk, upload=upload)


def test_F3_far_too_many_files_are_not_compiled_at_all(final):
    piece = f.evidence_file(final.tara, "training-plan.pdf", f.items_of(final.tara)[0], title="All of it")
    Document.objects.filter(pk=piece.document_id).update(pages=2001)
    with pytest.raises(TooLate, match="The longest is E1, “All of it”, with 2,001 pages"):
        compile_it(final.tara)
    assert not StageAttempt.objects.exists() or not Portfolio.objects.filter(state="compiling").exists()


# --- problems ---


def test_F3_500_pages_pass_and_501_do_not_and_the_chapter_to_trim_is_named(final, signed):
    found = f.uploaded(final.tara, pages=500)
    assert standing_of(final.tara, found).problems == []
    found.pages, found.chapters = 501, [{"title": "1 Plan", "pages": 9}, {"title": "2 Competencies", "pages": 480}]
    problems = standing_of(final.tara, found).problems
    assert problems[0] == "501 pages; at most 500 are allowed."
    assert "“2 Competencies” with 480 pages" in problems[1]
    found.chapters = []
    assert len(standing_of(final.tara, found).problems) == 1


def test_F3_every_competency_is_signed_before_it_is_sealed(final):
    f.uploaded(final.tara)
    with pytest.raises(TooLate, match="0 of 6 competencies are signed"):
        seal(final.tara)
    f.sign_everything(final.tara, final.cast.sam)
    assert seal(final.tara)


@pytest.mark.parametrize(("state", "words"), [("received", "being checked"), ("quarantined", "withdrawn or refused")])
def test_F3_a_file_that_is_not_checked_is_not_sealed(final, signed, state, words):
    found = actions.upload_portfolio(by=final.cast.tara, now=f.NOW, record_id=final.tara.pk, upload=f.one_pdf())
    if state == "quarantined":
        documents.quarantine(
            document_id=found.document_id, by=final.cast.tara, now=f.NOW, reason=QuarantineReason.PATIENT
        )
    with pytest.raises(TooLate, match=words):
        seal(final.tara)


# --- sealing ---


def test_F3_sealing_keeps_hash_and_receipt_and_tells_the_trainee_once(final, signed):
    found = f.sealed_portfolio(final.tara, final.cast.sam, pages=500)
    receipt = PortfolioReceipt.objects.get()
    assert (found.state, found.sealed_by, found.sealed_at) == ("sealed", final.cast.tara, f.NOW)
    assert receipt.content["file_sha256"] == found.document.sha256 == found.content_sha256
    assert (receipt.content["pages"], receipt.content["source"], receipt.role) == (500, "uploaded", "Trainee")
    assert receipt.content_sha256 == seal_digest(found)
    assert f.told(final.cast.tara).count("assessments.portfolio_sealed") == 1
    assert f.kinds_audited(final.tara)[-1] == "assessments.portfolio.sealed"
    for act in (lambda: seal(final.tara), lambda: compile_it(final.tara), lambda: f.uploaded(final.tara)):
        with pytest.raises(TooLate, match="sealed"):
            act()


def test_F3_what_is_sealed_is_what_was_seen(final, signed):
    seen = seal_digest(f.uploaded(final.tara))
    f.uploaded(final.tara)
    with pytest.raises(StaleText, match="changed since"):
        seal(final.tara, seen=seen)
    assert not PortfolioReceipt.objects.exists()


def test_F3_nothing_is_ready_after_a_failure(final):
    run = compile_it(final.tara)
    actions.fail_compiling(by=None, now=f.NOW, run_id=run.pk, reason="No.")
    with pytest.raises(TooLate, match="Nothing is ready"):
        seal(final.tara)


def test_F3_a_sealed_portfolio_never_changes(final, sealed):
    for columns in ({"pages": 1}, {"state": "ready"}, {"content_sha256": "0" * 64}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Portfolio.objects.filter(pk=sealed.pk).update(**columns)


def test_F3_evidence_that_changed_since_it_was_compiled_keeps_it_from_being_sealed(final, signed):
    found = f.compiled(final.tara)
    assert compiling.changed_since(found) == []
    piece = Evidence.objects.filter(record=final.tara).earliest("made_at", "pk")
    training.reopen_evidence(by=final.cast.tara, now=f.NOW, evidence_id=piece.pk)
    assert compiling.changed_since(found) == ["E1"]
    with pytest.raises(TooLate, match=r"changed or withdrawn since it was compiled \(E1\)"):
        seal(final.tara)
    assert compiling.changed_since(f.uploaded(final.tom)) == []


# --- opening ---


def test_F3_before_it_is_sealed_only_the_trainee_opens_it(final):
    found, day = f.uploaded(final.tara), f.TODAY
    assert access.can_open_portfolio(final.cast.tara, found, day)
    for who in ("mia", "max", "olive", "sam", "cora", "tom"):
        assert "only the trainee" in access.can_open_portfolio(getattr(final.cast, who), found, day).reason
    run = compile_it(final.tom)
    assert "no file yet" in access.can_open_portfolio(final.cast.tom, run.portfolio, day).reason


def test_F3_sealed_it_opens_to_trainee_moderators_and_office_only(final, sealed):
    found, day = sealed, f.TODAY
    readers = [
        who
        for who in ("tara", "mia", "max", "olive", "oscar")
        if access.can_open_portfolio(getattr(final.cast, who), found, day)
    ]
    assert len(readers) == 5
    for who in ("sam", "cora", "sid", "tom", "sue", "mona", "ada", "nobody"):
        assert not access.can_open_portfolio(getattr(final.cast, who), found, day)
    tomorrow = day + timedelta(days=1)
    Appointment.objects.filter(person=final.cast.max, kind="supporting_moderator").update(ends_on=day)
    assert not access.can_open_portfolio(final.cast.max, found, tomorrow)


def test_F3_whom_a_portfolio_exists_for(final, sealed):
    mine, other = sealed, f.uploaded(final.tom)
    seen = {
        who: set(portfolios_visible_to(getattr(final.cast, who), f.TODAY))
        for who in ("max", "mia", "sam", "sue", "tom")
    }
    assert seen == {"max": {mine, other}, "mia": {mine}, "sam": {mine}, "sue": {other}, "tom": {other}}


def test_F3_each_reading_by_another_is_noted(final, sealed):
    for who, minutes, noted in (
        ("tara", 0, False),
        ("max", 0, True),
        ("max", 9, False),
        ("max", 10, True),
        ("olive", 10, True),
    ):
        now = f.NOW + timedelta(minutes=minutes)
        assert actions.note_reading(by=getattr(final.cast, who), now=now, portfolio=sealed) is noted
    assert PortfolioReading.objects.filter(reader=final.cast.max).count() == 2
    assert not actions.note_reading(by=final.cast.tom, now=f.NOW, portfolio=f.uploaded(final.tom))
    with pytest.raises(NotAllowed):
        actions.note_reading(by=final.cast.sam, now=f.NOW, portfolio=sealed)
    assert access.can_see_readings(final.cast.tara, final.tara, f.TODAY)
    assert access.can_see_readings(final.cast.oscar, final.tara, f.TODAY)
    assert not access.can_see_readings(final.cast.mia, final.tara, f.TODAY)


# --- attempts (F6) ---


def test_F6_after_a_released_refer_the_next_attempt_is_a_portfolio_of_its_own(final, sealed):
    first = sealed
    assert portfolio_of(final.tara) == first
    f.release(final.cast, f.agreed(final.tara, Stage.PORTFOLIO, 1, Result.REFER, f.NOW))
    assert portfolio_of(final.tara) is None
    second = f.uploaded(final.tara)
    assert (second.attempt.attempt, first.pk != second.pk) == (2, True)
    assert keeping.read(first.document) != keeping.read(second.document)


def test_F6_after_a_pass_and_after_the_last_attempt_none(final):
    f.released(final.cast, final.tom, Stage.PORTFOLIO)
    with pytest.raises(TooLate, match="has been passed"):
        compile_it(final.tom)
    for _ in range(3):
        f.released(final.cast, final.tara, Stage.PORTFOLIO, Result.REFER)
    with pytest.raises(TooLate, match="No attempt at the Portfolio is left"):
        compile_it(final.tara)
    assert date(2027, 12, 20) == f.TODAY
