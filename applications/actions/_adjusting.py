"""Steps that the actions about adjustments share: lock, note, tell the person or the named readers (A5)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from applications import notices, queries
from applications.models import AdjustmentRequest, Application
from ctts.accounts.models import User
from ctts.audit.actions import record
from ctts.common.clock import london_date
from ctts.common.verdict import TooLate
from ctts.notifications.actions import notify
from ctts.notifications.notices import Notice


def lock_case(request_id: int) -> AdjustmentRequest:
    """The case, locked until the transaction ends; the first step of every action about it. Raises DoesNotExist."""
    return AdjustmentRequest.objects.select_for_update(no_key=True).get(pk=request_id)


def require_going_on(asked: AdjustmentRequest) -> None:
    """Raise TooLate for the case of somebody who has left the scheme: nothing is asked or decided any more (E6)."""
    if not queries.adjustment_goes_on(asked):
        raise TooLate("The application or training that it belongs to is over. All of it stays to be read.")


def note_case(what: str, asked: AdjustmentRequest, by: User | None, now: datetime, role: str, **after: Any) -> None:
    """Put something about a case on the audit of the person's dossier: codes only, never a word of the vault (A5)."""
    facts = {"state": str(asked.state), **after}
    record(
        f"applications.adjustment.{what}", by=by, at=now, about=asked, within=asked.person_id, role=role, after=facts
    )


def tell_person(notice: Notice, asked: AdjustmentRequest, now: datetime, key: object) -> None:
    """One message to the person that there is something to read; what it is stands on the page, not in the mail."""
    notify(
        notice,
        to=asked.person,
        key=f"{notice.key}:{asked.pk}:{key}",
        about=asked,
        within=asked.person_id,
        now=now,
        context={"asked": asked},
    )


def tell_reader(notice: Notice, asked: AdjustmentRequest, to: User, now: datetime, key: object = "") -> None:
    """One message to a named reader. It lies in their own dossier: on the person's, the office would read that
    something was asked for (A5)."""
    name = f"{notice.key}:{asked.pk}:{key}:{to.pk}" if key else f"{notice.key}:{asked.pk}:{to.pk}"
    notify(notice, to=to, key=name, about=asked, within=to.pk, now=now, context={"asked": asked})


def readers_of(asked: AdjustmentRequest, now: datetime) -> list[User]:
    """The named readers who may decide about a case: all but the person (A5)."""
    return list(queries.readers_apart_from(asked.person_id, london_date(now)))


def tell_readers(application: Application, now: datetime) -> None:
    """The named readers hear once of each request that reached the office with an application and is not decided."""
    for asked in queries.undecided_adjustments().filter(application=application):
        for reader in readers_of(asked, now):
            tell_reader(notices.ADJUSTMENT_ASKED, asked, reader, now)


def tell_new_reader(reader: User, now: datetime) -> None:
    """Whoever becomes a named reader hears of each request that waits, once: perhaps nobody was there to hear (A5)."""
    for asked in queries.undecided_adjustments().exclude(person=reader):
        tell_reader(notices.ADJUSTMENT_ASKED, asked, reader, now)
