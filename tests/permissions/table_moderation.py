"""The written table of moderation: the pool, appointments, disagreements, boards."""

from __future__ import annotations

from .matrix import People, people

OFFICE, MARKERS, NOBODY = people("olive oscar"), people("mia max"), people("")
BOTH = ("leeds", "bristol")


def everywhere(who: People) -> dict[str, People]:
    """The same people for the things of both places."""
    return dict.fromkeys(BOTH, who)


GUARDS: dict[str, People] = {"role: moderator": people("mia max mona")}

OFFICE_THINGS = (
    "moderator",
    "moderated record",
    "function to fill",
    "moderators appointment",
    "disagreement with a person",
    "board",
    "proposed board",
    "board candidate",
)
READERS: dict[str, dict[str, People]] = {
    **{kind: everywhere(OFFICE) for kind in OFFICE_THINGS},
    # Both mark both: the one as External, the other as Supporting Moderator. Mona marks nobody.
    "disagreement": everywhere(OFFICE | MARKERS),
    # Trainee, supervisor, External Moderator, and the office; whoever co-ordinates is not asked.
    "sample": {"leeds": OFFICE | people("tara sam mia"), "bristol": OFFICE | people("tom sue max")},
    "interest": {"leeds": people("mia"), "bristol": people("max")},
}

OFFICE_ACTS = (
    *(f"moderation:{name}" for name in ("change", "pause", "bring_back", "retire", "appoint", "end")),
    *(f"moderation:{name}" for name in ("appoint_adjudicator", "board_add", "board_remove", "board_propose")),
    *(f"moderation:{name}" for name in ("board_send_back", "board_cancel")),
)
ACTS: dict[str, dict[str, People]] = {
    **{name: everywhere(OFFICE) for name in OFFICE_ACTS},
    "moderation:interest_end": {"leeds": people("mia"), "bristol": people("max")},
    "moderation:samples": {"leeds": people("mia"), "bristol": people("max")},
    # The supervisor answers; whoever judged it reads that a verdict is there (409).
    "moderation:sample": {"leeds": people("sam mia"), "bristol": people("sue max")},
    "moderation:propose": everywhere(MARKERS),
    "moderation:accept": everywhere(MARKERS),
    "moderation:adjudicate": everywhere(NOBODY),
    # Whoever proposed a list does not approve it.
    "moderation:board_approve": {"leeds": people("oscar"), "bristol": people("olive")},
}

OPENS: dict[str, dict[str, People]] = {"moderation:samples": READERS["sample"]}

ALSO: dict[str, tuple[str, str]] = {
    "moderation:declare": ("409", "their declarations are in date"),
    "moderation:samples": ("409", "enough is sampled already"),
    "moderation:accept": ("409", "nothing is proposed yet"),
    "moderation:bring_back": ("409", "nobody is paused"),
    "moderation:retire": ("409", "trainees still have them"),
    "moderation:pick": ("409", "somebody may hold the function"),
    "moderation:appoint": ("409", "somebody may hold the function"),
}
