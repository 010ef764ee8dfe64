"""What a board is told beside the released results: the same computed a second time from the facts (F1 to F7).

Facts are read here from the rows that people signed and judged by `assessments.oracle`, which shares nothing with the
rules that made the results. Where the two differ nobody can be awarded (quality rule 10).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from itertools import groupby

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count

from assessments import oracle
from assessments.models import FirstYearDecision, Mark, MarkSheet, Outcome, PracticalSeal
from assessments.models import Portfolio as PortfolioRow
from assessments.rules import display_mark
from assessments.states import MarkerRole, MarkSheetState, Result, Stage
from ctts.scheme.queries import numbers_of
from ctts.scheme.rules import to_json
from moderation.models import Adjudication, AgreedMark
from training.models import Dops, DopsScore, PlanItem, TrainingRecord
from training.states import DopsState, OverallJudgement

Key = tuple[int, int]
"""A record and the number of an attempt at the stage that is asked about."""
Tries = dict[Key, tuple[oracle.Attempt, datetime]]
"""The facts of attempts at a stage, and the instant at which each was made."""
Pair = tuple[MarkSheet, MarkSheet]
"""The External Moderator's sheet and the Supporting Moderator's."""
Settled = AgreedMark | Adjudication
EXTERNAL, SUPPORTING = str(MarkerRole.EXTERNAL), str(MarkerRole.SUPPORTING)
# A line of the gate as it was frozen → what the oracle counts it as; the whole of the list is not frozen with it.
COUNTED = {
    "Y1": "moderator_dops",
    "Y2-confirmation": "safety_confirmed",
    "Y2-concerns": "open_safety_concerns",
    "Y3": "signed",
    "Y4-reviews": "reviews",
    "Y4-dops": "dops",
    "Y5": "case_studies",
    "Y6": "reflections",
}


def differences(
    records: Iterable[TrainingRecord], released: Mapping[int, Sequence[Outcome]]
) -> dict[int, tuple[str, ...]]:
    """By record, in words, where its released results are not what the facts behind them come to; ten queries for
    any number of records, which bring their `rules`."""
    rows = list(records)
    tries = _tries(rows) if rows else {}
    return {row.pk: _of_one(row, sorted(released[row.pk], key=_in_order), tries) for row in rows}


def _in_order(outcome: Outcome) -> tuple[int, int]:
    return list(Stage).index(Stage(outcome.stage)), outcome.attempt


def _of_one(record: TrainingRecord, outcomes: Sequence[Outcome], tries: Mapping[str, Tries]) -> tuple[str, ...]:
    tried: dict[str, list[oracle.Tried]] = {}
    known = [outcome for outcome in outcomes if (record.pk, outcome.attempt) in tries[outcome.stage]]
    for outcome in known:
        facts, made_at = tries[outcome.stage][record.pk, outcome.attempt]
        tried.setdefault(outcome.stage, []).append(oracle.Tried(facts, made_at, outcome.released_at))
    found = oracle.judge(tried, to_json(numbers_of(record.rules)))
    answers = {outcome.pk: found.answers[outcome.stage][place] for outcome, place in _places(known)}
    words = [_differs(outcome, answers.get(outcome.pk)) for outcome in outcomes]
    return (*filter(None, words), *(f"{Stage(stage).label}: {fault}" for stage, fault in found.faults))


def _places(outcomes: Sequence[Outcome]) -> Iterable[tuple[Outcome, int]]:
    """Each outcome with its place among those of its stage."""
    for _, own in groupby(outcomes, key=lambda one: one.stage):
        yield from ((outcome, place) for place, outcome in enumerate(own))


def _differs(outcome: Outcome, answer: oracle.Answer | None) -> str:
    """What the second computation says of an outcome, where that is something else; empty where it is the same."""
    if answer is None:
        return f"{outcome}: nothing is found that it was made of"
    if (answer.result, answer.percent) == (outcome.result, _percent(outcome)):
        return ""
    return f"{outcome}: computed a second time it is {_said(answer)}"


def _percent(outcome: Outcome) -> oracle.Ratio | None:
    if outcome.numerator is None or outcome.denominator is None:
        return None
    exact = Fraction(outcome.numerator, outcome.denominator)
    return exact.numerator, exact.denominator


def _said(answer: oracle.Answer) -> str:
    if answer.result is None:
        return "no result"
    label = Result(answer.result).label.lower()
    return f"{label}, {display_mark(Fraction(*answer.percent))} %" if answer.percent else label


# --- the facts, read for all records at once ---


def _tries(rows: Sequence[TrainingRecord]) -> dict[str, Tries]:
    pairs = _pairs(rows)
    settled = _settled(pairs)
    return {
        Stage.FIRST_YEAR: _first_years(rows),
        Stage.PRACTICAL: _practicals(rows),
        Stage.PORTFOLIO: _portfolios(pairs, settled),
        Stage.VIVA: _vivas(pairs, settled),
    }


def _first_years(rows: Sequence[TrainingRecord]) -> Tries:
    """The last decision of each attempt, about the gate as it was put forward (Y)."""
    listed = PlanItem.objects.filter(record__in=rows).order_by().values("record").annotate(many=Count("pk"))
    total = dict(listed.values_list("record", "many"))
    decided = FirstYearDecision.objects.filter(first_year__record__in=rows).select_related("put_forward", "first_year")
    found: Tries = {}
    for row in decided.order_by("signed_at", "pk"):
        record = row.first_year.record_id
        lines = {COUNTED[line["key"]]: line["have"] for line in row.put_forward.gate["lines"]}
        facts = oracle.FirstYear({**lines, "total": total.get(record, 0)}, row.result)
        found[record, row.first_year.attempt] = facts, row.put_forward.put_forward_at
    return found


def _practicals(rows: Sequence[TrainingRecord]) -> Tries:
    """The DOPS of the last seal of each attempt, as they stand now: a voided one is none (F2)."""
    sealed = PracticalSeal.objects.filter(attempt__record__in=rows).select_related("attempt", "final_dops")
    seals = {(row.attempt.record_id, row.attempt.attempt): row for row in sealed.order_by("signed_at", "pk")}
    listed = {row.pk: [line["dops"] for line in row.content["lines"]] for row in seals.values()}
    wanted = {dops for some in listed.values() for dops in some} | {row.final_dops_id for row in seals.values()}
    complete = Dops.objects.filter(pk__in=wanted, state=DopsState.COMPLETE).order_by()
    kinds = dict(complete.values_list("pk", "assessor_kind"))
    items = _items(kinds)
    found: Tries = {}
    for key, row in seals.items():
        log = [(kinds[dops], items[dops]) for dops in listed[row.pk] if dops in kinds]
        final = items.get(row.final_dops_id)
        competent = row.final_dops.overall == OverallJudgement.COMPETENT
        found[key] = oracle.Practical(log, final, competent), row.signed_at
    return found


def _items(dops: Iterable[int]) -> dict[int, list[int | None]]:
    """The points of each of these DOPS, item by item."""
    scored = DopsScore.objects.filter(dops__in=list(dops)).order_by().values("dops")
    return dict(scored.annotate(points=ArrayAgg("score", order_by="item__number")).values_list("dops", "points"))


def _pairs(rows: Sequence[TrainingRecord]) -> list[Pair]:
    """The sheets of both markers of each attempt that has both (F3, F4)."""
    submitted = MarkSheet.objects.filter(attempt__record__in=rows, state=MarkSheetState.SUBMITTED)
    found: dict[int, dict[str, MarkSheet]] = {}
    for sheet in submitted.select_related("attempt").order_by("pk"):
        found.setdefault(sheet.attempt_id, {})[sheet.role] = sheet
    return [(one[EXTERNAL], one[SUPPORTING]) for one in found.values() if EXTERNAL in one and SUPPORTING in one]


def _settled(pairs: Sequence[Pair]) -> dict[int, Settled]:
    """By attempt what both markers agreed, or the adjudicator settled, the last where there are several (F5)."""
    attempts = [first.attempt_id for first, _ in pairs]
    agreed = AgreedMark.objects.filter(accepts__isnull=False, disagreement__attempt__in=attempts)
    signed = Adjudication.objects.filter(disagreement__attempt__in=attempts)
    found: list[tuple[datetime, int, Settled]] = [
        (row.made_at, row.disagreement.attempt_id, row) for row in agreed.select_related("disagreement")
    ]
    found += [(row.signed_at, row.disagreement.attempt_id, row) for row in signed.select_related("disagreement")]
    return {attempt: row for _, attempt, row in sorted(found, key=lambda one: one[0])}


def _portfolios(pairs: Sequence[Pair], settled: Mapping[int, Settled]) -> Tries:
    """What both markers said of a sealed portfolio, and of how many pages it is (F3)."""
    marked = [pair for pair in pairs if pair[0].attempt.stage == Stage.PORTFOLIO]
    sealed = PortfolioRow.objects.filter(attempt__in=[first.attempt_id for first, _ in marked])
    pages = dict(sealed.order_by().values_list("attempt", "pages"))
    found: Tries = {}
    for first, second in marked:
        row, many = settled.get(first.attempt_id), pages.get(first.attempt_id)
        if many is None:
            continue
        facts = oracle.Portfolio(many, first.result, second.result, row.result if row else "")
        found[_key(first)] = facts, min(first.opened_at, second.opened_at)
    return found


def _vivas(pairs: Sequence[Pair], settled: Mapping[int, Settled]) -> Tries:
    """The marks that both markers gave, domain by domain (F4)."""
    marked = [pair for pair in pairs if pair[0].attempt.stage == Stage.VIVA]
    given = Mark.objects.filter(sheet__in=[sheet.pk for pair in marked for sheet in pair]).order_by().values("sheet")
    marks = dict(given.annotate(points=ArrayAgg("score")).values_list("sheet", "points"))
    found: Tries = {}
    for first, second in marked:
        row = settled.get(first.attempt_id)
        mark = (row.numerator, row.denominator) if row and row.denominator and row.numerator is not None else None
        facts = oracle.Viva(marks.get(first.pk, []), marks.get(second.pk, []), mark)
        found[_key(first)] = facts, min(first.opened_at, second.opened_at)
    return found


def _key(sheet: MarkSheet) -> Key:
    return sheet.attempt.record_id, sheet.attempt.attempt
