"""An application in the plain shape that the entry rules judge, and what they say about it (A2, A3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from applications import declaration
from applications.access import has_left
from applications.models import (
    Application,
    Declaration,
    EnglishEvidence,
    Finding,
    PurchaseOrder,
    Qualification,
    SupervisorAnswer,
)
from applications.queries.given import Given
from applications.rules import (
    ApplicationFacts,
    CentreFacts,
    EnglishFacts,
    ListItem,
    MissingPart,
    QualificationFacts,
    RuleResult,
    acceptance_blocked_by,
    centre_rule,
    completeness,
    english_shortfalls,
    entry_rules,
)
from applications.states import ApplicationState, EnglishElement, PurchaseOrderState
from ctts.common.clock import london_date
from ctts.common.prepared import prepared
from ctts.scheme.models import Accreditation, CompetencyItem
from ctts.scheme.queries import numbers_on
from ctts.scheme.rules import SchemeNumbers, accreditation_valid

# What a competency of the list needs to be planned.
PLAN = ("plan__how", "plan__where", "plan__with_whom", "plan__by_month")
PERSONAL = {
    "legal_name": "Your full legal name",
    "certificate_name": "The name for the Diploma",
    "date_of_birth_on": "Your date of birth",
    "telephone": "A telephone number",
    "address": "Your home address",
    "postcode": "Your postcode",
}


def facts_of(application: Application, today: date, given: Given | None = None) -> ApplicationFacts:
    """All that A2 and A3 ask of one application; a fixed number of queries, whatever it holds.

    `received_on` is the London day that counts for the intake, `today` while it is not received. `given`: what a page
    has read of the application, not to read it again.
    """
    given = given or Given(application)
    answer = None if application.another_asked_at else next(iter(given.answers), None)
    order = given.order
    items, unplanned = _items(application, given)
    received_on = _received_on(application, today)
    return ApplicationFacts(
        received_on=received_on,
        received=application.received_at is not None,
        personal_missing=personal_missing(application),
        centre=centre_facts(application, _accreditations(application), received_on),
        scope=application.scope.name if application.scope else "",
        scope_tasks=tuple(task.code for task in given.tasks),
        supervisor_named=bool(application.supervisor_name and application.supervisor_email),
        supervisor_left=supervisor_left(application),
        qualifications=tuple(qualification_facts(row) for row in given.qualifications),
        english=english_facts(given.english),
        competencies=items,
        plan_missing=_plan_missing(application, unplanned, given),
        purchase_order_attached=order is not None,
        purchase_order_pence=order.gross_pence if order else None,
        purchase_order_insufficient=order is not None and order.state == PurchaseOrderState.INSUFFICIENT,
        fee_pence=application.intake.fee_gross_pence,
        adjustments_answered=application.wants_adjustments is not None,
        declared=counting_declarations().filter(application=application).exists(),
        supervisor_confirmed=answer is not None and answer.meaning == "confirmed",
        level_statement=answer.level_six if answer and answer.meaning == "confirmed" else "",
    )


def counting_declarations() -> QuerySet[Declaration]:
    """The declarations that complete an application: as long as it is the applicant's to hand over, those in the words
    in force; after that the one with which it was handed over (A2)."""
    in_force = Q(version=declaration.version_in_force())
    return Declaration.objects.filter(in_force | ~Q(application__state=ApplicationState.DRAFT))


def supervisor_left(application: Application) -> str:
    """The supervisor who cannot sign in any more and in whose place the applicant names another now, by name; else
    nothing (A2)."""
    asks = application.state == ApplicationState.INFORMATION_REQUESTED and application.another_asked_at is None
    if (application.state == ApplicationState.DRAFT or asks) and has_left(application):
        return application.supervisor_name
    return ""


@prepared
def _held(centre: Any, scope: Any) -> QuerySet[Accreditation]:
    return Accreditation.objects.filter(organisation=centre, scope=scope).order_by("pk")


def _accreditations(application: Application) -> list[Accreditation]:
    both = application.centre_id and application.scope_id
    return _held(application.centre_id, application.scope_id) if both else []


def personal_missing(application: Application) -> tuple[str, ...]:
    """The personal details that are not given, in words (A2)."""
    return tuple(words for name, words in PERSONAL.items() if not getattr(application, name))


def centre_facts(application: Application, held: Iterable[Accreditation], on: date) -> CentreFacts:
    """Of those the centre holds for the scope, what counts on a day: one in force, else the newest with dates (C1)."""
    if application.centre is None:
        return CentreFacts(employed=application.employed_there)
    name, employed = application.centre.name, application.employed_there
    newest_first = sorted(held, key=lambda row: (row.starts_on or date.min, row.pk), reverse=True)
    in_force = [row for row in newest_first if accreditation_valid(row.state, row.starts_on, row.ends_on, on)]
    found = next(iter(in_force or newest_first), None)
    if found is None:
        return CentreFacts(name=name, employed=employed, scoped=application.scope_id is not None)
    return CentreFacts(
        name=name, employed=employed, status=found.state, starts_on=found.starts_on, ends_on=found.ends_on
    )


def qualification_facts(row: Qualification) -> QualificationFacts:
    """A qualification as the rules judge it (A3 b, c, e)."""
    return QualificationFacts(
        title=str(row),
        kind=row.kind,
        complete=row.complete,
        a_levels=row.a_levels,
        science=row.science,
        fheq_level=row.fheq_level,
        relevant=row.relevant,
        overseas=row.overseas,
        enic_attached=row.enic_statement_id is not None,
        certificate_attached=row.certificate_id is not None,
    )


def english_facts(row: EnglishEvidence | None) -> EnglishFacts:
    """The evidence of English as the rules judge it (A3 d)."""
    if row is None:
        return EnglishFacts()
    return EnglishFacts(
        first_language_english=row.first_language_english,
        qualification_level=row.qualification_level,
        gcse_grade=row.gcse_grade or None,
        test=row.test or None,
        overall=row.overall,
        elements={element: getattr(row, element) for element in EnglishElement.values} if row.test else {},
        taken_on=row.taken_on,
        equivalence_evidence=row.equivalence_id is not None,
        certificate_attached=row.certificate_id is not None,
    )


def _items(application: Application, given: Given) -> tuple[tuple[ListItem, ...], list[str]]:
    """The competencies of the list with their tasks, and the codes of those without a plan; plain rows, because every
    judgement of the form reads them."""
    if application.competency_list_id is None:
        return (), []
    tasks = given.tasks_by_item
    rows = CompetencyItem.objects.filter(list=application.competency_list_id).order_by("position")
    items, unplanned = [], []
    for pk, code, module, *plan in rows.values_list("pk", "code", "module__code", *PLAN):
        items.append(ListItem(code=code, tasks=frozenset(tasks.get(pk, ())), module=module))
        if not all(plan):
            unplanned.append(code)
    return tuple(items), unplanned


def _plan_missing(application: Application, unplanned: list[str], given: Given) -> tuple[str, ...]:
    """Codes of competencies without a plan, and the words the plan as a whole still needs."""
    if application.competency_list_id is None:
        return ()
    whole = given.outline
    words = [] if whole is not None and whole.level_six.strip() else ["the argument for FHEQ level 6"]
    return (*unplanned, *words)


def english_of(application: Application) -> EnglishEvidence | None:
    """How the applicant's English is shown, once it is."""
    return EnglishEvidence.objects.filter(application=application).first()


