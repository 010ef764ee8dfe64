"""The list of every address: name, path, methods, guard, effect."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern, RoutePattern

# Pages of django-allauth, which carry no guard of ours: what they do is its documented behaviour.
LIBRARY = {
    "allauth.account": "public: sign-in, sign-up, confirmation and reset by django-allauth; its own checks",
    "allauth.mfa": "signed-in: second factor by django-allauth",
}
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
        "guard": getattr(view, "guard", "") or _library_guard(view),
        "effect": getattr(view, "effect", ""),
    }


def _library_guard(view: Any) -> str:
    module = getattr(view, "view_class", view).__module__
    return next((guard for name, guard in LIBRARY.items() if module.startswith(name)), "undeclared")


def _readable(pattern: RoutePattern | RegexPattern | Any) -> str:
    text = str(pattern)
    if isinstance(pattern, RegexPattern):
        text = NAMED_GROUP.sub(r"<\1>", text).replace("^", "").replace("$", "").replace("\\", "")
    return re.sub(r"<\w+:(\w+)>", r"<\1>", text)
