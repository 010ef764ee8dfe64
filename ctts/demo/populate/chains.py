"""The audit of what is populated: entries chained by the same hashes as `ctts.audit.actions.record` makes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, models

from ctts.audit.actions import HEADS_AND_WRITERS, LOCK_CHAIN
from ctts.audit.models import AuditChain, AuditEvent
from ctts.audit.rules import OFFICE, chain_of, codes_only, entry_hash
from ctts.demo.populate.copying import Sheets

Entry = tuple[datetime, dict[str, Any]]


class Chain:
    """The entries of one dossier (a new person's id) or of the office (None), in any order until they are written."""

    def __init__(self, within: int | None) -> None:
        self.within = within
        self._entries: list[Entry] = []

    def note(
        self,
        action: str,
        at: datetime,
        about: type[models.Model],
        pk: int,
        *,
        by: int | None = None,
        role: str = "",
        before: dict[str, Any] | None = None,
        **after: Any,
    ) -> None:
        """Keep one entry; `by` None is the calendar. Raises ValueError for free text among the codes."""
        entry = {
            "chain": chain_of(self.within),
            "at": at,
            "actor_id": by,
            "role": role,
            "action": action,
            "object": about._meta.label_lower,
            "object_id": pk,
            "before": codes_only(before),
            "after": codes_only(after),
            "words_sha256": "",
        }
        self._entries.append((at, entry))

    def write(self, sheets: Sheets) -> None:
        """Number, chain and keep the entries in the order of time, behind those that the chain has."""
        if not self._entries:
            return
        number, last = self._standing()
        for _, entry in sorted(self._entries, key=lambda one: one[0]):
            number += 1
            entry["number"] = number
            digest = entry_hash(entry, last)
            sheets.add(AuditEvent, **entry, prev=last, hash=digest)
            last = digest
        self._entries = []
        if self.within is None:
            AuditChain.objects.filter(name=OFFICE).update(entries=number, last_hash=last)
        else:
            sheets.add(AuditChain, name=chain_of(self.within), entries=number, last_hash=last)

    def _standing(self) -> tuple[int, str]:
        """Where the chain stands: nowhere for a new person; the office's is locked until the transaction ends."""
        if self.within is not None:
            return 0, ""
        with connection.cursor() as cursor:
            cursor.execute(LOCK_CHAIN, [HEADS_AND_WRITERS, OFFICE])
            number, last = cursor.fetchone()
        return int(number), str(last)


def hold_off_heads() -> None:
    """Keep the daily head from being signed until the transaction ends, as every writer of the audit does."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock_shared(%s)", [HEADS_AND_WRITERS])
