"""Deciding in moderation: the pool, appointments, agreed marks, boards and awards."""

from moderation.actions.agreeing import ADJUDICATED_WORDS, accept_mark, adjudicate, appoint_adjudicator, propose_mark
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
from moderation.actions.diplomas import (
    cancel_issue_run,
    issue_diploma,
    keep_diploma_file,
    reissue_diploma,
    resume_issue_run,
    revoke_diploma,
    start_issue_run,
)
from moderation.actions.packs import ask_pack, fail_pack, finish_pack, give_pack_part
from moderation.actions.pool import (
    bring_back_moderator,
    change_moderator,
    enter_moderator,
    invite_moderator,
    pause_moderator,
    retire_moderator,
)
from moderation.actions.sampling import draw_samples, judge_sample, reply_to_sample

__all__ = [
    "ADJUDICATED_WORDS",
    "accept_mark",
    "add_candidates",
    "adjudicate",
    "appoint",
    "appoint_adjudicator",
    "approve_board",
    "ask_pack",
    "bring_back_moderator",
    "cancel_board",
    "cancel_issue_run",
    "change_moderator",
    "declare_interest",
    "draw_samples",
    "end",
    "end_interest",
    "enter_moderator",
    "fail_pack",
    "finish_pack",
    "give_pack_part",
    "invite_moderator",
    "issue_diploma",
    "judge_sample",
    "keep_diploma_file",
    "make_board",
    "pause_moderator",
    "propose_board",
    "propose_mark",
    "reissue_diploma",
    "remove_candidate",
    "reply_to_sample",
    "resume_issue_run",
    "retire_moderator",
    "revoke_diploma",
    "send_back_board",
    "sign_declaration",
    "start_issue_run",
]
