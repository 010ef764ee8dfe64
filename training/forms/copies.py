"""Ordering a copy of the whole record (quality rule 18)."""

from __future__ import annotations

from ctts.common.forms import CrispyForm, KeyField


class OrderCopyForm(CrispyForm):
    """Nothing is asked; the key makes a second press of the button harmless."""

    key = KeyField()
