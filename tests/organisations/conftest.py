"""What most tests of people and places ask for: the cast, and Olive of the office at her browser."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.cast import Cast, make_cast
from tests.office import browser_of


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody, by the actions that pages call."""
    return make_cast()


@pytest.fixture
def olive(cast: Cast) -> Client:
    """Olive of the scheme office, signed in."""
    return browser_of(cast.olive)
