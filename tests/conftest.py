"""Fixtures for every test: nothing logs an error, Redis is empty; on request a worker, a post box, a browser."""

from __future__ import annotations

import email
import logging
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.db import connections
from django.test import TransactionTestCase
from playwright.sync_api import BrowserContext, Page, sync_playwright
from redis import Redis

from ctts.celery import app
from ctts.embedded import ADMIN
from ctts.processes import Child
from ctts.stack import listens
from ctts.state import ROOT
from tests.chromium import Chromium
from tests.kept import kept_worlds
from tests.plugin import Servers

__all__ = ["kept_worlds"]

WORKERS_OWN = 5  # the database of Redis at which the session's worker listens


@pytest.fixture(autouse=True)
def nothing_logs_an_error(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A logged error fails the test; a test marked `logs_errors` fails without one."""
    yield
    logged = [record.getMessage() for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
    if request.node.get_closest_marker("logs_errors"):
        assert logged, "The test is marked logs_errors, but nothing was logged."
    else:
        assert logged == []


@pytest.fixture(scope="session")
def django_db_setup(servers: Servers, django_test_environment: None) -> None:
    """In the place of pytest-django's own: clone the template, and after each transactional test once more.

    It stands here and not in the plugin, where pytest-django's own would win.
    """
    servers.clone(servers.template)

    def leave_it(_case: TransactionTestCase) -> None:
        connections.close_all()
        servers.wait_for_quiet()
        servers.stale = True

    TransactionTestCase._fixture_teardown = leave_it


@pytest.fixture(scope="session")
def redis(servers: Servers) -> Iterator[Redis]:
    """A client of this process's Redis."""
    client = Redis.from_url(servers.redis.url)
    yield client
    client.close()


@pytest.fixture(autouse=True)
def redis_is_empty(redis: Redis) -> None:
    """Each test begins without jobs, rate limits and cached values of others."""
    redis.flushall()


@pytest.fixture(autouse=True)
def heads_outside(settings: Any, tmp_path: Path) -> None:
    """Heads of the audit are published into a folder of the test's own: one test's would contradict the next one's."""
    settings.AUDIT_HEAD_DIR = tmp_path / "audit-heads"


@pytest.fixture
def superuser(servers: Servers, transactional_db: None) -> Iterator[Any]:
    """A psycopg2 connection of the database's superuser, outside any transaction: whom no trigger stops."""
    connection = psycopg2.connect(servers.url(ADMIN, servers.database))
    connection.autocommit = True
    yield connection
    connection.close()


class PostBox:
    """The mails that arrived by SMTP at a real server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def messages(self) -> list[EmailMessage]:
        """All mails in the order of their arrival."""
        files = sorted(self.folder.glob("*.eml"))
        return [email.message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]

    def wait_for(self, count: int, *, seconds: float = 20.0) -> list[EmailMessage]:
        """The mails, once there are at least `count`. Raises AssertionError after `seconds`."""
        deadline = time.monotonic() + seconds
        while len(self.messages()) < count:
            assert time.monotonic() < deadline, f"{len(self.messages())} of {count} mails arrived."
            time.sleep(0.05)
        return self.messages()


def python_child(servers: Servers, name: str, *arguments: str, tie: signal.Signals | None = None) -> Child:
    """One of our Python programs as a process of this test run, named after its log; `tie` as `Child` takes it."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "ctts.settings", "PYTHONUNBUFFERED": "1"}
    log = servers.folder.logs / f"{name}.log"
    log.unlink(missing_ok=True)
    command = [sys.executable, "-m", *arguments]
    return Child(name, command, log=log, tie=tie, environment=environment, folder=ROOT)


def wait_until(condition: Callable[[], object], *, seconds: float, what: str) -> None:
    """Return once `condition()` is true. Raises AssertionError naming `what` after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


@pytest.fixture(scope="session")
def _post_office(servers: Servers) -> Iterator[Path]:
    folder = servers.folder.path / "mail"
    shutil.rmtree(folder, ignore_errors=True)
    child = python_child(servers, "sink", "ctts.demo.sink", "--port", str(servers.mail_port), "--folder", str(folder))
    child.start()
    try:
        wait_until(lambda: listens("127.0.0.1", servers.mail_port), seconds=30, what="The post box did not start.")
        yield folder
    finally:
        child.stop()


@pytest.fixture
def post_box(_post_office: Path, settings: Any) -> PostBox:
    """A real SMTP server; this process and the `worker` send to it. It begins empty."""
    settings.EMAIL_BACKEND = "ctts.common.mail.Backend"
    for old in _post_office.glob("*.eml"):
        old.unlink()
    return PostBox(_post_office)


def broker_at(servers: Servers, number: int) -> str:
    """The address, as Celery writes it, of one of the sixteen databases of this process's Redis."""
    return servers.redis.url.replace("unix://", "redis+socket://").replace("db=0", f"virtual_host={number}")


@contextmanager
def ringing_at(address: str) -> Iterator[None]:
    """This process rings at another broker inside."""
    usual = app.conf.broker_url
    app.conf.broker_url = address
    app._after_fork()  # Celery forgets its connections
    try:
        yield
    finally:
        app.conf.broker_url = usual
        app._after_fork()


class Worker:
    """A real Celery worker in processes of its own, listening where nobody rings but the tests that ask for it."""

    def __init__(self, child: Child, broker: Redis) -> None:
        self.child = child
        self.broker = broker

    def idle(self) -> bool:
        """Whether no job waits or runs, seen in one instant.

        A job is in the list, in the consumer's hands (which then does not block on the list), or in "unacked".
        """
        look = self.broker.pipeline(transaction=True)
        clients, waiting, running = look.client_list().llen("celery").hlen("unacked").execute()
        consumers = [client for client in clients if client["cmd"] == "brpop"]
        listening = bool(consumers) and all("b" in client["flags"] for client in consumers)
        return listening and not waiting and not running

    def wait(self, *, seconds: float = 60.0) -> None:
        """Return once every job is done. Raises AssertionError after `seconds`."""
        wait_until(self.idle, seconds=seconds, what=f"The worker is still busy.\n{self.child.last_words()}")


@pytest.fixture(scope="session")
def _running_worker(servers: Servers, django_db_setup: None) -> Iterator[Worker]:
    options = ["--concurrency=2", "--loglevel=warning", "--without-gossip", "--without-mingle"]
    celery = ["celery", "-A", "ctts", "-b", broker_at(servers, WORKERS_OWN)]
    child = python_child(servers, "worker", *celery, "worker", *options, tie=signal.SIGKILL)
    child.start()
    with Redis.from_url(servers.redis.url.replace("db=0", f"db={WORKERS_OWN}")) as broker:
        found = Worker(child, broker)
        try:
            wait_until(found.idle, seconds=120, what="The worker did not start; its log is in the state folder.")
            yield found
        finally:
            child.stop()


@pytest.fixture
def worker(servers: Servers, _running_worker: Worker, transactional_db: None) -> Iterator[Worker]:
    """A real Celery worker on this test's database; when the test ends it is waited for, and may not have failed.

    Only these tests ring where it listens. So it is never at work while a database is made anew.
    """
    before = _running_worker.child.log.stat().st_size
    with ringing_at(broker_at(servers, WORKERS_OWN)):
        yield _running_worker
        _running_worker.wait()
    written = _running_worker.child.log.read_bytes()[before:].decode(errors="replace")
    assert " ERROR " not in written, written


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """Debian's Chromium, driven by Playwright; it reaches this machine only."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's own loop runs in this thread; we never await
    with sync_playwright() as playwright:
        found = Chromium(playwright)
        yield found
        found.close()


@pytest.fixture
def open_page(chromium: Chromium, live_server: Any, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """A function that opens a page for one more person: `open_page(width=390, javascript=True)`.

    Addresses are relative to the live server. A complaint on a page's console fails the test, unless it is marked
    `console_errors` (a refused request is such a complaint).
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(*, width: int = 1280, javascript: bool = True, **options: Any) -> Page:
        page = chromium.open(
            base_url=live_server.url,
            viewport={"width": width, "height": 844 if width < 600 else 900},
            java_script_enabled=javascript,
            has_touch=width < 600,
            locale="en-GB",
            timezone_id="Europe/London",
            **options,
        )
        contexts.append(page.context)
        page.on("console", lambda m: complaints.append(f"{m.text} {m.location}") if m.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield opened
    chromium.close_all(contexts)
    if not request.node.get_closest_marker("console_errors"):
        assert complaints == []


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """One person at a desk (1280 px)."""
    return open_page()


@pytest.fixture
def phone(open_page: Callable[..., Page]) -> Page:
    """One person with a telephone (390 px)."""
    return open_page(width=390)
