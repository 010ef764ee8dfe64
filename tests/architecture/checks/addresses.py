"""Every address is guarded or public with a reason, says its methods, and says what a POST changes (practices 23)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver

from .tree import OURS, Violation

SAFE = {"GET", "HEAD", "OPTIONS"}
METHODS = SAFE | {"POST", "PUT", "PATCH", "DELETE"}


@dataclass(frozen=True)
class Address:
    """One URL pattern: its full name ("training:item"), its route, and the view behind it."""

    name: str
    route: str
    view: Callable[..., Any]

    @property
    def ours(self) -> bool:
        """Whether we answer for the view: it is our code, or another package's behind a guard of ours."""
        return self.view.__module__.split(".")[0] in (*OURS, "tests") or hasattr(self.view, "guard")


def addresses(patterns: Iterable[Any], space: str = "", route: str = "") -> Iterator[Address]:
    """Every address below `patterns`, names with their namespaces."""
    for item in patterns:
        here = f"{route}{item.pattern}"
        if isinstance(item, URLResolver):
            inner = f"{space}{item.namespace}:" if item.namespace else space
            yield from addresses(item.url_patterns, inner, here)
        elif isinstance(item, URLPattern):
            yield Address(f"{space}{item.name}" if item.name else "", here, item.callback)


def check_addresses(every: Iterable[Address], third_party: dict[str, str]) -> list[Violation]:
    """Our views declare guard, methods and effect; another package's view stands in `third_party` with a reason."""
    found, seen = [], set()
    for address in every:
        message = _own_message(address) if address.ours else _foreign_message(address, third_party)
        if message:
            found.append(_at(address, message))
        if address.ours and address.name and address.name in seen:
            found.append(_at(address, "shares its name with another address; give each its own"))
        seen.add(address.name)
    for name in sorted(third_party.keys() - seen):
        found.append(Violation("tests/architecture/allowed.py", 1, f"there is no address {name}; take it off"))
    return found


def _at(address: Address, message: str) -> Violation:
    path = f"{address.view.__module__.replace('.', '/')}.py"
    called = address.name or address.route
    return Violation(path, 1, f"{called} {message}", called)


def _foreign_message(address: Address, third_party: dict[str, str]) -> str:
    reason = third_party.get(address.name, "")
    if not reason:
        return "belongs to another package; name it in allowed.THIRD_PARTY with the reason, or take it out"
    return "" if len(reason.split()) >= 4 else "has no reason in allowed.THIRD_PARTY; write a sentence"


def _own_message(address: Address) -> str:
    guard = getattr(address.view, "guard", "")
    methods = set(getattr(address.view, "methods", ()))
    effect = getattr(address.view, "effect", "")
    if not address.name:
        return "has no name; give its path() one"
    if not guard:
        return "declares no guard; decorate its view with @guarded(…) or @public(reason)"
    if guard.startswith("public") and len(guard.split()) < 4:
        return "is public without a reason; @public says in a sentence why everyone may open it"
    if not methods or methods - METHODS:
        return "declares no known methods; write methods='GET POST'"
    if methods - SAFE and not effect:
        return "takes POST but says no effect; write effect='what it changes'"
    if not methods - SAFE and effect:
        return "declares an effect but takes no POST; a GET changes nothing of the scheme"
    return ""
