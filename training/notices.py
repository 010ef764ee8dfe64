"""What people hear about training."""

from __future__ import annotations

from ctts.notifications.notices import Notice

WELCOME = Notice(key="training.welcome", title="Welcome to the Clinical Technologist Training Scheme")
APPOINTED = Notice(key="training.appointed", title="You are appointed to a trainee")
PLAN_SIGNED = Notice(key="training.plan_signed", title="A training plan waits for your signature")
SUBMITTED = Notice(key="training.submitted", title="A trainee submitted a competency")
RETURNED = Notice(key="training.returned", title="Your supervisor returned a competency")
SIGNED = Notice(key="training.signed", title="Your supervisor signed competencies", can_mute=True)
SIGN_OFF_WITHDRAWN = Notice(key="training.sign_off_withdrawn", title="A signature was withdrawn")
EVIDENCE_HELD = Notice(key="training.evidence_held", title="Your evidence waits for your answer")
EVIDENCE_QUARANTINED = Notice(key="training.evidence_quarantined", title="Evidence was withdrawn", urgent=True)
