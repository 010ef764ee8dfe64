"""Writing the audit: one entry with each decision, in the same transaction; one signed head a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from django.db import connection, models, transaction
from django.db.models import Max

from ctts.audit.models import AuditEvent, AuditHead, AuditWords
from ctts.audit.queries import grown_since
from ctts.audit.rules import chain_of, codes_only, entry_hash, head_digest
from ctts.audit.sealing import publish, sign
from ctts.common.clock import london_date
from ctts.common.digest import sha256
from ctts.common.inserting import column_values, mark_stored

HEADS_AND_WRITERS = 0x4354_5453  # one advisory lock: writers share it, the daily head has it alone

LOCK_CHAIN = """
with shared as (select pg_advisory_xact_lock_shared(%s) as nothing)
insert into audit_auditchain (name, entries, last_hash) select %s, 0, '' from shared
on conflict (name) do update set name = excluded.name
returning entries, last_hash
"""
# Every decision pays for its entries: one statement where the ORM would need two, and several times the work.
ADD_ENTRY = """
with grown as (update audit_auditchain set entries = %(number)s, last_hash = %(hash)s where name = %(chain)s)
insert into audit_auditevent
    (chain, number, at, actor_id, role, action, object, object_id, before, after, words_sha256, prev, hash)
values (%(chain)s, %(number)s, %(at)s, %(actor_id)s, %(role)s, %(action)s, %(object)s, %(object_id)s,
    %(before)s, %(after)s, %(words_sha256)s, %(prev)s, %(hash)s)
returning seq
"""


class Person(Protocol):
    """Whoever acts: anything with a primary key, normally a User."""

    pk: Any


@transaction.atomic(savepoint=False)  # of no use without the decision it stands in: both or neither
def record(
    action: str,
    *,
    by: Person | None,
    at: datetime,
    about: models.Model,
    within: int | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    role: str = "",
    words: Mapping[str, Any] | None = None,
) -> AuditEvent:
    """Add one entry to the chain of a dossier (`within` = the person's id) or of the office (None).

    `by` None means the calendar. `before` and `after` hold keys and codes; free text goes to `words`, which is hashed
    in the chain and kept beside it. Raises ValueError for free text in a code. Quality rule 7.
    """
    chain = chain_of(within)
    entries, prev = _lock(chain)
    entry: dict[str, Any] = {
        "chain": chain,
        "number": entries + 1,
        "at": at,
        "actor_id": by.pk if by else None,
        "role": role,
        "action": action,
        "object": about._meta.label_lower,
        "object_id": about.pk,
        "before": codes_only(before),
        "after": codes_only(after),
        "words_sha256": sha256(words) if words else "",
    }
    event = _add(AuditEvent(**entry, prev=prev, hash=entry_hash(entry, prev)))
    if words:
        AuditWords.objects.create(event=event, text=dict(words))
    return event


def _lock(chain: str) -> tuple[int, str]:
    """The entries of a chain so far and the hash of its last, locked until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK_CHAIN, [HEADS_AND_WRITERS, chain])
        entries, prev = cursor.fetchone()
    return entries, prev


def _add(event: AuditEvent) -> AuditEvent:
    """Store an entry at the end of its locked chain."""
    with connection.cursor() as cursor:
        cursor.execute(ADD_ENTRY, column_values(event))
        [seq] = cursor.fetchone()
    mark_stored(event, seq)
    return event


@transaction.atomic
def seal_day(*, now: datetime) -> AuditHead | None:
    """Sign the head of all chains for the London day of `now`; None when that day has its head already, or when
    something is on the audit of a later day: what was written since is signed under no earlier date.

    Writers wait for the moment this takes, so that no entry below `upto` can appear later. The head is written to
    AUDIT_HEAD_DIR after commit; a crash in between is mended by the next call (`publish` writes what is missing).
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [HEADS_AND_WRITERS])
    if AuditHead.objects.filter(on=london_date(now)).exists() or _has_later(now):
        transaction.on_commit(publish)
        return None
    last = AuditHead.objects.order_by("-upto", "-pk").first()
    upto, changed = grown_since(last.upto if last else 0)
    previous = last.digest if last else ""
    digest = head_digest(previous, now, upto, changed)
    head = AuditHead.objects.create(
        on=london_date(now),
        at=now,
        upto=upto,
        previous=previous,
        digest=digest,
        chains=sorted(changed),
        signature=sign(digest),
    )
    transaction.on_commit(publish)
    return head


def _has_later(now: datetime) -> bool:
    """Whether an entry was written, or a head signed, on a later London day than that of `now`."""
    entered = AuditEvent.objects.aggregate(last=Max("at"))["last"]
    signed = AuditHead.objects.aggregate(last=Max("on"))["last"]
    today = london_date(now)
    return (entered is not None and london_date(entered) > today) or (signed is not None and signed > today)
