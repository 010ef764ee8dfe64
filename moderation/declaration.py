"""The words that a moderator signs before they moderate (E4). Other words are a new version; what was signed keeps its
digest, and holds until its last day."""

from __future__ import annotations

from ctts.common.digest import sha256

VERSION = "2026-1"
STATEMENTS = (
    "What I learn about trainees, their work and the people around them I keep to myself and use for moderation only.",
    "I look at a record only while I am appointed to it, and keep no copies when the appointment has ended.",
    "My marks stay with me until both markers have handed theirs in, and results until the scheme has released them.",
    "If I meet anything that could identify a patient, I report it at once and pass it on to nobody else.",
    "I declare every interest in a Training Centre or trainee that could make others doubt my judgement, as soon as I "
    "know of it, and I moderate for nobody to whom I stand too close.",
)
SHA256 = sha256({"version": VERSION, "statements": list(STATEMENTS)})
SIGNED = "I have read the confidentiality declaration of moderators, version " + VERSION + ", and I will keep it."
