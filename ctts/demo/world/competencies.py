"""The plan, the evidence and the competencies of a trainee: agreed, shown, submitted, returned, signed (T1 to T3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache, partial
from typing import Any

from ctts.accounts.models import User
from ctts.demo.papers import pdf_of, phone_photo, workbook
from ctts.demo.world.applying import key_of
from ctts.demo.world.machine import SOON, check_file
from ctts.demo.world.newcomers import place_in_cohort
from ctts.demo.world.trainee import Events, Stage, Trainee, proof
from ctts.documents.proving import ProvenFile, prove
from training import actions, queries
from training.actions import Content
from training.models import PlanItem
from training.states import EvidenceKind, ItemState

TEXT = "I prepared the room, checked the equipment against the log, and carried the procedure out under supervision. "
LOG: list[tuple[str | int, ...]] = [
    ("Date", "Procedure", "Count"),
    ("3 March", "Uniformity", 4),
    ("10 March", "Sensitivity", 2),
]
CONTROL = [
    ["Quality control", "Daily uniformity, first quarter", "Extrinsic, low-energy collimator"],
    ["Measurements", "Integral uniformity 2.9 %", "Differential uniformity 2.1 %"],
    ["Findings", "Two outliers, both explained", "The camera was tuned and measured again"],
]
PORTFOLIO = [["Portfolio", f"Chapter {number}", *CONTROL[number % 3]] for number in range(1, 13)]
FILES: dict[str, Callable[[], bytes]] = {
    "quality-control.pdf": lambda: pdf_of(CONTROL),
    "phantom.jpg": lambda: phone_photo(),
    "log.xlsx": lambda: workbook(LOG),
    "portfolio.pdf": lambda: pdf_of(PORTFOLIO),
}
SHOWN = ("quality-control.pdf", "phantom.jpg", "log.xlsx")


@cache
def paper(name: str) -> ProvenFile:
    """A file as a trainee uploads it: a PDF, a photograph with its place in it, a workbook."""
    return prove(name=name, chunks=[FILES[name]()])


def competencies(trainee: Trainee) -> Events:
    """Everything of plan and competencies, from enrolment on."""
    yield trainee.on(0.2, 9), partial(_agree, trainee, trainee.person)
    if trainee.stage < Stage.BEGUN:
        return
    yield trainee.on(0.2, 11), partial(_agree, trainee, trainee.supervisor)
    items = list(PlanItem.objects.filter(record=trainee.record).order_by("position"))
    yield trainee.on(0.8, 9), partial(_upload, trainee, items[:3])
    if trainee.stage < Stage.TRAINING:
        yield trainee.on(1.0, 9), partial(_show, trainee, items[:2], 1)
        yield trainee.on(1.1, 10), partial(_submit, trainee, items[:1])
        return
    half = max(3, -(-len(items) // 2)) if trainee.stage >= Stage.GATE_OPEN else 3
    yield from _signed(trainee, items[:half], 4, 1)
    if trainee.stage >= Stage.SEALED:
        yield from _signed(trainee, items[half:], 13, 2)
    elif trainee.stage == Stage.TRAINING:
        yield from _waiting(trainee, items[half:])


def _signed(trainee: Trainee, items: Sequence[PlanItem], month: int, place: int) -> Events:
    """A handful of competencies, shown in one text, submitted and signed: the first alone, the others together."""
    yield trainee.on(month, 9), partial(_show, trainee, items, place)
    yield trainee.on(month, 15), partial(_submit, trainee, items)
    yield trainee.on(month + 0.1, 9), partial(_sign_one, trainee, items[0])
    yield trainee.on(month + 0.1, 10), partial(_sign, trainee, items[1:])


def _waiting(trainee: Trainee, items: Sequence[PlanItem]) -> Events:
    """One competency returned with feedback, one submitted for the supervisor, one begun."""
    yield trainee.on(5.4, 9), partial(_show, trainee, items[:3], 2)
    yield trainee.on(5.4, 15), partial(_submit, trainee, items[:2])
    yield trainee.on(5.5, 15), partial(_return, trainee, items[0])


def _agree(trainee: Trainee, person: User, at: datetime) -> None:
    seen = queries.plan_standing(trainee.record).digest
    actions.agree_plan(by=person, now=at, record_id=trainee.record.pk, seen=seen, authentication=proof(at))


def _upload(trainee: Trainee, items: Sequence[PlanItem], at: datetime) -> None:
    """A file for the first competencies, checked and shared: all three kinds by whoever chose every competency."""
    for name in SHOWN if trainee.who.whole else [SHOWN[place_in_cohort(trainee.who) % len(SHOWN)]]:
        made = actions.add_evidence(
            by=trainee.person,
            now=at,
            record_id=trainee.record.pk,
            key=key_of(trainee.record.pk, name),
            kind=EvidenceKind.FILE,
            content=Content(title=name.split(".")[0].replace("-", " ").capitalize(), upload=paper(name)),
            item_ids=[item.pk for item in items],
            declared=True,
        )
        if made.document is not None:
            check_file(made.document, at)
        actions.finish_sharing(by=None, now=at + SOON, evidence_id=made.pk)


def _show(trainee: Trainee, items: Sequence[PlanItem], place: int, at: datetime) -> None:
    actions.add_evidence(
        by=trainee.person,
        now=at,
        record_id=trainee.record.pk,
        key=key_of(trainee.record.pk, "text", place),
        kind=EvidenceKind.TEXT,
        content=Content(title=f"Practice log {place}", text=TEXT * 4),
        item_ids=[item.pk for item in items],
        declared=True,
    )


def _submit(trainee: Trainee, items: Sequence[PlanItem], at: datetime) -> None:
    for item in PlanItem.objects.select_related("item", "record").filter(pk__in=[one.pk for one in items]):
        seen = queries.shown_digest(item)
        actions.submit_item(by=trainee.person, now=at, item_id=item.pk, seen=seen, note="The log first, please.")


def _return(trainee: Trainee, item: PlanItem, at: datetime) -> None:
    seen = queries.shown_digest(PlanItem.objects.select_related("item", "record").get(pk=item.pk))
    actions.rate_item(by=trainee.person, now=at, item_id=item.pk, rating=3)
    reason = "Say which phantom you used, and on which day."
    actions.return_item(by=trainee.supervisor, now=at, item_id=item.pk, seen=seen, reason=reason, rating=2)


def _sign_one(trainee: Trainee, item: PlanItem, at: datetime) -> None:
    """On its own page, everything opened before."""
    [row] = _opened(trainee, [item], at)
    given: dict[str, Any] = {"item_id": item.pk, "seen": row.digest, "comment": "A careful piece of work.", "rating": 3}
    actions.sign_item(by=trainee.supervisor, now=at, authentication=proof(at), **given)


def _sign(trainee: Trainee, items: Sequence[PlanItem], at: datetime) -> None:
    """In one press, everything opened before."""
    if items:
        seen = {row.item.pk: row.digest for row in _opened(trainee, items, at)}
        given: dict[str, Any] = {
            "record_id": trainee.record.pk,
            "seen": seen,
            "comment": "Done well, and well described.",
        }
        actions.sign_items(by=trainee.supervisor, now=at, authentication=proof(at), **given)


def _opened(trainee: Trainee, items: Sequence[PlanItem], at: datetime) -> list[queries.SignRow]:
    found = PlanItem.objects.select_related("item", "record").filter(
        pk__in=[one.pk for one in items], state=ItemState.SUBMITTED
    )
    rows = queries.sign_rows(trainee.supervisor, list(found.order_by("position")))
    for row in rows:
        for piece in row.evidence:
            actions.note_seen(by=trainee.supervisor, now=at, item_id=row.item.pk, evidence_id=piece.evidence.pk)
    return rows
