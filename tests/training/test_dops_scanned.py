"""The words of a DOPS are scanned before it is signed, whoever signs it and wherever (T5, quality rule 17)."""

from __future__ import annotations

import pytest

from ctts.common.verdict import Invalid
from tests.training import handed as h
from tests.training import outside as o
from tests.training import practice as p
from tests.training.dops import again
from tests.training.pages import address, press, words
from tests.training.world import browser_of
from training import actions, queries
from training.models import Dops, DopsScanAnswer
from training.states import DopsState

NUMBER = "943 476 5919"
CALM = {"overall": "competent", "done_well": f"Patient John Smith, NHS {NUMBER}, was calm.", "agreed_action": ""}
WHY = "It is the number of the test phantom."


def named(dops, by):
    """The words of step 4 name a patient."""
    values = {**CALM, "to_improve": ""}
    return actions.save_words(by=by, now=p.NOW, dops_id=dops.pk, values=values, seen=p.step(dops, 4))


@pytest.fixture
def dops(scene):
    return named(p.filled_dops(p.started_dops(scene.tara, scene.cast.sam), scene.cast.sam), scene.cast.sam)


def sign(dops, by, answer=""):
    given = {"seen": queries.dops_digest(again(dops)), "authentication": p.proof(), "post": "Physicist"}
    return actions.sign_dops(by=by, now=p.NOW, dops_id=dops.pk, answer=answer, **given)


def test_T5_what_may_identify_a_patient_is_signed_only_with_an_answer(scene, dops):
    for answer in ("", " ", f"It is {NUMBER}."):
        with pytest.raises(Invalid):
            sign(dops, scene.cast.sam, answer)
    assert not DopsScanAnswer.objects.exists()
    assert sign(dops, scene.cast.sam, WHY).state == DopsState.AWAITING_ACKNOWLEDGEMENT
    [kept] = queries.dops_scan_answers(dops)
    assert (kept.answer, kept.found["nhs_number"], NUMBER in str(kept.found)) == (WHY, 1, False)


def test_T5_words_that_name_nobody_are_signed_without_an_answer(scene):
    clean = p.signed_dops(scene.tara, scene.cast.sam)
    assert queries.dops_scan_answers(clean) == []


def test_T5_the_page_warns_names_the_steps_and_keeps_what_was_typed(scene, dops):
    sam, tara = (browser_of(person, proved=True) for person in (scene.cast.sam, scene.cast.tara))
    last = address("dops_step", dops.pk, 5)
    page = words(sam.get(last))
    assert "something in it may identify a patient" in page and "NHS number" in page
    assert address("dops_step", dops.pk, 4) in sam.get(last).text
    refused = press(sam, last, post="Lead physicist")
    assert (refused.status_code, "answer" in refused.context["form"].errors) == (422, True)
    assert "Lead physicist" in refused.text
    assert press(sam, last, post="Lead physicist", answer=WHY).status_code == 303
    for browser, name in ((sam, "dops"), (tara, "dops_acknowledge")):
        assert WHY in words(browser.get(address(name, dops.pk)))


def test_T5_whoever_comes_by_a_link_is_asked_the_same(scene):
    external = o.asked(scene.tara, scene.cast.sam)
    o.filled(external)
    named(external.dops, o.last(external.dops))
    with pytest.raises(Invalid):
        o.sign(external)
    browser, last = o.come(external), address("external_step", external.pk, 5)
    assert browser.post(address("external", external.pk), {"secret-code": queries.code_of(external)}).status_code == 303
    assert "something in it may identify a patient" in words(browser.get(last))
    assert press(browser, last, post="Physicist", registration="CS12345").status_code == 422
    assert press(browser, last, post="Physicist", registration="CS12345", answer=WHY).status_code == 303
    assert WHY in words(browser_of(scene.cast.sam, proved=True).get(address("dops_countersign", external.dops_id)))


def test_T5_whoever_was_handed_the_device_is_asked_the_same(scene, dops):
    handed = h.taken(h.handed(dops, scene.cast.tara))
    with pytest.raises(Invalid):
        h.sign(handed)
    h.sign(handed, answer=WHY)
    assert [one.answer for one in queries.dops_scan_answers(dops)] == [WHY]


def test_T5_what_was_filled_in_without_signal_is_scanned_before_it_is_signed(scene):
    begun = p.filled_dops(p.started_dops(scene.tara, scene.cast.sam), scene.cast.sam)
    sam = browser_of(scene.cast.sam, proved=True)
    standing = queries.steps_standing(scene.cast.sam, [again(begun)], queries.items_of_forms([begun.form_id]))
    part = actions.Part(4, CALM, {**CALM, "to_improve": ""}, standing[begun.pk][4].seen, standing[begun.pk][4].version)
    parcel = actions.Parcel(key=begun.key, record_id=scene.tara.pk, begun=begun.key, dops_id=begun.pk, parts=[part])
    actions.take_in(by=scene.cast.sam, now=p.NOW, parcel=parcel)
    assert NUMBER in Dops.objects.get(pk=begun.pk).done_well
    assert press(sam, address("dops_step", begun.pk, 5), post="Physicist").status_code == 422


def test_T5_the_trainees_comment_is_scanned_as_well(scene):
    signed = p.signed_dops(scene.tara, scene.cast.sam)
    tara, page = browser_of(scene.cast.tara, proved=True), address("dops_acknowledge", signed.pk)
    refused = press(tara, page, comment=f"It was {NUMBER}.")
    assert (refused.status_code, "answer" in refused.context["form"].errors) == (422, True)
    assert press(tara, page, comment=f"It was {NUMBER}.", answer=WHY).status_code == 303
    assert [one.signature.printed_name for one in queries.dops_scan_answers(signed)] == ["Tara Quinn"]
    assert WHY in words(tara.get(address("dops", signed.pk)))
