"""The declaration by version: who has it to hand over declares the words in force; what was declared stays (A2)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from applications import actions, declaration, queries
from applications.queries.many import Many
from applications.states import Part
from ctts.common.verdict import Invalid
from tests.applications import world
from tests.applications.world import NOW

OLD, NEW = "2026-1", "2027-1"
WORDS = ("What I have written is true.", "I have read the handbook.")
# Digests that are signed already: other words need another version.
SIGNED = {OLD: "fcd0bc4d3d27a2a7cbfdccde3d01cb692c4841f6aaeb49c964a38396c65dce6f"}


@pytest.fixture
def another_version(monkeypatch):
    """A release with other words."""
    monkeypatch.setitem(declaration.VERSIONS, NEW, WORDS)


def page(browser, name, *args):
    return browser.get(reverse(f"applications:{name}", args=args)).content.decode()


def standing(application):
    """Whether the part counts as done: by itself, and among many."""
    pk = application.pk
    alone = queries.facts_of(world.refresh(application), NOW.date()).declared
    assert Many([pk]).facts_of(pk, NOW.date()).declared == alone
    return alone


def test_A2_the_words_of_a_version_are_never_others():
    assert {version: declaration.digest_of(version) for version in declaration.VERSIONS} == SIGNED


def test_A2_a_draft_is_handed_over_with_the_words_in_force(cast, another_version, browser_of):
    application = world.start(cast)
    world.fill(application, cast)
    made = application.declarations.get()
    assert made.version == NEW and standing(application)


def test_A2_who_declared_other_words_before_handing_over_declares_anew(cast, monkeypatch, browser_of):
    application = world.filled(cast)
    assert standing(application)
    monkeypatch.setitem(declaration.VERSIONS, NEW, WORDS)
    assert not standing(application)
    shown = page(browser_of("ann"), "part", application.pk, "declaration")
    assert "You declared version 2026-1" in shown and "I have read the handbook." in shown
    with pytest.raises(Invalid, match="Make the declaration"):
        actions.ask_supervisor(by=cast.ann, now=NOW, application_id=application.pk)
    actions.declare(by=cast.ann, now=NOW, application_id=application.pk, version=NEW)
    missing = queries.missing_before_hand_over(world.refresh(application), NOW.date())
    assert standing(application) and Part.DECLARATION not in {one.part for one in missing}


def test_A2_what_was_handed_over_keeps_its_words_and_everybody_reads_them(cast, monkeypatch, browser_of):
    received = world.received(cast)
    monkeypatch.setitem(declaration.VERSIONS, NEW, WORDS)
    assert standing(received)
    for who in ("olive", "ann"):
        shown = page(browser_of(who), "read", received.pk)
        assert "version 2026-1" in shown and declaration.VERSIONS[OLD][0] in shown and WORDS[1] not in shown
