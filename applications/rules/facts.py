"""What the entry rules are asked about: plain facts of one application, and what a rule answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from applications.states import RuleOutcome

Score = int | float | str | Decimal | Fraction
"""A score as a certificate prints it. A float is taken only where the test's scale can be written in one (6.5, 100)."""

ENTRY_RULES: dict[str, tuple[str, str]] = {
    "A3a": ("Employed at a Training Centre accredited for the scope", "G 2.1"),
    "A3b": ("A levels or equivalent, including a science", "G 2.1"),
    "A3c": ("Complete higher education qualification in a relevant subject", "G 2.1"),
    "A3d": ("English", "G 2.1"),
    "A3e": ("UK ENIC comparison of overseas qualifications", "G 2.1"),
    "A3f": ("Employer purchase order covers the whole fee", "G 2.2"),
    "A3g": ("Competency list covers the scope of practice", "G 2.2"),
    "A3h": ("Training plan shows equivalence to FHEQ level 6 by the end", "G 2.1"),
}
"""Rule id → its words and the section of the guidance."""


@dataclass(frozen=True)
class RuleResult:
    """What one entry rule says: met, not met or needs a person, why, and the section of the guidance, or the version of
    the scheme rules where another number holds than the guidance gives (`cited`).

    `advice` is for the reader only and never changes the outcome (three A levels preferred, an IELTS mean that
    differs from the reported overall).
    """

    rule: str
    outcome: RuleOutcome
    reason: str
    section: str
    advice: str = ""

    @property
    def source(self) -> str:
        """Where it stands, in words: "Guidance G 2.1", or the version of the scheme rules."""
        return f"Guidance {self.section}" if self.section.startswith("G ") else self.section

    @property
    def met(self) -> bool:
        """Whether nothing more is needed."""
        return self.outcome == RuleOutcome.MET


def met(rule: str, reason: str, advice: str = "") -> RuleResult:
    """The rule is met."""
    return RuleResult(rule, RuleOutcome.MET, reason, ENTRY_RULES[rule][1], advice)


def not_met(rule: str, reason: str, advice: str = "") -> RuleResult:
    """The rule is not met; staff may still override it with a reason (A4)."""
    return RuleResult(rule, RuleOutcome.NOT_MET, reason, ENTRY_RULES[rule][1], advice)


def needs_person(rule: str, reason: str, advice: str = "") -> RuleResult:
    """Only a person can judge this."""
    return RuleResult(rule, RuleOutcome.NEEDS_PERSON, reason, ENTRY_RULES[rule][1], advice)


@dataclass(frozen=True, kw_only=True)
class CentreFacts:
    """Employment, and the accreditation of that centre for the applicant's scope (status key and both days of it).

    `scoped` False: no scope is chosen so far, so there is nothing to be accredited for (C1).
    """

    name: str = ""
    employed: bool | None = None
    scoped: bool = True
    status: str = ""
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class QualificationFacts:
    """One qualification. `a_levels`: how many it is (claimed to be) worth; `relevant` None: nobody judged yet."""

    title: str
    kind: str
    complete: bool
    a_levels: int = 0
    science: bool = False
    fheq_level: int | None = None
    relevant: bool | None = None
    overseas: bool = False
    enic_attached: bool = False
    certificate_attached: bool = False


@dataclass(frozen=True, kw_only=True)
class EnglishFacts:
    """The evidence of English, as `english_met` takes it, and whether its certificate is attached."""

    first_language_english: bool | None = None
    qualification_level: int | None = None
    gcse_grade: str | None = None
    test: str | None = None
    overall: Score | None = None
    elements: Mapping[str, Score | None] = field(default_factory=dict)
    taken_on: date | None = None
    equivalence_evidence: bool = False
    certificate_attached: bool = False


@dataclass(frozen=True, kw_only=True)
class ListItem:
    """One competency of the applicant's own list: tasks of the scope it covers, module of the PTP curriculum."""

    code: str
    tasks: frozenset[str]
    module: str = ""


@dataclass(frozen=True, kw_only=True)
class ApplicationFacts:
    """All that A2 and A3 ask of one application. Money is gross pence; `received_on` is the London day of receipt, and
    today's while there is none. `personal_missing` names personal details not given; `plan_missing` competencies
    without a plan; `supervisor_left` the supervisor of a draft whose access ended since it was handed to them;
    `received`: it was received, and can only wait for the fee of an intake that it was put off to."""

    received_on: date
    received: bool = False
    personal_missing: tuple[str, ...] = ()
    centre: CentreFacts = CentreFacts()
    scope: str = ""
    scope_tasks: tuple[str, ...] = ()
    supervisor_named: bool = False
    supervisor_left: str = ""
    qualifications: tuple[QualificationFacts, ...] = ()
    english: EnglishFacts = EnglishFacts()
    competencies: tuple[ListItem, ...] = ()
    plan_missing: tuple[str, ...] = ()
    purchase_order_attached: bool = False
    purchase_order_pence: int | None = None
    purchase_order_insufficient: bool = False
    fee_pence: int | None = None
    adjustments_answered: bool = False
    declared: bool = False
    supervisor_confirmed: bool = False
    level_statement: str = ""
