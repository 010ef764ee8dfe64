"""The way of every outcome to the trainee (F1): agreed, confirmed by one, queried, released by another; who sees it."""

from fractions import Fraction

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from assessments import access, queries
from assessments.actions._steps import agree_outcome
from assessments.models import FirstYearReturn, Outcome, OutcomeQuery
from assessments.queries import OutcomesWanted
from assessments.states import OutcomeState, Result, Stage
from ctts.common.digest import sha256
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.organisations import actions as organisations
from ctts.organisations.access import forget_held
from ctts.organisations.states import Role
from tests.assessments import gate as g
from tests.cast import START
from tests.training import practice as p
from tests.training.world import browser_of
from training import actions as training
from training import queries as training_queries
from training.actions import StaleText
from training.models import Dops, Milestone, TrainingRecord
from training.states import AppointmentKind, MilestoneKind, RecordState

OUTSIDE = ["tara", "sam", "cora", "mia", "max", "sue", "ada", "nobody"]
STEPS = ["confirm_outcome", "query_outcome", "release_outcome"]


def more(step):
    return {"reason": "The day of one review is odd."} if step == "query_outcome" else {}


def do(step, outcome, by, **given):
    return g.office(step, outcome, by, **{**more(step), **given})


def practical(record, **changes):
    """An outcome of another stage, as its markers agree it."""
    given = {"percent": Fraction(295, 4), "content": {"log": 2}, "by": None, "now": g.NOW, **changes}
    return agree_outcome(record, Stage.PRACTICAL, 1, Result.PASS, **given)


def joined_office(cast, first):
    """Somebody works in the office from now on, beside what they do already."""
    person = getattr(cast, first)
    organisations.grant(by=None, now=START, person=person, role=Role.OFFICE)
    forget_held(person)
    return person


def now_of(outcome):
    return Outcome.objects.get(pk=outcome.pk)


# --- the steps ---


def test_F1_one_confirms_and_another_releases(scene, outcome):
    do("confirm_outcome", outcome, scene.cast.olive)
    confirmed = now_of(outcome)
    assert (confirmed.state, confirmed.confirmed_by, confirmed.confirmed_at) == ("confirmed", scene.cast.olive, g.NOW)
    assert p.told(scene.cast.oscar)[-1] == "assessments.confirmed"
    assert "assessments.confirmed" not in p.told(scene.cast.olive)
    with pytest.raises(NotAllowed, match="You confirmed it"):
        do("release_outcome", outcome, scene.cast.olive)
    do("release_outcome", outcome, scene.cast.oscar)
    released = now_of(outcome)
    assert (released.state, released.released_by, released.released_at) == ("released", scene.cast.oscar, g.NOW)
    kinds = [kind for kind in p.kinds_audited(scene.tara) if kind.startswith("assessments.outcome")]
    assert kinds == [f"assessments.outcome.{step}" for step in ("agreed", "confirmed", "released")]


def test_F1_the_trainee_gets_one_mail_on_release_and_those_around_one_each(scene):
    p.end_appointment(scene.tara, AppointmentKind.COORDINATOR)
    p.appoint(scene.tara, scene.cast.sam, AppointmentKind.COORDINATOR, starts_on=g.TODAY)
    g.released(scene.tara, scene.cast.olive, scene.cast.oscar)
    assert p.told(scene.cast.tara).count("assessments.released") == 1
    for who in ("sam", "mia"):
        assert p.told(getattr(scene.cast, who)).count("assessments.released_around") == 1
    for who in ("cora", "tom", "sue", "max", "olive"):
        assert not {"assessments.released", "assessments.released_around"} & set(p.told(getattr(scene.cast, who)))


def test_F1_no_mail_tells_the_result(scene):
    g.released(scene.tara, scene.cast.olive, scene.cast.oscar)
    told = scene.cast.tara.messages.get(kind="assessments.released")
    assert "30\xa0March\xa02027" in told.text and "Pass" not in told.text + told.subject + told.html


@pytest.mark.parametrize("who", OUTSIDE)
def test_F1_nobody_outside_the_office_takes_a_step(scene, outcome, other, who):
    do("confirm_outcome", other, scene.cast.olive)
    for step, thing in (("confirm_outcome", outcome), ("query_outcome", other), ("release_outcome", other)):
        with pytest.raises(NotAllowed):
            do(step, thing, getattr(scene.cast, who))


