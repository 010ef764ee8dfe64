"""`manage.py test`: the whole suite, by pytest, in the place of Django's own test command."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand

from ctts.state import ROOT

MOST = 4  # each process has a database, a Redis and, where asked for, a worker and a browser of its own
ALONE = ("-n", "--numprocesses", "--pdb", "--trace", "-s", "--co", "--collect-only")


def shared_out(arguments: Sequence[str]) -> list[str]:
    """What makes pytest share a whole run among the cores; nothing when paths, `-n` or a debugger are given.

    Tests of one file stay together: many files make a world once and let each test undo what it did. Files begin in the
    order of the collection (`tests/plugin.py` puts the long ones first), and not those with the most tests first: the
    longest has a single one and would be left to the end.
    """
    cores = os.cpu_count() or 1
    whole = all(argument.startswith(("-", "not slow", "slow")) for argument in arguments)
    if cores < 2 or not whole or any(argument.startswith(ALONE) for argument in arguments):
        return []
    return ["-n", str(min(cores, MOST)), "--dist", "loadfile", "--no-loadscope-reorder"]


class Command(BaseCommand):
    """Hand over to pytest; everything after `test` is pytest's."""

    help = "Run the test suite on embedded servers of its own; arguments are pytest's."
    requires_system_checks = []

    def run_from_argv(self, argv: list[str]) -> None:
        """Replace this process by pytest, so that its exit code and signals are the command's."""
        os.chdir(ROOT)
        given = argv[2:]
        command = [sys.executable, "-m", "pytest", *shared_out(given), *given]
        os.execv(sys.executable, command)  # noqa: S606 — no shell is meant

    def handle(self, *_: Any, **__: Any) -> None:
        """The same without arguments, for `call_command`."""
        self.run_from_argv([sys.argv[0], "test"])
