"""`manage.py demo_clock --at ISO [--json]`: move the clock of a demonstration or test."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from ctts.common import clock
from ctts.common.commands import JsonCommand
from ctts.common.own_database import require_own_database


class Command(JsonCommand):
    help = "Move the clock of a demonstration or test to a time; refused everywhere else."

    def add_arguments(self, parser: CommandParser) -> None:
        """--at the time with its zone; --json for machines."""
        parser.add_argument("--at", required=True, help="ISO 8601 with zone, for example 2028-03-31T22:59:59+00:00")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Set the offset; raises CommandError for a time that is none, outside demo and test, or elsewhere."""
        require_own_database()
        before = clock.now()
        try:
            offset = clock.set_offset(at=clock.usable_instant(options["at"]))
        except ValueError as problem:
            raise CommandError(str(problem)) from problem
        answer = {"at": clock.now().isoformat(), "offset_seconds": round(offset.total_seconds())}
        words = f"The clock shows {answer['at']}."
        if clock.now() < before:
            words += " It went back: what was done until now keeps its dates, which lie ahead."
        self.tell(answer, words, as_json=options["json"])
