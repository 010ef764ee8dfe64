"""The parts of a training record as its pages name them: this app's own, and those that later apps add by address."""

from __future__ import annotations

from django.urls import reverse

from ctts.common.parts import Tab
from training.models import TrainingRecord

# Every tab of a record: what it is called, and the address that takes the record's id.
TABS = (
    ("Overview", "training:record"),
    ("Competencies", "training:competencies"),
    ("Plan", "training:plan"),
    ("Evidence", "training:evidence"),
    ("Reviews", "training:reviews"),
    ("Reports", "training:reports"),
    ("DOPS", "training:dops_log"),
    ("Writing", "training:writing"),
    ("Events", "training:events"),
    ("CPD", "training:cpd"),
    ("Moderator", "training:meetings"),
    ("Assessments", "assessments:record"),
    ("Messages", "training:threads"),
    ("Concerns", "training:concerns"),
    ("People", "training:people"),
    ("Changes", "training:record_changes"),
    ("Diploma", "moderation:diploma"),
    ("History", "training:history"),
)


def record_tabs(record: TrainingRecord, current: str) -> list[Tab]:
    """The tabs of a record; `current` is the address of the one that is open ("training:plan")."""
    return [Tab(label, reverse(name, args=[record.pk]), current=name == current) for label, name in TABS]
