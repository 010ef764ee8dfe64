"""The External Moderator's meetings (T11): the first with the plan, which is a milestone (M), and further ones."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from ctts.common.verdict import Invalid, NotAllowed, TooLate
from tests.training import practice as p
from training import actions, queries
from training.actions import StaleText
from training.models import Meeting, TrainingDraft
from training.states import AppointmentKind, MilestoneKind, RecordState

NOTES = {"held_on": date(2026, 6, 8), "mode": "online", "plan_reviewed": True, "notes": "The plan is sound."}


def hold(record, by, key=None, **changes):
    given = {"record_id": record.pk, "key": key or uuid4(), **NOTES, **changes}
    return actions.hold_first_meeting(by=by, now=p.NOW, **given)


def note(record, by, key=None, **changes):
    given = {"record_id": record.pk, "key": key or uuid4(), **NOTES, **changes}
    return actions.note_meeting(by=by, now=p.NOW, **given)


def test_T11_the_first_meeting_reviews_the_plan_and_reaches_its_milestone(scene):
    key = queries.meeting_key(scene.tara.pk, first=True)
    TrainingDraft.objects.create(owner=scene.cast.mia, form_key=key, saved_at=p.NOW)
    meeting = hold(scene.tara, scene.cast.mia)
    assert queries.first_meeting_milestone(scene.tara).done_on == date(2026, 6, 8)
    assert queries.first_meeting_milestone(scene.tom).done_on is None
    assert not scene.tara.milestones.exclude(kind=MilestoneKind.FIRST_MEETING).exclude(done_on=None).exists()
    assert (queries.first_meeting(scene.tara), TrainingDraft.objects.count()) == (meeting, 0)
    for person in (scene.cast.tara, scene.cast.sam):
        assert p.told(person) == ["training.meeting_noted"]
    assert p.kinds_audited(scene.tara) == ["training.meeting.first_held"]


@pytest.mark.parametrize("act", [hold, note])
@pytest.mark.parametrize("who", ["tara", "sam", "cora", "max", "olive"])
def test_T11_only_the_external_moderator_notes_meetings(scene, act, who):
    with pytest.raises(NotAllowed):
        act(scene.tara, getattr(scene.cast, who))


def test_T11_there_is_one_first_meeting_and_then_further_ones(scene):
    hold(scene.tara, scene.cast.mia)
    with pytest.raises(TooLate):
        hold(scene.tara, scene.cast.mia)
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.create(
            record=scene.tara, first=True, written_at=p.NOW, written_by=scene.cast.mia, key=uuid4(), **NOTES
        )
    further = note(scene.tara, scene.cast.mia, plan_reviewed=False, notes="The year was good.")
    assert p.kinds_audited(scene.tara)[-1] == "training.meeting.noted"
    assert [row.first for row in queries.meetings_of(scene.tara)] == [False, True]
    assert not further.first


@pytest.mark.parametrize("act", [hold, note])
def test_T11_the_same_key_notes_a_meeting_once(scene, act):
    key = uuid4()
    assert act(scene.tara, scene.cast.mia, key) == act(scene.tara, scene.cast.mia, key)
    with pytest.raises(NotAllowed):
        act(scene.tara, scene.cast.max, key)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("plan_reviewed", {"plan_reviewed": False}),
        ("held_on", {"held_on": date(2026, 6, 11)}),
        ("held_on", {"held_on": date(2026, 3, 31)}),
        ("notes", {"notes": " "}),
    ],
)
def test_T11_what_cannot_be_is_said_beside_its_field(scene, field, changes):
    with pytest.raises(Invalid) as problem:
        hold(scene.tara, scene.cast.mia, **changes)
    assert problem.value.field == field


def test_T1_T11_the_review_of_the_plan_is_noted_against_the_version_that_was_seen(scene):
    plan = queries.plan_standing(scene.tara)
    meeting = hold(scene.tara, scene.cast.mia, plan_seen=plan.digest)
    assert (meeting.plan_version, meeting.plan_sha256) == (1, plan.digest)
    item = p.items_of(scene.tara)[0]
    values = {"how": "Another way", "where": "", "with_whom": "", "by_on": date(2026, 9, 1)}
    seen = queries.item_digest(item)
    actions.tailor_item(by=scene.cast.tara, now=p.NOW, item_id=item.pk, seen=seen, values=values)
    with pytest.raises(StaleText):
        note(scene.tara, scene.cast.mia, plan_seen=plan.digest)
    unseen = note(scene.tara, scene.cast.mia, plan_reviewed=False, plan_seen=plan.digest)
    assert (unseen.plan_version, unseen.plan_sha256) == (None, "")


@pytest.mark.parametrize("columns", [{"plan_version": 1}, {"plan_version": 1, "plan_sha256": "a" * 64}])
def test_T11_which_plan_was_reviewed_is_whole_or_not_there(scene, columns):
    given = {**NOTES, "plan_reviewed": False, **columns}
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.create(
            record=scene.tara, first=False, written_at=p.NOW, written_by=scene.cast.mia, key=uuid4(), **given
        )


def test_T11_a_former_moderator_and_an_ended_training_have_no_meeting(scene):
    type(scene.tara).objects.filter(pk=scene.tara.pk).update(state=RecordState.WITHDRAWN, ended_on=p.TODAY)
    with pytest.raises(TooLate):
        hold(scene.tara, scene.cast.mia)
    p.end_appointment(scene.tom, AppointmentKind.EXTERNAL_MODERATOR)
    with pytest.raises(NotAllowed):
        note(scene.tom, scene.cast.max)
