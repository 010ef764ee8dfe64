"""What goes on at the centres themselves: courses of supervisors, accreditation and its conditions (C1 to C3)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.demo.papers import pdf_of
from ctts.demo.world.applying import key_of
from ctts.demo.world.machine import check_file
from ctts.demo.world.people import SUPERVISOR_OF, Town
from ctts.demo.world.ways import Way
from ctts.documents.proving import ProvenFile, prove
from ctts.organisations import actions as organisations
from ctts.scheme import actions as scheme
from ctts.scheme.models import Accreditation, CentreApplication, Scope
from ctts.scheme.rules import CHECKLISTS
from ctts.scheme.states import CentreDocumentKind

PLAN = [
    [
        "Training plan of the centre",
        "Rotations over two years",
        "Who supervises which part",
        "Half a day a week is kept free",
    ],
    ["What is done elsewhere", "Two weeks a year at a neighbouring centre", "Travel is paid by the employer"],
]
WORDS = {
    "supervisor": "Named, registered, and trained in the last two years.",
    "time": "Half a day a week in the rota, and a meeting in each month.",
    "equipment": "Listed in the training plan; all of it under a service contract.",
    "quality": "ISO 9001, audited in spring.",
}


def centres(town: Town, now: datetime) -> list[Way]:
    """Courses of supervisors; an application that waits, one that is written, an accreditation with conditions."""
    return [_courses(town, now), _waits(town, now), _is_written(town, now), _with_conditions(town, now)]


def _courses(town: Town, now: datetime) -> Way:
    """Four supervisors have done the course; of one it has run out, of two nothing is entered."""
    yield (at := now - timedelta(days=80))
    today = london_date(at)
    for number, code in enumerate(("AIR", "SEV", "CLY", "TYN")):
        attended_on = date(today.year - 1 - number, 3, 11 + number)
        until = date(attended_on.year + 3, 3, 10 + number)
        person = town.people[SUPERVISOR_OF[code]]
        common: dict[str, Any] = {
            "by": town.people["olive"],
            "now": at,
            "person": person,
            "key": key_of(number, f"course {code}"),
        }
        organisations.enter_training(**common, attended_on=attended_on, valid_until_on=until)


def _begun(town: Town, who: str, code: str, scope: str, at: datetime) -> CentreApplication:
    wanted = Scope.objects.get(code=scope)
    return scheme.begin_application(by=town.people[who], now=at, organisation=town.centres[code], scope=wanted)


def _answered(application: CentreApplication, by: User, at: datetime, lines: int) -> None:
    """The first so many lines of the checklist."""
    items = CHECKLISTS[application.checklist][:lines]
    replies = {item.key: ("yes", WORDS.get(item.key, "Yes, for the whole department.")) for item in items}
    scheme.save_checklist(by=by, now=at, application_id=application.pk, replies=replies, seen=application.version)


def _paper() -> ProvenFile:
    return prove(name="training-plan.pdf", chunks=[pdf_of(PLAN)])


def _sent(town: Town, who: str, code: str, scope: str, at: datetime) -> int:
    """The id of the accreditation that waits then."""
    by, application = town.people[who], _begun(town, who, code, scope, at)
    _answered(application, by, at, len(CHECKLISTS[application.checklist]))
    common: dict[str, Any] = {"by": by, "now": at, "application_id": application.pk, "key": key_of(0, f"plan {code}")}
    row = scheme.add_centre_document(**common, kind=CentreDocumentKind.TRAINING_PLAN, upload=_paper())
    check_file(row.document, at)
    scheme.send_application(by=by, now=at + timedelta(hours=1), application_id=application.pk)
    return Accreditation.objects.get(application=application).pk


def _waits(town: Town, now: datetime) -> Way:
    """Severn Vale applies for a third scope; the office has visited it and has not decided yet."""
    yield (at := now - timedelta(days=44))
    waits_id = _sent(town, "carl", "SEV", "RP", at)
    yield (at := now - timedelta(days=30))
    scheme.note_visit(
        by=town.people["oscar"],
        now=at,
        accreditation_id=waits_id,
        key=key_of(0, "visit SEV"),
        visited_on=london_date(at) - timedelta(days=2),
        visitors="Oscar Bello, scheme office; Mia Ferreira, moderator",
        note="Two supervisors, a quiet room, all the equipment of the list. The travel money is agreed in writing.",
    )


def _is_written(town: Town, now: datetime) -> Way:
    """Airedale Cross has begun an application and answered half of it."""
    yield (at := now - timedelta(days=25))
    application = _begun(town, "cora", "AIR", "ME", at)
    _answered(application, town.people["cora"], at + timedelta(minutes=20), 4)


def _with_conditions(town: Town, now: datetime) -> Way:
    """Clyde Royal is accredited for a third scope with two conditions: one is met, the other answered."""
    yield (at := now - timedelta(days=75))
    waits_id = _sent(town, "colm", "CLY", "RP", at)
    yield (at := now - timedelta(days=60))
    days = (london_date(now) + timedelta(days=20), london_date(now) + timedelta(days=90))
    named = list(zip(("A second Training Supervisor is named.", "The local rules are signed."), days, strict=True))
    common: dict[str, Any] = {"by": town.people["olive"], "now": at, "accreditation_id": waits_id}
    row = scheme.decide_accreditation(**common, accredit=True, conditions=named)
    first, second = row.numbered_conditions.order_by("number")
    yield (at := now - timedelta(days=40))
    for condition, words in ((first, "Shona Reid and a colleague share it."), (second, "Signed last week.")):
        common = {"by": town.people["colm"], "now": at, "condition_id": condition.pk}
        scheme.answer_condition(**common, key=key_of(condition.number, "answer CLY"), words=words)
    yield (at := now - timedelta(days=35))
    common = {"by": town.people["olive"], "now": at, "condition_id": first.pk}
    scheme.judge_condition(**common, key=key_of(1, "judged CLY"), met=True, seen=1)
