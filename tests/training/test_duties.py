"""What training asks of whom, computed from states, one row for each of the right people (N)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ctts.common.clock import london_date
from ctts.home.queries import areas_of, waiting_for
from ctts.scheme import actions as scheme
from tests.cast import PEOPLE
from tests.training.world import (
    NOW,
    authentication,
    enrol_too,
    handbook,
    item_of,
    opened,
    signed,
    submitted,
    text_evidence,
)
from training import actions, queries
from training.models import Appointment, TrainingRecord
from training.states import AppointmentKind

TODAY = NOW.date()
PLAN = "Agree the training plan"
# Reviews, DOPS and writing add rows of their own to the same lists.
HERE = ("Sign ", "Work again", "Answer what", "Replace withdrawn", "Read the scheme")


def duties(world, who):
    rows = queries.duties_for(getattr(world.cast, who), TODAY)
    return [(row.what, row.about, row.role) for row in rows if row.what.startswith(HERE)]


def others(world, who):
    rows = queries.others_for(getattr(world.cast, who), TODAY)
    return [(row.what, row.about) for row in rows if row.what.startswith(HERE)]


def test_rule_n_submitted_competencies_wait_for_the_supervisor_in_one_row_a_trainee(world):
    for number in range(3):
        submitted(world.tara, number)
    assert duties(world, "sam") == [("Sign 3 competencies", "Tara Quinn", "Training Supervisor")]
    assert others(world, "tara") == [("Sign 3 competencies", "Sam Patel")]
    for who in set(PEOPLE) - {"sam"}:
        assert duties(world, who) == []


def test_rule_n_a_row_goes_when_the_duty_is_done(world):
    item = submitted(world.tara)
    seen = opened(world.cast.sam, item)
    assert duties(world, "sam") == [("Sign 1 competency", "Tara Quinn", "Training Supervisor")]
    actions.sign_item(by=world.cast.sam, now=NOW, item_id=item.pk, seen=seen, authentication=authentication(NOW))
    assert duties(world, "sam") == []


def test_rule_n_returned_competencies_wait_for_the_trainee(world):
    item = submitted(world.tara)
    given = {"item_id": item.pk, "seen": queries.shown_digest(item), "reason": "More."}
    actions.return_item(by=world.cast.sam, now=NOW, **given)
    assert duties(world, "tara") == [("Work again on 1 competency", "Returned with feedback", "trainee")]
    assert others(world, "sam") == [("Work again on 1 competency", "Tara Quinn")]


def test_rule_n_held_and_withdrawn_evidence_waits_for_its_author(world):
    text_evidence(world.tara, title="Report", text="NHS number 943 476 5919.")
    gone = text_evidence(world.tara, title="Photograph")
    later = NOW + timedelta(days=9)
    given = {"evidence_id": gone.pk, "reason": "A face.", "authentication": authentication(later)}
    actions.quarantine_evidence(by=world.cast.sam, now=later, **given)
    assert duties(world, "tara") == [
        ("Answer what the scan found", "Report", "trainee"),
        ("Replace withdrawn evidence", "Photograph", "trainee"),
    ]
    [replace] = [row for row in queries.duties_for(world.cast.tara, TODAY) if row.what.startswith("Replace")]
    assert replace.since == london_date(later)


def test_rule_n_the_plan_waits_for_whoever_has_not_signed_it(world):
    def waiting(who, ask):
        return [row.about for row in ask(getattr(world.cast, who), TODAY) if row.what == PLAN]

    assert (waiting("tara", queries.duties_for), waiting("sam", queries.duties_for)) == ([""], ["Tara Quinn"])
    standing = queries.plan_standing(world.tara)
    given = {"record_id": world.tara.pk, "seen": standing.digest, "authentication": authentication(NOW)}
    actions.agree_plan(by=world.cast.tara, now=NOW, **given)
    assert (waiting("tara", queries.duties_for), waiting("tara", queries.others_for)) == ([], ["Sam Patel"])
    assert waiting("sam", queries.duties_for) == ["Tara Quinn"]
    actions.agree_plan(by=world.cast.sam, now=NOW, **given)
    for who in ("tara", "sam"):
        assert waiting(who, queries.duties_for) + waiting(who, queries.others_for) == []


def test_rule_n_the_handbook_waits_until_it_is_acknowledged(world):
    given = handbook()
    TrainingRecord.objects.filter(pk=world.tara.pk).update(handbook=given)
    assert duties(world, "tara") == [("Read the scheme handbook, version " + given.version, "", "trainee")]
    scheme.acknowledge_handbook(by=world.cast.tara, now=NOW, handbook_id=given.pk)
    assert duties(world, "tara") == []
    handbook("2027")
    assert duties(world, "tara") == [("Read the scheme handbook, version 2027", "", "trainee")]


def test_rule_n_nothing_is_asked_of_former_supervisors_or_in_records_that_ended(world):
    submitted(world.tara)
    held = Appointment.objects.get(record=world.tara, kind=AppointmentKind.SUPERVISOR)
    actions.end_appointment(by=world.cast.olive, now=NOW, appointment_id=held.pk)
    assert queries.duties_for(world.cast.sam, TODAY) == []
    assert others(world, "tara") == [("Sign 1 competency", "Training Supervisor")]
    TrainingRecord.objects.filter(pk=world.tara.pk).update(state="withdrawn", ended_on=TODAY)
    assert queries.duties_for(world.cast.tara, TODAY) == queries.others_for(world.cast.tara, TODAY) == []


def test_rule_n_one_list_joins_all_roles_of_a_person(world):
    submitted(world.tara)
    held = Appointment.objects.get(record=world.tom, kind=AppointmentKind.SUPERVISOR)
    actions.end_appointment(by=world.cast.olive, now=NOW, appointment_id=held.pk)
    given = {"record_id": world.tom.pk, "person": world.cast.sam, "kind": AppointmentKind.SUPERVISOR}
    actions.add_appointment(by=world.cast.olive, now=NOW, **given)
    submitted(world.tom)
    week = next(group for group in waiting_for(world.cast.sam, TODAY) if group.title == "This week")
    signing = [row.about for row in week.rows if row.what == "Sign 1 competency"]
    assert signing == ["Tara Quinn", "Tom Eriksen"]
    inside = queries.duties_in(world.tom, world.cast.sam, TODAY)
    assert {row.about for row in inside} == {"Tom Eriksen"}


@pytest.mark.parametrize("records", [1, 3])
def test_rule_n_the_cost_of_the_list_does_not_grow_with_the_trainees(world, records, django_assert_num_queries):
    submitted(world.tara)
    if records == 3:
        for record in enrol_too(world, world.cast.ann, world.cast.abe):
            submitted(record)
    with django_assert_num_queries(13):
        rows = queries.duties_for(world.cast.sam, TODAY)
    assert sum(row.what == "Sign 1 competency" for row in rows) == records


def test_the_areas_of_training_follow_the_part_a_person_has(world):
    labels = {"My training", "My trainees", "Trainees"}

    def seen(who):
        return {area.label for area in areas_of(getattr(world.cast, who), TODAY, "/")} & labels

    assert {who: seen(who) for who in ("tara", "sam", "cora", "olive", "mia", "nobody")} == {
        "tara": {"My training"},
        "sam": {"My trainees"},
        "cora": {"My trainees"},
        "olive": {"Trainees"},
        "mia": set(),
        "nobody": set(),
    }


def test_t2_what_is_signed_asks_nothing_any_more(world):
    signed(world.cast.sam, world.tara)
    assert duties(world, "sam") == duties(world, "tara") == []
    assert item_of(world.tara).state == "signed"
