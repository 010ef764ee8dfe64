"""The Practical (F2): the sum line by line, from the DOPS as they stand now, or as it was sealed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from assessments.access.stages import numbers_for
from assessments.models import PracticalSeal
from assessments.queries.outcomes import next_attempt
from assessments.rules import counting_dops, dops_percent, log_percent, practical_score, practical_shortfalls
from assessments.rules.marks import WEIGHT_WHOLE
from assessments.states import Result, Stage, StageState
from ctts.common.digest import sha256
from ctts.scheme.rules import SchemeNumbers
from training.models import Dops, TrainingRecord
from training.queries import dops_called, final_external_dops, log_scores
from training.states import AssessorKind, DopsState, OverallJudgement

Content = dict[str, Any]
NOT_IN_THE_LOG = {
    DopsState.REQUESTED: "Asked for and not begun.",
    DopsState.STARTED: "The assessor has not signed it.",
    DopsState.AWAITING_COUNTERSIGNING: "The Training Supervisor has not countersigned it.",
    DopsState.AWAITING_ACKNOWLEDGEMENT: "The trainee has not acknowledged it.",
    DopsState.DECLINED: "It was declined.",
    DopsState.VOIDED: "It was voided.",
}
INDICATIVE = "External Moderator DOPS never stand in the log."
ONLY_SUPERVISOR = "The scheme rules count only those assessed by the Training Supervisor."
EMPTY_LOG = "The DOPS log is empty: no DOPS that counts is complete."
NO_FINAL = "The final External Moderator DOPS of the second year is missing."
USED = "The External Moderator DOPS of this attempt is missing: the last one was part of an earlier attempt."


@dataclass(frozen=True, slots=True)
class SumLine:
    """One DOPS of the sum as it is shown: its points, its exact per cent, whether it counts and why not."""

    dops: int
    what: str
    on: date | None
    by: str
    kind: str
    points: int
    of: int
    not_applicable: int
    percent: Fraction | None
    counts: bool
    why: str


@dataclass(frozen=True, slots=True)
class PracticalSum:
    """The Practical line by line. `score` is None while it is not computable; `missing` says what it waits for."""

    lines: Sequence[SumLine]
    final: SumLine | None
    weight: int
    log: Fraction | None
    score: Fraction | None
    missing: Sequence[str]
    shortfalls: Sequence[str]
    pass_percent: int
    content: Content
    digest: str

    @property
    def counting(self) -> list[SumLine]:
        """The DOPS that make the log."""
        return [line for line in self.lines if line.counts]

    @property
    def left_out(self) -> list[SumLine]:
        """The DOPS that do not count, each with the reason."""
        return [line for line in self.lines if not line.counts]

    @property
    def result(self) -> Result | None:
        """Pass, or fail with the shortfalls as reasons; None while it is not computable."""
        if self.score is None:
            return None
        return Result.FAIL if self.shortfalls else Result.PASS

    @property
    def other_weight(self) -> int:
        """The weight of the final External Moderator DOPS, in parts of ten thousand."""
        return WEIGHT_WHOLE - self.weight


def practical_sum(record: TrainingRecord) -> PracticalSum:
    """The Practical as it would be sealed now, computed anew on every look (F2); six queries."""
    numbers = numbers_for(record)
    attempt = next_attempt(record, Stage.PRACTICAL)
    final, used = _final_dops(record, attempt)
    scored = log_scores(record)
    scores = {row.pk: values for row, values in scored}
    lines = [_line(row, values, numbers) for row, values in scored if final is None or row.pk != final.pk]
    lines += [_unfinished(row) for row in _not_complete(record)]
    last = _final_line(final, scores[final.pk], numbers) if final else None
    head = {"record": record.pk, "attempt": attempt, "rules": record.rules_id}
    return _computed(head, lines, last, used, _judged(final, scores), numbers)


def _final_dops(record: TrainingRecord, attempt: int) -> tuple[Dops | None, bool]:
    """The External Moderator's DOPS of this attempt; a further attempt needs one that was not sealed before (F6)."""
    found = final_external_dops(record)
    sealed = PracticalSeal.objects.filter(attempt__record=record, attempt__attempt__lt=attempt)
    used = found is not None and sealed.filter(final_dops=found).exists()
    return (None if used else found), used


def _not_complete(record: TrainingRecord) -> Iterable[Dops]:
    rows = Dops.objects.filter(record=record).exclude(state=DopsState.COMPLETE).select_related("asked_by")
    return rows.order_by("asked_at", "pk")


