"""`manage.py list_routes [--json]`: every address with its methods, its guard and what it changes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from ctts.common.commands import JsonCommand
from ctts.home.routes import routes


class Command(JsonCommand):
    help = "List every address with its methods, its guard and what it changes."

    def add_arguments(self, parser: CommandParser) -> None:
        """--json for machines."""
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the routes, one a line or as one JSON list."""
        found = routes()
        if options["json"]:
            self.answer(found, indent=1)
            return
        for route in found:
            self.stdout.write(f"{' '.join(route['methods']):10} {route['path']:60} {route['guard']}  {route['effect']}")
