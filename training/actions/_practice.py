"""Steps shared by reviews, DOPS and pieces: notes on the audit, moves, stale texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Model

from ctts.accounts.models import User
from ctts.audit.actions import record as audit
from ctts.common.moves import Moves, change_state
from ctts.common.verdict import Invalid, TooLate
from ctts.scheme.models import DopsForm, Scope
from ctts.scheme.queries import dops_form_for
from training.access import Doer
from training.actions._steps import refuse_identifiers, role_of
from training.models import DopsScanAnswer, DopsSignature, ExternalAssessor, HandOver, TrainingRecord
from training.rules import IdentifierFinding, began_words

EXTERNAL_ROLE = "External assessor"
HOLDS_IT = "Whoever holds the device"


class StaleText(TooLate):
    """Another window, or another person, changed the text since this one was opened; the page shows both."""


def fresh(seen: str, now_says: str) -> None:
    """Refuse to decide about, or write over, what changed since the page was made. Raises StaleText."""
    if seen != now_says:
        raise StaleText("This was changed in another window since you opened it. Nothing of yours was written over it.")


def form_for(scope: Scope, now: datetime) -> DopsForm:
    """The DOPS form with which a new DOPS of a scope is begun (T5). Raises TooLate while none is entered."""
    try:
        return dops_form_for(scope, now)
    except DopsForm.DoesNotExist as problem:
        raise TooLate(f"No DOPS form is entered for {scope} yet. The office enters it first.") from problem


def want(text: str, field: str, words: str) -> str:
    """The text without blanks at its ends. Raises Invalid beside `field` when nothing is left."""
    if not text.strip():
        raise Invalid(words, field)
    return text.strip()


def answered(findings: Iterable[IdentifierFinding], answer: str) -> dict[str, Any]:
    """What the scan found in words of a DOPS, kind by kind, with what whoever signs them answered; empty where it found
    nothing (T5, quality rule 17). Raises Invalid without an answer, or where that names a patient itself."""
    found = Counter(str(finding.kind) for finding in findings)
    if not found:
        return {}
    said = want(answer, "answer", "Say why no patient can be identified, or go back and take out what was found.")
    refuse_identifiers(said, "Your answer", "answer")
    return {"found": dict(found), "answer": said}


def keep_answer(signature: DopsSignature, said: Mapping[str, Any]) -> None:
    """Keep beside a signature what its signer answered to the scan, where it asked (quality rule 17)."""
    if said:
        DopsScanAnswer.objects.create(signature=signature, **said)


def want_begun(day: date, start: date, field: str) -> None:
    """Raises Invalid beside `field` when `day` lies before the first day of training, `start`."""
    if day < start:
        raise Invalid(began_words(start), field)


def doer(by: Doer, record: TrainingRecord, now: datetime) -> tuple[User | None, str, dict[str, Any]]:
    """Who acts as the audit keeps it: account, function, and which one-time link or which device handed over it was.

    Whoever holds a device that was handed over is the assessor once they have proved it, and nobody before.
    """
    if isinstance(by, ExternalAssessor):
        return None, EXTERNAL_ROLE, {"external": by.pk}
    if isinstance(by, HandOver):
        proved = by.assessor if by.begun_at else None
        return proved, role_of(proved, record, now) if proved else HOLDS_IT, {"hand_over": by.pk}
    return by, role_of(by, record, now), {}


def note(
    what: str, record: TrainingRecord, about: Model, *, by: Doer, now: datetime, words: str = "", **after: Any
) -> None:
    """Put something about a row of a trainee's dossier on the audit; `words` are what somebody wrote to say why."""
    said = {"reason": words} if words else None
    actor, role, more = doer(by, record, now)
    facts = {**after, **more}
    within = record.trainee_id
    audit(f"training.{what}", by=actor, at=now, about=about, within=within, after=facts, role=role, words=said)


def step(
    thing: Any,
    moves: Moves,
    name: str,
    *,
    what: str,
    by: Doer,
    now: datetime,
    words: str = "",
    columns: Mapping[str, Any] | None = None,
    role: str = "",
    **after: Any,
) -> None:
    """Take a legal step with a locked row and put it on the audit; `columns` change with the state in one statement.

    `words` are what somebody wrote to say why; `role`: as what they act, where the step belongs to one function and
    they may hold several. Raises TooLate when the step is not legal from the present state.
    """
    before = {"state": str(thing.state)}
    change_state(thing, moves, name, **(columns or {}))
    record = thing.record
    actor, held, more = doer(by, record, now)
    facts = {"state": str(thing.state), **after, **more}
    audit(
        f"training.{what}",
        by=actor,
        at=now,
        about=thing,
        within=record.trainee_id,
        before=before,
        after=facts,
        role=role or held,
        words={"reason": words} if words else None,
    )
