"""Text typed into a form of training is kept as it is typed, valid or not (screens 13)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from ctts.common import drafts
from ctts.common.verdict import Invalid, require
from training import access
from training.actions._handing import lock_hand_over
from training.actions._steps import drafts_of
from training.models import ExternalDraft, HandOver, TrainingDraft, TrainingRecord


@transaction.atomic
def keep_draft(
    *,
    by: access.Doer,
    now: datetime,
    record_id: int,
    form_key: str,
    fields: Mapping[str, Any],
    seen_version: int,
    unsaved: bool = True,
) -> TrainingDraft | ExternalDraft:
    """Keep the raw fields of a form about a record for the person who types; nobody else ever sees them. `unsaved` says
    whether they differ from what is saved.

    The caller has found the record among those the person sees. Raises TooLate when the training has ended, NewerDraft
    when another window saved since `seen_version`, Invalid for far too much text. TooLate on a device handed back, too.
    """
    require(access.is_running(TrainingRecord.objects.get(pk=record_id)))
    if isinstance(by, HandOver):
        require(access.can_write_handed(lock_hand_over(by.pk), now))
    try:
        return drafts.keep(
            drafts_of(by),
            owner_id=access.writer_of(by).pk,
            form_key=form_key,
            fields=fields,
            seen_version=seen_version,
            now=now,
            unsaved=unsaved,
        )
    except ValueError as problem:
        raise Invalid(str(problem)) from problem
