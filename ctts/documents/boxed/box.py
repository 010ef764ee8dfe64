"""The outside of a box: starts one program on one file and takes back its facts.

A native parser that crashes, swells or loops ends its box, not the web process or the worker (quality rules 12, 13).
When those are killed, the kernel ends the box: nobody waits for its facts any more.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import BoundedSemaphore
from typing import Any

logger = logging.getLogger(__name__)

PACKAGE = Path(__file__).resolve().parent
START = f"import sys; sys.path.insert(0, sys.argv[1]); from {PACKAGE.name}.child import main; main(*sys.argv[2:])"
TIED = ["setpriv", "--pdeathsig", "KILL"]  # to the life of the thread that started it
AT_ONCE = BoundedSemaphore(2)
GRACE = 20


class BoxFailed(Exception):  # noqa: N818 — says what happened
    """The program ended without facts: it crashed, or met a limit."""


class BoxBusy(BoxFailed):
    """Every box of this process was taken for longer than a person should wait."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a program left: its facts, and the files it wrote by name."""

    facts: dict[str, Any]
    files: dict[str, bytes]


def run(program: str, content: bytes, *, seconds: int = 60, wait: float = 60) -> Outcome:
    """Run a program of this package over `content`; `seconds` caps its processor time, `wait` the queue for a box.

    Raises BoxBusy when no box became free, BoxFailed when the program died. A refusal is a fact: `facts["refused"]`.
    """
    if not AT_ONCE.acquire(timeout=wait):
        raise BoxBusy(program)
    try:
        with TemporaryDirectory(prefix="ctts-box-") as name:
            folder = Path(name)
            (folder / "source").write_bytes(content)
            _run_in(folder, program, seconds)
            return _outcome(folder)
    finally:
        AT_ONCE.release()


def _run_in(folder: Path, program: str, seconds: int) -> None:
    command = [*TIED, sys.executable, "-I", "-c", START, str(PACKAGE.parent), program, str(folder), str(seconds)]
    try:
        ended = subprocess.run(
            command,
            cwd=folder,
            env={"LANG": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds + GRACE,
            check=False,
        )
    except subprocess.TimeoutExpired as problem:
        logger.warning("Box %s was stopped after %s seconds.", program, seconds + GRACE)
        raise BoxFailed(program) from problem
    if ended.returncode:
        lines = ended.stderr.decode(errors="replace").strip().splitlines()
        fault = lines[-1].partition(":")[0] if lines else "no words"
        logger.warning("Box %s ended with %s (%s).", program, ended.returncode, fault)
        raise BoxFailed(program)


def _outcome(folder: Path) -> Outcome:
    facts = json.loads((folder / "facts.json").read_text())
    names = {"source", "facts.json"}
    files = {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file() and file.name not in names}
    return Outcome(facts, files)
