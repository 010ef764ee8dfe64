"""What stands behind four passes, written as rows: decision, seal, portfolio, viva and sheets, so that a board that
computes the results a second time finds them (F7, quality rule 10). The way there is tested where it is built."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from fractions import Fraction
from typing import Any

from assessments.models import (
    FirstYear,
    FirstYearDecision,
    Mark,
    MarkSheet,
    Portfolio,
    PracticalSeal,
    PutForward,
    StageAttempt,
    Viva,
)
from assessments.rules import first_year_gate
from assessments.states import (
    FIRST_YEAR_MOVES,
    MARK_SHEET_MOVES,
    MarkerRole,
    PortfolioCriterion,
    PortfolioState,
    Result,
    Stage,
    VivaDomain,
)
from ctts.accounts.models import User
from ctts.common.digest import sha256
from ctts.common.moves import can_move, change_state, move_rows
from ctts.documents.models import Document
from ctts.scheme.models import DopsForm
from tests.moderation import acts
from training.models import Dops, DopsScore, DopsSignature, PlanItem, TrainingRecord
from training.queries import dops_digest
from training.states import DOPS_MOVES, AssessorKind

# 27 of 36 is 75 and 32 of 40 is 80: a log of 77.5; with a final DOPS of 70 the Practical is 73.75 (F2). Seven of ten
# points from both is a Viva of 70.
LOG: tuple[list[int | None], ...] = ([3] * 9 + [None], [4] * 2 + [3] * 8)
FINAL: list[int | None] = [3] * 8 + [2] * 2
POINTS = [3, 3, 3, 3, 2]
PERCENT = {Stage.PRACTICAL: Fraction(295, 4), Stage.VIVA: Fraction(70)}
GATE: dict[str, Any] = {
    "moderator_dops": 1,
    "safety_confirmed": True,
    "open_safety_concerns": 0,
    "reviews": 6,
    "dops": 6,
    "case_study_words": [1500],
    "reflections": 10,
}


def four_passes(record: TrainingRecord, first: User, second: User, now: datetime) -> None:
    """The facts of a first attempt at each stage, marked by these two, External Moderator first."""
    first_year(record, first, now)
    practical(record, first, now)
    pages = attempt_at(record, Stage.PORTFOLIO, now)
    Portfolio.objects.create(attempt=pages, **sealed_file(record, now))
    talk = attempt_at(record, Stage.VIVA, now)
    Viva.objects.create(attempt=talk, minutes=60)
    for role, marker in ((MarkerRole.EXTERNAL, first), (MarkerRole.SUPPORTING, second)):
        handed_in(pages, marker, role, now, {name: {"result": Result.PASS} for name in PortfolioCriterion.values})
        scores = zip(VivaDomain.values, POINTS, strict=True)
        handed_in(talk, marker, role, now, {name: {"score": score} for name, score in scores})


def attempt_at(record: TrainingRecord, stage: Stage, now: datetime) -> StageAttempt:
    """The first attempt at a final stage; the one that is there, if it is."""
    found = StageAttempt.objects.filter(record=record, stage=stage, attempt=1).first()
    return found or StageAttempt.objects.create(record=record, stage=stage, attempt=1, opened_at=now)


def signature(person: User, now: datetime, digest: str = acts.SHA256) -> dict[str, Any]:
    """The columns of a signature of that instant under what has this digest."""
    return {**acts.signature(person), "signed_at": now, "authenticated_at": now, "content_sha256": digest}


def first_year(record: TrainingRecord, moderator: User, now: datetime, result: Result = Result.PASS) -> FirstYear:
    """An attempt with every competency signed and the rest at its minimum, put forward and decided."""
    known = FirstYear.objects.filter(record=record, attempt=1).first()
    row = known or FirstYear.objects.create(record=record, attempt=1, opened_at=now)
    many = PlanItem.objects.filter(record=record).count()
    lines = [asdict(line) for line in first_year_gate(**GATE, signed=many, total=many).lines]
    by = {"put_forward_at": now, "put_forward_by": acts.supervisor_of(record)}
    gate = {"lines": lines}
    put = PutForward.objects.create(first_year=row, gate=gate, content_sha256=sha256(gate), **by)
    said = {"result": result, "words": "A good year."}
    FirstYearDecision.objects.create(first_year=row, put_forward=put, **said, **signature(moderator, now))
    for step in ("put_forward", "decide"):
        if can_move(row, FIRST_YEAR_MOVES, step):
            change_state(row, FIRST_YEAR_MOVES, step)
    return row


def practical(record: TrainingRecord, moderator: User, now: datetime) -> PracticalSeal:
    """The example of the scheme, sealed."""
    supervisor = acts.supervisor_of(record)
    log = [dops(record, supervisor, AssessorKind.SUPERVISOR, scores, now) for scores in LOG]
    final = dops(record, moderator, AssessorKind.EXTERNAL_MODERATOR, FINAL, now)
    content = {"lines": [{"dops": row.pk, "counts": True} for row in log]}
    given = {"attempt": attempt_at(record, Stage.PRACTICAL, now), "final_dops": final, "content": content}
    return PracticalSeal.objects.create(**given, **signature(moderator, now, sha256(content)))


def dops(record: TrainingRecord, by: User, kind: AssessorKind, scores: list[int | None], now: datetime) -> Dops:
    """A complete DOPS with these ten points."""
    seen = {"observed_on": now.date(), "place": "Gamma camera room", "procedure": "Daily uniformity check"}
    judged = {"complexity": "routine", "setting": "real", "overall": "competent"}
    row = acts.dops(record, by, assessor_kind=kind, item=record.items.first(), **seen, **judged)
    form = DopsForm.objects.prefetch_related("items").get(pk=row.form_id)
    for item, score in zip(form.items.all(), scores, strict=True):
        DopsScore.objects.create(dops=row, item=item, score=score)
    for step in ("sign", "acknowledge"):
        move_rows(Dops.objects.filter(pk=row.pk), DOPS_MOVES, step)
    for meaning, signer in (("assessed", by), ("acknowledged", record.trainee)):
        signed = {**signature(signer, now, dops_digest(Dops.objects.get(pk=row.pk))), "meaning": meaning}
        DopsSignature.objects.create(dops=row, **signed)
    return row


def sealed_file(record: TrainingRecord, now: datetime, pages: int = 500) -> dict[str, Any]:
    """The columns of a sealed portfolio of so many pages."""
    made = {"sha256": acts.SHA256, "size": 1, "media_type": "application/pdf", "original_name": "portfolio.pdf"}
    kept = Document.objects.create(**made, pages=pages, origin="made", purpose="tests", uploaded_at=now)
    file = {"document": kept, "pages": pages, "content_sha256": acts.SHA256}
    return {**file, "state": PortfolioState.SEALED, "sealed_at": now, "sealed_by": record.trainee}


def handed_in(
    attempt: StageAttempt, marker: User, role: MarkerRole, now: datetime, points: dict[str, dict[str, Any]]
) -> MarkSheet:
    """A submitted sheet: a pass, with what it says of each point."""
    given = {"attempt": attempt, "marker": marker, "role": role, "opened_at": now, "changed_at": now}
    sheet = MarkSheet.objects.create(**given)
    for point, said in points.items():
        Mark.objects.create(sheet=sheet, point=point, words=f"On {point}.", **said)
    rows = MarkSheet.objects.filter(pk=sheet.pk)
    move_rows(rows, MARK_SHEET_MOVES, "submit", submitted_at=now, result=Result.PASS, words="Sound work.")
    return sheet
