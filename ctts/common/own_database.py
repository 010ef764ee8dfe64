"""Commands that play with time or people look first whether the database is theirs."""

from __future__ import annotations

from django.conf import settings
from django.core.management.base import CommandError
from django.db import ProgrammingError

from ctts.common.models import DeploymentMark


def require_own_database(*, claim: bool = False) -> None:
    """Return when the database has no mark yet or that of this mode; with `claim` it has it afterwards.

    Raises CommandError, in one line, when the database is used for something else or is not migrated.
    """
    mode = settings.MODE
    try:
        if claim:
            DeploymentMark.objects.bulk_create([DeploymentMark(pk=1, mode=mode)], ignore_conflicts=True)
        used_for = DeploymentMark.objects.values_list("mode", flat=True).filter(pk=1).first()
    except ProgrammingError as problem:
        raise CommandError("The database is not migrated.") from problem
    if used_for not in {None, mode}:
        raise CommandError(f"This database is used for {used_for}; it can never be used for {mode}.")
