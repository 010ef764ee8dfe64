"""The written table of training centres: their accreditation, applied for by their Training Co-ordinators (C1, C3)."""

from .matrix import People, people

OFFICE = people("olive oscar")
COORDINATORS: dict[str, People] = {"leeds": people("sid cora"), "bristol": people("carl")}

READERS: dict[str, dict[str, People]] = {
    **dict.fromkeys(("co-ordinated centre", "draft of a centre", "application sent by a centre"), COORDINATORS),
    **{
        kind: {place: who | OFFICE for place, who in COORDINATORS.items()}
        for kind in ("file sent by a centre", "condition of a centre", "supervisor of a centre", "training date")
    },
    **dict.fromkeys(("visit of a centre",), dict.fromkeys(COORDINATORS, OFFICE)),
}

COORDINATOR_ACTS = (
    "begin_application",
    "checklist",
    "add_document",
    "remove_document",
    "send_application",
    "withdraw_application",
)
ACTS: dict[str, dict[str, People]] = {
    **{f"scheme:{name}": COORDINATORS for name in COORDINATOR_ACTS},
    "scheme:answer_condition": COORDINATORS,
    **{
        f"organisations:{name}": {place: who | OFFICE for place, who in COORDINATORS.items()}
        for name in ("enter_training", "correct_training")
    },
    **{f"scheme:{name}": dict.fromkeys(COORDINATORS, OFFICE) for name in ("judge_condition", "note_visit")},
}
# The condition is open to both; the pages of its two steps each to one of them.
OPENS: dict[str, dict[str, People]] = {
    "scheme:answer_condition": COORDINATORS,
    "scheme:judge_condition": dict.fromkeys(COORDINATORS, OFFICE),
}
