"""The demo world: alive in every state, made by actions, whole in its history, quick."""

from __future__ import annotations

import json
from collections import Counter
from io import StringIO

import pytest
from django.core.management import call_command

from applications.models import Application
from applications.states import ApplicationState
from ctts.accounts.models import User
from ctts.audit.verification import verify
from ctts.demo.world.people import CENTRES
from ctts.home.invariants import broken_invariants
from ctts.organisations.models import Organisation
from ctts.organisations.states import Role
from training.models import TrainingRecord

pytestmark = pytest.mark.django_db


def made() -> list[dict[str, str]]:
    out = StringIO()
    call_command("demo", "--json", stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture
def people(settings, tmp_path):
    settings.STATE_DIR = tmp_path
    return made()


def test_the_world_is_alive_whole_and_made_once(people):
    states = Counter(Application.objects.values_list("state", flat=True))
    assert set(states) == set(ApplicationState.values)
    assert TrainingRecord.objects.count() == 24
    assert len({record.intake_id for record in TrainingRecord.objects.all()}) == 5
    assert Organisation.objects.count() == len(CENTRES) == 6
    assert verify().faults == []
    assert broken_invariants() == []
    assert made() == people


def test_the_people_of_the_world_can_sign_in_and_hold_every_role(people):
    held = set(User.objects.values_list("affiliations__role", flat=True))
    assert held >= set(Role.values)
    olive = next(person for person in people if person["name"] == "Olive Ashworth")
    assert set(olive) == {"name", "role", "email", "password", "totp_seed"}
    user = User.objects.get(email=olive["email"])
    assert user.check_password(olive["password"])
    assert len(olive["totp_seed"]) == 32
