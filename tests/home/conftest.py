"""Worlds that pages for everybody are looked at in: two trainees in training, and two with awards."""

from __future__ import annotations

from tests.moderation.conftest import awarded, module_awarded
from tests.training.conftest import module_world, world

__all__ = ["awarded", "module_awarded", "module_world", "world"]
