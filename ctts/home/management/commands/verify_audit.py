"""`manage.py verify_audit [--json]`: recompute the audit; exit 0 only when all of it holds."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError, CommandParser

from ctts.audit.verification import verify
from ctts.common.commands import JsonCommand


class Command(JsonCommand):
    help = "Recompute every chain and head of the audit and name the first bad entry of each (quality rule 7)."

    def add_arguments(self, parser: CommandParser) -> None:
        """--json for machines."""
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was read and found; raises CommandError (exit 1) when anything does not hold."""
        report = verify()
        if options["json"]:
            self.answer({**asdict(report), "holds": not report.faults})
        else:
            self.stdout.write(f"{report.entries} entries in {report.chains} chains, {report.heads} heads.")
        if report.faults:
            for fault in report.faults:
                self.stderr.write(f"{fault.chain}, entry {fault.number}: {fault.message}")
            raise CommandError("The audit does not hold.")
