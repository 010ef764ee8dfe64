"""Every page of the Final Assessment asks the database as often with three rows as with one."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from assessments import actions
from tests.assessments.final_stages import world as w
from tests.worlds import built_once


def observed(final, rows):
    """So many DOPS in the log, and the External Moderator's."""
    for number in range(rows):
        w.observed(final.tara, final.cast.sam, [3] * 10, date(2027, 6, 1 + number))
    w.final_dops(final.tara, final.cast.mia)
    return dict.fromkeys(["assessments:final", "assessments:practical", "assessments:viva"], final.tara.pk)


def read(final, rows):
    """A sealed portfolio that was opened so often, with so many chapters."""
    found = w.sealed_portfolio(final.tara, final.cast.sam)
    for number in range(rows):
        actions.note_reading(by=final.cast.mia, now=w.at(2027, 12, 21, 8 + number), portfolio=found)
    return {"assessments:portfolio": final.tara.pk, "assessments:portfolio_readings": found.pk}


def begun(final, rows):
    """So many attempts that Mia marks: of Tara, and then of Tom as well."""
    found = w.to_mark(final)
    if rows > 1:
        w.to_mark(final, final.tom)
    actions.start_sheet(by=final.cast.mia, now=w.NOW, attempt_id=found.pk)
    return dict.fromkeys(["assessments:sheet", "assessments:sheet_sign"], found.pk)


# Address → what it shows, who opens it, and how many statements that costs.
PAGES = {
    "assessments:final": (observed, "tara", 11),
    "assessments:practical": (observed, "mia", 21),
    "assessments:viva": (observed, "tara", 11),
    "assessments:portfolio": (read, "tara", 14),
    "assessments:portfolio_readings": (read, "tara", 8),
    "assessments:my_marking": (begun, "mia", 12),
    "assessments:sheet": (begun, "mia", 14),
    "assessments:sheet_sign": (begun, "mia", 15),
}


@built_once
def made(final, make, rows):
    """So many rows of everything that a page lists."""
    return make(final, rows)


@pytest.mark.parametrize(("name", "make", "who", "count"), [(name, *page) for name, page in PAGES.items()])
@pytest.mark.parametrize("rows", [1, 3])
def test_a_page_asks_as_often_with_three_rows_as_with_one(final, made, django_assert_num_queries, name, who, count):
    client = w.browser_of(getattr(final.cast, who))
    url = reverse(name, args=[made[name]] if name in made else [])
    client.get(url)
    with django_assert_num_queries(count):
        assert client.get(url).status_code == 200
