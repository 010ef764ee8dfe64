"""`manage.py populate --trainees N --seed S [--json]`: a synthetic world for measuring (docs/contract.md)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import connection

from ctts.common import clock
from ctts.common.commands import JsonCommand
from ctts.common.own_database import require_own_database
from ctts.demo.populate import AlreadyThere, Populated, UntrueError, Wanted, password_of, populate, trainees_of

MOST, LAST_SEED = 100_000, 99_999


class Command(JsonCommand):
    help = "Make a synthetic world of N trainees for measuring, by bulk insert; in a demonstration or test only."

    def add_arguments(self, parser: CommandParser) -> None:
        """--trainees how many, --seed of the random numbers; --json for machines."""
        parser.add_argument("--trainees", type=int, required=True)
        parser.add_argument("--seed", type=int, required=True)
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Populate and prove it, or say what is there.

        Raises CommandError outside demo and test, for numbers that cannot be, and when what was made does not hold.
        """
        if settings.MODE not in {"demo", "test"}:
            raise CommandError("A world is populated in a demonstration or test only.")
        require_own_database()
        trainees, seed = options["trainees"], options["seed"]
        if not 1 <= trainees <= MOST or not 0 <= seed <= LAST_SEED:
            raise CommandError(f"Trainees are 1 to {MOST}, a seed is 0 to {LAST_SEED}.")
        try:
            found = populate(Wanted(trainees, seed, clock.now()), say=self.stderr.write)
        except AlreadyThere as refusal:
            raise CommandError(f"{refusal} {trainees_of(seed)} of them are there.") from refusal
        except UntrueError as untrue:
            raise CommandError(f"What was populated does not hold. {untrue}") from untrue
        if found.made:
            with connection.cursor() as cursor:
                cursor.execute("analyze")
        self._say(found, seed, as_json=options["json"])

    def _say(self, found: Populated, seed: int, *, as_json: bool) -> None:
        if as_json:
            answer = {"seed": seed, "trainees": found.trainees, "made": found.made, "rows": found.rows}
            answer |= {"cpu_seconds": round(found.cpu_seconds, 1), "password": password_of(seed)}
            self.answer(answer)
        elif found.made:
            rows = sum(found.rows.values())
            self.stdout.write(f"Made {found.made} trainees, {rows} rows. Everybody's password: {password_of(seed)}")
        else:
            self.stdout.write(f"Seed {seed} is there already: {found.trainees} trainees. Nothing was changed.")
