"""Typed text that is not lost: what a form held when it was last saved by itself (screens 13).

An app keeps drafts in a table of its own made from `DraftBase`; its autosave view calls `keep`. A draft holds the raw
strings of the form, valid or not, and is deleted when the form is saved properly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.conf import settings
from django.db import models

from ctts.common.verdict import TooLate

LONGEST = 400_000  # characters of one draft, all fields together: a 10 000-word paste fits several times


class KeptFields(models.Model):
    """The raw fields of one form of one owner; `version` counts the saves, so that two tabs notice each other.

    `unsaved` is false once they say again what is saved: typed and taken back, or a form sent empty. A table adds the
    foreign key `owner`.
    """

    form_key = models.CharField(max_length=100)
    fields = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    unsaved = models.BooleanField(default=True)
    saved_at = models.DateTimeField()

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["owner", "form_key"], name="%(app_label)s_%(class)s_once_per_form")
        ]

    def adds_to(self, fields: Mapping[str, Any]) -> bool:
        """Whether this holds text that neither these raw fields have nor what is saved; version 0 was never kept."""
        return bool(
            self.version and self.unsaved and self.fields != {name: _storable(value) for name, value in fields.items()}
        )


class DraftBase(KeptFields):
    """What a person with an account keeps, as all do but external assessors of a DOPS (T5)."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta(KeptFields.Meta):
        abstract = True


class NewerDraft(TooLate):
    """Somebody (or another tab) saved newer text; `draft` is what is there now."""

    def __init__(self, draft: KeptFields) -> None:
        super().__init__("Newer text was saved elsewhere.")
        self.draft = draft


D = TypeVar("D", bound=KeptFields)


def keep(
    model: type[D],
    *,
    owner_id: int,
    form_key: str,
    fields: Mapping[str, Any],
    seen_version: int,
    now: datetime,
    unsaved: bool = True,
) -> D:
    """Save the raw fields of a form; `seen_version` is the version the tab last knew, 0 for none.

    Call it inside a transaction. Raises NewerDraft when another tab saved since, ValueError when the text is too long.
    """
    if sum(len(str(value)) for value in fields.values()) > LONGEST:
        raise ValueError("This is more text than a draft can hold. Shorten it, or attach it as a file.")
    model._default_manager.bulk_create(
        [model(owner_id=owner_id, form_key=form_key, saved_at=now)], ignore_conflicts=True
    )
    draft = model._default_manager.select_for_update(no_key=True).get(owner_id=owner_id, form_key=form_key)
    if draft.version != seen_version:
        raise NewerDraft(draft)
    draft.fields = {name: _storable(value) for name, value in fields.items()}
    draft.version, draft.unsaved, draft.saved_at = draft.version + 1, unsaved, now
    draft.save(update_fields=["fields", "version", "unsaved", "saved_at"])
    return draft


def save_over(
    model: type[D],
    save: Callable[[], object],
    *,
    owner_id: int,
    form_key: str,
    fields: Mapping[str, Any],
    seen_version: int,
) -> None:
    """Carry out `save`, which drops the draft of this form, unless that holds what the window never saw.

    `fields` is what the window sends, `seen_version` the version of the draft that it knew. Call it inside a
    transaction. Raises NewerDraft, and all that `save` raises.
    """
    draft = model._default_manager.select_for_update(no_key=True).filter(owner_id=owner_id, form_key=form_key).first()
    if draft is not None and draft.version != seen_version and draft.adds_to(fields):
        raise NewerDraft(draft)
    save()


def _storable(value: Any) -> Any:
    """A value without NUL, which PostgreSQL keeps in no text; the form names it when it is saved properly."""
    if isinstance(value, list):
        return [_storable(each) for each in value]
    return value.replace("\0", "") if isinstance(value, str) else value


def forget(model: type[D], *, owner_id: int, form_key: str) -> None:
    """Drop a draft once its form was saved properly."""
    model._default_manager.filter(owner_id=owner_id, form_key=form_key).delete()
