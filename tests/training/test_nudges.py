"""Nudging whom one waits for (screens 1): once in three days for one duty and person, with the mail shown first."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from applications import actions as applications
from ctts.audit.models import AuditEvent
from ctts.common.parts import WaitsFor
from ctts.common.verdict import DoneAlready, TooLate
from ctts.home import queries as home
from ctts.notifications import actions as notifications
from ctts.notifications.models import Message, Nudge
from tests.training import changes as c
from tests.training import moderating as m
from tests.training import outside as o
from tests.training import practice as p
from tests.training import world as w
from tests.training.pages import words
from training import actions
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
    w.submitted(scene.tara, 0, p.NOW)
    p.acknowledged_review(scene.tara, scene.cast.sam)
    p.asked_dops(scene.tara, scene.cast.sam)
    p.asked_dops(scene.tara, scene.cast.trina)
    rows = waiting(scene.cast.tara)
    assert len(rows) == 4
    assert {row.waits.people for row in rows} == {(scene.cast.sam.pk,)}
    p.end_appointment(scene.tara, AppointmentKind.SUPERVISOR)
    assert waiting(scene.cast.tara) == []  # nobody does it any more, and the DOPS is asked of somebody else
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
    again = words(sam.get(url)).replace("\xa0", " ")
    assert "Nudged 10 June 2026; again from 13 June 2026." in again
    assert "Send it" not in again and "nobody just now" not in again
    assert "again from" in words(sam.get(reverse("home:dashboard")))
    for who in ("tara", "sue", "olive"):
        assert p.client_of(getattr(scene.cast, who)).get(url).status_code == 404


def test_the_mail_names_the_trainee_and_what_is_waited_for(scene):
    [row] = [row for row in waiting(scene.cast.cora) if row.waits.duty == f"training.months:{scene.tara.pk}"]
    url = reverse("home:nudge", args=[row.waits.duty])
    shown = words(p.client_of(scene.cast.cora).get(url))
    nudge(row, scene.cast.cora)
    mail = Message.objects.get(kind="notifications.nudge")
    assert mail.subject.replace("\xa0", " ") == (
        "Cora Whitfield waits for you: Write the review of April 2026, Tara Quinn"
    )
    assert "2026, Tara Quinn." in mail.text and "2026</strong>, Tara Quinn." in mail.html
    assert mail.subject in shown


def test_whoever_left_cannot_be_nudged_and_the_page_says_so(scene, review):
    scene.cast.tara.is_active = False
    scene.cast.tara.save(update_fields=["is_active"])
    url = reverse("home:nudge", args=[f"training.review:{review.pk}"])
    page = words(p.client_of(scene.cast.sam).get(url))
    assert "Whoever it waits for has no access any more." in page and "Send it" not in page


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_with_one_row_and_with_three(scene, rows, django_assert_num_queries):
    for _number in range(rows):
        review = p.signed_review(scene.tara, scene.cast.sam)
    sam, url = p.client_of(scene.cast.sam), reverse("home:nudge", args=[f"training.review:{review.pk}"])
    sam.get(url)
    with django_assert_num_queries(23, info="home:nudge"):
        assert sam.get(url).status_code == 200


# --- every row either names whom it waits for, or says why nobody is nudged ---


def others_of(who, today=p.TODAY):
    groups = {group.key: group.rows for group in home.waiting_for(who, today)}
    return groups.get("others", [])


def people_waited_for(who, what):
    [row] = [row for row in others_of(who) if row.what.startswith(what)]
    return row.waits.people if row.waits else row.nudged


def test_T7_the_supervisor_nudges_the_co_ordinator_about_a_report(scene):
    p.sent_report(scene.tara, scene.cast.sam)
    assert people_waited_for(scene.cast.sam, "Acknowledge a progress report") == (scene.cast.cora.pk,)
    [row] = waiting(scene.cast.sam)
    assert nudge(row, scene.cast.sam) == 1 and p.told(scene.cast.cora)[-1] == "notifications.nudge"
    p.end_appointment(scene.tara, AppointmentKind.COORDINATOR)
    assert people_waited_for(scene.cast.sam, "Acknowledge a progress report") == "Nobody is appointed at present"


def test_T7_whoever_co_ordinates_the_training_too_waits_for_nobody_but_themselves(scene):
    p.sent_report(scene.tara, scene.cast.sam)
    p.end_appointment(scene.tara, AppointmentKind.COORDINATOR)
    p.appoint(scene.tara, scene.cast.sam, AppointmentKind.COORDINATOR, starts_on=date(2026, 6, 2))
    assert [row for row in others_of(scene.cast.sam) if row.what.startswith("Acknowledge a progress")] == []


def test_T11_whoever_asked_nudges_the_external_moderator(scene):
    m.asked(scene.tara, scene.cast.tara)
    m.asked(scene.tara, scene.cast.sam, topic="Sampling")
    for who in (scene.cast.tara, scene.cast.sam):
        assert people_waited_for(who, "Answer") == (scene.cast.mia.pk,)
    p.end_appointment(scene.tara, AppointmentKind.EXTERNAL_MODERATOR)
    assert people_waited_for(scene.cast.tara, "Answer") == "Nobody is appointed at present"


def in_thread(scene, by, *to):
    given = {"subject": "The rota", "to": to, "text": "Which Tuesday?", "asks": True, "key": uuid4()}
    return actions.begin_thread(by=by, now=p.NOW, record_id=scene.tara.pk, **given)


def test_T11_a_question_in_a_thread_nudges_whoever_else_reads_it_and_leaves_a_resting_trainee_in_peace(scene):
    tara, sam, mia = scene.cast.tara, scene.cast.sam, scene.cast.mia
    in_thread(scene, sam, "to_supervisor", "to_moderator")
    assert people_waited_for(sam, "Answer") == tuple(sorted((tara.pk, mia.pk)))
    TrainingRecord.objects.filter(pk=scene.tara.pk).update(state="interrupted")
    assert people_waited_for(sam, "Answer") == (mia.pk,)
    p.end_appointment(scene.tara, AppointmentKind.EXTERNAL_MODERATOR)
    [row] = others_of(sam)
    assert (row.nudge_url, row.nudged) == ("", "Not while the training is interrupted")


def test_T11_a_trainee_nudges_the_functions_a_thread_is_addressed_to_and_not_the_office(scene):
    in_thread(scene, scene.cast.tara, "to_supervisor", "to_office")
    assert people_waited_for(scene.cast.tara, "Answer") == (scene.cast.sam.pk,)
    p.end_appointment(scene.tara, AppointmentKind.SUPERVISOR)
    assert people_waited_for(scene.cast.tara, "Answer") == "The scheme office sees it in its own list"


def test_T5_whoever_has_a_link_is_not_nudged_but_can_be_sent_another(scene):
    o.asked(scene.tara, scene.cast.sam)
    for who in (scene.cast.sam, scene.cast.tara):
        assert (
            people_waited_for(who, "Assess the DOPS “Daily uniformity check”")
            == "They have no account: a new link can be sent instead"
        )


def test_T5_a_colleague_nudges_the_trainee_and_is_not_told_of_an_interruption(scene):
    dops = p.approved_dops(scene.tara, scene.cast.trina, scene.cast.sam)
    p.sign(p.filled_dops(dops, scene.cast.trina), scene.cast.trina)
    assert people_waited_for(scene.cast.trina, "Acknowledge the DOPS") == (scene.cast.tara.pk,)
    TrainingRecord.objects.filter(pk=scene.tara.pk).update(state="interrupted")
    [row] = others_of(scene.cast.trina)
    assert (row.nudge_url, row.nudged) == ("", "Not at present")


def test_E5_what_the_office_decides_is_in_its_own_list(scene):
    c.answered(scene.tara, scene.cast.sam, "interruption")
    for who in (scene.cast.tara, scene.cast.sam):
        assert people_waited_for(who, "Decide a request") == "The scheme office sees it in its own list"


def test_A5_a_reader_of_adjustments_leaves_a_resting_trainee_in_peace(scene):
    given = {"by": scene.cast.tara, "now": p.NOW, "key": uuid4(), "reason": "Dyslexia"}
    asked = applications.ask_for_adjustment(**given)
    assert people_waited_for(scene.cast.tara, "Decide your request") == "The named readers see it in their own list"
    question = {"request_id": asked.pk, "key": uuid4(), "question": "Since when?"}
    applications.ask_about_adjustment(by=scene.cast.ada, now=p.NOW, **question)
    [row] = waiting(scene.cast.ada)
    assert (row.waits.people, bool(row.nudge_url)) == ((scene.cast.tara.pk,), True)
    TrainingRecord.objects.filter(pk=scene.tara.pk).update(state="interrupted")
    [row] = waiting(scene.cast.ada)
    assert (row.nudge_url, row.nudged) == ("", "Not while the training is interrupted")
    assert "Not while" in words(p.client_of(scene.cast.ada).get(reverse("home:nudge", args=[row.waits.duty])))
