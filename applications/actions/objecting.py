"""A Training Co-ordinator objects to an application of the centre; the office considers it (A2, A4)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from applications import access, notices
from applications.actions._steps import lock, note, tell, whoever_reviews
from applications.models import Application, Objection
from applications.states import Mover, ObjectionOutcome
from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.races import taken_means
from ctts.common.verdict import DoneAlready, Invalid, TooLate, require
from ctts.notifications.notices import Notice


@transaction.atomic
def object_to(*, by: User, now: datetime, application_id: int, key: UUID, text: str) -> Objection:
    """Object to an application of one's centre; whoever reviews it, else the whole office, is told.

    `key` is the form's. Raises NotAllowed for anyone but a co-ordinator of the centre, TooLate once it is decided or
    while an objection of theirs is open, Invalid (`text`) without a word, DoneAlready for a form sent twice.
    """
    application = lock(application_id)
    require(access.can_object(by, application, london_date(now)))
    if not text.strip():
        raise Invalid("Say what you object to; the scheme office reads it.", "text")
    given = {"key": key, "text": text.strip(), "raised_at": now, "raised_by": by}
    with taken_means(lambda: _objects_already(key)):
        made = Objection.objects.create(application=application, **given)
    note("objection.raised", application, by, now, about=made, role=Mover.COORDINATOR)
    _tell_office(notices.OBJECTED, application, made, now)
    return made


def _objects_already(key: UUID) -> TooLate:
    if Objection.objects.filter(key=key).exists():
        return DoneAlready("The office has your objection.")
    return TooLate("You object already, in other words. Take that back first to write another.")


def _tell_office(notice: Notice, application: Application, objection: Objection, now: datetime) -> None:
    for member in whoever_reviews(application, now):
        tell(notice, application, member, now, f"objection{objection.pk}", context={"objection": objection})


def _open_one(objection_id: int) -> tuple[Application, Objection]:
    """An objection that is open, with its application, both locked. Raises TooLate for one that is settled."""
    application = lock(Objection.objects.values_list("application_id", flat=True).get(pk=objection_id))
    found = Objection.objects.select_for_update(of=("self",), no_key=True).select_related("raised_by")
    objection = found.get(pk=objection_id)
    objection.application = application
    require(access.can_consider(objection))
    return application, objection


def _settle(objection: Objection, outcome: ObjectionOutcome, by: User, now: datetime, answer: str = "") -> None:
    objection.outcome, objection.answer, objection.settled_by, objection.settled_at = outcome, answer, by, now
    objection.save(update_fields=["outcome", "answer", "settled_by", "settled_at"])


@transaction.atomic
def take_back_objection(*, by: User, now: datetime, objection_id: int) -> Objection:
    """Whoever objected takes it back; the office is told. Raises NotAllowed for anyone else, TooLate when settled."""
    application, objection = _open_one(objection_id)
    require(access.can_take_back(by, objection))
    _settle(objection, ObjectionOutcome.WITHDRAWN, by, now)
    note("objection.taken_back", application, by, now, about=objection, role=Mover.COORDINATOR)
    _tell_office(notices.OBJECTION_TAKEN_BACK, application, objection, now)
    return objection


@transaction.atomic
def consider_objection(*, by: User, now: datetime, objection_id: int, answer: str) -> Objection:
    """The office has considered an objection and tells the co-ordinator what it makes of it (A4).

    From then on it stands against nothing. Raises NotAllowed for who is part of the application, TooLate once it is
    settled, Invalid (`answer`) without a word.
    """
    application, objection = _open_one(objection_id)
    require(access.can_review(by, application, london_date(now)))
    if not answer.strip():
        raise Invalid("Say what the office makes of it; the co-ordinator reads it.", "answer")
    _settle(objection, ObjectionOutcome.CONSIDERED, by, now, answer.strip())
    note("objection.considered", application, by, now, about=objection)
    told = {"objection": objection}
    tell(notices.OBJECTION_CONSIDERED, application, objection.raised_by, now, f"objection{objection.pk}", context=told)
    return objection
