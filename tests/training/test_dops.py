"""DOPS (T5, T11, E4): asked, approved, judged in steps, signed, acknowledged, declined, voided; the log."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.scheme.models import DopsItem
from tests.training import practice as p
from training import access, actions, queries
from training.actions import StaleText
from training.actions._practice import form_for
from training.models import Dops, DopsScore, TrainingRecord, YearTwo
from training.queries import DopsWanted
from training.states import AppointmentKind, AssessorKind, DopsState


def again(dops):
    return Dops.objects.select_related("record__rules", "record__trainee", "assessor").get(pk=dops.pk)


def acknowledge(dops, by, seen=None):
    given = {"seen": seen or queries.dops_digest(again(dops)), "comment": " Fair. ", "authentication": p.proof()}
    return actions.acknowledge_dops(by=by, now=p.NOW, dops_id=dops.pk, **given)


def approve(dops, by):
    return actions.approve_assessor(by=by, now=p.NOW, dops_id=dops.pk, authentication=p.proof())


def scores(dops, by, step, value, seen=None):
    items = queries.items_of_step(dops, step)
    given = {"scores": {item.pk: value for item in items}, "seen": seen or p.step(dops, step)}
    return actions.save_scores(by=by, now=p.NOW, dops_id=dops.pk, step_number=step, **given)


def head(dops, by, seen=None, **changes):
    given = {"values": p.header(dops.record, **changes), "seen": seen or p.step(dops, 1)}
    return actions.save_header(by=by, now=p.NOW, dops_id=dops.pk, **given)


# --- from asking to the log ---


def test_T5_asked_of_the_supervisor_signed_and_acknowledged_it_stands_in_the_log(scene):
    sam, tara = scene.cast.sam, scene.cast.tara
    dops = p.asked_dops(scene.tara, sam)
    assert (dops.state, dops.assessor_kind) == (DopsState.REQUESTED, AssessorKind.SUPERVISOR)
    signed = p.sign(p.filled_dops(dops, sam), sam)
    assert (signed.state, signed.assessor_post) == (DopsState.AWAITING_ACKNOWLEDGEMENT, "Physicist")
    done = acknowledge(dops, tara)
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
        head(dops, trina)
    approve(dops, sam)
    assert p.told(trina) == ["training.dops_asked"]
    assert list(queries.dops_visible_to(trina, p.TODAY)) == [dops]
    assert p.sign(p.filled_dops(dops, trina), trina).state == DopsState.AWAITING_ACKNOWLEDGEMENT
    assert "training.dops.approved" in p.kinds_audited(scene.tara)


def test_T5_approving_is_the_supervisors_and_once(scene):
    dops = p.asked_dops(scene.tara, scene.cast.trina)
    for other in (scene.cast.trina, scene.cast.tara, scene.cast.sue, scene.cast.olive):
        with pytest.raises(NotAllowed):
            approve(dops, other)
    approve(dops, scene.cast.sam)
    with pytest.raises(TooLate):
        approve(dops, scene.cast.sam)


def test_T5_nobody_approves_themselves_nor_an_assessor_who_needs_none(scene):
    dops = p.asked_dops(scene.tara, scene.cast.sid)
    p.end_appointment(scene.tara, AppointmentKind.SUPERVISOR)
    p.appoint(scene.tara, scene.cast.sid, AppointmentKind.SUPERVISOR, starts_on=date(2026, 6, 2))
    with pytest.raises(NotAllowed, match="themselves"):
        approve(dops, scene.cast.sid)
    with pytest.raises(TooLate, match="no approval"):
        approve(p.started_dops(scene.tara, scene.cast.mia), scene.cast.sid)


def test_T5_somebody_who_is_no_longer_suitable_is_not_approved(scene):
    dops = p.asked_dops(scene.tara, scene.cast.trina)
    type(scene.cast.trina).objects.filter(pk=scene.cast.trina.pk).update(is_active=False)
    with pytest.raises(NotAllowed, match="not active"):
        approve(dops, scene.cast.sam)


def test_T5_a_dops_without_an_account_waits_for_no_approval(scene):
    dops = Dops.objects.create(
        record=scene.tara,
        form=p.asked_dops(scene.tara, scene.cast.sam).form,
        asked_by=scene.cast.tara,
        asked_at=p.NOW,
        assessor_kind=AssessorKind.EXTERNAL,
        assessor_name="Dr Out",
        key=uuid4(),
    )
    with pytest.raises(TooLate):
        approve(dops, scene.cast.sam)


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
        form_for(scope)


# --- who may never assess (T5, E4) ---


def asked(scene, assessor):
    with pytest.raises(Invalid) as problem:
        p.asked_dops(scene.tara, assessor)
    assert problem.value.field == "assessor"
    assert assessor not in queries.possible_assessors(scene.tara, p.TODAY)
    return str(problem.value)


def test_T5_nobody_assesses_themselves(scene):
    assert "their own" in asked(scene, scene.cast.tara)


def test_E4_a_trainee_never_assesses_a_trainee(scene):
    p.appoint(scene.tara, scene.cast.tom, AppointmentKind.TRAINER)
    assert "trainee never" in asked(scene, scene.cast.tom)


def test_T5_a_former_supervisor_assesses_no_more(scene):
    p.end_appointment(scene.tara, AppointmentKind.SUPERVISOR)
    assert "former" in asked(scene, scene.cast.sam)


def test_T5_a_former_supervisor_does_not_sign_what_they_began(scene):
    dops = p.filled_dops(p.started_dops(scene.tara, scene.cast.sam), scene.cast.sam)
    p.end_appointment(scene.tara, AppointmentKind.SUPERVISOR)
    with pytest.raises(NotAllowed):
        p.sign(dops, scene.cast.sam)


def test_E4_the_supporting_moderator_stays_independent(scene):
    p.appoint(scene.tara, scene.cast.mona, AppointmentKind.SUPPORTING_MODERATOR)
    assert "independent" in asked(scene, scene.cast.mona)


def test_T5_a_suitable_person_works_at_the_centre_or_trains_the_trainee(scene):
    assert "Training Centre" in asked(scene, scene.cast.sue)
    p.appoint(scene.tara, scene.cast.sue, AppointmentKind.TRAINER)
    assert p.asked_dops(scene.tara, scene.cast.sue).assessor_kind == AssessorKind.COLLEAGUE


def test_T11_the_moderator_is_not_asked_but_starts_their_own(scene):
    with pytest.raises(Invalid, match="own accord"):
        p.asked_dops(scene.tara, scene.cast.mia)


def test_T5_whoever_changed_their_function_cannot_go_on(scene):
    dops = p.started_dops(scene.tara, scene.cast.mia)
    p.end_appointment(scene.tara, AppointmentKind.EXTERNAL_MODERATOR)
    p.appoint(scene.tara, scene.cast.mia, AppointmentKind.TRAINER)
    with pytest.raises(NotAllowed, match="any more"):
        head(dops, scene.cast.mia)


# --- steps ---


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("observed_on", {"observed_on": None}),
        ("observed_on", {"observed_on": p.TODAY + timedelta(days=1)}),
        ("observed_on", {"observed_on": date(2026, 3, 31)}),
    ],
)
def test_T5_a_day_that_cannot_be_is_refused(scene, field, changes):
    dops = p.started_dops(scene.tara, scene.cast.sam)
    with pytest.raises(Invalid) as problem:
        head(dops, scene.cast.sam, **changes)
    assert problem.value.field == field


def test_T5_the_competency_is_one_of_the_record(scene):
    dops = p.started_dops(scene.tara, scene.cast.sam)
    with pytest.raises(Invalid):
        head(dops, scene.cast.sam, item=p.items_of(scene.tom)[0])


def test_T5_at_most_three_items_are_not_applicable_over_both_halves(scene):
    dops, sam = p.started_dops(scene.tara, scene.cast.sam), scene.cast.sam
    first = queries.items_of_step(dops, 2)
    three = {item.pk: None if place < 3 else 3 for place, item in enumerate(first)}
    given = {"dops_id": dops.pk, "step_number": 2, "scores": three, "seen": p.step(dops, 2)}
    actions.save_scores(by=sam, now=p.NOW, **given)
    with pytest.raises(Invalid, match="At most 3"):
        scores(dops, sam, 3, None)
    assert scores(dops, sam, 3, 4)


@pytest.mark.parametrize("score", [-1, 5])
def test_T5_a_score_is_nought_to_four(scene, score):
    with pytest.raises(Invalid):
        scores(p.started_dops(scene.tara, scene.cast.sam), scene.cast.sam, 2, score)


def test_T5_an_item_of_another_form_is_refused(scene):
    dops = p.started_dops(scene.tara, scene.cast.sam)
    other = DopsItem.objects.exclude(form=dops.form_id).first()
    given = {"dops_id": dops.pk, "step_number": 2, "scores": {other.pk: 3}, "seen": p.step(dops, 2)}
    with pytest.raises(Invalid):
        actions.save_scores(by=scene.cast.sam, now=p.NOW, **given)


def test_T5_a_step_saved_in_another_window_is_not_written_over(scene):
    dops, sam = p.started_dops(scene.tara, scene.cast.sam), scene.cast.sam
    seen = {step: p.step(dops, step) for step in (1, 2, 4)}
    p.filled_dops(dops, sam)
    words = {"dops_id": dops.pk, "values": p.WORDS, "seen": seen[4]}
    for late in (
        lambda: head(dops, sam, seen[1]),
        lambda: scores(dops, sam, 2, 0, seen[2]),
        lambda: actions.save_words(by=sam, now=p.NOW, **words),
    ):
        with pytest.raises(StaleText):
            late()


def test_T5_what_is_missing_is_named_with_its_step(scene):
    dops = p.started_dops(scene.tara, scene.cast.sam)
    assert [one.step for one in queries.missing_of(again(dops))] == [1, 2, 3, 4]
    with pytest.raises(TooLate, match="not complete"):
        p.sign(dops, scene.cast.sam)
    full = p.filled_dops(dops, scene.cast.sam)
    DopsScore.objects.filter(dops=full).update(score=None)
    assert [one.words for one in queries.missing_of(again(full))] == ["At most 3 items may be not applicable."]


def test_T5_what_was_signed_is_what_was_seen(scene):
    dops = p.filled_dops(p.started_dops(scene.tara, scene.cast.sam), scene.cast.sam)
    given = {"dops_id": dops.pk, "authentication": p.proof()}
    with pytest.raises(StaleText):
        actions.sign_dops(by=scene.cast.sam, now=p.NOW, seen="0" * 64, post="Physicist", **given)
    with pytest.raises(Invalid):
        actions.sign_dops(by=scene.cast.sam, now=p.NOW, seen=queries.dops_digest(again(dops)), post=" ", **given)


def test_T5_only_the_assessor_writes_and_not_after_signing(scene):
    dops = p.started_dops(scene.tara, scene.cast.sam)
    for other in (scene.cast.tara, scene.cast.mia, scene.cast.sid):
        with pytest.raises(NotAllowed):
            head(dops, other)
    p.sign(p.filled_dops(dops, scene.cast.sam), scene.cast.sam)
    with pytest.raises(TooLate):
        head(dops, scene.cast.sam)


def test_T5_the_trainee_acknowledges_what_was_signed_once(scene):
    dops = p.signed_dops(scene.tara, scene.cast.sam)
    with pytest.raises(NotAllowed):
        acknowledge(dops, scene.cast.tom)
    with pytest.raises(StaleText):
        acknowledge(dops, scene.cast.tara, "0" * 64)
    acknowledge(dops, scene.cast.tara)
    with pytest.raises(TooLate):
        acknowledge(dops, scene.cast.tara)


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


# --- the database's own judgement ---


@pytest.mark.parametrize(
    "columns",
    [
        {"procedure": "Other"},
        {"observed_on": date(2026, 6, 3)},
        {"overall": "not_yet_competent"},
        {"agreed_action": ""},
    ],
)
def test_T5_a_written_dops_stays_whoever_writes(scene, columns):
    dops = p.signed_dops(scene.tara, scene.cast.sam)
    with pytest.raises(IntegrityError, match="keeps its words"), transaction.atomic():
        Dops.objects.filter(pk=dops.pk).update(**columns)


def test_T5_signed_scores_stay_and_so_does_the_comment(scene):
    dops = p.complete_dops(scene.tara, scene.cast.sam)
    rows = DopsScore.objects.filter(dops=dops)
    for act in (lambda: rows.update(score=4), rows.delete):
        with pytest.raises(IntegrityError, match="keeps its scores"), transaction.atomic():
            act()
    with pytest.raises(IntegrityError, match="keeps its comment"), transaction.atomic():
        Dops.objects.filter(pk=dops.pk).update(trainee_comment="No.")


def test_T5_an_unapproved_suitable_person_is_never_written_down(scene):
    dops = p.asked_dops(scene.tara, scene.cast.trina)
    Dops.objects.filter(pk=dops.pk).update(state="started")
    whole = {**p.header(scene.tara), "overall": "competent", "state": "awaiting_acknowledgement"}
    with pytest.raises(IntegrityError, match="suitable_person"), transaction.atomic():
        Dops.objects.filter(pk=dops.pk).update(**whole)


# --- reading ---


def test_T5_scores_are_the_assessors_until_they_are_signed(scene):
    dops = p.filled_dops(p.started_dops(scene.tara, scene.cast.sam), scene.cast.sam)
    assert [queries.shows_scores(dops, one) for one in (scene.cast.sam, scene.cast.tara)] == [True, False]
    p.sign(dops, scene.cast.sam)
    assert queries.shows_scores(dops, scene.cast.tara)


def test_T5_the_log_is_narrowed_and_shows_nobody_elses(scene):
    mine = p.complete_dops(scene.tara, scene.cast.sam)
    moderators = p.signed_dops(scene.tara, scene.cast.mia, item=p.items_of(scene.tara)[1])
    p.complete_dops(scene.tom, scene.cast.sue)

    def shown(**wanted):
        return set(queries.dops_log(scene.tara, scene.cast.tara, p.TODAY, DopsWanted(**wanted)))

    assert shown() == {mine, moderators}
    assert shown(state="complete") == shown(item_id=mine.item_id) == {mine}
    assert shown(kind="external_moderator") == {moderators}
    assert set(queries.moderator_dops(scene.tara, scene.cast.tara, p.TODAY)) == {moderators}
    assert not queries.dops_log(scene.tom, scene.cast.tara, p.TODAY, DopsWanted()).exists()
    assert len(queries.linked_items(scene.tara)) == 2


def test_T5_recent_procedures_come_first_each_once(scene):
    for name in ("Uniformity", "uniformity", "Dose calibrator"):
        p.complete_dops(scene.tara, scene.cast.sam, procedure=name)
    other = p.complete_dops(scene.tom, scene.cast.sue)
    found = queries.recent_procedures(p.started_dops(scene.tara, scene.cast.sam))
    assert [row.procedure for row in found] == ["Dose calibrator", "uniformity"]
    here = p.started_dops(scene.tara, scene.cast.sam)
    assert queries.same_competency(here, found[0]) == found[0].item_id
    assert queries.same_competency(here, other) is None
    assert queries.last_header_of(scene.cast.sam) == ("Physicist", "")
    assert queries.last_header_of(scene.cast.trina) == ("", "")


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


def test_T5_the_scores_of_the_log_in_order(scene):
    p.complete_dops(scene.tara, scene.cast.sam, scores=[4] * 10, observed_on=date(2026, 6, 3))
    p.complete_dops(scene.tara, scene.cast.sam)
    assert [row[1] for row in queries.log_scores(scene.tara)] == [[3] * 9 + [None], [4] * 10]


def test_T5_the_moderators_dops_is_not_one_of_the_six(scene):
    p.complete_dops(scene.tara, scene.cast.sam)
    p.complete_dops(scene.tara, scene.cast.mia)
    assert (queries.dops_submitted(scene.tara), queries.dops_submitted(scene.tom)) == (1, 0)


def test_T5_whom_the_trainee_may_ask(scene):
    names = {str(person) for person in queries.possible_assessors(scene.tara, p.TODAY)}
    assert names == {"Sam Patel", "Sid Marsh", "Cora Whitfield", "Trina Doyle", "Mona Haddad", "Ann Archer"}
    for person in queries.possible_assessors(scene.tara, p.TODAY):
        assert access.can_be_assessor(person, scene.tara, p.TODAY)
