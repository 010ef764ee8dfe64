"""The End of First Year Assessment (Y1 to Y6): where each record stands in it, its gate, what was put forward."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse

from assessments.access import Attempt, reads_outcomes
from assessments.models import (
    FirstYear,
    FirstYearDecision,
    FirstYearReturn,
    Outcome,
    PutForward,
    SafetyConfirmation,
)
from assessments.rules import GateLine, attempts_left, first_year_gate, may_mark, reattempt_until
from assessments.states import FirstYearState, OutcomeState, Result, Stage
from ctts.accounts.models import User
from ctts.common.digest import sha256
from ctts.common.months import london_day
from ctts.common.prepared import prepared
from ctts.common.strips import Counted, Requirement
from ctts.common.templatetags.formats import day
from ctts.scheme.queries import numbers_of
from ctts.scheme.rules import SchemeNumbers
from training import queries as training
from training.access import is_running
from training.models import Concern, Interruption, TrainingRecord
from training.queries import BehindLine, FirstYearFacts
from training.rules import moved_by_pauses

# Line of the gate → the number of FirstYearFacts that it is computed from; the confirmation is our own.
BEHIND = {
    "Y1": "moderator_dops",
    "Y2-concerns": "open_safety_concerns",
    "Y3": "signed",
    "Y4-reviews": "reviews",
    "Y4-dops": "dops",
    "Y5": "case_study_words",
    "Y6": "reflections",
}
NOT_CONFIRMED = "The Training Supervisor has not signed it yet."


# --- where records stand ---


def attempt_of(record: TrainingRecord, released: Sequence[Outcome] | None = None) -> Attempt:
    """Where a record stands in its End of First Year Assessment now; `released` are its outcomes, for a caller who has
    looked."""
    return attempts_of([record], released)[record.pk]


def attempts_of(records: Iterable[TrainingRecord], outcomes: Sequence[Outcome] | None = None) -> dict[int, Attempt]:
    """The same for many records (with their rules) by their id; six queries at most, whatever their number."""
    rows = list(records)
    facts = training.first_year_facts_of(rows)
    released: dict[int, list[Outcome]] = {row.pk: [] for row in rows}
    for outcome in _released(list(released)) if outcomes is None else outcomes:
        released[outcome.record_id].append(outcome)
    attempts = {(row.record_id, row.attempt): row for row in _begun(list(released))}
    signed, last_forward = _done_for(list(attempts.values()))
    pauses = _pauses([row for row in rows if released[row.pk]])
    found = {}
    for record in rows:
        attempt = attempts.get((record.pk, len(released[record.pk]) + 1))
        key = attempt.pk if attempt else 0
        days = pauses.get(record.pk, [])
        found[record.pk] = _attempt(
            record,
            facts[record.pk],
            released[record.pk],
            days,
            attempt,
            [row for (of, _), row in attempts.items() if of == record.pk],
            signed.get(key, []),
            last_forward.get(key),
        )
    return found


def released_first_years(record: TrainingRecord) -> list[Outcome]:
    """The released outcomes of a record's first year, in order of attempt."""
    return _released([record.pk])


def _done_for(attempts: Sequence[FirstYear]) -> tuple[dict[int, list[SafetyConfirmation]], dict[int, PutForward]]:
    """What was signed about patient safety for each attempt, oldest first, and its last putting forward, by its id."""
    if not attempts:
        return {}, {}
    signed: dict[int, list[SafetyConfirmation]] = {}
    ids = [row.pk for row in attempts]
    for row in _safety_of(ids):
        signed.setdefault(row.first_year_id, []).append(row)
    return signed, {put.first_year_id: put for put in _forwards_of(ids)}


@prepared
def _released(records: Any) -> QuerySet[Outcome]:
    rows = Outcome.objects.filter(record__any_of=records, stage=Stage.FIRST_YEAR, state=OutcomeState.RELEASED)
    return rows.order_by("attempt")


