"""When an application is complete (A2), and which received time it keeps (I4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from applications.rules.entry import pounds, shortfall
from applications.rules.facts import ApplicationFacts, EnglishFacts
from applications.states import Part
from ctts.common.months import aware_instant, days_after, london_day
from ctts.scheme.rules import DEFAULTS, SchemeNumbers

FEE_TO_COME = "The fee of this intake is not set yet."
ORDER_TO_COME = "The fee of this intake is not set yet; give your employer's purchase order once it is."


@dataclass(frozen=True)
class MissingPart:
    """One thing an application still needs: the part of A2 and what to do about it."""

    part: Part
    reason: str


def completeness(facts: ApplicationFacts) -> tuple[MissingPart, ...]:
    """What is missing before the application is received, in the order of the form (A2; G 2.2); empty when complete.

    Complete says that everything is there, not that the entry rules are met. The purchase order is the exception: it
    must cover the whole fee.
    """
    return tuple(MissingPart(part, reason) for part, reason in _missing(facts))


def left_words(supervisor: str) -> str:
    """What an applicant reads of a supervisor whose access ended since they were asked (A2)."""
    return f"{supervisor} has no access to the system any more. Name another Training Supervisor."


def missing_before_supervisor(facts: ApplicationFacts) -> tuple[MissingPart, ...]:
    """What the applicant still has to do before the supervisor is asked: all of A2 but the supervisor's own part."""
    return tuple(missing for missing in completeness(facts) if missing.part != Part.CONFIRMATION)


def only_the_fee(missing: Iterable[MissingPart]) -> bool:
    """Whether what is missing hangs on the fee alone, which the scheme office sets (A2, I6); not where nothing is."""
    reasons = {one.reason for one in missing}
    return bool(reasons) and reasons <= {FEE_TO_COME, ORDER_TO_COME}


def _missing(facts: ApplicationFacts) -> Iterator[tuple[Part, str]]:
    for name in facts.personal_missing:
        yield Part.PERSONAL, f"{name} is not given."
    if facts.centre.employed is None or not facts.centre.name:
        yield Part.EMPLOYMENT, "Say where you are employed, and choose the Training Centre."
    if not facts.scope:
        yield Part.SCOPE, "Choose a scope of practice."
    if not facts.supervisor_named:
        yield Part.SUPERVISOR, "Name your Training Supervisor."
    elif facts.supervisor_left:
        yield Part.SUPERVISOR, left_words(facts.supervisor_left)
    yield from _qualifications_missing(facts)
    yield from _english_missing(facts.english)
    if not facts.competencies:
        yield Part.COMPETENCIES, "Choose the competencies of your list."
    if not facts.competencies:
        yield Part.PLAN, "Fill in the training plan once the competencies are chosen."
    elif facts.plan_missing:
        yield Part.PLAN, f"The training plan is not filled in for: {', '.join(facts.plan_missing)}."
    yield from _purchase_order_missing(facts)
    if not facts.adjustments_answered:
        yield Part.ADJUSTMENTS, "Say whether you ask for reasonable adjustments."
    if not facts.declared:
        yield Part.DECLARATION, "Make the declaration."
    if not (facts.supervisor_confirmed and facts.level_statement.strip()):
        yield Part.CONFIRMATION, "The Training Supervisor has not confirmed support and the plan."


def _qualifications_missing(facts: ApplicationFacts) -> Iterator[tuple[Part, str]]:
    if not facts.qualifications:
        yield Part.QUALIFICATIONS, "Give your qualifications, each with its certificate."
    for each in facts.qualifications:
        if not each.certificate_attached:
            yield Part.QUALIFICATIONS, f"Attach the certificate of {each.title}."


def _english_missing(english: EnglishFacts) -> Iterator[tuple[Part, str]]:
    given = english.qualification_level is not None or english.gcse_grade is not None or english.test is not None
    if english.first_language_english is None:
        yield Part.ENGLISH, "Say whether English is your first language."
    elif not (given or english.equivalence_evidence):
        yield Part.ENGLISH, "Give your qualification in English or your test."
    elif not english.certificate_attached:
        yield Part.ENGLISH, "Attach the certificate."


def _purchase_order_missing(facts: ApplicationFacts) -> Iterator[tuple[Part, str]]:
    given = facts.purchase_order_pence is not None and facts.purchase_order_attached
    if facts.fee_pence is None and not facts.received:
        yield Part.PURCHASE_ORDER, FEE_TO_COME if given else ORDER_TO_COME
    elif facts.purchase_order_pence is None or not facts.purchase_order_attached:
        yield Part.PURCHASE_ORDER, "Attach your employer's purchase order and give its amount."
    elif short := shortfall(facts.purchase_order_pence, facts.fee_pence):
        yield Part.PURCHASE_ORDER, f"The purchase order is {pounds(short)} short of the fee."


def reply_keeps_received(asked_at: datetime, replied_at: datetime, numbers: SchemeNumbers = DEFAULTS) -> bool:
    """Whether a reply keeps the first received time: it came within 14 days, by London days, the 14th included (I4).

    Raises TypeError or ValueError for what is no aware instant, ValueError for a reply before the question.
    """
    if aware_instant(replied_at, "replied_at") < aware_instant(asked_at, "asked_at"):
        raise ValueError("A reply cannot come before the question.")
    return london_day(replied_at) <= days_after(london_day(asked_at), numbers.information_reply_days)


def received_after_reply(
    received_at: datetime, asked_at: datetime, replied_at: datetime, numbers: SchemeNumbers = DEFAULTS
) -> datetime:
    """The received time after a reply: the first one if the reply came in time, else the reply's (I4).

    The intake follows the time returned. Raises as `reply_keeps_received`.
    """
    aware_instant(received_at, "received_at")
    return received_at if reply_keeps_received(asked_at, replied_at, numbers) else replied_at
