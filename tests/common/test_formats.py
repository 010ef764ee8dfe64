"""How days, instants, money and shares are written."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from ctts.common.templatetags import formats

SUMMER = datetime(2026, 3, 31, 23, 30, tzinfo=UTC)  # half past midnight on 1 April in London


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("form", "value", "written"),
    [
        (formats.day, date(2026, 5, 2), "2 May 2026"),
        (formats.day, SUMMER, "1 April 2026"),
        (formats.day, None, ""),
        (formats.short_day, date(2026, 9, 14), "14 Sep"),
        (formats.short_day, date(2026, 6, 14), "14 June"),
        (formats.short_day, None, ""),
        (formats.month, date(2026, 5, 2), "May 2026"),
        (formats.month, None, ""),
        (formats.clock, SUMMER, "00:30"),
        (formats.clock, None, ""),
        (formats.instant, SUMMER, "1 April 2026, 00:30"),
        (formats.instant, None, ""),
        (formats.zoned, SUMMER, "1 April 2026, 00:30 BST"),
        (formats.zoned, datetime(2026, 12, 1, 9, 5, tzinfo=UTC), "1 December 2026, 09:05 GMT"),
        (formats.zoned, None, ""),
        (formats.money, 123_450, "£1,234.50"),
        (formats.money, -5, "-£0.05"),
        (formats.money, 0, "£0.00"),
        (formats.money, None, ""),
        (formats.size, 999, "999 bytes"),
        (formats.size, 212_400, "212 kB"),
        (formats.size, 999_600, "1.0 MB"),
        (formats.size, None, ""),
        (formats.kind, "application/pdf", "PDF"),
        (formats.kind, "application/x-unknown", "file"),
        (formats.kind_icon, "image/webp", "file-earmark-image"),
        (formats.kind_icon, "application/x-unknown", "file-earmark"),
        (
            formats.kind_icon,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "file-earmark-spreadsheet",
        ),
    ],
)
def test_written_form(form, value, written):
    assert plain(form(value)) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Fraction(295, 4), "73.8 %"),
        (Fraction(1, 20), "0.1 %"),
        (Decimal("77.5"), "77.5 %"),
        (100, "100.0 %"),
        (None, ""),
    ],
)
def test_F2_share_is_rounded_half_up_at_display_only(value, written):
    assert plain(formats.percent(value)) == written


@pytest.mark.parametrize(("form", "value"), [(formats.money, 1.5), (formats.money, True), (formats.percent, 0.5)])
def test_floats_are_refused(form, value):
    with pytest.raises(TypeError):
        form(value)


@pytest.mark.parametrize(
    ("first", "second", "written"),
    [
        (date(2026, 5, 2), date(2026, 5, 9), "7 days"),
        (date(2026, 5, 2), date(2026, 5, 3), "1 day"),
        (date(2026, 5, 2), date(2026, 5, 2), "same day"),
        (None, date(2026, 5, 2), ""),
    ],
)
def test_days_between(first, second, written):
    assert plain(formats.days_between(first, second)) == written
