"""What lists of trainees count as waiting are the rows of Waiting for me, one source, a link to exactly them (N)."""

from __future__ import annotations

from collections import Counter
from uuid import uuid4

import pytest
from django.urls import reverse

from ctts.home.queries import waiting_for
from tests.training import moderating as m
from tests.training import practice as p
from tests.training.pages import address, words
from training import actions, queries
from training.states import AppointmentKind

AROUND = ("Training Supervisor", "Training Co-ordinator", "External Moderator", "assessor", "moderator")


def busy(scene):
    """Something of every kind waits around Tara: a review, a report, a DOPS, a question, a thread, a concern."""
    p.written_review(scene.tara, scene.cast.sam)
    p.acknowledged_review(scene.tara, scene.cast.sam)
    p.sent_report(scene.tara, scene.cast.sam)
    p.asked_dops(scene.tara, scene.cast.trina)
    m.asked(scene.tara, scene.cast.tara)
    words_of = {"subject": "The rota", "text": "May I swap?", "to": ["to_supervisor"], "asks": True}
    actions.begin_thread(by=scene.cast.tara, now=p.NOW, record_id=scene.tara.pk, key=uuid4(), **words_of)


def own_rows(person):
    return [row for group in waiting_for(person, p.TODAY) if group.key != "others" for row in group.rows]


@pytest.mark.parametrize("who", ["sam", "cora", "mia"])
def test_N_every_duty_of_somebody_around_a_trainee_names_the_training_it_lies_in(scene, who):
    busy(scene)
    rows = own_rows(getattr(scene.cast, who))
    around = [row for row in rows if row.role in AROUND]
    assert len(around) >= 2
    assert [row.what for row in around if row.record != scene.tara.pk] == []


def test_screens_1_my_trainees_count_what_waits_and_lead_to_exactly_these_rows(scene):
    busy(scene)
    sam = p.client_of(scene.cast.sam)
    [(record, _, waiting, _)] = sam.get(address("trainees")).context["rows"]
    page = words(sam.get(address("trainees")))
    assert f"{len(waiting)} things wait for you" in page and f"{len(waiting)} waiting" in page
    assert Counter(row.what for row in waiting) == Counter(row.what for row in own_rows(scene.cast.sam))
    narrowed = sam.get(f"{reverse('home:dashboard')}?trainee={record.pk}")
    shown = [row for group in narrowed.context["waiting"] for row in group.rows]
    assert Counter(shown) == Counter(waiting)
    assert "With Tara Quinn" in words(narrowed)


def test_screens_1_nothing_waits_is_said_and_a_stranger_s_trainee_narrows_nothing(scene):
    p.appoint(scene.tara, scene.cast.trina, AppointmentKind.TRAINER)
    trina = p.client_of(scene.cast.trina)
    page = words(trina.get(f"{reverse('home:dashboard')}?trainee={scene.tara.pk}"))
    assert "Nothing lies with you for Tara Quinn now." in page
    assert "Nothing waits for you with your trainees." in words(trina.get(address("trainees")))
    for other in (scene.tom.pk, "x", "0", "9" * 30):
        assert "With " not in words(trina.get(f"{reverse('home:dashboard')}?trainee={other}"))


def test_N_a_row_of_ones_own_training_is_counted_in_no_list(scene):
    busy(scene)
    found = queries.waiting_by_record(scene.cast.mia, p.TODAY)
    assert set(found) == {scene.tara.pk}
    assert queries.waiting_by_record(scene.cast.olive, p.TODAY) == {}
