"""`manage.py import_framework FILE [--dry-run] [--publish] [--json]`: a framework from a spreadsheet (S2)."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from ctts.common import clock
from ctts.common.commands import JsonCommand
from ctts.common.verdict import Refused
from ctts.scheme import actions, queries
from ctts.scheme.models import Framework, Scope
from ctts.scheme.spreadsheet import FrameworkSheet, SheetProblems, differences, read_framework


class Command(JsonCommand):
    help = "Read a competency framework (XLSX or CSV), show what it changes, and store it unless --dry-run."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, --dry-run to store nothing, --publish to offer it at once, --json for machines."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true")
        parser.add_argument("--publish", action="store_true")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the differences from the published version; raises CommandError naming every cell to mend."""
        content = self._content(options["file"])
        try:
            with options["file"].open("rb") as file:
                sheet = read_framework(file, options["file"].name)
        except SheetProblems as problems:
            raise CommandError("\n".join(str(problem) for problem in problems.problems)) from problems
        answer = {"scope": sheet.scope, "version": sheet.version, **self._differences(sheet), "stored": None}
        stored = self._store(sheet, hashlib.sha256(content).hexdigest(), options)
        answer["stored"] = None if options["dry_run"] else stored
        self._say(answer, options["json"])

    def _content(self, path: Path) -> bytes:
        try:
            return path.read_bytes()
        except OSError as problem:
            raise CommandError(f"{path} cannot be read: {problem.strerror}.") from problem

    def _differences(self, sheet: FrameworkSheet) -> dict[str, Any]:
        scope = Scope.objects.filter(code=sheet.scope).first()
        if scope is None:
            raise CommandError(f"There is no scope with the code “{sheet.scope}”.")
        published = queries.framework_for(scope)
        return asdict(differences(queries.framework_as_sheet(published) if published else None, sheet))

    @transaction.atomic
    def _store(self, sheet: FrameworkSheet, file_sha256: str, options: dict[str, Any]) -> int:
        """Store it, and take it back at once in a dry run: what the one refuses, the other does."""
        now = clock.now()
        try:
            framework: Framework = actions.import_framework(by=None, now=now, sheet=sheet, file_sha256=file_sha256)
            if options["publish"]:
                actions.publish_framework(by=None, now=now, framework_id=framework.pk)
        except Refused as problem:
            raise CommandError(str(problem)) from problem
        transaction.set_rollback(options["dry_run"])
        return framework.pk

    def _say(self, answer: dict[str, Any], as_json: bool) -> None:
        if as_json:
            self.answer(answer)
            return
        counts = ", ".join(f"{len(answer[kind])} {kind}" for kind in ("added", "removed", "changed"))
        stored = "stored" if answer["stored"] else "not stored (dry run)"
        self.stdout.write(f"{answer['scope']} version {answer['version']}: {counts}; {stored}.")
