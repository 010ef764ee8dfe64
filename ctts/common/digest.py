"""One canonical form for what is signed, chained or compared, and its SHA-256."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from json.encoder import encode_basestring as quoted
from typing import Any
from uuid import UUID


def _plain(value: Any) -> str:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (Fraction, UUID)):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no canonical form.")


__all__ = ["ENCODER", "canonical", "quoted", "sha256"]  # `quoted`: a text as it stands in the canonical form

ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)
HARMLESS = frozenset({str, int, bool, type(None), datetime, date})  # most of what is hashed; asked first, being quick


def canonical(content: Mapping[str, Any] | list[Any]) -> bytes:
    """JSON with sorted keys, no spaces, UTF-8; dates as ISO, fractions as n/d.

    Raises TypeError for a value without one written form (floats included: they have too many).
    """
    _refuse_floats(content)
    return ENCODER.encode(content).encode()


def _refuse_floats(content: Any) -> None:
    if isinstance(content, float):
        raise TypeError("A float has no canonical form; give an int, a Fraction or a text.")
    if isinstance(content, (dict, Mapping)):
        for value in content.values():
            if type(value) not in HARMLESS:
                _refuse_floats(value)
    elif isinstance(content, (list, tuple)):
        for value in content:
            if type(value) not in HARMLESS:
                _refuse_floats(value)


def sha256(content: Mapping[str, Any] | list[Any]) -> str:
    """The SHA-256 of the canonical form, 64 hex digits: the digest shown in forms and kept with signatures."""
    return hashlib.sha256(canonical(content)).hexdigest()
