"""What a planted violation is."""

from dataclasses import dataclass, field
from pathlib import Path

from tests.architecture.checks import Allowances, Tree


@dataclass(frozen=True)
class Plant:
    """`bad` breaks a check, whose message then holds `says`; `clean` is the same thing done rightly."""

    bad: dict[str, str]
    clean: dict[str, str]
    says: str
    helpers: dict[str, tuple[str, str]] = field(default_factory=dict)


def sow(folder: Path, files: dict[str, str], helpers: dict[str, tuple[str, str]] | None = None) -> Tree:
    """Write `files` below `folder` and read them as a tree."""
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return Tree(folder, Allowances(helpers=helpers or {}))
