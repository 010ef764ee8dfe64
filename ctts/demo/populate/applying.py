"""How a populated trainee came in: account, competency list and plan, application, decision (A1 to A6, S3)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import models

from applications import queries as applications
from applications.actions import SUPPORT
from applications.models import (
    Application,
    Decision,
    DecisionLetter,
    Declaration,
    EnglishEvidence,
    Finding,
    PurchaseOrder,
    Qualification,
    Receipt,
    SupervisorAnswer,
)
from applications.queries.parts import COLUMNS, ENGLISH, ORDER, QUALIFICATION
from applications.states import (
    ApplicationState,
    DecisionKind,
    Part,
    PurchaseOrderState,
    QualificationFramework,
    QualificationKind,
    RuleOutcome,
)
from ctts.common.digest import sha256
from ctts.demo.populate.corpus import paragraph
from ctts.demo.populate.course import Course, Item, at, signed
from ctts.demo.populate.ground import PLAN, WITH_WHOM, Person
from ctts.demo.populate.staff import enter_person, grant
from ctts.documents.models import Document
from ctts.documents.states import DocumentState, MalwareResult, MediaType, Origin
from ctts.organisations.states import Role
from ctts.scheme.models import CompetencyItem, CompetencyItemTask, CompetencyList, PlanOutline, PlanOutlineRow
from training.models import PlanItem

SUMMARY = "Rotations of three months."
LEVEL_SIX = "Two improvement projects with literature, an audit with statistics, and a teaching session each half-year."
APPLICANT, SUPERVISOR, OFFICE = "applicant", "supervisor", "office"


def apply(course: Course) -> None:
    """Everything up to the day before enrolment, by hand of the people whose steps these are."""
    started = at(course.intake.opens_on + timedelta(days=course.rng.randrange(20, 140)), 10)
    course.person, course.chain = enter_person(course.sheets, course.name, course.email, course.staff.password, started)
    grant(course.sheets, course.office, course.person, Role.EMPLOYEE, course.centre.pk, started)
    course.application = course.sheets.key(Application)
    content = _list(course, started)
    parts = _parts(course, started)
    answered = started + timedelta(days=3)
    digest = _shown_digest(course, content, parts)
    _answer(course, digest, answered)
    _decide(course, answered)
    _store(course, parts, started, answered)
    _log(course, started, answered)


def accepted_at(received: datetime) -> datetime:
    """The office decides ten days after receipt."""
    return received + timedelta(days=10)


# --- list and plan ---


def _list(course: Course, started: datetime) -> dict[str, Any]:
    """The whole framework as the trainee's own list with its plan, handed in; its content as it is signed."""
    sheets, scope = course.sheets, course.scope
    course.list_id = sheets.key(CompetencyList)
    for competency in scope.competencies:
        item = sheets.add(CompetencyItem, list_id=course.list_id, **competency.columns())
        for task in competency.task_ids:
            sheets.add(CompetencyItemTask, item_id=item, task_id=task)
        sheets.add(PlanOutlineRow, item_id=item, with_whom=WITH_WHOM, by_month=competency.by_month, **PLAN)
        course.items.append(Item(sheets.key(PlanItem), item, competency))
    sheets.add(PlanOutline, list_id=course.list_id, summary=SUMMARY, level_six=LEVEL_SIX)
    content = {
        "framework": scope.framework_id,
        "version": 1,
        "summary": SUMMARY,
        "level_six": LEVEL_SIX,
        "items": [competency.content() for competency in scope.competencies],
    }
    frozen = started + timedelta(days=2)
    sheets.add(
        CompetencyList,
        id=course.list_id,
        person_id=course.person,
        framework_id=scope.framework_id,
        version=1,
        made_at=started,
        frozen_at=frozen,
        sha256=sha256(content),
    )
    course.log("scheme.list.frozen", frozen, CompetencyList, course.list_id, course.trainee)
    return content


# --- the parts of the form ---


