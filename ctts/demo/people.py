"""The people of the demonstration, and how to sign in as them; kept in the state folder, never in the tree."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from ctts.embedded import write_private
from ctts.state import read_json


@dataclass(frozen=True, slots=True)
class Persona:
    """A demo person: name and main role for the reader, address, password and TOTP seed (base32, "" for none)."""

    name: str
    role: str
    email: str
    password: str
    totp_seed: str


def _file() -> Path:
    return Path(settings.STATE_DIR) / "demo-people.json"


def personas() -> list[Persona]:
    """The demo people in the order of the way through the scheme; empty before the demo world was made."""
    return [Persona(**entry) for entry in read_json(_file(), list)]


def keep(people: list[Persona]) -> None:
    """Write the demo people, readable by their owner only."""
    write_private(_file(), json.dumps([asdict(person) for person in people], indent=1))
