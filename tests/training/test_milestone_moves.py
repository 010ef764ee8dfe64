"""The office moves one milestone, with a reason (M): both days stay, reminders follow the new one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from ctts.common.verdict import Invalid, NotAllowed, TooLate
from tests.training import practice as p
from tests.training.pages import address, press, words
from tests.training.test_reminding import MILESTONE, mails, seven_on
from training import actions, periodic, queries
from training.actions import StaleText
from training.models import Milestone, MilestoneMove, TrainingRecord
from training.states import AppointmentKind, MilestoneKind, RecordState

NEW = date(2026, 8, 12)


def meeting(record):
    return Milestone.objects.get(record=record, kind=MilestoneKind.FIRST_MEETING)


def move(milestone, by, seen="", **changes):
    given = {"due_on": NEW, "reason": "The moderator is away in July.", **changes}
    seen = seen or milestone.due_on.isoformat()
    return actions.move_milestone(by=by, now=p.NOW, milestone_id=milestone.pk, seen=seen, **given)


def test_M_the_office_moves_one_milestone_and_both_days_stay(scene):
    found = meeting(scene.tara)
    others = set(scene.tara.milestones.exclude(pk=found.pk).values_list("pk", "due_on"))
    moved = move(found, scene.cast.olive)
    assert (moved.was_on, moved.due_on, meeting(scene.tara).due_on) == (date(2026, 7, 1), NEW, NEW)
    assert set(scene.tara.milestones.exclude(pk=found.pk).values_list("pk", "due_on")) == others
    assert p.kinds_audited(scene.tara) == ["training.milestone.moved"]
    assert [p.told(person) for person in (scene.cast.tara, scene.cast.mia)] == [["training.milestone_moved"]] * 2
    assert p.told(scene.cast.sam) == []
    with pytest.raises(TypeError):
        moved.save()


def test_M_N_reminders_follow_the_new_day(scene):
    move(meeting(scene.tara), scene.cast.olive)

    def told():
        return [first for first, subject in mails(MILESTONE) if "First External Moderator" in subject]

    periodic.remind_of_milestones(seven_on(2026, 7, 2))
    assert "Tara" not in told()
    periodic.remind_of_milestones(seven_on(2026, 7, 15))
    assert told().count("Tara") == 1
    periodic.remind_of_milestones(seven_on(2026, 8, 13))
    assert told().count("Tara") == 2


@pytest.mark.parametrize("who", ["tara", "sam", "cora", "mia", "nobody"])
def test_M_nobody_else_moves_one(scene, who):
    with pytest.raises(NotAllowed):
        move(meeting(scene.tara), getattr(scene.cast, who))


def test_M_whoever_is_part_of_the_training_does_not_move_one(scene):
    p.appoint(scene.tara, scene.cast.olive, AppointmentKind.TRAINER)
    with pytest.raises(NotAllowed, match="part of this training"):
        move(meeting(scene.tara), scene.cast.olive)


def test_M_what_is_reached_or_over_stays_and_what_was_moved_meanwhile_is_shown(scene):
    found = meeting(scene.tara)
    move(found, scene.cast.olive)
    with pytest.raises(StaleText):
        move(found, scene.cast.oscar, seen="2026-07-01")
    Milestone.objects.filter(pk=found.pk).update(done_on=p.TODAY)
    with pytest.raises(TooLate, match="is reached"):
        move(meeting(scene.tara), scene.cast.olive)
    TrainingRecord.objects.filter(pk=scene.tom.pk).update(state=RecordState.WITHDRAWN, ended_on=p.TODAY)
    with pytest.raises(TooLate, match="has ended"):
        move(meeting(scene.tom), scene.cast.olive)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("reason", {"reason": " "}),
        ("due_on", {"due_on": date(2026, 7, 1)}),
        ("due_on", {"due_on": date(2026, 3, 31)}),
        ("due_on", {"due_on": date(2028, 4, 1)}),
    ],
)
def test_M_what_cannot_be_is_said_beside_its_field(scene, field, changes):
    with pytest.raises(Invalid) as problem:
        move(meeting(scene.tara), scene.cast.olive, **changes)
    assert problem.value.field == field
    with pytest.raises(IntegrityError), transaction.atomic():
        columns = {"was_on": NEW, "due_on": NEW, "reason": "Why.", "moved_at": p.NOW}
        MilestoneMove.objects.create(milestone=meeting(scene.tara), moved_by=scene.cast.olive, **columns)


def test_M_the_page_shows_each_day_a_milestone_had(scene):
    olive, tara = p.client_of(scene.cast.olive), p.client_of(scene.cast.tara)
    found, listed = meeting(scene.tara), address("milestones", scene.tara.pk)
    url = address("milestone_move", found.pk)
    assert "Move" in words(olive.get(listed)) and not tara.get(listed).context["settles"]
    assert "It is due on 1 July 2026" in words(olive.get(url))
    refused = press(olive, url, due_on="2028-04-01", reason="Later.")
    assert (refused.status_code, set(refused.context["form"].errors)) == (422, {"due_on"})
    move(found, scene.cast.oscar, due_on=NEW + timedelta(days=1))
    stale = olive.post(url, {"seen": "2026-07-01", "due_on": NEW.isoformat(), "reason": "The moderator is away."})
    assert (stale.status_code, "The moderator is away." in words(stale)) == (409, True)
    again = {"seen": stale.context["form"]["seen"].value(), "due_on": NEW.isoformat(), "reason": "Away."}
    assert olive.post(url, again).url == listed
    page = words(tara.get(listed))
    for said in ("The moderator is away in July.", "Away.", "Oscar Obi", "Olive Ong"):
        assert said in page
    assert tara.get(url).status_code == 403
    assert "A milestone was moved" in words(tara.get(address("history", scene.tara.pk)))


@pytest.mark.parametrize("rows", [1, 3])
def test_M_the_page_of_milestones_costs_the_same_however_often_they_moved(scene, rows, django_assert_num_queries):
    for number in range(rows):
        move(meeting(scene.tara), scene.cast.olive, due_on=NEW + timedelta(days=number))
    tara, olive = p.client_of(scene.cast.tara), p.client_of(scene.cast.olive)
    pages = (
        (tara, "training:milestones", scene.tara.pk, 8),
        (olive, "training:milestone_move", meeting(scene.tara).pk, 8),
    )
    for browser, name, pk, count in pages:
        browser.get(reverse("accounts:profile"))
        with django_assert_num_queries(count, info=name):
            assert browser.get(reverse(name, args=[pk])).status_code == 200
    assert len(queries.milestones_of(scene.tara, scene.cast.tara, p.TODAY)) == 9