def conflicted(scene, case):
    """Somebody of the office who has a part in Tara's assessment; the same person has none in Tom's."""
    cast = scene.cast
    if case == "moderated once":
        p.appoint(scene.tara, cast.oscar, AppointmentKind.ADJUDICATOR, starts_on=p.START_ON, ends_on=p.TODAY)
        return cast.oscar
    if case == "works at the centre":
        organisations.grant(by=None, now=START, person=cast.oscar, role=Role.EMPLOYEE, organisation=cast.leeds)
        forget_held(cast.oscar)
        return cast.oscar
    if case == "assessed a DOPS":
        p.sign(p.filled_dops(p.approved_dops(scene.tara, cast.trina, cast.sam), cast.trina), cast.trina)
        cast.trina.affiliations.update(ends_on=p.TODAY)  # she works elsewhere now
        return joined_office(cast, "trina")
    if case == "supervised before":
        p.appoint(scene.tara, cast.oscar, AppointmentKind.TRAINER, starts_on=p.START_ON, ends_on=p.TODAY)
        return cast.oscar
    return joined_office(cast, case)


@pytest.mark.parametrize(
    "case",
    ["tara", "sam", "cora", "mia", "moderated once", "works at the centre", "assessed a DOPS", "supervised before"],
)
def test_F1_staff_with_a_part_in_the_assessment_take_no_step(scene, case):
    person = conflicted(scene, case)
    outcome, other = g.agreed(scene.tara), g.agreed(scene.tom)
    assert not {"assessments.agreed"} & {row.kind for row in person.messages.all() if row.about_id == outcome.pk}
    with pytest.raises(NotAllowed):
        do("confirm_outcome", outcome, person)
    do("confirm_outcome", outcome, scene.cast.olive)
    for step in ("query_outcome", "release_outcome"):
        with pytest.raises(NotAllowed):
            do(step, outcome, person)
    do("confirm_outcome", other, person)  # could leak: the same person is free in Tom's
    assert queries.not_for(person, [outcome, other], g.TODAY) == {scene.tara.pk}


@pytest.mark.parametrize("step", STEPS)
def test_F1_a_stale_page_does_nothing(scene, outcome, step):
    if step == "release_outcome":
        do("confirm_outcome", outcome, scene.cast.olive)
    with pytest.raises(StaleText):
        do(step, outcome, scene.cast.oscar, seen="0" * 64)
    assert not OutcomeQuery.objects.exists() and now_of(outcome).released_at is None


def test_F1_each_step_is_taken_once(scene, outcome):
    with pytest.raises(TooLate):
        do("release_outcome", outcome, scene.cast.oscar)
    do("confirm_outcome", outcome, scene.cast.olive)
    with pytest.raises(TooLate):
        do("confirm_outcome", outcome, scene.cast.oscar)
    do("release_outcome", outcome, scene.cast.oscar)
    for step in STEPS:
        with pytest.raises(TooLate):
            do(step, outcome, scene.cast.oscar)


def test_F1_an_outcome_of_ended_training_goes_no_further(scene, outcome):
    TrainingRecord.objects.filter(pk=scene.tara.pk).update(state=RecordState.WITHDRAWN, ended_on=g.TODAY)
    with pytest.raises(TooLate, match="has ended"):
        do("confirm_outcome", outcome, scene.cast.olive)


def test_Y2_a_pass_goes_no_further_while_patient_safety_is_in_question(scene, outcome):
    found = g.concern(scene.tara, scene.cast.sam)
    with pytest.raises(TooLate, match="Open patient-safety concerns: 1 open"):
        do("confirm_outcome", outcome, scene.cast.olive)
    g.close(found, scene.cast.mia)
    do("confirm_outcome", outcome, scene.cast.olive)
    g.withdraw(scene.tara)
    with pytest.raises(TooLate, match="Patient safety confirmed by the supervisor: 0 of 1"):
        do("release_outcome", outcome, scene.cast.oscar)
    g.confirm(scene.tara)
    do("release_outcome", outcome, scene.cast.oscar)


def test_Y1_a_pass_goes_no_further_once_its_gate_is_closed_again(scene, outcome):
    dops = Dops.objects.get(record=scene.tara, assessor=scene.cast.mia)
    training.void_dops(by=scene.cast.mia, now=g.NOW, dops_id=dops.pk, reason="It was another trainee.")
    with pytest.raises(TooLate, match="External Moderator DOPS: 0 of 1"):
        do("confirm_outcome", outcome, scene.cast.olive)
    page = browser_of(scene.cast.olive).get(reverse("assessments:outcome", args=[outcome.pk])).content.decode()
    assert "Now: 0 of 1" in page and "The gate is closed again" in page
    p.complete_dops(scene.tara, scene.cast.mia)
    do("confirm_outcome", outcome, scene.cast.olive)
    training.void_dops(by=scene.cast.mia, now=g.NOW, dops_id=Dops.objects.latest("pk").pk, reason="Again another.")
    with pytest.raises(TooLate, match="or query the outcome"):
        do("release_outcome", outcome, scene.cast.oscar)


