"""Questions from people without an account: asked, answered by the office, taken along into an application (A1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from applications import access, notices, queries
from applications.models import Enquiry
from ctts.accounts.models import User
from ctts.audit.actions import record
from ctts.common.clock import london_date
from ctts.common.letters import Addressee
from ctts.common.races import taken_means
from ctts.common.verdict import DoneAlready, Invalid, require
from ctts.notifications.actions import notify
from ctts.organisations.queries import people_with
from ctts.organisations.states import Role


@transaction.atomic
def make_enquiry(
    *, by: User | None, now: datetime, key: UUID, values: dict[str, Any], about_id: int | None = None
) -> Enquiry:
    """Somebody asks the scheme a question; the office is told. `key` is the form's idempotency key.

    `values`: name, email, text, and the scope and the centre they have in mind, or None. What an applicant asks is
    about their application, while it goes on; `about_id` names the one that a Training Supervisor asks about. Raises
    DoneAlready for a form that was sent twice.
    """
    about = queries.application_asked_about(by, about_id) if by is not None else None
    with taken_means(DoneAlready("This question has arrived already.")):
        made = Enquiry.objects.create(key=key, made_at=now, about=about, asked_by=by, **values)
    words = {"name": made.name, "email": made.email, "text": made.text}
    record("applications.enquiry.made", by=by, at=now, about=made, within=None, words=words)
    for person in people_with(Role.OFFICE, london_date(now)):
        mail = f"{notices.ENQUIRY_MADE.key}:{made.pk}:{person.pk}"
        notify(notices.ENQUIRY_MADE, to=person, key=mail, about=made, now=now, context={"enquiry": made})
    return made


@transaction.atomic
def answer_enquiry(*, by: User, now: datetime, enquiry_id: int, answer: str) -> Enquiry:
    """The office answers; the mail has a link that takes what was asked along into an application, or leads to the one
    that was asked about.

    Raises NotAllowed outside the office, TooLate once it is answered or set aside, Invalid (`answer`) without a word.
    """
    made = _open_one(enquiry_id, by, now)
    if not answer.strip():
        raise Invalid("Write an answer.", "answer")
    made.answer, made.answered_at, made.answered_by = answer.strip(), now, by
    made.save(update_fields=["answer", "answered_at", "answered_by"])
    record("applications.enquiry.answered", by=by, at=now, about=made, within=None, words={"answer": made.answer})
    notify(
        notices.ENQUIRY_ANSWERED,
        to=Addressee(made.name, made.email),
        key=f"{notices.ENQUIRY_ANSWERED.key}:{made.pk}",
        about=made,
        now=now,
        context={"enquiry": made},
        link=str(made.pk),
    )
    return made


@transaction.atomic
def set_aside_enquiry(*, by: User, now: datetime, enquiry_id: int) -> Enquiry:
    """What needs no answer leaves the list; nobody is mailed. Raises NotAllowed, TooLate as above."""
    made = _open_one(enquiry_id, by, now)
    made.set_aside_at, made.set_aside_by = now, by
    made.save(update_fields=["set_aside_at", "set_aside_by"])
    record("applications.enquiry.set_aside", by=by, at=now, about=made, within=None)
    return made


@transaction.atomic
def take_up_enquiry(*, by: User, now: datetime, enquiry_id: int) -> Enquiry:
    """What was set aside waits for an answer again; nobody is mailed. Raises NotAllowed, TooLate for another."""
    made = Enquiry.objects.select_for_update(no_key=True).get(pk=enquiry_id)
    require(access.can_take_up_enquiry(by, made, london_date(now)))
    made.set_aside_at = made.set_aside_by = None
    made.save(update_fields=["set_aside_at", "set_aside_by"])
    record("applications.enquiry.taken_up", by=by, at=now, about=made, within=None)
    return made


def _open_one(enquiry_id: int, by: User, now: datetime) -> Enquiry:
    made = Enquiry.objects.select_for_update(no_key=True).get(pk=enquiry_id)
    require(access.can_answer_enquiry(by, made, london_date(now)))
    return made
