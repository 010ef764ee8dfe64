"""The demo world: alive in every state, made by actions, whole in its history, quick."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.models import F

from applications.models import Application, DecisionLetter
from applications.states import ApplicationState
from ctts.accounts.models import User
from ctts.audit.verification import verify
from ctts.demo.world import world_exists
from ctts.demo.world.people import CENTRES
from ctts.documents.models import Document
from ctts.home.invariants import broken_invariants
from ctts.notifications.models import Message
from ctts.organisations.models import Organisation
from ctts.organisations.states import Role
from ctts.state import StateFolder
from tests.infra.running import manage
from training.models import TrainingRecord

pytestmark = pytest.mark.django_db


def made() -> list[dict[str, str]]:
    out = StringIO()
    call_command("demo", "--json", stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture
def people(settings, tmp_path, post_box):
    settings.STATE_DIR = tmp_path
    return made()


def test_the_world_is_alive_whole_settled_and_made_once(people, post_box):
    states = Counter(Application.objects.values_list("state", flat=True))
    assert set(states) == set(ApplicationState.values)
    assert TrainingRecord.objects.count() == 24
    assert len({record.intake_id for record in TrainingRecord.objects.all()}) == 5
    assert Organisation.objects.count() == len(CENTRES) == 6
    assert verify().faults == []
    assert broken_invariants() == []
    nothing_is_owed(post_box)
    everybody_can_sign_in(people)
    assert made() == people


def nothing_is_owed(post_box):
    """What worker and calendar had to do in the past is done, each at its time and for real."""
    sent = {message.message_id: message for message in Message.objects.all()}
    assert {(message.state, message.sent_at == message.queued_at) for message in sent.values()} == {("sent", True)}
    arrived = {mail["Message-ID"]: mail["Date"].datetime for mail in post_box.messages()}
    assert arrived == {key: message.sent_at.replace(microsecond=0) for key, message in sent.items()}
    assert set(Document.objects.values_list("state", flat=True)) == {"checked"}
    assert not Document.objects.filter(checked_at__gt=F("uploaded_at") + timedelta(minutes=1)).exists()
    letters = DecisionLetter.objects.select_related("decision")
    assert {letter.made_at - letter.decision.decided_at for letter in letters} == {timedelta(minutes=1)}


def everybody_can_sign_in(people):
    """Every role is held by somebody, and passwords and second factors are those that are printed."""
    held = set(User.objects.values_list("affiliations__role", flat=True))
    assert held >= set(Role.values)
    olive = next(person for person in people if person["name"] == "Olive Ashworth")
    assert set(olive) == {"name", "role", "email", "password", "totp_seed"}
    user = User.objects.get(email=olive["email"])
    assert user.check_password(olive["password"])
    assert len(olive["totp_seed"]) == 32


def test_a_launcher_that_went_before_it_gave_the_word_leaves_no_world(servers, tmp_path):
    StateFolder(tmp_path).write_stack(servers.folder.stack())
    done = manage(tmp_path, "demo", "--json", "--when-told")
    assert (done.returncode, done.stdout) == (0, "")
    assert not world_exists()
