"""What people hear from moderation."""

from __future__ import annotations

from ctts.notifications.notices import Notice

DIPLOMA_READY = Notice(key="moderation.diploma_ready", title="Your Diploma is ready")
DIPLOMA_REVOKED = Notice(key="moderation.diploma_revoked", title="Your Diploma was revoked", urgent=True)
PACK_READY = Notice(key="moderation.pack_ready", title="Your pack for the register is ready", can_mute=True)