@prepared
def _begun(records: Any) -> QuerySet[FirstYear]:
    queries = FirstYearReturn.objects.filter(first_year=OuterRef("pk"), from_office=True).order_by("-returned_at")
    decisions = FirstYearDecision.objects.filter(first_year=OuterRef("pk")).order_by("-signed_at", "-pk")
    rows = FirstYear.objects.filter(record__any_of=records).order_by()
    last_query, last_decision = queries.values("returned_at")[:1], decisions.values("signed_at")[:1]
    return rows.annotate(queried_at=Subquery(last_query), decided_at=Subquery(last_decision))


@prepared
def _safety_of(attempts: Any) -> QuerySet[SafetyConfirmation]:
    return SafetyConfirmation.objects.filter(first_year__any_of=attempts).order_by("signed_at", "pk")


@prepared
def _forwards_of(attempts: Any) -> QuerySet[PutForward]:
    rows = PutForward.objects.filter(first_year__any_of=attempts).select_related("put_forward_by")
    return rows.order_by("put_forward_at", "pk")


def _pauses(records: Sequence[TrainingRecord]) -> dict[int, list[tuple[date, date]]]:
    found: dict[int, list[tuple[date, date]]] = {}
    for row in Interruption.objects.filter(record__in=records) if records else ():
        found.setdefault(row.record_id, []).append((row.starts_on, row.ends_on))
    return found


def _attempt(
    record: TrainingRecord,
    facts: FirstYearFacts,
    released: Sequence[Outcome],
    pauses: Sequence[tuple[date, date]],
    row: FirstYear | None,
    rows: Sequence[FirstYear],
    signed: Sequence[SafetyConfirmation],
    put_forward: PutForward | None,
) -> Attempt:
    numbers, results = numbers_of(record.rules), [outcome.result for outcome in released]
    stands = signed[-1] if signed and not signed[-1].withdrawn else None
    may = may_mark(Stage.FIRST_YEAR, {Stage.FIRST_YEAR: results}, numbers)
    return Attempt(
        record=record,
        number=len(results) + 1,
        may=may,
        last=attempts_left(results, Stage.FIRST_YEAR, numbers) == 1,
        gate=first_year_gate(**facts._asdict(), safety_confirmed=stands is not None, numbers=numbers),
        concerns=facts.open_safety_concerns,
        row=row,
        rows=tuple(sorted(rows, key=lambda one: one.attempt, reverse=True)),
        signed=tuple(signed),
        confirmation=stands,
        put_forward=put_forward,
        until=reattempt_day(released[-1], pauses, numbers) if may and released else None,
        queried_at=_queried_at(row, put_forward),
        decided_at=getattr(row, "decided_at", None) if row and row.state == FirstYearState.DECIDED else None,
    )


def _queried_at(row: FirstYear | None, put_forward: PutForward | None) -> datetime | None:
    queried: datetime | None = getattr(row, "queried_at", None)
    return queried if queried and put_forward and queried > put_forward.put_forward_at else None


def reattempt_day(outcome: Outcome, pauses: Iterable[tuple[date, date]], numbers: SchemeNumbers) -> date | None:
    """By when the re-attempt after a released referral is put forward: three months, moved by interruptions (Y, E5)."""
    if outcome.released_at is None:
        return None
    return moved_by_pauses(reattempt_until(outcome.released_at, numbers), london_day(outcome.released_at), pauses)


# --- the strip (screens 2) ---


def strip_of(
    attempt: Attempt, reader: User, today: date, supervisors: Sequence[User], moderators: Sequence[User]
) -> list[Requirement]:
    """The gate as one reader sees it: each line with its number and what counts (Y1 to Y6).

    Once the training has ended, nothing of it waits for anybody and nothing is to be mended.
    """
    people: dict[str, Sequence[User]] = {"supervisors": supervisors, "moderators": moderators}
    behind = training.behind_gate(attempt.record, reader, today, open_concerns=attempt.concerns, **people)
    mine = _confirmation_line(attempt, reader, supervisors)
    running = bool(is_running(attempt.record))
    return [
        _requirement(line, mine if line.key == "Y2-confirmation" else behind[BEHIND[line.key]], running)
        for line in attempt.gate.lines
    ]


def bare_strip_of(attempt: Attempt) -> list[Requirement]:
    """The gate with its numbers alone, and nothing of what counts (Y1 to Y6)."""
    return [_requirement(line, BehindLine(()), running=False) for line in attempt.gate.lines]


