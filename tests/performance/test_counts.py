"""Trainee home, staff list and sign-off page ask the database as often at 1 000 trainees as at three."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ctts.common import clock
from tests.cast import at
from tests.performance.pages import cast
from training.models import TrainingRecord

TODAY = at(2026, 10, 20)
# Columns of the staff list that are counted over each trainee's competencies are those that could grow.
SORTS = ("", "-signed", "-waiting", "-start")
# What each page asks, the session and the person included; at home an invitation and a message that wait ask once each.
COUNTS = {"trainee home": 23, "sign-off page": 12, **{f"staff list{sort}": 17 for sort in SORTS}}


def addresses(pk: int) -> list[tuple[str, str, str]]:
    """(page, whose, address)."""
    office = reverse("training:office")
    return [
        ("trainee home", "trainee", reverse("training:mine")),
        ("sign-off page", "supervisor", reverse("training:sign_off", args=[pk])),
        *((f"staff list{sort}", "office", f"{office}?sort={sort}" if sort else office) for sort in SORTS),
    ]


def asked(who, address: str) -> int:
    """How many queries a page costs on the second visit."""
    assert who.client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        assert who.client.get(address).status_code == 200
    return len([entry for entry in captured if "SAVEPOINT" not in entry["sql"]])


# The large world is committed a few trainees at a time, as by the command: tables are counted meanwhile, which the
# planner needs to know.
WORLDS = [
    *(pytest.param(trainees, marks=pytest.mark.django_db) for trainees in (3, 30)),
    pytest.param(1_000, marks=[pytest.mark.slow, pytest.mark.django_db(transaction=True)]),
]


@pytest.mark.parametrize("trainees", WORLDS)
def test_three_pages_cost_the_same_however_many_trainees_there_are(trainees):
    clock.set_offset(at=TODAY)
    call_command("populate", f"--trainees={trainees}", "--seed=7", stdout=StringIO(), stderr=StringIO())
    assert TrainingRecord.objects.count() == trainees
    people = cast()
    found = {page: asked(getattr(people, who), address) for page, who, address in addresses(people.record.pk)}
    assert found == COUNTS
