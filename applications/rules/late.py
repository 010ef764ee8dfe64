"""Codes for a late entry (I5)."""

from __future__ import annotations

from hashlib import sha256


def digest_of(code: str) -> str:
    """The digest under which a code is kept; small letters, blanks and dashes make no other code.

    Hex of SHA-256. A code has 60 random bits, so that its digest tells nothing.
    """
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return sha256(f"late entry:{plain}".encode()).hexdigest()
