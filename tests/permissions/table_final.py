"""Who sees and does what in the Final Assessment (F1 to F4)."""

from .matrix import People, people
from .table_first_year import AROUND, MODERATOR, OFFICE

TRAINEE = {"leeds": people("tara"), "bristol": people("tom")}
SUPPORTING = {"leeds": people("max"), "bristol": people("mia")}
STAFF = {"leeds": OFFICE, "bristol": OFFICE}


def together(*groups: dict[str, People]) -> dict[str, People]:
    """Everybody of these groups, place by place."""
    return {place: frozenset().union(*(group[place] for group in groups)) for place in ("leeds", "bristol")}


MARKERS = together(MODERATOR, SUPPORTING)
READERS: dict[str, dict[str, People]] = {
    "record in its final year": AROUND,
    "record as its markers see it": together(AROUND, SUPPORTING),
    "record with a viva": together(TRAINEE, MARKERS, STAFF),
    "portfolio": AROUND,
    "attempt that is marked": MARKERS,
    "sheet": MODERATOR,
}
OPENS: dict[str, dict[str, People]] = {
    "assessments:practical_seal": MODERATOR,
    "assessments:portfolio_upload": TRAINEE,
    "assessments:portfolio_seal": TRAINEE,
    "assessments:portfolio_file": TRAINEE,
    "assessments:portfolio_readings": together(TRAINEE, STAFF),
}
ACTS: dict[str, dict[str, People]] = {
    "assessments:practical_seal": MODERATOR,
    **{f"assessments:portfolio_{name}": TRAINEE for name in ("compile", "stop", "upload", "seal")},
    **{f"assessments:viva_{name}": STAFF for name in ("book", "move", "cancel")},
    "assessments:marking_start": MARKERS,
    **{f"assessments:{name}": MODERATOR for name in ("sheet", "sheet_sign")},
}
ALSO: dict[str, tuple[str, str]] = {
    "assessments:practical_seal": ("409", "the first year is not passed"),
    "assessments:portfolio_upload": ("409", "the first year is not passed"),
    "assessments:portfolio_seal": ("409", "the first year is not passed"),
    "assessments:portfolio_file": ("409", "there is no file yet"),
    "assessments:viva_book": ("409", "it is booked"),
    "assessments:viva_move": ("409", "it has begun and is marked"),
    "assessments:viva_cancel": ("409", "it has begun and is marked"),
    "assessments:sheet": ("409", "the stages before are not passed"),
    "assessments:sheet_sign": ("409", "the stages before are not passed"),
}
LOGS = frozenset({"assessments_portfolioreading"})
