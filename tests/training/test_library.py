"""The evidence library narrowed by filters in the address, searched and put in order (T3, screens 21)."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.training.pages import address, words
from tests.training.world import NOW, browser_of, item_of, text_evidence
from training import actions, queries
from training.actions import Content
from training.queries import EvidenceWanted


@pytest.fixture
def made(world):
    """Three pieces of Tara's: a text on two competencies, a link on one, and a draft."""
    first, second = item_of(world.tara, 0), item_of(world.tara, 1)
    text_evidence(world.tara, first, second, title="Uniformity of the camera", text="It drifted by 100%.")
    given = {"kind": "link", "content": Content("a poster", url="https://example.org/p"), "item_ids": [first.pk]}
    actions.add_evidence(by=world.tara.trainee, now=NOW, record_id=world.tara.pk, key=uuid4(), declared=True, **given)
    text_evidence(world.tara, title="Notes", text="Half a thought.", declared=False)
    return world


def titles(world, **wanted):
    rows = queries.library(world.tara.trainee, world.tara, NOW.date(), EvidenceWanted(**wanted))
    return [row.title for row in rows]


def test_screens_21_a_library_is_narrowed_by_kind_state_competency_and_words(made):
    assert titles(made, kind="link") == ["a poster"]
    assert titles(made, state="draft") == ["Notes"]
    assert titles(made, item=item_of(made.tara, 1)) == ["Uniformity of the camera"]
    assert titles(made, text="DRIFTED BY 100%") == ["Uniformity of the camera"]
    assert titles(made, text="poster", state="shared", item=item_of(made.tara, 0)) == ["a poster"]
    shows = {row.title: row.shows for row in queries.library(made.tara.trainee, made.tara, NOW.date())}
    assert shows == {"Uniformity of the camera": 2, "a poster": 1, "Notes": 0}


def test_screens_21_a_library_stands_in_the_order_that_is_asked_for(made):
    newest = ["Notes", "a poster", "Uniformity of the camera"]
    assert titles(made) == newest
    assert titles(made, order="oldest") == newest[::-1]
    assert titles(made, order="title") == ["a poster", "Notes", "Uniformity of the camera"]
    assert titles(made, order="shows") == newest[::-1]


def test_screens_21_the_filters_stand_in_the_address_and_can_be_taken_away(made):
    tara, url = browser_of(made.cast.tara, proved=True), address("evidence", made.tara.pk)
    page = tara.get(f"{url}?kind=text&q=camera&order=title&item={item_of(made.tara, 0).pk}")
    assert [row.title for row in page.context["rows"]] == ["Uniformity of the camera"]
    assert "1 piece of evidence, by title, A to Z" in words(page)
    labels = [pill.label.split(":")[0] for pill in page.context["pills"]]
    assert labels == ["Words in it", "Kind", "Competency", "Order"]
    assert "kind=" not in page.context["pills"][1].remove_url
    assert "No evidence fits these filters" in words(tara.get(f"{url}?q=nothing"))


@pytest.mark.parametrize("query", ["kind=song", "item=999999", "state=lost", "order=colour", "q=" + "x" * 101])
def test_screens_21_a_filter_that_is_none_narrows_nothing_and_is_named(made, query):
    page = browser_of(made.cast.tara, proved=True).get(f"{address('evidence', made.tara.pk)}?{query}")
    assert (page.status_code, len(page.context["rows"]), page.context["pills"]) == (200, 3, [])
    assert page.context["filters"].errors


def test_T3_no_filter_shows_a_draft_to_others(made):
    page = browser_of(made.cast.sam, proved=True).get(f"{address('evidence', made.tara.pk)}?state=draft")
    assert list(page.context["rows"]) == []
