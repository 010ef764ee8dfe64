"""The written table: who passes which guard, who sees whose things, who may do what. Reviewed by people.

The matrix asks every address and fails where the answer is another. Personas are the first names of `tests/cast.py`.
"""

from tests.cast import PEOPLE

from .matrix import People, Table, people
from .table_diplomas import DIPLOMA_ACTS, DIPLOMA_ALSO, DIPLOMA_READERS

EVERYBODY = frozenset(PEOPLE)

OFFICE = people("olive oscar")

GUARDS: dict[str, People] = {
    "signed-in": EVERYBODY,
    "role: office": OFFICE,
}

# Kind of thing → place → who sees the thing of that place; everybody else gets 404.
# What only the office has pages for: both places' things are theirs.
OFFICE_THINGS = (
    "centre",
    "person",
    "role",
    "intake",
    "accreditation",
    "accreditation applied for",
    "draft framework",
    "message",
    "dead mail",
    "file given up",
    "group of rules",
    "default",
)
READERS: dict[str, dict[str, People]] = {
    **{kind: {"leeds": OFFICE, "bristol": OFFICE} for kind in OFFICE_THINGS},
    "handbook": {"leeds": EVERYBODY, "bristol": EVERYBODY},
    **DIPLOMA_READERS,
}

# Address that takes POST for a thing → place → who of its readers may; the other readers get 403.
OFFICE_ACTS = (
    *(f"organisations:{name}" for name in ("grant", "invite_again", "reset_second_factor", "deactivate", "reactivate")),
    "organisations:end_role",
    *(f"scheme:{name}" for name in ("fee", "dates", "open_intake", "finish_intake", "apply", "decide", "suspend")),
    *(f"scheme:{name}" for name in ("withdraw", "publish", "retire", "change_rules", "confirm_default")),
    *(f"home:{name}" for name in ("message", "send_account_mail", "check_file")),
)
ACTS: dict[str, dict[str, People]] = {
    **{name: {"leeds": OFFICE, "bristol": OFFICE} for name in OFFICE_ACTS},
    **DIPLOMA_ACTS,
}

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
    "organisations:reactivate": ("409", "both people are active"),
    "scheme:handbook": ("404", "there may be no handbook to have read"),
    "training:mine": ("404", "whoever is no trainee has no record"),
    "mfa_authenticate": ("login", "whoever did not give a password first goes back to it"),
    "mfa_deactivate_totp": ("404", "whoever has no second factor has nothing to switch off"),
    "mfa_download_recovery_codes": ("404", "whoever has no second factor has no codes"),
    "mfa_view_recovery_codes": ("404", "whoever has no second factor has no codes"),
    **DIPLOMA_ALSO,
}

# Tables that a GET may add to: the reading logs of quality rule 1.
LOGS: frozenset[str] = frozenset()

TABLE = Table(guards=GUARDS, readers=READERS, acts=ACTS, unnamed=UNNAMED, also=ALSO, logs=LOGS)
