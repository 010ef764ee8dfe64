"""An application at every stage, made by the actions that pages call, for a place of the cast (leeds or bristol)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.test import Client

from applications import actions, declaration, queries
from applications.models import Application
from applications.states import Part, RuleOutcome
from ctts.accounts.actions import give_second_factor
from ctts.accounts.models import User
from ctts.accounts.states import AuthenticationEvent, AuthenticationMethod
from ctts.common import clock
from ctts.documents.models import Document
from ctts.documents.proving import ProvenFile, prove
from ctts.scheme.models import Competency, Intake, Scope
from tests.cast import START, Cast, at, make_cast
from tests.make import open_intake, published_framework

GOOD = Path(__file__).resolve().parents[1] / "files" / "good"
NOW = at(2026, 7, 1)  # both cut-offs of the year are months away; October 2026 takes applications
SCOPES = {"leeds": "NM", "bristol": "ME"}
APPLICANTS = {"leeds": "ann", "bristol": "abe"}
SUPERVISORS = {"leeds": "sam", "bristol": "sue"}
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
LEVEL_SIX = "The project in year two, the analysis of quality control data and the taught module reach level 6."
PERSONAL = {
    "certificate_name": "Ann B. Archer",
    "date_of_birth_on": date(1998, 3, 27),
    "telephone": "0113 496 0000",
    "address": "1 Example Road\nLeeds",
    "postcode": "LS1 1AA",
}


@cache
def proven(name: str) -> ProvenFile:
    """A good file of the tree, opened and judged once."""
    with (GOOD / name).open("rb") as file:
        return prove(name=name, chunks=iter([file.read()]))


def open_world() -> Cast:
    """The cast with the scheme of 2026; the clock of pages shows 1 July 2026."""
    scheme_of_2026()
    clock.set_offset(at=NOW)
    return make_cast()


def signed_in(person: User) -> Client:
    """A browser of somebody who has signed in, with the second factor where their role needs one."""
    person = User.objects.get(pk=person.pk)
    if person.second_factor_required and person.second_factor_at is None:
        person = give_second_factor(person=person, secret=SECRET, by=None, now=START)
    client = Client()
    client.force_login(person)
    return client


def refresh(application: Application) -> Application:
    """The application as it is now."""
    return Application.objects.get(pk=application.pk)


def scheme_of_2026() -> Intake:
    """Frameworks of both scopes, and the intake of October 2026, open at £3,000.00 gross; the next is planned."""
    for code in ("NM", "ME"):
        published_framework(code)
    return open_intake(2026, 10)


def start(cast: Cast, place: str = "leeds", now: datetime = NOW) -> Application:
    """A draft with nothing in it but its applicant."""
    return actions.start_application(by=getattr(cast, APPLICANTS[place]), now=now)


def attach(application: Application, name: str, part: Part, purpose: str, now: datetime = NOW) -> Document:
    """A file uploaded by the applicant, not checked yet: its uploader may use it at once."""
    return actions.keep_file(
        by=application.applicant,
        now=now,
        application_id=application.pk,
        part=part,
        upload=proven(name),
        purpose=purpose,
        field="file",
    )


def qualification_values(certificate: Document | None, **changes: Any) -> dict[str, Any]:
    """A complete level 4 certificate of higher education."""
    return {
        "kind": "higher_education",
        "title": "Certificate of Higher Education",
        "subject": "Medical Physics Technology",
        "institution": "University of Leeds",
        "grade": "Merit",
        "awarded_on": date(2019, 7, 12),
        "framework": "fheq",
        "framework_level": 4,
        "fheq_level": 4,
        "a_levels": 0,
        "complete": True,
        "science": True,
        "certificate": certificate,
        **changes,
    }


def a_levels(certificate: Document | None, **changes: Any) -> dict[str, Any]:
    """Three A levels on one certificate, one a science."""
    given = {"kind": "a_level", "title": "A levels", "subject": "Physics, Mathematics, French", "framework": "rqf"}
    return qualification_values(certificate, **given, framework_level=3, fheq_level=3, a_levels=3, **changes)


def fill(application: Application, cast: Cast, place: str = "leeds", now: datetime = NOW) -> Application:
    """Everything of A2 but the supervisor's confirmation."""
    common = {"by": application.applicant, "now": now, "application_id": application.pk}
    name = application.applicant.full_name
    actions.save_details(**common, part=Part.PERSONAL, values={**PERSONAL, "legal_name": name})
    employment = {"centre": getattr(cast, place), "employed_there": True, "job_title": "Trainee technologist"}
    actions.save_details(**common, part=Part.EMPLOYMENT, values=employment)
    actions.use_list(**common, scope=Scope.objects.get(code=SCOPES[place]))
    supervisor = getattr(cast, SUPERVISORS[place])
    actions.name_supervisor(**common, name=supervisor.full_name, email=supervisor.email)
    certificate = attach(application, "degree-certificate.pdf", Part.QUALIFICATIONS, "applications.certificate", now)
    actions.add_qualification(**common, key=uuid4(), values=qualification_values(certificate))
    actions.add_qualification(**common, key=uuid4(), values=a_levels(certificate))
    english = {"first_language_english": True, "gcse_grade": "6", "certificate": certificate}
    actions.save_english(**common, values=english)
    plan(application, now)
    order(application, 300_000, now)
    actions.save_adjustments(**common, key=uuid4(), wanted=False)
    actions.declare(**common, version=declaration.version_in_force())
    application.refresh_from_db()
    return application


