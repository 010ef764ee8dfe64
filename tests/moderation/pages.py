"""What tests of the pages of moderation share: browsers, addresses, the words of a page."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from ctts.accounts.models import User
from tests.training.world import browser_of

__all__ = ["address", "browser_of", "sent", "shown", "warm", "words"]


def address(name: str, *args: Any) -> str:
    """The address of a page of moderation."""
    return reverse(f"moderation:{name}", args=args)


def words(response: Any) -> str:
    """The text of a page, with ordinary blanks."""
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def shown(client: Client, url: str, **changes: Any) -> dict[str, Any]:
    """The values of the form on a page as the browser would send them back, with what was typed."""
    context = client.get(url).context
    form = context["confirm"].form if "confirm" in context else context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {**{name: value for name, value in values.items() if value not in (None, "")}, **changes}


def sent(client: Client, url: str, **changes: Any) -> Any:
    """The form of a page, sent with what was typed."""
    return client.post(url, shown(client, url, **changes))


def warm(person: User, *, proved: bool = True) -> Client:
    """A browser whose session has begun: its first page also writes when that was."""
    browser = browser_of(person, proved=proved)
    browser.get(reverse("accounts:profile"))
    return browser
