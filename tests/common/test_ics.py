"""A viva in everybody's calendar (RFC 5545): the same entry through every move, in London's time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from icalendar import Calendar

from ctts.common.ics import CalendarEntry, calendar_file

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
WINTER = datetime(2027, 3, 27, 23, 45, tzinfo=UTC)  # the clocks go forward an hour and a quarter later
SUMMER = datetime(2027, 6, 1, 9, tzinfo=UTC)


def read(**given):
    """The calendar and its one event, as a calendar program reads them."""
    viva = {"name": "viva-12", "sequence": 0, "title": "Viva", "starts_at": SUMMER, "minutes": 60}
    entry = CalendarEntry(**(viva | given))
    calendar = Calendar.from_ical(calendar_file(entry, now=NOW))
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def test_it_starts_and_ends_in_londons_time_with_the_zone_beside_it():
    calendar, event = read()
    assert (event["dtstart"].dt, event["dtend"].dt) == (SUMMER, SUMMER.replace(hour=10))
    assert event["dtstart"].dt.hour == 10 and event["dtstart"].params["TZID"] == "Europe/London"
    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/London"]


def test_an_hour_and_a_half_over_the_clock_change_is_an_hour_and_a_half():
    _, event = read(starts_at=WINTER, minutes=90)
    ends = event["dtend"].dt
    assert (ends - WINTER).total_seconds() == 90 * 60
    assert (ends.day, ends.hour, ends.minute) == (28, 2, 15)  # the wall clock skipped one o'clock


def test_a_move_and_a_cancellation_find_the_entry_again():
    (_, first), (_, moved), (calendar, gone) = read(), read(sequence=1), read(sequence=2, cancelled=True)
    assert first["uid"] == moved["uid"] == gone["uid"]
    assert [one["sequence"] for one in (first, moved, gone)] == [0, 1, 2]
    assert (str(gone["status"]), str(calendar["method"])) == ("CANCELLED", "CANCEL")
    assert str(first["status"]) == "CONFIRMED"


@pytest.mark.parametrize(
    ("joining", "link"),
    [("https://meet.example/viva", "https://meet.example/viva"), ("Room 4, Northfield", None), ("", None)],
)
def test_only_an_address_is_called_one(joining, link):
    _, event = read(joining=joining)
    assert event.get("url") == link
    assert str(event.get("location", "")) == joining


def test_it_names_nobody_and_keeps_commas_and_lines():
    _, event = read(words="Bring: portfolio, letter;\nand a pen")
    assert str(event["description"]) == "Bring: portfolio, letter;\nand a pen"
    assert "attendee" not in event and "organizer" not in event
