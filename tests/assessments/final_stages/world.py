"""Two trainees in their second year for the tests of the Final Assessment, and the steps that people take with them.

What happens is done by the actions that pages call, but for the first year: it is passed, without a year of work.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from io import BytesIO
from typing import Any
from uuid import uuid4

import pikepdf
from django.test import Client

from assessments import actions, compiling
from assessments.actions._steps import agree_outcome
from assessments.models import MarkSheet, Outcome, Portfolio, StageAttempt, Viva
from assessments.queries.marking import sheet_digest
from assessments.queries.portfolio import seal_digest
from assessments.queries.practical import practical_sum
from assessments.rules import points_of
from assessments.states import Result, Stage
from ctts.accounts.access import note_authentication
from ctts.accounts.models import User
from ctts.accounts.states import AuthenticationMethod
from ctts.common import clock
from ctts.documents import keeping
from ctts.documents.models import Document
from ctts.documents.proving import ProvenFile, prove
from tests.assessments import gate
from tests.cast import Cast, at
from tests.documents.samples import sample
from tests.training import practice
from tests.training.practice import Scene, client_of, complete_dops, items_of, make_scene, proof
from tests.training.world import settle
from training import actions as training
from training import queries as training_queries
from training.actions import Content
from training.models import Dops, Evidence, PlanItem, TrainingRecord
from training.states import AppointmentKind, EvidenceKind

PASSED = at(2027, 4, 20, 9)
NOW = at(2027, 12, 20, 10)
TODAY = date(2027, 12, 20)
EARLIER, BEGINS = at(2027, 12, 18, 9), at(2027, 12, 20, 9)
LATER = at(2027, 12, 21, 10)
CHANGING = r'name="csrfmiddlewaretoken" value="[^"]*"|csrf[^"]*"[^"]*"|nonce="[^"]*"'
PERCENT = {Stage.PRACTICAL: Fraction(295, 4), Stage.VIVA: Fraction(60)}


@dataclass
class Final:
    """The cast, and both records in their second year.

    Tara's at Leeds has mia as External and max as Supporting Moderator, Tom's at Bristol the other way round.
    """

    cast: Cast
    tara: TrainingRecord
    tom: TrainingRecord


def make_final() -> Final:
    """Both records, the first year passed and released, both moderators appointed."""
    scene = make_scene()
    for record in (scene.tara, scene.tom):
        first_year_passed(scene.cast, record)
    appoint(scene, scene.tara, scene.cast.max)
    appoint(scene, scene.tom, scene.cast.mia)
    return Final(scene.cast, scene.tara, scene.tom)


def make_final_now() -> Final:
    """The same on 20 December 2027: where every transaction is real, the clock stands there with the world."""
    clock.set_offset(at=NOW)
    return make_final()


def appoint(scene: Scene | Final, record: TrainingRecord, person: User) -> None:
    """The office appoints a Supporting Moderator."""
    kind = AppointmentKind.SUPPORTING_MODERATOR
    given = {"record_id": record.pk, "person": person, "kind": kind, "starts_on": date(2027, 5, 1)}
    training.add_appointment(by=scene.cast.olive, now=PASSED, **given)


# --- releasing ---


def release(cast: Cast, outcome: Outcome, now: datetime = NOW) -> Outcome:
    """One of the office confirms the agreed outcome of a final stage, another releases it."""
    gate.office("confirm_outcome", outcome, cast.olive, now)
    gate.office("release_outcome", outcome, cast.oscar, now)
    outcome.refresh_from_db()
    return outcome


def agreed(record: TrainingRecord, stage: Stage, attempt: int, result: Result, now: datetime) -> Outcome:
    """An outcome that its markers have agreed."""
    given: dict[str, Any] = {"content": {"stage": str(stage), "attempt": attempt}, "percent": PERCENT.get(stage)}
    return agree_outcome(record, stage, attempt, result, by=None, now=now, **given)


def first_year_passed(cast: Cast, record: TrainingRecord) -> Outcome:
    """The End of First Year Assessment is passed and released."""
    return gate.passed_by_rows(record, cast.olive, cast.oscar, PASSED)


def released(cast: Cast, record: TrainingRecord, stage: Stage, result: Result = Result.PASS) -> Outcome:
    """The next attempt at a final stage has this result, released, without anything behind it."""
    number = StageAttempt.objects.filter(record=record, stage=stage).count() + 1
    StageAttempt.objects.create(record=record, stage=stage, attempt=number, opened_at=NOW, state="agreed")
    return release(cast, agreed(record, stage, number, result, NOW))


def released_outcome(cast: Cast, attempt: StageAttempt) -> Outcome:
    """The outcome of an attempt, released."""
    return release(cast, Outcome.objects.get(record=attempt.record, stage=attempt.stage, attempt=attempt.attempt))


# --- the Practical ---


def observed(record: TrainingRecord, by: User, scores: list[int | None], on: date, **more: Any) -> Dops:
    """A complete DOPS of the second year with these ten scores."""
    return complete_dops(record, by, NOW, scores=scores, observed_on=on, **more)


def log_of_two(record: TrainingRecord, by: User) -> None:
    """The example of the scheme: 27 of 36 is 75, 32 of 40 is 80; the log is 77.5."""
    observed(record, by, [3] * 9 + [None], date(2027, 6, 1))
    observed(record, by, [3] * 8 + [4] * 2, date(2027, 7, 1))


def final_dops(record: TrainingRecord, by: User, scores: list[int | None] | None = None, day: int = 1) -> Dops:
    """The External Moderator's DOPS of the second year: 28 of 40, 70 per cent, unless told otherwise."""
    return observed(record, by, scores or [3] * 8 + [2] * 2, date(2027, 12, day))


