"""Who stood around a record until yesterday and sends a form they had open reads why it is not taken (E3, T2, T4)."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from tests.training import practice as p
from tests.training.pages import address, sent, words
from tests.training.test_trainers import allocate
from tests.training.world import browser_of
from training import actions, queries
from training.models import ProgressReport, SupervisorReview, TrainingRecord
from training.states import AppointmentKind

SINCE = "You are not the Training Supervisor of this trainee since 8 June 2026"
TYPED = "The uniformity checks are done alone now, and that is well."


@pytest.fixture
def sam(scene):
    return browser_of(scene.cast.sam, proved=True)


def hand_over(scene, last=date(2026, 6, 7)):
    p.end_appointment(scene.tara, AppointmentKind.SUPERVISOR, last)
    p.appoint(scene.tara, scene.cast.sue, AppointmentKind.SUPERVISOR, starts_on=date(2026, 6, 8))


def test_T4_a_review_that_was_open_is_not_saved_and_what_was_typed_stands_there(scene, sam):
    form = sent(sam.get(address("review_new", scene.tara.pk)).context["form"])
    hand_over(scene)
    rows = {"actions-0-text": "Audit", "actions-0-owner": "Tara"}
    answer = sam.post(address("review_new", scene.tara.pk), {**form, **rows, "progress": TYPED})
    assert answer.status_code == 403
    said = words(answer).replace("\xa0", " ")
    assert SINCE in said and TYPED in said and "Nothing was changed" in said
    assert "<dt>Day of the meeting</dt>" in said and "<dt>What is agreed 1</dt>" in said and ">Audit</dd>" in said
    assert not SupervisorReview.objects.exists()


@pytest.mark.parametrize("name", ["review_sign", "review_edit", "review_submit"])
def test_T4_signing_says_since_when(scene, sam, name):
    review = p.written_review(scene.tara, scene.cast.sam)
    hand_over(scene)
    answer = sam.post(address(name, review.pk), {"seen": "0" * 64})
    assert (answer.status_code, SINCE in words(answer).replace("\xa0", " ")) == (403, True)
    assert sam.get(address(name, review.pk)).status_code == 404


def test_T2_so_does_signing_competencies(scene, sam):
    hand_over(scene)
    assert SINCE in words(sam.post(address("sign_off", scene.tara.pk), {})).replace("\xa0", " ")
    item = p.items_of(scene.tara)[0]
    assert sam.post(address("sign", item.pk), {}).status_code == 403
    script = {"HTTP_ACCEPT": "application/json"}
    assert SINCE in sam.post(address("review_new", scene.tara.pk), {}, **script).json()["error"].replace("\xa0", " ")


def test_T11_an_answer_that_was_typed_stands_there_and_only_of_a_thread_that_was_addressed_to_them(scene, sam):
    given = {"by": scene.cast.tara, "now": p.NOW, "record_id": scene.tara.pk, "text": "A word.", "asks": True}
    to = ("to_supervisor", "to_coordinator")
    mine, theirs = (actions.begin_thread(**given, key=uuid4(), subject="Rota", to=[one]) for one in to)
    form = sent(sam.get(address("thread", mine.pk)).context["form"])
    hand_over(scene)
    answer = sam.post(address("thread", mine.pk), {**form, "text": TYPED})
    said = words(answer).replace("\xa0", " ")
    assert (answer.status_code, SINCE in said, TYPED in said) == (403, True, True)
    assert sam.get(address("thread", mine.pk)).status_code == 404
    assert sam.post(address("thread", theirs.pk), {**form, "text": TYPED}).status_code == 404
    assert sam.post(address("thread", 0), {**form, "text": TYPED}).status_code == 404
    assert mine.messages.count() == 1


def test_T5_a_dops_that_was_begun_gives_back_what_was_typed(scene, sam):
    dops = p.filled_dops(p.started_dops(scene.tara, scene.cast.sam), scene.cast.sam)
    step = reverse("training:dops_step", args=[dops.pk, 4])
    form = sent(sam.get(step).context["form"])
    hand_over(scene)
    answer = sam.post(step, {**form, "done_well": TYPED})
    said = words(answer).replace("\xa0", " ")
    assert (answer.status_code, SINCE in said, TYPED in said) == (403, True, True)
    assert sam.get(step).status_code == 403
    dops.refresh_from_db()
    assert dops.done_well != TYPED


def test_T5_whose_right_was_taken_away_gets_it_back_as_well(scene):
    dops = p.approved_dops(scene.tara, scene.cast.trina, scene.cast.sam)
    trina, step = browser_of(scene.cast.trina), reverse("training:dops_step", args=[dops.pk, 1])
    form = sent(trina.get(step).context["form"])
    allocate(scene, comments=True)
    answer = trina.post(step, {**form, "place": "Ward"})
    assert answer.status_code == 403
    assert '<dt>Place</dt><dd class="as-written">Ward' in words(answer)
    assert "<dt>Day of the observation</dt>" in words(answer)
    assert "has not given this trainer DOPS" in words(answer)


def test_a_stranger_and_whoever_left_long_ago_learn_nothing(scene, sam):
    hand_over(scene, last=date(2026, 5, 1))
    url = reverse("training:sign_off", args=[scene.tara.pk])
    assert sam.post(url, {}).status_code == 404
    assert browser_of(scene.cast.carl, proved=True).post(url, {}).status_code == 404
    assert queries.stood_until(scene.cast.sam, ProgressReport, 0, p.TODAY) == ""
    assert queries.stood_until(scene.cast.carl, TrainingRecord, scene.tara.pk, p.TODAY) == ""
