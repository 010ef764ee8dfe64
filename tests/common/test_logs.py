"""No token of a one-time link reaches the log (quality rule 14)."""

import logging

import pytest
from django.conf import settings
from django.urls import reverse

from ctts.accounts.queries import invitation_path
from ctts.common.logs import HideTokens
from tests.accounts.people import invite


def filtered(message, *args):
    record = logging.LogRecord("x", logging.WARNING, "", 0, message, args, None)
    assert HideTokens().filter(record)
    return record.getMessage()


@pytest.mark.django_db
def test_the_path_of_an_invitation_loses_its_token():
    path = invitation_path(invite())
    assert filtered("Gone: %s", path) == f"Gone: {path.rsplit('/', 2)[0]}/…/"


@pytest.mark.parametrize("name", ["account_confirm_email", "account_reset_password_from_key"])
def test_links_of_signing_in_lose_theirs(name):
    key = "MQ:1wNcQp:" + "k" * 43
    given = {"key": key} if name == "account_confirm_email" else {"uidb36": "1", "key": "c9x2wq-" + "0" * 32}
    assert "…" in filtered(f"Not Found: {reverse(name, kwargs=given)}")


def test_D1_the_address_behind_a_diplomas_code_loses_the_code():
    assert filtered("Not Found: /verify/CTD-2028-00017/0123456789ABCDEFGHJKMNPQRS") == (
        "Not Found: /verify/CTD-2028-00017/…"
    )
    assert filtered("Not Found: /verify/CTD-2028-00017") == "Not Found: /verify/CTD-2028-00017"


def test_other_lines_stay_as_they_are():
    for line in ("Not Found: /training/12/items/345/", "100 % of %s"):
        assert filtered(line) == line
    assert filtered("%s of %s", 1, 2) == "1 of 2"


def test_every_handler_hides_them():
    assert all("tokens" in handler["filters"] for handler in settings.LOGGING["handlers"].values())
