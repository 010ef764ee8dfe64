"""Processes and servers that a test may kill: a Redis of its own, workers, a child that only delivers."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator

import pytest
from redis import Redis as Client

from ctts import embedded
from ctts.notifications import tasks
from ctts.processes import Child
from ctts.state import StateFolder
from tests.conftest import python_child, ringing_at, wait_until
from tests.forking import in_a_copy
from tests.notifications.conftest import letterbox, moody, nobody_listens, rings
from tests.notifications.make import MoodyServer
from tests.plugin import Servers

__all__ = ["letterbox", "moody", "nobody_listens", "rings"]


class OwnRedis:
    """A Redis that no other test knows; this process rings there while the test runs."""

    def __init__(self, folder: StateFolder) -> None:
        self.server = embedded.Redis(folder.path)
        self.child = self.server.start()

    @property
    def celery_url(self) -> str:
        """Its address as Celery writes it."""
        return self.server.url.replace("unix://", "redis+socket://").replace("db=0", "virtual_host=0")

    def die(self) -> None:
        """End it as the kernel does when memory is short."""
        kill(self.child)

    def listeners(self) -> int:
        """How many workers wait for a ring."""
        with Client.from_url(self.server.url) as client:
            return sum(found["cmd"] == "brpop" for found in client.client_list())

    def come_back(self) -> None:
        """Start it again."""
        self.child = self.server.start()

    def lose_everything(self) -> None:
        """Die and come back with nothing."""
        self.die()
        for file in self.server.folder.rglob("*.aof"):
            file.unlink()
        self.come_back()


@pytest.fixture
def own_folder(servers: Servers, moody: MoodyServer) -> StateFolder:
    """The state folder of the processes that a test starts: their mail goes to the moody server."""
    folder = StateFolder(servers.folder.path / "own")
    folder.write_stack({**servers.folder.stack(), "email_url": f"smtp://127.0.0.1:{moody.port}"})
    return folder


@pytest.fixture
def own_redis(own_folder: StateFolder) -> Iterator[OwnRedis]:
    """A Redis that may be killed."""
    found = OwnRedis(own_folder)
    found.lose_everything()
    own_folder.write_stack({**own_folder.stack(), "redis_url": found.server.url})
    with ringing_at(found.celery_url):
        yield found
    found.child.stop()


@pytest.fixture
def start_worker(
    servers: Servers, own_folder: StateFolder, own_redis: OwnRedis, moody: MoodyServer, transactional_db: None
) -> Iterator[Callable[[str], Child]]:
    """A function that starts one more Celery worker on the test's own Redis; all end with the test."""
    started: list[Child] = []

    def start(name: str) -> Child:
        options = ["--concurrency=2", f"--hostname={name}", "--loglevel=warning", "--without-gossip"]
        child = python_child(servers, name, "celery", "-A", "ctts", "worker", *options)
        child.environment = {**(child.environment or {}), "CTTS_STATE": str(own_folder.path)}
        child.start()
        started.append(child)
        alive = sum(worker.ended() is None for worker in started)
        wait_until(lambda: own_redis.listeners() == alive, seconds=60, what=f"{name} does not listen.")
        return child

    yield start
    moody.let_go.set()
    for child in started:
        child.stop()


def kill(child: Child) -> None:
    """End a process and all its children by SIGKILL."""
    assert child.pid is not None
    os.killpg(child.pid, signal.SIGKILL)
    assert child.wait(10)


@pytest.fixture
def killed_while_delivering(moody: MoodyServer) -> Callable[[int], None]:
    """A function: a process of its own delivers a message, and is killed when the mail server has been reached."""

    def deliver(message_id: int) -> None:
        child = in_a_copy(lambda: tasks.deliver(message_id=message_id))
        assert moody.reached.wait(30)
        os.kill(child, signal.SIGKILL)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL

    return deliver