def plan(application: Application, now: datetime = NOW) -> None:
    """The whole framework chosen, and each competency planned."""
    application.refresh_from_db()
    common = {"by": application.applicant, "now": now, "application_id": application.pk}
    chosen = application.competency_list
    assert chosen is not None
    every = Competency.objects.filter(framework=chosen.framework_id).values_list("pk", flat=True)
    actions.choose_competencies(**common, competency_ids=list(every))
    row = {"how": "Observed practice", "where": "Department", "with_whom": "Senior technologist", "by_month": 12}
    rows = dict.fromkeys(chosen.items.values_list("pk", flat=True), row)
    actions.save_plan(**common, rows=rows, summary="Rotations of four months.", level_six="By project and module.")


def order(application: Application, gross_pence: int, now: datetime = NOW) -> None:
    """A purchase order over this much, VAT of 20 % in it."""
    net = gross_pence * 5 // 6
    file = attach(application, "purchase-order.pdf", Part.PURCHASE_ORDER, "applications.purchase_order", now)
    actions.enter_purchase_order(
        by=application.applicant,
        now=now,
        application_id=application.pk,
        key=uuid4(),
        document=file,
        values={
            "number": "PO-1234",
            "issuer": "Example NHS Trust",
            "net_pence": net,
            "vat_pence": gross_pence - net,
            "gross_pence": gross_pence,
        },
    )


def filled(cast: Cast, place: str = "leeds", now: datetime = NOW) -> Application:
    """A draft in which nothing is missing."""
    return fill(start(cast, place, now), cast, place, now)


def handed_over(cast: Cast, place: str = "leeds", now: datetime = NOW) -> Application:
    """It waits for its supervisor."""
    application = filled(cast, place, now)
    return actions.ask_supervisor(by=application.applicant, now=now, application_id=application.pk)


def proof(now: datetime = NOW) -> AuthenticationEvent:
    """The supervisor typed the password a minute ago."""
    return AuthenticationEvent(at=now - timedelta(minutes=1), method=AuthenticationMethod.PASSWORD)


def confirm(application: Application, now: datetime = NOW) -> Application:
    """Its supervisor confirms it."""
    supervisor = application.supervisor
    assert supervisor is not None
    return actions.confirm_support(
        by=supervisor,
        now=now,
        application_id=application.pk,
        level_six=LEVEL_SIX,
        seen=queries.shown_digest(application),
        authentication=proof(now),
    )


def received(cast: Cast, place: str = "leeds", now: datetime = NOW) -> Application:
    """It has reached the office."""
    return confirm(handed_over(cast, place, now), now)


def in_review(cast: Cast, place: str = "leeds", now: datetime = NOW) -> Application:
    """Olive reviews it."""
    application = received(cast, place, now)
    return actions.claim(by=cast.olive, now=now, application_id=application.pk, seen_holder=None)


def ready(cast: Cast, place: str = "leeds", now: datetime = NOW) -> Application:
    """Nothing stands against accepting it."""
    application = in_review(cast, place, now)
    for rule in ("A3c", "A3h"):
        find(application, cast.olive, rule, now=now)
    return application


def find(application: Application, by: User, rule: str, outcome: str = "met", now: datetime = NOW, **more: Any) -> None:
    """A finding of a member of the office, who saw the one before it."""
    seen = queries.finding_version(queries.newest_finding(application, rule))
    given = {"application_id": application.pk, "key": uuid4(), "rule": rule, "outcome": RuleOutcome(outcome)}
    actions.find(by=by, now=now, seen=seen, **given, **more)


def accepted(cast: Cast, place: str = "leeds", now: datetime = NOW) -> Application:
    """It is accepted; its letter is owed."""
    application = ready(cast, place, now)
    actions.accept(by=cast.olive, now=now, application_id=application.pk)
    application.refresh_from_db()
    return application


def asked(cast: Cast, place: str = "leeds", now: datetime = NOW) -> Application:
    """The office has asked about one point of the personal details, and one of the plan."""
    return ask(cast, in_review(cast, place, now), now)


def ask(cast: Cast, application: Application, now: datetime = NOW) -> Application:
    """Olive asks about two points of an application that she reviews."""
    points = [(Part.PERSONAL, "Which name stands on your passport?"), (Part.PLAN, "Who supervises in month four?")]
    actions.ask_information(by=cast.olive, now=now, application_id=application.pk, points=points)
    application.refresh_from_db()
    return application


def ielts(certificate: Document | None, **changes: Any) -> dict[str, Any]:
    """IELTS of exactly what is needed."""
    scores = {name: Decimal("6.5") for name in ("listening", "reading", "writing", "speaking")}
    given = {"first_language_english": False, "test": "ielts", "overall": Decimal("7.0"), **scores}
    return {**given, "taken_on": date(2026, 1, 10), "certificate": certificate, **changes}
