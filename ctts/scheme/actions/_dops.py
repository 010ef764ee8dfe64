"""Storing a version of a DOPS form, for those who import one and those who change one (T5)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max

from ctts.accounts.models import User
from ctts.audit.actions import record
from ctts.scheme.models import DopsForm, DopsItem, Scope
from ctts.scheme.spreadsheet import DopsItemRow


def next_version(scope: Scope | None) -> int:
    """The number of the next version of a form. Two who take the same one are judged by the database."""
    last: int | None = DopsForm.objects.filter(scope=scope).aggregate(last=Max("version"))["last"]
    return (last or 0) + 1


def add_dops_form(
    *,
    by: User | None,
    now: datetime,
    scope: Scope | None,
    version: int,
    items: Iterable[DopsItemRow],
    starts_at: datetime | None,
    reason: str = "",
) -> DopsForm:
    """A version of a form with its items, holding from `starts_at`, or (None) once its framework is published."""
    form = DopsForm.objects.create(
        scope=scope,
        version=version,
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
    version = next_version(scope)
    form = add_dops_form(by=by, now=now, scope=scope, version=version, items=items, starts_at=starts_at)
    record("scheme.dops_form.imported", by=by, at=now, about=form, after={"version": form.version})
    return form
