"""Portfolio and Viva of a trainee marked by both, each on their own sheet; the Viva booked and held (F3 to F5)."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from assessments import actions
from assessments.models import MarkSheet, StageAttempt
from assessments.queries.marking import sheet_digest
from assessments.rules import points_of
from assessments.states import Result
from assessments.states import Stage as Assessed
from ctts.accounts.models import User
from ctts.common.clock import london_date, london_midnight
from ctts.demo.world.first_year import settled
from ctts.demo.world.moderators import markers_of
from ctts.demo.world.newcomers import place_in_cohort
from ctts.demo.world.trainee import Events, Stage, Trainee, proof

JOINING = "https://meet.example.org/viva"


def marking(trainee: Trainee, now: datetime) -> Events:
    """As far as the trainee has come: one sheet in, both in, differing, the Viva booked for after `now`, scored."""
    if trainee.stage < Stage.MARKING:
        return
    yield trainee.on(16, 9), partial(_mark_portfolio, trainee)
    yield from settled(trainee, 16.5, Stage.VIVA_BOOKED, Stage.VIVA_BOOKED)
    if trainee.stage < Stage.VIVA_BOOKED:
        return
    coming = london_midnight(london_date(now) + timedelta(days=9)) + timedelta(hours=13)
    hour = 9 + 2 * place_in_cohort(trainee.who)  # they share moderators, who are in one viva at a time
    starts_at = coming if trainee.stage == Stage.VIVA_BOOKED else trainee.on(18, hour)
    yield trainee.on(17, 9), partial(_book, trainee, starts_at)
    if trainee.stage >= Stage.SCORED:
        yield trainee.on(18, 15), partial(_mark_viva, trainee)
    yield from settled(trainee, 18.5, Stage.PASSED, Stage.PASSED)


def _mark_portfolio(trainee: Trainee, at: datetime) -> None:
    """Both mark; the second has only begun, or refers, where that is as far as it has come."""
    attempt = StageAttempt.objects.get(record=trainee.record, stage=Assessed.PORTFOLIO)
    external, supporting = markers_of(trainee)
    _submit(_filled(attempt, external, at), at)
    refers = trainee.stage == Stage.DIFFERING
    sheet = _filled(attempt, supporting, at, result=Result.REFER if refers else Result.PASS)
    if trainee.stage != Stage.MARKING:
        _submit(sheet, at)


def _book(trainee: Trainee, starts_at: datetime, at: datetime) -> None:
    given: dict[str, Any] = {"record_id": trainee.record.pk, "starts_at": starts_at, "joining": JOINING}
    actions.book_viva(by=trainee.town.people["olive"], now=at, **given)


def _mark_viva(trainee: Trainee, at: datetime) -> None:
    attempt = StageAttempt.objects.get(record=trainee.record, stage=Assessed.VIVA)
    for marker in markers_of(trainee):
        _submit(_filled(attempt, marker, at), at)


def _filled(attempt: StageAttempt, marker: User, at: datetime, result: Result = Result.PASS) -> MarkSheet:
    """A marker's sheet with every point filled in."""
    sheet = actions.start_sheet(by=marker, now=at, attempt_id=attempt.pk)
    viva = attempt.stage == Assessed.VIVA
    marks = {
        point.key: {
            "result": "" if viva else str(result),
            "score": 3 if viva else None,
            "words": f"{point.title}: shown well, and argued from the evidence.",
            "pages": "" if viva else f"{place}",
        }
        for place, point in enumerate(points_of(Assessed(attempt.stage)), start=1)
    }
    given: dict[str, Any] = {"marks": marks, "result": "" if viva else str(result), "words": "I have read all of it."}
    return actions.save_sheet(by=marker, now=at, sheet_id=sheet.pk, seen=sheet_digest(sheet), **given)


def _submit(sheet: MarkSheet, at: datetime) -> None:
    seen = sheet_digest(sheet)
    actions.submit_sheet(by=sheet.marker, now=at, sheet_id=sheet.pk, seen=seen, authentication=proof(at))
