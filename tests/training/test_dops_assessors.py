"""Who assesses a DOPS and who never may: suitable persons and their approval (T5, T11, E4)."""

from datetime import date
from uuid import uuid4

import pytest

from applications.models import Application
from ctts.accounts.actions import deactivate
from ctts.accounts.models import User
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.scheme import actions as scheme
from ctts.scheme.models import Intake
from tests.training import dops as d
from tests.training import practice as p
from tests.training.pages import address, press, words
from tests.training.world import browser_of
from training import access, actions, queries
from training.models import Dops
from training.states import AppointmentKind, AssessorKind


def test_T5_approving_is_the_supervisors_and_once(scene):
    dops = p.asked_dops(scene.tara, scene.cast.trina)
    for other in (scene.cast.trina, scene.cast.tara, scene.cast.sue, scene.cast.olive):
        with pytest.raises(NotAllowed):
            d.approve(dops, other)
    d.approve(dops, scene.cast.sam)
    with pytest.raises(TooLate):
        d.approve(dops, scene.cast.sam)


def test_T5_nobody_approves_themselves_nor_an_assessor_who_needs_none(scene):
    dops = p.asked_dops(scene.tara, scene.cast.sid)
    p.end_appointment(scene.tara, AppointmentKind.SUPERVISOR)
    p.appoint(scene.tara, scene.cast.sid, AppointmentKind.SUPERVISOR, starts_on=date(2026, 6, 2))
    with pytest.raises(NotAllowed, match="themselves"):
        d.approve(dops, scene.cast.sid)
    with pytest.raises(TooLate, match="no approval"):
        d.approve(p.started_dops(scene.tara, scene.cast.mia), scene.cast.sid)


def test_T5_somebody_who_is_no_longer_suitable_is_not_approved(scene):
    dops = p.asked_dops(scene.tara, scene.cast.trina)
    type(scene.cast.trina).objects.filter(pk=scene.cast.trina.pk).update(is_active=False)
    with pytest.raises(NotAllowed, match="not active"):
        d.approve(dops, scene.cast.sam)


def test_T5_a_dops_without_an_account_waits_for_no_approval(scene):
    dops = Dops.objects.create(
        record=scene.tara,
        form=p.asked_dops(scene.tara, scene.cast.sam).form,
        asked_by=scene.cast.tara,
        asked_at=p.NOW,
        assessor_kind=AssessorKind.EXTERNAL,
        assessor_name="Dr Out",
        key=uuid4(),
    )
    with pytest.raises(TooLate):
        d.approve(dops, scene.cast.sam)


# --- who may never assess (T5, E4) ---


def asked(scene, assessor):
    with pytest.raises(Invalid) as problem:
        p.asked_dops(scene.tara, assessor)
    assert problem.value.field == "assessor"
    assert assessor not in queries.possible_assessors(scene.tara, p.TODAY)
    return str(problem.value)


def test_T5_nobody_assesses_themselves(scene):
    assert "their own" in asked(scene, scene.cast.tara)


def test_E4_a_trainee_never_assesses_a_trainee(scene):
    p.appoint(scene.tara, scene.cast.tom, AppointmentKind.TRAINER)
    assert "trainee never" in asked(scene, scene.cast.tom)


def test_T5_a_former_supervisor_assesses_no_more(scene):
    p.end_appointment(scene.tara, AppointmentKind.SUPERVISOR)
    assert "former" in asked(scene, scene.cast.sam)


def test_T5_a_former_supervisor_does_not_sign_what_they_began(scene):
    dops = p.filled_dops(p.started_dops(scene.tara, scene.cast.sam), scene.cast.sam)
    p.end_appointment(scene.tara, AppointmentKind.SUPERVISOR)
    with pytest.raises(NotAllowed):
        p.sign(dops, scene.cast.sam)


def test_T5_what_a_former_supervisor_cannot_finish_is_the_trainees_who_asks_somebody_else(scene):
    dops, tara, sam = p.filled_dops(p.started_dops(scene.tara, scene.cast.sam), scene.cast.sam), *tara_and_sam(scene)
    with pytest.raises(NotAllowed, match="nobody has started"):
        actions.void_dops(by=tara, now=p.NOW, dops_id=dops.pk, reason="Another day.")
    p.end_appointment(scene.tara, AppointmentKind.SUPERVISOR)
    assert duties_of(sam) == []
    assert duties_of(tara) == ["Ask somebody else to assess the DOPS “Daily uniformity check”"]
    page = words(browser_of(tara, proved=True).get(address("dops", dops.pk)))
    assert "Take it back and ask somebody else" in page
    assert press(browser_of(tara, proved=True), address("dops_void", dops.pk), reason="I ask Trina.").status_code == 303
    assert (d.again(dops).state, duties_of(tara)) == ("voided", [])


@pytest.mark.parametrize("asked_of", ["trina", "sam"])
def test_T5_what_waits_for_approval_or_is_signed_is_not_outlived(scene, asked_of):
    dops = p.asked_dops(scene.tara, getattr(scene.cast, asked_of))
    assert not access.is_outlived(dops, p.TODAY)
    assert not access.is_outlived(p.signed_dops(scene.tara, scene.cast.sam), p.TODAY)