def sealed_practical(record: TrainingRecord, by: User, now: datetime = NOW) -> Outcome:
    """The External Moderator seals the sum as it is shown; the outcome that it makes."""
    seen = practical_sum(record).digest
    seal = actions.seal_practical(by=by, now=now, record_id=record.pk, seen=seen, authentication=proof(now))
    rows = Outcome.objects.exclude(state="superseded")
    return rows.get(record=record, stage=Stage.PRACTICAL, attempt=seal.attempt.attempt)


# --- the Portfolio ---


def evidence_file(
    record: TrainingRecord, name: str, *items: PlanItem, title: str = "", now: datetime = NOW
) -> Evidence:
    """A sample file of the trainee for these competencies, proved, checked and shared."""
    return evidence_of(record, prove(name=name, chunks=[sample(f"good/{name}")]), *items, title=title or name)


def evidence_of(
    record: TrainingRecord, upload: ProvenFile, *items: PlanItem, title: str = "A file", now: datetime = NOW
) -> Evidence:
    """A file of the trainee for these competencies, checked and shared."""
    made = training.add_evidence(
        by=record.trainee,
        now=now,
        record_id=record.pk,
        key=uuid4(),
        kind=EvidenceKind.FILE,
        content=Content(title, upload=upload),
        item_ids=[item.pk for item in items],
        declared=True,
    )
    settle(Document.objects.get(pk=made.document_id), now)
    return training.finish_sharing(by=None, now=now, evidence_id=made.pk)


def text(record: TrainingRecord, *items: PlanItem, title: str = "A text", **more: Any) -> Evidence:
    """A text of the trainee for these competencies, shared unless told otherwise."""
    return training.add_evidence(
        by=record.trainee,
        now=NOW,
        record_id=record.pk,
        key=uuid4(),
        kind=EvidenceKind.TEXT,
        content=Content(title, "I measured the uniformity and compared it with the baseline."),
        item_ids=[item.pk for item in items],
        declared=more.get("declared", True),
    )


def sign_everything(record: TrainingRecord, by: User, now: datetime = NOW) -> None:
    """Every competency has evidence, is submitted, opened and signed."""
    for item in items_of(record):
        if not item.mappings.exists():
            text(record, item, title=f"Evidence for {item.item.code}")
        item = PlanItem.objects.select_related("item", "record").get(pk=item.pk)
        seen = training_queries.shown_digest(item)
        training.submit_item(by=record.trainee, now=now, item_id=item.pk, seen=seen, note="")
        for piece in training_queries.judged_evidence([item])[item.pk]:
            training.note_seen(by=by, now=now, item_id=item.pk, evidence_id=piece.pk)
        training.sign_item(by=by, now=now, item_id=item.pk, seen=seen, authentication=proof(now))


def latest(record: TrainingRecord) -> Portfolio:
    """The portfolio of the last attempt, as it is now."""
    rows = Portfolio.objects.select_related("attempt", "document").filter(attempt__record=record)
    return rows.latest("attempt__attempt")


def compiled(record: TrainingRecord, now: datetime = NOW) -> Portfolio:
    """The portfolio, compiled from the record by the steps of the worker, one after the other."""
    run = actions.compile_portfolio(by=record.trainee, now=now, record_id=record.pk)
    for part in run.items.order_by("position"):
        compiling.make_part(part, now)
    actions.finish_compiling(by=None, now=now, run_id=run.pk, whole=compiling.whole_of(run, now))
    return latest(record)


