"""Deciding the first year (Y): refusals, referrals, the re-attempt, the last attempt; what it opens and ends (F6)."""

from datetime import date

import pytest
from django.urls import reverse

from assessments import actions, queries
from assessments.models import FirstYearDecision, Outcome
from assessments.states import Result
from ctts.common.digest import sha256
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from tests.assessments import gate as g
from tests.training import practice as p
from tests.training.world import browser_of
from training.actions import StaleText
from training.models import AssociateMembership, Interruption, Milestone, TrainingRecord, YearTwo
from training.states import MilestoneKind

LATER = p.at(2027, 5, 3, 10)


def milestones(record):
    rows = Milestone.objects.filter(record=record, kind__startswith="first_year")
    return dict(rows.values_list("kind", "done_on"))


def release(record, cast, **changes):
    return g.released(record, cast.olive, cast.oscar, **changes)


@pytest.mark.parametrize("who", ["tara", "sam", "cora", "max", "olive", "nobody"])
def test_Y_only_the_external_moderator_decides(scene, row, who):
    other = g.put(scene.tom)
    with pytest.raises(NotAllowed):
        g.decide(row, getattr(scene.cast, who))
    assert not FirstYearDecision.objects.exists() and other.record == scene.tom


def test_Y2_no_pass_while_a_patient_safety_concern_is_open_or_the_confirmation_is_withdrawn(scene, row):
    found = g.concern(scene.tara, scene.cast.sam)
    with pytest.raises(TooLate, match="patient-safety concern is open"):
        g.decide(row)
    g.close(found, scene.cast.olive)
    g.withdraw(scene.tara)
    with pytest.raises(TooLate, match="was withdrawn"):
        g.decide(row)
    g.concern(scene.tara, scene.cast.sam, reference="INC-78")
    assert g.decide(row, **g.REFERRED).result == Result.REFER


def test_Y_what_changed_since_the_page_was_made_is_not_decided(scene, row):
    seen = queries.decision_digest(queries.attempt_of(scene.tara))
    g.concern(scene.tara, scene.cast.sam)
    with pytest.raises(StaleText):
        g.decide(row, seen=seen, **g.REFERRED)
    assert not Outcome.objects.exists()


def test_Y_it_is_decided_once(scene, row):
    g.decide(row)
    with pytest.raises(TooLate, match="It is decided"):
        g.decide(row)
    assert (FirstYearDecision.objects.count(), Outcome.objects.count()) == (1, 1)


def test_rule_8_the_signature_is_over_what_was_decided_about_and_what_was_decided(scene, row):
    seen = queries.decision_digest(queries.attempt_of(scene.tara))
    made = g.decide(row, **g.REFERRED, words=" More. ")
    content = {"result": "refer", "words": "More.", "actions": "Two more reviews.", "actions_by_on": "2027-05-01"}
    assert made.content_sha256 == sha256({"seen": seen, **content})


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("words", {"words": " "}),
        ("actions", {**g.REFERRED, "actions": " "}),
        ("actions_by_on", {**g.REFERRED, "actions_by_on": None}),
        ("actions_by_on", {**g.REFERRED, "actions_by_on": date(2027, 3, 10)}),
        ("actions_by_on", {**g.REFERRED, "actions_by_on": date(2027, 6, 11)}),
        ("actions", {"actions": "Something."}),
        ("actions_by_on", {"actions_by_on": date(2027, 4, 1)}),
    ],
)
def test_Y_what_cannot_be_is_said_beside_its_field(scene, row, field, changes):
    with pytest.raises(Invalid) as problem:
        g.decide(row, **changes)
    assert problem.value.field == field


def test_Y_a_released_pass_opens_the_second_year_and_reaches_both_milestones(scene):
    release(scene.tara, scene.cast)
    made = YearTwo.objects.get(record=scene.tara)
    assert (made.opened_at, made.opened_by) == (g.NOW, scene.cast.oscar)
    assert set(milestones(scene.tara).values()) == {g.TODAY}
    assert not YearTwo.objects.filter(record=scene.tom).exists() and set(milestones(scene.tom).values()) == {None}
    kinds = p.kinds_audited(scene.tara)
    assert {"training.milestones.reached", "training.year_two.opened"} <= set(kinds)
    for act in (g.confirm, g.put_forward):
        with pytest.raises(TooLate, match="has been passed"):
            act(scene.tara)


