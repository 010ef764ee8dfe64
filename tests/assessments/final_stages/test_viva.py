"""The Viva (F4): booked, moved, called off; everybody who has to be there hears once, with a calendar file."""

from datetime import date, timedelta

import pytest
from icalendar import Calendar

from assessments import access, actions
from assessments.models import StageAttempt, Viva
from assessments.queries.viva import calendar_entry, viva_of, vivas_joined_by
from assessments.states import Result, Stage
from ctts.common.ics import calendar_file
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.documents import keeping
from ctts.notifications.models import Message
from ctts.notifications.tasks import letter
from ctts.scheme.models import Scope
from tests.assessments.final_stages import world as f
from training.actions import StaleText
from training.models import Appointment, TrainingRecord

WHEN = f.at(2028, 1, 12, 14)


def book(final, by=None, record=None, **changes):
    given = {"starts_at": WHEN, "joining": "https://meet.example.org/abc", "extra_minutes": 15, **changes}
    record = record or final.tara
    return actions.book_viva(by=by or final.cast.olive, now=f.NOW, record_id=record.pk, **given)


def move(final, by=None, seen=0, **changes):
    given = {"starts_at": WHEN + timedelta(days=1), "joining": "https://meet.example.org/new", "extra_minutes": 0}
    given = {**given, **changes, "record_id": final.tara.pk, "seen": seen}
    return actions.move_viva(by=by or final.cast.oscar, now=f.NOW, **given)


def cancel(final, by=None, seen=0):
    return actions.cancel_viva(by=by or final.cast.olive, now=f.NOW, record_id=final.tara.pk, seen=seen)


def files(kind):
    """The calendar entries of the messages of a kind, by whom they go to."""
    found = {}
    for message in Message.objects.filter(kind=kind).select_related("attachment", "to"):
        calendar = Calendar.from_ical(keeping.read(message.attachment))
        found[message.to.email.split("@")[0]] = (calendar, calendar.walk("VEVENT")[0])
    return found


def test_F4_the_office_books_it_with_the_agreed_extra_time(ready):
    found = book(ready)
    attempt = StageAttempt.objects.get(record=ready.tara, stage=Stage.VIVA)
    assert (found.state, found.minutes, found.starts_at, found.sequence) == ("booked", 75, WHEN, 0)
    assert (attempt.attempt, found.booked_by, found.booked_at) == (1, ready.cast.olive, f.NOW)
    assert f.kinds_audited(ready.tara)[-2:] == ["assessments.viva.booked", "documents.document.made"]


def test_F4_trainee_and_both_moderators_hear_once_with_a_calendar_file(ready):
    found = book(ready)
    sent = files("assessments.viva_booked")
    assert set(sent) == {"tara", "mia", "max"}
    for calendar, event in sent.values():
        assert (str(calendar["method"]), str(event["status"]), event["sequence"]) == ("PUBLISH", "CONFIRMED", 0)
        assert str(event["uid"]).startswith(f"viva-{found.pk}@")
        assert event.decoded("dtstart").isoformat() == "2028-01-12T14:00:00+00:00"
        assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=75)
    assert b"Tara" not in keeping.read(Message.objects.filter(kind="assessments.viva_booked").first().attachment)


def test_F4_the_mail_carries_the_file_as_calendar(ready):
    book(ready)
    message = Message.objects.filter(kind="assessments.viva_booked", to=ready.cast.max).get()
    sent = letter(message, f.NOW)
    assert [(one.name, one.content_type) for one in sent.attachments] == [("viva.ics", "text/calendar")]
    assert "The viva of Tara Quinn (Nuclear Medicine) is booked." in sent.text
    assert "12 January 2028" in sent.text.replace("\N{NO-BREAK SPACE}", " ")


def test_F4_moving_it_corrects_the_entry_and_tells_each_once(ready):
    book(ready)
    found = move(ready)
    assert (found.starts_at, found.sequence, found.minutes) == (WHEN + timedelta(days=1), 1, 60)
    sent = files("assessments.viva_moved")
    assert {event["sequence"] for _, event in sent.values()} == {1}
    assert {str(event["uid"]) for _, event in sent.values()} == {
        str(e["uid"]) for _, e in files("assessments.viva_booked").values()
    }
    assert "assessments.viva.moved" in f.kinds_audited(ready.tara)
    with pytest.raises(StaleText):
        move(ready, seen=0)


def test_F4_calling_it_off_takes_the_entry_out_and_it_can_be_booked_anew(ready):
    book(ready)
    found = cancel(ready)
    assert (found.state, found.starts_at, found.joining, found.booked_by) == ("to_schedule", None, "", None)
    sent = files("assessments.viva_cancelled")
    assert {(str(c["method"]), str(e["status"]), e["sequence"]) for c, e in sent.values()} == {
        ("CANCEL", "CANCELLED", 1)
    }
    assert "assessments.viva.cancelled" in f.kinds_audited(ready.tara)
    again = book(ready)
    assert (again.pk, again.sequence, again.state) == (found.pk, 2, "booked")
    assert Message.objects.filter(kind="assessments.viva_booked").count() == 6


@pytest.mark.parametrize("who", ["tara", "sam", "mia", "max", "cora", "tom", "nobody"])
def test_F4_only_the_office_books_moves_and_calls_off(ready, who):
    somebody = getattr(ready.cast, who)
    with pytest.raises(NotAllowed):
        book(ready, somebody)
    book(ready)
    for act in (move, cancel):
        with pytest.raises(NotAllowed):
            act(ready, somebody)


def test_F4_nobody_of_the_office_books_their_own(ready):
    ready.tara.trainee_id = ready.cast.olive.pk
    assert "your own viva" in access.can_book_viva(ready.cast.olive, ready.tara, None, f.TODAY).reason


