"""Deciding in moderation: the pool, appointments, agreed marks, boards and awards."""

from moderation.actions.agreeing import (
    ADJUDICATED_WORDS,
    accept_mark,
    adjudicate,
    appoint_adjudicator,
    propose_mark,
)
from moderation.actions.appointing import appoint, end
from moderation.actions.declaring import declare_interest, end_interest, sign_declaration
from moderation.actions.pool import (
    bring_back_moderator,
    change_moderator,
    enter_moderator,
    invite_moderator,
    pause_moderator,
    retire_moderator,
)

__all__ = [
    "ADJUDICATED_WORDS",
    "accept_mark",
    "adjudicate",
    "appoint",
    "appoint_adjudicator",
    "bring_back_moderator",
    "change_moderator",
    "declare_interest",
    "end",
    "end_interest",
    "enter_moderator",
    "invite_moderator",
    "pause_moderator",
    "propose_mark",
    "retire_moderator",
    "sign_declaration",
]