def _requirement(line: GateLine, behind: BehindLine, running: bool) -> Requirement:
    yes_or_no, items, goes_on = line.at_most, behind.items, running and not line.met
    if not goes_on:  # what does not count need not be mended
        items = [replace(item, who="", fix="", fix_url="") for item in items]
    return Requirement(
        label=line.label,
        needed=1 if yes_or_no else line.need,
        counted=int(line.met) if yes_or_no else line.have,
        waiting=behind.waiting if goes_on else 0,
        rule=line.rule,
        closed=NOT_CONFIRMED if line.key == "Y2-confirmation" else line.why,
        waits_for=behind.waits_for,
        items=items,
        count=f"{line.have} open" if yes_or_no else "",
    )


def _confirmation_line(attempt: Attempt, reader: User, supervisors: Sequence[User]) -> BehindLine:
    given = attempt.confirmation
    if given is not None:
        return BehindLine([Counted(f"Confirmed by {given.printed_name}, {day(given.signed_at)}", counts=True)])
    if reader in supervisors:
        url = reverse("assessments:confirm_safety", args=[attempt.record.pk])
        return BehindLine([Counted("Not confirmed", False, why="", who="You", fix="confirm it", fix_url=url)])
    who = str(supervisors[0]) if supervisors else "The Training Supervisor"
    return BehindLine([Counted("Not confirmed", False, who=who)])


# --- what is signed and frozen ---


def safety_digest(attempt: Attempt, statement: str) -> str:
    """The digest of what a supervisor sees when confirming: the statement, and every patient-safety concern."""
    concerns = Concern.objects.filter(record=attempt.record, patient_safety=True).order_by("pk")
    content = {
        "record": attempt.record.pk,
        "attempt": attempt.number,
        "statement": statement,
        "concerns": [list(pair) for pair in concerns.values_list("pk", "state")],
    }
    return sha256(content)


def put_forward_content(attempt: Attempt) -> dict[str, Any]:
    """What is frozen when an attempt is put forward: each line of the gate, and what stood behind its number (Y)."""
    confirmation = attempt.confirmation
    return {
        "record": attempt.record.pk,
        "attempt": attempt.number,
        "rules": attempt.record.rules.version,
        "lines": [
            {
                "key": line.key,
                "rule": line.rule,
                "label": line.label,
                "have": line.have,
                "need": line.need,
                "at_most": line.at_most,
                "met": line.met,
                "why": line.why,
            }
            for line in attempt.gate.lines
        ],
        "behind": {
            **training.gate_digests(attempt.record),
            "confirmation": [[confirmation.pk, confirmation.content_sha256]] if confirmation else [],
        },
    }


def decision_digest(attempt: Attempt) -> str:
    """The digest of what the External Moderator decides about: what was put forward, and patient safety now (Y2)."""
    content = {
        "put_forward": attempt.put_forward and [attempt.put_forward.pk, attempt.put_forward.content_sha256],
        "confirmation": attempt.confirmation and attempt.confirmation.pk,
        "concerns": attempt.concerns,
    }
    return sha256(content)


def decision_content(seen: str, result: Result, words: str, actions: str, actions_by_on: date | None) -> dict[str, Any]:
    """What the External Moderator signs: what was decided about (`seen`, a `decision_digest`), and what was decided."""
    by_on = actions_by_on and actions_by_on.isoformat()
    return {"seen": seen, "result": str(result), "words": words, "actions": actions, "actions_by_on": by_on}


def outcome_content(decision: FirstYearDecision) -> dict[str, Any]:
    """What an outcome of the first year is made of: the decision, and what was decided about (Y, F1)."""
    put = decision.put_forward
    return {
        "first_year": decision.first_year_id,
        "attempt": decision.first_year.attempt,
        "decision": decision.pk,
        "decision_sha256": decision.content_sha256,
        "result": str(decision.result),
        "actions_by_on": decision.actions_by_on and decision.actions_by_on.isoformat(),
        "put_forward": put.pk,
        "put_forward_sha256": put.content_sha256,
        "put_forward_holds": sha256(put.gate) == put.content_sha256,
        "gate": [[line["key"], line["have"], line["need"], line["met"]] for line in put.gate["lines"]],
    }


