"""Events (T9): whom they are for, inviting, signing up, the waiting list, moving, calling off, attendance."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ctts.common.verdict import DoneAlready, Invalid, NotAllowed, TooLate
from ctts.documents import keeping
from ctts.notifications.models import Message
from ctts.scheme.models import Intake, SchemeEvent
from ctts.scheme.states import EventKind
from tests.training import events as e
from tests.training import practice as p
from training import access, actions, queries
from training.actions import StaleText
from training.models import Milestone, TrainingRecord, YearTwo
from training.states import AttendanceState

IN_LONDON = "20260701T100000"


def told(record):
    return p.told(record.trainee)


def mail(record, kind):
    """The text of the latest mail of a kind, with plain blanks."""
    return Message.objects.filter(to=record.trainee, kind=kind).latest("pk").text.replace("\N{NO-BREAK SPACE}", " ")


def calendar(record, kind):
    """The calendar file that came with the latest mail of a kind."""
    message = Message.objects.filter(to=record.trainee, kind=kind).latest("pk")
    assert message.attachment is not None
    return keeping.read(message.attachment).decode()


# --- whom it is for, and inviting ---


def test_T9_an_event_is_for_everybody_in_training_or_an_intake_a_year_a_scope(scene):
    both = {scene.tara, scene.tom}
    assert set(queries.not_invited(e.entered(scene.cast))) == both
    assert set(queries.not_invited(e.entered(scene.cast, title="A", intake=scene.tara.intake))) == both
    assert set(queries.not_invited(e.entered(scene.cast, title="B", scope=scene.tom.scope))) == {scene.tom}
    first, second = (e.entered(scene.cast, title=f"Year {year}", year=year) for year in (1, 2))
    YearTwo.objects.create(record=scene.tara, opened_at=p.NOW, opened_by=scene.cast.olive)
    assert (list(queries.not_invited(first)), list(queries.not_invited(second))) == ([scene.tom], [scene.tara])
    TrainingRecord.objects.filter(pk=scene.tara.pk).update(state="interrupted")
    assert list(queries.not_invited(second)) == []


def test_T9_the_office_invites_each_once_and_later_those_who_came_since(scene):
    event = e.entered(scene.cast, scope=scene.tara.scope)
    given = {"by": scene.cast.olive, "now": p.NOW, "event_id": event.pk}
    with pytest.raises(NotAllowed):
        actions.invite_to_event(**{**given, "by": scene.cast.cora})
    assert actions.invite_to_event(**given) == 1
    assert (told(scene.tara), told(scene.tom)) == (["training.event_invited"], [])
    assert "training.event.invited" in p.kinds_audited(scene.tara)
    assert e.LINK in Message.objects.get(to=scene.tara.trainee).text  # all invited are expected
    assert IN_LONDON in calendar(scene.tara, "training.event_invited")
    with pytest.raises(DoneAlready):
        actions.invite_to_event(**given)
    with pytest.raises(TooLate, match="has begun"):
        actions.invite_to_event(**{**given, "now": e.STARTS})


def test_T9_how_to_join_is_told_to_those_with_a_place_alone(scene):
    event = e.workshop(scene.cast)
    attendance = e.invited(scene.cast, event, scene.tara)
    asked = mail(scene.tara, "training.event_invited")
    assert e.LINK not in asked and Message.objects.get(to=scene.tara.trainee).attachment is None
    assert "Sign up by 24 June 2026" in asked
    assert not access.can_join(scene.tara.trainee, attendance)
    placed = e.sign_up(scene.tara, event)
    assert placed.state == AttendanceState.PLACED and access.can_join(scene.tara.trainee, placed)
    assert not access.can_join(scene.cast.sam, placed)
    assert e.LINK in Message.objects.get(kind="training.event_place").text
    assert "METHOD:PUBLISH" in calendar(scene.tara, "training.event_place")
    actions.call_off_event(by=scene.cast.olive, now=p.NOW, event_id=event.pk, because="Snow.")
    assert not access.can_join(scene.tara.trainee, e.place_of(event, scene.tara))


# --- signing up, the waiting list ---


def test_T9_who_comes_later_waits_and_moves_up_when_a_place_is_given_back(scene):
    event = e.workshop(scene.cast)
    attendance = e.invited(scene.cast, event, scene.tara)
    e.sign_up(scene.tara, event)
    assert e.sign_up(scene.tom, event).state == AttendanceState.QUEUED
    assert queries.is_full(event) and [one.record for one in queries.queue_of(event)] == [scene.tom]
    actions.give_back(by=scene.tara.trainee, now=p.NOW, attendance_id=attendance.pk)
    assert e.place_of(event, scene.tom).state == AttendanceState.PLACED
    assert told(scene.tom) == ["training.event_invited", "training.event_place"]
    assert "A place has become free" in Message.objects.get(kind="training.event_place", to=scene.tom.trainee).text
    wanted = ["training.event.invited", "training.event.signed_up", "training.event.given_back"]
    assert p.kinds_audited(scene.tara) == wanted
    wanted = ["training.event.invited", "training.event.queued", "training.event.moved_up"]
    assert p.kinds_audited(scene.tom) == wanted
    assert e.sign_up(scene.tara, event, p.NOW + timedelta(hours=1)).state == AttendanceState.QUEUED


def test_T9_the_same_press_twice_is_said_to_be_done(scene):
    event = e.workshop(scene.cast)
    pk = e.invited(scene.cast, event, scene.tara).pk
    e.sign_up(scene.tara, event)
    with pytest.raises(DoneAlready):
        e.sign_up(scene.tara, event)
    given = {"by": scene.tara.trainee, "now": p.NOW, "attendance_id": pk}
    actions.give_back(**given)
    with pytest.raises(DoneAlready):
        actions.give_back(**given)
    for act in (actions.sign_up, actions.give_back):
        with pytest.raises(NotAllowed):
            act(**{**given, "by": scene.cast.sam})


def test_T9_after_the_last_day_nobody_signs_up_or_gives_back(scene):
    event = e.workshop(scene.cast)
    pk = e.invited(scene.cast, event, scene.tara).pk
    late = p.at(2026, 6, 25, 9)
    for act in (actions.sign_up, actions.give_back):
        with pytest.raises(TooLate, match="The last day for this was"):
            act(by=scene.tara.trainee, now=late, attendance_id=pk)
        with pytest.raises(TooLate, match="has begun"):
            act(by=scene.tara.trainee, now=e.STARTS, attendance_id=pk)
    actions.call_off_event(by=scene.cast.olive, now=p.NOW, event_id=event.pk, because="Snow.")
    with pytest.raises(TooLate, match="called off"):
        e.sign_up(scene.tara, event)


def test_T9_nobody_signs_up_where_all_invited_are_expected_but_may_say_that_they_do_not_come(scene):
    event = e.entered(scene.cast)
    attendance = e.invited(scene.cast, event, scene.tara)
    assert access.has_place(attendance) and queries.coming_to(event) == 2
    with pytest.raises(TooLate, match="everybody invited is expected"):
        e.sign_up(scene.tara, event)
    actions.give_back(by=scene.tara.trainee, now=e.STARTS - timedelta(hours=1), attendance_id=attendance.pk)
    assert queries.coming_to(event) == 1


def test_T9_whose_training_ends_gives_back_what_is_still_to_come(scene):
    event, over = e.workshop(scene.cast), e.entered(scene.cast, title="Another day")
    e.invited(scene.cast, event, scene.tara)
    e.invited(scene.cast, over, scene.tara)
    actions.call_off_event(by=scene.cast.olive, now=p.NOW, event_id=over.pk, because="Snow.")
    e.sign_up(scene.tara, event)
    e.sign_up(scene.tom, event)
    actions.end_not_completed(by=scene.cast.olive, now=p.NOW, record_id=scene.tara.pk)
    assert e.place_of(event, scene.tara).state == AttendanceState.NOT_COMING
    assert e.place_of(event, scene.tom).state == AttendanceState.PLACED
    assert e.place_of(over, scene.tara).state == AttendanceState.INVITED


# --- moved, called off ---


def test_T9_the_invitation_says_how_many_places_there_are(scene):
    e.invited(scene.cast, e.workshop(scene.cast), scene.tara)
    assert "there is 1 place," in mail(scene.tara, "training.event_invited")


def test_T9_a_move_is_told_to_whoever_comes_and_moves_the_calendar_entry(scene):
    event = e.workshop(scene.cast)
    e.invited(scene.cast, event, scene.tara)
    e.sign_up(scene.tara, event)
    e.change(scene.cast, event, starts_at=e.STARTS + timedelta(days=1), ends_at=e.STARTS + timedelta(days=1, hours=2))
    assert told(scene.tom) == ["training.event_invited", "training.event_changed"]  # may still sign up
    first, moved = calendar(scene.tara, "training.event_place"), calendar(scene.tara, "training.event_changed")
    uid = next(line for line in first.splitlines() if line.startswith("UID"))
    assert uid in moved and "SEQUENCE:1" in first and "SEQUENCE:2" in moved and "20260702T100000" in moved
    text = mail(scene.tom, "training.event_changed")
    assert "1 July 2026" in text and "2 July 2026" in text and e.LINK not in text


def test_T9_of_another_link_only_those_with_a_place_are_told_and_of_more_places_nobody(scene):
    event = e.workshop(scene.cast)
    e.invited(scene.cast, event, scene.tara)
    e.sign_up(scene.tara, event)
    e.change(scene.cast, event, joining="https://meet.example.org/43")
    assert (told(scene.tara)[-1], told(scene.tom)) == ("training.event_changed", ["training.event_invited"])
    e.sign_up(scene.tom, event)
    e.change(scene.cast, event, places=2)
    assert e.place_of(event, scene.tom).state == AttendanceState.PLACED
    assert told(scene.tom) == ["training.event_invited", "training.event_place"]
    with pytest.raises(Invalid, match="2 have a place already") as refused:
        e.change(scene.cast, event, places=1)
    assert refused.value.field == "places"
    assert e.change(scene.cast, event, places=None).places is None


def test_T9_once_an_event_has_begun_nobody_moves_up_any_more(scene):
    event = e.workshop(scene.cast)
    e.invited(scene.cast, event, scene.tara)
    e.sign_up(scene.tara, event)
    e.sign_up(scene.tom, event)
    begun = {"starts_at": p.NOW - timedelta(hours=1), "sign_up_until_on": p.TODAY}
    e.change(scene.cast, event, **begun)
    e.change(scene.cast, event, places=2)
    assert e.place_of(event, scene.tom).state == AttendanceState.QUEUED


def test_T9_M_a_moved_induction_moves_its_milestone_while_it_is_not_reached(scene):
    event = e.entered(scene.cast, EventKind.INDUCTION, intake=scene.tara.intake)
    e.invited(scene.cast, event, scene.tara)
    Intake.objects.filter(pk=scene.tara.intake_id).update(state="closed")
    later = e.STARTS + timedelta(days=2)
    e.change(scene.cast, event, starts_at=later, ends_at=later + timedelta(hours=1))
    assert Milestone.objects.get(record=scene.tara, kind="induction").due_on == later.date()


def test_T9_an_event_that_is_called_off_is_told_with_why_and_taken_out_of_the_calendar(scene):
    event = e.workshop(scene.cast)
    attendance = e.invited(scene.cast, event, scene.tara)
    e.sign_up(scene.tara, event)
    actions.give_back(by=scene.tom.trainee, now=p.NOW, attendance_id=e.place_of(event, scene.tom).pk)
    with pytest.raises(NotAllowed):
        actions.call_off_event(by=scene.cast.sam, now=p.NOW, event_id=event.pk, because="Snow.")
    actions.call_off_event(by=scene.cast.olive, now=p.NOW, event_id=event.pk, because="Snow.")
    assert "Why: Snow." in Message.objects.get(kind="training.event_called_off").text
    assert "training.event_called_off" not in told(scene.tom)  # said before that they do not come
    gone = calendar(scene.tara, "training.event_called_off")
    assert "METHOD:CANCEL" in gone and "STATUS:CANCELLED" in gone and "SEQUENCE:2" in gone
    found = queries.events_of(scene.tara, p.NOW)
    assert (found.coming, found.past) == ([], [attendance])


# --- attendance ---


def test_T9_M_attendance_is_noted_in_one_press_ticks_the_milestone_and_is_mended(scene):
    event = e.entered(scene.cast, EventKind.INDUCTION)
    e.invited(scene.cast, event, scene.tara)
    assert [row.what for row in queries.duties_for(scene.cast.olive, e.AFTER.date())] == ["Note attendance"]
    assert queries.duties_in(scene.tara, scene.cast.olive, e.AFTER.date()) == []
    assert e.note(scene.cast, event, scene.tara) == 2
    assert queries.duties_for(scene.cast.olive, e.AFTER.date()) == []
    states = [e.place_of(event, record).state for record in (scene.tara, scene.tom)]
    assert states == [AttendanceState.ATTENDED, AttendanceState.ABSENT]
    done = [Milestone.objects.get(record=record, kind="induction").done_on for record in (scene.tara, scene.tom)]
    assert done == [e.STARTS.date(), None]
    assert p.kinds_audited(scene.tara)[-1] == "training.event.attended"
    assert p.kinds_audited(scene.tom)[-1] == "training.event.missed"
    assert queries.first_ticked(queries.people_of(event)) == [e.place_of(event, scene.tara).pk]
    assert (e.note(scene.cast, event, scene.tom), e.note(scene.cast, event, scene.tom)) == (2, 0)
    done = [Milestone.objects.get(record=record, kind="induction").done_on for record in (scene.tara, scene.tom)]
    assert done == [None, e.STARTS.date()]


def test_T9_M_a_tick_stays_while_another_event_of_the_kind_gives_it(scene):
    first = e.entered(scene.cast, EventKind.SECOND_YEAR)
    second = e.entered(scene.cast, EventKind.SECOND_YEAR, title="Once more")
    for event in (first, second):
        e.invited(scene.cast, event, scene.tara)
        e.note(scene.cast, event, scene.tara)
    e.note(scene.cast, second)
    assert Milestone.objects.get(record=scene.tara, kind="workshop").done_on == e.STARTS.date()
    e.note(scene.cast, first)
    assert Milestone.objects.get(record=scene.tara, kind="workshop").done_on is None


def test_T9_who_was_not_expected_is_absent_from_nothing_but_may_have_been_there(scene):
    event = e.workshop(scene.cast)
    e.invited(scene.cast, event, scene.tara)
    e.sign_up(scene.tara, event)
    assert queries.first_ticked(queries.people_of(event)) == [e.place_of(event, scene.tara).pk]
    assert e.note(scene.cast, event) == 1
    assert e.place_of(event, scene.tom).state == AttendanceState.INVITED
    assert e.note(scene.cast, event, scene.tom) == 1
    assert e.place_of(event, scene.tom).state == AttendanceState.ATTENDED


def test_T9_a_day_for_which_all_have_signed_up_waits_for_attendance_too(scene):
    event = e.workshop(scene.cast, places=2)
    e.invited(scene.cast, event, scene.tara)
    for record in (scene.tara, scene.tom):
        e.sign_up(record, event)
    assert [row.what for row in queries.duties_for(scene.cast.olive, e.AFTER.date())] == ["Note attendance"]


def test_T9_attendance_is_the_offices_after_the_beginning_and_as_it_was_seen(scene):
    event = e.entered(scene.cast)
    e.invited(scene.cast, event, scene.tara)
    with pytest.raises(TooLate, match="once the event has begun"):
        e.note(scene.cast, event, now=p.NOW)
    with pytest.raises(NotAllowed):
        e.note(scene.cast, event, by=scene.cast.cora)
    with pytest.raises(StaleText):
        e.note(scene.cast, event, seen="0" * 64)
    actions.call_off_event(by=scene.cast.olive, now=p.NOW, event_id=event.pk, because="Snow.")
    with pytest.raises(TooLate, match="called off"):
        e.note(scene.cast, event)


# --- what waits for whom ---


def asked_of_tara(scene, today=p.TODAY):
    rows = queries.duties_for(scene.tara.trainee, today)
    return [row for row in rows if row.what == "Sign up, or say that you do not come"]


def test_T9_N_an_invitation_waits_until_it_is_answered_or_over(scene):
    event = e.workshop(scene.cast)
    pk = e.invited(scene.cast, event, scene.tara).pk
    [row] = asked_of_tara(scene)
    assert (row.about, row.due) == ("Imaging day", e.UNTIL)
    assert asked_of_tara(scene, e.UNTIL + timedelta(days=1)) == []
    SchemeEvent.objects.filter(pk=event.pk).update(starts_at=p.NOW - timedelta(days=1))
    assert asked_of_tara(scene) == []
    SchemeEvent.objects.filter(pk=event.pk).update(starts_at=e.STARTS)
    actions.give_back(by=scene.tara.trainee, now=p.NOW, attendance_id=pk)
    assert asked_of_tara(scene) == []
