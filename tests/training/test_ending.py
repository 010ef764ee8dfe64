"""How a record goes on and ends: year two (Y), milestones (M), not completed (F6), completed (F7, D3)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from ctts.common.verdict import NotAllowed, TooLate
from ctts.organisations import actions as organisations
from ctts.organisations.access import forget_held
from ctts.organisations.states import Role
from tests.cast import START
from tests.training import practice as p
from tests.training.pages import address, words
from tests.training.world import browser_of
from training import actions, queries
from training.models import AssociateMembership, Milestone, TrainingRecord, YearTwo
from training.states import AppointmentKind, MilestoneKind, RecordState

REACHED = {"kinds": [MilestoneKind.PORTFOLIO, MilestoneKind.INDUCTION]}
STEPS = {
    "open_year_two": {},
    "reach_milestones": REACHED,
    "end_not_completed": {},
    "complete_record": {},
}


def do(step, record, by, **more):
    return getattr(actions, step)(by=by, now=p.NOW, record_id=record.pk, **{**STEPS[step], **more})


def now_of(record):
    return TrainingRecord.objects.get(pk=record.pk)


def set_state(record, state, **more):
    TrainingRecord.objects.filter(pk=record.pk).update(state=state, **more)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("who", ["tara", "sam", "cora", "mia", "sue", "ada", "nobody"])
def test_F6_nobody_outside_the_office_settles_a_record(scene, step, who):
    with pytest.raises(NotAllowed):
        do(step, scene.tara, getattr(scene.cast, who))
    assert now_of(scene.tara).state == now_of(scene.tom).state == RecordState.ACTIVE


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("who", ["tara", "mia"])
def test_F6_staff_who_are_part_of_the_training_do_not_settle_it(scene, step, who):
    person = getattr(scene.cast, who)
    organisations.grant(by=None, now=START, person=person, role=Role.OFFICE)
    forget_held(person)
    with pytest.raises(NotAllowed, match="You are part of this training"):
        do(step, scene.tara, person)
    do(step, scene.tom, person)  # could leak: of another's they may


def test_Y_the_second_year_is_opened_once(scene):
    made = do("open_year_two", scene.tara, scene.cast.olive)
    assert (made.opened_at, made.opened_by) == (p.NOW, scene.cast.olive)
    assert p.kinds_audited(scene.tara) == ["training.year_two.opened"]
    assert not YearTwo.objects.filter(record=scene.tom).exists()
    with pytest.raises(TooLate, match="open already"):
        do("open_year_two", scene.tara, scene.cast.oscar)


def test_M_milestones_are_reached_once_and_keep_their_first_day(scene):
    Milestone.objects.filter(record=scene.tara, kind=MilestoneKind.INDUCTION).update(done_on=date(2026, 5, 15))
    assert do("reach_milestones", scene.tara, scene.cast.olive) == 1
    assert do("reach_milestones", scene.tara, scene.cast.oscar) == 0
    done = Milestone.objects.filter(done_on__isnull=False).values_list("record", "kind", "done_on")
    assert set(done) == {
        (scene.tara.pk, "induction", date(2026, 5, 15)),
        (scene.tara.pk, "portfolio", p.TODAY),
    }
    assert p.kinds_audited(scene.tara) == ["training.milestones.reached"]


@pytest.mark.parametrize("step", ["open_year_two", "reach_milestones"])
def test_Y_nothing_is_opened_or_reached_after_the_end(scene, step):
    set_state(scene.tara, RecordState.WITHDRAWN, ended_on=p.TODAY)
    with pytest.raises(TooLate, match="has ended"):
        do(step, scene.tara, scene.cast.olive)


def test_F6_a_record_ended_as_not_completed_ends_the_membership_and_is_told(scene):
    do("end_not_completed", scene.tara, scene.cast.olive)
    record = now_of(scene.tara)
    assert (record.state, record.ended_on) == (RecordState.NOT_COMPLETED, p.TODAY)
    assert AssociateMembership.objects.get(record=record).ends_on == p.TODAY
    assert AssociateMembership.objects.get(record=scene.tom).ends_on is None
    assert [p.told(getattr(scene.cast, who)) for who in ("tara", "sam", "cora")] == [["training.not_completed"]] * 3
    assert p.told(scene.cast.mia) == p.told(scene.cast.tom) == []
    assert p.kinds_audited(scene.tara) == ["training.record.end_not_completed"]
    mine = scene.cast.tara.messages.get()
    assert "ended your training" in mine.text and "training of Tara Quinn" in scene.cast.sam.messages.get().text
    with pytest.raises(TooLate):
        do("end_not_completed", scene.tara, scene.cast.oscar)


def test_F6_an_interrupted_record_can_be_ended_and_not_completed(scene):
    for record in (scene.tara, scene.tom):
        set_state(record, RecordState.INTERRUPTED)
    assert do("end_not_completed", scene.tara, scene.cast.olive).state == RecordState.NOT_COMPLETED
    with pytest.raises(TooLate):
        do("complete_record", scene.tom, scene.cast.olive)


def test_F7_D3_a_completed_record_ends_the_membership_that_day(scene):
    p.appoint(scene.tara, scene.cast.max, AppointmentKind.SUPPORTING_MODERATOR)
    do("complete_record", scene.tara, scene.cast.olive)
    record = now_of(scene.tara)
    assert (record.state, record.ended_on) == (RecordState.COMPLETED, p.TODAY)
    assert AssociateMembership.objects.get(record=record).ends_on == p.TODAY
    assert Milestone.objects.get(record=record, kind=MilestoneKind.BOARD).done_on == p.TODAY
    assert p.kinds_audited(scene.tara) == ["training.record.complete"]
    assert p.told(scene.cast.tara) == []  # the board tells
    with pytest.raises(TooLate):
        do("complete_record", scene.tara, scene.cast.oscar)


@pytest.mark.parametrize(
    ("who", "page"),
    [("tara", "mine"), ("sam", "record"), ("sam", "trainees"), ("olive", "record"), ("olive", "office")],
)
def test_F7_the_pages_of_a_completed_record_open_and_say_so(scene, who, page):
    do("complete_record", scene.tara, scene.cast.olive)
    url = address(page, scene.tara.pk) if page == "record" else address(page)
    answer = browser_of(getattr(scene.cast, who)).get(url)
    assert (answer.status_code, "Complete" in words(answer)) == (200, True)


def test_M_T9_the_page_names_what_is_late_or_comes_next_but_no_event_that_is_over(scene):
    milestones = Milestone.objects.filter(record=scene.tara)
    milestones.update(done_on=None, due_on=p.TODAY + timedelta(days=90))
    milestones.filter(kind=MilestoneKind.INDUCTION).update(due_on=p.TODAY - timedelta(days=60))
    milestones.filter(kind=MilestoneKind.FIRST_MEETING).update(due_on=p.TODAY + timedelta(days=3))
    assert seen(scene).next_milestone.label == "First External Moderator meeting"
    assert "Induction day" not in (seen(scene).light.because)
    milestones.filter(kind=MilestoneKind.VIVA).update(due_on=p.TODAY - timedelta(days=1))
    assert (seen(scene).next_milestone.label, seen(scene).light.because) == ("Viva", "Viva is late")
    do("complete_record", scene.tara, scene.cast.olive)
    assert seen(scene).next_milestone is None


def test_F7_once_the_viva_is_passed_the_record_waits_for_a_board_and_says_so(scene):
    browser, url = browser_of(scene.cast.tara), address("record", scene.tara.pk)
    assert "What comes next" not in words(browser.get(url))
    do("reach_milestones", scene.tara, scene.cast.olive, kinds=[MilestoneKind.VIVA])
    page = words(browser.get(url))
    assert "A board ratifies the award next" in page and "Now with <strong>the board" in page
    assert reverse("moderation:diploma", args=[scene.tara.pk]) in page
    do("end_not_completed", scene.tara, scene.cast.olive)
    assert seen(scene).after is None


def seen(scene):
    """The page of Tara's record as she sees it now."""
    return queries.overview(now_of(scene.tara), scene.cast.tara, p.NOW)
