"""`manage.py issue_diplomas [--json]`: issue a diploma for every award without one, and make the files. Exit 0 only
when nothing is left."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.management.base import CommandError, CommandParser

from ctts.common import clock
from ctts.common.commands import JsonCommand
from ctts.common.verdict import Refused
from moderation import actions, periodic, queries
from moderation.models import IssueRun


class Command(JsonCommand):
    help = "Issue diplomas for every ratified award without one, as a run, and make their sealed files."

    def add_arguments(self, parser: CommandParser) -> None:
        """--json for machines."""
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was issued, made and refused; raises CommandError (exit 1) when anything is left."""
        now = clock.now()
        run = _issue(now)
        made = _until_nothing(periodic.make_diplomas, now)
        owed = [diploma.number for diploma in queries.files_owed()]
        items: list[Any] = list(queries.run_items(run)) if run else []
        issued = [item.number for item in items if item.number]
        failed = [{"award": item.award_id, "error": item.error} for item in items if item.error]
        if options["json"]:
            self.answer({"issued": issued, "files": made, "failed": failed, "files_owed": owed})
        else:
            self.stdout.write(f"{len(issued)} issued, {made} files made.")
        for entry in failed:
            self.stderr.write(f"Award {entry['award']}: {entry['error']}")
        if failed or owed:
            raise CommandError(f"{len(failed)} awards have no diploma, {len(owed)} diplomas no file. The log says why.")


def _issue(now: datetime) -> IssueRun | None:
    """A run of every award that no other run has, worked off here or by a worker that is quicker."""
    waiting = queries.awards_without_diploma().exclude(pk__in=queries.awards_in_runs())
    ids = list(waiting.values_list("pk", flat=True))
    try:
        run = actions.start_issue_run(by=None, now=now, award_ids=ids) if ids else None
    except Refused as reason:  # somebody else began with one of them in this moment
        raise CommandError(str(reason)) from reason
    _until_nothing(periodic.issue_diplomas, now)
    return run


def _until_nothing(job: Any, now: datetime) -> int:
    """Call a job of the calendar until it finds nothing more to do; how many things it did."""
    did = 0
    while done := job(now):
        did += done
    return did
