"""The cache that forgives: while Redis is away it holds nothing, and no page fails for it (quality rule 3).

What it keeps is never needed to be right: counters of wrong tries, marks of codes used in the last half minute. While
Redis is gone (it is started again within seconds) tries are not counted; the log says so.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache import caches
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")


def _or(otherwise: Answer, ask: Callable[[], Answer]) -> Answer:
    try:
        return ask()
    except (RedisError, OSError) as problem:
        logger.warning("The cache is away: %s", type(problem).__name__)
        return otherwise


class ForgivingCache(RedisCache):
    """Django's Redis cache; with Redis away, reading finds nothing and writing does nothing."""

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """True when the key was new, and while Redis is away."""
        return _or(True, lambda: bool(super(ForgivingCache, self).add(key, value, timeout, version)))

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """The value, or `default`."""
        return _or(default, lambda: super(ForgivingCache, self).get(key, default, version))

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Keep a value."""
        _or(None, lambda: super(ForgivingCache, self).set(key, value, timeout, version))

    def delete(self, key: str, version: int | None = None) -> bool:
        """Whether there was something to forget."""
        return _or(False, lambda: bool(super(ForgivingCache, self).delete(key, version)))

    def has_key(self, key: str, version: int | None = None) -> bool:
        """Whether the key is known."""
        return _or(False, lambda: bool(super(ForgivingCache, self).has_key(key, version)))

    def count(self, key: str, seconds: int) -> int:
        """How often this was called with this key since its span of `seconds` began; 0 while Redis is away."""
        return _or(0, lambda: self._count(self.make_and_validate_key(key), seconds))

    def _count(self, key: str, seconds: int) -> int:
        pipeline = self._cache.get_client(key, write=True).pipeline()
        pipeline.set(key, 0, ex=seconds, nx=True)
        pipeline.incr(key)
        return int(pipeline.execute()[1])


def count_try(key: str, seconds: int) -> int:
    """How many tries there were under this key, this one included; a span of `seconds` begins with the first."""
    store = caches["default"]
    assert isinstance(store, ForgivingCache)  # noqa: S101 — the settings name this class
    return store.count(key, seconds)


def forget_tries(key: str) -> None:
    """Begin at nought again, after the right answer."""
    caches["default"].delete(key)
