"""Visits of a centre are noted; conditions of an accreditation are answered and judged (C3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from ctts.accounts.models import User
from ctts.audit.actions import record
from ctts.common.clock import london_date
from ctts.common.moves import change_state
from ctts.common.verdict import DoneAlready, Invalid, TooLate, require
from ctts.documents.actions import store
from ctts.documents.models import Document
from ctts.documents.proving import ProvenFile
from ctts.notifications.actions import notify
from ctts.notifications.notices import Notice
from ctts.organisations.queries import coordinators_of, people_with
from ctts.organisations.states import Role
from ctts.scheme import access, notices
from ctts.scheme.models import Accreditation, AccreditationCondition, AccreditationVisit, ConditionStep
from ctts.scheme.states import CONDITION_MOVES, ConditionStepKind


@transaction.atomic
def note_visit(
    *,
    by: User,
    now: datetime,
    accreditation_id: int,
    key: UUID,
    visited_on: date,
    visitors: str,
    note: str,
    upload: ProvenFile | None = None,
) -> AccreditationVisit:
    """The office notes a visit of the centre; it is never edited (C3). `key` is the form's idempotency key.

    Raises NotAllowed outside the office and for whoever belongs to the centre, Invalid for a day that has not come,
    DoneAlready for a form sent twice.
    """
    accreditation = Accreditation.objects.select_for_update(no_key=True).get(pk=accreditation_id)
    require(access.can_read_visits(by, accreditation, london_date(now)))
    if AccreditationVisit.objects.filter(key=key).exists():
        raise DoneAlready("This visit is noted already.")
    if visited_on > london_date(now):
        raise Invalid("This day has not come yet.", "visited_on")
    row = AccreditationVisit.objects.create(
        accreditation=accreditation,
        visited_on=visited_on,
        visitors=visitors,
        note=note,
        document=_kept(upload, by, now, "scheme.centre_visit"),
        key=key,
        at=now,
        by=by,
    )
    after = {"visit": row.pk, "visited_on": visited_on.isoformat()}
    record("scheme.accreditation.visited", by=by, at=now, about=accreditation, after=after, words={"note": note})
    return row


@transaction.atomic
def answer_condition(
    *, by: User, now: datetime, condition_id: int, key: UUID, words: str, upload: ProvenFile | None = None
) -> ConditionStep:
    """A Training Co-ordinator of the centre says how a condition is met; the office is told (C3).

    Raises NotAllowed for another centre, TooLate once it is met, Invalid without words, DoneAlready for a form sent
    twice.
    """
    condition = _locked(condition_id)
    require(access.can_answer_condition(by, condition, london_date(now)))
    _once(key)
    if not words.strip():
        raise Invalid("Write how it is met.", "words")
    document = _kept(upload, by, now, "scheme.condition_answer")
    change_state(condition, CONDITION_MOVES, "answer")
    step = _note(condition, ConditionStepKind.ANSWERED, by, now, key, words.strip(), document)
    _tell(notices.CONDITION_ANSWERED, people_with(Role.OFFICE, london_date(now)), step, now)
    return step


@transaction.atomic
def judge_condition(
    *, by: User, now: datetime, condition_id: int, key: UUID, met: bool, words: str = "", seen: int = 0
) -> ConditionStep:
    """The office marks a condition met, or not with the reason; the Training Co-ordinators are told (C3).

    `seen` is how many steps the page showed. Raises NotAllowed outside the office, TooLate once it is met or where
    the centre has answered since, Invalid for a no without words, DoneAlready for a form sent twice.
    """
    condition = _locked(condition_id)
    _once(key)
    require(access.can_judge_condition(by, condition, london_date(now)))
    if seen != condition.steps.count():
        raise TooLate("Something was added since you opened this page. Look at the condition again.")
    if not met and not words.strip():
        raise Invalid("Say what is missing; the Training Co-ordinators read it.", "words")
    change_state(condition, CONDITION_MOVES, "meet" if met else "not_meet")
    kind = ConditionStepKind.MET if met else ConditionStepKind.NOT_MET
    step = _note(condition, kind, by, now, key, words.strip(), None)
    people = coordinators_of(condition.accreditation.organisation, london_date(now))
    _tell(notices.CONDITION_JUDGED, people, step, now)
    return step


def _locked(condition_id: int) -> AccreditationCondition:
    rows = AccreditationCondition.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("accreditation__organisation", "accreditation__scope").get(pk=condition_id)


def _once(key: UUID) -> None:
    if ConditionStep.objects.filter(key=key).exists():
        raise DoneAlready("This was sent already.")


def _kept(upload: ProvenFile | None, by: User, now: datetime, purpose: str) -> Document | None:
    if upload is None:
        return None
    return store(upload=upload, owner=None, by=by, now=now, purpose=purpose, field="upload")


def _note(
    condition: AccreditationCondition,
    kind: ConditionStepKind,
    by: User,
    now: datetime,
    key: UUID,
    words: str,
    document: Document | None,
) -> ConditionStep:
    step = ConditionStep.objects.create(
        condition=condition, kind=kind, words=words, document=document, key=key, at=now, by=by
    )
    after = {"condition": condition.number, "document": step.document_id}
    accreditation, said = condition.accreditation, {"words": words} if words else None
    record(f"scheme.condition.{kind}", by=by, at=now, about=accreditation, after=after, words=said)
    return step


def _tell(notice: Notice, people: Iterable[User], step: ConditionStep, now: datetime) -> None:
    condition = step.condition
    context = {"condition": condition, "accreditation": condition.accreditation, "step": step}
    for person in people:
        key = f"{notice.key}:{step.pk}:{person.pk}"
        notify(notice, to=person, key=key, about=condition, now=now, context=context)
