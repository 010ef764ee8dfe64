"""Who judged and answered samples until yesterday, and sends a form they had open, gets back what they typed (T11)."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from moderation.models import SampleJudgement, SampleReply
from moderation.views._shown_sampling import sample_acts
from tests.moderation import sampling as s
from tests.training import practice as p
from tests.training.pages import sent, words
from tests.training.world import browser_of
from training.states import AppointmentKind

TYPED = "Ask for the raw data of the second series."
YESTERDAY = date(2026, 6, 9)


@pytest.fixture
def sample(scene):
    return s.one_sample(scene.tara, scene.cast.sam, scene.cast.mia)


def address(sample):
    return reverse("moderation:sample", args=[sample.pk])


def test_T11_a_verdict_that_was_typed_stands_on_the_page_that_says_since_when(scene, sample):
    mia = browser_of(scene.cast.mia)
    form = sent(mia.get(address(sample)).context["form"])
    p.end_appointment(scene.tara, AppointmentKind.EXTERNAL_MODERATOR, YESTERDAY)
    answer = mia.post(address(sample), {**form, "verdict": "agreed_with_advice", "words": TYPED})
    said = words(answer)
    assert answer.status_code == 403
    assert "You are not the External Moderator of this trainee since 10 June 2026" in said and TYPED in said
    assert mia.get(address(sample)).status_code == 404
    assert not SampleJudgement.objects.exists()


def test_T11_so_does_an_answer_of_a_former_supervisor(scene, sample):
    s.judged(sample, scene.cast.mia, "not_agreed", "The series is too short.")
    sam = browser_of(scene.cast.sam)
    form = sent(sam.get(address(sample)).context["form"])
    p.end_appointment(scene.tara, AppointmentKind.SUPERVISOR, YESTERDAY)
    answer = sam.post(address(sample), {**form, "words": TYPED})
    assert (answer.status_code, TYPED in words(answer)) == (403, True)
    assert not SampleReply.objects.exists()


def test_T11_whoever_could_not_read_it_learns_nothing(scene, sample):
    p.end_appointment(scene.tara, AppointmentKind.SUPERVISOR, YESTERDAY)
    p.end_appointment(scene.tara, AppointmentKind.COORDINATOR, YESTERDAY)
    for who in (scene.cast.sam, scene.cast.cora, scene.cast.sue):  # not judged, so no supervisor has read it
        assert browser_of(who).post(address(sample), {"words": TYPED}).status_code == 404
    assert browser_of(scene.cast.mia).post(reverse("moderation:sample", args=[0]), {"words": TYPED}).status_code == 404


def test_T11_a_sample_lies_with_the_moderator_of_today_since_they_are_it(scene, sample):
    p.end_appointment(scene.tara, AppointmentKind.EXTERNAL_MODERATOR, date(2026, 6, 11))
    p.appoint(scene.tara, scene.cast.max, AppointmentKind.EXTERNAL_MODERATOR, starts_on=date(2026, 6, 12))
    mia, later = browser_of(scene.cast.mia).get(address(sample)).context["acts"], date(2026, 6, 20)
    assert (mia.now, mia.since) == ("you", p.TODAY)
    assert sample_acts(scene.cast.max, sample, None, later).since == date(2026, 6, 12)
    p.end_appointment(scene.tara, AppointmentKind.EXTERNAL_MODERATOR, date(2026, 6, 13))
    assert sample_acts(scene.cast.olive, sample, None, later).since == p.TODAY
