"""The populated world: whole, consistent with what pages compute, made once, by nothing that looks past a trigger."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from applications.models import Application
from applications.queries import shown_digest
from ctts.accounts.models import User
from ctts.audit.models import AuditChain, AuditEvent
from ctts.audit.verification import verify
from ctts.common import clock
from ctts.common.clock import london_date
from ctts.common.digest import sha256
from ctts.demo.populate import password_of
from ctts.demo.populate.proving import UntrueError, prove, prove_all
from ctts.home.invariants import broken_invariants
from ctts.organisations.models import Affiliation, Organisation
from ctts.organisations.queries import nation_of
from ctts.organisations.states import Role
from ctts.scheme.models import CompetencyList, Framework
from ctts.scheme.queries import list_content
from moderation.models import SampleDraw, SampleJudgement
from moderation.queries.sampling import digest_of
from moderation.rules import drawn_by_seed
from tests.cast import at
from tests.worlds import built_once, made_once
from training import queries
from training.models import (
    AdviceQuestion,
    AssociateMembership,
    CaseStudy,
    Dops,
    DopsScore,
    PlanAgreement,
    PlanItem,
    Reflection,
    ReviewSignature,
    SignOff,
    SupervisorReview,
    TrainerRights,
    TrainingRecord,
    YearReview,
    YearTwo,
)
from training.rules import advice_due
from training.states import AppointmentKind, AssessorKind, DopsState, ItemState, PlanState

pytestmark = pytest.mark.usefixtures("empty")
TODAY = at(2026, 10, 20)


def populate(trainees: int, seed: int = 7) -> dict:
    """What the command says about a world as it stands on 20 October 2026."""
    out = StringIO()
    clock.set_offset(at=TODAY)
    call_command("populate", "--trainees", str(trainees), "--seed", str(seed), "--json", stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


@pytest.fixture(scope="module")
def module_empty(django_db_setup, django_db_blocker):
    """The database as the migrations leave it."""
    with made_once(django_db_blocker, lambda: None) as ground:
        yield ground


@pytest.fixture
def empty(module_empty, request):
    """The same, for one test."""
    with module_empty.lent(request) as world:
        yield world


@built_once
def two(empty):
    """A world of two trainees; what the command said."""
    return populate(2)


def holds() -> None:
    """Every invariant and every chain."""
    assert broken_invariants() == []
    assert verify().faults == []


def test_six_trainees_are_whole_and_stand_in_every_half_year():
    answer = populate(6)
    assert (answer["trainees"], answer["made"]) == (6, 6)
    records = TrainingRecord.objects.all()
    assert (records.count(), records.values("trainee").distinct().count()) == (6, 6)
    assert records.values("start_on").distinct().count() == 2  # three in a row start together
    assert set(records.values_list("state", flat=True)) == {"active"}
    assert Organisation.objects.count() == 2
    holds()


def test_each_has_what_is_measured(two):
    for record in TrainingRecord.objects.all():
        assert record.items.count() == 150
        assert record.dops.count() == 30
        assert record.reflections.count() == 12
        assert record.case_studies.count() == 1
        assert record.items.filter(state=ItemState.SUBMITTED).exists()
        assert record.cpd_entries.count() >= 9 and record.attendances.count() == 3
        assert record.threads.count() == 4
    assert DopsScore.objects.count() > 10 * Dops.objects.filter(state=DopsState.COMPLETE).count()
    assert Framework.objects.filter(version="populated").count() == 6
    assert SupervisorReview.objects.exists() and CaseStudy.objects.exists() and Reflection.objects.exists()


def test_signatures_are_over_what_the_pages_show(two):
    """T2, T4, T5, A2: the digest of each is what the product computes from the rows."""
    for sign_off in SignOff.objects.select_related("item__item").filter(item__position__lt=20):
        assert sign_off.content_sha256 == queries.shown_digest(sign_off.item) == sha256(sign_off.content)
    for row in ReviewSignature.objects.select_related("review"):
        assert row.content_sha256 == queries.review_digest(row.review)
    for dops in Dops.objects.filter(state=DopsState.COMPLETE):
        digests = dops.signatures.exclude(meaning="approved").values_list("content_sha256", flat=True)
        assert set(digests) == {queries.dops_digest(dops)}
    for application in Application.objects.all():
        assert application.supervisor_answers.get().content_sha256 == shown_digest(application)
    for chosen in CompetencyList.objects.all():
        assert chosen.sha256 == sha256(list_content(chosen))


def test_plans_are_agreed_as_they_stand():
    """T1: both have signed exactly the plan that is there."""
    populate(4)
    states = {queries.plan_standing(record).state for record in TrainingRecord.objects.all()}
    assert PlanState.AGREED in states and states <= {PlanState.AGREED, PlanState.PROPOSED}


def test_whoever_is_far_enough_has_passed_the_first_year():
    populate(3)  # the oldest cohort, two years in
    assert YearTwo.objects.exists()
    opened = YearTwo.objects.select_related("record").first()
    assert opened.record.outcomes.get().state == "released"
    assert opened.record.milestones.get(kind="first_year_decision").done_on is not None


def test_the_external_moderator_has_been_at_work():
    """T11: questions answered within their days, the year reviewed with its own DOPS, samples drawn by their seed."""
    populate(3)
    review = YearReview.objects.select_related("dops").first()
    assert review.dops.assessor_kind == AssessorKind.EXTERNAL_MODERATOR
    question = AdviceQuestion.objects.filter(answers__isnull=False).select_related("record__rules").first()
    asked_on, days = london_date(question.asked_at), queries.bank_holidays_in(nation_of(question.record.centre))
    assert question.due_on == advice_due(asked_on, days)
    for draw in SampleDraw.objects.prefetch_related("samples"):
        signed = [row.sign_off_id for row in draw.samples.all() if row.sign_off_id]
        assert sorted(drawn_by_seed(draw.seed, "competency", draw.pool["competency"], len(signed))) == sorted(signed)
    for judged in SampleJudgement.objects.select_related("sample__sign_off"):
        assert judged.content_sha256 == digest_of(judged.sample)


def test_trainers_may_do_what_their_supervisor_said(two):
    populate(8, seed=9)
    for rights in TrainerRights.objects.select_related("appointment"):
        assert rights.appointment.kind == AppointmentKind.TRAINER and rights.assesses
    assert TrainerRights.objects.exists()


def test_every_dossier_has_a_chain_of_its_own(two):
    for trainee in User.objects.filter(training_records__isnull=False):
        chain = AuditChain.objects.get(name=f"dossier:{trainee.pk}")
        entries = AuditEvent.objects.filter(chain=chain.name).order_by("number")
        assert chain.entries == entries.count() > 100
        assert list(entries.values_list("at", flat=True)) == sorted(entries.values_list("at", flat=True))
    assert AuditEvent.objects.get(action="demo.populate.begun").after == {"seed": 7, "trainees": 2}


def test_a_trainee_whose_audit_or_signatures_are_untrue_is_found(two):
    trainee = User.objects.get(email="trainee0.seed7@populate.example")
    prove(trainee.pk)
    words = {"printed_name": "Tess", "role": "Trainee", "meaning": "agreed", "statement": "Agreed.", "content": {}}
    times = {"signed_at": TODAY, "authenticated_at": TODAY, "authenticated_with": "code"}
    record = TrainingRecord.objects.get(trainee=trainee)
    PlanAgreement.objects.create(record=record, version=2, signer=trainee, content_sha256="0" * 64, **words, **times)
    with pytest.raises(UntrueError, match=r"T1: What is kept of an agreed plan is what was signed. Not so for"):
        prove(trainee.pk)
    chain = AuditChain.objects.get(name=f"dossier:{trainee.pk}")
    AuditChain.objects.filter(pk=chain.pk).update(last_hash="0" * 64)
    with pytest.raises(UntrueError, match=f"chain {chain.name} does not end as its state says"):
        prove(trainee.pk)
    facts = {"chain": chain.name, "number": chain.entries + 1, "at": TODAY, "action": "a.b.c", "object": "a.b"}
    AuditEvent.objects.create(**facts, object_id=1, prev=chain.last_hash, hash="1" * 64)
    with pytest.raises(UntrueError, match=f"Entry {chain.entries + 1} of the audit's chain {chain.name}"):
        prove(trainee.pk)


def test_a_world_in_which_an_invariant_does_not_hold_is_refused(two):
    prove_all()
    AssociateMembership.objects.first().delete()
    with pytest.raises(UntrueError, match="E1: Every training record has its"):
        prove_all()
    with pytest.raises(CommandError, match=r"What was populated does not hold. E1"):
        populate(1, seed=8)


def test_the_people_can_sign_in_and_hold_their_roles(two):
    trainee = User.objects.get(email="trainee0.seed7@populate.example")
    assert two["password"] == password_of(7) and trainee.check_password(two["password"])
    assert set(Affiliation.objects.values_list("role", flat=True)) == {
        Role.OFFICE,
        Role.SUPERVISOR,
        Role.COORDINATOR,
        Role.TRAINER,
        Role.MODERATOR,
        Role.EMPLOYEE,
    }
    privileged = User.objects.filter(affiliations__role=Role.SUPERVISOR)
    assert all(privileged.values_list("second_factor_required", flat=True))


def test_the_same_seed_makes_the_same_people(two):
    names = list(User.objects.order_by("email").values_list("email", "full_name"))
    states = list(PlanItem.objects.order_by("record", "position").values_list("state", flat=True))
    populate(2, seed=8)
    others = PlanItem.objects.filter(record__trainee__email__contains=".seed8@").order_by("record", "position")
    assert list(others.values_list("state", flat=True)) != states
    assert (
        list(User.objects.exclude(email__contains=".seed8@").order_by("email").values_list("email", "full_name"))
        == names
    )
    holds()


def test_a_second_time_says_what_is_there(two):
    assert two["made"] == 2
    again = populate(2)
    assert (again["trainees"], again["made"], again["rows"]) == (2, 0, {})
    with pytest.raises(CommandError, match="Seed 7 has served for 2 trainees"):
        populate(3)
    assert TrainingRecord.objects.count() == 2


@pytest.mark.parametrize(("trainees", "seed"), [("0", "1"), ("100001", "1"), ("1", "-1"), ("1", "100000")])
def test_numbers_that_cannot_be_are_refused(trainees, seed):
    with pytest.raises(CommandError, match="Trainees are 1 to"):
        call_command("populate", f"--trainees={trainees}", f"--seed={seed}")
    assert not TrainingRecord.objects.exists()


def test_nothing_is_populated_outside_demo_and_test():
    with override_settings(MODE="production"), pytest.raises(CommandError, match="demonstration or test only"):
        call_command("populate", "--trainees", "1", "--seed", "1")
    assert not User.objects.exists()


@pytest.mark.slow
def test_two_hundred_trainees_hold_as_well():
    answer = populate(200)
    assert answer["made"] == TrainingRecord.objects.count() == 200
    holds()
