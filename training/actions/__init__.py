"""What can be done in training, by thing."""

from training.actions.appointing import add_appointment, end_appointment
from training.actions.competencies import (
    ChangedSinceSeen,
    Signing,
    note_seen,
    rate_item,
    return_item,
    sign_item,
    sign_items,
    start_item,
    submit_item,
    withdraw_sign_off,
)
from training.actions.drafting import keep_draft
from training.actions.enrolling import enrol
from training.actions.evidence import (
    ChangedElsewhere,
    Content,
    add_evidence,
    answer_findings,
    edit_evidence,
    finish_sharing,
    map_evidence,
    quarantine_evidence,
    reopen_evidence,
    share_evidence,
)
from training.actions.planning import agree_plan, tailor_item

__all__ = [
    "ChangedElsewhere",
    "ChangedSinceSeen",
    "Content",
    "Signing",
    "add_appointment",
    "add_evidence",
    "agree_plan",
    "answer_findings",
    "edit_evidence",
    "end_appointment",
    "enrol",
    "finish_sharing",
    "keep_draft",
    "map_evidence",
    "note_seen",
    "quarantine_evidence",
    "rate_item",
    "reopen_evidence",
    "return_item",
    "share_evidence",
    "sign_item",
    "sign_items",
    "start_item",
    "submit_item",
    "tailor_item",
    "withdraw_sign_off",
]
