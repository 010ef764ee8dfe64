"""A centre applies for accreditation, or to renew it: written, sent, taken back (C3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from ctts.accounts.models import User
from ctts.audit.actions import record
from ctts.common.clock import london_date
from ctts.common.moves import change_state
from ctts.common.races import taken_means
from ctts.common.verdict import DoneAlready, Invalid, TooLate, require
from ctts.documents.actions import store
from ctts.documents.proving import ProvenFile
from ctts.notifications.actions import notify
from ctts.notifications.notices import Notice
from ctts.organisations.models import Organisation
from ctts.organisations.queries import people_with
from ctts.organisations.states import Role
from ctts.scheme import access, notices, queries
from ctts.scheme.actions._accrediting import facts_of, note_step
from ctts.scheme.models import Accreditation, CentreApplication, CentreDocument, ChecklistAnswer, Scope
from ctts.scheme.rules import CHECKLIST, CHECKLISTS
from ctts.scheme.states import (
    ACCREDITATION_MOVES,
    CENTRE_APPLICATION_MOVES,
    CentreApplicationState,
    CentreDocumentKind,
)

MOST_DOCUMENTS = 20
Replies = Mapping[str, tuple[str, str]]


@transaction.atomic
def begin_application(*, by: User, now: datetime, organisation: Organisation, scope: Scope) -> CentreApplication:
    """A Training Co-ordinator begins an application for a scope; a draft that is there already is gone on with (C3).

    It renews what the centre holds. Raises NotAllowed for another centre, TooLate while it cannot apply for this scope.
    """
    today = london_date(now)
    require(access.can_apply_for(by, organisation, today))
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    standing = queries.standing_in(organisation, scope, today)
    if standing.application is not None:
        return standing.application
    if standing.closed:
        raise TooLate(standing.closed)
    made = CentreApplication.objects.create(
        organisation=organisation, scope=scope, renews=standing.held, checklist=CHECKLIST, begun_at=now, begun_by=by
    )
    record("scheme.centre_application.begun", by=by, at=now, about=made, after=_facts(made))
    return made


class StaleAnswers(TooLate):
    """Other answers were saved since the page was opened; it shows both."""


@transaction.atomic
def save_checklist(*, by: User, now: datetime, application_id: int, replies: Replies, seen: int) -> CentreApplication:
    """Keep the answers to the checklist, complete or not; `seen` is the version that the page showed.

    The same answers sent twice change nothing. Raises NotAllowed, TooLate once it is sent, StaleAnswers where somebody
    else has saved other answers since.
    """
    application = _editable(application_id, by, now)
    known = [item.key for item in CHECKLISTS[application.checklist]]
    wanted = {key: replies.get(key, ("", "")) for key in known}
    before = queries.replies_of(application)
    if wanted == {key: before.get(key, ("", "")) for key in known}:
        return application
    if seen != application.version:
        raise StaleAnswers("Somebody else has saved other answers since you opened this page.")
    for key, (reply, words) in wanted.items():
        ChecklistAnswer.objects.update_or_create(
            application=application, item=key, defaults={"reply": reply, "words": words}
        )
    application.version += 1
    application.save(update_fields=["version"])
    changed = [key for key in known if wanted[key] != before.get(key, ("", ""))]
    record("scheme.centre_application.saved", by=by, at=now, about=application, after={"lines": changed})
    return application


@transaction.atomic
def add_centre_document(
    *, by: User, now: datetime, application_id: int, key: UUID, kind: CentreDocumentKind, upload: ProvenFile
) -> CentreDocument:
    """Add a file to a draft; `key` is the form's idempotency key.

    Raises NotAllowed, TooLate once it is sent, DoneAlready for a form sent twice, Invalid for one file too many.
    """
    application = _editable(application_id, by, now)
    if CentreDocument.objects.filter(key=key).exists():
        raise DoneAlready("This file was added already.")
    if application.documents.filter(removed_at__isnull=True).count() >= MOST_DOCUMENTS:
        raise Invalid(f"At most {MOST_DOCUMENTS} files: take one out first, or put several into one PDF.", "upload")
    document = store(upload=upload, owner=None, by=by, now=now, purpose="scheme.centre_application", field="upload")
    row = CentreDocument.objects.create(
        application=application, kind=kind, document=document, key=key, added_at=now, added_by=by
    )
    after = {"document": document.pk, "kind": str(kind)}
    record("scheme.centre_application.document_added", by=by, at=now, about=application, after=after)
    return row


@transaction.atomic
def remove_centre_document(*, by: User, now: datetime, row_id: int) -> CentreDocument:
    """Take a file out of a draft; the second time nothing is done. Raises NotAllowed, TooLate once it is sent."""
    row = CentreDocument.objects.select_related("application").get(pk=row_id)
    application = _editable(row.application_id, by, now)
    row.refresh_from_db(fields=["removed_at"])
    if row.removed_at is not None:
        return row
    row.removed_at, row.removed_by = now, by
    row.save(update_fields=["removed_at", "removed_by"])
    before = {"document": row.document_id, "kind": str(row.kind)}
    record("scheme.centre_application.document_removed", by=by, at=now, about=application, before=before)
    return row


@transaction.atomic
def send_application(*, by: User, now: datetime, application_id: int) -> CentreApplication:
    """Send it to the office, where it waits for the decision; the office is told (C3).

    Raises NotAllowed, TooLate once it is sent, another application for the scope waits, or the centre holds what cannot
    be renewed yet, Invalid with what is missing.
    """
    application = _editable(application_id, by, now)
    if closed := queries.not_renewable_yet(application, london_date(now)):
        raise TooLate(closed)
    missing = queries.missing_in(application)
    if missing:
        raise Invalid(" ".join(missing))
    taken = TooLate("An application of the centre for this scope waits for its decision already.")
    with taken_means(taken):
        waits = Accreditation.objects.create(organisation=application.organisation, scope=application.scope)
    who: dict[str, Any] = {"sent_at": now, "sent_by": by, "accreditation": waits}
    change_state(application, CENTRE_APPLICATION_MOVES, "send", **who)
    note_step(waits, by=by, now=now)
    record("scheme.accreditation.applied", by=by, at=now, about=waits, after=facts_of(waits))
    record("scheme.centre_application.sent", by=by, at=now, about=application, after=_facts(application))
    _tell_office(notices.APPLICATION_SENT, application, now)
    return application


@transaction.atomic
def withdraw_application(*, by: User, now: datetime, application_id: int, seen: str = "") -> CentreApplication:
    """Take an application back before its decision; the office is told of one that lay with it (C3).

    `seen` is the state that the page showed; an empty one asks nothing. Raises NotAllowed, TooLate once it is decided
    or withdrawn, or was sent since the page was opened.
    """
    application = _locked(application_id)
    require(access.can_withdraw_application(by, application, london_date(now)))
    if seen and seen != application.state:
        stands = application.get_state_display()
        raise TooLate(f"It went on since you opened this page: it is now “{stands}”. Nothing was withdrawn.")
    change_state(application, CENTRE_APPLICATION_MOVES, "withdraw", withdrawn_at=now, withdrawn_by=by)
    record("scheme.centre_application.withdrawn", by=by, at=now, about=application, after=_facts(application))
    if application.accreditation is not None:
        held = Accreditation.objects.select_for_update(no_key=True).get(pk=application.accreditation.pk)
        before = facts_of(held)
        change_state(held, ACCREDITATION_MOVES, "withdraw")
        note_step(held, by=by, now=now)
        record("scheme.accreditation.withdraw", by=by, at=now, about=held, before=before, after=facts_of(held))
        _tell_office(notices.APPLICATION_WITHDRAWN, application, now)
    return application


def _locked(application_id: int) -> CentreApplication:
    rows = CentreApplication.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("organisation", "scope", "accreditation").get(pk=application_id)


def _editable(application_id: int, by: User, now: datetime) -> CentreApplication:
    application = _locked(application_id)
    require(access.can_edit_application(by, application, london_date(now)))
    return application


def _tell_office(notice: Notice, application: CentreApplication, now: datetime) -> None:
    for person in people_with(Role.OFFICE, london_date(now)):
        key = f"{notice.key}:{application.pk}:{person.pk}"
        notify(notice, to=person, key=key, about=application, now=now, context={"application": application})


def _facts(application: CentreApplication) -> dict[str, object]:
    return {
        "organisation": application.organisation_id,
        "scope": application.scope_id,
        "renews": application.renews_id,
        "accreditation": application.accreditation_id,
        "state": str(CentreApplicationState(application.state)),
    }
