"""The demo world: alive in every state and stage, made by actions, whole in its history, owing nothing."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from io import StringIO
from itertools import pairwise

import pytest
from django.core.management import call_command
from django.db.models import F
from django.test import Client

from applications.models import AdjustmentRequest, Application, DecisionLetter
from applications.states import ApplicationState
from assessments.models import FirstYear, MarkSheet, Outcome, Portfolio, StageAttempt, Viva
from ctts.accounts.models import User
from ctts.audit.models import AuditEvent
from ctts.audit.verification import verify
from ctts.common import clock
from ctts.common.clock import london_date
from ctts.demo.world import get_ready, make_world, world_exists
from ctts.demo.world.newcomers import COHORTS
from ctts.demo.world.people import CENTRES
from ctts.documents.models import Document
from ctts.home.invariants import broken_invariants
from ctts.home.routes import routes
from ctts.notifications.models import Message
from ctts.organisations.models import Organisation
from ctts.organisations.states import Role
from ctts.scheme.models import Intake
from ctts.state import StateFolder
from moderation.models import Award, Diploma, DiplomaFile
from moderation.queries.boards import awardable_records
from tests.cast import at
from tests.infra.running import manage
from training.models import (
    ChangeRequest,
    Concern,
    Dops,
    DopsSignature,
    Evidence,
    PlanItem,
    ProgressReport,
    SupervisorReview,
    TrainingRecord,
)
from training.rules import month_gaps
from training.states import ItemState

NOW = at(2026, 11, 28, 15)
MAY_BE_EMPTY = {
    "home:mail": "mail that is dead or in doubt; nothing went wrong",
    "applications:mine": "her own applications; she is of the office",
    "applications:to_support": "for supervisors",
    "applications:of_my_centres": "for co-ordinators",
    "training:trainees": "for supervisors and moderators",
}
LISTS = ("table", "page", "rows")


def made() -> list[dict[str, str]]:
    out = StringIO()
    call_command("demo", "--json", stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture
def people(db, settings, tmp_path, post_box):
    settings.STATE_DIR = tmp_path
    clock.set_offset(at=NOW)
    get_ready()
    make_world(NOW)
    return made()


def test_the_world_is_alive_whole_settled_and_made_once(people, post_box):
    everybody_is_there(people)
    every_stage_is_there()
    two_diplomas_are_sealed()
    assert verify().faults == []
    assert broken_invariants() == []
    every_dossier_is_in_order()
    most_months_have_their_review()
    nothing_is_owed(post_box)
    everybody_can_sign_in(people)
    every_list_of_the_office_is_alive()
    everybody_has_a_dashboard(people)
    assert made() == people


def everybody_is_there(people):
    """Six centres, every role, 24 trainees of five intakes, and today's applications in every state."""
    assert Organisation.objects.count() == len(CENTRES) == 6
    assert len(people) == User.objects.count() == 22 + 24 + 10
    assert TrainingRecord.objects.count() == 24
    assert len({record.intake_id for record in TrainingRecord.objects.all()}) == 5
    assert set(Application.objects.values_list("state", flat=True)) == set(ApplicationState.values)
    assert {"open", "planned"} < set(Intake.objects.values_list("state", flat=True))
    assert Counter(TrainingRecord.objects.values_list("state", flat=True)) == {
        "active": 21,
        "completed": 2,
        "not_completed": 1,
    }


def every_stage_is_there():
    """Competencies, practice, and both years' assessments at every point of their way."""
    assert set(PlanItem.objects.values_list("state", flat=True)) == set(ItemState.values)
    assert set(SupervisorReview.objects.values_list("state", flat=True)) >= {"draft", "submitted"}
    assert set(Dops.objects.values_list("assessor_kind", flat=True)) >= {
        "supervisor",
        "colleague",
        "external_moderator",
        "external",
    }
    by_link = Dops.objects.filter(assessor_kind="external").order_by("pk").values_list("assessor_name", "state")
    assert list(by_link) == [("Dr Owen Vale", "complete"), ("Pia North", "requested")]
    assert DopsSignature.objects.filter(meaning="countersigned").count() == 1
    assert set(Evidence.objects.values_list("state", flat=True)) == {"shared"}
    assert Counter(Concern.objects.values_list("state", "patient_safety")) == {("open", False): 1, ("open", True): 1}
    assert set(ProgressReport.objects.values_list("state", flat=True)) == {"acknowledged"}
    changes = set(ChangeRequest.objects.values_list("kind", "state"))
    assert changes == {
        ("supervisor", "awaiting_support"),
        ("less_than_full_time", "awaiting_decision"),
        ("interruption", "approved"),
    }
    adjustments = set(AdjustmentRequest.objects.values_list("state", flat=True))
    assert adjustments == {"asked", "clarifying", "agreed", "under_review", "declined"}
    assert set(FirstYear.objects.values_list("state", flat=True)) >= {"preparing", "with_moderator", "decided"}
    outcomes = set(Outcome.objects.values_list("stage", "state"))
    assert outcomes > {("first_year", state) for state in ("agreed", "confirmed", "released")}
    assert outcomes > {("practical", "agreed"), ("practical", "released"), ("portfolio", "released")}
    attempts = set(StageAttempt.objects.values_list("stage", "state"))
    assert attempts > {("portfolio", "open"), ("portfolio", "marking"), ("portfolio", "disagreed"), ("viva", "open")}
    oldest = Viva.objects.filter(attempt__record__trainee__full_name__in=[who.name for who in COHORTS[0]])
    assert [viva.starts_at.astimezone(clock.LONDON).hour for viva in oldest.order_by("starts_at")] == [9, 11, 13]
    assert set(Portfolio.objects.values_list("source", "state")) == {("compiled", "sealed"), ("uploaded", "sealed")}
    assert set(Viva.objects.values_list("state", flat=True)) == {"booked", "held"}
    assert set(MarkSheet.objects.values_list("state", flat=True)) == {"open", "submitted"}
    assert [record.trainee.full_name for record in awardable_records()] == ["Tilda Łukasiewicz"]


