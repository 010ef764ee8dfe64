"""Who sees and decides in the End of First Year Assessment, and who handles outcomes (Y, F1)."""

from .matrix import People, people

OFFICE = people("olive oscar")
AROUND = {"leeds": people("tara sam cora sid mia") | OFFICE, "bristol": people("tom sue carl max") | OFFICE}
SUPERVISOR = {"leeds": people("sam"), "bristol": people("sue")}
MODERATOR = {"leeds": people("mia"), "bristol": people("max")}

READERS: dict[str, dict[str, People]] = {
    "record in its first year": AROUND,
    "first year": AROUND,
    "outcome": {"leeds": OFFICE, "bristol": OFFICE},
}
ACTS: dict[str, dict[str, People]] = {
    **{f"assessments:{name}": SUPERVISOR for name in ("confirm_safety", "withdraw_safety", "put_forward")},
    **{f"assessments:{name}": MODERATOR for name in ("decide", "send_back")},
    **{
        f"assessments:{name}": {"leeds": OFFICE, "bristol": OFFICE}
        for name in ("confirm_outcome", "query_outcome", "release_outcome", "end_record")
    },
}
ALSO: dict[str, tuple[str, str]] = {
    "assessments:withdraw_safety": ("409", "nothing is confirmed yet"),
    "assessments:put_forward": ("409", "the gate is closed"),
    "assessments:decide": ("409", "it is not put forward"),
    "assessments:send_back": ("409", "it is not put forward"),
    "assessments:query_outcome": ("409", "it is not confirmed"),
    "assessments:release_outcome": ("409", "it is not confirmed"),
    "assessments:end_record": ("409", "it is not released"),
}
