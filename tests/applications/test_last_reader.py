"""The last named reader of adjustments, and a scheme in which nobody reads them (A5, N)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from applications import actions, queries
from ctts.common import clock
from ctts.common.verdict import TooLate
from ctts.notifications.models import Message
from ctts.organisations import actions as organisations
from ctts.organisations import leaving
from ctts.organisations.models import Affiliation
from ctts.organisations.states import Role
from tests.applications import world
from tests.applications.adjusting import agree, asked_of
from tests.applications.world import NOW
from tests.cast import Cast

TODAY = NOW.date()
WANTED = "Name a reader of adjustments"


@pytest.fixture
def asked(cast):
    """Ann, who applies, asks for an adjustment; Ada alone reads it."""
    world.start(cast)
    return actions.ask_for_adjustment(by=cast.ann, now=NOW, key=uuid4(), reason="Dyslexia since school")


def role_of(person) -> Affiliation:
    return person.affiliations.get(role=Role.ADJUSTMENTS)


def name(person, **days) -> Affiliation:
    return organisations.grant(by=None, now=NOW, person=person, role=Role.ADJUSTMENTS, **days)


def end_role(cast: Cast, who: str, ends_on=TODAY):
    person = getattr(cast, who)
    return organisations.end_role(by=cast.olive, now=NOW, affiliation_id=role_of(person).pk, ends_on=ends_on)


def end_access(cast: Cast, who: str):
    return organisations.end_access(by=cast.olive, now=NOW, person=getattr(cast, who), reason="Left the scheme.")


def wanted(cast: Cast, on=TODAY) -> list[str]:
    return [row.what for row in queries.duties_for(cast.olive, on) if row.what == WANTED]


def told(person) -> int:
    return Message.objects.filter(to=person, kind="applications.adjustment_asked").count()


def test_A5_the_last_reader_stays_while_a_request_waits(cast, asked):
    with pytest.raises(TooLate, match="A request for a reasonable adjustment waits for a named reader, and from"):
        end_role(cast, "ada")
    with pytest.raises(TooLate, match="Give somebody else the role of an adjustments reader first"):
        end_access(cast, "ada")
    asked_of(cast.tara, NOW)  # Tara neither applies nor trains here: hers waits for nobody
    asked_of(cast.ann, NOW)
    with pytest.raises(TooLate, match="2 requests for adjustments wait"):
        end_role(cast, "ada", TODAY + timedelta(days=30))
    name(cast.mia)
    assert end_role(cast, "ada").ends_on == TODAY
    with pytest.raises(TooLate, match="for a named reader"):
        end_access(cast, "mia")


def test_A5_the_page_then_speaks_of_no_change_and_gives_back_the_day(cast, asked, browser_of):
    address = reverse("organisations:end_role", args=[role_of(cast.ada).pk])
    answer = browser_of("olive").post(address, {"ends_on": TODAY.isoformat(), "seen": ""})
    said = answer.content.decode()
    assert answer.status_code == 409 and "A request for a reasonable adjustment waits" in said
    assert "Not possible now" in said and "Something changed before you" not in said
    assert "<dt>Last day</dt>" in said and TODAY.isoformat() in said


def test_A5_a_reader_of_whom_the_case_is_does_not_count_and_nobody_keeps_what_is_decided(cast, asked):
    name(cast.ann)
    with pytest.raises(TooLate, match="nobody would be left who may read it"):
        end_role(cast, "ada")
    assert end_role(cast, "ann").ends_on == TODAY  # her own case waits for Ada
    agree(cast.ada, asked, "A quarter more time", NOW)
    assert not end_access(cast, "ada").is_active


def test_A5_a_reader_with_a_last_day_of_their_own_does_not_stand_for_the_time_after(cast, asked):
    held = name(cast.mia, ends_on=TODAY + timedelta(days=30))
    with pytest.raises(TooLate, match=f"from {(held.ends_on + timedelta(days=1)).day} .* on nobody would be left"):
        end_role(cast, "ada")
    assert end_role(cast, "mia").ends_on == TODAY


def test_A5_before_it_ends_it_is_said_how_much_waits_and_never_for_whom(cast, asked):
    [left] = leaving.left_behind(cast.ada, TODAY)
    assert left.words.startswith("A request for a reasonable adjustment waits for the named readers")
    asked_of(cast.ann, NOW)
    [left] = leaving.left_behind(cast.ada, TODAY)
    assert left.words.startswith("2 requests for adjustments wait") and "Ann" not in left.words
    assert leaving.left_behind(cast.mia, TODAY) == []


def test_A5_a_reader_who_never_came_is_nobody_who_could_read(cast, asked):
    EmailAddress.objects.filter(user=cast.mia).update(verified=False)
    name(cast.mia)
    assert told(cast.mia) == 0
    with pytest.raises(TooLate, match="A request for a reasonable adjustment waits"):
        end_role(cast, "ada")
    EmailAddress.objects.filter(user=cast.mia).update(verified=True)
    assert end_role(cast, "ada").ends_on == TODAY


def test_A5_the_pages_refuse_the_last_reader_with_the_reason(cast, asked):
    olive = world.signed_in(cast.olive)
    closed = olive.get(reverse("organisations:deactivate", args=[cast.ada.pk]))
    assert closed.status_code == 409 and "adjustments reader first" in closed.text
    end = reverse("organisations:end_role", args=[role_of(cast.ada).pk])
    assert "adjustments reader first" in olive.get(end).text  # a later day may do
    refused = olive.post(end, {"ends_on": clock.now().date().isoformat()})
    assert refused.status_code == 409 and "adjustments reader first" in refused.text


def test_N_without_any_reader_the_office_names_one_who_hears_of_what_waits(cast):
    assert wanted(cast) == []
    end_role(cast, "ada", TODAY - timedelta(days=1))
    assert wanted(cast) == [WANTED]
    world.start(cast)
    ann, own = world.signed_in(cast.ann), reverse("applications:own_adjustments")
    said = ann.post(own, {"key": uuid4(), "reason": "Dyslexia since school"}, follow=True).content.decode()
    assert said.count("nobody is named to read it: the scheme office is asked to name somebody") == 2
    name(cast.mia, starts_on=TODAY + timedelta(days=3))
    assert wanted(cast) == [WANTED] and told(cast.mia) == 0
    name(cast.sam)
    assert wanted(cast) == [] and told(cast.sam) == 1
    assert "The named readers have it" in ann.get(own).content.decode()
