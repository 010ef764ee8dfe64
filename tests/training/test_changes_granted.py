"""The office decides about a change of circumstances, and everything follows (E5, D3)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ctts.common.calendar_jobs import run_due
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.organisations import actions as organisations
from ctts.organisations.access import forget_held
from ctts.organisations.states import Role
from tests.cast import START, at
from tests.training import changes as c
from tests.training import practice as p
from training import actions, queries
from training.actions import StaleText
from training.models import (
    Appointment,
    AssociateMembership,
    ChangeDecision,
    ChangeRequest,
    Interruption,
    Milestone,
    PlanItem,
    TrainingRecord,
)
from training.states import AppointmentKind, ChangeState, MilestoneKind, RecordState

SUPERVISOR, COORDINATOR = AppointmentKind.SUPERVISOR, AppointmentKind.COORDINATOR


def now_of(record):
    return TrainingRecord.objects.get(pk=record.pk)


def due(record, kind):
    return Milestone.objects.get(record=record, kind=kind).due_on


def held(record, kind):
    rows = Appointment.objects.filter(record=record, kind=kind).order_by("starts_on")
    return [(row.person.full_name, row.starts_on, row.ends_on) for row in rows]


def refused(change, by, now=p.NOW, **terms):
    with pytest.raises(Invalid) as problem:
        c.grant(change, by, now, **terms)
    return problem.value.field


# --- who decides ---


@pytest.mark.parametrize("who", ["tara", "sam", "cora", "mia", "sue", "ada", "nobody"])
def test_E5_only_the_office_decides(scene, who):
    change = c.answered(scene.tara, scene.cast.sam, "extension")
    by = getattr(scene.cast, who)
    with pytest.raises(NotAllowed):
        c.grant(change, by)
    with pytest.raises(NotAllowed):
        actions.decline_change(by=by, now=p.NOW, change_id=change.pk, seen=c.seen(change), words="No.")
    waiting = c.sent(scene.tara, "interruption")
    with pytest.raises(NotAllowed):
        actions.go_on_without(by=by, now=p.NOW, change_id=waiting.pk, words="Away.")


def test_E5_staff_who_are_part_of_the_training_do_not_decide_it(scene):
    organisations.grant(by=None, now=START, person=scene.cast.cora, role=Role.OFFICE)
    forget_held(scene.cast.cora)
    with pytest.raises(NotAllowed, match="You are part of this training"):
        c.grant(c.sent(scene.tara, "contact"), scene.cast.cora)
    assert c.grant(c.sent(scene.tom, "contact"), scene.cast.cora).state == ChangeState.APPROVED


def test_E5_a_decision_waits_for_the_supervisor_or_goes_on_without(scene):
    change = c.sent(scene.tara, "interruption")
    with pytest.raises(TooLate, match="lies with the Training Supervisor"):
        c.grant(change, scene.cast.olive)
    with pytest.raises(Invalid):
        actions.go_on_without(by=scene.cast.olive, now=p.NOW, change_id=change.pk, words=" ")
    actions.go_on_without(by=scene.cast.olive, now=p.NOW, change_id=change.pk, words="On leave.")
    assert p.kinds_audited(scene.tara)[-1] == "training.change.went_on"
    assert c.grant(change, scene.cast.olive).state == ChangeState.APPROVED
    assert change.answer.supports is None


def test_E5_declined_with_reasons_changes_nothing_and_is_told(scene):
    change = c.answered(scene.tara, scene.cast.sam, "interruption")
    given = {"by": scene.cast.olive, "now": p.NOW, "change_id": change.pk, "seen": c.seen(change)}
    with pytest.raises(Invalid) as problem:
        actions.decline_change(**given, words=" ")
    assert problem.value.field == "words"
    declined = actions.decline_change(**given, words="Too long.")
    assert (declined.state, now_of(scene.tara).expected_end_on) == (ChangeState.DECLINED, date(2028, 3, 31))
    assert p.kinds_audited(scene.tara)[-1] == "training.change.declined"
    assert p.told(scene.cast.sam)[-1] == p.told(scene.cast.tara)[-1] == "training.change_decided"
    assert "Too long." in scene.cast.tara.messages.last().text
    assert "Too long." not in scene.cast.sam.messages.last().text
    with pytest.raises(TooLate):
        c.grant(change, scene.cast.olive)


def test_E5_a_declined_name_is_told_to_nobody_but_the_trainee(scene):
    change = c.sent(scene.tara, "name")
    given = {"change_id": change.pk, "seen": c.seen(change), "words": "No evidence."}
    actions.decline_change(by=scene.cast.olive, now=p.NOW, **given)
    assert p.told(scene.cast.sam) == []


def test_E5_what_was_shown_is_what_is_decided(scene):
    one = c.answered(scene.tara, scene.cast.sam, "interruption")
    other = c.answered(scene.tara, scene.cast.sam, "extension")
    before = c.seen(other)
    c.grant(one, scene.cast.olive)
    with pytest.raises(StaleText):
        actions.grant_change(by=scene.cast.oscar, now=p.NOW, change_id=other.pk, seen=before)
    with pytest.raises(StaleText):
        given = {"change_id": other.pk, "seen": before, "words": "No."}
        actions.decline_change(by=scene.cast.oscar, now=p.NOW, **given)
    assert c.grant(other, scene.cast.oscar).state == ChangeState.APPROVED


# --- interruption ---


def test_E5_an_interruption_moves_end_milestones_and_plan_and_keeps_what_is_reached(scene):
    item = p.items_of(scene.tara)[0]
    PlanItem.objects.filter(pk=item.pk).update(by_on=date(2026, 9, 1))
    reached = Milestone.objects.filter(record=scene.tara, kind=MilestoneKind.FIRST_MEETING)
    reached.update(done_on=date(2026, 6, 2))
    before = {kind: due(scene.tara, kind) for kind in MilestoneKind}
    c.granted(scene, "interruption")
    assert now_of(scene.tara).expected_end_on == date(2028, 4, 30)
    for kind in (MilestoneKind.PORTFOLIO, MilestoneKind.VIVA, MilestoneKind.BOARD):
        assert due(scene.tara, kind) - before[kind] == timedelta(days=30)
    for kind in (MilestoneKind.INDUCTION, MilestoneKind.FIRST_MEETING):
        assert due(scene.tara, kind) == before[kind]
    item.refresh_from_db()
    assert item.by_on == date(2026, 10, 1)
    assert now_of(scene.tom).expected_end_on == date(2028, 3, 31)
    decision = ChangeDecision.objects.get()
    assert (decision.was_end_on, decision.end_on) == (date(2028, 3, 31), date(2028, 4, 30))
    wanted = ["training.change.granted", "training.interruption.granted", "training.record.dates_moved"]
    assert p.kinds_audited(scene.tara)[-3:] == wanted
    for who in ("tara", "sam", "cora", "mia"):
        assert p.told(getattr(scene.cast, who))[-1] == "training.change_decided"


def test_E5_the_day_of_the_induction_stays_where_the_intake_has_it(scene):
    event = scene.tara.intake.induction_on
    Milestone.objects.filter(record=scene.tara, kind=MilestoneKind.INDUCTION).update(due_on=event)
    c.granted(scene, "interruption", from_on=date(2026, 4, 2), until_on=date(2026, 4, 11))
    assert due(scene.tara, MilestoneKind.INDUCTION) == event


def test_E5_the_record_is_interrupted_on_its_days_and_goes_on_after_them(scene):
    c.granted(scene, "interruption", from_on=p.TODAY, until_on=date(2026, 6, 12))
    assert now_of(scene.tara).state == RecordState.INTERRUPTED
    assert p.kinds_audited(scene.tara)[-1] == "training.record.interrupt"
    run_due(at(2026, 6, 12, 20))
    assert now_of(scene.tara).state == RecordState.INTERRUPTED
    run_due(at(2026, 6, 12, 23, 30))
    assert now_of(scene.tara).state == RecordState.ACTIVE
    assert p.kinds_audited(scene.tara)[-1] == "training.record.resume"


def test_E5_the_calendar_begins_an_interruption_on_its_day_and_twice_is_once(scene):
    c.granted(scene, "interruption")
    run_due(at(2026, 6, 30, 12))
    assert now_of(scene.tara).state == RecordState.ACTIVE
    for _ in range(2):
        run_due(at(2026, 7, 1, 12))
    assert now_of(scene.tara).state == RecordState.INTERRUPTED
    assert p.kinds_audited(scene.tara).count("training.record.interrupt") == 1
    actions.turn_interruption(by=None, now=at(2026, 7, 1, 13), record_id=scene.tara.pk)
    assert p.kinds_audited(scene.tara).count("training.record.interrupt") == 1


def test_E5_N_an_interruption_that_is_over_moves_dates_and_silences_its_months(scene):
    days = {"from_on": date(2026, 4, 2), "until_on": date(2026, 5, 31)}
    c.granted(scene, "interruption", **days)
    assert now_of(scene.tara).state == RecordState.ACTIVE
    gaps = queries.months_without_review([scene.tara, scene.tom], p.TODAY)
    assert (len(gaps[scene.tara.pk]), len(gaps[scene.tom.pk])) == (0, 2)


def test_E5_two_that_overlap_are_not_both_granted(scene):
    change = c.answered(scene.tara, scene.cast.sam, "interruption")
    days = {"starts_on": date(2026, 7, 30), "ends_on": date(2026, 8, 2)}
    Interruption.objects.create(record=scene.tara, decided_at=p.NOW, decided_by=scene.cast.olive, **days)
    assert refused(change, scene.cast.olive) == "from_on"


# --- less than full time, extension ---


def test_E5_less_than_full_time_moves_the_end_pro_rata_unless_staff_set_another(scene):
    change = c.answered(scene.tara, scene.cast.sam, "less_than_full_time")
    left = (date(2028, 3, 31) - date(2026, 7, 1)).days + 1
    pro_rata = date(2026, 7, 1) + timedelta(days=2 * left - 1)
    assert queries.effect_of(change, p.TODAY).end_on == pro_rata
    c.grant(change, scene.cast.olive, end_on=date(2029, 3, 31))
    assert now_of(scene.tara).expected_end_on == due(scene.tara, MilestoneKind.BOARD) == date(2029, 3, 31)
    assert queries.percent_now(scene.tara) == 50
    assert p.kinds_audited(scene.tara)[-1] == "training.record.dates_moved"


def test_E5_less_than_full_time_never_outlasts_the_longest_time(scene):
    change = c.answered(scene.tara, scene.cast.sam, "less_than_full_time", percent=30)
    assert queries.effect_of(change, p.TODAY).end_on == date(2030, 3, 31)
    assert refused(change, scene.cast.olive, end_on=date(2030, 4, 1)) == "end_on"
    assert refused(change, scene.cast.olive, end_on=date(2026, 6, 30)) == "end_on"
    c.grant(change, scene.cast.olive, end_on=date(2030, 3, 31))
    back = c.answered(scene.tara, scene.cast.sam, "less_than_full_time", percent=100, from_on=date(2027, 7, 1))
    c.grant(back, scene.cast.olive)
    assert now_of(scene.tara).expected_end_on < date(2030, 3, 31)


def test_E5_an_extension_moves_what_leads_up_to_the_end(scene):
    before = due(scene.tara, MilestoneKind.WORKSHOP)
    c.granted(scene, "extension")
    assert now_of(scene.tara).expected_end_on == due(scene.tara, MilestoneKind.BOARD) == date(2028, 6, 30)
    assert due(scene.tara, MilestoneKind.WORKSHOP) == before
    change = c.answered(scene.tom, scene.cast.sue, "extension")
    assert refused(change, scene.cast.olive, end_on=date(2030, 4, 1)) == "end_on"
    assert refused(change, scene.cast.olive, end_on=date(2028, 3, 31)) == "end_on"
    assert c.grant(change, scene.cast.olive, end_on=date(2030, 3, 31)).decision.end_on == date(2030, 3, 31)


# --- name, contact, withdrawal ---


def test_E5_D_a_name_changes_from_the_decision_on_and_the_name_for_the_diploma_stays(scene):
    review = p.submitted_review(scene.tara, scene.cast.sam)
    c.granted(scene, "name")
    record = TrainingRecord.objects.select_related("trainee").get(pk=scene.tara.pk)
    assert (record.trainee.full_name, record.certificate_name) == ("Tara Quinn-Abbott", "Tara Quinn")
    assert review.signatures.get(meaning="acknowledged").printed_name == "Tara Quinn"
    assert p.told(scene.cast.sam).count("training.change_decided") == 0
    assert "accounts.name.changed" in p.kinds_audited(scene.tara)


def test_E5_contact_details_hold_from_their_day(scene):
    c.granted(scene, "contact", address="2 New Street, York", from_on=date(2026, 6, 20))
    assert queries.contact_of(scene.tara, p.TODAY)["telephone"] == ""
    later = queries.contact_of(scene.tara, date(2026, 6, 20))
    assert later == {"telephone": "0113 496 0001", "address": "2 New Street, York", "postcode": ""}


def test_E5_D3_withdrawal_ends_record_and_membership_on_its_day_and_other_requests_fall(scene):
    c.written(scene.tara, "extension")
    change = c.granted(scene, "withdrawal")
    assert (now_of(scene.tara).state, change.carried_out_at) == (RecordState.ACTIVE, None)
    with pytest.raises(TooLate, match="takes effect on 30 June 2026"):
        actions.carry_out_change(by=None, now=p.NOW, change_id=change.pk)
    run_due(at(2026, 7, 2, 8))
    record = now_of(scene.tara)
    assert (record.state, record.ended_on) == (RecordState.WITHDRAWN, date(2026, 6, 30))
    assert AssociateMembership.objects.get(record=record).ends_on == date(2026, 6, 30)
    assert AssociateMembership.objects.get(record=scene.tom).ends_on is None
    assert {row.kind: row.state for row in ChangeRequest.objects.all()} == {
        "extension": ChangeState.WITHDRAWN,
        "withdrawal": ChangeState.APPROVED,
    }
    assert p.kinds_audited(scene.tara)[-2:] == ["training.record.withdraw", "training.change.fell"]
    assert queries.duties_for(scene.cast.sam, date(2026, 7, 2)) == []
    shown = queries.overview(record, scene.cast.tara, at(2026, 7, 2, 9))
    assert [row.label for row in shown.milestones if row.state != "done"] == []
    assert shown.course.ends_on == date(2026, 6, 30) and shown.course.months[-1].first == date(2026, 6, 1)
    with pytest.raises(TooLate):
        actions.carry_out_change(by=None, now=at(2026, 7, 2, 9), change_id=change.pk)


def test_E5_withdrawal_from_today_ends_it_at_once(scene):
    change = c.granted(scene, "withdrawal", from_on=p.TODAY)
    assert (now_of(scene.tara).ended_on, change.carried_out_at) == (p.TODAY, p.NOW)


def test_E5_what_was_granted_is_not_carried_out_after_another_end(scene):
    change = c.granted(scene, "withdrawal")
    actions.end_not_completed(by=scene.cast.olive, now=p.NOW, record_id=scene.tara.pk)
    run_due(at(2026, 7, 2, 8))
    assert now_of(scene.tara).state == RecordState.NOT_COMPLETED
    with pytest.raises(TooLate):
        actions.carry_out_change(by=None, now=at(2026, 7, 2, 9), change_id=change.pk)


def test_E5_a_request_that_is_not_decided_is_not_carried_out(scene):
    change = c.sent(scene.tara, "withdrawal")
    with pytest.raises(TooLate):
        actions.carry_out_change(by=None, now=at(2026, 7, 2, 9), change_id=change.pk)
