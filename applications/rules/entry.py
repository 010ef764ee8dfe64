"""The entry rules a to h (A3), each over plain facts, and what they mean for a decision (A4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from applications.rules.english import english_met
from applications.rules.facts import (
    ENTRY_RULES,
    ApplicationFacts,
    CentreFacts,
    EnglishFacts,
    ListItem,
    QualificationFacts,
    RuleResult,
    met,
    needs_person,
    not_met,
)
from applications.states import QualificationKind, RuleOutcome
from ctts.common.months import in_words
from ctts.scheme.rules import (
    ACCREDITED_STATUSES,
    DEFAULTS,
    SchemeNumbers,
    accreditation_valid,
    field_specs,
    whole_number,
)


def centre_rule(centre: CentreFacts, on: date) -> RuleResult:
    """A3a (G 2.1): employed at a centre whose accreditation for the scope is valid on the day of receipt (C1)."""
    if centre.employed is None:
        return not_met("A3a", "Whether you are employed at an accredited centre is not answered.")
    if not centre.employed:
        return not_met("A3a", "Only an applicant employed at an accredited Training Centre is eligible.")
    if not centre.name:
        return not_met("A3a", "No Training Centre is named.")
    if not centre.scoped:
        return not_met("A3a", "Choose a scope of practice: a centre is accredited for each by itself.")
    if accreditation_valid(centre.status, centre.starts_on, centre.ends_on, on):
        return met("A3a", f"{centre.name} is accredited for this scope.")
    return not_met("A3a", f"{centre.name} {_why_not_accredited(centre, on)}.")


def _why_not_accredited(centre: CentreFacts, on: date) -> str:
    if centre.status not in ACCREDITED_STATUSES or centre.starts_on is None or centre.ends_on is None:
        return "is not accredited for this scope"
    if on < centre.starts_on:
        return f"is accredited for this scope only from {in_words(centre.starts_on)}"
    return f"was accredited for this scope until {in_words(centre.ends_on)}"


def a_level_rule(qualifications: Iterable[QualificationFacts], numbers: SchemeNumbers = DEFAULTS) -> RuleResult:
    """A3b (G 2.1): at least two A levels or equivalent, one a science; three preferred, which is advice only.

    Only complete ones count. A levels are counted; whether something else is equivalent needs a person.
    """
    done = [each for each in qualifications if each.complete]
    sure, sciences = _a_levels(done, {QualificationKind.A_LEVEL})
    claimed, claimed_sciences = _a_levels(done, {QualificationKind.A_LEVEL, QualificationKind.A_LEVEL_EQUIVALENT})
    need, need_science = numbers.a_levels_needed, numbers.science_a_levels_needed
    preferred = numbers.a_levels_preferred
    advice = f"{preferred} are preferred." if claimed < preferred else ""
    if sure >= need and sciences >= need_science:
        return met("A3b", f"{sure} A levels, {sciences} in a science; {need} and {need_science} are needed.", advice)
    if claimed >= need and claimed_sciences >= need_science:
        return needs_person("A3b", "A person judges what is offered as equivalent to A levels.", advice)
    text = f"{claimed} A levels or equivalent, {claimed_sciences} in a science; {need} and {need_science} are needed."
    return not_met("A3b", text, advice)


def _a_levels(qualifications: Iterable[QualificationFacts], kinds: set[QualificationKind]) -> tuple[int, int]:
    worth = [(whole_number(q.a_levels, "a_levels"), q.science) for q in qualifications if q.kind in kinds]
    # A certificate over several A levels says that a science is among them, not how many.
    return sum(count for count, _ in worth), sum(min(count, 1) for count, science in worth if science)


def higher_education_rule(
    qualifications: Iterable[QualificationFacts], numbers: SchemeNumbers = DEFAULTS
) -> RuleResult:
    """A3c (G 2.1): a *complete* FHEQ level 4 or higher qualification in a relevant subject.

    Part of one does not count, however much of it. Relevance nobody judged yet needs a person.
    """
    need = numbers.fheq_level_needed
    known = list(qualifications)
    high = [each for each in known if each.fheq_level is not None and each.fheq_level >= need]
    complete = [each for each in high if each.complete]
    relevant = [each for each in complete if each.relevant]
    if relevant:
        return met("A3c", f"{relevant[0].title}: complete, level {relevant[0].fheq_level}, relevant.")
    if any(each.relevant is None for each in complete):
        return needs_person("A3c", "A person judges whether the subject is relevant.")
    if complete:
        return not_met("A3c", f"{complete[0].title} is not in a relevant subject.")
    if high:
        return not_met("A3c", f"{high[0].title} is not complete; a complete level {need} qualification is needed.")
    return not_met("A3c", f"No qualification at FHEQ level {need} or higher is given.")


def english_rule(english: EnglishFacts, received_on: date, numbers: SchemeNumbers = DEFAULTS) -> RuleResult:
    """A3d (G 2.1): `english_met` over the facts of one application."""
    return english_met(
        first_language_english=english.first_language_english,
        qualification_level=english.qualification_level,
        gcse_grade=english.gcse_grade,
        test=english.test,
        overall=english.overall,
        elements=english.elements,
        taken_on=english.taken_on,
        received_on=received_on,
        equivalence_evidence=english.equivalence_evidence,
        numbers=numbers,
    )


def overseas_rule(qualifications: Iterable[QualificationFacts]) -> RuleResult:
    """A3e (G 2.1): a UK ENIC comparison is attached to every qualification from outside the UK."""
    overseas = [each for each in qualifications if each.overseas]
    if not overseas:
        return met("A3e", "No qualification is from outside the UK.")
    without = [each.title for each in overseas if not each.enic_attached]
    if without:
        return not_met("A3e", f"A UK ENIC comparison is needed for: {', '.join(without)}.")
    return met("A3e", "A UK ENIC comparison is attached for every qualification from outside the UK.")


def shortfall(gross_pence: int, fee_gross_pence: int | None) -> int | None:
    """How many pence a purchase order lacks of the whole fee, 0 where it covers it; None while no fee is set (A3 f).

    Raises as `purchase_order_covers`.
    """
    if fee_gross_pence is None:
        return None
    return 0 if purchase_order_covers(gross_pence, fee_gross_pence) else fee_gross_pence - gross_pence


def purchase_order_covers(gross_pence: int, fee_gross_pence: int) -> bool:
    """Whether a purchase order covers the whole fee, both gross and in pence (A3f; G 2.2): a penny short does not.

    Raises TypeError for what is no whole number of pence, ValueError for less than nothing.
    """
    return whole_number(gross_pence, "gross_pence") >= whole_number(fee_gross_pence, "fee_gross_pence")


def purchase_order_rule(
    gross_pence: int | None, fee_gross_pence: int | None, *, insufficient: bool = False
) -> RuleResult:
    """A3f (G 2.2): the employer's purchase order covers the whole gross fee of the intake.

    `insufficient`: somebody read its document, and it does not bear out what was typed.
    """
    if fee_gross_pence is None:
        return not_met("A3f", "The fee of this intake is not set yet.")
    if gross_pence is None:
        return not_met("A3f", f"No purchase order is given; the fee is {pounds(fee_gross_pence)}.")
    if insufficient:
        return not_met("A3f", "The purchase order's document does not bear out what was typed: it is insufficient.")
    text = f"The purchase order is for {pounds(gross_pence)}, the fee is {pounds(fee_gross_pence)}, VAT included."
    return met("A3f", text) if purchase_order_covers(gross_pence, fee_gross_pence) else not_met("A3f", text)


def pounds(pence: int) -> str:
    """Pence as the reader writes them: 360000 is £3,600.00. Raises TypeError for what is no whole number of pence."""
    whole, rest = divmod(whole_number(pence, "pence"), 100)
    return f"£{whole:,}.{rest:02d}"


@dataclass(frozen=True)
class Coverage:
    """How a competency list covers a scope (S3): codes by task, tasks without any, codes without a PTP module."""

    by_task: dict[str, tuple[str, ...]]
    gaps: tuple[str, ...]
    unmapped: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Every task of the scope is covered and every competency stands in a module; a scope without tasks is not."""
        return bool(self.by_task) and not self.gaps and not self.unmapped


