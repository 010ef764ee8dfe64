"""What people hear about training."""

from __future__ import annotations

from ctts.notifications.notices import Notice

WELCOME = Notice(key="training.welcome", title="Welcome to the Clinical Technologist Training Scheme")
APPOINTED = Notice(key="training.appointed", title="You are appointed to a trainee")
