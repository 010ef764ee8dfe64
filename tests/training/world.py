"""Two trainees at two centres, enrolled by the actions that pages call, so that every refusal has something to leak."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db.models import Model
from django.test import Client

from applications import actions as applications
from applications import declaration
from applications.models import Application, Decision
from applications.queries import entry_results, shown_digest
from applications.rules import ENTRY_RULES
from applications.states import ApplicationState, Part, QualificationKind, RuleOutcome
from ctts.accounts.access import note_authentication
from ctts.accounts.actions import give_second_factor
from ctts.accounts.models import User
from ctts.accounts.states import AuthenticationEvent, AuthenticationMethod
from ctts.audit.models import AuditEvent
from ctts.common import clock
from ctts.common.clock import london_date
from ctts.documents import actions as documents
from ctts.documents.models import Document, DocumentText
from ctts.documents.proving import ProvenFile
from ctts.documents.states import MediaType
from ctts.scheme import actions as scheme
from ctts.scheme.models import Competency, Framework, Handbook, Intake
from ctts.scheme.states import EventKind
from tests.cast import START, Cast, at, make_cast
from tests.make import open_intake, published_framework
from training import actions, queries
from training.actions import Content, Signing
from training.models import Evidence, PlanItem, SignOff, TrainingRecord
from training.states import EvidenceKind

APPLIED, ACCEPTED = at(2026, 2, 2), at(2026, 3, 20)
ENROLLED = at(2026, 4, 1, 6)
NOW = at(2026, 6, 1, 10)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
GOOD = Path(__file__).resolve().parents[1] / "files" / "good"


def authentication(now: datetime) -> AuthenticationEvent:
    """The signer has just proved who they are."""
    return AuthenticationEvent(at=now, method=AuthenticationMethod.PASSWORD)


def kept_file(
    by: User, now: datetime, name: str = "purchase-order.pdf", *, checked: bool = True, text: str = "", mark: str = ""
) -> Document:
    """A sample PDF of somebody, checked by nobody but said to be so; `mark` makes its content another."""
    document = documents.store(upload=upload(name, mark), owner=by, by=by, now=now, purpose="tests.sample")
    if checked:
        settle(document, now, text)
    return document


def upload(name: str = "purchase-order.pdf", mark: str = "") -> ProvenFile:
    """A sample as the field of a form gives it; `mark` makes its content another."""
    content = (GOOD / name).read_bytes() + mark.encode()
    return ProvenFile(content=content, media_type=MediaType.PDF, name=name, pages=1)


def settle(document: Document, now: datetime, text: str = "") -> None:
    """What the worker finds out about a harmless file: its words."""
    rows = Document.objects.filter(pk=document.pk)
    rows.update(state="checked", malware="clean", checked_at=now)
    DocumentText.objects.update_or_create(document=document, defaults={"text": text, "read_at": now})


def handbook(version: str = "2026") -> Handbook:
    """A version of the scheme handbook."""
    sent = {"content": b"%PDF-1.7", "name": "handbook.pdf", "media_type": MediaType.PDF, "purpose": "scheme.handbook"}
    document = documents.store_bytes(owner=None, by=None, now=START, **sent)
    return scheme.publish_handbook(by=None, now=START, version=version, document=document)


def april() -> Intake:
    """The intake of April 2026, open, with its induction day in May."""
    intake = open_intake(2026, 4)
    scheme.add_event(
        by=None,
        now=START,
        kind=EventKind.INDUCTION,
        title="Induction day",
        starts_at=at(2026, 5, 15, 9),
        ends_at=at(2026, 5, 15, 15),
        joining="Online; the address comes a week before.",
        intake=intake,
    )
    return intake


def _choose(application: Application, framework: Framework, many: int, now: datetime) -> None:
    """The list of competencies with its plan."""
    applicant = application.applicant
    chosen = applications.use_list(by=applicant, now=now, application_id=application.pk, scope=framework.scope)
    ids = Competency.objects.filter(framework=framework).order_by("position").values_list("pk", flat=True)[:many]
    scheme.choose_competencies(by=applicant, now=now, list_id=chosen.pk, competency_ids=list(ids))
    plan = {"how": "Observed, then supervised practice", "where": "Department", "with_whom": "S. Patel"}
    months = itertools.cycle(range(1, 25))
    rows = {item: {**plan, "by_month": next(months)} for item in chosen.items.values_list("pk", flat=True)}
    scheme.save_plan_rows(by=applicant, now=now, list_id=chosen.pk, rows=rows)
    scheme.save_plan(by=applicant, now=now, list_id=chosen.pk, summary="Two years", level_six="Modules at level 6.")


PERSONAL = {
    "date_of_birth_on": date(2000, 2, 29),
    "telephone": "0113 496 0000",
    "address": "1 Example Street, Leeds",
    "postcode": "LS1 1AA",
}
DEGREE = {
    "kind": QualificationKind.HIGHER_EDUCATION,
    "title": "BSc",
    "subject": "Physics",
    "institution": "Leeds",
    "framework_level": 6,
    "fheq_level": 6,
    "complete": True,
}
MONEY = {"number": "PO1", "issuer": "Trust", "net_pence": 250_000, "vat_pence": 50_000, "gross_pence": 300_000}


def _fill(application: Application, supervisor: User, now: datetime) -> None:
    """Everything else that a complete application has."""
    applicant = application.applicant
    given = {"by": applicant, "now": now, "application_id": application.pk}
    names = {"legal_name": applicant.full_name, "certificate_name": applicant.full_name}
    applications.save_details(part=Part.PERSONAL, values={**names, **PERSONAL}, **given)
    applications.name_supervisor(name=supervisor.full_name, email=supervisor.email, **given)
    paper = kept_file(applicant, now)
    applications.add_qualification(key=uuid4(), values={**DEGREE, "certificate": paper}, **given)
    english = {"first_language_english": True, "qualification_level": 2, "gcse_grade": "6", "certificate": paper}
    applications.save_english(values=english, **given)
    applications.enter_purchase_order(key=uuid4(), document=paper, values=MONEY, **given)
    applications.save_adjustments(key=uuid4(), wanted=False, **given)
    applications.declare(version=declaration.version_in_force(), **given)


def handed_in(
    cast: Cast, applicant: User, supervisor: User, framework: Framework, many: int = 6, applied: datetime = APPLIED
) -> Application:
    """An application that its supervisor has confirmed at `applied`; the list has `many` competencies."""
    application = applications.start_application(by=applicant, now=applied)
    centre = cast.leeds if framework.scope.code == "NM" else cast.bristol
    work = {
        "centre": centre,
        "employed_there": True,
        "job_title": "Technologist",
        "department": "Physics",
        "employed_since_on": date(2025, 9, 1),
        "experience": "Six months.",
    }
    applications.save_details(
        by=applicant, now=applied, application_id=application.pk, part=Part.EMPLOYMENT, values=work
    )
    _choose(application, framework, many, applied)
    _fill(application, supervisor, applied)
    return applications.confirm_support(
        by=supervisor,
        now=applied,
        application_id=applications.ask_supervisor(by=applicant, now=applied, application_id=application.pk).pk,
        level_six="By modules at level 6.",
        seen=_digest(application),
        authentication=authentication(applied),
    )


def _digest(application: Application) -> str:
    application.refresh_from_db()
    return shown_digest(application)


def reviewed(cast: Cast, application: Application, now: datetime) -> Application:
    """The application in the hands of Olive, with a finding for every rule; those not met are overridden."""
    pk, office = application.pk, cast.olive
    applications.claim(by=office, now=now, application_id=pk, seen_holder=None)
    computed = {result.rule: result.outcome for result in entry_results(application, london_date(now))}
    for rule in ENTRY_RULES:
        reason = "" if computed[rule] == RuleOutcome.MET else "Sample of a test."
        outcome = RuleOutcome.NOT_MET if reason else RuleOutcome.MET
        given = {"key": uuid4(), "rule": rule, "outcome": outcome, "override_reason": reason, "seen": ""}
        applications.find(by=office, now=now, application_id=pk, **given)
    return application


def accepted(cast: Cast, *args: Any, now: datetime = ACCEPTED, **more: Any) -> Application:
    """An application that the office accepted at `now`."""
    application = reviewed(cast, handed_in(cast, *args, **more), now)
    applications.accept(by=cast.olive, now=now, application_id=application.pk)
    application.refresh_from_db()
    return application


@dataclass
class World:
    """The cast, the intake of April 2026, and two running records: Tara's at Leeds (Sam), Tom's at Bristol (Sue)."""

    cast: Cast
    intake: Intake
    tara: TrainingRecord
    tom: TrainingRecord


def make_world(many: int = 6) -> World:
    """Both trainees enrolled on 1 April 2026, with `many` competencies each."""
    cast, intake = make_cast(), april()
    records = []
    for trainee, supervisor, scope in ((cast.tara, cast.sam, "NM"), (cast.tom, cast.sue, "ME")):
        application = accepted(cast, trainee, supervisor, published_framework(scope), many=many)
        records.append(actions.enrol(by=None, now=ENROLLED, application_id=application.pk))
    return World(cast, intake, *records)


def item_of(record: TrainingRecord, number: int = 0) -> PlanItem:
    """One competency of a record, by its place in the list, with the record it belongs to."""
    rows = PlanItem.objects.select_related("item", "record__trainee").filter(record=record).order_by("position")
    return rows[number]


def text_evidence(
    record: TrainingRecord,
    *items: PlanItem,
    title: str = "Gamma camera uniformity",
    text: str = "I measured the uniformity of the camera and compared it with the baseline.",
    declared: bool = True,
    now: datetime = NOW,
) -> Evidence:
    """A text of the trainee for these competencies, shared unless told otherwise."""
    return actions.add_evidence(
        by=record.trainee,
        now=now,
        record_id=record.pk,
        key=uuid4(),
        kind=EvidenceKind.TEXT,
        content=Content(title, text),
        item_ids=[item.pk for item in items],
        declared=declared,
    )


def choose(
    evidence: Evidence, item_ids: list[int], by: User | None = None, seen: str | None = None, now: datetime = NOW
) -> Evidence:
    """Its author, or `by`, says which competencies a piece shows; `seen`: those the page showed, else those of now."""
    shown = queries.mapping_digest(evidence.mappings.values_list("item", flat=True)) if seen is None else seen
    given = {"evidence_id": evidence.pk, "seen": shown, "item_ids": item_ids}
    return actions.map_evidence(by=by or evidence.author, now=now, **given)


def file_evidence(record: TrainingRecord, *items: PlanItem, mark: str = "", now: datetime = NOW) -> Evidence:
    """A PDF of the trainee for these competencies, declared and still being checked."""
    return actions.add_evidence(
        by=record.trainee,
        now=now,
        record_id=record.pk,
        key=uuid4(),
        kind=EvidenceKind.FILE,
        content=Content("Quality control report", upload=upload("training-plan.pdf", mark or str(uuid4()))),
        item_ids=[item.pk for item in items],
        declared=True,
    )


def submitted(record: TrainingRecord, number: int = 0, now: datetime = NOW) -> PlanItem:
    """A competency with one shared text, submitted."""
    item = item_of(record, number)
    text_evidence(record, item, title=f"Evidence {number}", now=now)
    seen = queries.shown_digest(item)
    actions.submit_item(by=record.trainee, now=now, item_id=item.pk, seen=seen, note="Ready.")
    return item_of(record, number)


def opened(signer: User, item: PlanItem, now: datetime = NOW) -> str:
    """The signer opens all evidence of a competency; the digest of what they saw."""
    for evidence in queries.judged_evidence([item])[item.pk]:
        actions.note_seen(by=signer, now=now, item_id=item.pk, evidence_id=evidence.pk)
    return queries.shown_digest(item)


def signed(signer: User, record: TrainingRecord, number: int = 0, now: datetime = NOW) -> SignOff:
    """A competency, submitted, opened and signed."""
    item = submitted(record, number, now)
    seen = opened(signer, item, now)
    return actions.sign_item(by=signer, now=now, item_id=item.pk, seen=seen, authentication=authentication(now))


def browser_of(person: User, *, proved: bool = False) -> Client:
    """A browser of somebody who is signed in, with the second factor where their role needs one.

    `proved`: they have just proved who they are, so that signing does not ask again.
    """
    person.refresh_from_db()
    if person.second_factor_required and person.second_factor_at is None:
        person = give_second_factor(person=person, secret=SECRET, by=None, now=START)
    client = Client()
    client.force_login(person)
    if proved:
        session = client.session
        note_authentication(session, AuthenticationMethod.PASSWORD, clock.now())
        session.save()
    return client


def enrol_too(world: World, *applicants: User) -> list[TrainingRecord]:
    """More trainees of Sam's at Leeds, accepted after the enrolment date."""
    framework, found = world.tara.framework, []
    for applicant in applicants:
        application = accepted(world.cast, applicant, world.cast.sam, framework, now=at(2026, 4, 20), many=2)
        found.append(actions.enrol(by=None, now=at(2026, 4, 21), application_id=application.pk))
    return found


