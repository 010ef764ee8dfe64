"""The milestones of a record one by one, and how the office moved them (M)."""

from __future__ import annotations

from datetime import date

from django.db.models import Prefetch, QuerySet

from ctts.accounts.models import User
from training.models import Milestone, MilestoneMove, TrainingRecord
from training.queries.records import records_visible_to


def milestones_visible_to(user: User, today: date) -> QuerySet[Milestone]:
    """The milestones of the records a person sees, with how each was `moved`, newest first (M)."""
    moves = MilestoneMove.objects.select_related("moved_by").order_by("-moved_at", "-pk")
    records = records_visible_to(user, today).select_related(None).order_by().values("pk")
    rows = Milestone.objects.filter(record__in=records)
    rows = rows.select_related("record__trainee", "record__scope", "record__centre", "record__rules")
    return rows.prefetch_related(Prefetch("moves", moves, to_attr="moved"))


def milestones_of(record: TrainingRecord, user: User, today: date) -> QuerySet[Milestone]:
    """The milestones of one record by their days."""
    return milestones_visible_to(user, today).filter(record=record).order_by("due_on", "pk")
