"""The Practical (F2): the sum line by line, sealed by the External Moderator with its outcome; attempts (F6)."""

from datetime import date
from fractions import Fraction

import pytest
from django.db import ProgrammingError, transaction

from assessments import actions, queries
from assessments.models import Outcome, PracticalSeal, StageAttempt
from assessments.queries.practical import ONLY_SUPERVISOR, practical_sum
from assessments.queries.recomputed import recomputed
from assessments.states import Result, Stage
from ctts.common.verdict import NotAllowed, TooLate
from ctts.scheme.models import RuleSet
from tests.assessments import gate
from tests.assessments.final_stages import world as f
from tests.training import outside, practice
from tests.training.dops import acknowledge
from training import actions as training
from training.actions import StaleText
from training.models import Appointment, YearTwo


def seal(final, by, seen=None):
    seen = seen or practical_sum(final.tara).digest
    given = {"record_id": final.tara.pk, "seen": seen, "authentication": f.proof(f.NOW)}
    return actions.seal_practical(by=by, now=f.NOW, **given)


def test_F2_the_sum_line_by_line_with_exact_fractions(computable):
    found = practical_sum(computable.tara)
    assert [(line.points, line.of, line.percent) for line in found.counting] == [(27, 36, 75), (32, 40, 80)]
    assert (found.log, found.final.percent, found.weight) == (Fraction(155, 2), 70, 5000)
    assert (found.score, found.result, found.missing) == (Fraction(295, 4), Result.PASS, [])
    assert found.left_out == []
    assert found.content["score"] == "295/4"


def test_F2_what_does_not_count_says_why(computable):
    record, cast = computable.tara, computable.cast
    f.observed(record, cast.mia, [4] * 10, date(2027, 3, 1))  # the first year's
    practice.signed_dops(record, cast.sam, f.NOW, observed_on=date(2027, 12, 2))
    practice.asked_dops(record, cast.sam, f.NOW)
    practice.started_dops(record, cast.sam, f.NOW)
    voided = practice.started_dops(record, cast.sam, f.NOW)
    training.void_dops(by=cast.sam, now=f.NOW, dops_id=voided.pk, reason="Twice.")
    declined = practice.asked_dops(record, cast.sam, f.NOW)
    training.decline_dops(by=cast.sam, now=f.NOW, dops_id=declined.pk, reason="Away.")
    found = practical_sum(record)
    reasons = [line.why for line in found.left_out]
    assert "never stand in the log" in reasons[0]
    words = ("not acknowledged", "not begun", "not signed", "voided", "declined")
    assert [any(word in reason for reason in reasons[1:]) for word in words] == [True] * 5
    assert found.score == Fraction(295, 4)


def test_F2_what_an_external_person_assessed_counts_as_a_suitable_persons(computable):
    record, cast = computable.tara, computable.cast
    dops = outside.signed(record, cast.sam)
    assert any("not countersigned" in line.why for line in practical_sum(record).left_out)
    outside.countersign(dops, cast.sam)
    acknowledge(dops, cast.tara)
    found = practical_sum(record)
    assert (found.log, found.left_out) == (Fraction(230, 3), [])
    record.rules = RuleSet(pk=record.rules_id, numbers={"practical_counts": "supervisor"})
    assert [line.why for line in practical_sum(record).left_out] == [ONLY_SUPERVISOR]


def test_F2_only_the_supervisors_count_where_the_rules_say_so(computable):
    record, cast = computable.tara, computable.cast
    dops = practice.approved_dops(record, cast.trina, cast.sam, f.NOW)
    practice.sign(
        practice.filled_dops(dops, cast.trina, f.NOW, scores=[4] * 10, observed_on=date(2027, 8, 1)), cast.trina, f.NOW
    )
    seen = practice.queries.dops_digest(practice.Dops.objects.get(pk=dops.pk))
    given = {"dops_id": dops.pk, "seen": seen, "comment": "", "authentication": f.proof(f.NOW)}
    training.acknowledge_dops(by=cast.tara, now=f.NOW, **given)
    assert practical_sum(record).log == 85
    record.rules = RuleSet(pk=record.rules_id, numbers={"practical_counts": "supervisor"})
    found = practical_sum(record)
    assert (found.log, [line.why for line in found.left_out]) == (Fraction(155, 2), [ONLY_SUPERVISOR])


def test_F2_not_yet_computable_is_never_nought(final):
    found = practical_sum(final.tara)
    assert (found.score, found.log, found.result) == (None, None, None)
    assert ["empty" in found.missing[0], "missing" in found.missing[1]] == [True, True]
    f.log_of_two(final.tara, final.cast.sam)
    assert len(practical_sum(final.tara).missing) == 1
    with pytest.raises(TooLate, match="not yet computable"):
        seal(final, final.cast.mia)


