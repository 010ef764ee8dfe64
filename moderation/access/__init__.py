"""Who may do what in moderation."""

from moderation.access.diplomas import (
    can_change_diploma,
    can_have_diploma_file,
    can_issue_diplomas,
    can_reissue_diploma,
    can_revoke_diploma,
    is_in_force,
    visible_diplomas,
)
from moderation.access.packs import can_ask_pack, can_use_pack

__all__ = [
    "can_ask_pack",
    "can_change_diploma",
    "can_have_diploma_file",
    "can_issue_diplomas",
    "can_reissue_diploma",
    "can_revoke_diploma",
    "can_use_pack",
    "is_in_force",
    "visible_diplomas",
]