def decided(outcome: Outcome) -> FirstYearDecision | None:
    """The decision behind an outcome of the first year."""
    rows = FirstYearDecision.objects.select_related("first_year", "put_forward")
    return rows.filter(pk=outcome.content.get("decision")).first()


def recomputed(outcome: Outcome) -> dict[str, Any] | None:
    """The content of a first-year outcome, made anew from its facts (quality rule 10); None without its decision."""
    decision = decided(outcome)
    return outcome_content(decision) if decision else None


def fallen_lines(outcome: Outcome, attempt: Attempt | None = None) -> list[GateLine]:
    """The lines of the gate that a pass of the first year went through and that are closed today: what counted then
    was withdrawn or voided since, or a concern was raised (Y1 to Y6, quality rule 10). None for any other outcome,
    and none once it is released. `attempt` is where the record stands, for a caller who has looked.
    """
    if outcome.stage != Stage.FIRST_YEAR or outcome.result != Result.PASS or outcome.state == OutcomeState.RELEASED:
        return []
    return list((attempt or attempt_of(outcome.record)).gate.unmet)


# --- one attempt ---


def first_years_visible_to(user: User, today: date) -> QuerySet[FirstYear]:
    """Attempts of the records a person sees; what of an outcome they may know, `access.may_know` says (F1)."""
    records = training.records_visible_to(user, today)
    rows = FirstYear.objects.filter(record__in=records.order_by().values("pk"))
    return rows.select_related("record__trainee", "record__scope", "record__centre", "record__rules")


def confirmations_of(row: FirstYear) -> list[SafetyConfirmation]:
    """Confirmations and withdrawals of an attempt, oldest first (Y2)."""
    return list(SafetyConfirmation.objects.filter(first_year=row).order_by("signed_at", "pk"))


def put_forwards_of(row: FirstYear) -> list[PutForward]:
    """Each time an attempt was put forward, the last first."""
    rows = PutForward.objects.filter(first_year=row).select_related("put_forward_by")
    return list(rows.order_by("-put_forward_at", "-pk"))


def returns_of(row: FirstYear, *, with_office: bool) -> list[FirstYearReturn]:
    """When an attempt came back and why, the last first; the office's queries only for whoever may know (F1)."""
    rows = FirstYearReturn.objects.filter(first_year=row).select_related("returned_by")
    rows = rows if with_office else rows.filter(from_office=False)
    return list(rows.order_by("-returned_at", "-pk"))


def decisions_of(row: FirstYear) -> list[FirstYearDecision]:
    """The decisions about an attempt, the last first; for whoever may know of them (F1)."""
    return list(FirstYearDecision.objects.filter(first_year=row).order_by("-signed_at", "-pk"))


@dataclass(frozen=True, slots=True)
class FrozenLine:
    """A line of the gate as it was put forward, and what it is now where that differs."""

    rule: str
    label: str
    number: str
    met: bool
    why: str
    now: str = ""


def frozen_lines(put: PutForward, attempt: Attempt | None) -> list[FrozenLine]:
    """The lines that were put forward; with the attempt as it is now, what has changed since."""
    now = {line.key: line for line in attempt.gate.lines} if attempt else {}
    return [_frozen(line, now.get(line["key"])) for line in put.gate["lines"]]


def _frozen(line: dict[str, Any], now: GateLine | None) -> FrozenLine:
    number = f"{line['have']} open" if line["at_most"] else f"{line['have']} of {line['need']}"
    changed = now is not None and now.have != line["have"]
    return FrozenLine(line["rule"], line["label"], number, line["met"], line["why"], now.why if now and changed else "")


def decisions_read(row: FirstYear, reader: User, today: date, *, knows: bool) -> list[FirstYearDecision]:
    """The decisions about an attempt that a reader may know of: all for whoever may know of an outcome (`knows`, by
    `access.may_know`), the last once its outcome is released for whoever reads outcomes, else none (F1)."""
    if knows:
        return decisions_of(row)
    out = Outcome.objects.filter(
        record=row.record_id, stage=Stage.FIRST_YEAR, attempt=row.attempt, state=OutcomeState.RELEASED
    )
    return decisions_of(row)[:1] if out.exists() and reads_outcomes(reader, row.record, today) else []
