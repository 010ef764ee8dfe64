"""Pages of training as a browser meets them: their addresses, their words, and what a form on them would send."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.forms import BaseForm
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse


def address(name: str, *args: Any) -> str:
    """The address of a page of training."""
    return reverse(f"training:{name}", args=args)


def words(response: HttpResponse) -> str:
    """What a page says, with plain blanks."""
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def sent(form: BaseForm) -> dict[str, Any]:
    """What a browser would send of a form as it is filled on the page; empty fields are left out."""
    values = {form.add_prefix(name): form[name].value() for name in form.fields}
    filled = {name: value for name, value in values.items() if value not in (None, "", False)}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in filled.items()}


def filled(client: Client, url: str, **changes: Any) -> dict[str, Any]:
    """The form of a page as it is filled, with changes."""
    page = client.get(url)
    assert page.status_code == 200, words(page)[:2000]
    version = {"autosave_version": page.context["draft_version"]} if "draft_version" in page.context else {}
    return {**sent(page.context["form"]), **version, **changes}


def press(client: Client, url: str, **changes: Any) -> HttpResponse:
    """Fill in the form of a page and send it."""
    return client.post(url, filled(client, url, **changes))


def typed(client: Client, url: str, version: int | str = 0, **fields: Any) -> HttpResponse:
    """What the page's own script sends while somebody types."""
    return client.post(url, {"autosave_version": version, **fields}, headers={"X-Autosave": "1"})