def test_F4_not_before_the_portfolio_is_passed_and_released(final):
    f.released(final.cast, final.tara, Stage.PRACTICAL)
    with pytest.raises(TooLate, match="Portfolio has not been passed and released"):
        book(final)
    f.agreed(final.tara, Stage.PORTFOLIO, 1, Result.PASS, f.NOW)
    with pytest.raises(TooLate, match="not been passed and released"):
        book(final)


def test_F4_not_without_both_moderators(ready):
    Appointment.objects.filter(record=ready.tara, kind="supporting_moderator").update(ends_on=date(2027, 12, 19))
    with pytest.raises(TooLate, match="Nobody is appointed as Supporting Moderator yet"):
        book(ready)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"starts_at": f.NOW - timedelta(minutes=1)}, "starts_on"),
        ({"joining": " "}, "joining"),
        ({"extra_minutes": 121}, "extra_minutes"),
        ({"extra_minutes": -1}, "extra_minutes"),
    ],
)
def test_F4_a_booking_that_cannot_be_is_refused(ready, changes, field):
    with pytest.raises(Invalid) as problem:
        book(ready, **changes)
    assert problem.value.field == field
    assert book(ready, starts_at=f.NOW)


@pytest.fixture
def both(ready):
    """Tara and Tom come to their viva, with the same two moderators."""
    for stage in (Stage.PRACTICAL, Stage.PORTFOLIO):
        f.released(ready.cast, ready.tom, stage)
    return ready


@pytest.mark.parametrize("minutes", [-59, 0, 74])
def test_F4_no_moderator_has_two_vivas_at_once(both, minutes):
    book(both)
    with pytest.raises(Invalid, match=r"the viva of Tara Quinn then: 12.January.2028, 14:00, for 75 minutes") as said:
        book(both, record=both.tom, starts_at=WHEN + timedelta(minutes=minutes), extra_minutes=0)
    assert said.value.field == "starts_time" and viva_of(both.tom) is None


@pytest.mark.parametrize("minutes", [-60, 75])
def test_F4_one_viva_after_another_is_booked(both, minutes):
    book(both)
    assert book(both, record=both.tom, starts_at=WHEN + timedelta(minutes=minutes), extra_minutes=0).state == "booked"


def test_F4_a_viva_is_not_moved_into_another(both):
    book(both, record=both.tom, starts_at=WHEN + timedelta(days=1))
    book(both)
    with pytest.raises(Invalid, match="has the viva of Tom Eriksen then"):
        move(both)
    cancelled = {"record_id": both.tom.pk, "seen": 0}
    actions.cancel_viva(by=both.cast.olive, now=f.NOW, **cancelled)
    assert move(both).starts_at == WHEN + timedelta(days=1)


def test_F4_the_page_says_beside_the_time_who_is_taken(both):
    book(both)
    page = f"/assessments/{both.tom.pk}/viva/book/"
    when = {"starts_on": "2028-01-12", "starts_time": "14:30", "extra_minutes": 0}
    answer = f.browser_of(both.cast.olive).post(page, {**when, "joining": "https://meet.example.org/t"})
    assert answer.status_code == 422
    assert "has the viva of Tara Quinn then" in str(answer.context["confirm"].form.errors["starts_time"])


def test_F4_it_is_booked_once_and_moved_only_while_it_is_booked(ready):
    for act in (move, cancel):
        with pytest.raises(TooLate, match="No viva is booked"):
            act(ready)
    book(ready)
    with pytest.raises(TooLate, match="booked already"):
        book(ready)
    cancel(ready)
    with pytest.raises(TooLate, match="Only a booked viva"):
        move(ready, seen=1)


def test_F4_once_it_has_begun_and_is_marked_it_stays(final, viva):
    attempt = viva
    # One that began and that nobody marks may be moved: perhaps it did not take place.
    assert access.can_change_viva(final.cast.olive, Viva.objects.get(), f.NOW, f.TODAY)
    f.submitted(attempt, final.cast.mia)
    with pytest.raises(TooLate, match="is with its markers"):
        move(final)
    f.submitted(attempt, final.cast.max)
    with pytest.raises(TooLate, match="Held"):
        cancel(final)
    with pytest.raises(TooLate, match="was held"):
        book(final)


def test_F6_a_further_viva_is_another_attempt(final, viva):
    first = viva
    for who in (final.cast.mia, final.cast.max):
        f.submitted(first, who, scores=[2, 2, 2, 2, 1])
    f.released_outcome(final.cast, StageAttempt.objects.get(pk=first.pk))
    assert viva_of(final.tara) is None
    second = book(final)
    assert (second.attempt.attempt, second.sequence) == (2, 0)


def test_F4_who_has_the_joining_details(ready):
    found, day = book(ready), f.TODAY
    people = {who: getattr(ready.cast, who) for who in ("tara", "mia", "max", "olive", "sam", "cora", "tom", "sue")}
    joins = {who for who, person in people.items() if found in vivas_joined_by(person, day)}
    assert joins == {"tara", "mia", "max", "olive"}


def test_F4_summer_time_is_londons():
    attempt = StageAttempt(record=TrainingRecord(scope=Scope(name="Nuclear Medicine")))
    entry = calendar_entry(Viva(pk=7, starts_at=f.at(2028, 7, 12, 13), minutes=60, attempt=attempt))
    written = calendar_file(entry, now=f.NOW).decode()
    assert "DTSTART;TZID=Europe/London:20280712T140000" in written
    assert written.count("BEGIN:VTIMEZONE") == 1
    with pytest.raises(ValueError, match="no time"):
        calendar_entry(Viva(pk=7, minutes=60))
