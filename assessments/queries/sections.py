"""The office's area of results, moderators, boards and diplomas: its pages in their order."""

from __future__ import annotations

from django.urls import reverse

from ctts.common.parts import Tab

SECTIONS = (
    ("Moderators", "moderation:pool"),
    ("Results", "assessments:results"),
    ("Markers who differ", "moderation:disagreements"),
    ("Boards", "moderation:boards"),
    ("Diplomas", "moderation:diplomas"),
)


def office_sections(current: str) -> list[Tab]:
    """The pages of the area as tabs; `current` is the name of the address that is open."""
    return [Tab(label, reverse(name), name == current) for label, name in SECTIONS]
