"""Small pieces that many chapters are made of: facts without the empty ones, files with why not, signatures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ctts.common.signatures import SignatureFacts
from ctts.documents.models import Document
from ctts.documents.states import DocumentState
from training.queries.copies import CopiedFile, Fact, Piece, Value

WHY_NOT = {
    DocumentState.RECEIVED: "it was still being checked; order another copy later",
    DocumentState.REFUSED: "it was refused: malware was found in it",
    DocumentState.QUARANTINED: "it was withdrawn from view and is given out to nobody",
}


def facts(*told: tuple[str, str, Value]) -> list[Fact]:
    """Facts by name, label and value; those that say nothing are left out."""
    return [Fact(key, label, value) for key, label, value in told if value not in ("", None, ())]


def texts(*told: tuple[str, str, str]) -> list[Fact]:
    """The same for texts of their own."""
    return [Fact(key, label, value, long=True) for key, label, value in told if value.strip()]


def of(row: Any, *fields: tuple[str, str]) -> list[Fact]:
    """Facts of a row by its columns and their labels; a choice by its word."""
    return facts(*((name, label, _value(row, name)) for name, label in fields))


def texts_of(row: Any, *fields: tuple[str, str]) -> list[Fact]:
    """Texts of a row by its columns and their labels."""
    return texts(*((name, label, getattr(row, name) or "") for name, label in fields))


def _value(row: Any, name: str) -> Value:
    shown = getattr(row, f"get_{name}_display", None)
    value: Value = str(shown() or "") if shown is not None else getattr(row, name)
    return value


def copied(*files: tuple[str, Document | None]) -> list[CopiedFile]:
    """The files that are there, each with why it cannot be included where it cannot."""
    return [
        CopiedFile(title, document, WHY_NOT.get(DocumentState(document.state), ""))
        for title, document in files
        if document is not None
    ]


def signed(rows: Iterable[SignatureFacts], *more: tuple[str, str]) -> list[Piece]:
    """Signatures as they stand: words, name, role, when, and the digest of what was signed; withdrawn ones say so.

    `more` are columns that this kind of signature has besides.
    """
    return [_signature(row, more) for row in rows]


def _signature(row: SignatureFacts, more: Sequence[tuple[str, str]]) -> Piece:
    told = of(
        row,
        ("printed_name", "Name"),
        ("role", "Role"),
        ("signed_at", "Signed"),
        ("content_sha256", "SHA-256 of what was signed"),
    )
    struck = getattr(row, "withdrawn_by", None)
    withdrawn = facts(
        ("withdrawn_at", "Withdrawn", struck.signed_at),
        ("withdrawn_by", "Withdrawn by", f"{struck.printed_name}, {struck.role}"),
        ("withdrawn_reason", "Why it was withdrawn", struck.reason),
    ) if struck else []  # fmt: skip
    return Piece("Signature", [*told, *texts_of(row, ("statement", "Statement"), *more), *withdrawn])
