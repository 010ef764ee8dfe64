"""`manage.py check_invariants [--json]`: what must hold across tables; exit 0 only when all of it does."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError, CommandParser

from ctts.common.commands import JsonCommand
from ctts.home.invariants import CHECKED, broken_invariants


class Command(JsonCommand):
    help = "Check what must hold across tables and name what breaks it."

    def add_arguments(self, parser: CommandParser) -> None:
        """--json for machines."""
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was checked; raises CommandError (exit 1) when anything is broken."""
        broken = broken_invariants()
        if options["json"]:
            answer = {"checked": CHECKED, "broken": [asdict(entry) for entry in broken]}
            self.answer(answer)
        else:
            self.stdout.write(f"{CHECKED} invariants checked, {len(broken)} broken.")
        if broken:
            for entry in broken:
                self.stderr.write(f"{entry.rule}: {entry.sentence} Not so for {', '.join(map(str, entry.ids))}.")
            raise CommandError("Something that must always hold does not.")
