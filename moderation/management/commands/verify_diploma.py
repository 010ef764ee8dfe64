"""`manage.py verify_diploma FILE [--json]`: is this file a diploma as the scheme sealed it? Exit 0 only when it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from ctts.common.commands import JsonCommand
from moderation.queries import Verification, verify_file


class Command(JsonCommand):
    help = "Say whether a file is a diploma of the scheme, unaltered and in force, and what was changed if not."

    def add_arguments(self, parser: CommandParser) -> None:
        """FILE is a PDF; --json for machines."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what is found; raises CommandError (exit 1) unless the file is genuine and its diploma in force."""
        try:
            content = options["file"].read_bytes()
        except OSError as problem:
            raise CommandError(f"{options['file']} cannot be read: {problem.strerror}.") from problem
        found = verify_file(content)
        if options["json"]:
            self.answer(_report(found))
        else:
            for line in _sentences(found):
                self.stdout.write(line)
        if not found.valid:
            raise CommandError("This is not an unaltered diploma in force.")


def _report(found: Verification) -> dict[str, Any]:
    seal = found.seal
    return {
        "valid": found.valid,
        "genuine": found.genuine,
        "number": found.diploma.number if found.diploma else None,
        "status": found.diploma.state if found.diploma else None,
        "signature": {
            "found": seal is not None,
            "valid": bool(seal and seal.intact),
            "covers_whole_file": bool(seal and seal.whole),
            "trusted": bool(seal and seal.trusted),
            "signer": seal.signer if seal else None,
            "signed_at": seal.signed_at.isoformat() if seal and seal.signed_at else None,
        },
        "sha256": found.sha256,
        "stored_sha256": found.stored_sha256 or None,
        "hash_matches": bool(found.stored_sha256) and found.sha256 == found.stored_sha256,
        "changes": list(found.changes),
    }


def _sentences(found: Verification) -> list[str]:
    diploma, seal = found.diploma, found.seal
    named = (
        f"{diploma.number}: {diploma.get_state_display()}." if diploma else "No diploma of the scheme is known in it."
    )
    stored = "Its hash is the stored one." if found.sha256 == found.stored_sha256 else "Its hash is not a stored one."
    if seal is None:
        return [named, "It has no signature that can be read.", stored, *found.changes]
    words = [
        f"Signed by {seal.signer}" + (f", {seal.signed_at:%Y-%m-%d %H:%M} UTC." if seal.signed_at else "."),
        "The signature is valid." if seal.intact else "The signature does not fit: what it covers was changed.",
        "It covers the whole file." if seal.whole else "It does not cover the whole file.",
        "The signer is the scheme." if seal.trusted else "The signer is not the scheme.",
    ]
    return [named, *words, stored, *found.changes]
