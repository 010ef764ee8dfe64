"""The letterbox app, and mail servers with moods."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import override_settings
from redis import Redis

from ctts.notifications.notices import kinds
from tests.conftest import broker_at, ringing_at
from tests.notifications.make import MoodyServer
from tests.plugin import Servers


@pytest.fixture(autouse=True)
def letterbox() -> Iterator[None]:
    """The notices of the tests are declared; none of them outlives the test."""
    with override_settings(INSTALLED_APPS=[*configured.INSTALLED_APPS, "tests.notifications.letterbox"]):
        kinds.cache_clear()
        yield
    kinds.cache_clear()


@pytest.fixture
def rings(servers: Servers) -> Iterator[Callable[[], int]]:
    """This process rings where no worker listens, and the test can count how often it did."""
    with ringing_at(broker_at(servers, 3)), Redis.from_url(servers.redis.url.replace("db=0", "db=3")) as unheard:
        yield lambda: int(unheard.llen("celery"))


@pytest.fixture(autouse=True)
def nobody_listens(request: pytest.FixtureRequest) -> None:
    """A worker of other tests must not deliver what a test here looks at; tests that want a worker ask for it."""
    if "worker" not in request.fixturenames:
        request.getfixturevalue("rings")


@pytest.fixture
def moody(settings: Any) -> Iterator[MoodyServer]:
    """A mail server that does as the test says; this process sends to it."""
    with MoodyServer().running() as server:
        settings.EMAIL_BACKEND = "ctts.common.mail.Backend"
        settings.EMAIL_PORT = server.port
        settings.EMAIL_TIMEOUT = 1
        yield server
