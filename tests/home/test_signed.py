"""What was signed and says something else now is found and named: a superuser edits it, whom no trigger stops."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from assessments.models import FirstYear, MarkSheet, MarkSheetSignature, Outcome, Portfolio, PracticalSeal, PutForward
from ctts.common.digest import sha256
from ctts.home.invariants import broken_invariants
from ctts.home.signed import SIGNED
from moderation.models import Adjudication, Award, Disagreement
from moderation.queries.agreeing import sheets_content
from tests.assessments.final_stages import filling
from tests.assessments.final_stages import world as f
from tests.moderation.acts import signature
from tests.moderation.awarding import make_awarded
from tests.training import practice
from training import actions as training
from training.models import Dops, EvidenceVersion, PlanAgreement, ReviewAction, SignOff, SupervisorReview
from training.queries.reviews import REVIEW_FIELDS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cursor(superuser) -> Iterator[Any]:
    """The superuser's cursor, with every trigger off."""
    with superuser.cursor() as found:
        found.execute("set session_replication_role = replica")
        yield found


@pytest.fixture(autouse=True)
def files_folder(settings, tmp_path) -> None:
    """Where the files of the test lie."""
    settings.STORAGE_URL = f"file://{tmp_path / 'files'}"


@contextmanager
def edited(cursor: Any, row: Any, column: str, to: str) -> Iterator[None]:
    """One column of a row says something else for a while; `to` is SQL."""
    table, where = row._meta.db_table, f"where {row._meta.pk.column} = {row.pk}"
    cursor.execute(f"select {column}::text, pg_typeof({column})::text from {table} {where}")
    before, kind = cursor.fetchone()
    cursor.execute(f"update {table} set {column} = {to} {where}")
    yield
    cursor.execute(f"update {table} set {column} = %s::{kind} {where}", [before])


def found() -> dict[str, list[int]]:
    """What the check names now, by the sentence."""
    return {entry.sentence: ids for entry in SIGNED if (ids := list(entry.broken()))}


def adjudicated(attempt: Any, by: Any) -> Adjudication:
    """A decision between two markers, as its action writes it."""
    decided = {"result": "pass", "percent": "111/2", "reasons": "Both had a point."}
    content = {**sheets_content(attempt), **decided}
    percent = Fraction(111, 2)
    return Adjudication.objects.create(
        disagreement=Disagreement.objects.create(attempt=attempt, opened_at=f.NOW),
        result=decided["result"],
        reasons=decided["reasons"],
        numerator=percent.numerator,
        denominator=percent.denominator,
        content=content,
        **{**signature(by), "content_sha256": sha256(content)},
    )


def make_everything() -> None:
    """Something signed of every kind but an award."""
    final = f.make_final()
    record, cast = final.tara, final.cast
    filling.agree(record, cast.sam)
    practice.submitted_review(record, cast.sam)
    f.log_of_two(record, cast.sam)
    f.final_dops(record, cast.mia)
    attempt = f.sealed_portfolio(record, cast.sam).attempt
    f.release(cast, f.sealed_practical(record, cast.mia))
    for marker, result in ((cast.mia, "pass"), (cast.max, "refer")):
        f.submitted(attempt, marker, result=result)
    adjudicated(attempt, cast.mona)
    viva = f.viva_to_mark(final, final.tom)
    for marker in (cast.max, cast.mia):
        f.submitted(viva, marker)
    gate = {"record": record.pk, "attempt": 1, "lines": []}
    first_year = FirstYear.objects.get_or_create(record=record, attempt=1, defaults={"opened_at": f.NOW})[0]
    PutForward.objects.create(
        first_year=first_year, gate=gate, content_sha256=sha256(gate), put_forward_at=f.NOW, put_forward_by=cast.sam
    )


WORSE = "Nothing was ever wrong."


Edit = tuple[Any, str, str, Any, str]  # a row, its column, what it is made to say, what is named then, the sentence
WORDS = f"'{WORSE}'"


def edits_of_training() -> list[Edit]:
    """DOPS, review, evidence, sign-off and plan."""
    dops, review = Dops.objects.first(), SupervisorReview.objects.get()
    version, signed_off, agreement = (model.objects.first() for model in (EvidenceVersion, SignOff, PlanAgreement))
    assert dops and version and signed_off and agreement
    score, action = dops.scores.first(), ReviewAction.objects.get()
    of_dops, of_review = "Every signed DOPS says what was signed.", "Every signed review says what was signed."
    return [
        (dops, "done_well", WORDS, dops.pk, of_dops),
        (dops, "overall", "'not_yet_competent'", dops.pk, of_dops),
        (dops, "assessor_id", str(dops.record.trainee_id), dops.pk, of_dops),
        (score, "score", "4", dops.pk, of_dops),
        (score, "score", "null", dops.pk, of_dops),
        (review, "held_on", "'2026-06-30'", review.pk, of_review),
        (action, "text", WORDS, review.pk, of_review),
        (version, "text", WORDS, version.pk, "Every version of evidence says what it said when it was shared."),
        (signed_off, "content", "'{\"a\": 1.5}'", signed_off.pk, "What is kept with a sign-off is what was signed."),
        (agreement, "content", "'{}'", agreement.pk, "What is kept of an agreed plan is what was signed."),
    ]


