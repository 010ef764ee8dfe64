"""The gate of the End of First Year Assessment (Y; G 4.1): each line with its number, never one yes or no alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ctts.scheme.rules import DEFAULTS, SchemeNumbers, share_needed, whole_number, yes_or_no


@dataclass(frozen=True)
class GateLine:
    """One line of the gate.

    `key` is unique, `rule` the scheme's id (two lines belong to Y2 and two to Y4). `have` and `need` are whole
    numbers; the line is met at `need` or more, or, where `at_most`, at `need` or fewer. `why` says it in a sentence.
    """

    key: str
    rule: str
    label: str
    have: int
    need: int
    met: bool
    why: str
    section: str = "G 4.1"
    at_most: bool = False


@dataclass(frozen=True)
class Gate:
    """The lines in the scheme's order, and whether the gate is open. Open means that the External Moderator may
    decide, not that the first year is passed."""

    lines: tuple[GateLine, ...]

    @property
    def is_open(self) -> bool:
        """Whether every line is met."""
        return all(line.met for line in self.lines)

    @property
    def unmet(self) -> tuple[GateLine, ...]:
        """The lines that keep the gate closed."""
        return tuple(line for line in self.lines if not line.met)


def first_year_gate(
    *,
    moderator_dops: int,
    safety_confirmed: bool,
    open_safety_concerns: int,
    signed: int,
    total: int,
    reviews: int,
    dops: int,
    case_study_words: Iterable[int],
    reflections: int,
    numbers: SchemeNumbers = DEFAULTS,
) -> Gate:
    """The first-year gate, computed (Y1 to Y6; G 4.1).

    Y1 `moderator_dops` of the External Moderator, complete. Y2 `safety_confirmed` by the supervisor, and
    `open_safety_concerns`. Y3 `signed` of the `total` agreed competencies, at least 30 % exactly. Y4 `reviews`
    submitted, and `dops` submitted: six of each. Y5 `case_study_words`: the words of each long case study in progress.
    Y6 `reflections` submitted. Raises TypeError for a number that is not whole or an answer that is not True or False,
    ValueError for a negative number or more signed than there are.
    """
    confirmed = int(yes_or_no(safety_confirmed, "safety_confirmed"))
    return Gate(
        (
            _at_least("Y1", "Y1", "External Moderator DOPS", moderator_dops, numbers.first_year_moderator_dops),
            _at_least("Y2-confirmation", "Y2", "Patient safety confirmed by the supervisor", confirmed, 1),
            _none_open(open_safety_concerns),
            _signed(signed, total, numbers),
            _at_least("Y4-reviews", "Y4", "Supervisor Reviews submitted", reviews, numbers.first_year_reviews),
            _at_least("Y4-dops", "Y4", "DOPS submitted", dops, numbers.first_year_dops),
            _case_studies(case_study_words, numbers),
            _at_least("Y6", "Y6", "Reflective pieces submitted", reflections, numbers.first_year_reflections),
        )
    )


def _at_least(key: str, rule: str, label: str, have: int, need: int) -> GateLine:
    whole_number(have, label)
    why = f"{have} of {need}." if have >= need else f"{have} of {need}; {need - have} missing."
    return GateLine(key, rule, label, have, need, have >= need, why)


def _none_open(concerns: int) -> GateLine:
    whole_number(concerns, "open_safety_concerns")
    why = "None is open." if concerns == 0 else f"{concerns} open; none may be."
    label = "Open patient-safety concerns"
    return GateLine("Y2-concerns", "Y2", label, concerns, 0, concerns == 0, why, at_most=True)


def _signed(signed: int, total: int, numbers: SchemeNumbers) -> GateLine:
    """Y3, exactly: 100 x signed >= 30 x total, so that 47 need 15. An empty list meets nothing."""
    whole_number(signed, "signed", most=whole_number(total, "total"))
    percent = numbers.first_year_percent
    need = max(1, share_needed(total, percent))
    met = total > 0 and 100 * signed >= percent * total
    if total == 0:
        why = "No competency list is agreed."
    elif met:
        why = f"{signed} of {total} signed; {percent} % are {need}."
    else:
        why = f"{signed} of {total} signed; {percent} % are {need}, {need - signed} missing."
    return GateLine("Y3", "Y3", f"Competencies signed ({percent} % of the agreed list)", signed, need, met, why)


def _case_studies(words: Iterable[int], numbers: SchemeNumbers) -> GateLine:
    counts = [whole_number(count, "case_study_words") for count in words]
    least, need = numbers.first_year_case_study_words, numbers.first_year_case_studies
    have = sum(count >= least for count in counts)
    why = f"{have} of {need} with {least:,} words or more."
    if have < need:
        why += f" The longest has {max(counts):,}." if counts else " None is in progress."
    return GateLine("Y5", "Y5", f"Long case study of {least:,} words in progress", have, need, have >= need, why)
