"""The state folder: locks, `stack.json`, `processes.json` and what was prepared. Standard library only.

`stack.json` is both the mark of a demonstration (or test) and its address book: `ctts.settings` reads from it what a
server deployment is given in environment variables. It is written by the launcher and by the test plugin only, and
readable by its owner only. `processes.json` says what runs now.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, TypeVar

from ctts.embedded import write_private
from ctts.processes import started_at

ROOT = Path(__file__).resolve().parent.parent
SKIPPED_FOLDERS = {".venv", "var", "tests", "docs", "node_modules", "staticfiles", "__pycache__"}
Json = TypeVar("Json", dict[str, Any], list[Any])


def state_path() -> Path:
    """The state folder asked for: CTTS_STATE, else `var/` in the checkout."""
    return Path(os.environ.get("CTTS_STATE") or ROOT / "var").resolve()


class StateError(RuntimeError):
    """The state folder or a file in it cannot be used; the text says what a person can do."""


class StateFolder:
    """One state folder. Making it creates the folder with access for its owner only. Raises StateError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.logs = path / "log"
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.logs.mkdir(exist_ok=True)
        except OSError as problem:
            raise unusable(path, problem) from problem
        self._locks: dict[str, IO[str]] = {}

    def lock(self, name: str, *, wait: bool) -> bool:
        """Hold the lock `name` until this process ends; False when another process has it and we do not wait."""
        file = (self.path / f"{name}.lock").open("w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._locks[name] = file
        return True

    def unlock(self, name: str) -> None:
        """Let go of a lock held by this object."""
        self._locks.pop(name).close()

    def stack(self) -> dict[str, Any]:
        """The mark and the addresses; empty when this folder never held a demonstration or test."""
        return read_json(self.path / "stack.json", dict)

    def write_stack(self, stack: dict[str, Any]) -> None:
        """Replace the mark and the addresses as a whole."""
        write_private(self.path / "stack.json", json.dumps(stack, indent=1))

    def processes(self) -> dict[str, Any]:
        """What runs, or ran last: {"base_url", "launcher", "members": {name: entry}}; empty before the first run."""
        return read_json(self.path / "processes.json", dict)

    def write_processes(self, found: dict[str, Any]) -> None:
        """Replace what runs as a whole."""
        write_private(self.path / "processes.json", json.dumps(found, indent=1))

    def done(self, step: str) -> str:
        """The key under which a step of the set-up was last completed; empty when never."""
        with suppress(FileNotFoundError):
            return (self.path / "prepared" / step).read_text()
        return ""

    def mark_done(self, step: str, key: str) -> None:
        """Remember that a step was completed; its key changes with what it depends on."""
        (self.path / "prepared").mkdir(exist_ok=True)
        write_private(self.path / "prepared" / step, key)

    def forget_done(self) -> None:
        """Forget all completed steps: the database was made anew."""
        for mark in (self.path / "prepared").glob("*"):
            mark.unlink()


def unusable(folder: Path, problem: OSError) -> StateError:
    """What to say about a state folder in which nothing can be made or read."""
    return StateError(
        f"The state folder {folder} cannot be used ({problem.strerror}); name a folder of your own by CTTS_STATE."
    )


def read_json(path: Path, kind: type[Json]) -> Json:
    """A JSON object or list from a file of the state folder; empty when there is no file.

    Raises StateError when the folder cannot be used, or the file holds something else.
    """
    try:
        found = json.loads(path.read_text())
    except FileNotFoundError:
        return kind()
    except OSError as problem:
        raise unusable(path.parent, problem) from problem
    except ValueError as problem:
        raise _spoilt(path) from problem
    if not isinstance(found, kind):
        raise _spoilt(path)
    return found


def _spoilt(path: Path) -> StateError:
    return StateError(f"{path} does not hold what it should; delete it and start `python3 manage.py run` again.")


def live_pid(entry: dict[str, int] | None) -> int | None:
    """The number in {"pid", "started"} (as written into `processes.json`), if it still names that process."""
    if entry is None or started_at(entry["pid"]) != entry["started"]:
        return None
    return entry["pid"]


def process_entry(pid: int) -> dict[str, int]:
    """How a live process is written into `processes.json`."""
    return {"pid": pid, "started": started_at(pid) or 0}


def key_of(files: Iterable[Path]) -> str:
    """A digest of the names and contents of `files`, in the order of their names."""
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(str(file).encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def source_files(root: Path, suffixes: set[str]) -> list[Path]:
    """The product's own files with one of `suffixes`, without tests, documents and what runs leave behind."""
    found: list[Path] = []
    for folder, names, files in os.walk(root):
        names[:] = [name for name in names if name not in SKIPPED_FOLDERS and not name.startswith(".")]
        found += [Path(folder) / file for file in files if Path(file).suffix in suffixes]
    return found
