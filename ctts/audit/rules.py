"""How an entry is hashed and what it may hold: pure, so that anyone can check a chain with this page alone."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from ctts.common.digest import canonical, quoted, sha256

OFFICE = "office"
CODE = re.compile(r"[\w.:/+@-]{0,100}")
Facts = Mapping[str, Any]


def chain_of(within: int | None) -> str:
    """The chain an entry belongs to: one for each dossier (the person's id), one for everything else."""
    return OFFICE if within is None else f"dossier:{within}"


def codes_only(facts: Facts | None) -> dict[str, Any]:
    """The before or after of an entry, if it holds keys and codes only.

    An entry can never be erased, so names and free text must not get in: texts longer than 100 characters or with
    spaces raise ValueError, as does anything but numbers, booleans, empty values, texts and flat lists of them.
    """
    for name, value in (facts or {}).items():
        for part in value if isinstance(value, (list, tuple)) else [value]:
            if isinstance(part, str) and not CODE.fullmatch(part):
                raise ValueError(f"“{name}” holds free text; the audit keeps keys and codes only.")
            if not isinstance(part, (str, int, bool, type(None))):
                raise ValueError(f"“{name}” holds a {type(part).__name__}; give a number or a code.")
    return dict(facts or {})


class Written(NamedTuple):
    """What is hashed of an entry: `at` as its text in UTC, `before` and `after` in their canonical form."""

    chain: str
    number: int
    at: str
    actor_id: int | None
    role: str
    action: str
    object: str
    object_id: int
    before: str
    after: str
    words_sha256: str


HASHED = Written._fields


def written_at(at: datetime) -> str:
    """An instant as it is hashed: ISO in UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def written_hash(entry: Written, prev: str) -> str:
    """SHA-256 (hex) of an entry's canonical form (`ctts.common.digest`) with the hash before it. Quality rule 7.

    The form is written out, its names in their order: a populated training hashes eight hundred entries.
    """
    content = (
        f'{{"action":{quoted(entry.action)},"actor_id":{"null" if entry.actor_id is None else entry.actor_id},'
        f'"after":{entry.after},"at":"{entry.at}","before":{entry.before},"chain":{quoted(entry.chain)},'
        f'"number":{entry.number},"object":{quoted(entry.object)},"object_id":{entry.object_id},'
        f'"prev":"{prev}","role":{quoted(entry.role)},"words_sha256":"{entry.words_sha256}"}}'
    )
    return hashlib.sha256(content.encode()).hexdigest()


def entry_hash(entry: Facts, prev: str) -> str:
    """SHA-256 (hex) of one entry, as its columns by name, with the hash before it."""
    facts = {name: canonical(entry[name]).decode() for name in ("before", "after")}
    columns = {name: entry[name] for name in HASHED}
    return written_hash(Written(**{**columns, **facts, "at": written_at(entry["at"])}), prev)


def head_digest(previous: str, day: datetime, upto: int, changed: Iterable[tuple[str, int, str]]) -> str:
    """The digest that a daily head signs: the head before it and each chain that grew since, as (chain, number, hash).

    `upto` is the highest entry (`seq`) it covers.
    """
    return sha256(
        {
            "previous": previous,
            "at": written_at(day),
            "upto": upto,
            "chains": [list(chain) for chain in sorted(changed)],
        }
    )
