"""`manage.py test`: the whole suite, by pytest, in the place of Django's own test command."""

from __future__ import annotations

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand

from ctts.state import ROOT


class Command(BaseCommand):
    """Hand over to pytest; everything after `test` is pytest's."""

    help = "Run the test suite on embedded servers of its own; arguments are pytest's."
    requires_system_checks = []

    def run_from_argv(self, argv: list[str]) -> None:
        """Replace this process by pytest, so that its exit code and signals are the command's."""
        os.chdir(ROOT)
        os.execv(sys.executable, [sys.executable, "-m", "pytest", *argv[2:]])  # noqa: S606 — no shell is meant

    def handle(self, *_: Any, **__: Any) -> None:
        """The same without arguments, for `call_command`."""
        self.run_from_argv([sys.argv[0], "test"])
