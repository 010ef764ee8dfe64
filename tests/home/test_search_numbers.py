"""Diplomas are found by number by whom D1 lets see them, and by nobody else (pattern 28)."""

from __future__ import annotations

import pytest

from tests.home.test_search import found
from tests.moderation.awarding import issued

pytestmark = pytest.mark.django_db


def test_D1_a_diploma_is_found_by_its_number_by_the_office_and_its_holder(awarded):
    cast, number = awarded.cast, issued(awarded).number
    assert found(cast.olive, number)["diplomas"] == found(cast.olive, number[-5:])["diplomas"] == [number]
    assert found(cast.tara, number)["diplomas"] == [number]
    for first in ("tom", "sam", "cora", "mia", "nobody"):
        assert "diplomas" not in found(getattr(cast, first), number), first
