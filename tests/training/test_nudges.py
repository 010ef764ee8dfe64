"""Nudging whom one waits for (screens 1): once in three days for one duty and person, with the mail shown first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from ctts.audit.models import AuditEvent
from ctts.common.parts import WaitsFor
from ctts.common.verdict import DoneAlready, TooLate
from ctts.home import queries as home
from ctts.notifications import actions as notifications
from ctts.notifications.models import Message, Nudge
from tests.training import practice as p
from tests.training.pages import words
from training.models import TrainingRecord
from training.states import AppointmentKind


def waiting(who, today=p.TODAY):
    """The rows of "Waiting for others" of somebody that name whom they wait for."""
    groups = {group.key: group.rows for group in home.waiting_for(who, today)}
    return [row for row in groups.get("others", []) if row.waits]


def nudge(row, by, now=p.NOW):
    return notifications.nudge(by=by, now=now, waits=row.waits, what=row.what, path=row.url)


@pytest.fixture
def review(scene):
    """Tara has not acknowledged a review that sam signed."""
    return p.signed_review(scene.tara, scene.cast.sam)


def test_a_nudge_goes_once_in_three_days_and_the_row_says_when_the_next_may(scene, review):
    [row] = waiting(scene.cast.sam)
    assert (row.waits.duty, row.nudge_url) == (
        f"training.review:{review.pk}",
        reverse("home:nudge", args=[f"training.review:{review.pk}"]),
    )
    before = len(p.told(scene.cast.tara))
    assert nudge(row, scene.cast.sam) == 1
    assert p.told(scene.cast.tara)[before:] == ["notifications.nudge"]
    text = Message.objects.get(kind="notifications.nudge").text
    assert "Sam Patel waits for you" in text and row.url in text
    assert AuditEvent.objects.filter(action="notifications.nudged").count() == 1
    [row] = waiting(scene.cast.sam)
    assert (row.nudge_url, row.nudged) == (
        "",
        "Nudged 10 June 2026; again from 13 June 2026".replace(" June ", "\xa0June\xa0"),
    )
    with pytest.raises(DoneAlready):
        nudge(row, scene.cast.sam)
    with pytest.raises(TooLate, match="once in three days"):
        nudge(row, scene.cast.olive)
    third = p.NOW + timedelta(days=3)
    assert waiting(scene.cast.sam, third.date())[0].nudge_url
    assert nudge(row, scene.cast.sam, third) == 1


def test_the_database_judges_the_three_days(scene):
    given = {"duty": "training.plan:1", "to": scene.cast.tara, "by": scene.cast.sam, "nudged_at": p.NOW}
    Nudge.objects.create(**given, nudged_on=p.TODAY)
    for later in (0, 1, 2):
        with pytest.raises(IntegrityError), transaction.atomic():
            Nudge.objects.create(**given, nudged_on=p.TODAY + timedelta(days=later))
    Nudge.objects.create(**given, nudged_on=p.TODAY + timedelta(days=3))
    Nudge.objects.create(**{**given, "duty": "training.plan:2"}, nudged_on=p.TODAY)
    Nudge.objects.create(**{**given, "to": scene.cast.tom}, nudged_on=p.TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Nudge.objects.create(**{**given, "to": scene.cast.sam}, nudged_on=p.TODAY)


def test_N_whose_training_is_interrupted_is_left_in_peace(scene, review):
    TrainingRecord.objects.filter(pk=scene.tara.pk).update(state="interrupted")
    [row] = waiting(scene.cast.sam)
    assert (row.nudge_url, row.nudged) == ("", "Not while the training is interrupted")
    with pytest.raises(TooLate, match="interrupted"):
        nudge(row, scene.cast.sam)
    actions_end(scene)
    assert waiting(scene.cast.sam) == []  # whose training has ended is waited for by nobody


def actions_end(scene):
    TrainingRecord.objects.filter(pk=scene.tara.pk).update(state="withdrawn", ended_on=p.TODAY)


def test_nobody_is_nudged_who_left_or_nudges_themselves(scene):
    scene.cast.tara.is_active = False
    scene.cast.tara.save(update_fields=["is_active"])
    waits = WaitsFor("training.review:1", (scene.cast.tara.pk, scene.cast.sam.pk), scene.cast.tara.pk)
    with pytest.raises(TooLate):
        notifications.nudge(by=scene.cast.sam, now=p.NOW, waits=waits, what="Sign", path="/")


def test_the_trainee_waits_for_the_supervisor_of_the_day(scene):
    item = p.items_of(scene.tara)[0]
    type(item).objects.filter(pk=item.pk).update(state="in_progress")
    type(item).objects.filter(pk=item.pk).update(state="submitted")
    p.acknowledged_review(scene.tara, scene.cast.sam)
    p.asked_dops(scene.tara, scene.cast.sam)
    p.asked_dops(scene.tara, scene.cast.trina)
    rows = waiting(scene.cast.tara)
    assert len(rows) == 4
    assert {row.waits.people for row in rows} == {(scene.cast.sam.pk,)}
    p.end_appointment(scene.tara, AppointmentKind.SUPERVISOR)
    assert {row.waits.people for row in waiting(scene.cast.tara)} == {(scene.cast.sam.pk,)}  # the DOPS alone
    signed = p.signed_dops(scene.tom, scene.cast.sue)
    assert [row.waits.people for row in waiting(scene.cast.sue) if "DOPS" in row.what] == [(scene.cast.tom.pk,)]
    assert signed.pk


def test_the_page_shows_the_mail_and_is_there_for_whoever_waits(scene, review):
    sam, url = p.client_of(scene.cast.sam), reverse("home:nudge", args=[f"training.review:{review.pk}"])
    assert f'href="{url}"' in words(sam.get(reverse("home:dashboard")))
    asked = words(sam.get(url))
    assert "Tara Quinn" in asked and "Sam Patel waits for you" in asked
    assert sam.post(url).url == reverse("home:dashboard")
    assert sam.post(url).status_code == 409
    assert "nobody just now" in words(sam.get(url))
    assert "again from" in words(sam.get(reverse("home:dashboard")))
    for who in ("tara", "sue", "olive"):
        assert p.client_of(getattr(scene.cast, who)).get(url).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_with_one_row_and_with_three(scene, rows, django_assert_num_queries):
    for _number in range(rows):
        review = p.signed_review(scene.tara, scene.cast.sam)
    sam, url = p.client_of(scene.cast.sam), reverse("home:nudge", args=[f"training.review:{review.pk}"])
    sam.get(url)
    with django_assert_num_queries(25, info="home:nudge"):
        assert sam.get(url).status_code == 200
