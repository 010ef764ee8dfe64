"""An external person assesses a DOPS by a one-time link: named, approved, signed, countersigned (T5, rule 14)."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.home.invariants import broken_invariants
from ctts.notifications.models import Message
from ctts.notifications.tasks import letter
from tests.training import dops as d
from tests.training import outside as o
from tests.training import practice as p
from training import actions, queries
from training.actions import StaleText
from training.models import Dops, DopsSignature, ExternalAssessor
from training.states import AssessorKind, DopsState, ExternalStanding


@pytest.fixture
def sam(scene):
    return scene.cast.sam


@pytest.fixture
def external(scene, sam):
    """Owen has a link for a DOPS of Tara's."""
    return o.asked(scene.tara, sam)


def meanings(dops):
    rows = DopsSignature.objects.filter(dops=dops).order_by("pk")
    return [(row.meaning, row.printed_name) for row in rows]


def broken():
    """What is said of a DOPS and does not hold; the scene's applications were never received."""
    return [one.sentence for one in broken_invariants() if one.rule == "T5"]


# --- naming and approving ---


def test_T5_the_supervisor_names_somebody_and_a_link_is_mailed(scene, sam, external):
    dops = external.dops
    assert (dops.assessor, dops.assessor_kind, dops.assessor_name) == (None, AssessorKind.EXTERNAL, "Owen Vale")
    assert (dops.approved_by, external.standing(p.NOW)) == (sam, ExternalStanding.OPEN)
    assert meanings(dops) == [("approved", sam.full_name)]
    message = o.mail("dops_link")
    assert (message.to, message.to_address, message.within) == (None, "owen@elsewhere.example", scene.cast.tara)
    text = letter(message, p.NOW).text
    assert queries.external_path(external) in text and queries.code_of(external) not in text
    assert p.kinds_audited(scene.tara)[-3:] == [
        "training.dops.requested",
        "training.dops.external_named",
        "training.dops.approved",
    ]


def test_T5_the_same_key_again_gives_the_same_dops_and_one_mail(scene, sam):
    key = uuid4()
    assert o.asked(scene.tara, sam, key=key) == o.asked(scene.tara, sam, key=key)
    other = uuid4()
    assert o.proposed(scene.tara, key=other) == o.proposed(scene.tara, key=other)
    assert Message.objects.filter(kind="training.dops_link").count() == 1


def test_T5_only_supervisor_and_trainee_name_somebody(scene, sam):
    for person in (scene.cast.mia, scene.cast.cora, scene.cast.sue, scene.cast.olive):
        with pytest.raises(NotAllowed):
            o.asked(scene.tara, person)
    for person in (scene.cast.tom, scene.cast.mia):
        with pytest.raises(NotAllowed):
            o.proposed(scene.tara, by=person)
    assert not ExternalAssessor.objects.exists()


def test_T5_nobody_with_an_account_is_sent_a_link(scene, sam):
    for email in (scene.cast.mia.email.upper(), scene.cast.tara.email, scene.cast.trina.email):
        with pytest.raises(Invalid) as problem:
            o.asked(scene.tara, sam, replace(o.OWEN, email=f" {email}"))
        assert problem.value.field == "email"
    with pytest.raises(Invalid, match="own mailbox"):
        o.proposed(scene.tara, replace(o.OWEN, email=scene.cast.tara.email))
    tagged = replace(o.OWEN, email=scene.cast.tara.email.replace("@", "+dops@"))
    for name in (lambda: o.proposed(scene.tara, tagged), lambda: o.asked(scene.tara, sam, tagged)):
        with pytest.raises(Invalid, match="own mailbox"):
            name()
    dops = o.proposed(scene.tara, replace(o.OWEN, email=scene.cast.max.email))
    with pytest.raises(Invalid, match="has an account"):
        d.approve(dops, sam)


