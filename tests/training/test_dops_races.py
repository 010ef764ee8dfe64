"""Many send one DOPS at once, or hold one device: the database lets one through (T5; quality rule 2)."""

from __future__ import annotations

from uuid import uuid4

import pytest

from ctts.audit.verification import verify
from ctts.common import clock
from ctts.common.verdict import Refused
from tests.at_once import MANY, at_once
from tests.kept import kept_world
from tests.training import handed as h
from tests.training import practice as p
from tests.training.dops import again
from training import actions, queries
from training.models import Dops, DopsArrival, DopsPaper, DopsSignature, HandOver, ReviewPaper
from training.states import HandOverEnd

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = {"overall": "competent", "done_well": "Calm.", "to_improve": "", "agreed_action": ""}
TYPED = {name: [text] for name, text in WORDS.items()}


def make_scene_now() -> p.Scene:
    """Both records; the clock stands at 10 June 2026."""
    clock.set_offset(at=p.NOW)
    made = p.make_scene()
    h.equipped(made.cast.sam)
    return made


scene = kept_world(make_scene_now)


def refused(found):
    return sum(isinstance(one, Refused) for one in found)


def test_T5_of_twenty_times_the_same_sending_one_is_taken_and_all_are_told_the_same(scene):
    key, begun, part = uuid4(), uuid4(), actions.Part(4, TYPED, WORDS)
    parcel = actions.Parcel(key, scene.tara.pk, begun, None, [part])
    found = at_once(lambda number: actions.take_in(by=scene.cast.sam, now=p.NOW, parcel=parcel).pk)
    assert len(set(found)) == 1
    assert (Dops.objects.count(), DopsArrival.objects.count()) == (1, 1)
    assert verify().faults == []


def test_T5_of_twenty_sendings_of_one_dops_begun_on_a_phone_one_begins_it(scene):
    begun = uuid4()

    def send(number):
        parts = [actions.Part(4, {**TYPED, "done_well": [f"Text {number}"]}, {**WORDS, "done_well": f"Text {number}"})]
        parcel = actions.Parcel(uuid4(), scene.tara.pk, begun, None, parts)
        return actions.take_in(by=scene.cast.sam, now=p.NOW, parcel=parcel)

    assert refused(at_once(send)) == MANY - 1
    assert (Dops.objects.count(), DopsArrival.objects.count()) == (1, 1)


def test_T5_of_twenty_hand_overs_one_stays_open(scene):
    dops = p.started_dops(scene.tara, scene.cast.sam)
    found = at_once(lambda number: actions.hand_over(by=scene.cast.tara, now=p.NOW, dops_id=dops.pk).pk)
    assert len(set(found)) == MANY
    assert HandOver.objects.filter(ended_at__isnull=True).count() == 1


def test_T5_of_a_signature_and_a_device_taken_back_one_wins(scene):
    dops = p.filled_dops(p.started_dops(scene.tara, scene.cast.sam), scene.cast.sam)
    handed = h.taken(h.handed(dops, scene.cast.tara))
    seen = queries.dops_digest(again(dops))

    def act(number):
        if number % 2:
            return h.sign(handed, seen=seen)
        given = {"hand_over_id": handed.pk, "end": HandOverEnd.UNLOCKED}
        return actions.hand_back(by=scene.cast.tara, now=p.NOW, **given)

    at_once(act)
    signed = HandOver.objects.get().ended_as == HandOverEnd.SIGNED
    assert DopsSignature.objects.filter(meaning="assessed").exists() is signed
    assert verify().faults == []


def test_T4_of_twenty_who_ask_for_the_pdf_of_a_review_one_is_owed(scene):
    review = p.acknowledged_review(scene.tara, scene.cast.sam)
    found = at_once(lambda number: actions.ask_review_paper(by=scene.cast.sam, now=p.NOW, review_id=review.pk).pk)
    assert (len(set(found)), ReviewPaper.objects.count()) == (1, 1)


def test_T5_of_twenty_who_ask_for_a_pdf_one_is_owed(scene):
    dops = p.signed_dops(scene.tara, scene.cast.sam)
    found = at_once(lambda number: actions.ask_paper(by=scene.cast.tara, now=p.NOW, dops_id=dops.pk).pk)
    assert (len(set(found)), DopsPaper.objects.count()) == (1, 1)
