"""Every number of the scheme that staff may change, with its words, its source and its bounds.

A trainee keeps the version in force at enrolment, so no rule reads a number from anywhere but such a record. Numbers
whose source is "default" are not in the guidance and are shown as "default, not confirmed" until someone confirms them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from functools import cache

from ctts.scheme.rules.fields import (
    DEFAULT,
    FieldSpec,
    choice,
    from_plain,
    in_steps,
    named,
    problem_with,
    several,
    to_plain,
    whole,
)

COUNT_ALL, COUNT_SUPERVISOR = "all", "supervisor"
_COUNTED = ((COUNT_ALL, "Every DOPS in the log"), (COUNT_SUPERVISOR, "Those assessed by the Training Supervisor"))


class NumbersError(ValueError):
    """Numbers that cannot be scheme rules; `errors` maps each field to what is wrong with it."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__("; ".join(f"{name}: {problem}" for name, problem in self.errors.items()))


@dataclass(frozen=True, kw_only=True)
class SchemeNumbers:
    """One version of the scheme's numbers; made without arguments it holds the guidance and the defaults.

    Raises NumbersError when a number is of the wrong type, out of its bounds, or does not go with another.
    """

    accreditation_years: int = whole(5, "Length of an accreditation", "C1", DEFAULT, "years", 1, 20)
    accreditation_reminder_months: tuple[int, ...] = several(
        (12, 6, 3), "Reminders before an accreditation ends", "C1", DEFAULT, "months before", 60, (1, 6)
    )

    intake_months: tuple[int, ...] = several(
        (4, 10), "Months of enrolment", "I1", "G 2.2", "months (1 to 12)", 12, (1, 2), falling=False
    )
    cutoff_months_before: int = whole(
        1, "The cut-off is the last day of the month this long before enrolment", "I1", "G 3.1", "months", 1, 5
    )
    enrolment_day: int = whole(1, "Enrolment day", "I2", DEFAULT, "of the month", 1, 28)
    induction_months_after: int = whole(
        1, "Induction day and soft-skills workshop", "I3", "G 2.2", "months after", 0, 6
    )
    induction_day: int = whole(15, "Induction day, or the Monday after a weekend", "I3", DEFAULT, "of the month", 1, 28)
    information_reply_days: int = whole(
        14, "A reply to a request for information keeps the received time", "I4", DEFAULT, "days", 0, 90
    )
    cutoff_reminder_days: tuple[int, ...] = several(
        (28, 7, 1), "Reminders before a cut-off", "I5", DEFAULT, "days before", 120, (1, 6)
    )

    supervisor_reminder_days: tuple[int, ...] = several(
        (7, 14, 21),
        "Reminders of a supervisor who has not answered",
        "A2",
        DEFAULT,
        "days after",
        120,
        (1, 6),
        falling=False,
    )

    a_levels_needed: int = whole(2, "A levels or equivalent", "A3b", "G 2.1", "A levels", 0, 6)
    a_levels_preferred: int = whole(3, "A levels preferred", "A3b", "G 2.1", "A levels", 0, 6)
    science_a_levels_needed: int = whole(1, "Of them in a science subject", "A3b", "G 2.1", "A levels", 0, 6)
    fheq_level_needed: int = whole(
        4, "Complete qualification in a relevant subject", "A3c", "G 2.1", "FHEQ level", 1, 8
    )
    fheq_level_at_end: int = whole(6, "Equivalence shown by the end of training", "A3h", "G 2.1", "FHEQ level", 1, 8)
    english_level_needed: int = whole(
        2, "English qualification, first language English", "A3d", "G 2.1", "RQF level", 1, 8
    )
    gcse_grade_needed: int = whole(4, "GCSE English (a C is a 4)", "A3d", "G 2.1", "grade 9 to 1", 1, 9)
    ielts_overall: Decimal = field(
        default=Decimal("7.0"), metadata=in_steps("IELTS overall", "A3d", "G 2.1", "band", "9", "0.5")
    )
    ielts_element: Decimal = field(
        default=Decimal("6.5"), metadata=in_steps("IELTS, every element", "A3d", "G 2.1", "band", "9", "0.5")
    )
    toefl_overall: int = whole(100, "TOEFL iBT total", "A3d", DEFAULT, "points", 0, 120)
    toefl_element: int = whole(22, "TOEFL iBT, every section", "A3d", DEFAULT, "points", 0, 30)
    oet_overall: int = whole(350, "OET overall", "A3d", DEFAULT, "points", 0, 500)
    oet_element: int = whole(300, "OET, every sub-test", "A3d", DEFAULT, "points", 0, 500)
    pte_overall: int = whole(65, "PTE Academic overall", "A3d", DEFAULT, "points", 10, 90)
    pte_element: int = whole(58, "PTE Academic, every skill", "A3d", DEFAULT, "points", 10, 90)
    english_test_years: int = whole(2, "Age of an English test at receipt, at most", "A3d", DEFAULT, "years", 1, 10)

    duration_months: int = whole(24, "Expected duration", "E2", "G 2.2", "months", 6, 60)
    declaration_months: int = whole(
        12, "A moderator's confidentiality declaration lasts", "E4", DEFAULT, "months", 1, 60
    )
    max_months: int = whole(48, "Maximum time on the scheme", "E5", DEFAULT, "months", 6, 120)

    reviews_each_month: int = whole(
        1, "Supervisor Reviews in a calendar month, at least", "T4", "G 3.5", "reviews", 1, 4
    )
    review_month_days: int = whole(
        14, "Training days that make a calendar month ask for a review", "T4", DEFAULT, "days", 1, 28
    )
    review_chase_supervisor_days: int = whole(7, "Supervisor chased for a missing review", "T4", DEFAULT, "days", 0, 60)
    review_chase_coordinator_days: int = whole(
        14, "Co-ordinator told of a missing review", "T4", DEFAULT, "days", 0, 90
    )
    sign_chase_supervisor_days: int = whole(
        7, "Supervisor reminded of submitted competencies", "T2", DEFAULT, "days", 0, 60
    )
    sign_chase_coordinator_days: int = whole(
        14, "Co-ordinator told of competencies that wait for a signature", "T2", DEFAULT, "days", 0, 90
    )
    dops_items: int = whole(10, "Items of a new DOPS form", "T5", DEFAULT, "items", 1, 30)
    dops_item_most: int = whole(4, "Highest score of a DOPS item", "T5", DEFAULT, "points", 1, 10)
    dops_not_applicable_most: int = whole(3, "DOPS items not applicable, at most", "T5", DEFAULT, "items", 0, 10)
    progress_report_months: int = whole(6, "A progress report every", "T7", DEFAULT, "months", 1, 24)
    concern_working_days: int = whole(5, "Each level answers a concern within", "T8", DEFAULT, "working days", 1, 30)
    moderator_dops_each_year: int = whole(1, "External Moderator DOPS in each year", "T11", "G 4.2", "DOPS", 1, 4)
    sampling_percent: int = whole(10, "Locally signed work sampled", "T11", DEFAULT, "per cent", 0, 100)
    advice_working_days: int = whole(
        5, "A question to the External Moderator is answered within", "T11", DEFAULT, "working days", 1, 30
    )
    stalled_days: int = whole(
        60,
        "A competency that was begun counts as stalled without a move for",
        "T2",
        DEFAULT,
        "days of training",
        7,
        365,
    )
    record_copy_days: int = whole(14, "A copy of the whole record can be downloaded for", "T3", DEFAULT, "days", 1, 90)
    best_evidence_most: int = whole(3, "Best evidence of a competency, at most", "T3", DEFAULT, "pieces", 1, 10)
    forecast_points: int = whole(5, "A forecast is made from at least", "T2", DEFAULT, "signed competencies", 2, 50)

    first_meeting_month: int = whole(3, "First External Moderator meeting", "M", DEFAULT, "months from start", 0, 60)
    first_year_evidence_month: int = whole(
        11, "End of First Year evidence and review", "M", DEFAULT, "months from start", 1, 60
    )
    first_year_decision_month: int = whole(12, "End of First Year decision", "M", DEFAULT, "months from start", 1, 60)
    workshop_first_month: int = whole(13, "2nd-year workshop, from", "M", DEFAULT, "months from start", 1, 60)
    workshop_last_month: int = whole(15, "2nd-year workshop, to", "M", DEFAULT, "months from start", 1, 60)
    portfolio_month: int = whole(20, "Portfolio", "M", DEFAULT, "months from start", 1, 60)
    practical_month: int = whole(
        21, "Practical, final External Moderator DOPS", "M", DEFAULT, "months from start", 1, 60
    )
    viva_month: int = whole(23, "Viva", "M", DEFAULT, "months from start", 1, 60)
    milestone_notice_days: int = whole(28, "A milestone shows as due", "M", DEFAULT, "days before", 0, 120)

    first_year_moderator_dops: int = whole(1, "External Moderator DOPS (indicative)", "Y1", "G 4.1", "DOPS", 0, 10)
    first_year_percent: int = whole(30, "Competencies signed", "Y3", "G 4.1", "per cent of the agreed list", 1, 100)
    first_year_reviews: int = whole(6, "Supervisor Reviews submitted", "Y4", "G 4.1", "reviews", 0, 60)
    first_year_dops: int = whole(
        6, "DOPS submitted", "Y4", DEFAULT, "DOPS", 0, 60, "The strict reading of G 4.1: six reviews and six DOPS."
    )
    first_year_case_studies: int = whole(1, "Long case studies in progress", "Y5", "G 4.1", "case studies", 0, 10)
    first_year_case_study_words: int = whole(1500, "Words of each such case study", "Y5", "G 4.1", "words", 0, 20000)
    first_year_reflections: int = whole(10, "Reflective pieces submitted", "Y6", "G 4.1", "pieces", 0, 200)
    first_year_attempts: int = whole(2, "Attempts at the End of First Year Assessment", "Y", DEFAULT, "attempts", 1, 5)
    first_year_reattempt_months: int = whole(
        3, "A referred first year is attempted again within", "Y", DEFAULT, "months", 1, 12
    )

    practical_log_weight: int = whole(
        5000, "Weight of the DOPS log in the Practical", "F2", DEFAULT, "of 10 000", 0, 10000
    )
    practical_counts: str = choice(_COUNTED, "DOPS that count in the log", "F2", DEFAULT)
    practical_pass_percent: int = whole(50, "Practical pass mark", "F2", DEFAULT, "per cent", 1, 100)
    portfolio_pages: int = whole(500, "Pages of a portfolio, at most", "F3", "G 4.2", "pages", 1, 5000)
    viva_minutes: int = whole(60, "Length of a viva", "F4", DEFAULT, "minutes", 15, 240)
    viva_domains: int = whole(5, "Domains of a viva", "F4", DEFAULT, "domains", 1, 20)
    viva_domain_most: int = whole(4, "Highest score of a domain", "F4", DEFAULT, "points", 1, 10)
    viva_pass_percent: int = whole(50, "Viva pass mark", "F4", DEFAULT, "per cent", 1, 100)
    viva_disagreement_points: int = whole(
        10, "Viva markers disagree when further apart than", "F5", DEFAULT, "percentage points", 0, 100
    )
    attempts: int = whole(3, "Attempts at a stage of the Final Assessment", "F6", DEFAULT, "attempts", 1, 10)
    appeal_days: int = whole(20, "Appeal after release, within", "F6", DEFAULT, "calendar days", 1, 365)

    def __post_init__(self) -> None:
        found = ((spec.name, problem_with(spec, getattr(self, spec.name))) for spec in field_specs())
        errors = {name: problem for name, problem in found if problem}
        errors = errors or {name: problem for name, holds, problem in _TOGETHER if not holds(self)}
        if errors:
            raise NumbersError(errors)