def english_shortfalls_of(application: Application, today: date) -> dict[str, str]:
    """Which saved answers keep the evidence of English from being enough so far, and why, by their names (A3 d)."""
    received_on = _received_on(application, today)
    return english_shortfalls(english_facts(english_of(application)), received_on, numbers_on(received_on))


def current_order(application: Application) -> PurchaseOrder | None:
    """The purchase order that counts, if there is one."""
    return application.purchase_orders.filter(state__in=PurchaseOrderState.current()).first()


def order_giver(application: Application) -> str:
    """Who gave the order that counts by a link (A2); empty where the applicant entered it, or there is none."""
    order = application.purchase_orders.filter(state__in=PurchaseOrderState.current()).select_related("asked").first()
    return order.asked.name if order is not None and order.asked is not None else ""


def last_order(application: Application) -> PurchaseOrder | None:
    """The purchase order that was given last, whatever became of it."""
    return application.purchase_orders.order_by("-entered_at", "-pk").first()


def missing_parts(application: Application, today: date) -> tuple[MissingPart, ...]:
    """What is missing before the application is received, in the order of the form (A2)."""
    return completeness(facts_of(application, today))


def _received_on(application: Application, today: date) -> date:
    return london_date(application.counts_from) if application.counts_from else today


def numbers_for(application: Application, today: date) -> SchemeNumbers:
    """The numbers by which an application is judged: of the day that counts for its intake, `today` until then (A3)."""
    return numbers_on(_received_on(application, today))


