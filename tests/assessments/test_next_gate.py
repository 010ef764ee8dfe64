"""The gate that comes next stands on the first page of the trainee's own training, with what counts (screens 2)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from assessments import queries
from assessments.states import Result
from tests.assessments import gate as g
from tests.training import practice as p
from tests.training.world import browser_of
from training import actions as training
from training import queries as training_queries
from training.models import Reflection, TrainingRecord
from training.states import AppointmentKind


def page(scene, who="tara"):
    return browser_of(getattr(scene.cast, who)).get(reverse("training:record", args=[scene.tara.pk]))


def shown(scene, who="tara"):
    return page(scene, who).context["gate"]


def test_Y_my_training_shows_the_lines_of_the_gate_as_the_assessments_do(scene):
    training.reopen_piece(by=scene.cast.tara, now=p.NOW, piece=Reflection.objects.filter(record=scene.tara).first())
    own = browser_of(scene.cast.tara).get(reverse("training:mine"))
    judges = training_queries.judges_of(scene.tara, g.TODAY)
    people = judges[AppointmentKind.SUPERVISOR], judges[AppointmentKind.EXTERNAL_MODERATOR]
    attempt = queries.attempt_of(TrainingRecord.objects.get(pk=scene.tara.pk))
    assert own.context["gate"].rows == queries.strip_of(attempt, scene.cast.tara, g.TODAY, *people)
    for words in ("Next gate: End of First Year Assessment", "See what counts", "9 of 10; 1 missing.", "You can mend"):
        assert words in own.text
    assert own.context["gate"].words.startswith("It opens when every line is met")


@pytest.mark.parametrize("who", ["sam", "cora", "mia", "olive"])
def test_Y_whoever_else_reads_the_record_finds_the_gate_with_the_assessments(scene, who):
    assert shown(scene, who) is None and "Next gate" not in page(scene, who).text


def test_Y_an_open_gate_and_one_that_is_put_forward_say_with_whom_it_lies(scene):
    g.confirm(scene.tara)
    assert shown(scene).words.startswith("Every line is met: the Training Supervisor")
    row = g.put_forward(scene.tara).first_year
    with_moderator = shown(scene).words
    assert with_moderator.startswith("It is put forward")
    g.decide(row)
    assert shown(scene).words == with_moderator  # nothing of an outcome that is not released (F1)


def test_F3_after_the_first_year_it_is_every_competency_for_the_portfolio(scene):
    g.released(scene.tara, scene.cast.olive, scene.cast.oscar)
    found, total = shown(scene), scene.tara.items.count()
    [line] = found.rows
    assert (found.title, line.rule, line.counted, line.needed) == ("Final Assessment", "F3", 2, total)
    assert line.word == f"{total - 2} missing" and line.closed == f"2 of {total} signed; {total - 2} missing."
    assert [item.counts for item in line.items] == [True, False]
    scene.tara.appointments.filter(kind="supervisor").update(ends_on=g.TODAY.replace(day=1))
    assert shown(scene).rows[0].waits_for == ""


def test_F6_where_no_attempt_is_left_it_says_so_and_asks_for_nothing(scene):
    for referred in (g.REFERRED, {"result": Result.REFER}):
        g.released(scene.tara, scene.cast.olive, scene.cast.oscar, **referred)
    found = shown(scene)
    assert (found.words, found.rows) == ("No attempt at the End of First Year Assessment is left.", ())


def test_Y_a_training_that_has_ended_comes_to_no_gate(scene):
    TrainingRecord.objects.filter(pk=scene.tara.pk).update(state="withdrawn", ended_on=g.TODAY)
    assert shown(scene) is None
