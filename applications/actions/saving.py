"""Keeping a filter of the desk under a name (screens 19)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from applications import access
from applications.models import SavedFilter
from ctts.accounts.models import User
from ctts.audit.actions import record
from ctts.common.clock import london_date
from ctts.common.verdict import Invalid, require

AT_MOST = 20


@transaction.atomic
def save_filter(*, by: User, now: datetime, name: str, wanted: Mapping[str, Any]) -> SavedFilter:
    """Keep a filter for oneself; one of the same name takes the place of the earlier.

    `wanted` is what `forms.DeskFilter` understood. Raises NotAllowed outside the office, Invalid without a name,
    without anything to filter by, or for the twenty-first.
    """
    require(access.can_save_filters(by, london_date(now)))
    held = {key: value for key, value in wanted.items() if value}
    if not name.strip():
        raise Invalid("Give it a name.", "label")
    if not held:
        raise Invalid("Choose something to filter by first.", "label")
    others = SavedFilter.objects.select_for_update(no_key=True).filter(person=by).exclude(name=name.strip())
    if len(others) >= AT_MOST:
        raise Invalid(f"You keep {AT_MOST} filters already. Remove one first.", "label")
    made, _ = SavedFilter.objects.update_or_create(person=by, name=name.strip(), defaults={"wanted": held})
    record("applications.filter.saved", by=by, at=now, about=made, after=held)
    return made


@transaction.atomic
def remove_filter(*, by: User, now: datetime, saved: SavedFilter) -> None:
    """Remove a filter of one's own. Raises NotAllowed for another person's."""
    require(access.can_remove_filter(by, saved))
    record("applications.filter.removed", by=by, at=now, about=saved, before=saved.wanted)
    SavedFilter.objects.filter(pk=saved.pk).delete()