@pytest.mark.parametrize("name", ["sam", "mia", "cora"])
def test_T5_a_tag_makes_nobody_around_the_trainee_an_outside_assessor(scene, sam, name):
    tagged = replace(o.OWEN, email=getattr(scene.cast, name).email.replace("@", "+1@").upper())
    with pytest.raises(Invalid, match="has an account") as problem:
        o.asked(scene.tara, sam, tagged)
    assert problem.value.field == "email"
    proposed = o.proposed(scene.tara, tagged)
    with pytest.raises(Invalid, match="has an account"):
        d.approve(proposed, sam)
    assert not Message.objects.filter(kind="training.dops_link").exists()


def test_T5_a_tag_of_somebody_elsewhere_leads_to_somebody_unknown_here(scene, sam):
    o.asked(scene.tara, sam, replace(o.OWEN, email=scene.cast.max.email.replace("@", "+1@")))
    assert Message.objects.filter(kind="training.dops_link").count() == 1


@pytest.mark.parametrize("field", ["name", "post", "organisation", "email"])
def test_T5_who_is_named_is_somebody(scene, sam, field):
    with pytest.raises(Invalid) as problem:
        o.asked(scene.tara, sam, replace(o.OWEN, **{field: " "}))
    assert problem.value.field == field


def test_T5_the_competency_is_one_of_the_record(scene, sam):
    with pytest.raises(Invalid) as problem:
        o.asked(scene.tara, sam, values={**o.OBSERVED, "item": p.items_of(scene.tom)[0]})
    assert problem.value.field == "item"


def test_T5_what_the_trainee_names_waits_for_the_supervisor(scene, sam):
    dops = o.proposed(scene.tara)
    assert (o.last(dops).standing(p.NOW), dops.approved_at) == (ExternalStanding.PROPOSED, None)
    assert p.told(sam) == ["training.dops_approval"] and "a link is mailed" in o.mail("dops_approval").text
    assert not Message.objects.filter(kind="training.dops_link").exists()
    assert queries.external_door(str(o.last(dops).pk), p.NOW) is None
    with pytest.raises(NotAllowed):
        d.approve(dops, scene.cast.tara)
    d.approve(dops, sam)
    assert o.last(dops).standing(p.NOW) == ExternalStanding.OPEN and o.mail("dops_link").to_name == "Owen Vale"
    with pytest.raises(TooLate, match="approved already"):
        d.approve(dops, sam)


def test_T5_another_is_named_and_judges_for_themselves(scene, sam, external):
    o.filled(external)
    made = o.named(external.dops, sam, o.PIA)
    dops = d.again(external.dops)
    assert (dops.state, dops.assessor_name, dops.overall, dops.scores.count()) == ("requested", "Pia North", "", 0)
    assert o.last(dops) == made and o.mail("dops_link_taken_back").to_name == "Owen Vale"
    assert queries.external_door(str(external.pk), p.NOW) is None
    assert "training.dops.began_anew" in p.kinds_audited(scene.tara)
    assert [row[0] for row in meanings(dops)] == ["approved", "approved"]


def test_T5_a_corrected_name_keeps_what_was_saved(scene, sam, external):
    o.filled(external)
    o.named(external.dops, sam, replace(o.OWEN, name="Owen W. Vale", email="OWEN@elsewhere.example"))
    dops = d.again(external.dops)
    assert (dops.state, dops.assessor_name, dops.scores.count()) == ("started", "Owen W. Vale", 10)
    assert not Message.objects.filter(kind="training.dops_link_taken_back").exists()


def test_T5_naming_another_is_the_supervisors_and_of_what_was_seen(scene, sam, external):
    with pytest.raises(NotAllowed):
        o.named(external.dops, scene.cast.tara, o.PIA)
    with pytest.raises(StaleText):
        o.named(external.dops, sam, o.PIA, after="0")
    with pytest.raises(TooLate, match="no external"):
        o.named(p.asked_dops(scene.tara, sam), sam, o.PIA, after="")
    o.filled(external)
    o.sign(external)
    with pytest.raises(TooLate):
        o.named(external.dops, sam, o.PIA)


