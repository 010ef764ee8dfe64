"""`manage.py demo [--json]`: make the demo world unless it is there, and list its people."""

from __future__ import annotations

import gc
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError, CommandParser

from ctts.common import clock
from ctts.common.commands import JsonCommand
from ctts.common.own_database import require_own_database
from ctts.demo.people import personas
from ctts.demo.world import get_ready, make_world, world_exists


class Command(JsonCommand):
    help = "Make the demo world unless it is there, and list its people with how to sign in."

    def add_arguments(self, parser: CommandParser) -> None:
        """--json for machines; --when-told for the launcher, which migrates meanwhile."""
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--when-told", action="store_true", help="get ready, then wait for a line of input")

    def handle(self, *args: Any, **options: Any) -> None:
        """Idempotent. Raises CommandError when the database is not ours, or the list of people is gone."""
        if options["when_told"]:
            get_ready()
            if not sys.stdin.readline():
                return  # whoever would have told us is gone
        require_own_database(claim=True)
        if not world_exists():
            gc.disable()  # the world is made once, and this process ends with it
            make_world(clock.now(), sides_at_once=True)
            gc.freeze()  # nor is it looked through once more at the end
        people = personas()
        if not people:
            raise CommandError("The demo world is there, but the list of its people is not; remove the state folder.")
        if options["json"]:
            self.answer([asdict(person) for person in people])
            return
        for person in people:
            self.stdout.write(f"{person.name:24} {person.role:44} {person.email}")
