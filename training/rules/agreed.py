"""Who does what was agreed in a Supervisor Review: its owner is free text, and two people may close it (T4)."""

from __future__ import annotations

from dataclasses import dataclass

TRAINEE = "trainee"


@dataclass(frozen=True, slots=True)
class Doers:
    """Whom an agreed action waits for: the trainee, the Training Supervisor, or both."""

    trainee: bool
    supervisor: bool


def doers(owner: str, trainee: str) -> Doers:
    """Who sees to an action with this owner (T4): the trainee where the owner is nobody else, both where the trainee is
    named with others, else the supervisor, who sees to it for whoever else is named.

    The trainee is named by their name as it stands, by the first part of it alone, or as "the trainee".
    """
    words, name = _plain(owner), _plain(trainee)
    alone = words in {name, name.partition(" ")[0], TRAINEE, f"the {TRAINEE}"}
    named = alone or f" {name} " in f" {words} " or TRAINEE in words.split()
    return Doers(trainee=named, supervisor=not alone)


def _plain(words: str) -> str:
    """Words in small letters, one blank between them, without what sets names apart."""
    return " ".join("".join(" " if one in ",;/&+()." else one for one in words.casefold()).split())
