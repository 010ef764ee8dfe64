"""What people hear about assessments."""

from __future__ import annotations

from ctts.notifications.notices import Notice

PORTFOLIO_READY = Notice(key="assessments.portfolio_ready", title="Your portfolio is compiled", can_mute=True)
PORTFOLIO_FAILED = Notice(key="assessments.portfolio_failed", title="Your portfolio could not be compiled")
PORTFOLIO_SEALED = Notice(key="assessments.portfolio_sealed", title="Receipt for your sealed portfolio")
PORTFOLIO_TO_MARK = Notice(key="assessments.portfolio_to_mark", title="A portfolio waits for your marking")
MARKS_IN = Notice(key="assessments.marks_in", title="Both markers have submitted")
VIVA_BOOKED = Notice(key="assessments.viva_booked", title="A viva is booked", urgent=True)
VIVA_MOVED = Notice(key="assessments.viva_moved", title="A viva was moved", urgent=True)
VIVA_CANCELLED = Notice(key="assessments.viva_cancelled", title="A viva was called off", urgent=True)
