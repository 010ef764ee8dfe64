"""DOPS (T5, T11): asked, started, signed, acknowledged, declined, voided; what assessments ask of the log."""

from datetime import date
from uuid import uuid4

import pytest

from ctts.common.verdict import Invalid, NotAllowed, TooLate
from tests.training import dops as d
from tests.training import practice as p
from training import actions, queries
from training.actions._practice import form_for
from training.models import Dops, TrainingRecord, YearTwo
from training.queries import DopsWanted
from training.states import AssessorKind, DopsState

# --- from asking to the log ---


def test_T5_asked_of_the_supervisor_signed_and_acknowledged_it_stands_in_the_log(scene):
    sam, tara = scene.cast.sam, scene.cast.tara
    dops = p.asked_dops(scene.tara, sam)
    assert (dops.state, dops.assessor_kind) == (DopsState.REQUESTED, AssessorKind.SUPERVISOR)
    signed = p.sign(p.filled_dops(dops, sam), sam)
    assert (signed.state, signed.assessor_post) == (DopsState.AWAITING_ACKNOWLEDGEMENT, "Physicist")
    done = d.acknowledge(dops, tara)
    assert (done.state, done.trainee_comment) == (DopsState.COMPLETE, "Fair.")
    [row] = queries.dops_log(scene.tara, tara, p.TODAY, DopsWanted())
    assert (queries.sum_of(row).words, row.written_at) == ("27 of 36, one not applicable", p.NOW)
    assert [one.meaning for one in queries.signatures_of(dops)] == ["assessed", "acknowledged"]
    assert (p.told(sam), p.told(tara)) == (["training.dops_asked"], ["training.dops_signed"])
    kinds = ["requested", "started", *["step_saved"] * 4, "signed", "acknowledged"]
    assert p.kinds_audited(scene.tara) == [f"training.dops.{kind}" for kind in kinds]


def test_T5_a_suitable_person_is_asked_once_the_supervisor_approved_them(scene):
    sam, trina = scene.cast.sam, scene.cast.trina
    dops = p.asked_dops(scene.tara, trina)
    assert (p.told(trina), p.told(sam)) == ([], ["training.dops_approval"])
    assert not queries.dops_visible_to(trina, p.TODAY).exists()
    with pytest.raises(TooLate, match="not approved"):
        d.head(dops, trina)
    d.approve(dops, sam)
    assert p.told(trina) == ["training.dops_asked"]
    assert list(queries.dops_visible_to(trina, p.TODAY)) == [dops]
    assert p.sign(p.filled_dops(dops, trina), trina).state == DopsState.AWAITING_ACKNOWLEDGEMENT
    assert "training.dops.approved" in p.kinds_audited(scene.tara)


def test_T5_supervisor_and_moderator_start_one_the_same_key_once(scene):
    for person, kind in ((scene.cast.sam, AssessorKind.SUPERVISOR), (scene.cast.mia, AssessorKind.EXTERNAL_MODERATOR)):
        key = uuid4()
        first, second = (actions.start_dops(by=person, now=p.NOW, record_id=scene.tara.pk, key=key) for _ in range(2))
        assert first == second
        assert (first.state, first.assessor_kind) == (DopsState.STARTED, kind)


@pytest.mark.parametrize("who", ["tara", "trina", "sue", "max", "olive", "cora"])
def test_T5_nobody_else_starts_one(scene, who):
    with pytest.raises(NotAllowed):
        p.started_dops(scene.tara, getattr(scene.cast, who))


def test_T5_only_the_trainee_asks_and_the_same_key_asks_once(scene):
    given = {"record_id": scene.tara.pk, "assessor": scene.cast.sam, "values": {}}
    with pytest.raises(NotAllowed):
        actions.request_dops(by=scene.cast.tom, now=p.NOW, key=uuid4(), **given)
    key = uuid4()
    first, second = (actions.request_dops(by=scene.cast.tara, now=p.NOW, key=key, **given) for _ in range(2))
    assert first == second


def test_T5_without_a_form_nobody_is_asked(scene):
    group = scene.tara.scope.group
    scope = type(scene.tara.scope).objects.create(code="XX", name="Without a form", group=group)
    with pytest.raises(TooLate, match="No DOPS form"):
        form_for(scope, p.NOW)


# --- ending ---


def end(act, dops, by, reason="Not this week."):
    return act(by=by, now=p.NOW, dops_id=dops.pk, reason=reason)


def test_T5_the_assessor_declines_and_the_trainee_reads_why(scene):
    dops = p.asked_dops(scene.tara, scene.cast.sam)
    with pytest.raises(NotAllowed):
        end(actions.decline_dops, dops, scene.cast.mia)
    with pytest.raises(Invalid):
        end(actions.decline_dops, dops, scene.cast.sam, " ")
    assert end(actions.decline_dops, dops, scene.cast.sam).reason == "Not this week."
    assert p.told(scene.cast.tara) == ["training.dops_ended"]
    assert p.kinds_audited(scene.tara)[-1] == "training.dops.declined"
    with pytest.raises(TooLate):
        end(actions.decline_dops, dops, scene.cast.sam)