def test_T5_where_nobody_is_named_the_supervisor_names_somebody(scene, sam):
    dops = p.asked_dops(scene.tara, sam)
    Dops.objects.filter(pk=dops.pk).update(assessor=None, assessor_kind=AssessorKind.EXTERNAL)
    assert actions.name_another(
        by=sam, now=p.NOW, dops_id=dops.pk, after="", person=o.PIA, authentication=p.proof()
    ) == o.last(dops)


# --- sending anew, taking back ---


def test_T5_a_new_link_takes_the_place_of_the_one_before(scene, sam, external):
    o.filled(external)
    new = actions.renew_link(by=sam, now=p.NOW, external_id=external.pk)
    external.refresh_from_db()
    assert external.standing(p.NOW) == ExternalStanding.REPLACED
    assert queries.code_of(new) != queries.code_of(external) or new.nonce != external.nonce
    assert (new.approved_by, new.code_given_at, d.again(new.dops).scores.count()) == (sam, None, 10)
    assert p.kinds_audited(scene.tara)[-1] == "training.dops.link_renewed"
    with pytest.raises(TooLate, match="Replaced by a newer one"):
        actions.renew_link(by=sam, now=p.NOW, external_id=external.pk)
    with pytest.raises(NotAllowed):
        actions.renew_link(by=scene.cast.tara, now=p.NOW, external_id=new.pk)
    with pytest.raises(TooLate):
        o.sign(external)


def test_T5_one_that_was_taken_back_is_sent_anew_unless_another_was_named(scene, sam, external):
    actions.take_back_link(by=sam, now=p.NOW, external_id=external.pk)
    new = actions.renew_link(by=sam, now=p.NOW, external_id=external.pk)
    assert new.standing(p.NOW) == ExternalStanding.OPEN
    with pytest.raises(TooLate, match="named for this DOPS since"):
        actions.renew_link(by=sam, now=p.NOW, external_id=external.pk)


def test_T5_a_link_is_taken_back_by_the_supervisor_once(scene, sam, external):
    with pytest.raises(NotAllowed):
        actions.take_back_link(by=scene.cast.tara, now=p.NOW, external_id=external.pk)
    actions.take_back_link(by=sam, now=p.NOW, external_id=external.pk)
    assert o.mail("dops_link_taken_back").to_address == "owen@elsewhere.example"
    assert p.kinds_audited(scene.tara)[-1] == "training.dops.link_taken_back"
    assert d.again(external.dops).approved_at is None
    with pytest.raises(TooLate, match="nothing to take back"):
        actions.take_back_link(by=sam, now=p.NOW, external_id=external.pk)


@pytest.mark.parametrize("act", [actions.void_dops, actions.decline_dops])
def test_T5_a_dops_that_ends_closes_its_link_and_tells_whoever_has_it(scene, sam, external, act):
    act(by=sam, now=p.NOW, dops_id=external.dops_id, reason="Not needed.")
    assert o.last(external.dops).standing(p.NOW) == ExternalStanding.TAKEN_BACK
    assert o.mail("dops_link_taken_back").to_name == "Owen Vale"
    with pytest.raises(TooLate):
        o.begun(external)


def test_T5_who_was_never_sent_a_link_hears_nothing_when_it_ends(scene, sam):
    dops = o.proposed(scene.tara)
    actions.void_dops(by=scene.cast.tara, now=p.NOW, dops_id=dops.pk, reason="Not needed.")
    assert not Message.objects.filter(kind="training.dops_link_taken_back").exists()


# --- signing and countersigning ---


