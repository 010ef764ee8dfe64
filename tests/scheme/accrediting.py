"""What tests of accreditations share: the one of Leeds, its co-ordinators, the mails about it, the calendar's jobs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ctts.common.calendar_jobs import calendar_jobs
from ctts.notifications.models import Message
from ctts.scheme import actions
from ctts.scheme.models import Accreditation, Scope


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
