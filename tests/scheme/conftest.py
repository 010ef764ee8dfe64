"""The cast, and the intake of October 2026 as the rule enters it; made once a module, each test undoes what it did."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from ctts.scheme import actions
from ctts.scheme.models import Intake
from tests.cast import Cast, make_cast
from tests.office import browser_of
from tests.scheme.calendar import NOW
from tests.worlds import Ground, built_once, made_once


@pytest.fixture(scope="module")
def module_cast(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Ground]:
    """Everybody of the cast."""
    with made_once(django_db_blocker, make_cast) as ground:
        yield ground


@pytest.fixture
def cast(module_cast: Ground, request: pytest.FixtureRequest) -> Iterator[Cast]:
    """Everybody of the cast, for one test."""
    with module_cast.lent(request) as lent:
        yield lent


@built_once
def october(cast: Cast) -> Intake:
    """The intake of October 2026."""
    actions.prefill_intakes(by=None, now=NOW)
    return Intake.objects.get(year=2026, month=10)


@pytest.fixture
def olive(cast: Cast) -> Client:
    """Olive of the scheme office, signed in."""
    return browser_of(cast.olive)
