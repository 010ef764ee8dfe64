"""Names as they are sorted, addresses as they are compared, and how long things last."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta

INVITATION_LASTS = timedelta(days=28)
SIGNING_WINDOW = timedelta(minutes=10)  # quality rule 8
PROOF_EVERY = timedelta(minutes=3)  # between two mails that prove an address; the limit of the settings is the same
NAME_LENGTH, SORT_LENGTH, ADDRESS_LENGTH = 160, 320, 254

# Letters that Unicode does not take apart into a base letter and a mark.
PLAIN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ŧ": "t", "ŋ": "n", "ı": "i"}
)
# Of addresses, markup and formulas; names stand in mails, letters and spreadsheets.
NOT_IN_A_NAME = frozenset(":<>@=|{}[]\\#")
# The selectors of how a picture looks, the keycap, and the five tones of skin.
PICTURE_SIGNS = frozenset("\ufe0e\ufe0f\u20e3\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
JOINERS = frozenset("\u200c\u200d")
WRITTEN_WITH_JOINERS = (
    *("ARABIC", "SYRIAC", "MONGOLIAN", "DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI", "ORIYA", "TAMIL"),
    *("TELUGU", "KANNADA", "MALAYALAM", "SINHALA", "KHMER", "MYANMAR", "TIBETAN", "THAI", "LAO", "NKO"),
)
APOSTROPHES = {"'", "’", "ʼ", "`"}


def sort_key(name: str) -> str:
    """A name folded for sorting and searching: small letters without accents, single spaces, no punctuation.

    "Žofia O’Brien-Łukasiewicz" becomes "zofia obrien lukasiewicz". Letters of other scripts are kept. At most 320 long.
    """
    decomposed = unicodedata.normalize("NFKD", name.casefold()).translate(PLAIN)
    letters = (c for c in decomposed if not unicodedata.combining(c) and c not in APOSTROPHES)
    return " ".join("".join(c if c.isalnum() else " " for c in letters).split())[:SORT_LENGTH].strip()


def same_address(email: str) -> str:
    """An e-mail address as it is stored and compared: no spaces around it, small letters."""
    return email.strip().lower()


NO_DOTS = frozenset({"gmail.com", "googlemail.com"})


def mailbox_of(address: str) -> str:
    """The mailbox that an address leads to, to be compared: what stands after a plus only sorts its mail, and Google
    reads its addresses with and without dots, under both of its names, as one."""
    name, _, host = same_address(address).rpartition("@")
    name = name.partition("+")[0]
    return f"{name.replace('.', '')}@gmail.com" if host in NO_DOTS else f"{name}@{host}"


def tidy_name(name: str) -> str:
    """A name as typed, composed letters, single spaces inside, none around."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def name_problem(name: str) -> str:
    """Why a name cannot be stored, as a sentence; empty for one that can."""
    if not any(character.isalpha() for character in name):
        return "A name has letters."
    strange = sorted(NOT_IN_A_NAME.intersection(name))
    if strange:
        return f"A name does not have {' or '.join(strange)} in it."
    if any(_is_picture(character) for character in name):
        return "A name has no pictures or symbols in it: letters of any script, spaces, hyphens and apostrophes."
    if any(name[place] in JOINERS and not _joins_letters(name, place) for place in range(len(name))):
        return "An invisible joiner is in the name. Delete it, or type the name again instead of pasting it."
    return f"A name has at most {NAME_LENGTH} letters." if len(tidy_name(name)) > NAME_LENGTH else ""


def _is_picture(character: str) -> bool:
    """Whether it is an emoji or another symbol, or the sign that makes one of what stands before it."""
    return unicodedata.category(character) == "So" or character in PICTURE_SIGNS


def _joins_letters(name: str, place: int) -> bool:
    """Whether a joiner stands between two letters (or their marks) of a script that is written with joiners."""
    around = name[place - 1 : place] + name[place + 1 : place + 2]
    return len(around) == 2 and all(unicodedata.name(one, "").startswith(WRITTEN_WITH_JOINERS) for one in around)


def within_window(at: datetime, now: datetime) -> bool:
    """Whether a proof given at `at` still counts for signing at `now`: at most ten minutes old, not in the future."""
    return timedelta(0) <= now - at <= SIGNING_WINDOW
