"""Deciding in moderation: diplomas and what follows them."""

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

__all__ = [
    "ask_pack",
    "cancel_issue_run",
    "fail_pack",
    "finish_pack",
    "give_pack_part",
    "issue_diploma",
    "keep_diploma_file",
    "reissue_diploma",
    "resume_issue_run",
    "revoke_diploma",
    "start_issue_run",
]
