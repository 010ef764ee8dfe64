"""The office accepts or rejects each file of an application (A4)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from applications import access, queries
from applications.actions._steps import StalePart, lock, note
from applications.models import DocumentCheck
from applications.states import DocumentVerdict
from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.races import taken_means
from ctts.common.verdict import DoneAlready, Invalid, TooLate, require


@transaction.atomic
def check_document(
    *,
    by: User,
    now: datetime,
    application_id: int,
    key: UUID,
    slot: str,
    document_id: int,
    verdict: DocumentVerdict,
    seen: str,
    reason: str = "",
) -> DocumentCheck:
    """Accept a file in its place of the form, or reject it with the reason, which the applicant is asked about (A4).

    `key` is the form's, `seen` the version of the check that the page showed. Raises NotAllowed for who is part of
    it, TooLate unless it is in review or once another file lies there, StalePart when a colleague checked it since,
    Invalid for a rejection without a reason, DoneAlready for a form that was sent twice.
    """
    application = lock(application_id)
    require(access.can_decide(by, application, london_date(now)))
    here = [place for place in queries.slots_of(queries.Given(application)) if place.name == slot]
    if not here or here[0].document.pk != document_id:
        raise TooLate("Another file has taken its place. Reload the page.")
    newest = queries.newest_check(application, slot, document_id)
    if queries.check_version(newest) != seen and not (newest and newest.key == key):
        raise StalePart("A colleague checked this file since you opened the page.")
    why = reason.strip() if verdict == DocumentVerdict.REJECTED else ""
    if verdict == DocumentVerdict.REJECTED and not why:
        raise Invalid("Say what is wrong with the file; the applicant reads it.", "reason")
    given = {"slot": slot, "document": here[0].document, "verdict": verdict, "reason": why}
    with taken_means(DoneAlready("This was saved already.")):
        made = DocumentCheck.objects.create(application=application, key=key, checked_at=now, checked_by=by, **given)
    facts = {"document": document_id, "slot": slot, "verdict": str(verdict)}
    words = {"reason": why} if why else None
    note("document.checked", application, by, now, about=made, after=facts, words=words)
    return made
