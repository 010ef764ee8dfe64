"""Kept worlds: built once, and every test begins with them as if it had built them itself."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.core.cache import cache

from ctts.accounts.models import User
from ctts.audit.actions import seal_day
from ctts.audit.verification import verify
from ctts.documents import keeping
from tests.cast import at, person
from tests.documents.samples import kept
from tests.kept import kept_world

NOW = at(2026, 5, 4)
BUILT = []


def make_pair() -> SimpleNamespace:
    """Two people, a file, a head of the audit that is published, and something in the cache."""
    tara, tom = person("tara", "Tara Quinn"), person("tom", "Tom Eriksen")
    document = kept("good/purchase-order.pdf", by=tara, now=NOW)
    seal_day(now=NOW)
    cache.set("kept", 1)
    BUILT.append(NOW)
    return SimpleNamespace(tara=tara, tom=tom, document=document)


pair = kept_world(make_pair)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2, 3])
def test_each_test_begins_with_the_world_as_it_was_built(pair, turn, tmp_path):
    assert len(BUILT) == 1
    assert sorted(User.objects.values_list("full_name", flat=True)) == ["Tara Quinn", "Tom Eriksen"]
    assert pair.tara.full_name == "Tara Quinn" and pair.document.owner is pair.tara
    assert keeping.read(pair.document)
    assert (verify().heads, verify().faults, cache.get("kept")) == (1, [], None)
    spoil(pair, tmp_path)
    assert person("third", "Third Person").pk == pair.tom.pk + 1


def spoil(pair, tmp_path):
    """Change everything that the next test is to find unchanged."""
    pair.tara.full_name = "Tara Changed"
    pair.tara.save()
    for folder in ("files", "audit-heads"):
        for path in [found for found in (tmp_path / folder).rglob("*") if found.is_file()]:
            path.unlink()


@pytest.mark.django_db(transaction=True)
def test_a_transactional_test_without_it_finds_nothing():
    assert not User.objects.exists()


def test_nor_does_any_other(db):
    assert not User.objects.exists()
