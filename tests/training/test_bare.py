"""A submitted competency whose evidence is not shared any more lies with the trainee, and says so (T2, T3, N)."""

from __future__ import annotations

import pytest

from tests.training.pages import address, words
from tests.training.world import NOW, authentication, browser_of, submitted
from training import actions, queries

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
SHARE, SIGN = "Share evidence again for 1 competency", "Sign 1 competency"


def reopened(world, item):
    """The evidence of a submitted competency is taken back to be changed."""
    [piece] = queries.judged_evidence([item])[item.pk]
    actions.reopen_evidence(by=world.cast.tara, now=NOW, evidence_id=piece.pk)
    return piece


def duties(world, who):
    return queries.duties_for(getattr(world.cast, who), TODAY)


def others(world, who):
    return queries.others_for(getattr(world.cast, who), TODAY)


def whats(rows):
    return [row.what for row in rows]


def test_t2_it_is_the_trainees_row_and_not_the_supervisors_until_it_is_shared_again(world):
    item = submitted(world.tara)
    assert SIGN in whats(duties(world, "sam")) and SIGN in whats(others(world, "tara"))
    piece = reopened(world, item)
    [row] = [row for row in duties(world, "tara") if row.what == SHARE]
    assert (row.url, row.role) == (address("item", item.pk), "trainee")
    assert SIGN not in whats(duties(world, "sam")) and SIGN not in whats(others(world, "tara"))
    [waits] = [row for row in others(world, "sam") if row.what == SHARE]
    assert waits.waits.people == (world.cast.tara.pk,) and waits.about == "Tara Quinn"
    piece.refresh_from_db()
    actions.share_evidence(by=world.cast.tara, now=NOW, evidence_id=piece.pk, seen=piece.content_sha256)
    assert SIGN in whats(duties(world, "sam")) and SHARE not in whats(duties(world, "tara"))


def test_t2_several_lead_to_the_list(world):
    for number in range(2):
        reopened(world, submitted(world.tara, number))
    [row] = [row for row in duties(world, "tara") if row.what.startswith("Share evidence")]
    assert row.what == "Share evidence again for 2 competencies"
    assert row.url == f"{address('competencies', world.tara.pk)}?state=submitted"


def test_t3_what_was_withdrawn_from_view_has_its_own_row_and_makes_no_second(world):
    item = submitted(world.tara)
    [piece] = queries.judged_evidence([item])[item.pk]
    given = {"evidence_id": piece.pk, "reason": "A name stands in it.", "authentication": authentication(NOW)}
    actions.quarantine_evidence(by=world.cast.sam, now=NOW, **given)
    rows = whats(duties(world, "tara"))
    assert "Replace withdrawn evidence" in rows and SHARE not in rows
    assert SHARE in whats(others(world, "sam")) and SIGN not in whats(duties(world, "sam"))


def test_t2_the_page_says_what_holds_it_and_with_whom_it_lies(world):
    item = submitted(world.tara)
    piece = reopened(world, item)
    tara, sam = browser_of(world.cast.tara), browser_of(world.cast.sam)
    own = tara.get(address("item", item.pk))
    assert "Nobody can sign it now" in words(own) and address("evidence_one", piece.pk) in own.content.decode()
    assert "Share its evidence again" in words(own)
    page = sam.get(address("item", item.pk))
    theirs = words(page)
    assert page.context["acts"].now == "Tara Quinn (trainee)" and "You can also return it with feedback" in theirs
    assert "It waits for the trainee" in words(sam.get(address("sign_off", item.record_id)))
