"""What people hear about assessments."""

from __future__ import annotations

from ctts.notifications.notices import Notice

PUT_FORWARD = Notice(key="assessments.put_forward", title="A first year waits for your decision")
SENT_BACK = Notice(key="assessments.sent_back", title="The External Moderator sent a first year back")
SAFETY_WITHDRAWN = Notice(
    key="assessments.safety_withdrawn", title="A confirmation of patient safety was withdrawn", urgent=True
)
AGREED = Notice(key="assessments.agreed", title="An outcome waits to be confirmed", can_mute=True)
CONFIRMED = Notice(key="assessments.confirmed", title="An outcome waits to be released", can_mute=True)
QUERIED = Notice(key="assessments.queried", title="The office queries an outcome")
RELEASED = Notice(key="assessments.released", title="An outcome of yours is released", urgent=True)
RELEASED_AROUND = Notice(key="assessments.released_around", title="An outcome of a trainee is released")
