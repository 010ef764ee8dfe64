"""English (A3 d; G 2.1): what level 2, IELTS and the other tests show."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from applications.rules.facts import EnglishFacts, RuleResult, Score, met, needs_person, not_met
from applications.states import EnglishElement, EnglishTest, RuleOutcome
from ctts.common.months import add_months, in_words, plain_day
from ctts.scheme.rules import DEFAULTS, SchemeNumbers, exact_number, whole_number, yes_or_no

RULE = "A3d"
HALF = Fraction(1, 2)
GCSE_LETTERS = {"A*": 8, "A": 7, "B": 5, "C": 4, "D": 3, "E": 2, "F": 2, "G": 1, "U": 0}
"""The lowest number grade each letter grade of a GCSE stands for (C was aligned with 4, A with 7)."""


@dataclass(frozen=True)
class Scale:
    """What a test can report: whole range and step of its overall score and of each element."""

    overall: tuple[int, int, Fraction]
    element: tuple[int, int, Fraction]


SCALES = {
    EnglishTest.IELTS: Scale((0, 9, HALF), (0, 9, HALF)),
    EnglishTest.TOEFL: Scale((0, 120, Fraction(1)), (0, 30, Fraction(1))),
    EnglishTest.OET: Scale((0, 500, Fraction(1)), (0, 500, Fraction(10))),
    EnglishTest.PTE: Scale((10, 90, Fraction(1)), (10, 90, Fraction(1))),
}
TOEFL_BANDS = (1, 6)
"""Since January 2026 TOEFL iBT reports bands of 1 to 6; so small a total is read as such a band."""
WRITTEN = re.compile(r"\s*[0-9]{1,4}(\.[0-9]{1,4})?\s*")


def english_met(
    *,
    first_language_english: bool | None,
    qualification_level: int | None = None,
    gcse_grade: str | None = None,
    test: str | None = None,
    overall: Score | None = None,
    elements: Mapping[str, Score | None] | None = None,
    taken_on: date | None = None,
    received_on: date | None = None,
    equivalence_evidence: bool = False,
    numbers: SchemeNumbers = DEFAULTS,
) -> RuleResult:
    """Whether the evidence of English is enough (A3 d; G 2.1).

    First language English: a level 2 (RQF) qualification, given as `qualification_level` or as `gcse_grade` ("C",
    "4"), or evidence of an equivalent, which a person judges. Otherwise `test` (ielts, toefl, oet, pte, other) with
    the reported `overall` and `elements` (listening, reading, writing, speaking), taken on `taken_on`, at most two
    years before the London day of receipt `received_on`. Nothing given is *not met*, an unlisted test with evidence of
    equivalence *needs a person*. Raises TypeError or ValueError for what no certificate can say: a score off the
    test's scale, an unknown test, element or grade, a number that is a bool; ValueError for a dated test without
    `received_on`.
    """
    yes_or_no(equivalence_evidence, "equivalence_evidence")
    if first_language_english is None:
        return not_met(RULE, "Whether English is the first language is not answered.")
    if yes_or_no(first_language_english, "first_language_english"):
        return _first_language(qualification_level, gcse_grade, equivalence_evidence, numbers)
    if test is None:
        return not_met(RULE, "No test of English is given; IELTS or a test with evidence of equivalence is needed.")
    kind = _known_test(test)
    if kind == EnglishTest.OTHER:
        scored = _other_result(equivalence_evidence)
    else:
        scored = _scores_result(kind, overall, elements or {}, numbers)
    return _age_result(kind, taken_on, received_on, numbers) or scored


def _other_result(equivalence_evidence: bool) -> RuleResult:
    if equivalence_evidence:
        return needs_person(RULE, "Another test: a person compares the evidence of equivalence with IELTS.")
    return not_met(RULE, "Another test needs evidence of equivalence with IELTS.")


def _known_test(test: str) -> EnglishTest:
    try:
        return EnglishTest(test)
    except ValueError as error:
        raise ValueError(f"{test!r} is no test of English known here; use {', '.join(EnglishTest.values)}.") from error


def _first_language(
    level: int | None, grade: str | None, equivalence_evidence: bool, numbers: SchemeNumbers
) -> RuleResult:
    needed = f"grade {grade_in_words(numbers.gcse_grade_needed)} is needed"
    if grade is not None and gcse_grade_number(grade) >= numbers.gcse_grade_needed:
        return met(RULE, f"GCSE English at grade {grade}; {needed}.")
    if level is not None and whole_number(level, "qualification_level", most=8) >= numbers.english_level_needed:
        return met(RULE, f"English qualification at level {level}; level {numbers.english_level_needed} is needed.")
    if equivalence_evidence:
        return needs_person(RULE, f"Equivalent to level {numbers.english_level_needed}: a person judges the evidence.")
    if grade is not None:
        return not_met(RULE, f"GCSE English at grade {grade}; {needed}.")
    given = "none is given" if level is None else f"level {level} is given"
    return not_met(RULE, f"A level {numbers.english_level_needed} qualification in English is needed; {given}.")


def gcse_grade_number(grade: str) -> int:
    """A GCSE grade as its number, 9 to 0: "4" is 4, "C" is 4, "U" is 0. Raises ValueError for no grade at all."""
    text = str(grade).strip().upper()
    if text in GCSE_LETTERS:
        return GCSE_LETTERS[text]
    if len(text) == 1 and text in "123456789":
        return int(text)
    raise ValueError(f"{grade!r} is no GCSE grade; use 9 to 1, A* to G or U.")


def grade_in_words(grade: int) -> str:
    """A GCSE grade of 9 to 1 with the letter that stands for it where there is one: "4 (C)"."""
    letter = next((letter for letter, number in GCSE_LETTERS.items() if number == grade), None)
    return f"{grade} ({letter})" if letter else str(grade)


def _age_result(
    kind: EnglishTest, taken_on: date | None, received_on: date | None, numbers: SchemeNumbers
) -> RuleResult | None:
    """Not met or needs a person for the date alone; None when the test is recent enough."""
    which = "test" if kind == EnglishTest.OTHER else f"{kind.label} test"
    if taken_on is None:
        return not_met(RULE, f"The date of the {which} is not given.")
    if received_on is None:
        raise ValueError("The age of a test is counted to the day of receipt; received_on is needed.")
    if plain_day(taken_on, "taken_on") > plain_day(received_on, "received_on"):
        return needs_person(RULE, f"The {which} is dated after the application; a person checks the date.")
    if add_months(taken_on, numbers.english_test_years * 12) < received_on:
        years = numbers.english_test_years
        return not_met(RULE, f"The {which} is more than {years} years old on {in_words(received_on)}.")
    return None


def _scores_result(
    kind: EnglishTest, overall: Score | None, elements: Mapping[str, Score | None], numbers: SchemeNumbers
) -> RuleResult:
    if not isinstance(elements, Mapping):
        raise TypeError("elements is a mapping of element to score.")
    if kind == EnglishTest.TOEFL and overall is not None and _is_band(overall):
        return needs_person(RULE, "This looks like a TOEFL iBT band of 1 to 6; a person reads the comparable score.")
    unknown = [name for name in elements if name not in EnglishElement.values]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is no element; use {', '.join(EnglishElement.values)}.")
    given = {name: score for name, score in elements.items() if score is not None}
    scores = {name: on_scale(kind, score, name) for name, score in given.items()}
    missing = [element.label.lower() for element in EnglishElement if element not in scores]
    if missing:
        return not_met(RULE, f"Each element of {kind.label} is needed; not given: {', '.join(missing)}.")
    total = _total(kind, overall, scores)
    if total is None:
        return not_met(RULE, f"The overall score of {kind.label} is not given.")
    return _compare(kind, total, scores, numbers)


def _total(kind: EnglishTest, overall: Score | None, scores: Mapping[str, Fraction]) -> Fraction | None:
    """The reported overall score; of an OET without one the mean of its elements; None where it is not given."""
    if overall is not None:
        return on_scale(kind, overall)
    return sum(scores.values(), Fraction(0)) / len(scores) if kind == EnglishTest.OET and scores else None


def _is_band(overall: Score) -> bool:
    least, most = TOEFL_BANDS
    return least <= _number(overall, "overall") <= most


def _compare(kind: EnglishTest, total: Fraction, scores: dict[str, Fraction], numbers: SchemeNumbers) -> RuleResult:
    need_total, need_each = _needed(kind, numbers)
    short = [f"{name} {_shown(kind, score)}" for name, score in _too_low(kind, total, scores, numbers).items()]
    need = f"{_shown(kind, need_total)} overall and {_shown(kind, need_each)} in every element"
    advice = _mean_advice(total, scores) if kind == EnglishTest.IELTS else ""
    if short:
        return not_met(RULE, f"{kind.label} needs {need}; too low: {', '.join(short)}.", advice)
    return met(
        RULE, f"{kind.label} {_shown(kind, total)}, no element below {_shown(kind, need_each)}; needed: {need}.", advice
    )


def _too_low(
    kind: EnglishTest, total: Fraction | None, scores: Mapping[str, Fraction], numbers: SchemeNumbers
) -> dict[str, Fraction]:
    """The overall score, then the elements, that are below what is needed, by their names."""
    need_total, need_each = _needed(kind, numbers)
    low = {name: score for name, score in scores.items() if score < need_each}
    return {"overall": total, **low} if total is not None and total < need_total else low


def _needed(kind: EnglishTest, numbers: SchemeNumbers) -> tuple[Fraction, Fraction]:
    return Fraction(getattr(numbers, f"{kind.value}_overall")), Fraction(getattr(numbers, f"{kind.value}_element"))


def _mean_advice(total: Fraction, scores: dict[str, Fraction]) -> str:
    """IELTS rounds the mean of its elements to the nearest half band, quarters upwards; a difference only warns."""
    mean = sum(scores.values(), Fraction(0)) / len(scores)
    expected = math.floor(mean / HALF + HALF) * HALF
    if expected == total:
        return ""
    shown, reported = _shown(EnglishTest.IELTS, expected), _shown(EnglishTest.IELTS, total)
    return (
        f"The elements make {shown}, the certificate says {reported}: check the certificate. The reported band is used."
    )


def _shown(kind: EnglishTest, score: Fraction) -> str:
    """Bands with one decimal, points as they are (an OET mean with at most one decimal)."""
    if kind == EnglishTest.IELTS or score.denominator > 1:
        return f"{Decimal(score.numerator) / Decimal(score.denominator):.1f}"
    return str(score.numerator)


def english_shortfalls(english: EnglishFacts, received_on: date, numbers: SchemeNumbers = DEFAULTS) -> dict[str, str]:
    """Which answers keep the evidence of English from being enough so far, and why, each by its name (A3 d; G 2.1).

    The names are those of the facts and of the elements, `equivalence` for its evidence. Empty where the rule is met, a
    person judges, or an answer is only missing. Raises as `english_met`.
    """
    if english.first_language_english:
        return _first_language_shortfalls(english, numbers)
    if english.first_language_english is None or english.test is None:
        return {}
    kind = _known_test(english.test)
    age = _age_result(kind, english.taken_on, received_on, numbers) if english.taken_on else None
    old = {"taken_on": f"{age.reason} A newer one is needed."} if age and age.outcome == RuleOutcome.NOT_MET else {}
    return {**_score_shortfalls(kind, english, numbers), **old}


def _first_language_shortfalls(english: EnglishFacts, numbers: SchemeNumbers) -> dict[str, str]:
    level, grade = english.qualification_level, english.gcse_grade
    if _first_language(level, grade, english.equivalence_evidence, numbers).outcome != RuleOutcome.NOT_MET:
        return {}
    needed = grade_in_words(numbers.gcse_grade_needed)
    found = {"gcse_grade": f"Grade {grade} is too low: grade {needed} is needed."} if grade else {}
    if level is not None:
        words = f"Level {level} is too low: level {numbers.english_level_needed} is needed."
        found["qualification_level"] = words
    return found


def _score_shortfalls(kind: EnglishTest, english: EnglishFacts, numbers: SchemeNumbers) -> dict[str, str]:
    if kind == EnglishTest.OTHER:
        words = "Another test needs evidence that it is equivalent to IELTS. Attach it here."
        return {} if english.equivalence_evidence else {"equivalence": words}
    if kind == EnglishTest.TOEFL and english.overall is not None and _is_band(english.overall):
        return {}
    scores = {name: on_scale(kind, score, name) for name, score in english.elements.items() if score is not None}
    need_total, need_each = _needed(kind, numbers)
    needs = {"overall": f"{_shown(kind, need_total)} overall"}
    return {
        name: f"{_as_read(kind, name, score, english)}: {kind.label} needs "
        f"{needs.get(name, f'{_shown(kind, need_each)} in every element')}."
        for name, score in _too_low(kind, _total(kind, english.overall, scores), scores, numbers).items()
    }


def _as_read(kind: EnglishTest, name: str, score: Fraction, english: EnglishFacts) -> str:
    """A score that is too low; of an OET without an overall score it is the mean of the elements."""
    if name == "overall" and english.overall is None:
        return f"The mean of the four is {_shown(kind, score)}, which is too low"
    return f"{_shown(kind, score)} is too low"


def on_scale(test: str, score: Score, element: str = "") -> Fraction:
    """`score` as an exact number on the scale of `test`: its overall score, or one `element`.

    Raises ValueError for what the test never reports (an IELTS band of 6.75, a TOEFL section of 31), TypeError for a
    bool or no number. Forms use it to say so beside the field.
    """
    kind = _known_test(test)
    exact = _number(score, element or "overall")
    if kind == EnglishTest.OTHER:
        return exact
    least, most, step = SCALES[kind].element if element else SCALES[kind].overall
    if not least <= exact <= most or exact % step:
        steps = "half bands" if step == HALF else f"steps of {step}"
        raise ValueError(f"{kind.label} reports {element or 'its overall score'} from {least} to {most} in {steps}.")
    return exact


def _number(score: Score, name: str) -> Fraction:
    if isinstance(score, str):
        if not WRITTEN.fullmatch(score):
            raise ValueError(f"{name} is {score[:20]!r}, which is no score.")
        return Fraction(score)
    if isinstance(score, float):
        if not math.isfinite(score):
            raise ValueError(f"{name} is {score}, which is no score.")
        return Fraction(score)
    return exact_number(score, name)
