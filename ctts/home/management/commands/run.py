"""`manage.py run`: everything that serves people, until Ctrl-C."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management import get_commands
from django.core.management.base import BaseCommand, CommandError

from ctts.embedded import ServerError
from ctts.embedded_stack import EmbeddedStack
from ctts.processes import age
from ctts.stack import SERVER_SETTINGS, Stack, asked_port, end_leftovers, open_listener
from ctts.state import StateFolder, live_pid, state_path
from ctts.supervisor import StackError, StopRequested, stop_on_signals


def say(line: str) -> None:
    """Progress, with the seconds since the command; standard output carries READY and the people only."""
    sys.stderr.write(f"[{age(os.getpid()):5.1f} s] {line}\n")
    sys.stderr.flush()


class Command(BaseCommand):
    """Start web, worker and beat; without server settings also PostgreSQL, Redis, a post box and the demo world."""

    help = "Start everything and keep it running until Ctrl-C. PORT and CTTS_STATE change port and state folder."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add --host; ports and folders come from the environment."""
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: this machine only)")

    def handle(self, *_: Any, **options: Any) -> None:
        """Run until stopped; exit code 0 after an orderly stop. Raises CommandError with one line."""
        folder = StateFolder(state_path())
        if not folder.lock("run", wait=False):
            raise CommandError(self.already_running(folder))
        stop_on_signals()
        stack: Stack | None = None
        try:
            stack = self.make_stack(folder, host=options["host"])
            stack.start()
            self.stdout.write(stack.announce())
            self.stdout.flush()
            stack.supervisor.keep()
        except StopRequested:
            say("Stopping")
        except (StackError, ServerError) as problem:
            raise CommandError(str(problem)) from problem
        finally:
            if stack is not None:
                stack.stop()

    def make_stack(self, folder: StateFolder, *, host: str) -> Stack:
        """The demonstration, or the product on servers when the environment names them. Raises StackError."""
        given = [name for name in SERVER_SETTINGS if os.environ.get(name)]
        if given and "DATABASE_URL" not in given:
            named = f"{', '.join(given)} {'is' if len(given) == 1 else 'are'} set"
            raise StackError(f"{named}, but DATABASE_URL is not: give all server settings or none.")
        port = asked_port()
        end_leftovers(folder)  # first: they hold the port
        listener = open_listener(host, port)
        if listener.getsockname()[1] != port:
            say(f"Port {port} is taken; using {listener.getsockname()[1]}")
        if given:
            return Stack(folder, listener=listener, host=host, say=say)
        return EmbeddedStack(folder, listener=listener, host=host, say=say, loads_demo="demo" in get_commands())

    def already_running(self, folder: StateFolder) -> str:
        """Where the stack of this state folder runs."""
        found = folder.processes()
        launcher = live_pid(found.get("launcher"))
        if launcher is None:
            return f"Another run is just starting in {folder.path}."
        where = f"at {found['base_url']}/ (process {launcher}, state folder {folder.path})"
        return f"It is already running {where}; stop it with `python3 manage.py stack stop`."
