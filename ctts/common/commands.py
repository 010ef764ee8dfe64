"""Commands that a program may call: with --json they print exactly one JSON value, also when they fail."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand


class JsonCommand(BaseCommand):
    """A command with --json. It answers by `answer`; a failure before that is answered here, once for all commands."""

    answered = False

    def answer(self, found: Any, **layout: Any) -> None:
        """Print what was found as the one JSON value."""
        self.stdout.write(json.dumps(found, **layout))
        self.answered = True

    def tell(self, found: Any, words: str, *, as_json: bool) -> None:
        """Print what was found, for a program or for a person."""
        if as_json:
            self.answer(found)
        else:
            self.stdout.write(words)

    def execute(self, *args: Any, **options: Any) -> Any:
        """Run it. Whatever it raises is raised again: the line for people and the exit code stay what they are."""
        self.answered = False
        try:
            return super().execute(*args, **options)
        except Exception as problem:
            if options.get("json") and not self.answered:
                self.answer({"error": str(problem).strip() or type(problem).__name__})
            raise
