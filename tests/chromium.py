"""Debian's Chromium for the tests: one for each process, watched, and started anew where it does not answer any more.

Playwright waits for ever when a browser neither opens a page nor ends it. A run that hangs says nothing about why, and
takes everybody's time: so opening and closing have a limit after which the browser is killed, which ends every wait.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright

from ctts.bootstrap import BROWSERS
from ctts.processes import children_of

HEADLESS, WHOLE = BROWSERS  # the second takes three times as long to open a page
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
PATIENCE = 60.0  # seconds to open or close a page; a busy machine takes less than three
STEP = 30_000  # milliseconds for whatever is done on a page


def find(command: str) -> str:
    """The path of one of Debian's Chromiums. Raises RuntimeError with what to do when it is missing."""
    if found := shutil.which(command):
        return found
    raise RuntimeError(f"Chromium is missing: sudo apt-get install -y {command} libatomic1")


class Chromium:
    """A running browser that opens pages and is started anew when it hangs."""

    def __init__(self, playwright: Playwright, *, command: str = HEADLESS, patience: float = PATIENCE) -> None:
        """Start one. `patience`: seconds that opening or closing a page may take."""
        self.playwright, self.command, self.patience = playwright, command, patience
        self._launch()

    def open(self, **options: Any) -> Page:
        """One page of a new context (`options` are Playwright's).

        A browser that opens none in time is replaced once; raises Playwright's Error when the next one fails, too.
        """
        try:
            return self._opened(options)
        except Error:
            if self._browser.is_connected():
                raise
            self._launch()
            return self._opened(options)

    def close_all(self, contexts: Iterable[BrowserContext]) -> None:
        """End contexts with their pages; those of a browser that was replaced are gone already."""
        for context in contexts:
            if context.browser is self._browser and self._browser.is_connected():
                with self._in_time(), quiet_when_gone(self._browser):
                    context.close()

    def close(self) -> None:
        """End the browser."""
        with self._in_time(), quiet_when_gone(self._browser):
            self._browser.close()

    def _launch(self) -> None:
        others = browsers_of(os.getpid())
        self._browser = self.playwright.chromium.launch(executable_path=find(self.command), args=OPTIONS)
        [self.pid] = set(browsers_of(os.getpid())) - set(others)

    def _opened(self, options: dict[str, Any]) -> Page:
        with self._in_time():
            context = self._browser.new_context(**options)
            context.set_default_timeout(STEP)
            return context.new_page()

    @contextmanager
    def _in_time(self) -> Iterator[None]:
        """Kill the browser if what is done inside takes too long."""
        done = Event()

        def watch() -> None:
            if not done.wait(self.patience):
                with suppress(ProcessLookupError):
                    os.killpg(self.pid, signal.SIGKILL)  # Debian's command is a script that started the browser

        watcher = Thread(target=watch, name="watches Chromium", daemon=True)
        watcher.start()
        try:
            yield
        finally:
            done.set()
            watcher.join()


@contextmanager
def quiet_when_gone(browser: Browser) -> Iterator[None]:
    """Let pass what Playwright says of a browser that was killed; everything else is raised."""
    try:
        yield
    except Error:
        if browser.is_connected():
            raise


def browsers_of(pid: int) -> list[int]:
    """The browsers that Playwright's driver has started for the process `pid`."""
    return [browser for driver in children_of(pid) for browser in children_of(driver) if is_chromium(browser)]


def is_chromium(pid: int) -> bool:
    """Whether a process is a Chromium, or the script that starts one."""
    try:
        return b"chromium" in b" ".join(Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[:3])
    except OSError:
        return False