def two_diplomas_are_sealed():
    """Both awards have their diploma, a PDF with its seal, made a minute after it was issued."""
    assert Award.objects.count() == Diploma.objects.filter(state="issued").count() == 2
    files = DiplomaFile.objects.select_related("diploma", "document")
    assert [file.made_at - file.diploma.issued_at for file in files] == [timedelta(minutes=1)] * 2
    assert all(file.pdf_sha256 == file.document.sha256 for file in files)


def most_months_have_their_review():
    """T4: each supervisor sees few months without a review, and somebody some."""
    missing = {}
    for record in TrainingRecord.objects.filter(ended_on__isnull=True).select_related("rules", "trainee"):
        held = record.reviews.exclude(state="draft").values_list("held_on", flat=True)
        missing[record.trainee.full_name] = len(month_gaps(record.start_on, held, london_date(NOW)))
    assert max(missing.values()) <= 3 and 5 < sum(missing.values()) < 30, missing


def every_dossier_is_in_order():
    """Nothing in a dossier happened before what stands above it; the worker's minute may lie across."""
    for trainee in TrainingRecord.objects.values_list("trainee", flat=True):
        entries = AuditEvent.objects.filter(chain=f"dossier:{trainee}").order_by("number")
        told = list(entries.values_list("at", "action"))
        back = [pair for pair in pairwise(told) if pair[0][0] - pair[1][0] > timedelta(minutes=1)]
        assert back == [] and told[-1][0] <= NOW


def nothing_is_owed(post_box):
    """What worker and calendar had to do in the past is done; the post box holds the mail of the last days."""
    sent = {message.message_id: message for message in Message.objects.all()}
    held = [message for message in sent.values() if message.state == "held"]
    assert [message.kind for message in held] == ["applications.declined"]  # the office looks at this letter first
    others = {message for message in sent.values() if message not in held}
    assert {(message.state, message.sent_at == message.queued_at) for message in others} == {("sent", True)}
    arrived = {mail["Message-ID"]: mail["Date"].datetime for mail in post_box.messages()}
    assert 0 < len(arrived) < 60
    assert all(sent[key].sent_at.replace(microsecond=0) == when for key, when in arrived.items())
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


def pressed(email):
    """A browser in which somebody pressed this person's button."""
    client = Client()
    client.post("/dev/people/", {"email": email})
    return client


def every_list_of_the_office_is_alive():
    """Every page without a number in its address that the office may open answers, and no list of it is empty."""
    client, empty = pressed("olive@demo.example"), set()
    pages = [route for route in routes() if "office" in route["guard"] or route["guard"] == "signed-in"]
    for route in pages:
        if "<" in route["path"] or "GET" not in route["methods"] or route["path"].startswith("/account"):
            continue
        response = client.get(route["path"], follow=True)
        assert response.status_code == (404 if route["name"] == "training:mine" else 200), route["path"]
        shown = [response.context[name] for name in LISTS if response.context and name in response.context]
        if shown and not any(many(one) for one in shown):
            empty.add(route["name"])
    assert empty == set(MAY_BE_EMPTY) & {route["name"] for route in pages}


def many(shown):
    """How much a list of a page holds, whatever shows it."""
    for name in ("rows", "object_list", "entries"):
        if hasattr(shown, name):
            return len(getattr(shown, name))
    return len(shown)


def everybody_has_a_dashboard(people):
    """Everybody's first page answers, and whoever has a part in somebody's training has something waiting."""
    waiting = {}
    for person in people:
        response = pressed(person["email"]).get("/home/")
        assert response.status_code == 200
        waiting[person["email"].partition("@")[0]] = response.context["waiting"]
        everybody_waited_for_can_be_nudged(response.context["waiting"])
    staff = "olive oscar ada sam sue sid shona sian stan sara cora carl ceri colm cleo trina tariq mia max mona miles"
    assert [first for first in staff.split() if not waiting[first]] == []


def everybody_waited_for_can_be_nudged(groups):
    """Every row of what waits for others can be nudged about, or says why nobody is."""
    rows = [row for group in groups if group.key == "others" for row in group.rows]
    assert [row for row in rows if not row.nudge_url and not row.nudged] == []


def test_a_launcher_that_went_before_it_gave_the_word_leaves_no_world(servers, tmp_path, db):
    StateFolder(tmp_path).write_stack(servers.folder.stack())
    done = manage(tmp_path, "demo", "--json", "--when-told")
    assert (done.returncode, done.stdout) == (0, "")
    assert not world_exists()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_both_sides_are_made_at_once_and_make_the_same_world(settings, tmp_path, post_box):
    settings.STATE_DIR = tmp_path
    clock.set_offset(at=NOW)
    get_ready()
    make_world(NOW, sides_at_once=True)
    everybody_is_there(made())
    every_stage_is_there()
    two_diplomas_are_sealed()
    every_dossier_is_in_order()
    assert verify().faults == []
    assert broken_invariants() == []
