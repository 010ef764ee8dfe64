"""What the actions about an accreditation share: its facts for the audit, its history, its mails."""

from __future__ import annotations

from datetime import datetime

from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.moves import move_rows
from ctts.notifications.actions import notify
from ctts.notifications.notices import Notice
from ctts.organisations.queries import coordinators_of
from ctts.scheme.models import Accreditation, AccreditationStep, CentreApplication
from ctts.scheme.states import CENTRE_APPLICATION_MOVES


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
    """The row, locked after what the centre handed in for it: whoever withdraws that takes them in this order too."""
    list(CentreApplication.objects.select_for_update(no_key=True).filter(accreditation=accreditation_id))
    return Accreditation.objects.select_for_update(no_key=True).get(pk=accreditation_id)


def close_application(accreditation: Accreditation) -> None:
    """What the centre handed in is decided with the accreditation that waited for it, if anything was (C3)."""
    rows = CentreApplication.objects.filter(accreditation=accreditation)
    move_rows(rows, CENTRE_APPLICATION_MOVES, "decide")


def tell_coordinators(notice: Notice, step: AccreditationStep, now: datetime) -> None:
    """Mail the Training Co-ordinators of the centre what its accreditation has become."""
    accreditation = step.accreditation
    for person in coordinators_of(accreditation.organisation, london_date(now)):
        notify(
            notice,
            to=person,
            key=f"{notice.key}:{step.pk}:{person.pk}",
            about=accreditation,
            now=now,
            context={"accreditation": accreditation, "reason": step.words},
        )
