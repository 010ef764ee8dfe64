"""What becomes of a one-time link for a DOPS: code, passing on, declining, its end (T5, quality rule 14)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ctts.audit.models import AuditEvent
from ctts.common.verdict import Invalid, TooLate
from ctts.notifications.models import Message
from tests.training import dops as d
from tests.training import outside as o
from tests.training import practice as p
from training import access, actions, queries
from training.models import TrainingRecord
from training.states import AppointmentKind, DopsState, ExternalStanding

OVER = p.NOW + timedelta(days=28)


@pytest.fixture
def sam(scene):
    return scene.cast.sam


@pytest.fixture
def external(scene, sam):
    """Owen has a link for a DOPS of Tara's."""
    return o.asked(scene.tara, sam)


# --- code, passing on, declining ---


def test_rule_14_five_wrong_codes_close_the_link_and_the_supervisor_is_told(scene, sam, external):
    wrong = o.wrong_code(external)
    assert [actions.give_code(by=external, now=p.NOW, code=wrong) for _try in range(5)] == [4, 3, 2, 1, 0]
    assert o.last(external.dops).standing(p.NOW) == ExternalStanding.LOCKED
    with pytest.raises(TooLate, match="five times"):
        o.begun(external)
    assert "five times" in o.mail("dops_link_closed").text
    assert p.kinds_audited(scene.tara)[-2:] == ["training.dops.code_wrong", "training.dops.link_locked"]
    new = actions.renew_link(by=sam, now=p.NOW, external_id=external.pk)
    o.begun(new)
    assert p.kinds_audited(scene.tara)[-1] == "training.dops.code_given"


def test_rule_14_who_may_tell_the_code(scene, sam, external):
    def sees(person, now=p.NOW):
        return access.can_see_code(person, external, now)

    assert sees(sam) and sees(scene.cast.tara)
    assert not any(sees(person) for person in (scene.cast.mia, scene.cast.cora, scene.cast.olive, scene.cast.sue))
    assert not sees(sam, OVER)


def test_T5_it_is_passed_on_and_the_supervisor_is_asked_about_the_colleague(scene, sam, external):
    o.filled(external)
    for email in (external.email.upper(), scene.cast.tara.email):
        with pytest.raises(Invalid, match="colleague"):
            actions.pass_on_link(by=external, now=p.NOW, person=replace(o.PIA, email=email))
    made = actions.pass_on_link(by=external, now=p.NOW, person=o.PIA)
    assert (made.named_by, made.passed_from, made.standing(p.NOW)) == (None, external, ExternalStanding.PROPOSED)
    dops = d.again(external.dops)
    assert (dops.state, dops.assessor_name, dops.scores.count()) == ("requested", "Pia North", 0)
    assert "Owen Vale was asked" in o.mail("dops_approval").text
    assert "training.dops.link_passed_on" in p.kinds_audited(scene.tara)
    with pytest.raises(TooLate, match="passed on"):
        o.sign(external)
    d.approve(dops, sam)
    o.filled(o.last(dops))
    assert o.sign(o.last(dops)).assessor_name == "Pia North"


def test_T5_who_declines_says_why(scene, sam, external):
    with pytest.raises(Invalid):
        actions.decline_by_link(by=external, now=p.NOW, reason=" ")
    dops = actions.decline_by_link(by=external, now=p.NOW, reason="I was not there.")
    assert (dops.state, dops.reason) == (DopsState.DECLINED, "I was not there.")
    assert p.told(sam)[-1] == p.told(scene.cast.tara)[-1] == "training.dops_ended"
    assert "Owen Vale has declined" in Message.objects.filter(kind="training.dops_ended").first().text
    event = AuditEvent.objects.get(action="training.dops.declined")
    assert (event.actor_id, event.role, event.after["external"]) == (None, "External assessor", external.pk)


def test_T5_the_wrong_person_says_so_and_the_supervisor_names_the_right_one(scene, sam, external):
    actions.not_for_me(by=external, now=p.NOW)
    assert "they are not Owen Vale" in o.mail("dops_link_closed").text
    assert p.kinds_audited(scene.tara)[-1] == "training.dops.link_not_theirs"
    with pytest.raises(TooLate, match="Reached somebody else"):
        actions.renew_link(by=sam, now=p.NOW, external_id=external.pk)
    assert o.named(external.dops, sam, o.PIA).standing(p.NOW) == ExternalStanding.OPEN


