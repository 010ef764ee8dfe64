"""The External Moderator's review of each year with its DOPS (T11), as a fact, a duty and a page."""

from __future__ import annotations

import json
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from ctts.common.verdict import Invalid, NotAllowed, TooLate
from tests.cast import at
from tests.training import moderating as m
from tests.training import practice as p
from tests.training.pages import address, filled, press, typed, words
from tests.training.world import browser_of
from training import actions, queries
from training.models import Interruption, Milestone, TrainingDraft, TrainingRecord, YearReview
from training.queries.duties_moderator import MODERATOR_DUTIES
from training.queries.part import part_of
from training.rules import later_review_due, year_to_review, years_reached
from training.states import AppointmentKind, MilestoneKind, RecordState

START = date(2026, 4, 1)
SECOND = at(2027, 4, 20)


# --- the rule ---


def test_T11_years_that_can_be_reviewed_run_up_to_today_and_move_with_interruptions():
    assert list(years_reached(START, date(2026, 3, 31))) == []
    assert list(years_reached(START, date(2027, 3, 31))) == [1]
    assert list(years_reached(START, date(2027, 4, 1))) == [1, 2]
    away = [(date(2026, 6, 1), date(2026, 6, 30))]
    assert list(years_reached(START, date(2027, 4, 1), away)) == [1]
    assert list(years_reached(START, date(2027, 3, 20), second_open=True)) == [2]
    with pytest.raises(TypeError):
        years_reached(START, START, second_open=1)


def test_T11_the_next_review_is_of_the_first_year_without_one():
    assert [year_to_review(range(1, 3), done) for done in ((), (1,), (2,), (1, 2))] == [1, 2, 1, None]


def test_T11_a_third_year_is_reviewed_a_month_before_its_end():
    assert later_review_due(START, 3) == date(2029, 3, 1)
    assert later_review_due(START, 3, [(date(2026, 6, 1), date(2026, 6, 10))]) == date(2029, 3, 11)
    with pytest.raises(ValueError, match="year is 2"):
        later_review_due(START, 2)


# --- writing it ---


def test_T11_a_year_is_reviewed_once_with_its_dops_and_people_hear(scene):
    TrainingDraft.objects.create(owner=scene.cast.mia, form_key=queries.year_review_key(scene.tara.pk), saved_at=p.NOW)
    review = m.year_review(scene.tara, scene.cast.mia)
    assert (review.year, review.dops.assessor, str(review)) == (1, scene.cast.mia, "Review of year 1")
    assert not TrainingDraft.objects.exists()
    assert p.kinds_audited(scene.tara)[-1] == "training.year.reviewed"
    assert [p.told(person)[-1] for person in (scene.cast.tara, scene.cast.sam)] == ["training.year_reviewed"] * 2
    with pytest.raises(TooLate, match="Every year so far is reviewed"):
        m.year_review(scene.tara, scene.cast.mia)
    with pytest.raises(TypeError):
        review.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        values = {**m.YEAR, "dops": p.signed_dops(scene.tara, scene.cast.mia)}
        YearReview.objects.create(
            record=scene.tara, year=1, written_at=p.NOW, written_by=scene.cast.mia, key=uuid4(), **values
        )


def test_T11_the_same_key_reviews_once(scene):
    key, dops = uuid4(), p.signed_dops(scene.tara, scene.cast.mia)
    assert m.year_review(scene.tara, scene.cast.mia, dops, key=key) == m.year_review(
        scene.tara, scene.cast.mia, dops, key=key
    )


@pytest.mark.parametrize("who", ["tara", "sam", "cora", "max", "olive"])
def test_T11_only_the_external_moderator_reviews_a_year(scene, who):
    dops = p.signed_dops(scene.tara, scene.cast.mia)
    with pytest.raises(NotAllowed):
        m.year_review(scene.tara, getattr(scene.cast, who), dops)


def test_T11_a_review_rests_on_a_signed_dops_of_the_moderator_in_this_record(scene):
    others = {
        "supervisor": p.signed_dops(scene.tara, scene.cast.sam),
        "begun": p.started_dops(scene.tara, scene.cast.mia),
        "of another trainee": p.signed_dops(scene.tom, scene.cast.max),
    }
    for dops in others.values():
        with pytest.raises(Invalid) as problem:
            m.year_review(scene.tara, scene.cast.mia, dops)
        assert problem.value.field == "dops"


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("dops", {"dops": None}),
        ("held_on", {"held_on": date(2026, 6, 11)}),
        ("held_on", {"held_on": date(2026, 3, 31)}),
        ("progress", {"progress": " "}),
        ("next_steps", {"next_steps": ""}),
    ],
)
def test_T11_what_a_review_lacks_is_said_beside_its_field(scene, field, changes):
    with pytest.raises(Invalid) as problem:
        m.year_review(scene.tara, scene.cast.mia, **changes)
    assert problem.value.field == field


def test_T11_the_second_year_has_a_review_of_its_own_with_a_dops_of_its_own(scene):
    mia, old = scene.cast.mia, p.signed_dops(scene.tara, scene.cast.mia)
    m.open_second_year(scene.tara, scene.cast.olive, SECOND)
    assert queries.next_review_year(scene.tara, SECOND.date()) == 2
    assert not queries.dops_for_review(scene.tara, 2).exists()
    assert list(queries.dops_for_review(scene.tara, 1)) == [old]
    later = SECOND + timedelta(days=30)
    days = {"observed_on": later.date()}
    dops = p.sign(p.filled_dops(p.started_dops(scene.tara, mia, later), mia, later, **days), mia, later)
    review = m.year_review(scene.tara, mia, dops, later, held_on=later.date())
    assert (review.year, queries.next_review_year(scene.tara, later.date())) == (2, None)