def _line(row: Dops, scores: Sequence[int | None], numbers: SchemeNumbers) -> SumLine:
    percent = dops_percent(scores, numbers)
    counts = bool(counting_dops([(row.assessor_kind, percent)], numbers))
    moderator = row.assessor_kind == AssessorKind.EXTERNAL_MODERATOR
    why = "" if counts else (INDICATIVE if moderator else ONLY_SUPERVISOR)
    return _shown(row, scores, percent, numbers, counts=counts, why=why)


def _final_line(row: Dops, scores: Sequence[int | None], numbers: SchemeNumbers) -> SumLine:
    return _shown(row, scores, dops_percent(scores, numbers), numbers, counts=True, why="")


def _unfinished(row: Dops) -> SumLine:
    why = NOT_IN_THE_LOG[DopsState(row.state)]
    kind = str(row.get_assessor_kind_display())
    on, by = row.observed_on, row.assessor_name
    return SumLine(row.pk, dops_called(row), on, by, kind, 0, 0, 0, None, counts=False, why=why)


def _shown(
    row: Dops, scores: Sequence[int | None], percent: Fraction, numbers: SchemeNumbers, *, counts: bool, why: str
) -> SumLine:
    given = [score for score in scores if score is not None]
    return SumLine(
        dops=row.pk,
        what=row.procedure,
        on=row.observed_on,
        by=row.assessor_name,
        kind=str(row.get_assessor_kind_display()),
        points=sum(given),
        of=numbers.dops_item_most * len(given),
        not_applicable=len(scores) - len(given),
        percent=percent,
        counts=counts,
        why=why,
    )


def _judged(final: Dops | None, scores: dict[int, list[int | None]]) -> tuple[list[int | None], bool] | None:
    """The scores of the final DOPS and whether its overall judgement is competent."""
    if final is None:
        return None
    return scores[final.pk], final.overall == OverallJudgement.COMPETENT


def _computed(
    head: Content,
    lines: Sequence[SumLine],
    final: SumLine | None,
    used: bool,
    judged: tuple[list[int | None], bool] | None,
    numbers: SchemeNumbers,
) -> PracticalSum:
    log = [line.percent for line in lines if line.counts and line.percent is not None]
    weight = numbers.practical_log_weight
    score = practical_score(log, final.percent if final else None, weight)
    missing = [] if log else [EMPTY_LOG]
    if final is None:
        missing.append(USED if used else NO_FINAL)
    shortfalls = practical_shortfalls(score, *judged, numbers) if score is not None and judged else ()
    content = {
        **head,
        "weight": weight,
        "pass_percent": numbers.practical_pass_percent,
        "lines": [_plain(line) for line in lines],
        "final": _plain(final) if final else None,
        "final_scores": judged[0] if judged else None,
        "competent": judged[1] if judged else None,
        "log": _text(log_percent(log)),
        "score": _text(score),
        "missing": missing,
        "shortfalls": list(shortfalls),
    }
    return from_content(content)


def from_content(content: Content) -> PracticalSum:
    """The sum that a content describes: the one of now, or the one that was sealed."""
    return PracticalSum(
        lines=[_of(row) for row in content["lines"]],
        final=_of(content["final"]) if content["final"] else None,
        weight=content["weight"],
        log=_fraction(content["log"]),
        score=_fraction(content["score"]),
        missing=content["missing"],
        shortfalls=content["shortfalls"],
        pass_percent=content["pass_percent"],
        content=content,
        digest=sha256(content),
    )


def _plain(line: SumLine) -> Content:
    on = line.on.isoformat() if line.on else None
    values = {name: getattr(line, name) for name in SumLine.__slots__}
    return {**values, "on": on, "percent": _text(line.percent)}


def _of(row: Content) -> SumLine:
    on = date.fromisoformat(row["on"]) if row["on"] else None
    return SumLine(**{**row, "on": on, "percent": _fraction(row["percent"])})


def _text(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


def _fraction(value: str | None) -> Fraction | None:
    return None if value is None else Fraction(value)


def sealed_practical(record: TrainingRecord, attempt: int, digest: str = "") -> PracticalSeal | None:
    """The last seal of an attempt at the Practical; None before the External Moderator sealed it.

    `digest`: the last one of this very sum, for an outcome that may have been superseded since.
    """
    rows = PracticalSeal.objects.filter(attempt__record=record, attempt__attempt=attempt)
    rows = rows.filter(content_sha256=digest) if digest else rows
    return rows.select_related("attempt", "final_dops").order_by("-pk").first()


def is_queried(seal: PracticalSeal) -> bool:
    """Whether the office has given back what was sealed, and it is to be sealed anew (F1)."""
    return seal.attempt.state == StageState.OPEN
