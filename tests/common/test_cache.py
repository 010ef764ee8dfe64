"""The cache forgives a Redis that is away, and counts tries exactly while it is there (quality rule 3)."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import caches

from ctts.common.cache import ForgivingCache, count_try, forget_tries


@pytest.fixture
def away():
    """A cache whose server nobody started."""
    return ForgivingCache("redis://127.0.0.1:1/0", {})


def test_tries_are_counted_one_by_one_even_at_once():
    with ThreadPoolExecutor(8) as threads:
        counts = list(threads.map(lambda _: count_try("a", 60), range(40)))
    assert sorted(counts) == list(range(1, 41))
    assert count_try("b", 60) == 1


def test_the_count_begins_anew_when_its_span_is_over_or_the_answer_was_right():
    count_try("a", 1)
    assert count_try("a", 60) == 2  # a later try does not move the end of the span
    time.sleep(1.1)
    assert count_try("a", 60) == 1
    assert count_try("a", 60) == 2
    forget_tries("a")
    assert count_try("a", 60) == 1


def test_it_keeps_what_it_is_given():
    cache = caches["default"]
    assert cache.add("key", 1)
    assert not cache.add("key", 2)
    cache.set("key", 3)
    assert cache.get("key") == 3
    assert cache.has_key("key")
    assert cache.delete("key")
    assert cache.get("key", "nothing") == "nothing"


def test_without_redis_nothing_is_kept_and_nothing_fails(away, caplog):
    assert away.add("key", 1) is True
    assert away.set("key", 1) is None
    assert away.get("key", "nothing") == "nothing"
    assert away.has_key("key") is False
    assert away.delete("key") is False
    assert away.count("key", 60) == 0
    assert "The cache is away: ConnectionError" in caplog.text
