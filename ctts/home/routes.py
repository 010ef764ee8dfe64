"""The list of every address: name, path, methods, guard, effect."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern, RoutePattern

NAMED_GROUP = re.compile(r"\(\?P<(\w+)>[^)]*\)")


def routes() -> list[dict[str, Any]]:
    """Every address as `{"name", "path", "methods", "guard", "effect"}`; placeholders in angle brackets."""
    return sorted(_walk(get_resolver().url_patterns, "/", ""), key=lambda route: route["path"])


def _walk(patterns: list[Any], prefix: str, namespace: str) -> Iterator[dict[str, Any]]:
    for pattern in patterns:
        path = prefix + _readable(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, path, inner)
        elif isinstance(pattern, URLPattern):
            yield _route(pattern, path, namespace)


def _route(pattern: URLPattern, path: str, namespace: str) -> dict[str, Any]:
    view = pattern.callback
    return {
        "name": f"{namespace}{pattern.name or ''}",
        "path": path,
        "methods": getattr(view, "methods", ["GET", "POST"]),
        "guard": getattr(view, "guard", "undeclared"),
        "effect": getattr(view, "effect", ""),
    }


def _readable(pattern: RoutePattern | RegexPattern | Any) -> str:
    text = str(pattern)
    if isinstance(pattern, RegexPattern):
        text = NAMED_GROUP.sub(r"<\1>", text).replace("^", "").replace("$", "").replace("\\", "").replace("/?", "")
    return re.sub(r"<\w+:(\w+)>", r"<\1>", text)
