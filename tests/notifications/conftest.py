"""The letterbox app, and mail servers with moods."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import override_settings

from ctts.notifications.notices import kinds
from tests.notifications.make import MoodyServer


@pytest.fixture(autouse=True)
def letterbox() -> Iterator[None]:
    """The notices of the tests are declared; none of them outlives the test."""
    with override_settings(INSTALLED_APPS=[*configured.INSTALLED_APPS, "tests.notifications.letterbox"]):
        kinds.cache_clear()
        yield
    kinds.cache_clear()


@pytest.fixture
def moody(settings: Any) -> Iterator[MoodyServer]:
    """A mail server that does as the test says; this process sends to it."""
    with MoodyServer().running() as server:
        settings.EMAIL_BACKEND = "ctts.common.mail.Backend"
        settings.EMAIL_PORT = server.port
        settings.EMAIL_TIMEOUT = 1
        yield server