def coverage(scope_tasks: Iterable[str], items: Iterable[ListItem]) -> Coverage:
    """The coverage matrix of a trainee's own list over the tasks of the scope (S3; G 2.2).

    A task of another scope covers nothing here. Tasks keep their order, codes theirs in the list.
    """
    known = list(items)
    by_task = {task: tuple(item.code for item in known if task in item.tasks) for task in scope_tasks}
    gaps = tuple(task for task, codes in by_task.items() if not codes)
    return Coverage(by_task, gaps, tuple(item.code for item in known if not item.module.strip()))


def scope_rule(scope_tasks: Iterable[str], items: Iterable[ListItem]) -> RuleResult:
    """A3g (G 2.2): the list covers every task of the scope, each competency in a module of the PTP curriculum."""
    matrix = coverage(scope_tasks, items)
    if not matrix.by_task:
        return not_met("A3g", "The scope of practice has no tasks to cover yet.")
    if matrix.gaps:
        return not_met(
            "A3g", f"{len(matrix.gaps)} of {len(matrix.by_task)} tasks are not covered: {_few(matrix.gaps)}."
        )
    if matrix.unmapped:
        return not_met("A3g", f"Without a module of the PTP curriculum: {_few(matrix.unmapped)}.")
    return met("A3g", f"All {len(matrix.by_task)} tasks of the scope are covered.")


