"""The audit of what is populated: entries chained by the same hashes as `ctts.audit.actions.record` makes."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from operator import itemgetter
from typing import Any

from django.db import connection, models

from ctts.audit.actions import HEADS_AND_WRITERS, LOCK_CHAIN
from ctts.audit.models import AuditChain, AuditEvent
from ctts.audit.rules import Written, chain_of, codes_only, written_at, written_hash
from ctts.common.digest import canonical
from ctts.demo.populate.copying import NOTHING, Sheets

Entry = tuple[datetime, int | None, str, str, type[models.Model], int, str, str]


def _facts(codes: dict[str, Any] | None) -> str:
    """The canonical form of a before or after. Raises ValueError for free text among the codes."""
    return canonical(codes_only(codes)).decode() if codes else "{}"


@cache
def _name(model: type[models.Model]) -> str:
    return model._meta.label_lower


class Chain:
    """The entries of one dossier (a person's id) or of the office (None), in any order until they are written.

    `begun`: the dossier has entries already, and all of these are later.
    """

    def __init__(self, within: int | None, *, begun: bool = False) -> None:
        self.name, self.begun = chain_of(within), begun or within is None
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
        self._entries.append((at, by, role, action, about, pk, _facts(before), _facts(after)))

    def write(self, sheets: Sheets) -> None:
        """Number, chain and keep the entries in the order of time, behind those that the chain has."""
        if not self._entries:
            return
        number, last = self._standing()
        for entry in sorted(self._entries, key=itemgetter(0)):
            number += 1
            last = self._link(sheets, entry, number, last)
        self._entries = []
        if self.begun:
            AuditChain.objects.filter(name=self.name).update(entries=number, last_hash=last)
        else:
            sheets.add(AuditChain, name=self.name, entries=number, last_hash=last)

    def _link(self, sheets: Sheets, entry: Entry, number: int, last: str) -> str:
        """Keep an entry behind the one whose hash is `last`; its own hash.

        What is copied is written straight away: codes hold nothing that COPY would write otherwise.
        """
        on, by, role, action, about, pk, before, after = entry
        chain, at, thing = self.name, written_at(on), _name(about)
        digest = written_hash(Written(chain, number, at, by, role, action, thing, pk, before, after, ""), last)
        actor = NOTHING if by is None else by
        line = (
            f"{chain}\t{number}\t{at}\t{actor}\t{role}\t{action}\t{thing}\t{pk}\t{before}\t{after}\t\t{last}\t{digest}"
        )
        sheets.enter(AuditEvent, f"{sheets.key(AuditEvent)}\t{line}", place=digest)
        return digest

    def _standing(self) -> tuple[int, str]:
        """Where the chain stands: nowhere for a new person; one that has begun is locked until the transaction ends."""
        if not self.begun:
            return 0, ""
        with connection.cursor() as cursor:
            cursor.execute(LOCK_CHAIN, [HEADS_AND_WRITERS, self.name])
            number, last = cursor.fetchone()
        return int(number), str(last)


def hold_off_heads() -> None:
    """Keep the daily head from being signed until the transaction ends, as every writer of the audit does."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock_shared(%s)", [HEADS_AND_WRITERS])