def tara_and_sam(scene):
    return scene.cast.tara, scene.cast.sam


def duties_of(person):
    """What waits for somebody of DOPS."""
    rows = queries.duties_for(User.objects.get(pk=person.pk), p.TODAY)
    return [row.what for row in rows if "DOPS" in row.what]


def test_E4_the_supporting_moderator_stays_independent(scene):
    p.appoint(scene.tara, scene.cast.mona, AppointmentKind.SUPPORTING_MODERATOR)
    assert "independent" in asked(scene, scene.cast.mona)


def test_T5_a_suitable_person_works_at_the_centre_or_trains_the_trainee(scene):
    assert "Training Centre" in asked(scene, scene.cast.sue)
    p.appoint(scene.tara, scene.cast.sue, AppointmentKind.TRAINER)
    assert p.asked_dops(scene.tara, scene.cast.sue).assessor_kind == AssessorKind.COLLEAGUE


def test_E4_who_applies_to_the_scheme_is_neither_offered_nor_approved(scene):
    dops = p.asked_dops(scene.tara, scene.cast.ann)
    scheme.prefill_intakes(by=None, now=p.NOW)
    held = {"intake": Intake.objects.get(year=2026, month=10), "started_at": p.NOW, "legal_name": "Ann Archer"}
    Application.objects.create(applicant=scene.cast.ann, **held)
    assert "neither trainee nor applicant" in asked(scene, scene.cast.ann)
    with pytest.raises(NotAllowed, match="neither trainee nor applicant"):
        d.approve(dops, scene.cast.sam)


def test_T11_the_moderator_is_not_asked_but_starts_their_own(scene):
    with pytest.raises(Invalid, match="own accord"):
        p.asked_dops(scene.tara, scene.cast.mia)


def test_T5_whoever_changed_their_function_cannot_go_on(scene):
    dops = p.started_dops(scene.tara, scene.cast.mia)
    p.end_appointment(scene.tara, AppointmentKind.EXTERNAL_MODERATOR)
    p.appoint(scene.tara, scene.cast.mia, AppointmentKind.TRAINER)
    with pytest.raises(NotAllowed, match="any more"):
        d.head(dops, scene.cast.mia)


def test_T5_a_suitable_person_who_became_the_supervisor_starts_a_dops_of_their_own(scene):
    dops = p.asked_dops(scene.tara, scene.cast.sid)
    d.approve(dops, scene.cast.sam)
    assert access.can_write_dops(scene.cast.sid, d.again(dops), p.TODAY)
    p.end_appointment(scene.tara, AppointmentKind.SUPERVISOR)
    p.appoint(scene.tara, scene.cast.sid, AppointmentKind.SUPERVISOR, starts_on=date(2026, 6, 2))
    verdict = access.can_write_dops(scene.cast.sid, d.again(dops), p.TODAY)
    assert verdict.reason == f"You are not the trainee's {AssessorKind.COLLEAGUE.label} any more."
    assert access.can_start_dops(scene.cast.sid, scene.tara, p.TODAY)


def test_T5_whom_the_trainee_may_ask(scene):
    names = {str(person) for person in queries.possible_assessors(scene.tara, p.TODAY)}
    assert names == {"Sam Patel", "Sid Marsh", "Cora Whitfield", "Trina Doyle", "Mona Haddad", "Ann Archer"}
    for person in queries.possible_assessors(scene.tara, p.TODAY):
        assert access.can_be_assessor(person, scene.tara, p.TODAY)


def test_T5_T11_a_former_moderator_reads_why_their_dops_is_not_theirs_any_more(scene):
    dops = p.filled_dops(p.started_dops(scene.tara, scene.cast.mia), scene.cast.mia)
    p.end_appointment(scene.tara, AppointmentKind.EXTERNAL_MODERATOR)
    verdict = access.can_write_dops(scene.cast.mia, d.again(dops), p.TODAY)
    assert verdict.reason == "You are not the trainee's External Moderator any more."
    page = browser_of(scene.cast.tara).get(address("dops", dops.pk))
    assert "Take it back and ask somebody else" in words(page)
    assert duties_of(scene.cast.tara) == ["Ask somebody else to assess the DOPS “Daily uniformity check”"]


def test_T5_where_nobody_supervises_it_is_said_what_comes_first(scene):
    tara = browser_of(scene.cast.tara, proved=True)
    url = address("dops_request", scene.tara.pk)
    assert "Your Training Supervisor is Sam Patel" in words(tara.get(url))
    deactivate(person=scene.cast.sam, reason="Left the trust.", by=scene.cast.olive, now=p.NOW)
    page = words(tara.get(url))
    assert "Nobody supervises you at present" in page and "Sam Patel. Anybody" not in page
    assert address("change_new", scene.tara.pk, "supervisor") in page
    assert "Nobody supervises you at present" in words(tara.get(address("dops_external", scene.tara.pk)))
    asked = press(tara, url, assessor=scene.cast.trina.pk, procedure="Daily uniformity check")
    assert "Your next Training Supervisor is asked to approve" in words(tara.get(asked.url))
    record = words(tara.get(address("record", scene.tara.pk)))
    assert "Sam Patel (Training Supervisor)" not in record
