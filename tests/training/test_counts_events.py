"""Every page of events and of the CPD log asks the database as often with three rows as with one (T9, T10)."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.urls import reverse

from ctts.scheme import actions as scheme
from ctts.scheme.models import SchemeEvent
from tests.training import events as e
from tests.training.test_counts_a import warm
from tests.training.world import NOW, enrol_too
from tests.worlds import built_once
from training import actions, queries
from training.states import CpdKind


def activity(world, number):
    """An activity in tara's CPD log."""
    words = {"title": f"Paper {number}", "activity": "Read it.", "reflection": "Of use."}
    given = {"kind": CpdKind.OWN_STUDY, "done_on": date(2026, 5, 1 + number), "minutes": 60, **words}
    entry = actions.write_cpd(by=world.cast.tara, now=NOW, record_id=world.tara.pk, key=uuid4(), values=given)
    seen = {"seen": queries.cpd_version(entry), "declared": True}
    return actions.enter_cpd(by=world.cast.tara, now=NOW, entry_id=entry.pk, **seen)


@built_once
def made(world, rows):
    """So many trainees who are invited, events, kinds and activities."""
    if rows == 3:
        enrol_too(world, world.cast.ann, world.cast.abe)
    scope = world.tara.scope if rows == 1 else None
    for number in range(rows):
        event = e.workshop(world.cast, title=f"Day {number}", scope=scope, places=1)
        scheme.add_event_kind(by=world.cast.olive, now=NOW, name=f"Kind {number}")
        activity(world, number)
    uninvited = e.workshop(world.cast, title="Not yet", scope=scope)
    attendance = e.invited(world.cast, event, world.tara)
    over = e.entered(world.cast, title="Over", scope=scope)
    e.invited(world.cast, over, world.tara)
    times = {"starts_at": NOW - timedelta(days=2), "ends_at": NOW - timedelta(days=1)}
    SchemeEvent.objects.filter(pk=over.pk).update(**times)
    for person in queries.people_of(event):
        e.sign_up(person.record, event)
    paper = actions.ask_cpd_paper(by=world.cast.tara, now=NOW, record_id=world.tara.pk)
    actions.keep_cpd_paper(by=None, now=NOW, paper_id=paper.pk, pdf=b"%PDF-1.7", pages=1, version="of before")
    draft = actions.reopen_cpd(by=world.cast.tara, now=NOW, entry_id=activity(world, 9).pk)
    return SimpleNamespace(
        record=world.tara.pk,
        event=event.pk,
        over=over.pk,
        uninvited=uninvited.pk,
        attendance=attendance.pk,
        draft=draft.pk,
    )


def of(name):
    return lambda s: [getattr(s, name)]


# Address → who opens it, its placeholders, and how many statements that costs.
PAGES = {
    "training:office_events": ("olive", lambda s: [], 7),
    "training:event_kinds": ("olive", lambda s: [], 6),
    "training:office_event": ("olive", of("event"), 10),
    "training:event_people": ("olive", lambda s: [s.event, "csv"], 6),
    "training:event_change": ("olive", of("event"), 6),
    "training:event_invite": ("olive", of("uninvited"), 7),
    "training:event_call_off": ("olive", of("event"), 7),
    "training:event_attendance": ("olive", of("over"), 9),
    "training:events": ("tara", of("record"), 7),
    "training:event": ("tara", of("attendance"), 9),
    "training:cpd": ("tara", of("record"), 12),
    "training:cpd_paper": ("tara", of("record"), 8),
    "training:cpd_export": ("tara", lambda s: [s.record, "csv"], 6),
    "training:cpd_enter": ("tara", of("draft"), 8),
}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("rows", [1, 3], scope="module")
def test_T9_T10_a_page_costs_the_same_with_one_row_and_with_three(made, world, name, rows, django_assert_num_queries):
    who, args, expected = PAGES[name]
    browser, url = warm(world, who), reverse(name, args=args(made))
    with django_assert_num_queries(expected):
        assert browser.get(url).status_code == 200
