"""The whole application as it is read by others: everything but the reasons of adjustments (A2, A5)."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from applications import queries
from applications.models import Application, EnglishEvidence
from applications.states import EnglishElement
from applications.views._shared import ShownFile, shown_file
from ctts.common.templatetags.formats import day, money
from ctts.documents.models import Document

Facts = list[tuple[str, Any]]


def whole_of(application: Application) -> dict[str, Any]:
    """Every part in the shape that the page shows: facts, rows, files, the list with its plan and the matrix."""
    given = queries.Given(application)
    return {
        **judged_of(application, given),
        "personal": personal(application),
        "declared": queries.declaration_of(application),
        "groups": [
            (group, [(item, getattr(item, "plan", None)) for item in rows])
            for group, rows in groupby(given.items, key=lambda item: item.group)
        ],
        "items": len(given.items),
    }


def judged_of(application: Application, given: queries.Given) -> dict[str, Any]:
    """The parts that lie beside the entry rules on the review, and on the page of the whole application."""
    return {
        "employment": employment(application),
        "qualifications": [
            (row, _files(application, row.certificate, row.enic_statement)) for row in given.qualifications
        ],
        "english": english(given.english),
        "english_files": _english_files(application, given),
        "order": order(application, given),
        "order_files": _files(application, given.order.document) if given.order else [],
        "adjustments": adjustments(application),
        "plan": given.outline,
        "matrix": queries.matrix_of(application.competency_list, given.items, given.tasks),
        "signatures": queries.signatures_of(application, given),
    }


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
    """Where the applicant works, in which scope, under whom."""
    answers = {True: "Yes", False: "No", None: ""}
    return [
        ("Training Centre", application.centre),
        ("Employed there", answers[application.employed_there]),
        ("Post", application.job_title),
        ("Department", application.department),
        ("Since", day(application.employed_since_on)),
        ("Earlier experience", application.experience),
        ("Scope of practice", application.scope),
        ("Training Supervisor", f"{application.supervisor_name}, {application.supervisor_email}"),
    ]


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
    scores = [(element.label, _score(getattr(row, element.value))) for element in EnglishElement]
    name = row.test_name or row.get_test_display()
    return [
        ("First language", "Another"),
        ("Test", name),
        ("Taken on", day(row.taken_on)),
        ("Overall", _score(row.overall)),
        *scores,
    ]


def _score(value: Any) -> str:
    """A score as the certificate prints it: 7.00 is 7.0, 100.00 is 100."""
    if value is None:
        return ""
    return f"{value:.1f}" if value < 10 else f"{value.normalize():f}"


def order(application: Application, given: queries.Given) -> Facts:
    """The purchase order that counts, beside the fee of the intake."""
    found = given.order
    fee = money(application.intake.fee_gross_pence)
    if found is None:
        return [("Fee of the intake", fee), ("Purchase order", "")]
    return [
        ("Number", found.number),
        ("Issued by", found.issuer),
        ("Net", money(found.net_pence)),
        ("VAT", money(found.vat_pence)),
        ("Gross", money(found.gross_pence)),
        ("Fee of the intake", fee),
        ("Standing", found.get_state_display()),
    ]


def adjustments(application: Application) -> Facts:
    """That the question is answered, and what is agreed: who asks for something is the named readers' to know (A5)."""
    answered = "" if application.wants_adjustments is None else "Answered, for named readers"
    agreed = [row.agreed for row in queries.adjustments_of(application) if row.agreed]
    return [("Reasonable adjustments", answered), ("Agreed", "; ".join(agreed))]


def _files(application: Application, *documents: Document | None) -> list[ShownFile]:
    return [shown_file(application, document) for document in documents if document is not None]


def _english_files(application: Application, given: queries.Given) -> list[ShownFile]:
    row = given.english
    return _files(application, row.certificate, row.equivalence) if row else []
