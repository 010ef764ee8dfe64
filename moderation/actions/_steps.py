"""Steps that several actions of moderation share: lock, check what was seen, tell the office."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Model

from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.verdict import Invalid
from ctts.notifications.actions import notify
from ctts.notifications.notices import Notice
from ctts.organisations.queries import people_with
from ctts.organisations.states import Role
from moderation.models import Moderator
from training.actions import StaleText

CHANGED = "This changed since you opened the page. Look at it as it is now, then decide again."


def lock_moderator(**which: Any) -> Moderator:
    """One place in the pool, locked until the transaction ends. Raises Moderator.DoesNotExist."""
    return Moderator.objects.select_for_update(of=("self",), no_key=True).select_related("person").get(**which)


def fresh(seen: str, now_says: str) -> None:
    """Refuse to decide about what changed since the page was made. Raises StaleText."""
    if seen != now_says:
        raise StaleText(CHANGED)


def want(text: str, field: str, words: str) -> str:
    """The text without blanks at its ends. Raises Invalid beside `field` when nothing is left."""
    if not text.strip():
        raise Invalid(words, field)
    return text.strip()


def tell_one(
    notice: Notice, to: User, *, about: Model, key: str, now: datetime, within: int | None, context: Mapping[str, Any]
) -> None:
    """One message to one person; `key` names the event, the person is added."""
    notify(notice, to=to, key=f"{notice.key}:{key}:{to.pk}", about=about, now=now, within=within, context=context)


def office_but(now: datetime, *not_these: int) -> list[User]:
    """Everybody in the scheme office on the day of `now`, but those with these ids."""
    return list(people_with(Role.OFFICE, london_date(now)).exclude(pk__in=not_these))
