"""What a database is used for: marked at its first use, compared at every later one (docs/operations.md)."""

from __future__ import annotations

from django.apps import apps
from django.conf import settings
from django.core.management.base import CommandError
from django.db import ProgrammingError


class DatabaseUseError(Exception):
    """Why a database cannot be used, as the rest of a sentence."""


def compare_mark(mode: str, *, claim: bool) -> None:
    """Return when the database has no mark yet or that of `mode`; with `claim` it has it afterwards.

    Raises DatabaseUseError when it is used for something else or is not migrated.
    """
    marks = apps.get_model("common", "DeploymentMark")  # this module is loaded before the models are
    try:
        if claim:
            marks.objects.bulk_create([marks(pk=1, mode=mode)], ignore_conflicts=True)
        used_for = marks.objects.values_list("mode", flat=True).filter(pk=1).first()
    except ProgrammingError as problem:
        raise DatabaseUseError(
            "the database is not migrated; run `python3 manage.py migrate --database owner`."
        ) from problem
    if used_for not in {None, mode}:
        raise DatabaseUseError(f"this database is used for {used_for}; it can never be used for {mode}.")


def require_own_database(*, claim: bool = False) -> None:
    """Commands that play with time or people ask first. Raises CommandError in one line as `compare_mark` refuses."""
    try:
        compare_mark(settings.MODE, claim=claim)
    except DatabaseUseError as refusal:
        words = str(refusal)
        raise CommandError(words[0].upper() + words[1:]) from refusal
