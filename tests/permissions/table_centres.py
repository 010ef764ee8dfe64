"""The written table of training centres: their accreditation, applied for by their Training Co-ordinators (C1, C3)."""

from .matrix import People, people

OFFICE = people("olive oscar")
COORDINATORS: dict[str, People] = {"leeds": people("sid cora"), "bristol": people("carl")}

READERS: dict[str, dict[str, People]] = {
    **dict.fromkeys(("co-ordinated centre", "draft of a centre", "application sent by a centre"), COORDINATORS),
    "file sent by a centre": {place: who | OFFICE for place, who in COORDINATORS.items()},
}

COORDINATOR_ACTS = (
    "begin_application",
    "checklist",
    "add_document",
    "remove_document",
    "send_application",
    "withdraw_application",
)
ACTS: dict[str, dict[str, People]] = {f"scheme:{name}": COORDINATORS for name in COORDINATOR_ACTS}
