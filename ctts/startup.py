"""What must be true before a web process, worker or beat serves anybody; otherwise it refuses with one line.

1. Its settings can be read, and it knows a server: `DATABASE_URL`, or the mark that `manage.py run` wrote into the
   state folder.
2. Its database is migrated, and was never used for something else: a database once used outside the demonstration
   can never enter it, and the other way round.
3. Its database role owns no table (quality rule 6).
"""

from __future__ import annotations

import sys
import time
from typing import NoReturn

from django.conf import settings
from django.core.checks import Tags, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import InterfaceError, OperationalError, connection

from ctts.common.own_database import DatabaseUseError, compare_mark
from ctts.given import HELD, unusable

PATIENCE_SECONDS = 20.0  # below the time gunicorn allows a worker to start
REFUSED = 3  # the exit code that tells gunicorn's master not to try again


class StartError(Exception):
    """Why a process may not start, in a sentence for whoever started it."""


def require_server(process: str) -> None:
    """Return when `process` ("web", "worker", "beat") may serve; otherwise print one line and exit with code 3."""
    try:
        check_start(settings.MODE)
    except StartError as refusal:
        refuse(process, str(refusal))
    connection.close()  # gunicorn's threads and Celery's children open their own


def require_settings(process: str) -> None:
    """Return when the settings can be read; otherwise print one line that names what is wrong and exit with code 3."""
    try:
        check_settings()
    except ImproperlyConfigured as problem:
        refuse(process, str(problem))


def check_settings() -> None:
    """Raise ImproperlyConfigured when the settings cannot be read or what one of them holds cannot be used."""
    if settings.MODE == "production":
        problem = unusable({name: str(getattr(settings, name)) for name in HELD})
        if problem:
            raise ImproperlyConfigured(problem)


def refuse(process: str, reason: str) -> NoReturn:
    """Print the line and exit."""
    stream = sys.__stderr__ or sys.stderr  # Celery has made a logger of the other one by now
    stream.write(f"The {process} process does not start: {reason}\n")
    stream.flush()
    sys.exit(REFUSED)


def check_start(mode: str) -> None:
    """Check mode, database and role for a process started in `mode`. Raises StartError."""
    if mode == "none":
        raise StartError(
            "no database is configured. Set DATABASE_URL and the other settings of docs/operations.md, "
            "or start the demonstration with `python3 manage.py run`."
        )
    wait_for_database()
    try:
        compare_mark(mode, claim=True)
    except DatabaseUseError as refusal:
        raise StartError(str(refusal)) from refusal
    problems = [*run_checks(tags=[Tags.database], databases=["default"])]
    serious = [problem for problem in problems if problem.is_serious()]
    if serious:
        raise StartError(f"{serious[0].msg} {serious[0].hint or ''}".strip())


def wait_for_database() -> None:
    """Return once the database takes connections; servers start in any order. Raises StartError after 20 seconds."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            connection.ensure_connection()
        except (OperationalError, InterfaceError) as problem:
            if time.monotonic() > deadline:
                raise StartError(f"the database does not answer ({str(problem).strip().splitlines()[0]}).") from problem
            time.sleep(0.5)
        else:
            return