_TOGETHER: tuple[tuple[str, Callable[[SchemeNumbers], bool], str], ...] = (
    ("a_levels_preferred", lambda n: n.a_levels_preferred >= n.a_levels_needed, "Not fewer than are needed."),
    ("science_a_levels_needed", lambda n: n.science_a_levels_needed <= n.a_levels_needed, "Not more than are needed."),
    ("fheq_level_at_end", lambda n: n.fheq_level_at_end >= n.fheq_level_needed, "Not below the level at entry."),
    ("ielts_element", lambda n: n.ielts_element <= n.ielts_overall, "Not above the overall band."),
    ("oet_element", lambda n: n.oet_element <= n.oet_overall, "Not above the overall score."),
    ("pte_element", lambda n: n.pte_element <= n.pte_overall, "Not above the overall score."),
    ("max_months", lambda n: n.max_months >= n.duration_months, "Not less than the expected duration."),
    (
        "review_chase_coordinator_days",
        lambda n: n.review_chase_coordinator_days >= n.review_chase_supervisor_days,
        "Not before the supervisor is chased.",
    ),
    (
        "sign_chase_coordinator_days",
        lambda n: n.sign_chase_coordinator_days >= n.sign_chase_supervisor_days,
        "Not before the supervisor is reminded.",
    ),
    ("dops_not_applicable_most", lambda n: n.dops_not_applicable_most < n.dops_items, "Fewer than there are items."),
    (
        "first_year_decision_month",
        lambda n: n.first_year_decision_month >= n.first_year_evidence_month,
        "Not before the evidence is due.",
    ),
    ("workshop_last_month", lambda n: n.workshop_last_month >= n.workshop_first_month, "Not before its first month."),
    *(
        (name, lambda n, name=name: getattr(n, name) <= n.duration_months, "Not after the expected duration.")
        for name in (
            "first_meeting_month",
            "first_year_decision_month",
            "workshop_last_month",
            "portfolio_month",
            "practical_month",
            "viva_month",
        )
    ),
)


