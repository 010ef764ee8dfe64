"""What is said of a DOPS that ends, and of one whose training ended before it was done (T5)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ctts.common.verdict import TooLate
from tests.training import outside as o
from tests.training import practice as p
from tests.training.pages import address, words
from tests.training.world import browser_of
from training import access, actions, queries

TOLD = "A mail with your reason goes to"


def page(scene, who, name, dops):
    return words(browser_of(getattr(scene.cast, who), proved=True).get(address(name, dops.pk)))


def end_training(scene):
    actions.end_not_completed(by=scene.cast.olive, now=p.NOW, record_id=scene.tara.pk)


def test_T5_the_page_before_a_dops_is_voided_names_who_else_hears(scene):
    dops = p.started_dops(scene.tara, scene.cast.sam)
    assert f"{TOLD} <strong>Tara Quinn</strong>" in page(scene, "sam", "dops_void", dops)
    assert f"{TOLD} <strong>Tara Quinn and Sam Patel</strong>" in page(scene, "olive", "dops_void", dops)
    mine = p.asked_dops(scene.tara, scene.cast.trina)
    assert TOLD not in page(scene, "tara", "dops_void", mine)  # she is not approved, and was not asked
    assert queries.concerned_by_end(mine, scene.cast.sam) == [scene.cast.tara]


def test_T5_a_dops_of_a_training_that_ended_lies_with_nobody(scene):
    external = o.asked(scene.tara, scene.cast.sam)
    assert "Now with" in page(scene, "sam", "dops", external.dops)
    code = queries.code_of(external)
    assert access.can_see_code(scene.cast.sam, external, p.NOW)
    end_training(scene)
    for who in ("sam", "tara"):
        said = page(scene, who, "dops", external.dops)
        assert "Now with" not in said and "Nobody is asked for this DOPS any more" in said
        assert f"{code[:3]} {code[3:]}" not in said
    assert not access.can_see_code(scene.cast.sam, o.last(external.dops), p.NOW)


def test_T5_one_that_is_complete_says_nothing_of_the_end(scene):
    dops = p.complete_dops(scene.tara, scene.cast.sam)
    end_training(scene)
    assert "any more" not in page(scene, "sam", "dops", dops)


@pytest.mark.parametrize("who", ["tara", "sam"])
def test_T5_the_mail_says_who_took_the_request_back_and_the_link_blames_nobody(scene, who):
    person = getattr(scene.cast, who)
    external = o.asked(scene.tara, scene.cast.sam)
    actions.void_dops(by=person, now=p.NOW, dops_id=external.dops_id, reason="She asks somebody else.")
    assert f"{person} took the request back" in o.mail("dops_link_taken_back").text
    with pytest.raises(TooLate, match="This request was taken back; the mail about it says by whom"):
        o.begun(external)


def test_T5_whoever_was_replaced_by_somebody_else_is_not_sent_to_a_newer_mail(scene):
    external = o.asked(scene.tara, scene.cast.sam)
    o.named(external.dops, scene.cast.sam, replace(o.OWEN, email="OWEN@elsewhere.example"))
    with pytest.raises(TooLate, match="Open the link in the newest mail"):
        o.begun(external)
    o.named(external.dops, scene.cast.sam, o.PIA)
    with pytest.raises(TooLate, match="Somebody else was asked to assess this in your place"):
        o.begun(external)
