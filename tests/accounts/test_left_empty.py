"""Forms of the accounts' library tell what was left empty by its name, as ours do (quality rule 1)."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.accounts.people import sign_in
from tests.cast import PASSWORD, person

pytestmark = pytest.mark.django_db


def told(client: Client, name: str) -> str:
    answer = client.post(reverse(name), {})
    text: str = answer.content.decode()
    assert "This field is required" not in text
    return text


@pytest.mark.parametrize("name", ["account_login", "account_signup", "account_reset_password"])
def test_a_stranger_is_told_what_is_missing(client, name):
    assert "Fill in “" in told(client, name)


@pytest.mark.parametrize("name", ["account_change_password", "mfa_activate_totp"])
def test_a_person_is_told_what_is_missing(client, name):
    ann = person("ann", "Ann Archer")
    sign_in(client, ann.email, PASSWORD)
    client.get(reverse(name))
    assert "Fill in “" in told(client, name)
