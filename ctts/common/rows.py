"""Kinds of rows: how long they are kept, rows that are only ever added, and rows that stay once they are closed."""

from __future__ import annotations

from enum import Enum
from typing import Any, ClassVar

import pgtrigger
from django.db import models


class Retention(Enum):
    """Why a row is kept and until when; every model declares one, the retention routine reads it."""

    SYSTEM = "for the running of the system; no personal content"
    REFERENCE = "reference data of the scheme; kept"
    AUDIT = "audit; kept for the life of the register"
    ACCOUNT = "a person's account; until nothing refers to it"
    DOSSIER = "the dossier of an applicant or trainee; by the scheme's retention period after its end"
    HEALTH = "health data of an adjustment; erased first"
    OUTCOME = "results and diplomas; kept permanently"
    MESSAGE = "correspondence; with the dossier it belongs to"
    OFFICE = "work of the office; by the scheme's retention period"


def closed_guard(name: str, closed: str, words: str) -> pgtrigger.Trigger:
    """A trigger that refuses any change to a row of something that is closed: handed in, sent, frozen.

    `closed` is the SQL condition that holds when it is, with `{row}` standing for NEW or OLD; `words` is what the
    database says then.
    """
    old, new = (closed.format(row=row) for row in ("OLD", "NEW"))
    func = f"""
    IF TG_OP <> 'INSERT' AND {old} THEN RAISE EXCEPTION '{words}'; END IF;
    IF TG_OP <> 'DELETE' AND {new} THEN RAISE EXCEPTION '{words}'; END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
    """
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=func,
    )


class AppendOnly(models.Model):
    """A fact: added once, never edited or deleted; a correction is another row that points at it.

    Python refuses here, the database refuses by trigger (inherit `class Meta(AppendOnly.Meta)`).
    """

    class Meta:
        abstract = True
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; raises TypeError for a row that is already stored."""
        if not self._state.adding:
            raise TypeError(f"{type(self).__name__} rows are never edited; add another one.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Always raises TypeError: facts stay."""
        raise TypeError(f"{type(self).__name__} rows are never deleted.")