def test_F2_sealing_makes_attempt_signature_and_outcome_at_once(computable):
    found = seal(computable, computable.cast.mia)
    attempt = StageAttempt.objects.get(record=computable.tara, stage=Stage.PRACTICAL)
    outcome = Outcome.objects.get(record=computable.tara, stage=Stage.PRACTICAL)
    assert (attempt.attempt, attempt.state) == (1, "agreed")
    assert (found.content, found.content_sha256) == (practical_sum(computable.tara).content, found.content_sha256)
    assert (found.role, found.statement) == ("External Moderator", actions.PRACTICAL_SEALED_WORDS)
    assert (outcome.state, outcome.result, outcome.reasons) == ("agreed", "pass", "")
    assert (outcome.numerator, outcome.denominator) == (295, 4)
    assert outcome.content["lines"] == found.content["lines"]
    kinds = ["attempt.opened", "practical.sealed", "outcome.agreed"]
    assert f.kinds_audited(computable.tara)[-3:] == [f"assessments.{kind}" for kind in kinds]
    assert f.told(computable.cast.tara)[-1:] != ["assessments.marks_in"]


@pytest.mark.parametrize(
    ("scores", "changes", "reasons"),
    [
        ([0, 4, 4, 4, 4, 4, 4, 4, 4, 4], {}, ["1 item scored 0 in the final External Moderator DOPS."]),
        ([2] * 10, {"overall": "not_yet_competent"}, ["Not judged competent in the final External Moderator DOPS."]),
        ([1] * 8 + [0] * 2, {}, ["48.8 is below the pass mark of 50.", "2 items scored 0"]),
    ],
)
def test_F2_a_fail_has_its_shortfalls_as_reasons(logged, monkeypatch, scores, changes, reasons):
    monkeypatch.setitem(practice.WORDS, "overall", changes.get("overall", "competent"))
    f.final_dops(logged.tara, logged.cast.mia, scores)
    seal(logged, logged.cast.mia)
    outcome = Outcome.objects.get(stage=Stage.PRACTICAL)
    assert outcome.result == "fail"
    assert all(said.startswith(reason) for said, reason in zip(outcome.reasons.split("\n"), reasons, strict=True))


def test_F2_what_is_sealed_is_what_was_seen(computable):
    seen = practical_sum(computable.tara).digest
    f.observed(computable.tara, computable.cast.sam, [1] * 10, date(2027, 9, 1))
    with pytest.raises(StaleText, match="changed"):
        seal(computable, computable.cast.mia, seen)
    assert not PracticalSeal.objects.exists()


@pytest.mark.parametrize("who", ["max", "tara", "sam", "cora", "olive", "mona", "tom", "sue"])
def test_F2_nobody_but_the_external_moderator_seals(computable, who):
    with pytest.raises(NotAllowed):
        seal(computable, getattr(computable.cast, who))
    assert not StageAttempt.objects.exists()


def test_F2_a_former_moderator_does_not_seal(computable):
    Appointment.objects.filter(record=computable.tara, kind="external_moderator").update(ends_on=date(2027, 12, 19))
    with pytest.raises(NotAllowed):
        seal(computable, computable.cast.mia)


def test_F2_once_sealed_it_waits_for_its_release(computable):
    seal(computable, computable.cast.mia)
    with pytest.raises(TooLate, match="confirms and releases"):
        seal(computable, computable.cast.mia, seen="0" * 64)


@pytest.mark.parametrize("confirmed", [False, True])
def test_F2_a_final_dops_voided_since_the_seal_lets_no_outcome_go_further(computable, confirmed):
    cast = computable.cast
    outcome = f.sealed_practical(computable.tara, cast.mia)
    if confirmed:
        gate.office("confirm_outcome", outcome, cast.olive, f.NOW)
    final_dops = PracticalSeal.objects.get().final_dops_id
    training.void_dops(by=cast.mia, now=f.NOW, dops_id=final_dops, reason="It was another trainee.")
    assert recomputed(outcome) == (None, None)
    with pytest.raises(TooLate, match="does not agree with what it was made of"):
        gate.office("release_outcome" if confirmed else "confirm_outcome", outcome, cast.oscar, f.NOW)
    assert queries.released_results(computable.tara)["practical"] == []


def test_F6_a_further_attempt_needs_a_further_final_dops(final, logged):
    f.final_dops(final.tara, final.cast.mia, [0] + [3] * 9)
    f.release(final.cast, f.sealed_practical(final.tara, final.cast.mia))
    assert "earlier attempt" in practical_sum(final.tara).missing[0]
    f.final_dops(final.tara, final.cast.mia, day=15)
    again = f.sealed_practical(final.tara, final.cast.mia)
    assert (again.attempt, again.result) == (2, "pass")
    f.release(final.cast, again)
    with pytest.raises(TooLate, match="has been passed"):
        seal(final, final.cast.mia)


def test_F6_after_the_last_attempt_none(final):
    for _ in range(3):
        f.released(final.cast, final.tara, Stage.PRACTICAL, Result.FAIL)
    f.log_of_two(final.tara, final.cast.sam)
    f.final_dops(final.tara, final.cast.mia)
    with pytest.raises(TooLate, match="No attempt at the Practical is left"):
        seal(final, final.cast.mia)


def test_F2_a_seal_stays_whoever_writes(computable):
    found = seal(computable, computable.cast.mia)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        PracticalSeal.objects.filter(pk=found.pk).update(content={})
    assert YearTwo.objects.filter(record=computable.tara).exists()
