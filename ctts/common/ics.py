"""A dated event as a calendar file (RFC 5545): moves and cancellations find the entry again by its stable name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from icalendar import Calendar, Event, Timezone

from ctts.common.months import LONDON

# The present rule of British summer time, as calendar programs write it.
IN_LONDON = """BEGIN:VTIMEZONE
TZID:Europe/London
BEGIN:DAYLIGHT
DTSTART:19700329T010000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:BST
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19701025T020000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:GMT
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
END:STANDARD
END:VTIMEZONE
"""


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One event. `name` is stable for its life ("viva-12"); `sequence` grows with each change of it.

    What is not `certain` yet, such as a place on a waiting list, is tentative.
    """

    name: str
    sequence: int
    title: str
    starts_at: datetime
    minutes: int
    joining: str = ""
    words: str = ""
    cancelled: bool = False
    certain: bool = True


def calendar_file(*entries: CalendarEntry, now: datetime) -> bytes:
    """Events as the content of an .ics file, in London wall-clock time with its time zone.

    Names nobody but the reader needs to know: no organiser, no list of who attends. One file calls events off or tells
    of them, never both.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Clinical Technologist Training Scheme//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if all(entry.cancelled for entry in entries) else "PUBLISH")
    calendar.add_component(Timezone.from_ical(IN_LONDON))
    for entry in entries:
        calendar.add_component(_event(entry, now))
    written: bytes = calendar.to_ical()
    return written


def _event(entry: CalendarEntry, now: datetime) -> Event:
    event = Event()
    starts_at = entry.starts_at.astimezone(LONDON)
    event.add("uid", f"{entry.name}@{settings.MAIL_DOMAIN}")
    event.add("sequence", entry.sequence)
    event.add("dtstamp", now)
    event.add("dtstart", starts_at)
    event.add("dtend", (entry.starts_at + timedelta(minutes=entry.minutes)).astimezone(LONDON))
    event.add("summary", entry.title)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED" if entry.certain else "TENTATIVE")
    link = entry.joining if entry.joining.startswith(("https://", "http://")) else ""  # a room is no URI
    for name, value in (("location", entry.joining), ("url", link), ("description", entry.words)):
        if value:
            event.add(name, value)
    return event
