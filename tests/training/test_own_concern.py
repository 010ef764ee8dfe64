"""Whoever raised a concern sees that it waits, by function and without names, until it is closed (T8, N)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.training import practice as p
from tests.training.test_concerns import close, concern
from training import queries
from training.models import Concern
from training.states import ConcernLevel

pytestmark = pytest.mark.django_db
SAID = "Answer your concern"


def rows(person):
    return [row for row in queries.others_for(person, p.TODAY) if row.what == SAID]


def test_T8_the_trainee_waits_for_the_level_it_lies_with(scene):
    found = concern(scene.tara, scene.cast.tara)
    [row] = rows(scene.cast.tara)
    assert (row.url, row.about) == (reverse("training:concern", args=[found.pk]), "Training Co-ordinator")
    assert (row.since, row.due) == (p.TODAY, found.due_on)
    assert row.waits is None and "next level by itself" in row.nudged
    for other in (scene.cast.sam, scene.cast.cora, scene.cast.mia, scene.cast.tom):
        assert rows(other) == []
    close(found, scene.cast.cora)
    assert rows(scene.cast.tara) == []


def test_T8_a_supervisor_who_raised_one_reads_whose_it_is_and_the_office_is_the_last(scene):
    found = concern(scene.tara, scene.cast.sam)
    assert [row.about for row in rows(scene.cast.sam)] == ["Training Co-ordinator, for Tara Quinn"]
    Concern.objects.filter(pk=found.pk).update(level=ConcernLevel.EXTERNAL_MODERATOR)
    Concern.objects.filter(pk=found.pk).update(level=ConcernLevel.OFFICE)
    [row] = rows(scene.cast.sam)
    assert (row.about, row.nudged) == ("Scheme office, for Tara Quinn", "")
    assert rows(scene.cast.tara) == []
