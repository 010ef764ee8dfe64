"""Storing a version of a DOPS form, for those who import one and those who change one (T5)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max

from ctts.accounts.models import User
from ctts.audit.actions import record
from ctts.scheme.models import DopsForm, DopsItem, Scope
from ctts.scheme.spreadsheet import DopsItemRow


def add_dops_form(
    *,
    by: User | None,
    now: datetime,
    scope: Scope | None,
    items: Iterable[DopsItemRow],
    starts_at: datetime | None,
    reason: str = "",
) -> DopsForm:
    """The next version of a form, holding from `starts_at`, or (None) once its framework is published."""
    last = DopsForm.objects.filter(scope=scope).aggregate(last=Max("version"))["last"]
    form = DopsForm.objects.create(
        scope=scope,
        version=(last or 0) + 1,
        imported_at=now,
        imported_by=by,
        starts_at=starts_at,
        reason=reason,
    )
    DopsItem.objects.bulk_create(
        DopsItem(form=form, number=row.number, title=row.title, observed=row.observed, anchors=list(row.anchors))
        for row in items
    )
    return form


def store_dops_form(
    *,
    by: User | None,
    now: datetime,
    scope: Scope | None,
    items: Iterable[DopsItemRow],
    starts_at: datetime | None = None,
) -> DopsForm:
    """Add what an import brought, on the audit."""
    form = add_dops_form(by=by, now=now, scope=scope, items=items, starts_at=starts_at)
    record("scheme.dops_form.imported", by=by, at=now, about=form, after={"version": form.version})
    return form
