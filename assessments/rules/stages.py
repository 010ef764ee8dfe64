"""Which stage comes next, how many attempts are left, and the days to keep (F1, F6, Y)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from assessments.states import FINAL_STAGES, Result, Stage
from ctts.common.months import add_months, aware_instant, days_after, london_day
from ctts.scheme.rules import DEFAULTS, SchemeNumbers


@dataclass(frozen=True)
class StageAnswer:
    """Whether a stage may be marked, and the sentence that says why not. Truthy when it may."""

    allowed: bool
    why: str = ""

    def __bool__(self) -> bool:
        return self.allowed


def may_mark(stage: str, released: Mapping[str, Sequence[str]], numbers: SchemeNumbers = DEFAULTS) -> StageAnswer:
    """Whether a stage may be marked now (F1, F6; G 4.1, 4.2).

    `released` maps each stage to its released results in order of attempt; what is agreed or confirmed but not
    released does not count, and is not in it. The first year comes first, then Practical, Portfolio and Viva, each
    passed before the next; a stage passed, or out of attempts, is not marked again. Raises ValueError for what is no
    stage or result, or for results after a pass or beyond the attempts.
    """
    wanted = Stage(stage)
    known = {Stage(name): _checked(results, Stage(name), numbers) for name, results in released.items()}
    for before in _before(wanted):
        if Result.PASS not in known.get(before, ()):
            return StageAnswer(False, f"The {before.label} has not been passed and released.")
    if Result.PASS in known.get(wanted, ()):
        return StageAnswer(False, f"The {wanted.label} has been passed.")
    if attempts_left(known.get(wanted, ()), wanted, numbers) == 0:
        return StageAnswer(False, f"No attempt at the {wanted.label} is left.")
    return StageAnswer(True)


def may_prepare(stage: str, released: Mapping[str, Sequence[str]], numbers: SchemeNumbers = DEFAULTS) -> StageAnswer:
    """Whether an attempt at a final stage may be prepared now: a portfolio compiled and sealed (F1, F6; G 3.1, 4.1).

    The order of submission is not that of assessment: preparing needs the first year passed and released, marking also
    the stages before. Nothing is prepared for a stage that is passed or out of attempts. Raises as `may_mark`.
    """
    wanted, first = Stage(stage), released.get(str(Stage.FIRST_YEAR), ())
    mine = _checked(released.get(str(wanted), ()), wanted, numbers)
    if Result.PASS not in _checked(first, Stage.FIRST_YEAR, numbers):
        return StageAnswer(False, f"The {Stage.FIRST_YEAR.label} has not been passed and released.")
    if Result.PASS in mine:
        return StageAnswer(False, f"The {wanted.label} has been passed.")
    if attempts_left(mine, wanted, numbers) == 0:
        return StageAnswer(False, f"No attempt at the {wanted.label} is left.")
    return StageAnswer(True)


def _before(stage: Stage) -> tuple[Stage, ...]:
    order = (Stage.FIRST_YEAR, *FINAL_STAGES)
    return order[: order.index(stage)]


def next_stage(released: Mapping[str, Sequence[str]], numbers: SchemeNumbers = DEFAULTS) -> Stage | None:
    """The first stage not yet passed and released, in the order of assessment; None when all are (F1, F7).

    `released` as for `may_mark`, and raises as it does.
    """
    known = {Stage(name): _checked(results, Stage(name), numbers) for name, results in released.items()}
    order = (Stage.FIRST_YEAR, *FINAL_STAGES)
    return next((stage for stage in order if Result.PASS not in known.get(stage, ())), None)


def attempts_left(results: Sequence[str], stage: str, numbers: SchemeNumbers = DEFAULTS) -> int:
    """How many attempts at a stage are left after these released results: first + 2 at a final stage, first + 1 in the
    first year; refer and fail both use one, and after a pass there are none (F6, Y).

    Raises ValueError for what is no result or stage, for results after a pass, and for more results than attempts.
    """
    known = _checked(results, Stage(stage), numbers)
    return 0 if Result.PASS in known else _attempts(Stage(stage), numbers) - len(known)


def record_ends(results: Sequence[str], stage: str, numbers: SchemeNumbers = DEFAULTS) -> bool:
    """Whether staff end the record as not completed: the last attempt at a stage was no pass (F6, Y)."""
    return attempts_left(results, stage, numbers) == 0 and Result.PASS not in results


def _attempts(stage: Stage, numbers: SchemeNumbers) -> int:
    return numbers.first_year_attempts if stage == Stage.FIRST_YEAR else numbers.attempts


def _checked(results: Sequence[str], stage: Stage, numbers: SchemeNumbers) -> tuple[Result, ...]:
    if isinstance(results, str):
        raise TypeError("Results are a sequence, one for each attempt.")
    known = tuple(Result(result) for result in results)
    if Result.PASS in known[:-1]:
        raise ValueError(f"The {stage.label} was passed; nothing is marked after a pass.")
    if len(known) > _attempts(stage, numbers):
        raise ValueError(f"{len(known)} attempts at the {stage.label}; there are {_attempts(stage, numbers)}.")
    return known


def appeal_until(released_at: datetime, numbers: SchemeNumbers = DEFAULTS) -> date:
    """The last London day to appeal: the twentieth calendar day after the day of release (F6).

    Raises TypeError or ValueError for what is no aware instant.
    """
    return days_after(london_day(released_at), numbers.appeal_days)


def appeal_open(released_at: datetime, now: datetime, numbers: SchemeNumbers = DEFAULTS) -> bool:
    """Whether an appeal can be made now: from release through the last day, London time (F6). Raises as
    `appeal_until`."""
    aware_instant(now, "now")
    return aware_instant(released_at, "released_at") <= now and london_day(now) <= appeal_until(released_at, numbers)


def reattempt_until(released_at: datetime, numbers: SchemeNumbers = DEFAULTS) -> date:
    """The last London day of the re-attempt at a referred first year: three months after release (Y).

    Raises TypeError or ValueError for what is no aware instant.
    """
    return add_months(london_day(released_at), numbers.first_year_reattempt_months)
