"""Independence, computed from every row of the record, past and present (E4; G 3.6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.apps import apps

from ctts.accounts.models import User
from ctts.organisations import actions as organisations
from ctts.organisations.models import Affiliation, Organisation
from ctts.organisations.states import Kind, Nation, Role
from moderation import actions, queries
from moderation.queries.traces import NO_TRACE, TRACES
from moderation.rules import Involvement
from tests.moderation import acts, marks
from tests.moderation.world import ENTERED, EXTERNAL, NOW, SUPPORTING, TODAY, stands
from training.models import TrainingRecord
from training.states import AppointmentKind, DopsState

DECLARED = date(2026, 3, 2)
LATER = ("training", "assessments", "moderation")
CLEAR = Involvement(declared_on=DECLARED)


def of(world, who, record=None, today=TODAY):
    return queries.involvement(getattr(world.cast, who), record or world.tara, today)


def test_e4_an_uninvolved_moderator_is_clear_and_covers_what_the_pool_says(world):
    assert of(world, "mia") == of(world, "max") == CLEAR
    assert of(world, "mia", world.tom) == replace(CLEAR, covers_scope=False)
    assert of(world, "oscar") == Involvement(covers_scope=False)


def test_e4_all_tables_of_a_record_are_asked_or_named_with_a_reason():
    reach, models = {TrainingRecord}, [model for model in apps.get_models() if model._meta.app_label in LATER]
    while more := {model for model in models if model not in reach and reach & set(targets(model))}:
        reach |= more
    columns = {
        f"{model.__name__}.{field.name}"
        for model in reach
        for field in model._meta.concrete_fields
        if field.related_model is User
    }
    asked = {trace.name for trace in TRACES if trace.table._meta.app_label != "applications"}
    assert columns == asked | set(NO_TRACE)
    assert not asked & set(NO_TRACE)
    assert all(len(reason.split()) > 3 for reason in NO_TRACE.values())


def targets(model):
    """The tables that a table's own columns lead to."""
    return [field.related_model for field in model._meta.concrete_fields if field.related_model]


# --- what somebody did in the record: each by somebody who never did anything else in it ---


def appointed(kind, **days):
    return lambda record, person: stands(record, person, kind, **days)


SUPERVISOR, TRAINER = AppointmentKind.SUPERVISOR, AppointmentKind.TRAINER
ACTS = {
    "External Moderator of the past": (appointed(EXTERNAL, ends_on=date(2026, 5, 1)), "appointed was_moderator"),
    "trainer": (appointed(TRAINER), "appointed"),
    "Supporting Moderator to come": (appointed(SUPPORTING, starts_on=date(2027, 1, 1)), "appointed"),
    "supervisor of the past": (
        appointed(SUPERVISOR, starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 31)),
        "appointed supervised",
    ),
    "application supported": (acts.supported, "signed"),
    "plan signed": (acts.plan_signed, "signed"),
    "competency returned": (acts.returned, "reviewed"),
    "competency rated": (acts.rated, "reviewed"),
    "evidence opened": (acts.evidence_opened, "reviewed"),
    "DOPS assessed": (acts.dops, "assessed"),
    "DOPS voided afterwards": (acts.dops_voided, "assessed"),
    "DOPS signed": (acts.dops_signed, "signed"),
    "assessor approved": (acts.dops_approved, "assessed"),
    "external assessor approved": (acts.external_approved, "assessed"),
    "DOPS assessed by a link, before there was an account": (acts.dops_by_link, "assessed"),
    "review written": (acts.review, "reviewed"),
    "review signed": (acts.review_signed, "signed"),
    "progress report written": (acts.report, "reviewed"),
    "progress report signed": (acts.report_signed, "signed"),
    "reflection commented on": (acts.commented_reflection, "reviewed"),
    "case study commented on": (acts.commented_case, "reviewed"),
    "meeting noted": (acts.met, "reviewed"),
    "advice given": (acts.advised, "reviewed"),
    "sample judged": (acts.sample_judged, "assessed"),
    "sample answered": (acts.sample_answered, "reviewed"),
    "year reviewed": (acts.year_reviewed, "reviewed"),
    "safety confirmed": (acts.safety_confirmed, "signed"),
    "first year put forward": (acts.put_forward, "reviewed"),
    "first year sent back": (acts.first_year_sent_back, "reviewed"),
    "first year decided": (acts.first_year_decided, "signed"),
    "Practical sealed": (acts.practical_sealed, "signed"),
    "sheet begun": (marks.begun_sheet, "assessed"),
    "sheet signed": (marks.signed_sheet, "assessed signed"),
    "mark proposed": (marks.proposed, "assessed"),
    "mark adjudicated": (marks.adjudicated, "signed"),
}


def test_e4_every_kind_of_trace_has_its_act():
    assert {fact for _, facts in ACTS.values() for fact in facts.split()} == {trace.fact for trace in TRACES}
    assert len(ACTS) >= len(TRACES)


@pytest.mark.parametrize("what", ACTS)
def test_e4_whatever_somebody_did_in_the_record_is_found_and_in_no_other(world, what):
    act, facts = ACTS[what]
    stands(world.tom, world.cast.max, EXTERNAL)
    assert of(world, "max") == CLEAR
    act(world.tara, world.cast.max)
    assert of(world, "max") == replace(CLEAR, **dict.fromkeys(facts.split(), True))
    assert of(world, "mia") == CLEAR
    assert of(world, "max", world.tom) == replace(CLEAR, appointed=True, was_moderator=True)


