"""Steps that actions of assessments share: notes on the audit, what was seen, the office's mails."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Model

from assessments import access, queries
from assessments.models import Outcome
from ctts.accounts.models import User
from ctts.audit.actions import record as audit
from ctts.common.clock import london_date
from ctts.notifications.notices import Notice
from ctts.organisations.queries import people_with
from ctts.organisations.states import Role
from training.actions import StaleText, role_of, tell
from training.models import TrainingRecord


def as_seen(seen: str, now_says: str) -> None:
    """Refuse to decide about what is not what the page showed any more. Raises StaleText."""
    if seen != now_says:
        raise StaleText("This changed since you opened the page. Nothing was done; look at it as it is now.")


def note(
    what: str, record: TrainingRecord, about: Model, *, by: User, now: datetime, words: str = "", **after: object
) -> None:
    """Put something about a trainee's assessments on the audit; `words` are what somebody wrote to say why."""
    said = {"reason": words} if words else None
    role = role_of(by, record, now)
    kind = f"assessments.{what}"
    audit(kind, by=by, at=now, about=about, within=record.trainee_id, after=after, role=role, words=said)


def tell_office(notice: Notice, outcome: Outcome, now: datetime, *, key: str) -> None:
    """One mail to each member of the office whose step it is: confirming an agreed one, releasing a confirmed (F1).

    Nobody is asked for a step that is closed: a first-year pass whose gate is closed again waits among what the office
    has to do, where it can be queried.
    """
    if not queries.gate_still_open(outcome):
        return
    today, record = london_date(now), outcome.record
    verdict = access.can_confirm if outcome.confirmed_at is None else access.can_release
    for member in people_with(Role.OFFICE, today):
        if verdict(member, outcome, today):
            tell(notice, record, member, about=outcome, now=now, key=key, outcome=outcome)
