"""Before an application, and beside it: the dates of intakes, how to begin one, and who is not told to (A1, I2)."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from applications import queries as application_queries
from applications.actions import start_application
from ctts.accounts.models import User
from ctts.common import clock
from ctts.common.clock import london_date
from ctts.home import queries
from ctts.scheme import actions as scheme
from ctts.scheme.models import SchemeEvent
from ctts.scheme.states import EventKind
from tests.accounts.people import make_person
from tests.cast import at, make_cast
from tests.make import open_intake
from tests.office import browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


def page(name, *args):
    return reverse(f"home:{name}", args=args)


def test_A1_nobody_is_offered_to_begin_an_application_while_no_intake_is_open(cast):
    newcomer, today = make_person("zoe@example.org", "Zoe Adams"), london_date(clock.now())
    told = queries.when_nothing_waits(newcomer, today)
    assert "No intake is open today. The dates of the next one are not entered yet." in told.words
    assert told.url == reverse("applications:eligibility")
    scheme.prefill_intakes(by=None, now=clock.now())
    told = queries.when_nothing_waits(newcomer, today)
    assert "are not open yet; they open" in told.words and "Begin" not in told.words + told.action
    assert "not open yet; they open" in browser_of(newcomer).get(reverse("applications:mine")).text


def test_A1_the_first_page_after_the_check_says_that_its_answers_are_kept_and_leads_on(cast):
    newcomer, today = make_person("zoe@example.org", "Zoe Adams"), london_date(clock.now())
    assert "are kept in this browser" in queries.when_nothing_waits(newcomer, today, checked=True).words
    open_intake(2027, 4)
    zoe = browser_of(newcomer)
    session = zoe.session
    session[application_queries.CHECK] = "employed=yes"
    session.save()
    told = zoe.get(page("dashboard")).context["nothing"]
    assert "Your answers of the eligibility check are kept" in told.words
    assert (told.url, told.action) == (reverse("applications:mine"), "Go on to the application")


def test_A2_whoever_has_a_part_and_no_application_is_not_told_to_apply(cast):
    today = london_date(clock.now())
    told = queries.when_nothing_waits(cast.sam, today)
    assert "name you as Training Supervisor" in told.words and told.url == reverse("applications:to_support")
    for first in ("trina", "mia"):
        told = queries.when_nothing_waits(getattr(cast, first), today)
        assert told.words.startswith("What needs you in your part") and told.url == "", first
        labels = [area.label for area in queries.areas_of(getattr(cast, first), today, "/")]
        assert "My application" not in labels, first


def test_A1_a_trainer_who_applies_finds_their_application(cast):
    today = london_date(clock.now())
    open_intake(2027, 4)
    assert not any(area.label == "My application" for area in queries.areas_of(cast.trina, today, "/"))
    start_application(by=cast.trina, now=clock.now())
    trina = User.objects.get(pk=cast.trina.pk)
    assert any(area.label == "My application" for area in queries.areas_of(trina, today, "/"))
    newcomer = browser_of(make_person("zoe@example.org", "Zoe Adams"))
    assert "My application" in newcomer.get(page("dashboard")).text


def test_I2_the_front_page_says_what_falls_when_for_every_intake(client, cast):
    april = open_intake(2027, 4)
    scheme.prefill_intakes(by=None, now=clock.now())
    body = " ".join(strip_tags(client.get(reverse("home:front")).text).split())
    assert body.count("Induction Day") == body.count("Cut-off") == body.count("Training starts") == 3
    assert "Online, in May 2027; the day is told once it is settled" in body
    given = {"kind": EventKind.INDUCTION, "title": "Induction Day", "intake": april}
    SchemeEvent.objects.create(**given, starts_at=at(2027, 5, 17, 9), ends_at=at(2027, 5, 17, 12))
    assert queries.front_page(april.cutoff_on).inductions == {april.pk: date(2027, 5, 17)}
    assert "17 May 2027" in client.get(reverse("home:front")).text.replace("\xa0", " ")
