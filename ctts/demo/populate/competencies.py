"""The 150 competencies of a populated trainee (T1, T2, T3): plan, evidence, submissions, returns, signatures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

from ctts.common.months import add_months
from ctts.demo.populate.copying import Encoded, encoded
from ctts.demo.populate.corpus import deed, paragraph
from ctts.demo.populate.course import Course, Item, at, signed
from ctts.demo.populate.ground import PLAN, WITH_WHOM, Person
from training.actions.competencies import STATEMENT
from training.actions.planning import STATEMENT as PLAN_STATEMENT
from training.models import (
    Evidence,
    EvidenceMapping,
    EvidenceSeen,
    EvidenceVersion,
    ItemReturn,
    ItemSubmission,
    PlanAgreement,
    PlanItem,
    SignOff,
)
from training.queries.evidence import evidence_digest
from training.states import EvidenceKind, EvidenceState, ItemState

LEAD = 9  # days from the first evidence of a competency to its signature
SPREAD = 20  # how far from the plan's order somebody works
SECOND_PIECE = 0.4  # how often a piece also shows the next competency
UNAGREED = 0.05
TRAINEE, SUPERVISOR = "Trainee", "Training Supervisor"


def work_through(course: Course) -> None:
    """Everything between a plan and its signatures, as far as this trainee is."""
    _choose_states(course)
    _evidence(course)
    for item in course.items:
        _facts(course, item)
        _plan_item(course, item)
    _agree_plan(course)


# --- how far ---


def _choose_states(course: Course) -> None:
    """So many signed as the time and the trainee's pace give; then some submitted, returned, in progress."""
    rng = course.rng
    order = sorted(course.items, key=lambda item: item.of.position + rng.uniform(0, SPREAD))
    share = min(course.days / (2 * 365) * course.pace, 1.0)
    states = [ItemState.SIGNED] * int(len(order) * share)
    states += [ItemState.SUBMITTED] * rng.randrange(2, 6) + [ItemState.RETURNED] * rng.randrange(3)
    states += [ItemState.IN_PROGRESS] * rng.randrange(6, 13)
    many = states.count(ItemState.SIGNED)
    for place, (item, state) in enumerate(zip(order, states, strict=False)):
        item.reaches = str(state)
        late = rng.randrange(1, 15) if state != ItemState.SIGNED else 0
        item.on = course.day((place + 1) / (many + 1)) if state == ItemState.SIGNED else _days_ago(course, late)
    course.worked = order[: len(states)]


def _days_ago(course: Course, days: int) -> date:
    return max(course.yesterday - timedelta(days=days), course.start_on)


def _began(course: Course, item: Item) -> date:
    """The day of a competency's first evidence."""
    return max((item.on or course.start_on) - timedelta(days=LEAD), course.start_on)


# --- evidence ---


def _evidence(course: Course) -> None:
    """A text for each competency that is worked on; some also show the next one in turn."""
    for item, following in pairwise([*course.worked, None]):
        if item is None:
            continue
        shows = [item]
        if following is not None and course.rng.random() < SECOND_PIECE and _fits(course, item, following):
            shows.append(following)
        _piece(course, shows)


def _fits(course: Course, item: Item, following: Item) -> bool:
    """Whether a piece for `item` can also have been there when the next competency was submitted."""
    submitted_on = (following.on or course.start_on) - timedelta(days=3)
    return following.reaches != ItemState.IN_PROGRESS and _began(course, item) <= submitted_on


def _piece(course: Course, shows: list[Item]) -> None:
    item, sheets = shows[0], course.sheets
    title, text = deed(course.rng), paragraph(course.rng, 3)
    made_at = at(_began(course, item), 9)
    digest = evidence_digest(str(EvidenceKind.TEXT), title, text, "", None)
    shared = item.reaches != ItemState.IN_PROGRESS or course.rng.random() < 0.5
    pk = sheets.add(
        Evidence,
        record_id=course.record,
        author_id=course.person,
        kind=str(EvidenceKind.TEXT),
        title=title,
        text=text,
        made_at=made_at,
        changed_at=made_at,
        content_sha256=digest,
        declared_at=made_at if shared else None,
        state=str(EvidenceState.SHARED if shared else EvidenceState.DRAFT),
        key=course.key(),
    )
    for one in shows:
        sheets.add(EvidenceMapping, evidence_id=pk, item_id=one.pk, mapped_at=made_at)
        if shared:
            one.evidence[str(pk)] = digest
    if shared:
        columns = {"content_sha256": digest, "title": title, "text": text, "shared_by_id": course.person}
        sheets.add(EvidenceVersion, evidence_id=pk, shared_at=made_at, **columns)
    _log_piece(course, pk, digest, shows, shared)


def _log_piece(course: Course, pk: int, digest: str, shows: list[Item], shared: bool) -> None:
    made_at, me = at(_began(course, shows[0]), 9), course.trainee
    items = sorted(one.pk for one in shows)
    facts: dict[str, Any] = {"kind": str(EvidenceKind.TEXT), "content": digest}
    course.log("training.evidence.added", made_at, Evidence, pk, me, **facts)
    course.log("training.evidence.mapped", made_at, Evidence, pk, me, before={"items": []}, items=items)
    course.log(
        "training.competency.start",
        made_at,
        PlanItem,
        shows[0].pk,
        me,
        before={"state": str(ItemState.NOT_STARTED)},
        state=str(ItemState.IN_PROGRESS),
        evidence=pk,
    )
    if shared:
        course.log("training.evidence.declared", made_at, Evidence, pk, me, content=digest)
        moved = {"state": str(EvidenceState.SHARED), "content": digest}
        before = {"state": str(EvidenceState.DRAFT)}
        course.log("training.evidence.share", made_at, Evidence, pk, me, before=before, **moved)


