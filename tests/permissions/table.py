"""The written table: who passes which guard, who sees whose things, who may do what. Reviewed by people.

The matrix asks every address and fails where the answer is another. Personas are the first names of `tests/cast.py`.
"""

from tests.cast import PEOPLE

from .matrix import People, Table, people

EVERYBODY = frozenset(PEOPLE)

GUARDS: dict[str, People] = {
    "signed-in": EVERYBODY,
}

# Kind of thing → place → who sees the thing of that place; everybody else gets 404.
READERS: dict[str, dict[str, People]] = {}

# Address that takes POST for a thing → place → who of its readers may; the other readers get 403.
ACTS: dict[str, dict[str, People]] = {}

# Persona → whose full name no page of theirs may show: somebody else's centre, and whom they have no business with.
LEEDS = people("sam sid cora trina tara ann")
BRISTOL = people("sue carl tom abe")
UNNAMED: dict[str, People] = {
    **dict.fromkeys(LEEDS, BRISTOL),
    **dict.fromkeys(BRISTOL, LEEDS),
    "nobody": EVERYBODY - {"nobody"},
    "tara": BRISTOL | people("ann"),
    "ann": BRISTOL | people("tara"),
    "tom": LEEDS | people("abe"),
    "abe": LEEDS | people("tom"),
}

# Address → (another word it may answer, why).
ALSO: dict[str, tuple[str, str]] = {
    "mfa_authenticate": ("login", "whoever did not give a password first goes back to it"),
    "mfa_deactivate_totp": ("404", "whoever has no second factor has nothing to switch off"),
    "mfa_download_recovery_codes": ("404", "whoever has no second factor has no codes"),
    "mfa_view_recovery_codes": ("404", "whoever has no second factor has no codes"),
}

# Tables that a GET may add to: the reading logs of quality rule 1.
LOGS: frozenset[str] = frozenset()

TABLE = Table(guards=GUARDS, readers=READERS, acts=ACTS, unnamed=UNNAMED, also=ALSO, logs=LOGS)