def test_F1_nobody_is_mailed_to_confirm_a_pass_whose_gate_is_closed(scene, row):
    training.void_dops(
        by=scene.cast.mia,
        now=g.NOW,
        dops_id=Dops.objects.get(record=scene.tara, assessor=scene.cast.mia).pk,
        reason="It was another trainee.",
    )
    g.decide(row)
    assert "assessments.agreed" not in p.told(scene.cast.olive) + p.told(scene.cast.oscar)
    assert [one.what for one in queries.duties_for(scene.cast.olive, g.TODAY)] == ["Confirm an outcome"]
    g.agreed(scene.tom)  # could be silent for everybody
    assert "assessments.agreed" in p.told(scene.cast.olive)


def test_Y2_a_referral_is_released_whatever_concern_is_open(scene):
    outcome = g.agreed(scene.tara, **g.REFERRED)
    g.concern(scene.tara, scene.cast.sam)
    do("confirm_outcome", outcome, scene.cast.olive)
    assert do("release_outcome", outcome, scene.cast.oscar).state == OutcomeState.RELEASED


# --- queries ---


@pytest.mark.parametrize("confirmed", [False, True])
def test_F1_a_queried_first_year_goes_back_to_its_moderator_and_makes_another_outcome(scene, outcome, confirmed):
    if confirmed:
        do("confirm_outcome", outcome, scene.cast.olive)
    made = do("query_outcome", outcome, scene.cast.oscar)
    row = queries.attempt_of(scene.tara).rows[0]
    assert (now_of(outcome).state, row.state, row.attempt) == ("superseded", "with_moderator", 1)
    back = FirstYearReturn.objects.get()
    assert (back.from_office, back.reason, made.reason) == (True, *["The day of one review is odd."] * 2)
    assert p.told(scene.cast.mia)[-1] == "assessments.queried"
    for who in ("tara", "sam", "cora", "max"):
        assert "assessments.queried" not in p.told(getattr(scene.cast, who))
    assert "assessments.outcome.queried" in p.kinds_audited(scene.tara)
    g.decide(row, now=p.at(2027, 3, 12), **g.REFERRED)
    second = g.outcome_of(scene.tara)
    assert (second.pk != outcome.pk, second.attempt, second.result) == (True, 1, Result.REFER)
    assert [row.outcome for row in queries.queries_of(second)] == [outcome]


def test_F1_a_query_needs_a_reason(scene, outcome):
    with pytest.raises(Invalid) as problem:
        do("query_outcome", outcome, scene.cast.olive, reason="  ")
    assert problem.value.field == "reason"


def test_F1_another_stage_is_confirmed_and_released(scene):
    outcome = practical(scene.tara)
    do("confirm_outcome", outcome, scene.cast.oscar)
    do("release_outcome", outcome, scene.cast.olive)
    done = Milestone.objects.filter(record=scene.tara, done_on__isnull=False).values_list("kind", flat=True)
    assert list(done) == [MilestoneKind.PRACTICAL]
    assert queries.released_results(scene.tara)["practical"] == ["pass"]
    assert (queries.percent_of(now_of(outcome)), queries.percent_of(g.agreed(scene.tom))) == (Fraction(295, 4), None)


def test_F1_a_failed_stage_reaches_no_milestone(scene):
    given = {"content": {"log": 2}, "by": None, "now": g.NOW}
    outcome = agree_outcome(scene.tara, Stage.PORTFOLIO, 1, Result.FAIL, **given)
    do("confirm_outcome", outcome, scene.cast.olive)
    do("release_outcome", outcome, scene.cast.oscar)
    assert not Milestone.objects.filter(record=scene.tara, done_on__isnull=False).exists()
    assert not queries.none_left(now_of(outcome), g.TODAY)


# --- made anew from its facts (quality rule 10) ---


def test_F1_an_outcome_that_does_not_agree_with_its_facts_goes_no_further(scene):
    decision = g.decide(g.put(scene.tara))
    right = g.outcome_of(scene.tara)
    do("query_outcome", right, scene.cast.olive)
    content = {**queries.outcome_content(decision), "result": "refer"}
    given = {"content": content, "by": None, "now": g.NOW}
    wrong = agree_outcome(scene.tara, Stage.FIRST_YEAR, 1, Result.REFER, **given)
    with pytest.raises(TooLate, match="does not agree with what it was made of"):
        do("confirm_outcome", wrong, scene.cast.olive)
    lost = agree_outcome(scene.tom, Stage.FIRST_YEAR, 1, Result.PASS, by=None, now=g.NOW, content={"attempt": 1})
    assert not queries.holds_together(lost) and queries.holds_together(practical(scene.tom))


