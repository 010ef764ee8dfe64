"""The calendar of training: months without a review (T4), milestones (M), concerns that nobody answered (T8, N)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from ctts.common.clock import london_midnight
from ctts.notifications.models import Message, ReminderStep
from tests.training import practice as p
from tests.training.test_concerns import close, concern, safety
from training import actions, periodic, queries
from training.models import Interruption, Milestone, TrainingRecord
from training.rules import milestone_step, month_to_chase, review_chased_on
from training.states import RECORD_ENDED, AppointmentKind, ConcernLevel, MilestoneKind, RecordState

MISSING, MILESTONE, ESCALATED = "training.review_missing", "training.milestone", "training.concern_escalated"


def seven_on(*day: int):
    """Seven in the morning in London on this day."""
    return london_midnight(date(*day)) + timedelta(hours=7)


def mails(kind: str) -> list[tuple[str, str]]:
    """(first name, subject) of every message of a kind, in the order in which they were made."""
    rows = Message.objects.filter(kind=kind).order_by("pk")
    return [(row.to.full_name.split()[0], row.subject.replace("\xa0", " ").strip()) for row in rows]


def put(record, state):
    """The record in a state, with what makes the calendar think so too."""
    if state == RecordState.INTERRUPTED:
        days = {"starts_on": date(2026, 5, 18), "ends_on": date(2026, 12, 31)}
        Interruption.objects.create(record=record, decided_at=p.NOW, decided_by=record.trainee, **days)
    ended_on = date(2026, 5, 18) if state in RECORD_ENDED else None
    TrainingRecord.objects.filter(pk=record.pk).update(state=state, ended_on=ended_on)


# --- months without a review (T4) ---


def test_T4_the_supervisor_is_reminded_seven_days_after_a_month_and_the_co_ordinator_after_fourteen(scene):
    subject = "Tara Quinn has no Supervisor Review for April 2026"
    for day, told in ((6, []), (7, [("Sam", subject)]), (13, [("Sam", subject)])):
        periodic.chase_reviews(seven_on(2026, 5, day))
        assert [row for row in mails(MISSING) if "Tara" in row[1]] == told
    periodic.chase_reviews(seven_on(2026, 5, 14))
    assert [row for row in mails(MISSING) if "Tara" in row[1]] == [("Sam", subject), ("Cora", subject)]
    to_cora = Message.objects.get(kind=MISSING, to=scene.cast.cora)
    assert (
        "was reminded on 7 May 2026" in to_cora.text.replace("\xa0", " ")
        and "Write it down" in Message.objects.get(to=scene.cast.sam).text
    )


def test_T4_it_is_told_once_however_often_and_late_the_calendar_looks(scene):
    now = seven_on(2026, 5, 20)
    assert [periodic.chase_reviews(now) for _ in range(2)] == [2, 0]
    assert actions.chase_review(by=None, now=now, record_id=scene.tara.pk, person_id=scene.cast.sam.pk)
    assert [periodic.chase_reviews(seven_on(2026, 5, day)) for day in (26, 27, 28)] == [0, 2, 0]
    assert len(mails(MISSING)) == 4
    steps = ReminderStep.objects.filter(person=scene.cast.sam).values_list("due_on", "at")
    assert list(steps) == [(date(2026, 5, 7), now)]


def test_N_a_calendar_that_slept_sends_the_latest_month_and_passes_over_the_others(scene):
    for day in (20, 26, 27, 28):
        periodic.chase_reviews(seven_on(2026, 8, day))
    told = [row for row in mails(MISSING) if "Tara" in row[1]]
    assert told == [(first, "Tara Quinn has no Supervisor Review for July 2026") for first in ("Sam", "Cora")]
    silent = ReminderStep.objects.filter(person=scene.cast.sam, message=None)
    assert {(row.key[-7:], row.reason) for row in silent} == {(f"2026-0{n}", "overtaken") for n in (4, 5, 6)}


def test_T4_a_month_with_a_review_is_no_gap(scene):
    p.signed_review(scene.tara, scene.cast.sam)
    for held_on in (date(2026, 4, 20), date(2026, 5, 20)):
        days = {"period_starts_on": held_on.replace(day=1), "period_ends_on": held_on}
        p.signed_review(scene.tara, scene.cast.sam, held_on=held_on, **days)
    periodic.chase_reviews(seven_on(2026, 6, 20))
    assert {subject for _, subject in mails(MISSING)} == {"Tom Eriksen has no Supervisor Review for May 2026"}


@pytest.mark.parametrize("state", [RecordState.INTERRUPTED, RecordState.WITHDRAWN])
def test_N_nobody_hears_about_an_interrupted_trainee_or_one_who_left(scene, state):
    put(scene.tara, state)
    now = seven_on(2026, 5, 20)
    periodic.chase_reviews(now)
    periodic.remind_of_milestones(now)
    assert all("Tara" not in subject for kind in (MISSING, MILESTONE) for _, subject in mails(kind))
    assert not actions.chase_review(by=None, now=now, record_id=scene.tara.pk, person_id=scene.cast.sam.pk)
    induction = scene.tara.milestones.get(kind=MilestoneKind.INDUCTION)
    assert actions.remind_of_milestone(by=None, now=now, milestone_id=induction.pk) == 0


def test_T4_a_former_supervisor_hears_nothing_and_who_holds_both_hears_once(scene):
    p.end_appointment(scene.tara, AppointmentKind.SUPERVISOR)
    p.appoint(scene.tara, scene.cast.cora, AppointmentKind.SUPERVISOR, starts_on=date(2026, 6, 2))
    now = seven_on(2026, 6, 20)
    assert not actions.chase_review(by=None, now=now, record_id=scene.tara.pk, person_id=scene.cast.sam.pk)
    periodic.chase_reviews(now)
    told = [row for row in mails(MISSING) if "Tara" in row[1]]
    assert told == [("Cora", "Tara Quinn has no Supervisor Review for May 2026")]
    assert "Write it down" in Message.objects.get(kind=MISSING, to=scene.cast.cora).text


def test_T4_E5_after_an_interruption_the_co_ordinator_hears_a_week_after_the_supervisor(scene):
    days = {"starts_on": date(2026, 4, 17), "ends_on": date(2026, 6, 27)}
    Interruption.objects.create(record=scene.tara, decided_at=p.NOW, decided_by=scene.cast.olive, **days)
    TrainingRecord.objects.filter(pk=scene.tara.pk).update(state=RecordState.INTERRUPTED)
    told = []
    for day in ((2026, 6, 27), (2026, 6, 28), (2026, 7, 4), (2026, 7, 5), (2026, 7, 6)):
        periodic.chase_reviews(seven_on(*day))
        told.append([first for first, subject in mails(MISSING) if "Tara" in subject])
    assert told == [[], ["Sam"], ["Sam"], ["Sam", "Cora"], ["Sam", "Cora"]]
    to_cora = Message.objects.filter(kind=MISSING, to=scene.cast.cora, within=scene.cast.tara).get()
    assert "was reminded on 28 June 2026" in to_cora.text.replace("\xa0", " ")


def test_T4_where_nobody_supervises_the_co_ordinator_hears_on_their_own_day_and_why(scene):
    p.end_appointment(scene.tara, AppointmentKind.SUPERVISOR)
    periodic.chase_reviews(seven_on(2026, 6, 14))
    assert [row for row in mails(MISSING) if "Tara" in row[1]] == [
        ("Cora", "Tara Quinn has no Supervisor Review for May 2026")
    ]
    to_cora = Message.objects.filter(kind=MISSING, to=scene.cast.cora, within=scene.cast.tara).get()
    assert "Nobody supervises this training at present" in to_cora.text
    periodic.remind_of_reports(seven_on(2026, 10, 15))
    to_cora = Message.objects.filter(kind=REPORT, to=scene.cast.cora, within=scene.cast.tara).get()
    assert "Nobody supervises this training at present" in to_cora.text


def test_T4_before_the_day_nobody_is_chased(scene):
    given = {"record_id": scene.tara.pk, "person_id": scene.cast.cora.pk}
    assert not actions.chase_review(by=None, now=seven_on(2026, 5, 13), **given)
    assert month_to_chase([], [AppointmentKind.SUPERVISOR], date(2026, 5, 20)) == (None, ())
    assert review_chased_on((2026, 4), AppointmentKind.COORDINATOR) == date(2026, 5, 14)


def test_T4_who_supervises_and_co_ordinates_hears_as_supervisor_and_a_week_later_as_co_ordinator(scene):
    p.end_appointment(scene.tara, AppointmentKind.SUPERVISOR)
    p.appoint(scene.tara, scene.cast.cora, AppointmentKind.SUPERVISOR, starts_on=date(2026, 6, 2))
    for day, many in ((6, 0), (7, 1), (13, 1), (14, 2), (30, 2)):
        periodic.chase_reviews(seven_on(2026, 7, day))
        assert len([row for row in mails(MISSING) if "Tara" in row[1] and "June" in row[1]]) == many
    last = Message.objects.filter(kind=MISSING, to=scene.cast.cora, within=scene.cast.tara).last()
    assert "nobody else is told" in last.text and "Write it down" in last.text


# --- progress reports (T7) ---

REPORT = "training.report_due"


def of_report(who="Tara"):
    return [row for row in mails(REPORT) if who in row[1]]


def test_T7_the_supervisor_is_reminded_before_and_after_the_day_and_the_co_ordinator_after_fourteen_days(scene):
    due, late = "A progress report of Tara Quinn is due", "A progress report of Tara Quinn is late"
    days = {
        (2026, 9, 2): [],
        (2026, 9, 3): [("Sam", due)],
        (2026, 10, 1): [("Sam", due)],
        (2026, 10, 2): [("Sam", due), ("Sam", late)],
        (2026, 10, 14): [("Sam", due), ("Sam", late)],
        (2026, 10, 15): [("Sam", due), ("Sam", late), ("Cora", late)],
    }
    for day, told in days.items():
        periodic.remind_of_reports(seven_on(*day))
        assert of_report() == told
    assert "ask after it" in Message.objects.get(kind=REPORT, to=scene.cast.cora).text
    assert periodic.remind_of_reports(seven_on(2026, 10, 16)) == 0


def test_N_a_report_that_was_sent_or_a_trainee_who_is_away_reminds_nobody(scene):
    now = seven_on(2026, 10, 20)
    put(scene.tara, RecordState.INTERRUPTED)
    p.sent_report(scene.tom, scene.cast.sue)
    assert periodic.remind_of_reports(now) == 0
    given = {"by": None, "now": now, "record_id": scene.tara.pk}
    assert not actions.remind_of_report(person_id=scene.cast.sam.pk, **given)
    put(scene.tara, RecordState.ACTIVE)
    assert not actions.remind_of_report(person_id=scene.cast.mia.pk, **given)
    early = {**given, "now": seven_on(2026, 8, 1)}
    assert not actions.remind_of_report(person_id=scene.cast.sam.pk, **early)


def test_T7_who_supervises_and_co_ordinates_hears_of_a_report_once_more_after_fourteen_days(scene):
    p.end_appointment(scene.tara, AppointmentKind.SUPERVISOR)
    p.appoint(scene.tara, scene.cast.cora, AppointmentKind.SUPERVISOR, starts_on=date(2026, 6, 2))
    told = []
    for day in (2, 14, 15, 16):
        periodic.remind_of_reports(seven_on(2026, 10, day))
        told.append(len(of_report()))
    assert told == [1, 1, 2, 2]
    assert "nobody else is told" in Message.objects.filter(kind=REPORT, to=scene.cast.cora).last().text


def test_T7_a_calendar_that_slept_says_once_that_a_report_is_late(scene):
    periodic.remind_of_reports(seven_on(2026, 11, 2))
    assert [first for first, _ in of_report()] == ["Sam"]
    periodic.remind_of_reports(seven_on(2026, 11, 9))
    assert of_report() == [(first, "A progress report of Tara Quinn is late") for first in ("Sam", "Cora")]


# --- milestones (M) ---


def of_milestone(kind):
    return [row for row in mails(MILESTONE) if MilestoneKind(kind).label in row[1]]


def test_M_trainee_and_moderator_hear_four_weeks_before_the_first_meeting_and_the_day_after_it(scene):
    due_on = scene.tara.milestones.get(kind=MilestoneKind.FIRST_MEETING).due_on
    assert due_on == date(2026, 7, 1)
    label = MilestoneKind.FIRST_MEETING.label
    for day in (due_on - timedelta(days=29), due_on - timedelta(days=28), due_on, due_on):
        periodic.remind_of_milestones(seven_on(*day.timetuple()[:3]))
    heard = [row for row in of_milestone(MilestoneKind.FIRST_MEETING) if row[0] in ("Tara", "Mia")]
    assert heard == [("Tara", f"{label}: due by 1 July 2026"), ("Mia", f"Tara Quinn, {label}: due by 1 July 2026")]
    periodic.remind_of_milestones(seven_on(2026, 7, 2))
    assert ("Tara", f"{label}: was due by 1 July 2026") in mails(MILESTONE)
    assert {row.due_on for row in ReminderStep.objects.filter(person=scene.cast.mia, kind=MILESTONE)} == {
        due_on - timedelta(days=28),
        due_on + timedelta(days=1),
    }


def test_M_what_is_done_is_not_reminded_of_and_what_is_long_over_neither(scene):
    Milestone.objects.filter(kind=MilestoneKind.FIRST_MEETING, record=scene.tara).update(done_on=date(2026, 6, 1))
    periodic.remind_of_milestones(seven_on(2026, 7, 2))
    assert [first for first, _ in of_milestone(MilestoneKind.FIRST_MEETING)] == ["Tom", "Max"]
    done = scene.tara.milestones.get(kind=MilestoneKind.FIRST_MEETING)
    assert actions.remind_of_milestone(by=None, now=seven_on(2026, 7, 2), milestone_id=done.pk) == 0
    Milestone.objects.update(done_on=None)
    periodic.remind_of_milestones(seven_on(2026, 8, 5))
    assert len(of_milestone(MilestoneKind.FIRST_MEETING)) == 2


def test_M_an_event_is_never_late_and_the_board_is_the_offices_own(scene):
    induction = scene.tara.milestones.get(kind=MilestoneKind.INDUCTION).due_on
    assert milestone_step(induction, induction + timedelta(days=1), attended=True) is None
    for far in (-29, 29):
        assert milestone_step(induction, induction + timedelta(days=far)) is None
    board = scene.tara.milestones.get(kind=MilestoneKind.BOARD)
    now = seven_on(*(board.due_on - timedelta(days=3)).timetuple()[:3])
    assert actions.remind_of_milestone(by=None, now=now, milestone_id=board.pk) == 0
    periodic.remind_of_milestones(now)
    assert all(MilestoneKind.BOARD.label not in subject for _, subject in mails(MILESTONE))


def test_M_a_milestone_that_was_moved_is_reminded_of_anew(scene):
    periodic.remind_of_milestones(seven_on(2026, 6, 10))
    rows = Milestone.objects.filter(kind=MilestoneKind.FIRST_MEETING, record=scene.tara)
    rows.update(due_on=date(2026, 8, 1))
    for _ in range(2):
        periodic.remind_of_milestones(seven_on(2026, 7, 10))
    subjects = [subject for first, subject in mails(MILESTONE) if first == "Tara" and "First External" in subject]
    assert [subject.split("due by ")[1] for subject in subjects] == ["1 July 2026", "1 August 2026"]


# --- concerns (T8) ---


def test_T8_a_concern_that_was_not_answered_climbs_to_the_moderator_and_then_to_the_office(scene):
    found = concern(scene.tara, scene.cast.tara)
    assert periodic.escalate_concerns(seven_on(2026, 6, 17)) == 0  # the last of five working days
    assert [periodic.escalate_concerns(seven_on(2026, 6, 18)) for _ in range(2)] == [1, 0]
    found.refresh_from_db()
    assert (found.level, found.due_on) == (ConcernLevel.EXTERNAL_MODERATOR, date(2026, 6, 25))
    assert [first for first, _ in mails(ESCALATED)] == ["Mia", "Tara"]
    text = Message.objects.get(kind=ESCALATED, to=scene.cast.mia).text
    assert "left alone" not in text and "Training Co-ordinator, until 17" in text
    assert p.kinds_audited(scene.tara) == ["training.concern.raised", "training.concern.escalated"]
    assert periodic.escalate_concerns(seven_on(2026, 6, 26)) == 1
    assert periodic.escalate_concerns(seven_on(2026, 12, 1)) == 0  # nobody is above the office
    found.refresh_from_db()
    assert found.level == ConcernLevel.OFFICE
    assert queries.ladder_of(found) == [
        ("Training Co-ordinator", date(2026, 6, 17)),
        ("External Moderator", date(2026, 6, 25)),
    ]
    shown = p.client_of(scene.cast.olive).get(reverse("training:concern", args=[found.pk]))
    page = shown.content.decode()
    assert "Lay before with" in page and "External Moderator, until 25" in page
    assert shown.context["acts"].since == date(2026, 6, 26)


def test_T8_it_climbs_past_whoever_raised_it_and_past_a_level_that_nobody_holds(scene):
    found = concern(scene.tara, scene.cast.tara)
    p.end_appointment(scene.tara, AppointmentKind.EXTERNAL_MODERATOR)
    periodic.escalate_concerns(seven_on(2026, 6, 18))
    found.refresh_from_db()
    assert found.level == ConcernLevel.OFFICE


def test_T8_what_is_closed_or_has_time_stays_where_it_is(scene):
    open_one, closed = concern(scene.tara, scene.cast.tara), concern(scene.tara, scene.cast.tara, text="Another.")
    close(closed, scene.cast.cora)
    for one, now in ((closed, seven_on(2026, 7, 1)), (open_one, seven_on(2026, 6, 17))):
        assert not actions.escalate_concern(by=None, now=now, concern_id=one.pk)


def test_T8_a_patient_safety_concern_climbs_to_the_office_which_knew_of_it(scene):
    found = safety(scene.tara, scene.cast.sam)
    periodic.escalate_concerns(seven_on(2026, 6, 18))
    found.refresh_from_db()
    assert found.level == ConcernLevel.OFFICE
    assert [first for first, _ in mails(ESCALATED)] == ["Olive", "Oscar", "Sam"]


def test_N_an_interruption_that_is_over_leaves_no_reminder_of_its_months(scene):
    days = {"starts_on": date(2026, 4, 2), "ends_on": date(2026, 5, 31)}
    Interruption.objects.create(record=scene.tara, decided_at=p.NOW, decided_by=scene.cast.olive, **days)
    periodic.chase_reviews(seven_on(2026, 6, 20))
    assert all("Tara" not in subject for _, subject in mails(MISSING))