LAID_DOWN: Mapping[str, str] = {
    "intake_months": "Applications and intakes are laid out for April and October. Other months need a new release.",
    "dops_item_most": "The DOPS form describes the scores 0 to 4. Another scale needs a new form.",
    "viva_domains": "The mark sheet of the Viva has five domains. Another number needs a new sheet.",
    "viva_domain_most": "The mark sheet of the Viva scores each domain 0 to 4. Another scale needs a new sheet.",
}
"""Numbers that forms and tables are built on, and why they do not change by a new version alone."""


@cache
def field_specs() -> tuple[FieldSpec, ...]:
    """Every number in the order of the scheme, for the staff page."""
    return tuple(named(each.metadata["spec"], each.name, each.default) for each in fields(SchemeNumbers))


def from_json(data: Mapping[str, object]) -> SchemeNumbers:
    """The numbers of a stored or entered version.

    A number that is not named keeps its default, so that a version stored before the number existed can be read.
    Raises NumbersError with one message for each wrong or unknown field, TypeError when `data` is no mapping.
    """
    if not isinstance(data, Mapping):
        raise TypeError("Scheme numbers are a mapping of field to value.")
    specs = {spec.name: spec for spec in field_specs()}
    errors = {str(name): "There is no such number." for name in data if name not in specs}
    values = {name: from_plain(specs[name], raw) for name, raw in data.items() if name in specs}
    for name, value in values.items():
        problem = problem_with(specs[name], value)
        if problem:
            errors[name] = problem
    if errors:
        raise NumbersError(errors)
    return SchemeNumbers(**values)  # type: ignore[arg-type]  # each value was proved against its spec above


def to_json(numbers: SchemeNumbers) -> dict[str, object]:
    """The numbers as JSON can carry them exactly: Decimals as text, tuples as lists; `from_json` reads them back."""
    return {spec.name: to_plain(getattr(numbers, spec.name)) for spec in field_specs()}


DEFAULTS = SchemeNumbers()
"""The guidance and the defaults, before staff change anything."""
