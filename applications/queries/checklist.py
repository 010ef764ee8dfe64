"""The checklist of an application's files: each in its place, with its earlier versions and what was found (A2, A4)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from applications.models import (
    Application,
    DocumentCheck,
    EnglishEvidence,
    ListedDocument,
    PurchaseOrder,
    Qualification,
)
from applications.queries.given import Given
from applications.states import DocumentKind, DocumentVerdict, Part
from ctts.documents.models import Document

Evidence: TypeAlias = Qualification | EnglishEvidence | PurchaseOrder
SLOTS = {
    "applications.certificate": "certificate",
    "applications.enic_statement": "enic",
    "applications.english_certificate": "english",
    "applications.english_equivalence": "equivalence",
    "applications.purchase_order": "purchase-order",
}
"""What a file is for → the place of the form in which it lies."""
OF_A_QUALIFICATION = {"certificate", "enic"}


@dataclass(frozen=True, slots=True)
class Slot:
    """A place of the form in which a file lies now: its name for the database, what it is, of what, and the file."""

    name: str
    kind: DocumentKind
    what: str
    document: Document

    @property
    def title(self) -> str:
        """In words: "Certificate, BSc in Physics"."""
        return f"{self.kind.label}, {self.what}" if self.what else self.kind.label


@dataclass(frozen=True, slots=True)
class Version:
    """An earlier file of a place, when it was handed in, and what was found of it."""

    document: Document
    listed_at: datetime
    check: DocumentCheck | None


@dataclass(frozen=True, slots=True)
class ChecklistRow:
    """A place of the form on the office's checklist: the file that lies there now, its check, and those before."""

    slot: Slot
    checks: tuple[DocumentCheck, ...]  # of this very file, the newest first
    earlier: tuple[Version, ...]  # the newest first

    @property
    def check(self) -> DocumentCheck | None:
        """What was found last of this file; None while nobody looked."""
        return next(iter(self.checks), None)

    @property
    def number(self) -> int:
        """Which version of the file this is, the first being 1."""
        return len(self.earlier) + 1

    @property
    def rejected(self) -> bool:
        """Whether this very file was rejected, which stands against acceptance."""
        return self.check is not None and self.check.verdict == DocumentVerdict.REJECTED


def slots_of(given: Given) -> list[Slot]:
    """Every file of the form in its place, in the order of the parts; a place without a file is none (A2)."""
    return list(_slots(given))


def _slots(given: Given) -> Iterator[Slot]:
    for name, kind, row, column in places_of(given.qualifications, given.english, given.order):
        yield Slot(name, kind, _what(row), getattr(row, column))


def _what(row: Evidence) -> str:
    """What a file belongs to, in words."""
    if isinstance(row, EnglishEvidence):
        return row.test_name or row.get_test_display()
    return row.number if isinstance(row, PurchaseOrder) else str(row)


def places_of(
    qualifications: Iterable[Qualification], english: EnglishEvidence | None, order: PurchaseOrder | None
) -> Iterator[tuple[str, DocumentKind, Evidence, str]]:
    """Every place of the form in which a file lies: its name for the database, what it is, its row and column (A2)."""
    found: list[tuple[str, DocumentKind, Evidence, str]] = []
    for row in qualifications:
        found.append((f"certificate-{row.pk}", DocumentKind.CERTIFICATE, row, "certificate"))
        found.append((f"enic-{row.pk}", DocumentKind.ENIC, row, "enic_statement"))
    if english is not None:
        found.append(("english", DocumentKind.ENGLISH, english, "certificate"))
        found.append(("equivalence", DocumentKind.EQUIVALENCE, english, "equivalence"))
    if order is not None:
        found.append(("purchase-order", DocumentKind.PURCHASE_ORDER, order, "document"))
    return (each for each in found if getattr(each[2], f"{each[3]}_id") is not None)