def _parts(course: Course, started: datetime) -> dict[Part, dict[str, Any]]:
    """What the applicant typed, part by part, with the keys of the rows."""
    personal = {
        "legal_name": course.name,
        "certificate_name": course.name,
        "date_of_birth_on": date(started.year - 24, 1 + course.number % 12, 1 + course.number % 28),
        "telephone": f"0113 496 {course.number % 10_000:04}",
        "address": f"{1 + course.number % 90} Sample Street\nExampleton",
        "postcode": "EX1 1MP",
    }
    employment = {
        "centre_id": course.centre.pk,
        "employed_there": True,
        "job_title": "Assistant Technologist",
        "department": "Medical Physics and Clinical Engineering",
        "employed_since_on": date(started.year - 1, 9, 1),
        "experience": paragraph(course.rng, 2),
    }
    english = {
        "first_language_english": True,
        "qualification_title": "GCSE English Language",
        "qualification_level": 2,
        "gcse_grade": "6",
        "certificate_id": _paper(course, "applications.english", started),
    }
    return {
        Part.PERSONAL: personal,
        Part.EMPLOYMENT: employment,
        Part.QUALIFICATIONS: {"rows": [_degree(course, started), _a_levels(course, started)]},
        Part.ENGLISH: english,
        Part.PURCHASE_ORDER: _order(course, started),
    }


def _order(course: Course, started: datetime) -> dict[str, Any]:
    return {
        "id": course.sheets.key(PurchaseOrder),
        "number": f"4500-{course.application:06}",
        "issuer": "Procurement",
        "net_pence": course.intake.net_pence,
        "vat_pence": course.intake.fee_pence - course.intake.net_pence,
        "gross_pence": course.intake.fee_pence,
        "document_id": _paper(course, "applications.purchase_order", started),
    }


def _degree(course: Course, started: datetime) -> dict[str, Any]:
    return {
        "id": course.sheets.key(Qualification),
        "kind": str(QualificationKind.HIGHER_EDUCATION),
        "title": "Certificate of Higher Education",
        "subject": "Applied Physics",
        "institution": "University of the Eastern Moors",
        "framework": str(QualificationFramework.FHEQ),
        "framework_level": 4,
        "fheq_level": 4,
        "a_levels": 0,
        "complete": True,
        "science": False,
        "certificate_id": _paper(course, "applications.qualification", started),
    }


def _a_levels(course: Course, started: datetime) -> dict[str, Any]:
    return {
        "id": course.sheets.key(Qualification),
        "kind": str(QualificationKind.A_LEVEL),
        "title": "Three A levels",
        "subject": "Physics, Mathematics, Biology",
        "institution": "Moorside College",
        "framework": str(QualificationFramework.RQF),
        "framework_level": 3,
        "a_levels": 3,
        "complete": True,
        "science": True,
        "certificate_id": _paper(course, "applications.qualification", started),
    }


def _paper(course: Course, purpose: str, on: datetime, origin: Origin = Origin.UPLOADED) -> int:
    paper = course.ground.paper
    return course.sheets.add(
        Document,
        sha256=paper.sha256,
        size=paper.size,
        media_type=str(MediaType.PDF),
        original_name="Paper.pdf",
        pages=1,
        origin=str(origin),
        purpose=purpose,
        owner_id=course.person,
        uploaded_by_id=course.person if origin == Origin.UPLOADED else None,
        uploaded_at=on,
        state=str(DocumentState.CHECKED),
        malware=str(MalwareResult.NOT_SCANNED),
        checked_at=on,
    )


def _shown_digest(course: Course, content: dict[str, Any], parts: dict[Part, dict[str, Any]]) -> str:
    """What the supervisor confirms, as `applications.queries.shown_digest` names it."""
    rows = [{"pk": row["id"], **_words(row, QUALIFICATION)} for row in parts[Part.QUALIFICATIONS]["rows"]]
    order = parts[Part.PURCHASE_ORDER]
    return sha256(
        {
            "application": course.application,
            "applicant": course.person,
            "scope": course.scope.scope_id,
            "list": {name: value for name, value in content.items() if name != "version"},
            str(Part.PERSONAL): _words(parts[Part.PERSONAL], COLUMNS[Part.PERSONAL]),
            str(Part.EMPLOYMENT): _words(parts[Part.EMPLOYMENT], COLUMNS[Part.EMPLOYMENT]),
            str(Part.QUALIFICATIONS): {"rows": rows},
            str(Part.ENGLISH): _words(parts[Part.ENGLISH], ENGLISH),
            str(Part.PURCHASE_ORDER): {"pk": order["id"], **_words(order, ORDER)},
        }
    )


