"""Who sees which record, and who may act while training goes on (T, E, C1, quality rule 1)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ctts.organisations import actions as organisations
from ctts.organisations.models import Affiliation
from ctts.organisations.states import Role
from ctts.scheme.models import Accreditation
from tests.cast import PEOPLE
from tests.training.world import NOW, item_of, signed, submitted, text_evidence
from training import access, actions, queries
from training.models import Appointment, TrainingRecord
from training.states import AppointmentKind

TODAY = NOW.date()
LEEDS = {"tara", "sam", "cora", "sid", "olive", "oscar"}
BRISTOL = {"tom", "sue", "carl", "olive", "oscar"}


def readers(world, record):
    return {who for who in PEOPLE if queries.records_visible_to(getattr(world.cast, who), TODAY).filter(pk=record.pk)}


def test_t7_exactly_those_around_a_trainee_the_centres_co_ordinators_and_the_office_see_a_record(world):
    assert readers(world, world.tara) == LEEDS
    assert readers(world, world.tom) == BRISTOL


def test_t2_a_former_supervisor_no_longer_sees_the_record(world):
    held = Appointment.objects.get(record=world.tara, kind=AppointmentKind.SUPERVISOR)
    actions.end_appointment(by=world.cast.olive, now=NOW, appointment_id=held.pk)
    assert "sam" not in readers(world, world.tara)


def test_t7_a_co_ordinator_whose_role_ended_stands_around_nobody_any_more(world):
    for role in Affiliation.objects.filter(role=Role.COORDINATOR, organisation=world.cast.leeds):
        yesterday = TODAY - timedelta(days=1)
        organisations.end_role(by=world.cast.olive, now=NOW, affiliation_id=role.pk, ends_on=yesterday)
    held = Appointment.objects.filter(record=world.tara, kind=AppointmentKind.COORDINATOR)
    assert {made.ends_on for made in held} == {yesterday}
    assert readers(world, world.tara) & {"cora", "sid"} == set()


def test_everything_below_a_record_follows_it(world):
    item, evidence = submitted(world.tara), text_evidence(world.tara)
    done = signed(world.cast.sam, world.tara, 1)
    for who in PEOPLE:
        person, expected = getattr(world.cast, who), who in LEEDS
        assert queries.items_visible_to(person, TODAY).filter(pk=item.pk).exists() is expected
        assert queries.evidence_visible_to(person, TODAY).filter(pk=evidence.pk).exists() is expected
        assert queries.sign_offs_visible_to(person, TODAY).filter(pk=done.pk).exists() is expected


def test_c1_an_accreditation_that_ends_changes_nothing_for_trainees(world):
    Accreditation.objects.filter(organisation=world.cast.leeds).update(ends_on=date(2026, 5, 1))
    assert readers(world, world.tara) == LEEDS
    assert signed(world.cast.sam, world.tara).item.record_id == world.tara.pk


def ended(world, state="withdrawn"):
    TrainingRecord.objects.filter(pk=world.tara.pk).update(state=state, ended_on=TODAY)
    return item_of(world.tara)


def test_e5_nothing_is_added_to_a_record_that_has_ended(world):
    done = signed(world.cast.sam, world.tara, 1)
    submitted(world.tara)
    item = ended(world)
    tara, sam, record = world.cast.tara, world.cast.sam, item.record
    evidence = queries.judged_evidence([item])[item.pk][0]
    evidence.record, done.item.record = record, record
    verdicts = [
        access.can_work_on(tara, item),
        access.can_start(tara, item),
        access.can_submit(tara, item),
        access.can_add_evidence(tara, record),
        access.can_edit_evidence(tara, evidence),
        access.can_share(tara, evidence),
        access.can_answer(tara, evidence),
        access.can_reopen(tara, evidence),
        access.can_tailor(sam, record, TODAY),
        access.can_return(sam, item, TODAY),
        access.can_sign(sam, item, TODAY),
        access.can_withdraw_sign_off(sam, done, TODAY),
    ]
    assert {verdict.kind for verdict in verdicts} == {"late"}
    assert all("has ended" in verdict.reason for verdict in verdicts)
    assert readers(world, world.tara) == LEEDS


def test_t3_evidence_of_a_record_that_has_ended_can_still_be_withdrawn(world):
    evidence = text_evidence(world.tara)
    ended(world, "completed")
    assert access.can_quarantine(world.cast.sam, evidence, TODAY)


@pytest.mark.parametrize("state", ["active", "interrupted"])
def test_e5_an_interrupted_record_goes_on_being_worked_on(world, state):
    TrainingRecord.objects.filter(pk=world.tara.pk).update(state=state)
    assert access.is_running(TrainingRecord.objects.get(pk=world.tara.pk))


def test_t11_the_external_moderator_is_the_one_appointed(world):
    assert not access.is_external_moderator(world.cast.mia, world.tara, TODAY)
    given = {"record_id": world.tara.pk, "person": world.cast.mia, "kind": AppointmentKind.EXTERNAL_MODERATOR}
    actions.add_appointment(by=world.cast.olive, now=NOW, **given)
    assert access.is_external_moderator(world.cast.mia, world.tara, TODAY)
    assert "mia" in readers(world, world.tara)
    assert not access.is_supervisor(world.cast.mia, world.tara, TODAY)


# --- a trainee never assesses a trainee (E4) ---


def tom_as(world, kind):
    """Tom stands around Tara as a judge of her training: he was appointed before he became a trainee himself."""
    Appointment.objects.filter(record=world.tara, kind=kind).update(ends_on=TODAY - timedelta(days=1))
    Appointment.objects.create(record=world.tara, person=world.cast.tom, kind=kind, starts_on=TODAY, made_at=NOW)
    return world.cast.tom


def refused_for_a_trainee(verdict):
    return verdict.kind == "no" and verdict.reason == "A trainee never assesses a trainee."


def test_e4_a_trainee_who_supervises_signs_returns_writes_and_approves_nothing(world):
    item, done = submitted(world.tara), signed(world.cast.sam, world.tara, 1)
    tom = tom_as(world, AppointmentKind.SUPERVISOR)
    verdicts = [
        access.can_sign(tom, item, TODAY),
        access.can_return(tom, item, TODAY),
        access.can_open_evidence(tom, item, TODAY),
        access.can_withdraw_sign_off(tom, done, TODAY),
        access.can_write_review(tom, world.tara, TODAY),
        access.can_be_assessor(tom, world.tara, TODAY),
    ]
    assert all(map(refused_for_a_trainee, verdicts))
    assert not access.can_start_dops(tom, world.tara, TODAY)
    assert not access.can_tailor(tom, world.tara, TODAY)


def test_e4_a_trainee_who_moderates_notes_and_assesses_nothing(world):
    tom = tom_as(world, AppointmentKind.EXTERNAL_MODERATOR)
    assert refused_for_a_trainee(access.can_note_meeting(tom, world.tara, TODAY))
    assert refused_for_a_trainee(access.can_be_assessor(tom, world.tara, TODAY))
    assert not access.can_start_dops(tom, world.tara, TODAY)


@pytest.mark.parametrize(("state", "may"), [("active", False), ("interrupted", False), ("completed", True)])
def test_e4_whoever_is_no_trainee_any_more_may_judge(world, state, may):
    tom = tom_as(world, AppointmentKind.SUPERVISOR)
    ended_on = TODAY if state == "completed" else None
    TrainingRecord.objects.filter(pk=world.tom.pk).update(state=state, ended_on=ended_on)
    assert bool(access.is_supervisor(tom, world.tara, TODAY)) is may
