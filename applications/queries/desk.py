"""The lights of the office's queue: how each piece of evidence stands, as findings and checklist say (screens 19)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.db.models import QuerySet

from applications.models import Application, DocumentCheck, Finding
from applications.queries.duties import supervisor_has_left
from applications.queries.facts import findings_that_count, with_their_statement
from applications.queries.many import Many
from applications.rules import ApplicationFacts, RuleResult, completeness, entry_rules
from applications.states import FINAL, DocumentVerdict, Part, RuleOutcome
from ctts.accounts.models import User
from ctts.scheme.queries import numbers_by_day

AT_A_TIME = 500
MET, TO_JUDGE, NOT_MET = RuleOutcome.MET, RuleOutcome.NEEDS_PERSON, RuleOutcome.NOT_MET
LIGHTS = (
    "Form",
    "Eligibility and English",
    "Centre accredited",
    "Certificates",
    "Competencies",
    "Plan",
    "Purchase order covers the fee",
    "Adjustments answered",
)
# What no other light says of the form (A2).
FORM = {Part.PERSONAL, Part.EMPLOYMENT, Part.SCOPE, Part.SUPERVISOR, Part.DECLARATION, Part.CONFIRMATION}
CERTIFICATES = {Part.QUALIFICATIONS, Part.ENGLISH}


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A row of the office's queue: the application, and each light as its word and how it stands; none where the
    reader applies themselves."""

    application: Application
    lights: tuple[tuple[str, RuleOutcome], ...]

    @property
    def blocker(self) -> str:
        """The first light that lacks, else the first that a person has to judge; none of what has ended. Where the
        supervisor for whom it waits, or who confirmed it, has left, that (A2)."""
        if self.application.state in FINAL:
            return ""
        if supervisor_has_left(self.application):
            return "Its Training Supervisor has left"
        lacking = next((word for word, stands in self.lights if stands == NOT_MET), "")
        to_judge = next((f"{word}: to judge" for word, stands in self.lights if stands == TO_JUDGE), "")
        return lacking or to_judge


def with_lights(applications: Iterable[Application], today: date, *, reader: User) -> list[DeskRow]:
    """The rows of one page of the queue with their lights; a fixed number of queries, whatever their number.

    They agree with the page of each: the rules by the numbers of its receipt, the findings that count with their
    overrides, the checklist's rejected files (A3, A4). Of adjustments only that the question is answered (A5). What
    colleagues find of the reader's own application they hear with the request or the decision, and not here (A4).
    """
    rows = list(applications)
    if not rows:
        return []
    keys = [row.pk for row in rows if row.applicant_id != reader.pk]
    many = Many(keys)
    facts = {key: many.facts_of(key, today) for key in keys}
    numbers = numbers_by_day({one.received_on for one in facts.values()})
    findings, rejected = _findings(keys), _rejected(keys, many)
    lights = {
        key: _lights(one, entry_rules(one, numbers[one.received_on]), findings[key], rejected[key])
        for key, one in facts.items()
    }
    return [DeskRow(row, lights.get(row.pk, ())) for row in rows]


def every_light(rows: QuerySet[Application], today: date, *, reader: User) -> Iterator[DeskRow]:
    """The rows of a whole queue with their lights, some hundreds at a time: for a file, not for a page."""
    waiting = rows.iterator(chunk_size=AT_A_TIME)
    while some := list(islice(waiting, AT_A_TIME)):
        yield from with_lights(some, today, reader=reader)


def _lights(
    facts: ApplicationFacts, results: tuple[RuleResult, ...], findings: list[Finding], rejected: set[Part]
) -> tuple[tuple[str, RuleOutcome], ...]:
    """Each light in the order of `LIGHTS`; a rule stands as the finding that counts says, else as it is computed."""
    rules = _outcomes(results, findings)
    lacking = {each.part for each in completeness(facts)}
    stands = (
        _there(not lacking & FORM),
        _worst(rules[rule] for rule in ("A3b", "A3c", "A3d", "A3e")),
        rules["A3a"],
        _there(not (lacking | rejected) & CERTIFICATES),
        rules["A3g"],
        _worst([_there(Part.PLAN not in lacking), rules["A3h"]]),
        _worst([_there(Part.PURCHASE_ORDER not in rejected), rules["A3f"]]),
        _there(Part.ADJUSTMENTS not in lacking),
    )
    return tuple(zip(LIGHTS, stands, strict=True))


def _outcomes(results: Iterable[RuleResult], findings: list[Finding]) -> Mapping[str, RuleOutcome]:
    """How each rule stands for a decision: what is overridden with a reason stands against nothing (A4)."""
    outcomes = {result.rule: result.outcome for result in results}
    for rule, row in findings_that_count(findings, results).items():
        outcomes[rule] = MET if row.override_reason else RuleOutcome(row.outcome)
    return outcomes


def _there(there: bool) -> RuleOutcome:
    return MET if there else NOT_MET


def _worst(outcomes: Iterable[RuleOutcome]) -> RuleOutcome:
    found = set(outcomes)
    return next(one for one in (NOT_MET, TO_JUDGE, MET) if one in found)


def _findings(keys: list[int]) -> defaultdict[int, list[Finding]]:
    """The findings of each application, the oldest first."""
    found: defaultdict[int, list[Finding]] = defaultdict(list)
    for row in with_their_statement(Finding.objects.filter(application__in=keys)).order_by("found_at", "pk"):
        found[row.application_id].append(row)
    return found


def _rejected(keys: list[int], many: Many) -> defaultdict[int, set[Part]]:
    """The parts of each application in which a file lies that the office rejected last."""
    newest: dict[tuple[int, str, int], str] = {}
    checks = DocumentCheck.objects.filter(application__in=keys).order_by("checked_at", "pk")
    for application, slot, document, verdict in checks.values_list("application", "slot", "document", "verdict"):
        newest[application, slot, document] = verdict
    found: defaultdict[int, set[Part]] = defaultdict(set)
    for key in keys:
        for slot, kind, document in many.files_of(key):
            if newest.get((key, slot, document)) == DocumentVerdict.REJECTED:
                found[key].add(kind.part)
    return found