def test_T5_the_supervisor_declines_a_person_who_then_hears_nothing(scene):
    end(actions.decline_dops, p.asked_dops(scene.tara, scene.cast.trina), scene.cast.sam)
    assert p.told(scene.cast.trina) == []


def test_T5_voiding_tells_trainee_and_assessor_but_not_who_did_it(scene):
    dops = p.complete_dops(scene.tara, scene.cast.mia)
    for other in (scene.cast.sam, scene.cast.tara, scene.cast.cora, scene.cast.max):
        with pytest.raises(NotAllowed):
            end(actions.void_dops, dops, other)
    end(actions.void_dops, dops, scene.cast.olive)
    assert (p.told(scene.cast.mia), p.told(scene.cast.olive)) == (["training.dops_ended"], [])
    assert p.kinds_audited(scene.tara)[-1] == "training.dops.voided"
    assert queries.dops_submitted(scene.tara) == 0
    with pytest.raises(TooLate):
        end(actions.void_dops, dops, scene.cast.olive)


def test_T5_assessor_and_supervisor_void_with_a_reason(scene):
    mine = p.signed_dops(scene.tara, scene.cast.mia)
    theirs = p.asked_dops(scene.tara, scene.cast.trina)
    with pytest.raises(Invalid):
        end(actions.void_dops, theirs, scene.cast.sam, "")
    assert end(actions.void_dops, mine, scene.cast.mia).state == DopsState.VOIDED
    assert end(actions.void_dops, theirs, scene.cast.sam).state == DopsState.VOIDED


def test_T5_the_trainee_takes_back_only_what_nobody_has_started(scene):
    dops = p.asked_dops(scene.tara, scene.cast.sam)
    assert end(actions.void_dops, dops, scene.cast.tara).state == DopsState.VOIDED
    with pytest.raises(TooLate):
        end(actions.void_dops, dops, scene.cast.tara)
    with pytest.raises(NotAllowed):
        end(actions.void_dops, p.signed_dops(scene.tara, scene.cast.sam), scene.cast.tara)


def test_T5_voiding_one_without_an_account_tells_the_trainee(scene):
    dops = p.asked_dops(scene.tara, scene.cast.sam)
    Dops.objects.filter(pk=dops.pk).update(assessor=None, assessor_kind=AssessorKind.EXTERNAL)
    end(actions.void_dops, dops, scene.cast.olive)
    assert p.told(scene.cast.tara) == ["training.dops_ended"]


# --- what assessments ask ---


def test_T11_the_final_dops_is_the_moderators_last_of_the_second_year(scene):
    first = p.complete_dops(scene.tara, scene.cast.mia)
    assert queries.final_external_dops(scene.tara, 1) == first
    assert queries.final_external_dops(scene.tara) is None
    YearTwo.objects.create(record=scene.tara, opened_at=p.at(2026, 6, 5), opened_by=scene.cast.olive)
    second = p.complete_dops(scene.tara, scene.cast.mia, observed_on=date(2026, 6, 5))
    record = TrainingRecord.objects.get(pk=scene.tara.pk)
    assert (queries.final_external_dops(record, 1), queries.final_external_dops(record, 2)) == (first, second)
    with pytest.raises(ValueError, match="first and a second"):
        queries.final_external_dops(record, 3)
    indicative = queries.first_year_moderator_dops
    assert list(indicative(record, record.trainee, p.TODAY)) == [first]


def test_F2_what_was_signed_before_the_second_year_opened_that_day_is_of_the_first(scene):
    """Opened on the very day of the DOPS that the first-year pass rests on: the final one is still to come."""
    morning, evening = p.at(2026, 6, 8, 9), p.at(2026, 6, 8, 18)
    first = p.complete_dops(scene.tara, scene.cast.mia, morning, observed_on=morning.date())
    YearTwo.objects.create(record=scene.tara, opened_at=p.at(2026, 6, 8), opened_by=scene.cast.olive)
    assert queries.final_external_dops(scene.tara) is None
    second = p.complete_dops(scene.tara, scene.cast.mia, evening, observed_on=morning.date())
    found = [queries.final_external_dops(scene.tara, year) for year in (1, 2)]
    assert found == [first, second]


def test_T5_the_scores_of_the_log_in_order(scene):
    p.complete_dops(scene.tara, scene.cast.sam, scores=[4] * 10, observed_on=date(2026, 6, 3))
    p.complete_dops(scene.tara, scene.cast.sam)
    assert [row[1] for row in queries.log_scores(scene.tara)] == [[3] * 9 + [None], [4] * 10]


def test_T5_the_moderators_dops_is_not_one_of_the_six(scene):
    p.complete_dops(scene.tara, scene.cast.sam)
    p.complete_dops(scene.tara, scene.cast.mia)
    assert (queries.dops_submitted(scene.tara), queries.dops_submitted(scene.tom)) == (1, 0)
