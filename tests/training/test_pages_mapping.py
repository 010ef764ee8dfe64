"""The competencies that evidence shows, chosen on its page, also in two windows at a time (T3, quality rule 2)."""

from __future__ import annotations

import pytest

from tests.training.pages import address, sent, words
from tests.training.world import browser_of, item_of, state_of, text_evidence
from training import queries
from training.models import Evidence
from training.states import ItemState


@pytest.fixture
def tara(world):
    return browser_of(world.cast.tara, proved=True)


def test_t3_a_link_is_added_and_mapped_later(world, tara):
    form = tara.get(address("evidence_new", world.tara.pk, "link")).context["form"]
    data = {"key": form["key"].value(), "title": "Protocol", "url": "https://intranet.example.org/p"}
    assert tara.post(address("evidence_new", world.tara.pk, "link"), data).status_code == 303
    evidence, item = Evidence.objects.get(), item_of(world.tara)
    mapping = sent(tara.get(address("evidence_one", evidence.pk)).context["mapping"])
    assert tara.post(address("evidence_map", evidence.pk), {**mapping, "items": [item.pk]}).status_code == 303
    assert (list(queries.mapped_items(evidence)), state_of(item)) == ([item], ItemState.IN_PROGRESS)
    assert tara.post(address("evidence_map", evidence.pk), {**mapping, "items": ["x"]}).status_code == 422


def test_t3_competencies_chosen_in_two_windows_are_both_shown_and_the_next_press_takes_them(world, tara):
    first, second = item_of(world.tara), item_of(world.tara, 1)
    evidence = text_evidence(world.tara)
    older = sent(tara.get(address("evidence_one", evidence.pk)).context["mapping"])
    assert tara.post(address("evidence_map", evidence.pk), {**older, "items": [first.pk]}).status_code == 303
    late = tara.post(address("evidence_map", evidence.pk), {**older, "items": [second.pk]})
    assert late.status_code == 409 and "Saved in another window meanwhile" in words(late)
    assert late.context["elsewhere"].rows == [("Competencies it shows", str(second.item), str(first.item))]
    again = sent(late.context["mapping"])
    assert again["items"] == [str(second.pk)] and list(queries.mapped_items(evidence)) == [first]
    assert tara.post(address("evidence_map", evidence.pk), again).status_code == 303
    assert list(queries.mapped_items(evidence)) == [second]
