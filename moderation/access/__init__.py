"""Who may do what in moderation: the pool, appointing, settling marks, the board."""

from moderation.access.agreeing import (
    MARKS_AS,
    can_accept,
    can_adjudicate,
    can_agree,
    can_appoint_adjudicator,
    disagreement_of,
    is_in_force,
    is_marker,
)
from moderation.access.appointing import can_end, can_pick
from moderation.access.boards import Tie, Ties, can_approve, can_cancel, can_change_list, can_propose, can_send_back
from moderation.access.diplomas import (
    can_change_diploma,
    can_have_diploma_file,
    can_issue_diplomas,
    can_reissue_diploma,
    can_revoke_diploma,
    diploma_in_force,
    visible_diplomas,
)
from moderation.access.packs import can_ask_pack, can_have_pack, can_use_pack
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
    "MARKS_AS",
    "Tie",
    "Ties",
    "can_accept",
    "can_adjudicate",
    "can_agree",
    "can_appoint_adjudicator",
    "can_approve",
    "can_ask_pack",
    "can_cancel",
    "can_change_diploma",
    "can_change_list",
    "can_change_moderator",
    "can_declare_interest",
    "can_end",
    "can_end_interest",
    "can_have_diploma_file",
    "can_have_pack",
    "can_issue_diplomas",
    "can_pick",
    "can_propose",
    "can_reissue_diploma",
    "can_revoke_diploma",
    "can_send_back",
    "can_sign_declaration",
    "can_step",
    "can_use_pack",
    "diploma_in_force",
    "disagreement_of",
    "in_force",
    "is_in_force",
    "is_marker",
    "last_declaration",
    "visible_diplomas",
]
