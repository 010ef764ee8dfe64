"""Who may do what in moderation: the pool, appointing, settling marks, the board."""

from moderation.access.appointing import can_end, can_pick
from moderation.access.pool import (
    LOAD,
    can_change_moderator,
    can_declare_interest,
    can_end_interest,
    can_sign_declaration,
    can_step,
    in_force,
    last_declaration,
)

__all__ = [
    "LOAD",
    "can_change_moderator",
    "can_declare_interest",
    "can_end",
    "can_end_interest",
    "can_pick",
    "can_sign_declaration",
    "can_step",
    "in_force",
    "last_declaration",
]
