"""What was said about an adjustment stays in the vault; whoever must act sees what is agreed, with effects (A5, E6)."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse

from applications import actions as applications
from ctts.organisations import actions as organisations
from ctts.organisations.access import forget_held
from ctts.organisations.states import Role
from tests.applications.adjusting import agree
from tests.training.pages import address, words
from tests.training.world import NOW, browser_of
from tests.worlds import built_once
from training import actions, queries
from training.models import Dops
from training.states import AppointmentKind

SAID = {
    "reason": "A tremor since childhood",
    "question": "Does the tremor hinder typing?",
    "answer": "Only on cold mornings",
    "refusal": "A scribe writes no observation",
}
EFFECTS = {"extra_time_percent": 25, "rest_breaks": True, "arrangement": "Large print"}
AROUND = ("sam", "sid", "cora", "mia", "olive", "trina", "tom", "ann")
ELSEWHERE = ("home:dashboard", "home:audit", "home:scheme", "training:trainees", "training:office", "home:mail")


@built_once
def told(world):
    """Tara has told why, was asked and answered; a quarter more time is agreed, a scribe is not. Mia examines."""
    cast = world.cast
    given = {"record_id": world.tara.pk, "person": cast.mia, "kind": AppointmentKind.EXTERNAL_MODERATOR}
    actions.add_appointment(by=cast.olive, now=NOW, **given)
    asked = ask(cast)
    common = {"now": NOW, "request_id": asked.pk}
    made = applications.ask_about_adjustment(by=cast.ada, **common, key=uuid4(), question=SAID["question"])
    answer = {"question_id": made.pk, "answer": SAID["answer"]}
    applications.answer_about_adjustment(by=cast.tara, **common, **answer)
    applications.read_adjustment(by=cast.ada, **common)
    agree(cast.ada, asked, "A quarter more time", NOW, **EFFECTS)
    other = {"request_id": ask(cast).pk, "seen": 0, "reason": SAID["refusal"]}
    applications.decline_adjustment(by=cast.ada, now=NOW, **other)
    return asked


def ask(cast):
    return applications.ask_for_adjustment(by=cast.tara, now=NOW, key=uuid4(), reason=SAID["reason"])


def tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("select tablename from pg_tables where schemaname = 'public'")
        return [name for (name,) in cursor.fetchall()]


@pytest.mark.parametrize("what", SAID)
def test_A5_no_word_of_it_stands_open_in_any_table(told, what):
    """Mails, audit, history, exports and the contract's views are made of nothing but these tables."""
    open_in = []
    with connection.cursor() as cursor:
        for table in tables():
            shapes = [f"%{SAID[what]}%", f"%{SAID[what].encode().hex()}%"]
            cursor.execute(f'select count(*) from "{table}" x where x::text like any(%s)', [shapes])
            open_in += [table] if cursor.fetchone()[0] else []
    assert "applications_adjustmentrequest" in tables() and open_in == []


@pytest.mark.parametrize("first", AROUND)
def test_A5_nobody_around_a_trainee_reads_it_on_any_page(world, told, first):
    browser = browser_of(getattr(world.cast, first))
    application = world.tara.application_id
    pages = [tab.url for tab in queries.record_tabs(world.tara, "")]
    pages += [reverse(name) for name in (*ELSEWHERE, "applications:adjustments", "applications:own_adjustments")]
    pages += [reverse(f"applications:{name}", args=[application]) for name in ("read", "review", "history")]
    case = reverse("applications:adjustment", args=[told.pk])
    for page in pages:
        shown = words(browser.get(page, follow=True))
        assert [said for said in SAID.values() if said in shown] == [], page
    assert (browser.get(case).status_code, browser.post(case).status_code) == (404, 404)


def test_A5_whoever_acts_sees_what_is_agreed_with_its_effects(world, told):
    for first in ("sam", "mia", "tara"):
        shown = words(browser_of(getattr(world.cast, first)).get(address("record", world.tara.pk)))
        assert "A quarter more time" in shown, first
        assert all(effect in shown for effect in ("25% more time", "Rest breaks", "Large print")), first
    for first in ("tom", "sue"):
        assert browser_of(getattr(world.cast, first)).get(address("record", world.tara.pk)).status_code == 404


def test_A5_whoever_assesses_a_dops_sees_it_where_they_begin(world, told):
    sam = browser_of(world.cast.sam)
    actions.start_dops(by=world.cast.sam, now=NOW, record_id=world.tara.pk, key=uuid4())
    dops = Dops.objects.get()
    for page in (address("dops", dops.pk), address("dops_step", dops.pk, 1)):
        assert "Large print" in words(sam.get(page))
    assert "Large print" not in words(browser_of(world.cast.tara).get(address("dops", dops.pk)))


def test_E6_a_trainee_reaches_their_adjustments_from_their_training(world):
    tara = browser_of(world.cast.tara)
    assert reverse("applications:own_adjustments") in words(tara.get(address("mine")))
    assert "None is agreed." in words(tara.get(address("mine")))
    assert reverse("applications:own_adjustments") not in words(
        browser_of(world.cast.sam).get(address("record", world.tara.pk))
    )


def test_A5_a_reader_who_is_of_the_office_too_reads_by_a_noted_reading_only(world, told):
    organisations.grant(by=None, now=NOW, person=world.cast.olive, role=Role.ADJUSTMENTS)
    forget_held(world.cast.olive)
    olive, case = browser_of(world.cast.olive), reverse("applications:adjustment", args=[told.pk])
    assert SAID["reason"] not in words(olive.get(case))
    assert SAID["reason"] in words(olive.post(case))
    assert "Olive Ong" in words(browser_of(world.cast.tara).get(case))
