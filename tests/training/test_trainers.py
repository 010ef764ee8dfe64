"""Trainers whom the supervisor allocates, with what they may do, and never signing (E3, T2, T3, T5, T6)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from applications.models import Application
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.organisations import actions as organisations
from ctts.organisations.states import Role
from tests.cast import START
from tests.training import practice as p
from tests.training import world as w
from tests.training.pages import address, press, words
from tests.training.world import browser_of
from training import access, actions, queries
from training.models import Appointment, TrainerRights, TrainingRecord
from training.states import AppointmentKind, RecordState, WritingState

ALL = {"comments": True, "assesses": True, "sees_evidence": True}


def allocate(scene, by=None, person=None, starts_on=p.TODAY, **rights):
    person = person or scene.cast.trina
    given = {"record_id": scene.tara.pk, "person": person, "starts_on": starts_on, "rights": rights or ALL}
    return actions.allocate_trainer(by=by or scene.cast.sam, now=p.NOW, **given)


def end(made, by):
    return actions.end_trainer(by=by, now=p.NOW, appointment_id=made.pk)


def trina_reads(scene):
    return queries.evidence_visible_to(scene.cast.trina, p.TODAY).exists()


def test_E3_the_supervisor_allocates_a_trainer_with_what_they_may_do(scene):
    made = allocate(scene, comments=True)
    assert (made.kind, made.starts_on, made.made_by) == (AppointmentKind.TRAINER, p.TODAY, scene.cast.sam)
    rights = made.rights
    assert (rights.comments, rights.assesses, rights.sees_evidence) == (True, False, False)
    assert p.kinds_audited(scene.tara) == ["training.appointment.made"]
    assert p.told(scene.cast.trina) == ["training.appointed"]
    assert queries.records_visible_to(scene.cast.trina, p.TODAY).get() == scene.tara
    for change in (lambda rows: rows.delete(), lambda rows: rows.update(appointment=another(scene))):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(TrainerRights.objects.filter(pk=rights.pk))


def another(scene):
    """An appointment that the rights are not of."""
    return Appointment.objects.get(record=scene.tara, kind=AppointmentKind.SUPERVISOR)


@pytest.mark.parametrize("who", ["tara", "cora", "mia", "olive", "sue", "sid"])
def test_E3_only_the_current_supervisor_allocates_and_ends(scene, who):
    made = allocate(scene)
    with pytest.raises(NotAllowed):
        allocate(scene, getattr(scene.cast, who), scene.cast.ann)
    with pytest.raises(NotAllowed):
        end(made, getattr(scene.cast, who))


@pytest.mark.parametrize("who", ["tara", "tom", "sue", "nobody"])
def test_E3_E4_a_trainer_is_of_the_centre_and_no_trainee(scene, who):
    with pytest.raises(NotAllowed):
        allocate(scene, person=getattr(scene.cast, who))
    assert getattr(scene.cast, who) not in queries.trainers_to_choose(scene.tara, p.TODAY)


def test_E3_E4_an_applicant_and_whoever_has_a_part_already_are_no_trainers(scene):
    organisations.grant(by=None, now=START, person=scene.cast.mia, role=Role.EMPLOYEE, organisation=scene.cast.leeds)
    for person in (scene.cast.mia, scene.cast.cora):
        with pytest.raises(TooLate, match="have a part"):
            allocate(scene, person=person)
    assert scene.cast.mia not in queries.trainers_to_choose(scene.tara, p.TODAY)
    Application.objects.create(applicant=scene.cast.ann, intake=scene.tara.intake, state="draft", started_at=p.NOW)
    with pytest.raises(NotAllowed, match="applicant"):
        allocate(scene, person=scene.cast.ann)
    chosen = {str(person) for person in queries.trainers_to_choose(scene.tara, p.TODAY)}
    assert chosen == {"Trina Doyle", "Mona Haddad", "Sid Marsh"}


def test_E3_what_cannot_be_is_said_beside_its_field(scene):
    for field, given in (("comments", {"comments": False}), ("starts_on", {"starts_on": date(2026, 6, 9)})):
        with pytest.raises(Invalid) as problem:
            allocate(scene, **given)
        assert problem.value.field == field
    TrainingRecord.objects.filter(pk=scene.tara.pk).update(state=RecordState.WITHDRAWN, ended_on=p.TODAY)
    with pytest.raises(TooLate):
        allocate(scene)
    office = p.appoint(scene.tom, scene.cast.trina, AppointmentKind.TRAINER)
    with pytest.raises(IntegrityError), transaction.atomic():
        TrainerRights.objects.create(appointment=office, comments=False, assesses=False, sees_evidence=False)


def test_E3_the_supervisor_ends_it_from_the_next_day_on(scene):
    made = allocate(scene)
    assert (end(made, scene.cast.sam).ends_on, p.kinds_audited(scene.tara)[-1]) == (
        p.TODAY,
        "training.appointment.ended",
    )
    with pytest.raises(TooLate):
        end(made, scene.cast.sam)
    tomorrow = p.TODAY + timedelta(days=1)
    assert not queries.records_visible_to(scene.cast.trina, tomorrow).exists()
    held = Appointment.objects.get(record=scene.tara, kind=AppointmentKind.SUPERVISOR)
    with pytest.raises(NotAllowed, match="Only the appointment of a trainer"):
        end(held, scene.cast.sam)


def test_E3_T3_a_trainer_reads_evidence_only_when_it_was_given(scene):
    w.text_evidence(scene.tara, now=p.NOW)
    made = allocate(scene, comments=True)
    assert not trina_reads(scene)
    assert "Trina Doyle" not in str(queries.readers_of(scene.tara, scene.cast.tara, p.TODAY, shared=True))
    organisations.grant(
        by=None, now=START, person=scene.cast.trina, role=Role.COORDINATOR, organisation=scene.cast.leeds
    )
    scene.cast.trina = type(scene.cast.trina).objects.get(pk=scene.cast.trina.pk)
    assert trina_reads(scene)
    assert made.rights.sees_evidence is False


def test_E3_T3_with_the_right_or_by_the_office_a_trainer_reads_it(scene):
    w.text_evidence(scene.tara, now=p.NOW)
    made = allocate(scene, comments=True)
    library, trina = address("evidence", scene.tara.pk), browser_of(scene.cast.trina)
    assert "The Training Supervisor decides what a trainer reads" in words(trina.get(library))
    TrainerRights.objects.filter(appointment=made).update(sees_evidence=True)
    assert "decides what a trainer reads" not in words(trina.get(library))
    assert trina_reads(scene)
    p.appoint(scene.tara, scene.cast.mona, AppointmentKind.TRAINER)
    assert queries.evidence_visible_to(scene.cast.mona, p.TODAY).exists()


def test_E3_T5_a_trainer_is_asked_for_dops_only_when_it_was_given(scene):
    assert access.can_be_assessor(scene.cast.trina, scene.tara, p.TODAY)
    made = allocate(scene, comments=True)
    refused = access.can_be_assessor(scene.cast.trina, scene.tara, p.TODAY)
    assert "has not given this trainer DOPS" in refused.reason
    assert scene.cast.trina not in queries.possible_assessors(scene.tara, p.TODAY)
    end(made, scene.cast.sam)
    Appointment.objects.filter(pk=made.pk).update(ends_on=p.TODAY)
    allocate_again = p.TODAY + timedelta(days=1)
    allocate(scene, starts_on=allocate_again, person=scene.cast.mona, assesses=True)
    assert scene.cast.mona in queries.possible_assessors(scene.tara, allocate_again)


def test_E3_T6_a_trainers_comment_leaves_the_piece_to_the_supervisor(scene):
    piece = submitted_piece(scene)
    with pytest.raises(NotAllowed):
        comment(scene, piece)
    allocate(scene, comments=True)
    comment(scene, piece)
    piece.refresh_from_db()
    assert piece.state == WritingState.SUBMITTED
    comment(scene, piece, scene.cast.sam)
    piece.refresh_from_db()
    assert piece.state == WritingState.COMMENTED


def submitted_piece(scene):
    """A reflective piece of Tara, submitted."""
    given = {"by": scene.cast.tara, "now": p.NOW}
    begun = {"record_id": scene.tara.pk, "key": w.uuid4(), "title": "On time", "model": "free"}
    piece = actions.start_reflection(**given, **begun)
    more = {"title": "On time", "happened_on": None, "parts": {"text": "I checked the camera."}}
    piece = actions.save_reflection(reflection_id=piece.pk, seen=queries.piece_version(piece), **more, **given)
    return actions.submit_piece(piece=piece, seen=queries.piece_version(piece), declared=True, **given)


def comment(scene, piece, by=None):
    given = {"piece": piece, "key": w.uuid4(), "text": "Name the phantom."}
    return actions.comment_on(by=by or scene.cast.trina, now=p.NOW, **given)


def test_T2_a_trainer_never_signs_a_competency(scene):
    allocate(scene)
    item = w.submitted(scene.tara, 0, p.NOW)
    assert not access.can_sign(scene.cast.trina, item, p.TODAY)


def test_E3_trainers_by_their_pages(scene):
    sam, tara, people = p.client_of(scene.cast.sam), p.client_of(scene.cast.tara), address("people", scene.tara.pk)
    add = address("trainer_add", scene.tara.pk)
    assert press(sam, add, person=scene.cast.trina.pk).status_code == 422
    assert press(sam, add, person=scene.cast.trina.pk, comments="on", sees_evidence="on").url == people
    assert "may comment on pieces, read the evidence" in " ".join(words(tara.get(people)).split())
    assert "Allocate a trainer" not in words(tara.get(people))
    ended = address("trainer_end", Appointment.objects.get(kind=AppointmentKind.TRAINER).pk)
    assert "Today is the last day" in words(sam.get(ended))
    assert tara.post(ended).status_code == 403
    assert sam.post(ended).url == people
    assert sam.post(ended).status_code == 409


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_that_allocates_costs_the_same_for_three_people(scene, rows, django_assert_num_queries):
    for person in (scene.cast.sid, scene.cast.mona)[: 3 - rows]:
        p.appoint(scene.tara, person, AppointmentKind.TRAINER)
    sam = p.client_of(scene.cast.sam)
    sam.get(reverse("accounts:profile"))
    with django_assert_num_queries(9):
        page = sam.get(reverse("training:trainer_add", args=[scene.tara.pk]))
    assert page.status_code == 200
