"""What tests of accreditations share: the one of Leeds, its co-ordinators, the mails about it, the calendar's jobs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import uuid4

from ctts.common.calendar_jobs import calendar_jobs
from ctts.notifications.models import Message
from ctts.scheme import actions
from ctts.scheme.models import (
    Accreditation,
    AccreditationCondition,
    AccreditationVisit,
    CentreApplication,
    CentreDocument,
    ConditionStep,
    Scope,
)
from ctts.scheme.rules import CHECKLISTS
from ctts.scheme.states import CentreDocumentKind as Kind
from tests.documents.samples import proven
from tests.scheme.calendar import NOW


def held(organisation: Any) -> Accreditation:
    """The accreditation that a centre of the cast has: from 1 January 2024 through 31 December 2028."""
    return Accreditation.objects.get(organisation=organisation, starts_on__year=2024)


def granted(organisation: Any, now: datetime, scope: str = "NM", by: Any = None, **given: Any) -> Accreditation:
    """Another accreditation of a centre, applied for and granted."""
    wanted = Scope.objects.get(code=scope)
    applied = actions.apply_for_accreditation(by=None, now=now, organisation=organisation, scope=wanted)
    return actions.decide_accreditation(by=by, now=now, accreditation_id=applied.pk, accredit=True, **given)


def look(name: str, now: datetime) -> int:
    """What one job of the calendar did at an instant."""
    [found] = [found for found in calendar_jobs() if found.name == f"scheme.{name}"]
    return found.due(now) or 0


def mails(kind: str) -> list[tuple[str, str]]:
    """Whom a kind of mail went to, and its subject; in the order of their names."""
    rows = Message.objects.filter(kind=f"scheme.{kind}").order_by("to__sort_name", "pk")
    return [(message.addressee.full_name, message.subject) for message in rows.select_related("to")]


def begun(person: Any, organisation: Any, now: datetime = NOW, scope: str = "RT") -> CentreApplication:
    """An application of a centre, just begun."""
    wanted = Scope.objects.get(code=scope)
    return actions.begin_application(by=person, now=now, organisation=organisation, scope=wanted)


def answered(application: CentreApplication, person: Any, now: datetime = NOW, **changes: Any) -> CentreApplication:
    """Every line of its checklist answered with yes, but for `changes`."""
    replies = {item.key: ("yes", f"As to {item.title.lower()}: yes.") for item in CHECKLISTS[application.checklist]}
    common = {"by": person, "now": now, "application_id": application.pk}
    return actions.save_checklist(**common, replies={**replies, **changes}, seen=application.version)


def with_document(
    application: CentreApplication, person: Any, now: datetime = NOW, kind: Kind = Kind.TRAINING_PLAN
) -> CentreDocument:
    """A training plan is added to it."""
    common = {"by": person, "now": now, "application_id": application.pk, "key": uuid4()}
    return actions.add_centre_document(**common, kind=kind, upload=proven("good/training-plan.pdf"))


def complete(person: Any, organisation: Any, now: datetime = NOW, scope: str = "RT") -> CentreApplication:
    """An application of a centre of which nothing is missing."""
    application = answered(begun(person, organisation, now, scope), person, now)
    with_document(application, person, now)
    return application


def sent(person: Any, organisation: Any, now: datetime = NOW, scope: str = "RT") -> CentreApplication:
    """An application of a centre that waits for the office."""
    application = complete(person, organisation, now, scope)
    return actions.send_application(by=person, now=now, application_id=application.pk)


TWO = [("A second supervisor.", date(2026, 6, 1)), ("A list of equipment.", date(2026, 7, 1))]


def conditional(organisation: Any, by: Any, conditions: Any = TWO, scope: str = "RT") -> Accreditation:
    """An accreditation with two conditions, for the first of June and of July 2026."""
    return granted(organisation, NOW, scope, by=by, conditions=conditions)


def answered_condition(condition: AccreditationCondition, by: Any, **changes: Any) -> ConditionStep:
    """The centre says how a condition is met."""
    given = {"key": uuid4(), "words": "Ina Ross has joined us.", "condition_id": condition.pk}
    return actions.answer_condition(by=by, now=NOW, **{**given, **changes})


def judged(condition: AccreditationCondition, by: Any, met: bool, **changes: Any) -> ConditionStep:
    """The office looks at a condition."""
    given = {"key": uuid4(), "seen": condition.steps.count(), "condition_id": condition.pk}
    return actions.judge_condition(**{"by": by, "now": NOW, "met": met, **given, **changes})


def visited(accreditation: Accreditation, by: Any, **changes: Any) -> AccreditationVisit:
    """The office notes a visit of the first of May 2026."""
    given = {"key": uuid4(), "visited_on": date(2026, 5, 1), "visitors": "Olive Ong"}
    given |= {"note": "Two cameras, both maintained.", "accreditation_id": accreditation.pk}
    return actions.note_visit(by=by, now=NOW, **{**given, **changes})