@pytest.mark.parametrize("state", [DopsState.REQUESTED, DopsState.DECLINED])
def test_e4_what_was_only_asked_or_declined_is_no_involvement(world, state):
    acts.dops(world.tara, world.cast.max, state, reason="No time.")
    acts.dops_taken_back(world.tara, world.cast.max)
    assert of(world, "max") == CLEAR


def test_e4_what_the_office_does_in_a_record_involves_nobody(world):
    acts.signature_withdrawn(world.tara, world.cast.oscar)
    acts.first_year_sent_back(world.tara, world.cast.oscar, from_office=True)
    marks.all_passed(world.cast, world.tara)
    assert of(world, "oscar") == of(world, "olive") == Involvement(covers_scope=False)
    assert of(world, "sam").signed


# --- who people are ---


def test_e4_nobody_moderates_their_own_training_and_a_trainee_for_nobody(world):
    here = {"same_centre": True, "same_employer_group": True, "covers_scope": False}
    assert of(world, "tara") == Involvement(is_same_person=True, is_trainee=True, **here)
    assert (of(world, "tom").is_same_person, of(world, "tom").is_trainee) == (False, True)
    TrainingRecord.objects.filter(pk=world.tom.pk).update(state="completed", ended_on=TODAY)
    assert not of(world, "tom").is_trainee


def test_e4_the_same_centre_is_found_on_the_day(world):
    assert (of(world, "mona").same_centre, of(world, "mona").same_employer_group) == (True, True)
    assert of(world, "mona", world.tom) == CLEAR
    Affiliation.objects.filter(person=world.cast.mona, organisation=world.cast.leeds).update(ends_on=date(2026, 6, 9))
    assert of(world, "mona") == CLEAR
    assert of(world, "mona", today=date(2026, 6, 9)).same_centre


def place(name, **more):
    """One more organisation."""
    given = {"code": name[:4].upper(), "name": name, "kind": Kind.CENTRE, "nation": Nation.ENGLAND, "site_name": "Main"}
    return organisations.open_organisation(by=None, now=ENTERED, **{**given, **more})


def works_at(who, organisation):
    organisations.grant(by=None, now=ENTERED, person=who, role=Role.EMPLOYEE, organisation=organisation)


@pytest.mark.parametrize("where", ["the consortium", "another member", "elsewhere"])
def test_e4_the_consortium_of_the_centre_is_the_same_centre(world, where):
    house = place("Northern Consortium", kind=Kind.CONSORTIUM)
    places = {"the consortium": house, "another member": place("York", consortium=house), "elsewhere": place("Kent")}
    Organisation.objects.filter(pk=world.cast.leeds.pk).update(consortium=house)
    works_at(world.cast.mia, places[where])
    record = TrainingRecord.objects.select_related("centre").get(pk=world.tara.pk)
    assert of(world, "mia", record).same_centre == (where != "elsewhere")
    assert not of(world, "mia", world.tom).same_centre


@pytest.mark.parametrize(
    ("group", "same"), [(" leeds teaching hospital TRUST ", True), ("", False), ("Another Trust", False)]
)
def test_e4_the_same_employer_group_is_found_however_it_is_written(world, group, same):
    works_at(world.cast.mia, place("Wakefield", employer_group=group))
    assert of(world, "mia").same_employer_group == same
    Organisation.objects.filter(pk=world.cast.leeds.pk).update(employer_group="")
    record = TrainingRecord.objects.select_related("centre").get(pk=world.tara.pk)
    assert not of(world, "mia", record).same_employer_group


@pytest.mark.parametrize("target", ["leeds", "tara"])
def test_e4_an_interest_stands_until_it_is_taken_back(world, target):
    mia, thing = world.cast.mia, getattr(world.cast, target)
    where = {"organisation": thing} if target == "leeds" else {"trainee": thing}
    made = actions.declare_interest(by=mia, now=NOW, words="Family.", **where)
    assert of(world, "mia").declared_conflict
    assert not of(world, "mia", world.tom).declared_conflict
    assert not of(world, "max").declared_conflict
    actions.end_interest(by=mia, now=NOW, interest_id=made.pk, words="It is over.")
    assert not of(world, "mia").declared_conflict


@pytest.mark.parametrize("rows", [1, 3])
def test_e4_many_people_cost_as_much_as_one(world, rows, django_assert_num_queries):
    people = [getattr(world.cast, who).pk for who in ("mia", "max", "mona")[:rows]]
    stands(world.tara, world.cast.max, EXTERNAL)
    with django_assert_num_queries(6):
        found = queries.involvements(people, world.tara, TODAY)
    assert set(found) == set(people)


@pytest.mark.parametrize("rows", [1, 3])
def test_f7_many_records_cost_as_much_as_one(world, rows, django_assert_num_queries):
    records = [world.tara, world.tom, world.tara][:rows]
    people = {world.cast.sam.pk, world.cast.sue.pk, world.cast.tom.pk, world.cast.oscar.pk}
    with django_assert_num_queries(1):
        found = queries.involved_in(records, people)
    assert found[world.tara.pk] == {world.cast.sam.pk}
    if rows > 1:
        assert found[world.tom.pk] == {world.cast.sue.pk, world.cast.tom.pk}
