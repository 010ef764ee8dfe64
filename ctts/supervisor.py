"""Keeps the processes of a stack running: started in order, started again when they die, stopped in order.

One thread, no timers: the main loop looks four times a second. Everything is started from the main thread, because
each child is tied to the life of the thread that started it (`ctts.processes.Child`).
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType

from ctts.processes import Child

LOOK_SECONDS = 0.25
STEADY_SECONDS = 30.0  # who has lived that long may be restarted at once again
LONGEST_PAUSE = 5.0  # seconds; a process that keeps dying is tried this often, so never later than 10 s after a death


class StopRequested(BaseException):
    """Somebody asked for the end (Ctrl-C, SIGTERM, closed terminal); a BaseException so that no `except` keeps it."""


class StackError(RuntimeError):
    """The stack cannot be started; the text is for the person at the terminal."""


def nothing() -> None:
    """Before most starts nothing has to be done."""


def at_once() -> bool:
    """Most processes are taken as ready when they run."""
    return True


@dataclass
class Member:
    """A process to be kept: how it is prepared, when it counts as ready, how long its end may take.

    `before` runs before every start (it clears what a killed predecessor left); `patience` is how many seconds its
    orderly end may take.
    """

    child: Child
    before: Callable[[], None] = nothing
    ready: Callable[[], bool] = at_once
    patience: float = 15.0
    deaths: int = field(default=0, init=False)
    since: float = field(default=0.0, init=False)
    again_at: float = field(default=0.0, init=False)

    def pause(self, now: float) -> float:
        """Seconds to wait before the next start: none after a long life, then 1, 2, 4 and at most 5."""
        self.deaths = 0 if now - self.since > STEADY_SECONDS else self.deaths + 1
        return 0.0 if self.deaths == 0 else min(LONGEST_PAUSE, 2.0 ** (self.deaths - 1))


class Supervisor:
    """The members of one stack in the order of their start; `say` tells a person, `changed` is called on new pids."""

    def __init__(self, *, say: Callable[[str], None], changed: Callable[[], None]) -> None:
        self.say = say
        self.changed = changed
        self.members: list[Member] = []

    def start(self, member: Member, *, seconds: float = 60.0) -> None:
        """Start a member and wait until it is ready. Raises StackError with the end of its log."""
        self.launch(member)
        self.await_ready(member, seconds=seconds)

    def launch(self, member: Member) -> None:
        """Start a member without waiting; from now on it is kept."""
        member.before()
        member.child.start()
        member.since = time.monotonic()
        self.members.append(member)
        self.changed()

    def adopt(self, member: Member) -> None:
        """Keep a member whose process was started already."""
        member.since = time.monotonic()
        self.members.append(member)
        self.changed()

    def await_ready(self, member: Member, *, seconds: float) -> None:
        """Wait until a started member is ready. Raises StackError when it ends, or is not ready after `seconds`."""
        deadline = time.monotonic() + seconds
        while not member.ready():
            self.look(fatal=True)
            if time.monotonic() > deadline:
                words = member.child.last_words()
                raise StackError(f"{member.child.name} is not ready after {seconds:.0f} seconds.\n{words}")
            time.sleep(0.05)
        self.look(fatal=True)

    def keep(self) -> None:
        """Look after the members until StopRequested is raised by a signal."""
        while True:
            self.look(fatal=False)
            time.sleep(LOOK_SECONDS)

    def look(self, *, fatal: bool) -> None:
        """Find members that ended and start them again; when `fatal` (still starting) raise StackError instead."""
        now = time.monotonic()
        for member in self.members:
            how = member.child.ended() if member.child.pid is not None else None
            if how is not None:
                if fatal:
                    raise StackError(f"{member.child.name} {how}.\n{member.child.last_words()}")
                pause = member.pause(now)
                member.again_at = now + pause
                self.say(f"{member.child.name} {how}; starting it again{f' in {pause:.0f} s' if pause else ''}")
            if member.child.pid is None and now >= member.again_at:
                self.revive(member)

    def revive(self, member: Member) -> None:
        """Start a member that died; in its old place, with its old addresses."""
        member.before()
        member.child.start()
        member.since = time.monotonic()
        self.changed()

    def stop(self, *, order: Sequence[str]) -> None:
        """End all members one after another by the names in `order`, each in its own orderly way."""
        for member in sorted(self.members, key=lambda member: order.index(member.child.name)):
            member.child.stop(patience=member.patience)
        self.members.clear()


def stop_on_signals() -> None:
    """From now on Ctrl-C, SIGTERM and SIGHUP raise StopRequested in the main thread, once; later ones are ignored."""

    def requested(_number: int, _frame: FrameType | None) -> None:
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, signal.SIG_IGN)
        raise StopRequested

    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, requested)
