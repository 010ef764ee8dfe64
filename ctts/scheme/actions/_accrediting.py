"""What the actions about an accreditation share: its facts for the audit, its history, its mails."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q

from ctts.accounts.models import User
from ctts.audit.actions import record
from ctts.common.clock import london_date
from ctts.common.moves import move_rows
from ctts.notifications.actions import notify
from ctts.notifications.notices import Notice
from ctts.organisations.queries import coordinators_of
from ctts.scheme import queries
from ctts.scheme.models import Accreditation, AccreditationStep, CentreApplication
from ctts.scheme.states import CENTRE_APPLICATION_MOVES
from ctts.scheme.states import CentreApplicationState as S


def facts_of(accreditation: Accreditation) -> dict[str, object]:
    """An accreditation as keys and codes, for the audit."""
    return {
        "organisation": accreditation.organisation_id,
        "scope": accreditation.scope_id,
        "state": str(accreditation.state),
        "ends_on": accreditation.ends_on.isoformat() if accreditation.ends_on else None,
    }


def note_step(accreditation: Accreditation, *, by: User | None, now: datetime, words: str = "") -> AccreditationStep:
    """Add to the history of an accreditation what it has become."""
    return AccreditationStep.objects.create(
        accreditation=accreditation, became=accreditation.state, at=now, by=by, words=words
    )


def locked(accreditation_id: int) -> Accreditation:
    """The row, locked after what the centre handed in for it, or writes for the same scope: whoever sends or withdraws
    that takes them in this order too."""
    same = Accreditation.objects.filter(pk=accreditation_id)
    written = Q(state=S.DRAFT, organisation__in=same.values("organisation"), scope__in=same.values("scope"))
    rows = CentreApplication.objects.select_for_update(no_key=True).order_by("pk")
    list(rows.filter(written | Q(accreditation=accreditation_id)))
    return Accreditation.objects.select_for_update(no_key=True).get(pk=accreditation_id)


def close_application(accreditation: Accreditation) -> None:
    """What the centre handed in is decided with the accreditation that waited for it, if anything was (C3)."""
    rows = CentreApplication.objects.filter(accreditation=accreditation)
    move_rows(rows, CENTRE_APPLICATION_MOVES, "decide")


def renew_with_draft(accreditation: Accreditation, *, by: User | None, now: datetime) -> date | None:
    """What the centre writes for the scope renews from now on what has been granted meanwhile; from when on it can be
    sent then, if not now (C3)."""
    today, draft = london_date(now), queries.open_draft(accreditation.organisation, accreditation.scope)
    held = queries.standing_in(accreditation.organisation, accreditation.scope, today).held
    if draft is None or held is None:
        return None
    if draft.renews_id != held.pk:
        before, draft.renews = {"renews": draft.renews_id}, held
        draft.save(update_fields=["renews"])
        record("scheme.centre_application.renews", by=by, at=now, about=draft, before=before, after={"renews": held.pk})
    return queries.draft_can_be_sent_from(held, held.ends_on, today)


def tell_coordinators(notice: Notice, step: AccreditationStep, now: datetime, draft_from: date | None = None) -> None:
    """Mail the Training Co-ordinators of the centre what its accreditation has become; `draft_from`: from when on the
    application that they write for the scope can be sent."""
    accreditation = step.accreditation
    for person in coordinators_of(accreditation.organisation, london_date(now)):
        notify(
            notice,
            to=person,
            key=f"{notice.key}:{step.pk}:{person.pk}",
            about=accreditation,
            now=now,
            context={"accreditation": accreditation, "reason": step.words, "draft_from": draft_from},
        )