def test_Y_a_released_referral_leaves_one_re_attempt_within_three_months(scene):
    outcome = release(scene.tara, scene.cast, **g.REFERRED)
    assert not YearTwo.objects.exists()
    assert milestones(scene.tara) == {
        MilestoneKind.FIRST_YEAR_EVIDENCE: g.TODAY,
        MilestoneKind.FIRST_YEAR_DECISION: None,
    }
    attempt = queries.attempt_of(scene.tara)
    assert (attempt.number, attempt.last, attempt.until) == (2, True, date(2027, 6, 10))
    assert attempt.confirmation is None and attempt.row is None
    with pytest.raises(TooLate, match="is released"):
        g.decide(FirstYearDecision.objects.get().first_year)
    row = g.put(scene.tara, LATER)
    assert (row.attempt, outcome.attempt) == (2, 1)
    g.decide(row, now=LATER)
    again = g.outcome_of(scene.tara)
    g.office("confirm_outcome", again, scene.cast.olive, LATER)
    g.office("release_outcome", again, scene.cast.oscar, LATER)
    assert YearTwo.objects.filter(record=scene.tara).exists()


def test_Y_the_re_attempt_is_put_forward_by_its_last_day_moved_by_interruptions(scene):
    release(scene.tara, scene.cast, **g.REFERRED)
    last, after = p.at(2027, 6, 10, 20), p.at(2027, 6, 11, 9)
    g.confirm(scene.tara, now=last)
    with pytest.raises(TooLate, match="had to be put forward by 10\xa0June\xa02027"):
        g.put_forward(scene.tara, now=after)
    Interruption.objects.create(
        record=scene.tara,
        starts_on=date(2027, 4, 1),
        ends_on=date(2027, 4, 30),
        decided_at=g.NOW,
        decided_by=scene.cast.olive,
    )
    assert queries.attempt_of(scene.tara).until == date(2027, 7, 10)
    row = g.put_forward(scene.tara, now=after).first_year
    late = p.at(2027, 8, 1)
    seen = queries.decision_digest(queries.attempt_of(scene.tara))
    actions.send_back(by=scene.cast.mia, now=late, first_year_id=row.pk, seen=seen, reason="A page is missing.")
    assert g.put_forward(scene.tara, now=late).first_year == row  # in time once, so what came back goes again


def second_failure(scene):
    release(scene.tara, scene.cast, **g.REFERRED)
    row = g.put(scene.tara, LATER)
    with pytest.raises(Invalid):
        g.decide(row, now=LATER, **g.REFERRED)
    decision = g.decide(row, now=LATER, result=Result.REFER, words="Not there.")
    assert (decision.actions, decision.actions_by_on) == ("", None)
    outcome = g.outcome_of(scene.tara)
    g.office("confirm_outcome", outcome, scene.cast.olive, LATER)
    return outcome


def test_F6_after_the_second_failure_the_office_ends_the_record(scene):
    outcome = second_failure(scene)
    with pytest.raises(TooLate, match="not released"):
        g.office("end_record", outcome, scene.cast.olive, LATER)
    g.office("release_outcome", outcome, scene.cast.oscar, LATER)
    for who in ("sam", "mia", "cora", "tara"):
        with pytest.raises(NotAllowed):
            g.office("end_record", outcome, getattr(scene.cast, who), LATER)
    with pytest.raises(StaleText):
        g.office("end_record", outcome, scene.cast.olive, LATER, seen="0" * 64)
    g.office("end_record", outcome, scene.cast.olive, LATER)
    record = TrainingRecord.objects.get(pk=scene.tara.pk)
    assert (record.state, record.ended_on) == ("not_completed", date(2027, 5, 3))
    assert AssociateMembership.objects.get(record=record).ends_on == date(2027, 5, 3)
    assert TrainingRecord.objects.get(pk=scene.tom.pk).state == "active"
    assert p.kinds_audited(scene.tara)[-1] == "training.record.end_not_completed"
    assert [p.told(getattr(scene.cast, who))[-1] for who in ("tara", "sam", "cora")] == ["training.not_completed"] * 3
    with pytest.raises(TooLate):
        g.office("end_record", outcome, scene.cast.olive, LATER)


def test_F6_the_final_assessment_is_shown_once_the_first_year_is_passed_and_not_after_its_last_failure(scene):
    page, tara = reverse("assessments:record", args=[scene.tara.pk]), browser_of(scene.cast.tara)
    final = reverse("assessments:final", args=[scene.tara.pk])
    assert final not in tara.get(page).content.decode()
    outcome = second_failure(scene)
    g.office("release_outcome", outcome, scene.cast.oscar, LATER)
    told = tara.get(page).content.decode()
    assert "no attempt" in told.lower() and final not in told
    release(scene.tom, scene.cast)
    passed = reverse("assessments:record", args=[scene.tom.pk])
    other = reverse("assessments:final", args=[scene.tom.pk])
    assert other in browser_of(scene.cast.tom).get(passed).content.decode()


def test_F6_a_record_is_not_ended_while_an_attempt_is_left(scene):
    outcome = release(scene.tara, scene.cast, **g.REFERRED)
    with pytest.raises(TooLate, match="An attempt is left"):
        g.office("end_record", outcome, scene.cast.olive)
    missed = p.at(2027, 6, 11, 9)
    assert g.office("end_record", outcome, scene.cast.olive, missed) == outcome
