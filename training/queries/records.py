"""Which training records a person sees."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from ctts.accounts.models import User
from training.access import visible_records
from training.models import TrainingRecord


def records_visible_to(user: User, today: date) -> QuerySet[TrainingRecord]:
    """Own record, those a person stands around on `today`, all for the office; others do not exist for them."""
    rows = TrainingRecord.objects.filter(visible_records(user, today))
    return rows.select_related("trainee", "scope", "centre", "intake", "rules")