def test_rule_14_the_link_ends_with_its_28_days_and_with_the_training(scene, sam, external):
    assert queries.external_door(str(external.pk), OVER - timedelta(seconds=1)) == queries.external_path(external)
    assert queries.external_door(str(external.pk), OVER) is None and queries.external_door("0", p.NOW) is None
    with pytest.raises(TooLate, match="28 days"):
        actions.give_code(by=external, now=OVER, code="123456")
    TrainingRecord.objects.filter(pk=scene.tara.pk).update(state="withdrawn", ended_on=p.TODAY)
    with pytest.raises(TooLate, match="not needed any more"):
        o.begun(external)
    with pytest.raises(TooLate):
        o.asked(TrainingRecord.objects.get(pk=scene.tara.pk), sam)


def test_Y4_it_counts_for_the_gate_once_it_is_acknowledged(scene, sam):
    dops = o.signed(scene.tara, sam)

    def line():
        found = queries.behind_gate(scene.tara, sam, p.TODAY, supervisors=[sam], moderators=[], open_concerns=0)["dops"]
        return [(item.counts, item.why, item.who, item.fix) for item in found.items], found.waiting

    assert line() == ([(False, "The Training Supervisor has not countersigned it.", "You", "countersign it")], 1)
    o.countersign(dops, sam)
    assert queries.dops_submitted(scene.tara) == 0
    d.acknowledge(dops, scene.cast.tara)
    assert line() == ([(True, "", "", "")], 0) and queries.dops_submitted(scene.tara) == 1
    assert queries.gate_digests(scene.tara)["dops"] == [[dops.pk, queries.dops_digest(d.again(dops))]]


def test_T4_the_agenda_of_the_next_review_has_it(scene, sam):
    dops = o.signed(scene.tara, sam)
    assert queries.agenda(scene.tara, p.TODAY).dops == [dops]


def test_T5_the_history_names_who_came_with_the_link(scene, sam):
    o.signed(scene.tara, sam)
    entries, _page = queries.history_page(scene.tara, sam, p.TODAY, None)
    signed = next(entry for entry in entries if entry.what == "A DOPS was signed")
    assert (signed.who, signed.role) == ("Owen Vale", "External assessor")


def test_T5_an_old_procedure_of_others_is_not_offered_by_link(scene, sam, external):
    p.complete_dops(scene.tara, sam)
    assert queries.recent_procedures(d.again(external.dops)) == []


def test_T5_a_new_supervisor_takes_the_link_over(scene, sam, external):
    p.end_appointment(scene.tara, AppointmentKind.SUPERVISOR)
    p.appoint(scene.tara, scene.cast.sid, AppointmentKind.SUPERVISOR, starts_on=p.TODAY.replace(day=2))
    assert not access.can_see_code(sam, external, p.NOW)
    o.filled(external)
    record = TrainingRecord.objects.get(pk=scene.tara.pk)
    assert o.sign(external).record == record and p.told(scene.cast.sid)[-1] == "training.dops_countersign"


# --- what was typed and not saved, by the link before ---


def typed(external, words="Half a sentence", version=0):
    """What saves itself on step 4 while whoever has the link types."""
    key = queries.dops_step_key(external.dops_id, 4)
    given = {"form_key": key, "fields": {"done_well": words}, "seen_version": version}
    actions.keep_draft(by=external, now=p.NOW, record_id=external.dops.record_id, **given)


def kept(external):
    draft = queries.kept_by(external, queries.dops_step_key(external.dops_id, 4))
    return draft.fields["done_well"] if draft else None


@pytest.mark.parametrize("end", ["open", "locked", "taken back", "named again"])
def test_T5_what_was_typed_by_the_link_before_stands_by_the_new_one_of_the_same_person(scene, sam, external, end):
    typed(o.begun(external))
    if end == "locked":
        for _try in range(5):
            actions.give_code(by=external, now=p.NOW, code=o.wrong_code(external))
    if end == "taken back":
        actions.take_back_link(by=sam, now=p.NOW, external_id=external.pk)
    if end == "named again":
        new = o.named(external.dops, sam, replace(o.OWEN, email="Owen@Elsewhere.example"))
    else:
        new = actions.renew_link(by=sam, now=p.NOW, external_id=external.pk)
    assert (kept(new), kept(external)) == ("Half a sentence", None)
    assert queries.steps_kept(new, new.dops) == [4]


def test_T5_nobody_else_gets_what_one_assessor_typed(scene, sam, external):
    typed(o.begun(external))
    new = o.named(external.dops, sam, o.PIA)
    assert (kept(new), kept(external)) == (None, None)
    typed(o.begun(new))
    actions.take_back_link(by=sam, now=p.NOW, external_id=new.pk)
    actions.void_dops(by=sam, now=p.NOW, dops_id=new.dops_id, reason="Not needed.")
    assert kept(new) is None
