"""Applications of the demo world: filled in, confirmed and decided by the actions behind the pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from applications import actions, queries
from applications.models import Application
from applications.states import DocumentVerdict, Part, QualificationFramework, QualificationKind, RuleOutcome
from ctts.accounts.models import User
from ctts.accounts.states import AuthenticationEvent, AuthenticationMethod
from ctts.common.clock import london_date
from ctts.demo.papers import pdf_of, phone_photo
from ctts.demo.world.machine import SOON, check_file, make_letter
from ctts.demo.world.people import Town, supervisor_of
from ctts.demo.world.ways import Way
from ctts.documents.actions import store
from ctts.documents.models import Document
from ctts.documents.proving import ProvenFile, prove
from ctts.scheme import actions as scheme
from ctts.scheme.models import Competency, CompetencyItem, Scope

CERTIFICATES = [
    ["University of the Eastern Moors", "Certificate of Higher Education", "Applied Physics", "FHEQ level 4, complete"],
    ["Modules", "Physics 71", "Mathematics 64", "Human biology 68", "Electronics 66"],
    ["Statement of results", "A level Physics: B", "A level Mathematics: C", "A level Biology: B"],
]
ORDER = [["Purchase order", "Training fee, one trainee, two years", "Net 2,500.00 GBP", "VAT 500.00 GBP"]]

OBJECTS = {"amy": "colm"}  # applicant → the Training Co-ordinator who objects
ADJUSTED = {"amy": "I am dyslexic. Extra time to read in assessments helps me.", "ari": "I use a screen magnifier."}


@dataclass(frozen=True)
class Newcomer:
    """Somebody who applies: first name, full name, centre code, scope code, and how far they have come.

    `reaches` is a state of an application, or the stage of a trainee (`trainee.py`). `whole`: they chose every
    competency of their scope, and not only as many as cover it.
    """

    first: str
    name: str
    centre: str
    scope: str
    reaches: str
    whole: bool = False


MISSING_PAGE = "Only the first page is there. Please attach both pages of the certificate."
NOTE = "Rang the centre: the original of the purchase order is on its way."

PAPERS: dict[str, Callable[[], bytes]] = {
    "certificates.pdf": lambda: pdf_of(CERTIFICATES),
    "english.jpg": lambda: phone_photo(),
    "purchase-order.pdf": lambda: pdf_of(ORDER),
}


@cache
def paper(kind: str) -> ProvenFile:
    """A file as an applicant uploads it, opened and cleaned once; the same content serves many."""
    return prove(name=kind, chunks=[PAPERS[kind]()])


def hand_over(person: User, kind: str, purpose: str, now: datetime) -> Document:
    """Upload one of the papers as `person`; the worker has checked it a minute later."""
    return check_file(store(upload=paper(kind), owner=person, by=person, now=now, purpose=purpose), now)


def key_of(*parts: object) -> UUID:
    """An idempotency key that is the same for the same thing."""
    return uuid5(NAMESPACE_URL, ":".join(map(str, parts)))


def apply(town: Town, who: Newcomer, now: datetime) -> Way:
    """Let a newcomer apply from `now` on, as far as `who.reaches` says; each step some hours or days after the last."""
    yield now
    person = town.people[who.first]
    application = actions.start_application(by=person, now=now)
    if who.reaches == "started":
        return
    yield (at := now + timedelta(hours=1))
    _fill(town, who, person, application, at)
    if who.reaches == "draft":
        return
    yield (at := now + timedelta(hours=3))
    actions.ask_supervisor(by=person, now=at, application_id=application.pk)
    if who.reaches == "awaiting_supervisor":
        yield (at := now + timedelta(days=8))
        actions.chase(by=town.people["olive"], now=at, application_id=application.pk, seen_state=who.reaches)
        return
    yield (at := now + timedelta(days=1))
    _confirm(application, town.people[supervisor_of(who.first, who.centre)], at)
    if who.reaches == "received":
        if by := OBJECTS.get(who.first):
            yield (at := now + timedelta(days=2))
            _object(application, town.people[by], at)
        return
    yield (at := now + timedelta(days=3))
    actions.claim(by=town.people["olive"], now=at, application_id=application.pk, seen_holder=None)
    if who.reaches == "in_review":
        olive, key = town.people["olive"], key_of("note", application.pk)
        actions.write_note(by=olive, now=at + SOON, application_id=application.pk, key=key, text=NOTE)
        yield (at := now + timedelta(days=3, hours=3))
        points = [(Part.PERSONAL, "Is this your own telephone?"), (Part.PLAN, "Who leads the rotation in month four?")]
        actions.ask_information(by=olive, now=at, application_id=application.pk, points=points)
        yield (at := now + timedelta(days=3, hours=20))
        _reply(person, application, at)
    else:
        yield (at := now + timedelta(days=4))
        _decide(town, who, application, at)
        for decision in application.decisions.all():
            make_letter(decision, at + SOON)


def _fill(town: Town, who: Newcomer, person: User, application: Application, now: datetime) -> None:
    pk, by = application.pk, person
    centre = town.centres[who.centre]
    employment = {
        "centre": centre,
        "employed_there": True,
        "job_title": "Assistant Technologist",
        "department": "Medical Physics and Clinical Engineering",
        "employed_since_on": date(now.year - 1, 9, 1),
        "experience": "A year of assisting with daily checks, preparing rooms and keeping equipment records.",
    }
    actions.save_details(by=by, now=now, application_id=pk, part=Part.PERSONAL, values=_personal(person, now))
    actions.save_details(by=by, now=now, application_id=pk, part=Part.EMPLOYMENT, values=employment)
    supervisor = town.people[supervisor_of(who.first, who.centre)]
    actions.name_supervisor(by=by, now=now, application_id=pk, name=supervisor.full_name, email=supervisor.email)
    _qualifications(person, application, now)
    _english_and_order(person, application, now)
    _list_and_plan(town, who, person, application, now)
    words = ADJUSTED.get(who.first, "")
    adjustments: dict[str, Any] = {"key": key_of(pk, "adjustments"), "wanted": bool(words), "reason": words}
    actions.save_adjustments(by=by, now=now, application_id=pk, **adjustments)
    actions.declare(by=by, now=now, application_id=pk, version=queries.words_to_declare().version)


def _personal(person: User, now: datetime) -> dict[str, Any]:
    return {
        "legal_name": person.full_name,
        "certificate_name": person.full_name,
        "date_of_birth_on": date(now.year - 24, 3, 14),
        "telephone": "0113 496 0000",
        "address": "1 Sample Street\nExampleton",
        "postcode": "EX1 1MP",
    }


def _qualifications(person: User, application: Application, now: datetime) -> None:
    scan = hand_over(person, "certificates.pdf", "applications.qualification", now)  # one file shows both
    degree = {
        "kind": QualificationKind.HIGHER_EDUCATION,
        "title": "Certificate of Higher Education",
        "subject": "Applied Physics",
        "institution": "University of the Eastern Moors",
        "framework": QualificationFramework.FHEQ,
        "framework_level": 4,
        "fheq_level": 4,
        "complete": True,
        "relevant": True,
        "certificate": scan,
    }
    a_levels = {
        "kind": QualificationKind.A_LEVEL,
        "title": "Three A levels",
        "subject": "Physics, Mathematics, Biology",
        "institution": "Moorside College",
        "framework": QualificationFramework.RQF,
        "framework_level": 3,
        "a_levels": 3,
        "science": True,
        "complete": True,
        "certificate": scan,
    }
    for name, values in (("degree", degree), ("a-levels", a_levels)):
        key = key_of(application.pk, name)
        actions.add_qualification(by=person, now=now, application_id=application.pk, key=key, values=values)


def _english_and_order(person: User, application: Application, now: datetime) -> None:
    english = {
        "first_language_english": True,
        "qualification_title": "GCSE English Language",
        "qualification_level": 2,
        "gcse_grade": "6",
        "certificate": hand_over(person, "english.jpg", "applications.english", now),
    }
    actions.save_english(by=person, now=now, application_id=application.pk, values=english)
    fee = application.intake.fee_gross_pence or 0
    net = application.intake.fee_net_pence or 0
    order = {
        "number": f"4500-{application.pk:05}",
        "issuer": "Procurement",
        "net_pence": net,
        "vat_pence": fee - net,
        "gross_pence": fee,
    }
    actions.enter_purchase_order(
        by=person,
        now=now,
        application_id=application.pk,
        key=key_of(application.pk, "order"),
        document=hand_over(person, "purchase-order.pdf", "applications.purchase_order", now),
        values=order,
    )


def _list_and_plan(town: Town, who: Newcomer, person: User, application: Application, now: datetime) -> None:
    scope = Scope.objects.get(code=who.scope)
    chosen = actions.use_list(by=person, now=now, application_id=application.pk, scope=scope)
    ids = _chosen(town, chosen.framework_id, whole=who.whole)
    scheme.choose_competencies(by=person, now=now, list_id=chosen.pk, competency_ids=ids)
    items = list(CompetencyItem.objects.filter(list=chosen).order_by("position"))
    rows = {
        item.pk: {
            "how": "Supervised practice, then alone with review of the record",
            "where": "The department",
            "with_whom": "The Training Supervisor",
            "by_month": 2 + 20 * place // len(items),
        }
        for place, item in enumerate(items)
    }
    scheme.save_plan_rows(by=person, now=now, list_id=chosen.pk, rows=rows)
    level_six = (
        "Two improvement projects with literature, an audit with statistics, and a teaching session each half-year."
    )
    scheme.save_plan(by=person, now=now, list_id=chosen.pk, summary="Rotations of three months.", level_six=level_six)


def _chosen(town: Town, framework_id: int, *, whole: bool) -> list[int]:
    """All competencies of a framework, or as few as cover every task of it, which most people of the world take."""
    key = (framework_id, whole)
    if key not in town.lists:
        town.lists[key] = _covering(framework_id, whole=whole)
    return town.lists[key]


def _covering(framework_id: int, *, whole: bool) -> list[int]:
    chosen: list[int] = []
    covered: set[int] = set()
    for competency in Competency.objects.filter(framework=framework_id).prefetch_related("tasks").order_by("pk"):
        tasks = {task.pk for task in competency.tasks.all()}
        if whole or tasks - covered:
            chosen.append(competency.pk)
            covered |= tasks
    return chosen


def _confirm(application: Application, supervisor: User, now: datetime) -> None:
    application.refresh_from_db()
    actions.confirm_support(
        by=supervisor,
        now=now,
        application_id=application.pk,
        level_six="The projects and the audit are assessed against FHEQ level 6 descriptors with the university.",
        seen=queries.shown_digest(application),
        authentication=AuthenticationEvent(at=now, method=AuthenticationMethod.CODE),
    )


def _object(application: Application, by: User, now: datetime) -> None:
    """The Training Co-ordinator says what speaks against an application."""
    words = "The department moves in spring. I doubt that there is room for a trainee before summer."
    key = key_of("objection", application.pk)
    actions.object_to(by=by, now=now, application_id=application.pk, key=key, text=words)


def _reply(person: User, application: Application, now: datetime) -> None:
    """The applicant corrects what the office asked about, and answers each point."""
    given: dict[str, Any] = {"by": person, "now": now, "application_id": application.pk}
    personal = {**_personal(person, now), "telephone": "07700 900461"}
    actions.save_details(**given, part=Part.PERSONAL, values=personal)
    said = ["No, it was the department's. Mine is there now.", "The deputy head of Nuclear Medicine, as the plan says."]
    points = application.information_requests.latest("asked_at").points.all()
    actions.answer_information(**given, answers={point.pk: words for point, words in zip(points, said, strict=True)})


def _reject_certificate(application: Application, given: dict[str, Any]) -> None:
    """The office accepts every file but the first certificate, of which a page is missing."""
    for place, slot in enumerate(queries.slots_of(queries.Given(application))):
        of_file: dict[str, Any] = {"slot": slot.name, "document_id": slot.document.pk, "seen": ""}
        if place:
            of_file["verdict"] = DocumentVerdict.ACCEPTED
        else:
            of_file |= {"verdict": DocumentVerdict.REJECTED, "reason": MISSING_PAGE}
        actions.check_document(**given, key=key_of(application.pk, slot.name), **of_file)


def _decide(town: Town, who: Newcomer, application: Application, now: datetime) -> None:
    """What the office does with an application in review; whoever is to be a trainee is accepted."""
    given: dict[str, Any] = {"by": town.people["olive"], "now": now, "application_id": application.pk}
    if who.reaches == "information_requested":
        _reject_certificate(application, given)
        actions.ask_information(**given, points=queries.points_to_begin_with(application, london_date(now)))
    elif who.reaches == "declined":
        actions.decline(**given, reasons="The post ends before the training would.", hold=True)
    elif who.reaches == "deferred":
        actions.defer(**given, reasons="The purchase order comes in the next year.")
    elif who.reaches == "withdrawn":
        actions.withdraw(**(given | {"by": town.people[who.first]}), reason="I have another post.")
    else:
        key, met = key_of(application.pk, "A3h"), RuleOutcome.MET
        actions.find(**given, key=key, rule="A3h", outcome=met, seen="", remark="Convincing.")
        actions.accept(**given)
