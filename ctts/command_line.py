"""The command line inside the virtual environment: Django's, with one line instead of a traceback for what is known."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import OperationalError

from ctts.common.commands import words_of
from ctts.startup import check_settings
from ctts.state import StateError


def execute(arguments: Sequence[str]) -> None:
    """Run a command. Exits with one line when the settings, the state folder or the database cannot be used."""
    try:
        _ = settings.MODE
        if arguments[1:2] != ["collectstatic"]:  # an image is built before there are keys
            check_settings()
    except ImproperlyConfigured as problem:
        if "--json" in arguments:  # no command has begun that could answer (ctts/common/commands.py)
            sys.stdout.write(f"{json.dumps({'error': str(problem)})}\n")
        sys.exit(str(problem))
    try:
        execute_from_command_line(list(arguments))
    except StateError as problem:
        sys.exit(str(problem))
    except OperationalError as problem:
        if "connect" not in str(problem):
            raise
        sys.exit(words_of(problem))
