"""What reporting tools read of marks, outcomes and diplomas: nothing before its time (quality rule 9, F1, F4, D1)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from assessments.actions._steps import agree_outcome
from assessments.models import (
    FirstYear,
    FirstYearDecision,
    Mark,
    MarkSheet,
    MarkSheetSignature,
    Outcome,
    PutForward,
    SafetyConfirmation,
    StageAttempt,
)
from assessments.states import (
    MARK_SHEET_MOVES,
    OUTCOME_MOVES,
    PortfolioCriterion,
    Result,
    Stage,
    VivaDomain,
)
from ctts.common.moves import move_rows
from moderation import actions
from tests.contract import reading
from tests.kept import kept_world
from tests.moderation.awarding import NOW, RATIFIED, issued, job, make_awarded
from tests.training.world import audit_of, authentication
from training.actions import proof

pytestmark = pytest.mark.django_db(transaction=True)
SCORES = {"external": (4, 3, 3, 2, 3), "supporting": (3, 3, 3, 2, 2), "adjudicator": (4, 4, 4, 4, 4)}


world = kept_world(make_awarded)


@pytest.fixture
def read(servers, world):
    """What the contract role reads: rows of a query."""
    with reading(servers) as rows:
        yield rows


def sheet_of(attempt, role, marker):
    """An open sheet with its marks."""
    made = MarkSheet.objects.create(attempt=attempt, marker=marker, role=role, opened_at=NOW, changed_at=NOW)
    if attempt.stage == Stage.VIVA:
        for domain, score in zip(VivaDomain, SCORES[role], strict=True):
            Mark.objects.create(sheet=made, point=domain, score=score)
    else:
        Mark.objects.create(sheet=made, point=PortfolioCriterion.LEVEL, result=Result.PASS)
    return made


def submit(sheet):
    """The marker submits and signs the sheet."""
    words = {"result": Result.PASS, "words": "Well argued.", "submitted_at": NOW}
    move_rows(MarkSheet.objects.filter(pk=sheet.pk), MARK_SHEET_MOVES, "submit", **words)
    signed = proof(sheet.marker, NOW, authentication(NOW), "External Moderator", "a" * 64)
    words = {"meaning": "submitted", "statement": "These are my marks."}
    MarkSheetSignature.objects.create(sheet=sheet, content={}, **signed, **words)


def attempt_at(record, stage):
    """A further attempt at a stage, of which no outcome is agreed."""
    return StageAttempt.objects.create(record=record, stage=stage, attempt=2, opened_at=NOW)


def test_F4_the_per_cent_of_a_sheet_stays_empty_until_both_are_in(world, read):
    cast, attempt = world.cast, attempt_at(world.tara, Stage.VIVA)
    first, second = sheet_of(attempt, "external", cast.mia), sheet_of(attempt, "supporting", cast.max)
    third = sheet_of(attempt, "adjudicator", cast.mona)
    of_tara = f"trainee_id = {world.tara.trainee_id} and attempt = 2"
    percents = f"select marker_id, percent from contract.mark_sheet where {of_tara}"
    submit(first)
    submit(third)
    assert {percent for _, percent in read(percents)} == {None}
    submit(second)
    wanted = {cast.mia.pk: Decimal(75), cast.max.pk: Decimal(65), cast.mona.pk: Decimal(100)}
    assert dict(read(percents)) == wanted
    [row] = read(f"select stage, attempt, state, submitted_at from contract.mark_sheet where id = {first.pk}")
    assert row == ("viva", 2, "submitted", NOW)


def test_F3_a_portfolio_has_no_per_cent_and_an_open_third_sheet_stays_empty(world, read):
    cast = world.cast
    portfolio, viva = attempt_at(world.tara, Stage.PORTFOLIO), attempt_at(world.tom, Stage.VIVA)
    for role, marker in (("external", cast.mia), ("supporting", cast.max)):
        submit(sheet_of(portfolio, role, marker))
        submit(sheet_of(viva, role, marker))
    sheet_of(viva, "adjudicator", cast.mona)
    rows = read("select stage, state, percent from contract.mark_sheet where attempt = 2 order by id")
    empty = ("portfolio", "submitted", None)
    assert rows[::2][:2] == [empty, empty]
    assert [row for row in rows if row[0] == "viva"] == [
        ("viva", "submitted", Decimal(75)),
        ("viva", "submitted", Decimal(65)),
        ("viva", "open", None),
    ]


def test_F1_an_outcome_is_not_there_before_it_is_released(world, read):
    record, rows = (
        world.tara,
        "select stage, attempt, result, rules_version from contract.outcome where trainee_id = {}",
    )
    released = [(str(stage), 1, "pass", record.rules.version) for stage in Stage]
    assert sorted(read(rows.format(record.trainee_id))) == sorted(released)
    day = RATIFIED + timedelta(days=1)
    given = {"by": None, "now": day, "content": {"x": 1}, "percent": Fraction(40)}
    failed = agree_outcome(record, Stage.VIVA, 2, Result.FAIL, **given)
    assert audit_of(failed) == ["assessments.outcome.agreed"]
    assert sorted(read(rows.format(record.trainee_id))) == sorted(released)
    assert read("select min(released_at) from contract.outcome") == [(RATIFIED - timedelta(days=1),)]


def test_F1_a_decision_about_a_first_year_says_its_result_once_that_is_released(world, read):
    first, second = decided(world, world.tara), decided(world, world.tom)
    theirs = f"object = 'first_year_decision' and object_id in ({first.first_year_id}, {second.first_year_id})"
    rows = f"select object_id, meaning from contract.signature where {theirs} order by id"
    assert read(rows) == [(first.first_year_id, "decided"), (second.first_year_id, "decided")]
    made = agree_outcome(
        world.tara, Stage.FIRST_YEAR, 2, Result.REFER, by=None, now=NOW, content={"decision": first.pk}
    )
    confirmed = Outcome.objects.filter(pk=made.pk)
    move_rows(confirmed, OUTCOME_MOVES, "confirm", confirmed_at=NOW, confirmed_by=world.cast.olive)
    assert read(rows) == [(first.first_year_id, "decided"), (second.first_year_id, "decided")]
    move_rows(confirmed, OUTCOME_MOVES, "release", released_at=NOW, released_by=world.cast.oscar)
    assert read(rows) == [(first.first_year_id, "refer"), (second.first_year_id, "decided")]


def decided(world, record):
    """A referral that the External Moderator signs, of which no outcome is agreed."""
    year = FirstYear.objects.create(record=record, attempt=2, opened_at=NOW)
    put = {"gate": {}, "content_sha256": "c" * 64, "put_forward_at": NOW, "put_forward_by": world.cast.sam}
    signed = proof(world.cast.mia, NOW, authentication(NOW), "External Moderator", "d" * 64)
    words = {"words": "Too few.", "meaning": "refer", "statement": "I have read it."}
    given = {"first_year": year, "put_forward": PutForward.objects.create(first_year=year, **put), **words, **signed}
    return FirstYearDecision.objects.create(result=Result.REFER, **given)


def test_D1_diplomas_with_status_and_hash_and_the_new_signatures(world, read):
    made = issued(world)
    rows = "select number, trainee_id, status, issued_at, pdf_sha256 from contract.diploma"
    assert read(rows) == [(made.number, world.tara.trainee_id, "issued", NOW, None)]
    job("make_diplomas")
    actions.revoke_diploma(by=world.cast.olive, now=NOW, diploma_id=made.pk, reason="A mistake.")
    assert read(rows) == [(made.number, world.tara.trainee_id, "revoked", NOW, made.file.pdf_sha256)]
    taken_back = confirmations(world)
    wanted = [("first_year", "confirmed", taken_back.pk), ("first_year", "withdrawn", None)]
    assert read("select object, meaning, withdrawn_by from contract.signature where object = 'first_year'") == wanted
    sheet = sheet_of(attempt_at(world.tara, Stage.VIVA), "external", world.cast.mia)
    submit(sheet)
    signed = "select object_id, signer_id, content_sha256 from contract.signature where object = 'mark_sheet'"
    assert read(signed) == [(sheet.pk, world.cast.mia.pk, "a" * 64)]


def confirmations(world):
    """A confirmation of safety by the supervisor, and its withdrawal."""
    year = FirstYear.objects.create(record=world.tara, attempt=2, opened_at=NOW)
    signed = proof(world.cast.sam, NOW, authentication(NOW), "Training Supervisor", "b" * 64)
    given = {"first_year": year, "statement": "No concern is documented.", **signed}
    SafetyConfirmation.objects.create(**given, meaning="confirmed")
    return SafetyConfirmation.objects.create(**given, meaning="withdrawn", withdrawn=True, reason="A new one.")
