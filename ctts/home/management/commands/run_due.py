"""`manage.py run_due [--at ISO] [--json]`: do now what the calendar owes, job by job, in this process."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from ctts.common import clock
from ctts.common.calendar_jobs import run_due
from ctts.common.commands import JsonCommand
from ctts.common.own_database import require_own_database
from ctts.scheme.models import RuleSet
from ctts.scheme.queries import rules_on


class Command(JsonCommand):
    help = "Run every job of the calendar once, in order, as of now or a given time; safe beside beat and to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        """--at the time with its zone; --json for machines."""
        parser.add_argument("--at", default="", help="ISO 8601 with zone; a future time in demonstration and test only")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what each job did; raises CommandError for a refused time, and at the end when a job failed."""
        require_own_database()
        at = _instant(options["at"]) if options["at"] else clock.now()
        outcomes = run_due(at)
        if options["json"]:
            jobs = [asdict(outcome) for outcome in outcomes]
            self.answer({"at": at.isoformat(), "jobs": jobs})
        else:
            for outcome in outcomes:
                self.stdout.write(f"{outcome.name}: {outcome.problem or outcome.did}")
        if failed := [outcome.name for outcome in outcomes if outcome.problem]:
            raise CommandError(f"Failed: {', '.join(failed)}. The log says why; the next run tries again.")


def _instant(text: str) -> datetime:
    """The time asked for, in UTC. Raises CommandError for no time, no zone, a time before the first scheme rules, or a
    future that is not to be played."""
    try:
        at = clock.usable_instant(text)
    except ValueError as problem:
        raise CommandError(str(problem)) from problem
    if at > clock.now() and settings.MODE not in {"demo", "test"}:
        raise CommandError("The future is run in a demonstration or test only.")
    try:
        rules_on(clock.london_date(at))
    except RuleSet.DoesNotExist as problem:
        raise CommandError("No scheme rules were in force on that day. Give a later time.") from problem
    return at
