"""What people hear from moderation."""

from __future__ import annotations

from ctts.notifications.notices import Notice

DIPLOMA_READY = Notice(key="moderation.diploma_ready", title="Your Diploma is ready")
DIPLOMA_REVOKED = Notice(key="moderation.diploma_revoked", title="Your Diploma was revoked", urgent=True)
PACK_READY = Notice(
    key="moderation.pack_ready",
    title="Your pack for the register is ready",
    can_mute=True,
    always=True,
    hears=("trainee",),
)
ENTERED = Notice(key="moderation.entered", title="You are asked to join the pool of moderators")
POOL_CHANGED = Notice(key="moderation.pool_changed", title="Your place in the pool of moderators changed")
INTEREST_DECLARED = Notice(key="moderation.interest_declared", title="A moderator declared an interest")
APPOINTMENT_ENDED = Notice(key="moderation.appointment_ended", title="Your appointment to a trainee ends")
MARK_PROPOSED = Notice(key="moderation.mark_proposed", title="A result waits for your agreement")
MARK_SETTLED = Notice(key="moderation.mark_settled", title="The result you marked is settled")
BOARD_PROPOSED = Notice(key="moderation.board_proposed", title="A list of awards waits for approval")
BOARD_SENT_BACK = Notice(key="moderation.board_sent_back", title="Your list of awards was sent back")
SAMPLE_JUDGED = Notice(key="moderation.sample_judged", title="The External Moderator sampled local work")
SAMPLE_ANSWERED = Notice(key="moderation.sample_answered", title="A supervisor answered your verdict on a sample")
RATIFIED = Notice(key="moderation.ratified", title="Your award is ratified", urgent=True)
