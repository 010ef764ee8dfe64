"""What the fonts of our papers can print (D1, A4): text in another script would be empty boxes on paper that counts."""

from __future__ import annotations

import unicodedata

PRINTED_SCRIPTS = ("LATIN", "GREEK", "CYRILLIC")
"""The scripts of the fonts in which letters and diplomas are printed."""
FIRST_PICTURE = 0x2600
"""From here on Unicode has pictures, emoji and scripts of other fonts."""
LATIN_END = 0x0250
"""Up to here every letter is Latin, whatever its name says, as of º and ª."""


def is_printed_letter(sign: str) -> bool:
    """Whether a letter belongs to a script that the fonts have."""
    return ord(sign) < LATIN_END or unicodedata.name(sign, "").startswith(PRINTED_SCRIPTS)


def not_printed(text: str) -> str:
    """The characters of a text that a letter cannot print, each once and in order; empty when it can print all."""
    found = (sign for sign in text if not _is_printed(sign))
    return "".join(dict.fromkeys(found))


def _is_printed(sign: str) -> bool:
    if unicodedata.category(sign) in {"Mn", "Cf"}:  # accents, and the joiners that a form lets through
        return True
    return ord(sign) < FIRST_PICTURE and (not sign.isalpha() or is_printed_letter(sign))