def test_T5_the_first_of_an_address_is_countersigned_then_acknowledged(scene, sam, external):
    o.filled(external)
    dops = o.sign(external)
    assert (dops.state, dops.assessor_registration) == (DopsState.AWAITING_COUNTERSIGNING, "CS12345")
    signature = DopsSignature.objects.get(dops=dops, meaning="assessed")
    assert (signature.signer, signature.external, signature.authenticated_with) == (None, external, "link_and_code")
    assert signature.content_sha256 == queries.dops_digest(d.again(dops))
    assert p.told(sam)[-1] == "training.dops_countersign" and "training.dops_signed" not in p.told(scene.cast.tara)
    with pytest.raises(TooLate):
        d.acknowledge(dops, scene.cast.tara)
    o.countersign(dops, sam)
    assert p.kinds_audited(scene.tara)[-1] == "training.dops.countersigned"
    assert p.told(scene.cast.tara)[-1] == "training.dops_signed"
    done = d.acknowledge(dops, scene.cast.tara)
    assert done.state == DopsState.COMPLETE and broken() == []
    assert [row[0] for row in meanings(dops)] == ["approved", "assessed", "countersigned", "acknowledged"]


def test_T5_a_later_one_of_the_same_address_goes_to_the_trainee_at_once(scene, sam):
    o.countersign(o.signed(scene.tara, sam), sam)
    again = o.signed(scene.tara, sam, replace(o.OWEN, email="Owen@Elsewhere.example"))
    other = o.signed(scene.tara, sam, o.PIA)
    elsewhere = o.signed(scene.tom, scene.cast.sue)
    assert again.state == DopsState.AWAITING_ACKNOWLEDGEMENT
    assert {other.state, elsewhere.state} == {DopsState.AWAITING_COUNTERSIGNING}
    assert broken() == []


def test_T5_countersigning_is_the_supervisors_once_and_of_what_was_seen(scene, sam):
    dops = o.signed(scene.tara, sam)
    for person in (scene.cast.tara, scene.cast.sue, scene.cast.mia, scene.cast.olive):
        with pytest.raises(NotAllowed):
            o.countersign(dops, person)
    with pytest.raises(StaleText):
        o.countersign(dops, sam, seen="0" * 64)
    o.countersign(dops, sam)
    with pytest.raises(TooLate):
        o.countersign(dops, sam)


def test_T5_what_cannot_stand_is_voided_in_the_place_of_a_countersignature(scene, sam):
    dops = o.signed(scene.tara, sam)
    assert actions.void_dops(by=sam, now=p.NOW, dops_id=dops.pk, reason="Not observed.").state == DopsState.VOIDED


def test_T5_the_signer_gets_a_copy_of_what_was_signed(scene, sam):
    dops = o.signed(scene.tara, sam)
    copy = letter(o.mail("dops_copy"), p.NOW)
    assert copy.to == "owen@elsewhere.example"
    for words in ("Calm and safe.", "Daily uniformity check", "Not applicable", queries.dops_digest(dops)[:12]):
        assert words in copy.text
    assert "None" not in copy.text


def test_T5_signing_asks_for_everything(scene, sam, external):
    with pytest.raises(TooLate, match="code first"):
        o.sign(external)
    o.begun(external)
    with pytest.raises(TooLate, match="not complete"):
        o.sign(external)
    p.filled_dops(d.again(external.dops), external)
    for field in ("post", "registration"):
        with pytest.raises(Invalid) as problem:
            o.sign(external, **{field: " "})
        assert problem.value.field == field
    with pytest.raises(StaleText):
        o.sign(external, seen="0" * 64)
    o.sign(external)
    with pytest.raises(TooLate, match="Nothing more is needed"):
        o.sign(external)


def test_T5_whoever_is_on_no_register_signs_with_their_profession(scene, external):
    o.filled(external)
    dops = o.sign(external, registration=" ", profession=" Clinical scientist ")
    assert dops.assessor_registration == "none; Clinical scientist"


def test_T5_nobody_with_an_account_writes_where_an_external_person_is_asked(scene, sam, external):
    for person in (sam, scene.cast.tara, scene.cast.mia):
        with pytest.raises(NotAllowed):
            d.head(d.again(external.dops), person)
    with pytest.raises(TooLate, match="code first"):
        d.head(d.again(external.dops), external)
