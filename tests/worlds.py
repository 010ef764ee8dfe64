"""A world that is made once for a module and lent to its tests, one after the other; each undoes what it did.

Upon a world stands what `built_once` builds: it is made when a test first asks for it, stays for the tests that follow
and ask for the same, and is undone before one that asks for less.
"""

from __future__ import annotations

import copy
import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.db import transaction

from ctts.common import clock

BUILT = pytest.StashKey[dict[str, Any]]()  # of a test: its own copy of what is built upon its world, by name
BUILDS: dict[tuple[str, str], Callable[..., Any]] = {}  # what `built_once` knows, by module and name
PLAIN = type(pytest.fixture(lambda: None))  # what a fixture is in its module


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens within is undone; the frame is said to be a test's, because runs commit each item."""
    frame = transaction.atomic()
    frame._from_testcase = True
    with frame:
        yield
        transaction.set_rollback(True)


def built_once(build: Callable[..., Any]) -> Any:
    """A fixture of what `build` makes upon the lent world and upon what other functions of this kind have built.

    Its arguments are these only, the world by the name of the fixture that lends it, and parameters of the test. Where
    the world is no lent one, each test builds its own.
    """
    name = build.__name__
    BUILDS[build.__module__, name] = build

    @functools.wraps(build)
    def mine(request: pytest.FixtureRequest, **upon: Any) -> Any:
        known = request.node.stash.get(BUILT, {})
        return known[name] if name in known else build(**upon)

    own = inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    mine.__signature__ = inspect.Signature([own, *inspect.signature(build).parameters.values()])
    return pytest.fixture(mine)


def build_of(module: ModuleType, name: str) -> Callable[..., Any] | None:
    """What builds the fixture of this name for the tests of a module: known there, or in a conftest around it.

    Nothing does where the module has another fixture of this name.
    """
    place = module.__name__
    found = BUILDS.get((place, name))
    if found is None and isinstance(getattr(module, name, None), PLAIN):
        return None
    while found is None and place:
        place = place.rpartition(".")[0]
        found = BUILDS.get((f"{place}.conftest", name))
    return found


@dataclass
class Floor:
    """A world with all that is built upon it so far, by name; how the last of it is undone; the files by then."""

    built: tuple[tuple[str, tuple[Any, ...]], ...]
    things: dict[str, Any]
    undo: ExitStack
    files: dict[Path, bytes] = field(default_factory=dict)


@dataclass
class Wanted:
    """Something that a test asks to have built: by what function, with which of the test's own parameters."""

    build: Callable[..., Any]
    parameters: dict[str, Any]

    def upon(self, things: dict[str, Any]) -> Any:
        """It, built upon these things."""
        known = {**things, **self.parameters}
        return self.build(**{name: known[name] for name in arguments(self.build)})


class Ground:
    """A world that is made once, and the floors that stand upon it."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.floors: list[Floor] = []

    @contextmanager
    def lent(self, request: pytest.FixtureRequest, files: Path | None = None) -> Iterator[Any]:
        """The world for one test, with what the test asks for upon it; `request` is that of the fixture that lends.

        `files`: the empty folder in which this test keeps its files.
        """
        name = request.fixturename or ""
        self.stand(name, wanted(request), files)
        with undone():
            mine = copy.deepcopy(self.things(name))
            request.node.stash.setdefault(BUILT, {}).update(mine)
            yield mine[name]

    def things(self, name: str) -> dict[str, Any]:
        """The world, by the name of the fixture that lends it, and what stands upon it."""
        return self.floors[-1].things if self.floors else {name: self.world}

    def stand(self, name: str, asked: dict[str, Wanted], files: Path | None) -> None:
        """Undo the floors that are not asked for, and build those that are missing."""
        plan = tuple((what, tuple(one.parameters.items())) for what, one in asked.items())
        while self.floors and self.floors[-1].built != plan[: len(self.floors)]:
            self.floors.pop().undo.close()
        if files and self.floors:
            put_back(files, self.floors[-1].files)
        for level in range(len(self.floors), len(plan)):
            what = plan[level][0]
            things = copy.deepcopy(self.things(name))
            with ExitStack() as frame:
                frame.enter_context(undone())
                things[what] = asked[what].upon(things)
                kept = kept_in(files) if files else {}
                self.floors.append(Floor(plan[: level + 1], things, frame.pop_all(), kept))

    def clear(self) -> None:
        """Undo all floors."""
        while self.floors:
            self.floors.pop().undo.close()


def arguments(build: Callable[..., Any]) -> list[str]:
    """The names of what something is built upon."""
    return list(inspect.signature(build).parameters)


def wanted(request: pytest.FixtureRequest) -> dict[str, Wanted]:
    """What a test asks to have built upon the world that `request` lends: by name, each after all it stands upon."""
    found: dict[str, Wanted] = {}
    parameters = request.node.callspec.params if hasattr(request.node, "callspec") else {}

    def stands(name: str) -> bool:
        build = None if name in parameters else build_of(request.module, name)
        if build is None or name in found:
            return name in found or name in parameters or name == request.fixturename
        if all(map(stands, arguments(build))):
            mine = {key: parameters[key] for key in arguments(build) if key in parameters}
            found[name] = Wanted(build, mine)
        return name in found

    for name in sorted(request.fixturenames):
        stands(name)
    return found


def kept_in(folder: Path) -> dict[Path, bytes]:
    """The files of a folder, by their place in it."""
    return {file.relative_to(folder): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def put_back(folder: Path, files: dict[Path, bytes]) -> None:
    """Write files to their places in a folder."""
    for place, content in files.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_bytes(content)


@contextmanager
def made_once(blocker: Any, make: Callable[[], Any], *, at: datetime | None = None) -> Iterator[Ground]:
    """What `make` makes in a transaction that is undone at the end; the clock stands at `at` while it is lent."""
    with blocker.unblock(), undone():
        if at is not None:
            clock.set_offset(at=at)
        ground = Ground(make())
        yield ground
        ground.clear()