def state_of(item: PlanItem) -> str:
    """The state of a competency now."""
    return PlanItem.objects.get(pk=item.pk).state


def audit_of(thing: Model) -> list[str]:
    """What the audit says happened to a thing, oldest first."""
    rows = AuditEvent.objects.filter(object=thing._meta.label_lower, object_id=thing.pk).order_by("seq")
    return list(rows.values_list("action", flat=True))


def edited(world: World, evidence: Evidence, text: str = "Something else was measured.") -> Evidence:
    """Tara takes shared evidence back, changes its text and shares it again."""
    tara = world.cast.tara
    actions.reopen_evidence(by=tara, now=NOW, evidence_id=evidence.pk)
    evidence.refresh_from_db()
    given = {"seen": evidence.content_sha256, "content": Content(evidence.title, text), "declared": True}
    return actions.edit_evidence(by=tara, now=NOW, evidence_id=evidence.pk, **given)


def sign(by: User, item: PlanItem, seen: str | None = None, **more: Any) -> SignOff:
    """Sign a competency, on all its evidence unless `seen` is given."""
    seen = opened(by, item) if seen is None else seen
    return actions.sign_item(by=by, now=NOW, item_id=item.pk, seen=seen, authentication=authentication(NOW), **more)


def sign_all(by: User, record: TrainingRecord, items: Iterable[PlanItem], **more: Any) -> Signing:
    """Sign several competencies as the page showed them now."""
    seen = {item.pk: queries.shown_digest(item) for item in items}
    given = {"record_id": record.pk, "seen": seen, "authentication": authentication(NOW)}
    return actions.sign_items(by=by, now=NOW, **given, **more)


def accepted_again(application: Application, intake: Intake) -> Application:
    """A second accepted application of a trainee, put there by hand: in the system a trainee begins none (A1)."""
    row = Application.objects.get(pk=application.pk)
    row.pk, row.intake, row.state = None, intake, ApplicationState.ACCEPTED
    row.save(force_insert=True)
    [decided] = application.decisions.values("kind", "decided_at", "decided_by_id", "reasons")
    Decision.objects.create(application=row, intake=intake, **decided)
    return row
