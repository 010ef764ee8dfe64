"""`manage.py stack status` and `manage.py stack stop`: the stack started by `manage.py run` in this state folder."""

from __future__ import annotations

import os
import signal
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from ctts.common.commands import JsonCommand
from ctts.processes import children_of
from ctts.state import StateFolder, live_pid, state_path

STOP_SECONDS = 120.0


def status(folder: StateFolder) -> dict[str, Any]:
    """Where it runs and with which processes; addresses are None and lists empty when it does not.

    "database" is the address for the read-only contract role. A list of pids begins with the process that
    started the others.
    """
    stack, found = folder.stack(), folder.processes()
    launcher = live_pid(found.get("launcher"))
    runs = launcher is not None
    pids: dict[str, list[int]] = {"web": [], "worker": [], "beat": []}
    for name, entry in found.get("members", {}).items():
        if runs and live_pid(entry):
            pids[name] = [entry["pid"], *children_of(entry["pid"])]
    return {
        "url": f"{found['base_url']}/" if runs else None,
        "database": stack.get("contract_database_url") if runs else None,
        "redis": stack.get("redis_url") if runs else None,
        "pids": pids,
        "launcher": launcher,
        "state": str(folder.path),
    }


class Command(JsonCommand):
    """Say where the stack runs, or stop it."""

    help = "Show or stop what `manage.py run` started in this state folder."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the action and --json."""
        parser.add_argument("action", choices=["status", "stop"])
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *_: Any, **options: Any) -> None:
        """Print the status (exit code 1 when nothing runs), or stop and wait for the end. Raises CommandError."""
        folder = StateFolder(state_path())
        if options["action"] == "stop":
            self.stop(folder, as_json=options["json"])
            return
        found = status(folder)
        self.tell(found, self.readable(found), as_json=options["json"])
        if found["url"] is None:
            sys.exit(1)

    def readable(self, found: dict[str, Any]) -> str:
        """The status for a person."""
        if found["url"] is None:
            return f"Nothing runs in {found['state']}."
        processes = "\n".join(f"  {name}: {' '.join(map(str, pids))}" for name, pids in found["pids"].items())
        return f"Running at {found['url']}\n{processes}"

    def stop(self, folder: StateFolder, *, as_json: bool) -> None:
        """Ask the launcher to stop and wait until it has gone; nothing to do when nothing runs."""
        entry = folder.processes().get("launcher")
        launcher = live_pid(entry)
        if launcher is not None:
            os.kill(launcher, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while live_pid(entry) is not None:
            if time.monotonic() > deadline:
                raise CommandError(f"Process {launcher} still runs after {STOP_SECONDS:.0f} seconds.")
            time.sleep(0.1)
        stopped = launcher is not None
        words = "Stopped." if stopped else "Nothing was running."
        self.tell({"stopped": stopped}, words, as_json=as_json)
