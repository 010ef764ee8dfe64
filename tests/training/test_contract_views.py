"""What reporting tools read of evidence, writing, concerns, milestones and reminders: no word of any (rule 9)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from tests.contract import reading
from tests.kept import kept_world
from tests.training import practice as p
from tests.training.test_concerns import safety
from tests.training.test_reminding import seven_on
from tests.training.test_trainers import allocate, end
from training import actions, periodic
from training.models import CaseStudy, Evidence
from training.states import EvidenceKind, MilestoneKind, ReflectionModel

pytestmark = pytest.mark.django_db(transaction=True)
scene = kept_world(p.make_scene)


@pytest.fixture
def read(servers, scene):
    """What the contract role reads: rows of a query."""
    with reading(servers) as rows:
        yield rows


def test_N_the_view_of_reminders_says_when_each_was_due_for_whom_and_what_became_of_it(scene, read):
    periodic.chase_reviews(seven_on(2026, 6, 10))
    columns = "kind, due_at, state, reason"
    april, may = read(f"select {columns} from contract.due where person_id = {scene.cast.sam.pk} order by key")
    assert (april[0], april[2:]) == ("training.review_missing", ("passed_over", "overtaken"))
    assert may[1] == datetime(2026, 6, 7, tzinfo=ZoneInfo("Europe/London")) and may[2:] == ("queued", "")


def test_T8_a_concern_by_its_level(scene, read):
    found = safety(scene.tara, scene.cast.sam)
    row = (found.pk, scene.cast.tara.pk, "external_moderator", True, "open")
    assert read("select id, trainee_id, level, safety, state from contract.concern") == [row]


def test_M_milestones_by_their_days(scene, read):
    rows = read(f"select kind, due_on, done_on from contract.milestone where trainee_id = {scene.cast.tara.pk}")
    assert len(rows) == len(MilestoneKind) and ("first_meeting", date(2026, 7, 1), None) in rows


def test_T3_T6_evidence_and_writing_by_state(scene, read):
    common = {"by": scene.cast.tara, "now": p.NOW, "record_id": scene.tara.pk, "key": uuid4()}
    piece = actions.start_reflection(**common, model=ReflectionModel.FREE, title="A day")
    assert read("select id, trainee_id, state, submitted_at from contract.reflection") == [
        (piece.pk, scene.cast.tara.pk, "draft", None)
    ]
    case = CaseStudy.objects.create(
        record=scene.tara, title="A camera", words=12, made_at=p.NOW, changed_at=p.NOW, key=uuid4()
    )
    assert read("select id, trainee_id, state, words from contract.case_study") == [
        (case.pk, scene.cast.tara.pk, "draft", 12)
    ]
    kept = Evidence.objects.create(
        record=scene.tara, author=scene.cast.tara, kind=EvidenceKind.TEXT, title="Rules", text="Read.",
        made_at=p.NOW, changed_at=p.NOW, content_sha256="a" * 64, key=uuid4(),
    )  # fmt: skip
    assert read("select id, trainee_id, kind, state, sha256 from contract.evidence") == [
        (kept.pk, scene.cast.tara.pk, "text", "draft", "a" * 64)
    ]


def test_E3_an_appointment_is_left_out_once_it_was_called_off(scene, read):
    made = allocate(scene, starts_on=date(2026, 7, 1))
    ask = f"select kind from contract.appointment where id = {made.pk}"
    assert read(ask) == [("trainer",)]
    end(made, scene.cast.sam)
    assert read(ask) == []
