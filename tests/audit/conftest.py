"""Heads of the audit are published into a folder of the test's own."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def heads_outside(settings, tmp_path):
    settings.AUDIT_HEAD_DIR = tmp_path / "heads"