def edits_of_marks() -> list[Edit]:
    """Sheets and their marks, and what two markers could not agree."""
    sheets = [MarkSheet.objects.filter(attempt__stage=stage).first() for stage in ("portfolio", "viva")]
    portfolio, viva = sheets
    adjudication, signature_of = Adjudication.objects.get(), MarkSheetSignature.objects.first()
    assert portfolio and viva and signature_of
    mark, viva_mark = portfolio.marks.first(), viva.marks.first()
    of_sheets, of_adjudication = (
        "Every submitted sheet says what was signed.",
        "Every adjudication says what was signed.",
    )
    return [
        (portfolio, "words", WORDS, portfolio.pk, of_sheets),
        (portfolio, "result", "'fail'", portfolio.pk, of_sheets),
        (mark, "words", WORDS, portfolio.pk, of_sheets),
        (viva_mark, "score", "4", viva.pk, of_sheets),
        (signature_of, "content", "'{}'", signature_of.pk, "What is kept with a sheet is what was signed."),
        (adjudication, "result", "'fail'", adjudication.pk, of_adjudication),
        (adjudication, "numerator", "112", adjudication.pk, of_adjudication),
        (adjudication, "content", "'[]'", adjudication.pk, of_adjudication),
    ]


def edits_of_results() -> list[Edit]:
    """What was put forward, outcomes, the sealed Practical and the sealed portfolio."""
    portfolio, seal = Portfolio.objects.get(), PracticalSeal.objects.get()
    put, outcome, receipt = PutForward.objects.first(), Outcome.objects.first(), portfolio.receipt
    assert put and outcome
    of_sealed = "Every sealed portfolio is the one that was sealed."
    of_practical = "What is kept of a sealed Practical is what was signed."
    return [
        (put, "gate", "'{}'", put.pk, "What was put forward is kept as it was."),
        (outcome, "content", "'{}'", outcome.pk, "What an outcome was made of is kept as it was."),
        (seal, "content", "'{}'", seal.pk, of_practical),
        (seal, "content_sha256", "repeat('0', 64)", seal.pk, of_practical),
        (portfolio, "content_sha256", "repeat('0', 64)", portfolio.pk, of_sealed),
        (portfolio, "pages", "41", portfolio.pk, of_sealed),
        (receipt, "content", "'{}'", receipt.pk, "What is kept of a sealed portfolio is what was signed."),
    ]


def test_every_edit_of_what_was_signed_is_found_and_named(cursor):
    make_everything()
    assert found() == {}
    for row, column, to, named, sentence in [*edits_of_training(), *edits_of_marks(), *edits_of_results()]:
        with edited(cursor, row, column, to):
            assert found().get(sentence) == [named], (row, column, to)
        assert found() == {}


def test_an_award_that_rests_on_something_else_is_found(cursor):
    make_awarded()
    assert found() == {}
    award = Award.objects.order_by("pk").first()
    with edited(cursor, award, "content", 'content || \'{"name": "Another"}\''):
        assert found() == {"What an award rests on is kept as it was.": [award.pk]}


def test_a_review_sent_back_and_written_anew_holds():
    scene = practice.make_scene()
    review = practice.signed_review(scene.tara, scene.cast.sam)
    seen = practice.queries.review_digest(review)
    given = {"review_id": review.pk, "seen": seen, "authentication": practice.proof(practice.NOW)}
    training.send_back_review(by=scene.tara.trainee, now=practice.NOW, reason="The day is wrong.", **given)
    SupervisorReview.objects.filter(pk=review.pk).update(**{REVIEW_FIELDS[0]: "Something else."})
    assert found() == {}


def test_the_command_names_twenty_at_most_and_fails(cursor):
    scene = practice.make_scene()
    dops = [practice.complete_dops(scene.tara, scene.cast.sam).pk for _ in range(21)]
    cursor.execute("update training_dops set done_well = %s", [WORSE])
    broken = {entry.sentence: entry.ids for entry in broken_invariants()}
    assert broken["Every signed DOPS says what was signed."] == tuple(dops[:20])
    with pytest.raises(CommandError, match="Something that must always hold does not"):
        call_command("check_invariants", stdout=StringIO(), stderr=StringIO())