def test_F1_content_that_was_changed_behind_its_digest_is_noticed(scene):
    made = Outcome.objects.create(
        record=scene.tara,
        stage=Stage.PRACTICAL,
        attempt=1,
        result=Result.PASS,
        rules=scene.tara.rules,
        content={"log": 3},
        content_sha256=sha256({"log": 2}),
        agreed_at=g.NOW,
    )
    assert not queries.holds_together(made)


def test_F5_a_released_outcome_is_never_changed(scene):
    outcome = g.released(scene.tara, scene.cast.olive, scene.cast.oscar)
    for change in ({"result": "refer"}, {"state": "agreed"}, {"released_by": scene.cast.olive}):
        with pytest.raises(DatabaseError, match=r"Cannot update|Invalid transition"), transaction.atomic():
            Outcome.objects.filter(pk=outcome.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        OutcomeQuery.objects.create(outcome=outcome, reason="", queried_at=g.NOW, queried_by=scene.cast.olive)


# --- who sees what ---


def test_F1_before_release_only_the_moderator_and_staff_apart_may_know(scene):
    joined_office(scene.cast, "cora")
    p.appoint(scene.tara, scene.cast.trina, AppointmentKind.TRAINER)
    g.agreed(scene.tara)
    known = {
        who
        for who in ("tara", "sam", "cora", "trina", "mia", "max", "olive", "sue", "nobody")
        if access.may_know(getattr(scene.cast, who), scene.tara, g.TODAY)
    }
    assert known == {"mia", "olive"}
    assert access.may_know(scene.cast.cora, scene.tom, g.TODAY)
    for who in ("tara", "sam", "cora", "mia", "olive"):
        assert queries.released_outcomes(scene.tara, getattr(scene.cast, who), g.TODAY) == []


def test_F1_after_release_everybody_around_but_trainers_reads_it(scene):
    p.appoint(scene.tara, scene.cast.trina, AppointmentKind.TRAINER)
    outcome = g.released(scene.tara, scene.cast.olive, scene.cast.oscar)
    g.agreed(scene.tom)
    for who in ("tara", "sam", "cora", "sid", "mia", "olive"):
        assert queries.released_outcomes(scene.tara, getattr(scene.cast, who), g.TODAY) == [outcome], who
    assert queries.released_outcomes(scene.tara, scene.cast.trina, g.TODAY) == []
    assert queries.released_outcomes(scene.tom, scene.cast.tom, g.TODAY) == []


def seen_by(person, **wanted):
    return set(queries.outcomes_wanted(person, g.TODAY, OutcomesWanted(**wanted)).values_list("pk", flat=True))


def test_F1_the_offices_list_hides_what_is_not_released_from_staff_of_the_training(scene):
    cora = joined_office(scene.cast, "cora")
    mine, other = g.agreed(scene.tara), g.agreed(scene.tom)
    assert seen_by(scene.cast.olive) == {mine.pk, other.pk}
    assert seen_by(cora) == {other.pk}
    assert queries.outcomes_by_state(cora, g.TODAY, OutcomesWanted()) == {"agreed": 1}
    assert queries.standing_outcome(scene.tara, Stage.FIRST_YEAR, cora, g.TODAY) is None
    assert queries.standing_outcome(scene.tara, Stage.FIRST_YEAR, scene.cast.olive, g.TODAY) == mine
    for who in ("tara", "sam", "mia", "sue"):
        assert seen_by(getattr(scene.cast, who)) == set()
    do("confirm_outcome", mine, scene.cast.olive)
    do("release_outcome", mine, scene.cast.oscar)
    assert seen_by(cora) == {mine.pk, other.pk}


def test_F1_the_offices_list_is_narrowed_by_state_stage_and_name(scene):
    mine, other = g.agreed(scene.tara), practical(scene.tom)
    do("confirm_outcome", mine, scene.cast.olive)
    olive = scene.cast.olive
    assert seen_by(olive, state="confirmed") == {mine.pk} and seen_by(olive, state="agreed") == {other.pk}
    assert seen_by(olive, stage="practical") == {other.pk} and seen_by(olive, words="QUINN tara") == {mine.pk}
    do("query_outcome", mine, scene.cast.oscar)
    assert seen_by(olive) == {other.pk} and seen_by(olive, state="superseded") == {mine.pk}


def test_F1_the_history_of_a_record_tells_nothing_of_an_outcome_before_its_release(scene, outcome):
    do("confirm_outcome", outcome, scene.cast.olive)

    def told(who):
        rows = training_queries.history_of(scene.tara, getattr(scene.cast, who), p.TODAY)
        return [row.action for row in rows if row.action.startswith("assessments.")]

    openly = ["assessments.first_year.put_forward", "assessments.safety.confirmed"]
    for who in ("tara", "sam", "cora", "mia", "olive"):
        assert told(who) == openly
    do("release_outcome", outcome, scene.cast.oscar)
    assert told("tara") == ["assessments.outcome.released", *openly]
