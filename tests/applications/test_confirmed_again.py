"""List or plan changed after the supervisor confirmed them: they confirm again before it is accepted (A2, A4, I4)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from applications import access, actions, queries
from applications.models import Application
from applications.states import ApplicationState as S
from ctts.common.verdict import Invalid
from ctts.notifications.models import Message
from tests.applications import world
from tests.applications.test_another_supervisor import answer, leave, told, url
from tests.applications.test_desk import audited, words
from tests.applications.world import NOW
from tests.office import browser_of

LATER = NOW + timedelta(hours=2)


def replan(application: Application) -> None:
    """Ann writes another training plan while the form is open again."""
    chosen = application.competency_list
    row = {"how": "Alone, from the first month", "where": "Elsewhere", "with_whom": "Nobody", "by_month": 3}
    rows = dict.fromkeys(chosen.items.values_list("pk", flat=True), row)
    given = {"by": application.applicant, "now": NOW, "application_id": application.pk, "rows": rows}
    actions.save_plan(**given, summary="All at once.", level_six="By reading.")


@pytest.fixture
def asked(cast, ready) -> Application:
    """Every rule is met, and Olive asks about the plan."""
    return world.ask(cast, ready)


@pytest.fixture
def replanned(cast, asked) -> Application:
    """Ann changed the plan and answered."""
    replan(asked)
    answer(asked)
    return world.refresh(asked)


def test_A2_who_answers_without_touching_list_or_plan_asks_the_supervisor_nothing(cast, asked):
    answer(asked)
    assert world.refresh(asked).another_asked_at is None and told("supervisor_asked") == ["Sam"]


def test_A2_the_applicant_is_told_before_that_the_supervisor_confirms_again(cast, asked):
    page = url("answer", asked.pk)
    assert "confirm it again" not in words(browser_of(cast.ann).get(page))
    replan(asked)
    assert "a mail asks them to confirm it again" in words(browser_of(cast.ann).get(page))


def test_A2_I4_it_stays_received_and_waits_for_the_same_supervisor(cast, replanned):
    assert (replanned.state, replanned.supervisor, replanned.receipts.count()) == (S.IN_REVIEW, cast.sam, 1)
    assert told("supervisor_asked") == ["Sam", "Sam"]
    assert "You confirmed it before" in Message.objects.filter(kind="applications.supervisor_asked").last().text
    [row] = [row for row in queries.duties_for(cast.sam, NOW.date()) if row.what == "Confirm support and plan"]
    assert row.since == NOW.date()
    said = "Sam Patel has not confirmed the changed competency list and training plan yet."
    assert said in queries.against_acceptance(replanned, NOW.date())
    assert queries.points_to_begin_with(replanned, NOW.date()) == []  # he is the right one
    with pytest.raises(Invalid, match="has not confirmed the changed"):
        actions.accept(by=cast.olive, now=NOW, application_id=replanned.pk)
    status = words(browser_of(cast.ann).get(url("status", replanned.pk)))
    assert "Sam Patel is asked to confirm it again" in status and "in the place of" not in status
    assert not access.can_return(cast.sam, replanned)


def test_A2_the_supervisor_sees_what_changed_and_confirms_it(cast, replanned):
    page = words(browser_of(cast.sam).get(url("confirm", replanned.pk)))
    assert "You confirmed it before" in page and "Changed since you confirmed it" in page and "All at once." in page
    assert "can no longer be the supervisor" not in page and "Changed since it was returned" not in page
    done = world.confirm(replanned, LATER)
    assert (done.state, done.another_asked_at) == (S.IN_REVIEW, None)
    assert sorted(told("confirmed_anew")) == ["Ann", "Olive"]
    mail = Message.objects.filter(kind="applications.confirmed_anew").first().text
    assert "as they read since they were changed" in mail and "in the place of" not in mail
    assert audited(done)[-1] == "applications.application.confirmed_again"
    world.find(done, cast.olive, "A3h", now=LATER)
    actions.accept(by=cast.olive, now=LATER, application_id=done.pk)
    assert world.refresh(done).state == S.ACCEPTED


def test_A2_a_second_change_asks_a_second_time_and_shows_both(cast, replanned):
    again = world.ask(cast, replanned, LATER)
    replan(again)
    given = {"by": cast.ann, "now": LATER, "application_id": again.pk}
    points = again.information_requests.latest("asked_at").points.all()
    actions.answer_information(**given, answers={point.pk: "As it is." for point in points})
    assert queries.is_asked_again(world.refresh(again)) and told("supervisor_asked") == ["Sam", "Sam"]
    page = words(browser_of(cast.sam).get(url("confirm", again.pk)))
    assert "Changed since you confirmed it" in page and "All at once." in page


def test_A2_a_supervisor_who_has_left_is_not_mailed_and_another_is_named(cast, asked):
    replan(asked)
    leave(cast, cast.sam)
    before = len(told("supervisor_asked"))
    actions.name_supervisor(
        by=cast.ann, now=NOW, application_id=asked.pk, name="Trudy Trainer", email="trudy@leeds.example"
    )
    answer(asked)
    found = world.refresh(asked)
    assert found.supervisor.full_name == "Trudy Trainer" and not queries.is_asked_again(found)
    assert len(told("supervisor_asked")) == before
