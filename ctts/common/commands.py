"""Commands that a program may call: with --json they print exactly one JSON value, also when they fail."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError


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
                self.answer({"error": words_of(problem)})
            raise


def words_of(problem: Exception) -> str:
    """What a command says when it fails, in one line; a database that is away is told by its first line."""
    words = str(problem).strip() or type(problem).__name__
    if isinstance(problem, OperationalError) and "connect" in words:
        return f"The database does not answer. Is the product running? ({words.splitlines()[0]})"
    return words
