"""How an entry is hashed and what it may hold: pure, so that anyone can check a chain with this page alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from ctts.common.digest import sha256

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


def entry_hash(entry: Facts, prev: str) -> str:
    """SHA-256 (hex) of one entry with the hash before it.

    `entry` needs chain, number, at, actor_id, role, action, object, object_id, before, after, words_sha256.
    Quality rule 7.
    """
    content = {name: entry[name] for name in HASHED}
    content["at"] = entry["at"].astimezone(UTC).isoformat(timespec="microseconds")
    return sha256({**content, "prev": prev})


HASHED = (
    "chain",
    "number",
    "at",
    "actor_id",
    "role",
    "action",
    "object",
    "object_id",
    "before",
    "after",
    "words_sha256",
)


def head_digest(previous: str, day: datetime, upto: int, changed: Iterable[tuple[str, int, str]]) -> str:
    """The digest that a daily head signs: the head before it and each chain that grew since, as (chain, number, hash).

    `upto` is the highest entry (`seq`) it covers.
    """
    return sha256(
        {
            "previous": previous,
            "at": day.astimezone(UTC).isoformat(timespec="microseconds"),
            "upto": upto,
            "chains": [list(chain) for chain in sorted(changed)],
        }
    )