def _few(names: tuple[str, ...], most: int = 5) -> str:
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"


def level_rule(statement: str, numbers: SchemeNumbers = DEFAULTS) -> RuleResult:
    """A3h (G 2.1): the supervisor's statement that the plan reaches FHEQ level 6 by the end; a person always judges."""
    level = numbers.fheq_level_at_end
    if not statement.strip():
        return not_met("A3h", f"The supervisor has not stated how the plan shows equivalence to FHEQ level {level}.")
    return needs_person("A3h", f"A person judges the supervisor's statement on FHEQ level {level}.")


def entry_rules(facts: ApplicationFacts, numbers: SchemeNumbers = DEFAULTS) -> tuple[RuleResult, ...]:
    """Every entry rule, a to h in order, over one application (A3). Raises what `english_met` raises."""
    return (
        *eligibility(facts.centre, facts.qualifications, facts.english, facts.received_on, numbers),
        purchase_order_rule(
            facts.purchase_order_pence, facts.fee_pence, insufficient=facts.purchase_order_insufficient
        ),
        scope_rule(facts.scope_tasks, facts.competencies),
        level_rule(facts.level_statement, numbers),
    )


def eligibility(
    centre: CentreFacts,
    qualifications: Iterable[QualificationFacts],
    english: EnglishFacts,
    on: date,
    numbers: SchemeNumbers = DEFAULTS,
) -> tuple[RuleResult, ...]:
    """The rules a person can check before applying, a to e, by the same functions (A1); f to h come with the form."""
    known = tuple(qualifications)
    return (
        centre_rule(centre, on),
        a_level_rule(known, numbers),
        higher_education_rule(known, numbers),
        english_rule(english, on, numbers),
        overseas_rule(known),
    )


def cited(results: Iterable[RuleResult], numbers: SchemeNumbers, version: int) -> tuple[RuleResult, ...]:
    """The same results; those by numbers that the office set in the place of the guidance's own name the version of the
    scheme rules that holds them, since the guidance says otherwise (A3)."""
    given = (spec for spec in field_specs() if spec.from_guidance)
    changed = {spec.rule for spec in given if getattr(numbers, spec.name) != spec.default}
    section = f"Scheme rules, version {version}"
    return tuple(replace(one, section=section) if one.rule in changed else one for one in results)


def acceptance_blocked_by(findings: Mapping[str, str], overrides: Mapping[str, str]) -> tuple[str, ...]:
    """The entry rules that still stand against acceptance: neither met nor overridden with a reason (A4).

    `findings` maps rule id to outcome (the staff finding where there is one), `overrides` rule id to the reason. A
    rule without a finding stands against it, a blank reason overrides nothing. Raises ValueError for an unknown rule
    or outcome.
    """
    unknown = [rule for rule in (*findings, *overrides) if rule not in ENTRY_RULES]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is no entry rule; they are {', '.join(ENTRY_RULES)}.")
    is_met = {rule: RuleOutcome(outcome) == RuleOutcome.MET for rule, outcome in findings.items()}
    return tuple(rule for rule in ENTRY_RULES if not is_met.get(rule, False) and not overrides.get(rule, "").strip())