def entry_results(application: Application, today: date, given: Given | None = None) -> tuple[RuleResult, ...]:
    """What each entry rule says, by the numbers in force when it was received (A3)."""
    facts = facts_of(application, today, given)
    return entry_rules(facts, numbers_on(facts.received_on))


def centre_standing(application: Application, today: date) -> RuleResult | None:
    """What rule A3a says of the chosen centre and scope; None while one of them is not chosen (A3 a)."""
    if not application.centre_id or not application.scope_id:
        return None
    received_on = _received_on(application, today)
    return centre_rule(centre_facts(application, _accreditations(application), received_on), received_on)


def form_standing(application: Application, today: date) -> tuple[tuple[MissingPart, ...], tuple[RuleResult, ...]]:
    """What is missing (A2) and what each entry rule says so far (A3), from one look at the application."""
    facts = facts_of(application, today)
    return completeness(facts), entry_rules(facts, numbers_on(facts.received_on))


def findings_of(application: Application) -> list[Finding]:
    """Every finding with who found it, the oldest first (A4)."""
    rows = with_their_statement(application.findings.select_related("found_by"))
    return list(rows.order_by("found_at", "pk"))


def with_their_statement(rows: QuerySet[Finding]) -> QuerySet[Finding]:
    """Findings with whether they are `outdated`: about the statement on FHEQ level 6 of a supervisor in whose place
    another has confirmed since (A3 h)."""
    answers = SupervisorAnswer.objects.filter(application=OuterRef("application"), signed_at__gt=OuterRef("found_at"))
    return rows.annotate(outdated=Q(rule="A3h") & Exists(answers))


def findings_that_count(findings: Iterable[Finding], results: Iterable[RuleResult]) -> dict[str, Finding]:
    """The newest of the findings (oldest first, `with_their_statement`) for each rule, by its id (A4): only while the
    system still computes what it did then.

    A finding about evidence that has changed since says nothing about what is there now; it is set anew.
    """
    computed = {result.rule: str(result.outcome) for result in results}
    newest: dict[str, Any] = {row.rule: row for row in findings}
    return {rule: row for rule, row in newest.items() if computed.get(rule) == row.computed and not row.outdated}


def standing_against(application: Application, today: date, given: Given | None = None) -> tuple[str, ...]:
    """The rules that still stand against acceptance (A4): no finding met, and no override with a reason.

    Rules that the system itself finds met need no finding of a person, unless a person found otherwise.
    """
    results = entry_results(application, today, given)
    findings = findings_that_count(findings_of(application), results)
    outcomes = {result.rule: str(result.outcome) for result in results}
    outcomes.update({rule: finding.outcome for rule, finding in findings.items()})
    return acceptance_blocked_by(outcomes, {rule: row.override_reason for rule, row in findings.items()})
