"""A trainee whose training is interrupted is left in peace: no reminder, and the news when it goes on (E5, N)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ctts.common.calendar_jobs import calendar_jobs
from ctts.notifications.models import Message
from ctts.notifications.periodic import daily_mails
from tests.training import changes as c
from tests.training import practice as p
from tests.training import world as w
from tests.training.pages import address, press, words
from tests.training.test_concerns import close, concern, safety
from tests.training.test_reminding import seven_on
from tests.training.world import browser_of
from training import actions, periodic, queries
from training.models import TrainingRecord
from training.states import RecordState

AWAY = seven_on(2026, 7, 6)
BACK = seven_on(2026, 7, 31)


@pytest.fixture
def away(scene):
    """Tara is away from 1 to 30 July 2026; she raised a concern before."""
    scene.raised = concern(scene.tara, scene.cast.tara, now=p.at(2026, 6, 30, 10))
    c.granted(scene, "interruption")
    periodic.turn_interruptions(seven_on(2026, 7, 1))
    return scene


def to(person, kind):
    """The states of what a person was told of a kind, with the code why it did not go."""
    rows = Message.objects.filter(to=person, kind=kind).order_by("pk")
    return list(rows.values_list("state", "problem"))


def test_N_a_concern_goes_up_and_whoever_raised_it_is_not_chased_in_an_interruption(away):
    periodic.escalate_concerns(seven_on(2026, 7, 8))
    assert to(away.cast.mia, "training.concern_escalated") == [("queued", "")]
    assert to(away.cast.tara, "training.concern_escalated") == [("cancelled", "interrupted")]


def test_N_news_of_their_own_record_waits_until_training_goes_on(away):
    close(away.raised, away.cast.cora)
    assert to(away.cast.tara, "training.concern_closed") == [("held", "interrupted")]
    assert daily_mails(AWAY) == 0
    periodic.turn_interruptions(BACK)
    assert to(away.cast.tara, "training.concern_closed") == [("held", "")]
    daily_mails(BACK + timedelta(days=1))
    assert to(away.cast.tara, "training.concern_closed") == [("collected", "")]
    assert to(away.cast.tara, "notifications.daily") == [("queued", "")]


def test_N_what_is_decided_of_the_interruption_and_of_safety_reaches_them(away):
    close(safety(away.tara, away.cast.tara), away.cast.olive)
    assert to(away.cast.tara, "training.concern_closed") == [("queued", "")]
    change = c.granted(away, "extension")
    assert to(away.cast.tara, "training.change_decided")[-1] == ("queued", "")
    assert change.record_id == away.tara.pk


def test_N_whoever_leaves_in_an_interruption_is_not_told_what_was_kept_and_is_not_chased(away):
    close(away.raised, away.cast.cora)
    other = concern(away.tara, away.cast.tara, now=AWAY)
    actions.end_not_completed(by=away.cast.olive, now=AWAY, record_id=away.tara.pk)
    assert to(away.cast.tara, "training.concern_closed") == [("cancelled", "interrupted")]
    assert to(away.cast.tara, "training.not_completed") == [("queued", "")]
    actions.escalate_concern(by=None, now=seven_on(2026, 7, 20), concern_id=other.pk)
    assert to(away.cast.tara, "training.concern_escalated") == [("cancelled", "not_completed")]


def test_N_whoever_is_away_from_this_morning_on_is_not_chased_this_morning(scene):
    c.granted(scene, "interruption", from_on=date(2026, 7, 7), until_on=date(2026, 7, 30))
    periodic.chase_reviews(seven_on(2026, 7, 7))
    assert TrainingRecord.objects.get(pk=scene.tara.pk).state == RecordState.INTERRUPTED
    assert not Message.objects.filter(kind="training.review_missing", within=scene.tara.trainee).exists()
    names = [job.name for job in calendar_jobs()]
    assert names.index("training.turn_interruptions") < names.index("training.chase_reviews")


def test_N_who_supervises_is_told_as_ever(away):
    concern(away.tara, away.cast.sam, now=AWAY)
    assert to(away.cast.cora, "training.concern_raised")[-1] == ("queued", "")
    assert queries.in_an_interruption([away.cast.tara.pk]) == {away.cast.tara.pk}


def test_N_whoever_returns_a_competency_reads_when_the_trainee_hears_of_it(away):
    sam = browser_of(away.cast.sam, proved=True)
    item = w.submitted(away.tara, 0, AWAY)
    answer = press(sam, address("return", item.pk), reason="Measure it again.")
    assert "Tara Quinn hears of it when training goes on." in words(sam.get(answer.url))
    assert to(away.cast.tara, "training.returned") == [("held", "interrupted")]
