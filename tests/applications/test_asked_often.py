"""What could be asked of the scheme over and over has an end: mail to strangers, and who can be named (A2)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ctts.common.verdict import Invalid
from tests.applications import world
from tests.applications.test_asking import FIN, ask, withdraw
from tests.applications.test_office_views import url
from tests.applications.world import NOW
from tests.office import shown


def test_A2_nobody_mails_a_sixth_stranger_within_a_day(cast):
    begun = world.start(cast)
    for number in range(5):
        withdraw(ask(begun, email=f"fin{number}@trust.example"))
    with pytest.raises(Invalid, match="asked 5 times within a day") as refused:
        ask(begun)
    assert refused.value.field == "email"
    assert ask(begun, now=NOW + timedelta(days=1)).email == FIN["email"]


def test_A2_who_can_be_named_is_not_found_out_address_by_address(cast, browser_of, settings):
    settings.ACCOUNT_RATE_LIMITS = {"named_supervisor": "2/h/user"}
    address, ann = url("part", world.start(cast).pk, "supervisor"), browser_of("ann")
    for _ in range(2):
        named = {"name": "Abe Lawal", "email": cast.abe.email}
        assert ann.post(address, {**shown(ann, address), **named}).status_code == 303
    late = ann.post(address, {**shown(ann, address), "name": "Sid Moreau", "email": "sid@lagan.example"})
    assert late.status_code == 429 and "many times within an hour" in late.text and "sid@lagan.example" in late.text
    assert ann.get(address).status_code == 200
