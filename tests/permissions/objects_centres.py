"""The things of training centres: what their Training Co-ordinators write and send (C3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

from ctts.accounts.models import User
from ctts.documents import checking
from ctts.organisations import actions as organisations
from ctts.organisations.models import Site, SupervisorTraining
from ctts.organisations.states import Nation
from ctts.scheme.models import AccreditationVisit, CentreApplication, CentreDocument, ConditionStep
from tests.cast import START, Cast
from tests.documents.samples import proven
from tests.scheme.accrediting import answered_condition, begun, conditional, held, sent, visited, with_document

from .matrix import Needs


def coordinator(cast: Cast, place: str) -> User:
    """The Training Co-ordinator of a place."""
    return {"leeds": cast.cora, "bristol": cast.carl}[place]


def draft(cast: Cast, place: str) -> CentreDocument:
    """The file of an application that is being written, by which the application is known too."""
    who = coordinator(cast, place)
    return with_document(begun(who, getattr(cast, place), START, "RH"), who, START)


def application_sent(cast: Cast, place: str) -> CentreApplication:
    """An application that waits for the office."""
    return sent(coordinator(cast, place), getattr(cast, place), START, "RP")


def file_sent(cast: Cast, place: str) -> CentreDocument:
    """The file of an application that waits for the office."""
    row = sent(coordinator(cast, place), getattr(cast, place), START, "RE").documents.get()
    checking.check(row.document_id, START)
    return row


def condition(cast: Cast, place: str) -> ConditionStep:
    """The answer to a condition with its file, by which the condition is known too."""
    named = conditional(getattr(cast, place), cast.olive, scope={"leeds": "ME", "bristol": "NM"}[place])
    first = named.numbered_conditions.get(number=1)
    step = answered_condition(first, coordinator(cast, place), upload=proven("good/training-plan.pdf"))
    checking.check(step.document_id, START)
    return step


def visit(cast: Cast, place: str) -> AccreditationVisit:
    """A visit with its report."""
    row = visited(held(getattr(cast, place)), cast.olive, upload=proven("good/training-plan.pdf"))
    checking.check(row.document_id, START)
    return row


def supervisor(cast: Cast, place: str) -> User:
    """A Training Supervisor of a place."""
    return {"leeds": cast.sam, "bristol": cast.sue}[place]


def training_date(cast: Cast, place: str) -> SupervisorTraining:
    """When a Training Supervisor of a place did the course."""
    common = {"by": cast.olive, "now": START, "key": uuid4()}
    return organisations.enter_training(person=supervisor(cast, place), attended_on=date(2023, 5, 2), **common)


def site(cast: Cast, place: str, side: str = "East") -> Site:
    """A second site of a place."""
    given = {"name": f"{side} of {place}", "postcode": "", "nation": Nation.ENGLAND}
    return organisations.add_site(by=cast.olive, now=START, organisation_id=getattr(cast, place).pk, **given)


def closed_site(cast: Cast, place: str) -> Site:
    """One that was closed."""
    row = site(cast, place, "West")
    return organisations.close_site(by=cast.olive, now=START, site_id=row.pk, key=uuid4(), closed_on=START.date())


THINGS: dict[str, Callable[[Cast, str], Any]] = {
    "co-ordinated centre": lambda cast, place: getattr(cast, place),
    "draft of a centre": draft,
    "application sent by a centre": application_sent,
    "file sent by a centre": file_sent,
    "condition of a centre": condition,
    "visit of a centre": visit,
    "site": site,
    "closed site": closed_site,
    "supervisor of a centre": supervisor,
    "training date": training_date,
}

URLS: dict[str, Needs] = {
    **{f"organisations:{name}": Needs("centre") for name in ("change_centre", "add_site")},
    **{f"organisations:{name}": Needs("site") for name in ("change_site", "close_site")},
    "organisations:reopen_site": Needs("closed site"),
    "organisations:enter_training": Needs("supervisor of a centre"),
    "organisations:correct_training": Needs("training date"),
    **{
        f"scheme:{name}": Needs("condition of a centre", lambda step: {"pk": step.condition_id})
        for name in ("condition", "answer_condition", "judge_condition")
    },
    "scheme:condition_file": Needs(
        "condition of a centre", lambda step: {"pk": step.condition_id, "document_id": step.document_id}
    ),
    **{
        f"scheme:{name}": Needs("visit of a centre", lambda row: {"pk": row.accreditation_id})
        for name in ("accreditation", "note_visit")
    },
    "scheme:visit_file": Needs(
        "visit of a centre", lambda row: {"pk": row.accreditation_id, "document_id": row.document_id}
    ),
    **{f"scheme:{name}": Needs("co-ordinated centre") for name in ("my_centre", "begin_application")},
    **{
        f"scheme:{name}": Needs("draft of a centre", lambda row: {"pk": row.application_id})
        for name in ("checklist", "add_document", "send_application")
    },
    "scheme:remove_document": Needs("draft of a centre", lambda row: {"pk": row.application_id, "row_id": row.pk}),
    **{f"scheme:{name}": Needs("application sent by a centre") for name in ("application", "withdraw_application")},
    **{
        f"scheme:{name}": Needs(
            "file sent by a centre", lambda row: {"pk": row.application_id, "document_id": row.document_id}
        )
        for name in ("application_file", "application_preview")
    },
}
