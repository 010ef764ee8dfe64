"""Which evidence is the best for a competency: the trainee says so, three pieces at most (T3)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from assessments.compiling.contents import contents_of
from ctts.audit.models import AuditEvent
from ctts.common.verdict import Invalid, NotAllowed
from tests.training.world import NOW, browser_of, item_of, signed, text_evidence
from training import actions, queries
from training.models import EvidenceMapping


@pytest.fixture
def pieces(world):
    """A competency with four pieces of evidence."""
    item = item_of(world.tara, 0)
    return item, [text_evidence(world.tara, item, title=f"Piece {number}") for number in range(4)]


def nominate(world, item, piece, best=True, by=None):
    given = {"item_id": item.pk, "evidence_id": piece.pk, "best": best}
    return actions.nominate(by=by or world.cast.tara, now=NOW, **given)


def test_T3_three_pieces_at_most_are_the_best_and_one_can_be_taken_off(world, pieces):
    item, rows = pieces
    for piece in rows[1:]:
        assert nominate(world, item, piece).nominated
    nominate(world, item, rows[1])  # pressed twice
    with pytest.raises(Invalid, match=r"3 pieces are the best for .* already\. Take one off first"):
        nominate(world, item, rows[0])
    nominate(world, item, rows[3], best=False)
    nominate(world, item, rows[0])
    shown = [piece.title for piece in queries.shown_evidence(item, world.cast.tara, NOW.date())]
    assert shown == ["Piece 0", "Piece 1", "Piece 2", "Piece 3"]
    kinds = AuditEvent.objects.filter(action__contains="nominat").values_list("action", flat=True)
    assert sorted(set(kinds)) == ["training.evidence.nominated", "training.evidence.nomination_ended"]
    assert len(kinds) == 5


def test_T3_nobody_but_the_trainee_says_so_and_only_of_what_shows_the_competency(world, pieces):
    item, rows = pieces
    for who in (world.cast.sam, world.cast.tom, world.cast.olive):
        with pytest.raises(NotAllowed):
            nominate(world, item, rows[0], by=who)
    with pytest.raises(Invalid, match="does not show this competency"):
        nominate(world, item_of(world.tara, 1), rows[0])
    assert not EvidenceMapping.objects.filter(nominated=True).exists()


def test_T3_the_best_stand_first_on_the_page_and_in_the_portfolio_and_no_signature_changes(world, pieces):
    item, rows = pieces
    sign_off = signed(world.cast.sam, world.tara, 1)
    tara, address = browser_of(world.cast.tara), reverse("training:nominate", args=[item.pk, rows[2].pk])
    page = reverse("training:item", args=[item.pk])
    assert "3 at most" in tara.get(page).text
    assert tara.post(address, {"best": "yes"}).url.startswith(page)
    text = tara.get(page).text
    assert text.index("Piece 2") < text.index("Piece 0") and "Take off the best" in text
    seen = browser_of(world.cast.sam).get(page).text
    assert "Among the best" in seen and "Take off the best" not in seen
    order = dict(contents_of(world.tara)["items"])[item.pk]
    assert order == [rows[2].pk, rows[0].pk, rows[1].pk, rows[3].pk]
    standing = queries.judged_evidence([sign_off.item])[sign_off.item_id]
    assert queries.differences(sign_off.content["evidence"], standing) == []
    for piece in rows[:2]:
        nominate(world, item, piece)
    late = tara.post(reverse("training:nominate", args=[item.pk, rows[3].pk]), {"best": "yes"}, follow=True)
    assert "Take one off first" in late.text
    assert tara.post(address, {"best": "no"}).status_code == 303
    assert "Piece 0" in tara.get(page).text
