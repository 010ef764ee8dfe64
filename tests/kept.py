"""Worlds of transactional tests: built once for the process, then each test begins with a copy of its own.

What such a test writes is real, so nothing can undo it; building its world anew takes a second or more. A kept world
is built by the first test that asks for it. Three things are then kept of it: the database (as a template of which
PostgreSQL makes copies), what the maker gave (objects that know their rows), and the files that it wrote.
"""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from redis import Redis

from tests.plugin import Servers

FOLDERS = ("files", "audit-heads")  # of what a world writes beside the database; below `tmp_path`


@dataclass
class Kept:
    """What is left of a world that was built: the name of its database, what its maker gave, where its files lie."""

    database: str
    given: Any
    folder: Path


class KeptWorlds:
    """The worlds that this process has built so far, by their makers."""

    def __init__(self, servers: Servers) -> None:
        self.servers = servers
        self.folder = servers.folder.path / "kept"
        self.known: dict[Callable[[], Any], Kept] = {}
        self.forget()

    def forget(self) -> None:
        """Nothing is kept any more, not even by a run that was killed."""
        self.known.clear()
        self.servers.drop_kept()
        shutil.rmtree(self.folder, ignore_errors=True)

    def begin(self, make: Callable[[], Any], here: Path) -> Any:
        """Make this process's database and the folders below `here` those of the world; a copy of what `make` gave."""
        if make in self.known:
            self.lay_out(self.known[make], here)
        else:
            self.servers.renew()
            self.known[make] = self.build(make, here)
        return copy.deepcopy(self.known[make].given)

    def build(self, make: Callable[[], Any], here: Path) -> Kept:
        """Build the world where the test is to find it, and keep it."""
        number = len(self.known) + 1
        kept = Kept(f"{self.servers.kept_prefix}{number}", make(), self.folder / str(number))
        connections.close_all()
        self.servers.keep(kept.database)
        for name in FOLDERS:
            if (here / name).exists():
                shutil.copytree(here / name, kept.folder / name)
        return kept

    def lay_out(self, kept: Kept, here: Path) -> None:
        """Put a copy of a kept world in the place of everything that is there."""
        connections.close_all()
        self.servers.clone(kept.database)
        for name in FOLDERS:
            shutil.rmtree(here / name, ignore_errors=True)
            if (kept.folder / name).exists():
                shutil.copytree(kept.folder / name, here / name)


@pytest.fixture(scope="session")
def kept_worlds(servers: Servers, django_db_setup: None) -> Iterator[KeptWorlds]:
    """The kept worlds of this process; by this name a test says that it makes the database anew itself."""
    worlds = KeptWorlds(servers)
    yield worlds
    worlds.forget()


def kept_world(make: Callable[[], Any]) -> Any:
    """A fixture for transactional tests: the world that `make` builds, as it was when it had just been built.

        def make_gate() -> Scene:
            clock.set_offset(at=NOW)
            return make_scene()

        scene = kept_world(make_gate)

    `make` is a function of a module that takes nothing; files that use the same function share the world, if one
    process runs them. It may write to the database, the storage and the published heads of the audit; what it leaves
    in Redis is forgotten. What it gives is copied deeply for each test. The files of such a test lie in
    `tmp_path / "files"`, so the `worker` and other processes do not see them.

    The world replaces the whole database: whatever else a test writes there has to depend on this fixture.
    """

    @pytest.fixture
    def kept(kept_worlds: KeptWorlds, redis: Redis, settings: Any, tmp_path: Path, transactional_db: None) -> Any:
        settings.STORAGE_URL = f"file://{tmp_path / 'files'}"
        given = kept_worlds.begin(make, tmp_path)
        redis.flushall()
        return given

    return kept
