"""The tests' own browser: one that hangs is replaced, so that no run waits for ever."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from ctts.processes import started_at
from tests.chromium import Chromium


@pytest.fixture
def hasty(chromium: Chromium) -> Iterator[Chromium]:
    """A second browser, for which nobody waits longer than two seconds."""
    second = Chromium(chromium.playwright, patience=2.0)
    yield second
    second.close()


def hang(browser: Chromium) -> int:
    """The browser stands still from now on; returns its id."""
    os.killpg(browser.pid, signal.SIGSTOP)
    return browser.pid


def test_a_browser_that_opens_no_page_is_replaced(hasty: Chromium):
    hasty.open()
    before = hang(hasty)
    page = hasty.open()
    assert page.evaluate("1 + 1") == 2
    assert hasty.pid != before
    assert started_at(before) is None
    hasty.close_all([page.context])


def test_a_browser_that_closes_no_page_is_ended_and_the_next_page_opens(hasty: Chromium, chromium: Chromium):
    page, other = hasty.open(), chromium.open()
    before = hang(hasty)
    hasty.close_all([page.context])
    assert started_at(before) is None
    assert hasty.open().evaluate("1 + 1") == 2
    assert other.evaluate("1 + 1") == 2
    chromium.close_all([other.context])
