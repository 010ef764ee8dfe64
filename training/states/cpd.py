"""Kinds and states of entries in the CPD log (T10; G 5.2)."""

from __future__ import annotations

from django.db.models import TextChoices

from ctts.common.moves import Move, move


class CpdKind(TextChoices):
    """What an activity was (T10). The guidance names none: these are defaults, not confirmed."""

    WORK = "work", "Work-based learning"
    PROFESSIONAL = "professional", "Professional activity"
    COURSE = "course", "Course, workshop or conference"
    OWN_STUDY = "own_study", "Reading and own study"
    OTHER = "other", "Other"


class CpdState(TextChoices):
    """An activity is written, then stands in the log; its author may take it back to write on it (T10)."""

    DRAFT = "draft", "Draft"
    ENTERED = "entered", "In the log"


CPD_MOVES: dict[str, Move] = {
    "enter": move(CpdState.DRAFT, CpdState.ENTERED),
    "reopen": move(CpdState.ENTERED, CpdState.DRAFT),
}
