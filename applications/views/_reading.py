"""The whole application as it is read by others: everything but the reasons of adjustments (A2, A5)."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from applications import declaration, queries
from applications.models import Application
from applications.queries import wording
from applications.queries.wording import Facts
from applications.states import DocumentKind
from applications.views._shared import ShownFile, files_of_qualification, shown_file
from ctts.common.templatetags.formats import money
from ctts.documents.models import Document


def whole_of(application: Application, given: queries.Given) -> dict[str, Any]:
    """Every part in the shape that the page shows: facts, rows, files, the list with its plan and the matrix."""
    declared = queries.declaration_of(application)
    return {
        **judged_of(application, given),
        "personal": wording.personal(application),
        "declared": declared,
        "declared_words": declaration.VERSIONS[declared.version] if declared else (),
        "groups": [
            (group, [(item, getattr(item, "plan", None)) for item in rows])
            for group, rows in groupby(given.items, key=lambda item: item.group)
        ],
        "items": len(given.items),
    }


def judged_of(application: Application, given: queries.Given) -> dict[str, Any]:
    """The parts that lie beside the entry rules on the review, and on the page of the whole application."""
    return {
        "employment": [
            *wording.employment(application),
            *wording.scope(application),
            *wording.supervisor(application),
        ],
        "qualifications": [(row, _files(application, files_of_qualification(row))) for row in given.qualifications],
        "english": wording.english(given.english),
        "english_files": _english_files(application, given),
        "order": order(application, given),
        "order_files": [shown_file(application, given.last_order.document)] if given.last_order else [],
        "issuer_to_check": queries.issuer_to_check(given.last_order, application),
        "adjustments": adjustments(application),
        "plan": given.outline,
        "matrix": queries.matrix_of(application.competency_list, given.items, given.tasks),
        "signatures": queries.signatures_of(application, given),
    }


def order(application: Application, given: queries.Given) -> Facts:
    """The purchase order that was given last, beside the fee of the intake, and those that it replaced (A3 f)."""
    found = given.last_order
    fee = ("Fee of the intake", money(application.intake.fee_gross_pence))
    if found is None:
        return [fee, ("Purchase order", "")]
    earlier = [("Earlier", wording.earlier_order(row)) for row in given.replaced_orders]
    why = [("Why it does not stand", found.settled_because)] if found.settled_because else []
    return [*wording.purchase_order(found), fee, ("Standing", found.get_state_display()), *why, *earlier]


def adjustments(application: Application) -> Facts:
    """That the question is answered, and what is agreed: who asks for something is the named readers' to know (A5)."""
    answered = "" if application.wants_adjustments is None else "Answered, for named readers"
    agreed = [str(queries.as_agreed(row)) for row in queries.adjustments_of(application) if row.agreed]
    return [("Reasonable adjustments", answered), ("Agreed", "; ".join(agreed))]


def _files(application: Application, documents: dict[str, Document | None]) -> list[ShownFile]:
    return [shown_file(application, document, label) for label, document in documents.items() if document is not None]


def _english_files(application: Application, given: queries.Given) -> list[ShownFile]:
    row = given.english
    kinds = DocumentKind.ENGLISH.label, DocumentKind.EQUIVALENCE.label
    return _files(application, dict(zip(kinds, (row.certificate, row.equivalence), strict=True))) if row else []
