"""Who sees whose diploma and pack, and who may do what with them (D1, D2)."""

from .matrix import People, people
from .table_first_year import AROUND, OFFICE

DIPLOMA_READERS: dict[str, dict[str, People]] = {
    "diploma": {"leeds": OFFICE | people("tara"), "bristol": OFFICE | people("tom")},
    "award to issue": {"leeds": OFFICE, "bristol": OFFICE},
    "run of diplomas": {"leeds": OFFICE, "bristol": OFFICE},
    "stopped run of diplomas": {"leeds": OFFICE, "bristol": OFFICE},
    "record with a diploma": AROUND,
    "pack": {"leeds": people("tara"), "bristol": people("tom")},
}
OFFICE_DOES = ("issue_one", "cancel_run", "resume_run", "revoke", "reissue")
TRAINEE_DOES = ("give_part", "ask_pack")
DIPLOMA_ACTS: dict[str, dict[str, People]] = {
    **{f"moderation:{name}": {"leeds": OFFICE, "bristol": OFFICE} for name in OFFICE_DOES},
    **{f"moderation:{name}": {"leeds": people("tara"), "bristol": people("tom")} for name in TRAINEE_DOES},
}
DIPLOMA_ALSO: dict[str, tuple[str, str]] = {
    "moderation:check_code": ("429", "the whole cast asks from one network, more than thirty times"),
}
