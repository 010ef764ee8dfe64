"""What a process has spent, seconds of CPU and the most memory it has held; and how one that measures is started."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ctts.state import ROOT

WITH_DJANGO = "import django; django.setup(); from tests.performance.heavy.{} import main; main()"
LEAN, OURS, PAPERS, INTAKE = (
    ["-m", "tests.performance.heavy.lean_portfolio"],
    ["-c", WITH_DJANGO.format("our_portfolio")],
    ["-c", WITH_DJANGO.format("papers")],
    ["-c", WITH_DJANGO.format("our_intake")],
)


@dataclass(frozen=True, slots=True)
class Spent:
    """CPU seconds of one piece of work, and the peak of the whole process (resident MiB) while it was done."""

    cpu: float
    peak: float


@dataclass(frozen=True, slots=True)
class Rates:
    """How many a second of CPU, ours and the bare one: medians of rounds that take turns."""

    name: str
    ours: float
    bare: float

    @property
    def share(self) -> float:
        """Our rate as a part of the bare one."""
        return self.ours / self.bare


def spent(work: Callable[[], object]) -> Spent:
    """Do the work and say what it took. The peak counts all that the process holds, not only what the work adds."""
    Path("/proc/self/clear_refs").write_text("5")
    before = time.process_time()
    work()
    return Spent(time.process_time() - before, _most_held())


def told(program: Sequence[str], arguments: Sequence[str], environment: Mapping[str, str]) -> Any:
    """What one of these programs says of itself, in a process of its own."""
    command = [sys.executable, *program, *arguments]
    done = subprocess.run(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def _most_held() -> float:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    if found is None:
        raise RuntimeError("This kernel does not say what a process has held.")
    return int(found[1]) / 1024
