"""How days, instants, money, shares and sizes are written: UK format, 24 hours, London time."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from ctts.common.clock import LONDON

# not the locale's: every page, letter and export reads the same
MONTHS = ["January", "February", "March", "April", "May", "June", "July"]
MONTHS += ["August", "September", "October", "November", "December"]
SPACE = "\N{NO-BREAK SPACE}"


def _london(value: date | datetime) -> date:
    if isinstance(value, datetime):
        return value.astimezone(LONDON)
    return value


def day(value: date | datetime | None) -> str:
    """ "2 May 2026" for a date, or for the London day of an aware instant; empty for nothing."""
    if not value:
        return ""
    on = _london(value)
    return f"{on.day}{SPACE}{MONTHS[on.month - 1]}{SPACE}{on.year}"


def short_day(value: date | datetime | None) -> str:
    """ "2 May": for lists in which the year is plain from the place."""
    if not value:
        return ""
    on = _london(value)
    return f"{on.day}{SPACE}{MONTHS[on.month - 1][:3] if len(MONTHS[on.month - 1]) > 4 else MONTHS[on.month - 1]}"


def month(value: date | None) -> str:
    """ "May 2026"."""
    return f"{MONTHS[value.month - 1]}{SPACE}{value.year}" if value else ""


def clock(value: datetime | None) -> str:
    """ "14:32", London time, of an aware instant."""
    return value.astimezone(LONDON).strftime("%H:%M") if value else ""


def instant(value: datetime | None) -> str:
    """ "2 May 2026, 14:32", London time, of an aware instant."""
    return f"{day(value)}, {clock(value)}" if value else ""


def zoned(value: datetime | None) -> str:
    """ "2 May 2026, 14:32 BST": with the zone's name, where a signature or a letter must stand by itself."""
    return f"{instant(value)}{SPACE}{value.astimezone(LONDON).strftime('%Z')}" if value else ""


def money(pence: int | None) -> str:
    """ "£1,234.50" for integer pence, with a minus before the pound sign; empty for nothing.

    Raises TypeError for anything but a whole number: money is never a float.
    """
    if pence is None:
        return ""
    if not isinstance(pence, int) or isinstance(pence, bool):
        raise TypeError("Money is a whole number of pence.")
    pounds, rest = divmod(abs(pence), 100)
    return f"{'-' if pence < 0 else ''}£{pounds:,}.{rest:02d}"


def percent(value: Fraction | Decimal | int | None, places: int = 1) -> str:
    """An exact share in per cent, rounded half up for display only: 73.75 becomes "73.8 %"; empty for nothing.

    Raises TypeError for a float: marks are exact (scheme rule F2).
    """
    if value is None:
        return ""
    if isinstance(value, float):
        raise TypeError("A share is an exact fraction, not a float.")
    exact = Fraction(value)
    step = Decimal(1).scaleb(-int(places))
    shown = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(step, rounding=ROUND_HALF_UP)
    return f"{shown}{SPACE}%"


def size(octets: int | None) -> str:
    """ "212 kB", "1.4 MB": a file's size in decimal units; empty for nothing."""
    if octets is None:
        return ""
    if octets < 1000:
        return f"{octets}{SPACE}bytes"
    if octets < 999_500:
        return f"{round(octets / 1000)}{SPACE}kB"
    return f"{octets / 1_000_000:.1f}{SPACE}MB"


def written_words(observed_on: date | None, written_at: datetime | None) -> str:
    """ "Observed 2 May 2026, written 9 May 2026 (7 days later)" (screens 26); empty until something was observed."""
    if not observed_on:
        return ""
    if not written_at:
        return f"Observed {day(observed_on)}"
    days = (written_at.astimezone(LONDON).date() - observed_on).days
    later = "the same day" if days == 0 else f"{days} {'day' if days == 1 else 'days'} later"
    return f"Observed {day(observed_on)}, written {day(written_at)} ({later})"


def days_between(first: date | None, second: date | None) -> str:
    """ "same day", "1 day", "7 days": from the first day to the second; empty when either is missing."""
    if not first or not second:
        return ""
    days = (second - first).days
    return "same day" if days == 0 else f"{days}{SPACE}day{'' if abs(days) == 1 else 's'}"


KINDS = {
    "application/pdf": "PDF",
    "image/jpeg": "JPEG image",
    "image/png": "PNG image",
    "image/webp": "WebP image",
    "image/heic": "HEIC image",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel spreadsheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PowerPoint presentation",
    "application/zip": "ZIP archive",
    "text/csv": "CSV table",
    "text/calendar": "calendar file",
}
ICONS = {
    "application/pdf": "file-earmark-pdf",
    "text/csv": "file-earmark-spreadsheet",
    "text/calendar": "calendar-event",
}


def kind(media_type: str) -> str:
    """The name of a media type as people say it: "PDF", "Word document"; "file" for an unknown one."""
    return KINDS.get(media_type, "file")


def kind_icon(media_type: str) -> str:
    """The icon of a media type."""
    if media_type in ICONS:
        return ICONS[media_type]
    if media_type.startswith("image/"):
        return "file-earmark-image"
    for word, name in (("wordprocessing", "word"), ("spreadsheet", "spreadsheet"), ("presentation", "slides")):
        if word in media_type:
            return f"file-earmark-{name}"
    return "file-earmark"
