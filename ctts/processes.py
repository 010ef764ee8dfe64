"""Child processes that cannot outlive us, and what /proc says about processes. Standard library only; Linux."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

LOG_LIMIT = 5 * 1024 * 1024  # bytes; a longer log is moved to `.1` when its process starts again


def started_at(pid: int) -> int | None:
    """When `pid` started, in clock ticks since the machine did; None when it is gone or only waits to be reaped.

    Together with the number this names a process for good: numbers are used again. Source: proc_pid_stat(5), field 22.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else int(fields[19])


def age(pid: int) -> float:
    """Seconds since `pid` started (also when it has replaced its program since). Raises ProcessLookupError."""
    start = started_at(pid)
    if start is None:
        raise ProcessLookupError(pid)
    return float(Path("/proc/uptime").read_text().split()[0]) - start / os.sysconf("SC_CLK_TCK")


def children_of(pid: int) -> list[int]:
    """Live processes started by `pid` itself, lowest number first."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with suppress(OSError):
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(fields[1]) == pid and fields[0] not in "ZX":
                found.append(int(entry.name))
    return sorted(found)


def working_in(folder: Path) -> list[int]:
    """Live processes whose working directory is `folder`, lowest number first."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with suppress(OSError):
            if (entry / "cwd").readlink() == folder and started_at(int(entry.name)) is not None:
                found.append(int(entry.name))
    return sorted(found)


def free_port(host: str = "127.0.0.1") -> int:
    """A TCP port on `host` that nobody listens on now.

    Below the range from which the kernel serves outgoing connections: a server that was killed must get its port
    back, and a client that keeps trying a port of that range can even connect to itself.
    """
    lowest_outgoing = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    ports = range(10_000, max(lowest_outgoing, 11_000))
    for port in random.SystemRandom().sample(ports, k=100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind((host, port))
            return port
    raise RuntimeError(f"No free port below {lowest_outgoing} on {host}.")


def end_by_force(pids: Sequence[int], *, patience: float) -> None:
    """Wait up to `patience` seconds for processes (not our children) to go, then kill them and see them gone."""
    born = {pid: started_at(pid) for pid in pids}

    def left() -> list[int]:
        return [pid for pid, start in born.items() if start is not None and started_at(pid) == start]

    deadline = time.monotonic() + patience
    while left() and time.monotonic() < deadline:
        time.sleep(0.02)
    for pid in left():
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    while left():
        time.sleep(0.02)


def environment_with(**more: str) -> dict[str, str]:
    """Our environment with more in it: for a program that is given a secret no list of processes may show."""
    return {**os.environ, **more}


class Child:
    """One process of ours with its log, in a session of its own, tied to our life.

    `farewell` is the signal that asks it to end in an orderly way. `setpriv --pdeathsig` makes the kernel send `tie`
    (the farewell, unless given) when the thread that started it ends, so even a launcher killed with SIGKILL leaves
    nothing running; hence `start` belongs in the main thread. `identity` is a command prefix that changes who the
    process is; it stands before setpriv, because a change of identity clears the tie.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path,
        farewell: signal.Signals = signal.SIGTERM,
        tie: signal.Signals | None = None,
        identity: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
        files: Sequence[int] = (),
    ) -> None:
        self.name = name
        self.farewell = farewell
        tied = ["setpriv", "--pdeathsig", (tie or farewell).name.removeprefix("SIG")]
        self.command = [*identity, *tied, *map(str, command)]
        self.log = log
        self.environment = dict(environment) if environment is not None else None
        self.folder = folder
        self.files = tuple(files)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The number of the running process; None before the start and after the end."""
        return self.process.pid if self.process else None

    def start(self) -> None:
        """Start the process; its output is added to the log."""
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_name(f"{self.log.name}.1"))
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=self.environment,
                cwd=self.folder,
                pass_fds=self.files,
                start_new_session=True,
            )

    def ended(self) -> str | None:
        """How the process ended, in words; None while it runs. After an answer nothing of its group is left."""
        if self.process is None:
            return "was not started"
        # WNOWAIT: while the dead leader is not reaped its number cannot be given to another process group.
        if os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            return None
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        code = self.process.wait()
        self.process = None
        return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"

    def wait(self, seconds: float) -> bool:
        """Wait for the end of the process; False when it still runs after `seconds`."""
        deadline = time.monotonic() + seconds
        while self.ended() is None:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    def stop(self, *, patience: float = 15.0) -> None:
        """Ask the process to end, and force it after `patience` seconds; nothing of its group is left."""
        if self.process is None:
            return
        os.kill(self.process.pid, self.farewell)  # not Popen.send_signal, which would reap
        if not self.wait(patience):
            os.killpg(self.process.pid, signal.SIGKILL)
            self.wait(patience)

    def last_words(self, lines: int = 15) -> str:
        """The end of its log, for a message to a person."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
