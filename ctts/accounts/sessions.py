"""Sessions in the database, as Django keeps them; that each request asks for its own is written once a process."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from ctts.common.clock import machine_now
from ctts.common.prepared import prepared


@prepared
def _open(key: Any, now: Any) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=now)


class SessionStore(db.SessionStore):
    """Django's own store with a prepared first question (decision 9)."""

    def _get_session_from_db(self) -> Session | None:
        """The row of a session that is not over; None, and a new key at the next save, for any other key."""
        found = _open(self.session_key, machine_now())
        if not found:
            self._session_key = None
        return found[0] if found else None
