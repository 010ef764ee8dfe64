"""The parts of a training record as its pages name them: this app's own, and those that later apps add by address."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from ctts.accounts.models import User
from ctts.common.parts import Tab
from training.access import can_read_advice
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


# The pages of the External Moderator in a record; all but the first are read by those whom they are between (T11).
MODERATOR_PARTS = (
    ("Meetings and DOPS", "training:meetings"),
    ("Questions and advice", "training:advice"),
    ("Sampling", "moderation:samples"),
)


def moderator_parts(reader: User, record: TrainingRecord, today: date, current: str) -> list[Tab]:
    """The pages of the External Moderator in a record that this reader opens (T11)."""
    pages = MODERATOR_PARTS if can_read_advice(reader, record, today) else MODERATOR_PARTS[:1]
    return [Tab(label, reverse(name, args=[record.pk]), name == current) for label, name in pages]
