"""What tests of the office's pages share: a browser of somebody of the office, and looking at forms that come back."""

from __future__ import annotations

from typing import Any

from django.test import Client

from ctts.accounts.actions import give_second_factor
from ctts.accounts.models import User
from tests.cast import START

# What the navigation of a page asks: as what the person stands in or around training.
NAVIGATION = 1
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def browser_of(person: User) -> Client:
    """A browser of somebody signed in, with the second factor where their role needs one."""
    if person.second_factor_required and person.second_factor_at is None:
        person = give_second_factor(person=person, secret=SECRET, by=None, now=START)
    client = Client()
    client.force_login(person)
    return client


def shown(client: Client, url: str) -> dict[str, Any]:
    """The values of the form on a page, hidden fields included, as the browser would send them back."""
    form = client.get(url).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else str(value) for name, value in values.items()}