def test_T11_after_the_end_no_year_is_reviewed(scene):
    dops = p.signed_dops(scene.tara, scene.cast.mia)
    TrainingRecord.objects.filter(pk=scene.tara.pk).update(state=RecordState.WITHDRAWN, ended_on=p.TODAY)
    with pytest.raises(TooLate):
        m.year_review(scene.tara, scene.cast.mia, dops)


# --- the duty ---


def waits(scene, today=p.TODAY, who="mia"):
    """What the review of a year asks of somebody, and of whom it speaks."""
    part = part_of(getattr(scene.cast, who), today)
    found = [row for duty in MODERATOR_DUTIES for row in duty(part) if "year" in row.what]
    return [(row.what, row.about) for row in found]


def due(scene, kind, on):
    Milestone.objects.filter(record=scene.tara, kind=kind).update(due_on=on)


def test_T11_the_review_waits_four_weeks_before_it_is_due_until_words_and_dops_are_there(scene):
    due(scene, MilestoneKind.FIRST_YEAR_EVIDENCE, date(2026, 7, 8))
    assert waits(scene, date(2026, 6, 9)) == waits(scene, who="max") == []
    assert waits(scene) == [("Do the review of the first year with a DOPS", "Tara Quinn, 0 of 1 DOPS")]
    dops = p.complete_dops(scene.tara, scene.cast.mia)
    assert waits(scene) == [("Write the review of the first year", "Tara Quinn")]
    m.year_review(scene.tara, scene.cast.mia, dops)
    assert waits(scene) == []


def test_T11_a_review_whose_dops_was_voided_asks_for_a_dops_again(scene):
    due(scene, MilestoneKind.FIRST_YEAR_EVIDENCE, date(2026, 7, 8))
    dops = p.signed_dops(scene.tara, scene.cast.mia)
    m.year_review(scene.tara, scene.cast.mia, dops)
    actions.void_dops(by=scene.cast.mia, now=p.NOW, dops_id=dops.pk, reason="The wrong trainee.")
    assert waits(scene) == [("Do the DOPS of the first year", "Tara Quinn, 0 of 1 DOPS")]


def test_T11_the_second_year_is_due_with_the_practical(scene):
    m.open_second_year(scene.tara, scene.cast.olive, SECOND)
    due(scene, MilestoneKind.PRACTICAL, date(2027, 6, 8))
    assert waits(scene, date(2027, 5, 10)) == []
    assert waits(scene, date(2027, 5, 11)) == [("Write the review of the second year", "Tara Quinn")]


def test_T11_a_third_year_is_asked_for_by_the_calendar_of_training(scene):
    m.open_second_year(scene.tara, scene.cast.olive, SECOND)
    due(scene, MilestoneKind.PRACTICAL, date(2030, 1, 1))
    assert waits(scene, date(2029, 1, 31)) == []
    assert waits(scene, date(2029, 2, 1)) == [("Write the review of year 3", "Tara Quinn")]
    given = {"starts_on": date(2026, 6, 1), "ends_on": date(2027, 5, 31), "decided_at": p.NOW}
    Interruption.objects.create(record=scene.tara, decided_by=scene.cast.olive, **given)
    assert waits(scene, date(2029, 2, 1)) == []
    words = {**m.YEAR, "dops": p.signed_dops(scene.tara, scene.cast.mia)}
    YearReview.objects.create(
        record=scene.tara, year=3, written_at=p.NOW, written_by=scene.cast.mia, key=uuid4(), **words
    )
    assert waits(scene, date(2030, 2, 15)) == [("Write the review of the second year", "Tara Quinn")]


# --- pages ---


def test_T11_the_review_is_written_on_its_page_and_read_by_those_around(scene):
    mia, url = browser_of(scene.cast.mia), address("year_review_new", scene.tara.pk)
    assert "You have signed no DOPS for this year yet" in words(mia.get(url))
    meetings = address("meetings", scene.tara.pk)
    p.appoint(scene.tara, scene.cast.sid, AppointmentKind.TRAINER)
    dops = p.signed_dops(scene.tara, scene.cast.mia)
    given = {"held_on": "2026-06-09", "progress": "A good year.", "next_steps": "SPECT."}
    refused = press(mia, url, **given)
    assert (refused.status_code, set(refused.context["form"].errors)) == (422, {"dops"})
    assert json.loads(typed(mia, url, **filled(mia, url, progress="Half a sen")).content)["version"] == 1
    assert filled(mia, url)["progress"] == "Half a sen"
    assert press(mia, url, dops=dops.pk, **given).url == meetings
    assert mia.get(url).status_code == 409
    for who in ("tara", "sam", "olive"):
        assert "A good year." in words(browser_of(getattr(scene.cast, who)).get(meetings))


def test_T11_the_button_is_what_comes_next_and_the_rest_stands_beside_it(scene):
    mia, url = browser_of(scene.cast.mia), address("meetings", scene.tara.pk)

    def offered():
        context = mia.get(url).context
        return [context["step"].label, *(one.label for one in context["further"])]

    assert offered() == ["Note the first meeting"]
    given = {"held_on": p.TODAY, "mode": "online", "plan_reviewed": True, "notes": "Fine.", "key": uuid4()}
    actions.hold_first_meeting(by=scene.cast.mia, now=p.NOW, record_id=scene.tara.pk, **given)
    assert offered() == ["Note a meeting", "Write the review of year 1"]
    dops = p.signed_dops(scene.tara, scene.cast.mia)
    assert offered() == ["Write the review of year 1", "Note a meeting"]
    m.year_review(scene.tara, scene.cast.mia, dops)
    assert offered() == ["Note a meeting"]
    assert browser_of(scene.cast.sam).get(url).context["step"] is None
