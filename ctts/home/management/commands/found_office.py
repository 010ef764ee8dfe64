"""`manage.py found_office EMAIL NAME [--json]`: the first two members of the scheme office of a new system."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from ctts.common import clock
from ctts.common.commands import JsonCommand
from ctts.common.verdict import Refused
from ctts.organisations.actions import found_office


class Command(JsonCommand):
    help = "Enter one of the first two members of the scheme office and mail them the link that opens their account."

    def add_arguments(self, parser: CommandParser) -> None:
        """The address and the full name; --json for machines."""
        parser.add_argument("email")
        parser.add_argument("name")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say who is entered; raises CommandError once there are two, and for a name or address that cannot be."""
        now = clock.now()
        try:
            given = found_office(by=None, now=now, email=options["email"], full_name=options["name"])
        except Refused as problem:
            raise CommandError(str(problem)) from problem
        person = given.person
        words = f"{person.full_name} <{person.email}> is of the scheme office; the link is on its way."
        self.tell({"person": person.pk, "email": person.email}, words, as_json=options["json"])