# --- submitted, returned, signed ---


def _facts(course: Course, item: Item) -> None:
    if item.reaches in (ItemState.NOT_STARTED, ItemState.IN_PROGRESS) or item.on is None:
        return
    content, digest = encoded(_content(item))
    _submit(course, item, item.on, digest)
    if item.reaches == ItemState.SIGNED:
        _see(course, item, item.on, list(item.evidence))
        _sign(course, item, item.on, content, digest)
    elif item.reaches == ItemState.RETURNED:
        _return(course, item, item.on)
    else:  # what waits is half opened: rows of the sign-off page that are held, and rows that are not
        _see(course, item, item.on, [piece for piece in item.evidence if course.rng.random() < 0.5])


def _content(item: Item) -> dict[str, object]:
    """What a signature signs, as `training.queries.items.signing_content` names it."""
    words = {"code": item.of.code, "title": item.of.title, "statement": item.of.statement}
    return {"item": item.pk, **words, "evidence": item.evidence}


def _submit(course: Course, item: Item, on: date, digest: str) -> None:
    submitted_at = at(max(on - timedelta(days=3), course.start_on), 12)
    if item.reaches == ItemState.SUBMITTED:
        submitted_at = at(on, 12)
    course.sheets.add(
        ItemSubmission,
        item_id=item.pk,
        note="Please look at the second measurement." if item.pk % 3 == 0 else "",
        submitted_at=submitted_at,
        submitted_by_id=course.person,
    )
    before = {"state": str(ItemState.IN_PROGRESS)}
    facts = {"state": str(ItemState.SUBMITTED), "seen": digest}
    course.log("training.competency.submit", submitted_at, PlanItem, item.pk, course.trainee, before=before, **facts)


def _see(course: Course, item: Item, on: date, pieces: list[str]) -> None:
    for piece in pieces:
        course.sheets.add(
            EvidenceSeen,
            item_id=item.pk,
            evidence_id=int(piece),
            content_sha256=item.evidence[piece],
            seen_at=at(on, 15),
            seen_by_id=course.supervisor.pk,
        )


def _sign(course: Course, item: Item, on: date, content: Encoded, digest: str) -> None:
    signed_at = at(on, 16)
    columns = signed(course.supervisor, SUPERVISOR, "signed", STATEMENT, digest, signed_at)
    pk = course.sheets.add(SignOff, item_id=item.pk, content=content, comment="", **columns)
    course.local[SignOff].append((pk, digest, on))
    before = {"state": str(ItemState.SUBMITTED)}
    facts: dict[str, Any] = {"state": str(ItemState.SIGNED), "sign_off": pk, "content": digest}
    course.log("training.competency.sign", signed_at, PlanItem, item.pk, course.supervisor, before=before, **facts)


def _return(course: Course, item: Item, on: date) -> None:
    returned_at = at(on, 16)
    course.sheets.add(
        ItemReturn,
        item_id=item.pk,
        reason="Add the uncertainty of the second measurement, and say what you would do next.",
        returned_at=returned_at,
        returned_by_id=course.supervisor.pk,
    )
    before = {"state": str(ItemState.SUBMITTED)}
    facts = {"state": str(ItemState.RETURNED)}
    course.log(
        "training.competency.send_back", returned_at, PlanItem, item.pk, course.supervisor, before=before, **facts
    )


# --- the plan ---


def _by_on(course: Course, item: Item) -> date:
    return min(_months_after(course.start_on, item.of.by_month), course.end_on)


_months_after = cache(add_months)  # the same few days for everybody of an intake


def _plan_item(course: Course, item: Item) -> None:
    changed_at = at(course.start_on, 6)
    if item.on is not None:
        changed_at = at(item.on, 16 if item.reaches in (ItemState.SIGNED, ItemState.RETURNED) else 12)
    course.sheets.add(
        PlanItem,
        id=item.pk,
        record_id=course.record,
        item_id=item.words,
        position=item.of.position,
        with_whom=WITH_WHOM,
        by_on=_by_on(course, item),
        own_rating=3 if item.reaches == ItemState.SIGNED else None,
        state=item.reaches,
        changed_at=changed_at,
        **PLAN,
    )


def _agree_plan(course: Course) -> None:
    """Both have signed the plan as it is; of a few only the trainee has (T1)."""
    rows = [
        {
            "item": item.pk,
            "code": item.of.code,
            **PLAN,
            "with_whom": WITH_WHOM,
            "by_on": _by_on(course, item).isoformat(),
        }
        for item in course.items
    ]
    content, digest = encoded({"record": course.record, "items": rows})
    for person, role, on in _agreeing(course):
        columns = signed(person, role, "agreed", PLAN_STATEMENT, digest, on)
        pk = course.sheets.add(PlanAgreement, record_id=course.record, version=1, content=content, **columns)
        course.log("training.plan.signed", on, PlanAgreement, pk, person, version=1, content=digest)


def _agreeing(course: Course) -> Iterator[tuple[Person, str, datetime]]:
    yield course.trainee, TRAINEE, at(course.not_after(course.start_on + timedelta(days=10)), 10)
    if course.rng.random() >= UNAGREED:
        yield course.supervisor, SUPERVISOR, at(course.not_after(course.start_on + timedelta(days=12)), 11)
