"""What people hear about assessments."""

from __future__ import annotations

from ctts.notifications.notices import Notice

PUT_FORWARD = Notice(key="assessments.put_forward", title="A first year waits for your decision")
SENT_BACK = Notice(key="assessments.sent_back", title="The External Moderator sent a first year back")
SAFETY_WITHDRAWN = Notice(
    key="assessments.safety_withdrawn", title="A confirmation of patient safety was withdrawn", urgent=True
)
AGREED = Notice(key="assessments.agreed", title="An outcome waits to be confirmed", can_mute=True, hears=("office",))
CONFIRMED = Notice(
    key="assessments.confirmed",
    title="An outcome waits to be released",
    can_mute=True,
    hears=("office",),
)
QUERIED = Notice(key="assessments.queried", title="The office queries an outcome")
RELEASED = Notice(key="assessments.released", title="An outcome of yours is released", urgent=True)
RELEASED_AROUND = Notice(key="assessments.released_around", title="An outcome of a trainee is released")
PORTFOLIO_READY = Notice(
    key="assessments.portfolio_ready",
    title="Your portfolio is compiled",
    can_mute=True,
    always=True,
    hears=("trainee",),
)
PORTFOLIO_FAILED = Notice(key="assessments.portfolio_failed", title="Your portfolio could not be compiled", always=True)
PORTFOLIO_SEALED = Notice(key="assessments.portfolio_sealed", title="Receipt for your sealed portfolio", always=True)
PORTFOLIO_TO_MARK = Notice(key="assessments.portfolio_to_mark", title="A portfolio waits for your marking")
MARKS_IN = Notice(key="assessments.marks_in", title="Both markers have submitted")
VIVA_BOOKED = Notice(key="assessments.viva_booked", title="A viva is booked", urgent=True)
VIVA_MOVED = Notice(key="assessments.viva_moved", title="A viva was moved", urgent=True)
VIVA_ADJUSTED = Notice(
    key="assessments.viva_adjusted", title="A reasonable adjustment was agreed since a viva was booked", urgent=True
)
VIVA_CANCELLED = Notice(key="assessments.viva_cancelled", title="A viva was called off", urgent=True)
