"""What each part of an application says, in words: for whoever reads it, and to tell later what has changed (A2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from applications.models import Application, EnglishEvidence, PurchaseOrder, Qualification
from applications.queries.given import Given
from applications.queries.parts import declaration_of
from applications.states import EnglishElement, Part
from ctts.common.templatetags.formats import day, instant, money
from ctts.documents.models import Document
from ctts.scheme.models import CompetencyItem

Facts = list[tuple[str, Any]]
Lines = list[list[str]]
ANSWERS = {True: "Yes", False: "No", None: ""}


def personal(application: Application) -> Facts:
    """Who applies."""
    return [
        ("Full legal name", application.legal_name),
        ("Name on the Diploma", application.certificate_name),
        ("Date of birth", day(application.date_of_birth_on)),
        ("E-mail", application.applicant.email),
        ("Telephone", application.telephone),
        ("Home address", ", ".join(filter(None, [*application.address.splitlines(), application.postcode]))),
    ]


def employment(application: Application) -> Facts:
    """Where the applicant works."""
    return [
        ("Training Centre", application.centre),
        ("Employed there", ANSWERS[application.employed_there]),
        ("Post", application.job_title),
        ("Department", application.department),
        ("Since", day(application.employed_since_on)),
        ("Earlier experience", application.experience),
    ]


def scope(application: Application) -> Facts:
    """In which scope the applicant will train."""
    return [("Scope of practice", application.scope)]


def supervisor(application: Application) -> Facts:
    """Under whom the applicant will train."""
    named = ", ".join(filter(None, [application.supervisor_name, application.supervisor_address]))
    return [("Training Supervisor", named)]


def english(row: EnglishEvidence | None) -> Facts:
    """How the applicant's English is shown."""
    if row is None:
        return []
    if row.first_language_english:
        return [
            ("First language", "English"),
            ("GCSE English", row.gcse_grade),
            ("Other qualification", row.qualification_title),
            ("Its level", row.qualification_level),
        ]
    scores = [(element.label, score_in_words(getattr(row, element.value))) for element in EnglishElement]
    return [
        ("First language", "Another"),
        ("Test", row.test_name or row.get_test_display()),
        ("Taken on", day(row.taken_on)),
        ("Overall", score_in_words(row.overall)),
        *scores,
    ]


def score_in_words(value: Decimal | None) -> str:
    """A score as the certificate prints it: 7.00 is 7.0, 100.00 is 100."""
    if value is None:
        return ""
    return f"{value:.1f}" if value < 10 else f"{value.normalize():f}"


def purchase_order(row: PurchaseOrder | None) -> Facts:
    """What the purchase order says."""
    if row is None:
        return []
    return [
        ("Number", row.number),
        ("Issued by", row.issuer),
        ("Net", money(row.net_pence)),
        ("VAT", money(row.vat_pence)),
        ("Gross", money(row.gross_pence)),
    ]


def earlier_order(row: PurchaseOrder) -> str:
    """A purchase order in whose place another was given, in one line."""
    return f"{row.number} of {row.issuer}, {money(row.gross_pence)}: {row.get_state_display().lower()}"


def lines_of(application: Application, given: Given) -> dict[str, Lines]:
    """Every part as lines of label and words, in the form in which they can be kept and compared; no line is empty.

    Of adjustments only that the question is answered (A5). A file is named with the time at which it was uploaded:
    another of the same name is another file.
    """
    sent, outline = given.english, given.outline
    parts: dict[Part, Iterable[tuple[str, Any]]] = {
        Part.PERSONAL: personal(application),
        Part.EMPLOYMENT: employment(application),
        Part.SCOPE: scope(application),
        Part.SUPERVISOR: supervisor(application),
        Part.QUALIFICATIONS: _numbered((str(row), _qualification(row)) for row in given.qualifications),
        Part.ENGLISH: [
            *english(sent),
            ("Certificate", _file(sent.certificate if sent else None)),
            ("Evidence of equivalence", _file(sent.equivalence if sent else None)),
        ],
        Part.COMPETENCIES: [(str(item), _competency(item)) for item in given.items],
        Part.PLAN: [
            ("The plan in a few sentences", outline.summary if outline else ""),
            ("How it reaches FHEQ level 6", outline.level_six if outline else ""),
            *((str(item), _plan(item)) for item in given.items),
        ],
        Part.PURCHASE_ORDER: [
            *purchase_order(given.order_of_the_form),
            ("Document", _file(given.order_of_the_form.document if given.order_of_the_form else None)),
        ],
        Part.ADJUSTMENTS: [("Reasonable adjustments", "" if application.wants_adjustments is None else "Answered")],
        Part.DECLARATION: _declared(application),
    }
    return {str(part): [[label, str(said)] for label, said in facts if said] for part, facts in parts.items()}


def _numbered(facts: Iterable[tuple[str, str]]) -> Facts:
    """Two lines of one label would be taken for each other: the second says that it is one."""
    seen: Counter[str] = Counter()
    found = []
    for label, said in facts:
        seen[label] += 1
        found.append((label if seen[label] == 1 else f"{label} ({seen[label]})", said))
    return found


def _file(document: Document | None) -> str:
    return f"{document.original_name}, uploaded {instant(document.uploaded_at)}" if document else ""


def _qualification(row: Qualification) -> str:
    said = [
        row.get_kind_display(),
        row.institution,
        day(row.awarded_on),
        row.grade,
        row.level_words,
        f"{row.a_levels} A levels" if row.a_levels else "",
        "a science" if row.science else "",
        "complete" if row.complete else "not complete",
        "from outside the UK" if row.overseas else "",
        _file(row.certificate),
        f"UK ENIC: {_file(row.enic_statement)}" if row.enic_statement else "",
    ]
    return "; ".join(filter(None, said))


def _competency(item: CompetencyItem) -> str:
    tasks = ", ".join(sorted(task.code for task in item.tasks.all()))
    return f"{item.statement} Module {item.module.code}; {tasks}"


def _plan(item: CompetencyItem) -> str:
    row = getattr(item, "plan", None)
    if row is None:
        return ""
    by = f"by month {row.by_month}" if row.by_month else ""
    return "; ".join(filter(None, [row.how, row.where, row.with_whom, by]))


def _declared(application: Application) -> Facts:
    row = declaration_of(application)
    return [("Declared", f"version {row.version}, {instant(row.declared_at)}")] if row else []