def checklist_of(application: Application, given: Given, *, told_by: datetime | None = None) -> list[ChecklistRow]:
    """Every file with its newest check and its earlier versions; two queries more than `given`.

    `told_by`: only checks up to then, for the applicant, who hears of them with a request or a decision.
    """
    listed = list(application.listed_documents.select_related("document"))
    checks = _by_file(application.document_checks.select_related("checked_by"), told_by)
    return [_row(slot, listed, checks) for slot in slots_of(given)]


def _by_file(checks: Iterable[DocumentCheck], told_by: datetime | None) -> dict[tuple[str, int], list[DocumentCheck]]:
    """The checks of each file in its place, the newest first."""
    found: dict[tuple[str, int], list[DocumentCheck]] = {}
    for check in checks:
        if told_by is None or check.checked_at <= told_by:
            found.setdefault((check.slot, check.document_id), []).append(check)
    return found


def _row(
    slot: Slot, listed: Sequence[ListedDocument], checks: dict[tuple[str, int], list[DocumentCheck]]
) -> ChecklistRow:
    mine = tuple(checks.get((slot.name, slot.document.pk), []))
    earlier = [row for row in listed if row.slot == slot.name and row.document_id != slot.document.pk]
    versions = (
        Version(row.document, row.listed_at, next(iter(checks.get((row.slot, row.document_id), [])), None))
        for row in reversed(earlier)
    )
    return ChecklistRow(slot, mine, tuple(versions))


def told_by(application: Application) -> datetime | None:
    """Until when the applicant has heard what was found of the files: the newest request, or decision whose letter is
    not on hold; None before.
    """
    asked = application.information_requests.values_list("asked_at", flat=True).first()
    told = application.decisions.filter(letter__hold=False)
    decided = told.values_list("decided_at", flat=True).first()
    return max((at for at in (asked, decided) if at is not None), default=None)


def checklist_for_applicant(application: Application, given: Given) -> list[ChecklistRow]:
    """What the applicant hears of the files: nothing before the office has asked or decided (A4)."""
    until = told_by(application)
    return checklist_of(application, given, told_by=until) if until else []


def rejected_of(application: Application, given: Given | None = None) -> list[ChecklistRow]:
    """The files in the form that were rejected, each of which stands against acceptance (A4)."""
    return [row for row in checklist_of(application, given or Given(application)) if row.rejected]


def points_for_rejected(application: Application) -> list[tuple[Part, str]]:
    """What to ask the applicant about the files that were rejected: the part of each, and words to begin with."""
    return [
        (row.slot.kind.part, f"{row.slot.title} ({row.slot.document.original_name}): {row.check.reason}")
        for row in rejected_of(application)
        if row.check
    ]


def was_handed_in(application: Application, slot: str, document_id: int) -> bool:
    """Whether this very file lies, or lay once when it was handed in, in this place of the form."""
    if application.listed_documents.filter(slot=slot, document=document_id).exists():
        return True
    return any((place.name, place.document.pk) == (slot, document_id) for place in slots_of(Given(application)))


def newest_check(application: Application, slot: str, document_id: int) -> DocumentCheck | None:
    """What was found last of a file in its place."""
    return application.document_checks.filter(slot=slot, document=document_id).first()


def slot_named(purpose: str, qualification_id: int | None = None) -> str:
    """The place of the form in which a file of this purpose lies ("applications.enic_statement": "enic-12"); empty for
    that of a qualification which is not saved yet, and for what is for none (A2)."""
    name = SLOTS.get(purpose, "")
    if name not in OF_A_QUALIFICATION:
        return name
    return f"{name}-{qualification_id}" if qualification_id is not None else ""


def rejection_of_content(application: Application, slot: str, hashes: Collection[str]) -> DocumentCheck | None:
    """The rejection of a file with one of these contents in its place; None when the last word on it there was another
    or nobody looked (A4)."""
    check = application.document_checks.filter(slot=slot, document__sha256__in=hashes).first()
    return check if check is not None and check.verdict == DocumentVerdict.REJECTED else None


def check_version(check: DocumentCheck | None) -> str:
    """What a page sends back of the check that it showed; empty where there was none (quality rule 2)."""
    return str(check.pk) if check else ""
