"""What the first year and outcomes ask of whom (N): one row for exactly the right people; what pages cost."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from assessments import queries
from assessments.actions import send_back
from assessments.actions._steps import agree_outcome
from assessments.models import FirstYearDecision
from assessments.queries.duties import office_duties
from assessments.states import Result, Stage
from ctts.common.clock import london_date
from ctts.organisations import actions as organisations
from ctts.organisations.access import forget_held
from ctts.organisations.states import Role
from tests.assessments import gate as g
from tests.cast import PEOPLE, START
from tests.training import practice as p
from tests.training.world import browser_of
from training import queries as training
from training.models import Milestone, Reflection, TrainingRecord
from training.queries.held import movers_of
from training.states import AppointmentKind, MilestoneKind, RecordState

CONFIRM = "Confirm patient safety for the first year"
FORWARD = "Put the first year forward"
COMPLETE = "Complete what the first year needs"
DECIDE = "Decide the End of First Year Assessment"
RELEASE = "Decide and release the End of First Year Assessment"
TOM = {"sue": [f"{CONFIRM} (Training Supervisor): Tom Eriksen"]}
TOM_WAITS = {"tom": [f"{CONFIRM}: Sue Lindqvist"]}


def rows(scene, ask, today):
    """First name → what waits for them, of everybody for whom something does."""
    found = {}
    for first in PEOPLE:
        person = getattr(scene.cast, first)
        forget_held(person)
        words = [
            f"{row.what} ({row.role}): {row.about}" if row.role else f"{row.what}: {row.about}"
            for row in ask(person, today)
        ]
        if words:
            found[first] = words
    return found


def duties(scene, today=g.TODAY):
    return rows(scene, queries.duties_for, today)


def others(scene, today=g.TODAY):
    return rows(scene, queries.others_for, today)


def due_days(scene, who, today=g.TODAY):
    return [row.due for row in queries.duties_for(getattr(scene.cast, who), today)]


def test_N_nothing_is_asked_before_the_milestone_is_near(scene):
    assert duties(scene, date(2027, 1, 31)) == others(scene, date(2027, 1, 31)) == {}
    assert set(duties(scene, date(2027, 2, 1))) == {"sam", "sue"}
    assert due_days(scene, "sam", date(2027, 2, 1)) == [date(2027, 3, 1)]


def test_Y_what_came_back_waits_for_the_supervisor_however_early_it_is(scene):
    early = date(2027, 1, 31)
    row = g.put(scene.tara)
    assert "sam" not in duties(scene, early)
    seen = queries.decision_digest(queries.attempt_of(row.record))
    send_back(by=scene.cast.mia, now=g.NOW, first_year_id=row.pk, seen=seen, reason="A page is missing.")
    assert duties(scene, early) == {"sam": [f"{FORWARD} (Training Supervisor): Tara Quinn"]}


def test_N_the_supervisor_confirms_then_puts_forward_while_the_trainee_waits(scene):
    assert duties(scene) == {"sam": [f"{CONFIRM} (Training Supervisor): Tara Quinn"], **TOM}
    assert others(scene) == {"tara": [f"{CONFIRM}: Sam Patel"], **TOM_WAITS}
    g.confirm(scene.tara)
    assert duties(scene) == {"sam": [f"{FORWARD} (Training Supervisor): Tara Quinn"], **TOM}
    assert others(scene) == {"tara": [f"{FORWARD}: Sam Patel"], **TOM_WAITS}


def test_N_a_gate_that_is_closed_otherwise_asks_the_trainee_and_says_what_is_missing(scene):
    g.training.reopen_piece(by=scene.cast.tara, now=p.NOW, piece=Reflection.objects.filter(record=scene.tara).first())
    asked = {"tara": [f"{COMPLETE} (trainee): Reflective pieces submitted: 9 of 10"]}
    assert (duties(scene), others(scene)) == ({**asked, **TOM}, TOM_WAITS)
    assert due_days(scene, "tara") == [date(2027, 3, 1)]
    assert "tara" not in duties(scene, date(2027, 1, 31))
    TrainingRecord.objects.filter(pk=scene.tom.pk).update(state=RecordState.INTERRUPTED)
    assert duties(scene) == asked
    g.concern(scene.tara, scene.cast.sam, reference="INC-1")
    said = "Open patient-safety concerns: 1; Reflective pieces submitted: 9 of 10"
    assert duties(scene)["tara"] == [f"{COMPLETE} (trainee): {said}"]


def test_N_a_gate_that_is_closed_by_others_alone_asks_nothing_of_the_trainee(scene):
    g.concern(scene.tara, scene.cast.sam, reference="INC-1")
    assert duties(scene) == TOM


def test_N_what_was_put_forward_waits_for_the_moderator_and_reads_the_same_until_release(scene):
    row = g.put(scene.tara)
    asked = {"mia": [f"{DECIDE} (External Moderator): Tara Quinn"], **TOM}
    then = "Mia Ferreira, then the scheme office"
    waiting = {"tara": [f"{RELEASE}: {then}"], "sam": [f"{RELEASE}: {then}: Tara Quinn"]}
    assert (duties(scene), others(scene)) == (asked, {**waiting, **TOM_WAITS})
    assert due_days(scene, "mia") == [date(2027, 4, 1)]
    g.decide(row)
    office = {
        who: ["Confirm an outcome (scheme office): Tara Quinn, End of First Year Assessment"]
        for who in ("olive", "oscar")
    }
    assert duties(scene) == {**office, **TOM}
    told = {"mia": ["Confirm and release the first-year outcome: Scheme office, Tara Quinn"]}
    assert others(scene) == {**waiting, **told, **TOM_WAITS}
    decided = FirstYearDecision.objects.get()
    assert [row.since for row in queries.others_for(scene.cast.mia, g.TODAY)] == [london_date(decided.signed_at)]
    outcome = g.outcome_of(scene.tara)
    g.office("confirm_outcome", outcome, scene.cast.olive)
    release = {"oscar": ["Release an outcome (scheme office): Tara Quinn, End of First Year Assessment"]}
    assert (duties(scene), others(scene)) == ({**release, **TOM}, {**waiting, **told, **TOM_WAITS})
    g.office("release_outcome", outcome, scene.cast.oscar)
    assert (duties(scene), others(scene)) == (TOM, TOM_WAITS)


def test_N_without_moderator_or_supervisor_the_function_is_named(scene):
    g.put(scene.tara)
    for record, kind in ((scene.tara, AppointmentKind.EXTERNAL_MODERATOR), (scene.tom, AppointmentKind.SUPERVISOR)):
        p.end_appointment(record, kind, date(2027, 3, 9))
    assert others(scene) == {
        "tara": [f"{RELEASE}: External Moderator, then the scheme office"],
        "sam": [f"{RELEASE}: External Moderator, then the scheme office: Tara Quinn"],
        "tom": [f"{CONFIRM}: Training Supervisor"],
    }


def test_N_after_a_referral_the_trainee_does_what_was_asked_until_the_re_attempt(scene):
    g.released(scene.tara, scene.cast.olive, scene.cast.oscar, **g.REFERRED)
    found = duties(scene)
    assert found["tara"] == ["Do what the External Moderator asked (trainee): First year"]
    assert (due_days(scene, "tara"), due_days(scene, "sam")) == ([date(2027, 5, 1)], [date(2027, 6, 10)])
    g.put(scene.tara, p.at(2027, 5, 2))
    assert "tara" not in duties(scene, date(2027, 5, 2))
    assert due_days(scene, "mia", date(2027, 5, 2)) == [None]


def test_F6_the_office_ends_what_has_no_attempt_left(scene):
    g.released(scene.tara, scene.cast.olive, scene.cast.oscar, **g.REFERRED)
    assert set(duties(scene)) == {"tara", "sam", "sue"}
    ended = ["End a record as not completed (scheme office): Tara Quinn, End of First Year Assessment"]
    missed = duties(scene, date(2027, 6, 11))
    assert (missed["olive"], missed["oscar"], "sam" in missed) == (ended, ended, False)
    second, later = g.put(scene.tara, p.at(2027, 5, 2)), p.at(2027, 5, 3)
    g.decide(second, now=later, result=Result.REFER, words="No.")
    for step, who in (("confirm_outcome", scene.cast.olive), ("release_outcome", scene.cast.oscar)):
        g.office(step, g.outcome_of(scene.tara), who, later)
    assert duties(scene, date(2027, 5, 4))["olive"] == ended
    g.office("end_record", g.outcome_of(scene.tara), scene.cast.olive, later)
    assert "olive" not in duties(scene, date(2027, 5, 4))


def test_F1_a_step_is_offered_only_to_staff_who_may_take_it(scene):
    g.agreed(scene.tara)
    for first in ("cora", "mia"):
        organisations.grant(by=None, now=START, person=getattr(scene.cast, first), role=Role.OFFICE)
        forget_held(getattr(scene.cast, first))
        assert list(office_duties(getattr(scene.cast, first), g.TODAY)) == []
    assert len(list(office_duties(scene.cast.olive, g.TODAY))) == 1


# --- what pages cost ---


def grown(scene, many):
    """So many of everything that the pages list."""
    for number in range(many):
        p.submitted_review(scene.tara, scene.cast.sam)
        g.close(g.concern(scene.tara, scene.cast.sam, reference=f"INC-{number}"), scene.cast.mia)
        g.confirm(scene.tara)
        if number < many - 1:
            g.withdraw(scene.tara)
    for stage in [Stage.PRACTICAL, Stage.PORTFOLIO, Stage.VIVA][:many]:
        made = agree_outcome(scene.tom, stage, 1, Result.PASS, by=None, now=g.NOW, content={"sum": 4})
        if stage == Stage.PRACTICAL:
            continue
        g.office("confirm_outcome", made, scene.cast.olive)
        g.office("release_outcome", made, scene.cast.oscar)


def cost(scene, who, name, *args, count, counting):
    browser = browser_of(getattr(scene.cast, who), proved=True)
    browser.get(reverse("accounts:profile"))
    with counting(count, info=name):
        response = browser.get(reverse(name, args=args))
    assert response.status_code == 200, name


@pytest.mark.parametrize("many", [1, 3])
def test_the_cost_of_a_page_does_not_grow_with_its_rows(scene, many, django_assert_num_queries):
    grown(scene, many)
    pk, counting = scene.tara.pk, django_assert_num_queries
    cost(scene, "sam", "assessments:record", pk, count=18, counting=counting)
    cost(scene, "sam", "assessments:put_forward", pk, count=21, counting=counting)
    g.withdraw(scene.tara)
    cost(scene, "sam", "assessments:confirm_safety", pk, count=14, counting=counting)
    row = g.put(scene.tara)
    cost(scene, "mia", "assessments:first_year", row.pk, count=20, counting=counting)
    cost(scene, "mia", "assessments:decide", row.pk, count=16, counting=counting)
    g.decide(row)
    g.office("confirm_outcome", g.outcome_of(scene.tara), scene.cast.olive)
    outcome = g.outcome_of(scene.tara).pk
    cost(scene, "oscar", "assessments:results", count=9, counting=counting)
    cost(scene, "oscar", "assessments:outcome", outcome, count=18, counting=counting)
    cost(scene, "oscar", "assessments:release_outcome", outcome, count=15, counting=counting)


def test_M_Y_what_was_put_forward_is_late_for_nobody_but_its_moderator(scene):
    row, late = g.put(scene.tara), [MilestoneKind.FIRST_YEAR_EVIDENCE, MilestoneKind.FIRST_YEAR_DECISION]
    Milestone.objects.filter(record=scene.tara).update(done_on=g.TODAY)
    Milestone.objects.filter(record=scene.tara, kind__in=late).update(done_on=None, due_on=g.TODAY - timedelta(days=1))

    def light():
        return training.standings_of([scene.tara], g.TODAY)[scene.tara.pk].light

    before = light()
    assert before.key == "attention"
    assert (
        "End of First Year evidence and yearly review and 1 more wait since" in before.because
        and "for the External Moderator and the scheme office" in before.because
    )
    movers = [movers_of(kind, [scene.tara.pk], g.TODAY) for kind in late]
    assert movers == [{scene.tara.pk: [scene.cast.mia.pk]}] * 2
    g.decide(row)
    assert (light(), movers_of(late[0], [scene.tara.pk], g.TODAY)) == (before, {})
    g.office("confirm_outcome", g.outcome_of(scene.tara), scene.cast.olive)
    assert light() == before