def _words(values: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    found = {name: values.get(name) for name in names}
    return {name: value if isinstance(value, (int, bool, date)) else str(value or "") for name, value in found.items()}


# --- facts ---


def _answer(course: Course, digest: str, on: datetime) -> None:
    columns = signed(course.supervisor, "Training Supervisor", "confirmed", SUPPORT, digest, on)
    level_six = "The projects and the audit are assessed against FHEQ level 6 descriptors with the university."
    course.sheets.add(SupervisorAnswer, application_id=course.application, level_six=level_six, **columns)
    course.sheets.add(Receipt, application_id=course.application, received_at=on, intake_id=course.intake.pk)


def _decide(course: Course, received: datetime) -> None:
    office, sheets = course.ground.office[0], course.sheets
    accepted = accepted_at(received)
    sheets.add(
        Finding,
        application_id=course.application,
        rule="A3h",
        outcome=str(RuleOutcome.MET),
        computed=str(RuleOutcome.NEEDS_PERSON),
        note="Convincing.",
        found_at=accepted,
        found_by_id=office.pk,
        key=course.key(),
    )
    decision = sheets.add(
        Decision,
        application_id=course.application,
        kind=str(DecisionKind.ACCEPT),
        intake_id=course.intake.pk,
        decided_at=accepted,
        decided_by_id=office.pk,
    )
    letter = _paper(course, "applications.decision_letter", accepted, Origin.MADE)
    sheets.add(DecisionLetter, decision_id=decision, document_id=letter, made_at=accepted)


def _store(course: Course, parts: dict[Part, dict[str, Any]], started: datetime, received: datetime) -> None:
    sheets, keys = course.sheets, {"application_id": course.application}
    office, supervisor = course.ground.office[0], course.supervisor
    sheets.add(
        Application,
        id=course.application,
        applicant_id=course.person,
        intake_id=course.intake.pk,
        state=str(ApplicationState.ENROLLED),
        started_at=started,
        **parts[Part.PERSONAL],
        **parts[Part.EMPLOYMENT],
        scope_id=course.scope.scope_id,
        supervisor_name=supervisor.name,
        supervisor_email=supervisor.email,
        supervisor_id=supervisor.pk,
        competency_list_id=course.list_id,
        wants_adjustments=False,
        received_at=received,
        counts_from=received,
        claimed_by_id=office.pk,
        claimed_at=received + timedelta(days=2),
    )
    for row in parts[Part.QUALIFICATIONS]["rows"]:
        relevant = True if row["kind"] == QualificationKind.HIGHER_EDUCATION else None
        sheets.add(Qualification, key=course.key(), relevant=relevant, **keys, **row)
    sheets.add(EnglishEvidence, **keys, **parts[Part.ENGLISH])
    entered = {"state": str(PurchaseOrderState.VERIFIED), "entered_at": started, "entered_by_id": course.person}
    sheets.add(PurchaseOrder, key=course.key(), **keys, **entered, **parts[Part.PURCHASE_ORDER])
    words = applications.words_to_declare()
    declared = {"version": words.version, "text_sha256": words.sha256, "declared_by_id": course.person}
    sheets.add(Declaration, declared_at=started + timedelta(days=1), **keys, **declared)


def _log(course: Course, started: datetime, received: datetime) -> None:
    """The steps of A6 on the audit, each by whose it is."""
    me, supervisor, office = course.trainee, course.supervisor, course.ground.office[0]
    steps: list[tuple[str, datetime, Person | None, str, str, str]] = [
        ("ask_supervisor", received - timedelta(days=1), me, APPLICANT, "draft", "awaiting_supervisor"),
        ("confirm", received, supervisor, SUPERVISOR, "awaiting_supervisor", "received"),
        ("start_review", received + timedelta(days=2), office, OFFICE, "received", "in_review"),
        ("accept", accepted_at(received), office, OFFICE, "in_review", "accepted"),
        ("enrol", at(course.start_on, 6), None, "calendar", "accepted", "enrolled"),
    ]
    about: type[models.Model] = Application
    course.log("applications.application.started", started, about, course.application, me, APPLICANT)
    for step, on, by, role, before, after in steps:
        name = f"applications.application.{step}"
        course.log(name, on, about, course.application, by, role, {"state": before}, state=after)
