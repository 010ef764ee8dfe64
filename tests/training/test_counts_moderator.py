"""The External Moderator's pages over several trainees and samples ask the database as often with three as with one."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.urls import reverse

from moderation import actions as moderation
from moderation.models import Sample
from tests.training import moderating as m
from tests.training import practice as p
from tests.training.world import NOW, browser_of, enrol_too, signed
from tests.worlds import built_once
from training.states import AppointmentKind


@built_once
def made(world, rows):
    """So many trainees of Mia's, each with a question, a drawn sample and something more to be drawn."""
    records, mia = [world.tara], world.cast.mia
    if rows == 3:
        records += enrol_too(world, world.cast.ann, world.cast.abe)
    for record in records:
        p.appoint(record, mia, AppointmentKind.EXTERNAL_MODERATOR)
        m.asked(record, world.cast.sam, NOW)
        signed(world.cast.sam, record, 0)
        moderation.draw_samples(by=mia, now=NOW, record_id=record.pk, key=m.uuid4())
    for _ in range(rows):
        sample = one_more(world)
    return SimpleNamespace(record=world.tara.pk, sample=sample.pk, rows=rows)


def one_more(world):
    """One more sample in Tara's record, as if more had been signed there."""
    dops = p.complete_dops(world.tara, world.cast.sam, NOW, observed_on=NOW.date())
    return Sample.objects.create(draw=world.tara.sample_draws.get(), dops=dops)


PAGES = {
    "moderation:caseload": (lambda made: [], 29),
    "moderation:samples": (lambda made: [made.record], 13),
    "moderation:sample": (lambda made: [made.sample], 16),
}


@pytest.mark.parametrize("rows", [1, 3], scope="module")
def test_the_cost_of_the_moderators_pages_does_not_grow(world, made, rows, django_assert_num_queries):
    mia = browser_of(world.cast.mia)
    mia.get(reverse("accounts:profile"))
    for name, (about, count) in PAGES.items():
        with django_assert_num_queries(count, info=name):
            response = mia.get(reverse(name, args=about(made)))
        assert response.status_code == 200, name
    assert len(mia.get(reverse("moderation:caseload")).context["rows"]) == rows
    assert len(mia.get(reverse("moderation:samples", args=[made.record])).context["rows"]) == rows + 1