def sealed_portfolio(record: TrainingRecord, by: User, now: datetime = NOW, pages: int = 40) -> Portfolio:
    """A portfolio of so many pages, every competency signed by the supervisor, sealed by the trainee."""
    if PlanItem.objects.filter(record=record).exclude(state="signed").exists():
        sign_everything(record, by, now)
    found = uploaded(record, pages, now)
    given = {"record_id": record.pk, "seen": seal_digest(found), "authentication": proof(now)}
    actions.seal_portfolio(by=record.trainee, now=now, **given)
    return latest(record)


def one_pdf(pages: int = 3) -> ProvenFile:
    """A portfolio as one PDF of a trainee's own making; its pages are only said."""
    mark = str(uuid4()).encode()
    content = sample("good/training-plan.pdf") + mark
    return ProvenFile(content=content, media_type="application/pdf", name="my portfolio.pdf", pages=pages)


def uploaded(record: TrainingRecord, pages: int = 3, now: datetime = NOW) -> Portfolio:
    """The portfolio, uploaded and checked."""
    found = actions.upload_portfolio(by=record.trainee, now=now, record_id=record.pk, upload=one_pdf(pages))
    settle(found.document, now)
    return Portfolio.objects.select_related("attempt", "document").get(pk=found.pk)


def open_pdf(portfolio: Portfolio) -> Any:
    """A portfolio's PDF, opened."""
    return pikepdf.open(BytesIO(keeping.read(portfolio.document)))


# --- marking ---


def to_mark(final: Final, record: TrainingRecord | None = None) -> StageAttempt:
    """Tara's portfolio, or another's: sealed, the Practical passed and released, so that it may be marked."""
    record = record or final.tara
    supervisor = final.cast.sam if record == final.tara else final.cast.sue
    released(final.cast, record, Stage.PRACTICAL)
    return sealed_portfolio(record, supervisor).attempt


def viva_to_mark(final: Final, record: TrainingRecord | None = None) -> StageAttempt:
    """A viva that began an hour ago, the stages before passed and released."""
    record = record or final.tara
    for stage in (Stage.PRACTICAL, Stage.PORTFOLIO):
        released(final.cast, record, stage)
    return booked(final, record, EARLIER).attempt


def booked(final: Final, record: TrainingRecord, now: datetime = NOW, **more: Any) -> Viva:
    """A viva that the office books."""
    given = {"starts_at": BEGINS, "joining": "https://meet.example.org/abc", **more}
    return actions.book_viva(by=final.cast.olive, now=now, record_id=record.pk, **given)


def started(attempt: StageAttempt, by: User, now: datetime = NOW) -> MarkSheet:
    """A marker's sheet, just started."""
    return actions.start_sheet(by=by, now=now, attempt_id=attempt.pk)


def filled(
    sheet: MarkSheet, result: str = "pass", scores: Sequence[int] = (3, 3, 3, 3, 3), now: datetime = NOW
) -> MarkSheet:
    """A sheet with everything filled in: each criterion with the result, or the domains with these scores."""
    viva = sheet.attempt.stage == Stage.VIVA
    points = points_of(sheet.attempt.stage)
    marks = {
        point.key: {
            "result": "" if viva else result,
            "score": scores[place] if viva else None,
            "words": f"Because of {point.key}.",
            "pages": "" if viva else f"{place + 1}, 10-12",
        }
        for place, point in enumerate(points)
    }
    words = f"All in all {sheet.role}."
    given = {"marks": marks, "result": "" if viva else result, "words": words, "seen": sheet_digest(sheet)}
    return actions.save_sheet(by=sheet.marker, now=now, sheet_id=sheet.pk, **given)


def submitted(attempt: StageAttempt, by: User, now: datetime = NOW, **more: Any) -> MarkSheet:
    """A marker's sheet, started, filled in, signed and submitted."""
    sheet = filled(started(attempt, by, now), now=now, **more)
    given = {"sheet_id": sheet.pk, "seen": sheet_digest(sheet), "authentication": proof(now)}
    return actions.submit_sheet(by=by, now=now, **given)


# --- people at their browsers ---


def browser_of(person: User, *, proved: bool = False) -> Client:
    """A browser of somebody; `proved`: they have just proved who they are, so that signing does not ask again."""
    client = client_of(person)
    if proved:
        session = client.session
        note_authentication(session, AuthenticationMethod.PASSWORD, clock.now())
        session.save()
    return client


def words_of(response: Any) -> str:
    """The text of an answer, with plain spaces."""
    text: str = response.content.decode().replace("\N{NO-BREAK SPACE}", " ")
    return text


def page_of(client: Client, address: str) -> str:
    """All that a page says, byte for byte, but for the tokens that are new on each look."""
    response = client.get(address)
    return f"{response.status_code} {re.sub(CHANGING, '', words_of(response))}"


told, kinds_audited = practice.told, practice.kinds_audited
