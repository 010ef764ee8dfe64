"""Deciding in moderation: the pool, appointments, agreed marks, boards and awards."""

from moderation.actions.agreeing import (
    ADJUDICATED_WORDS,
    accept_mark,
    adjudicate,
    appoint_adjudicator,
    propose_mark,
)
from moderation.actions.appointing import appoint, end
from moderation.actions.boards import (
    add_candidates,
    approve_board,
    cancel_board,
    make_board,
    propose_board,
    remove_candidate,
    send_back_board,
)
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
    "add_candidates",
    "adjudicate",
    "appoint",
    "appoint_adjudicator",
    "approve_board",
    "bring_back_moderator",
    "cancel_board",
    "change_moderator",
    "declare_interest",
    "end",
    "end_interest",
    "enter_moderator",
    "invite_moderator",
    "make_board",
    "pause_moderator",
    "propose_board",
    "propose_mark",
    "remove_candidate",
    "retire_moderator",
    "send_back_board",
    "sign_declaration",
]
