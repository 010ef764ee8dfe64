"""Every page of moderation asks the database as often with three rows as with one."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest

from assessments.states import Stage
from ctts.organisations import actions as organisations
from ctts.organisations.states import Role
from moderation import actions
from moderation.models import Board
from tests.cast import person
from tests.moderation import marks
from tests.moderation.pages import address, warm
from tests.moderation.world import ENTERED, EXTERNAL, NOW, SUPPORTING, moderator_of, newcomer, stands
from tests.training import practice
from tests.worlds import built_once
from training.models import TrainingRecord

NAMES = ("ann", "abe", "nobody")
HELD_ON = date(2026, 7, 1)


def more_records(world, many):
    """So many further records at Leeds, as enrolment leaves them."""
    made = []
    for first in NAMES[:many]:
        trainee = getattr(world.cast, first)
        world.cast.tara, before = trainee, world.cast.tara
        made.append(practice.record_of(world.cast, many=2, moderated=False))
        world.cast.tara = before
    return made


def scene(world, rows):
    """So many moderators' trainees, interests, declarations, disagreements, boards, and trainees on a list."""
    cast, records = world.cast, more_records(world, rows)
    for number in range(rows):
        newcomer(world, f"more{number}", f"More Number{number}")
        outside = person(f"outside{number}", f"Outside Number{number}")
        organisations.grant(by=None, now=ENTERED, person=outside, role=Role.MODERATOR)
        actions.make_board(by=cast.olive, now=NOW, name=f"Board {number}", held_on=HELD_ON)
    for record in records:
        stands(record, cast.mia, EXTERNAL)
        marks.all_passed(cast, record)
        stands(record, cast.max, SUPPORTING)
        marks.both_differ(marks.attempt_at(record, Stage.PORTFOLIO, 2), cast.mia, cast.max)
        actions.declare_interest(by=cast.mia, now=NOW, words="A friend.", trainee=record.trainee)
    board = Board.objects.order_by("pk").first()
    ids = [record.pk for record in records]
    actions.add_candidates(by=cast.olive, now=NOW, board_id=board.pk, record_ids=ids)
    first = records[0]
    return SimpleNamespace(
        mia=moderator_of(cast.mia).pk,
        tara=world.tara.pk,
        board=board.pk,
        attempt=first.stage_attempts.get(stage=Stage.PORTFOLIO, attempt=2).pk,
        person=cast.max.pk,
        record=first.pk,
    )


def key(*names):
    return lambda s: [getattr(s, name, name) for name in names]


# Address → who opens it, its placeholders, and how many statements that costs.
PAGES = {
    "moderation:pool": ("olive", key(), 10),
    "moderation:enter": ("olive", key(), 8),
    "moderation:invite": ("olive", key(), 6),
    "moderation:moderator": ("olive", key("mia"), 15),
    "moderation:change": ("olive", key("mia"), 10),
    "moderation:mine": ("mia", key(), 11),
    "moderation:interest_centre": ("mia", key(), 8),
    "moderation:interest_trainee": ("mia", key(), 8),
    "moderation:record": ("olive", key("record"), 15),
    "moderation:pick": ("olive", key("tara", "external"), 18),
    "moderation:appoint": ("olive", key("tara", "external", "person"), 20),
    "moderation:disagreements": ("olive", key(), 9),
    "moderation:disagreement": ("mia", key("attempt"), 23),
    "moderation:propose": ("mia", key("attempt"), 21),
    "moderation:adjudicators": ("olive", key("attempt"), 19),
    "moderation:appoint_adjudicator": ("olive", key("attempt", "person"), 20),
    "moderation:boards": ("olive", key(), 8),
    "moderation:board": ("olive", key("board"), 23),
    "moderation:board_propose": ("olive", key("board"), 22),
}


@built_once
def made(world, rows):
    """The same, once for each number of rows."""
    return scene(world, rows)


@pytest.mark.parametrize("rows", [1, 3], scope="module")
def test_the_cost_of_a_page_does_not_grow_with_its_rows(world, made, rows, django_assert_num_queries):
    browsers = {who: warm(getattr(world.cast, who)) for who in ("olive", "mia")}
    for name, (who, args, count) in PAGES.items():
        page = address(name.removeprefix("moderation:"), *args(made))
        with django_assert_num_queries(count, info=name):
            response = browsers[who].get(page)
        assert response.status_code == 200, name


@pytest.mark.parametrize("rows", [1, 3], scope="module")
def test_the_cost_of_deciding_about_a_list_does_not_grow_with_it(world, made, rows, django_assert_num_queries):
    oscar = warm(world.cast.oscar)
    olive = warm(world.cast.olive)
    seen = olive.get(address("board_propose", made.board)).context["confirm"].form["seen"].value()
    olive.post(address("board_propose", made.board), {"seen": seen})
    for name in ("moderation:board_approve", "moderation:board"):
        with django_assert_num_queries(22 if name.endswith("approve") else 23, info=name):
            response = oscar.get(address(name.removeprefix("moderation:"), made.board))
        assert len(response.context["rows"]) == rows
    assert TrainingRecord.objects.filter(state="active").count() == rows + 2


@pytest.mark.parametrize("rows", [1, 3])
def test_the_cost_of_filling_a_list_does_not_grow_with_those_who_wait(world, rows, django_assert_num_queries):
    for record in more_records(world, rows):
        marks.all_passed(world.cast, record)
    for record in (world.tara, world.tom)[:rows]:
        marks.attempt_at(record, Stage.PRACTICAL)
    board = actions.make_board(by=world.cast.olive, now=NOW, name="Summer", held_on=HELD_ON)
    olive = warm(world.cast.olive)
    with django_assert_num_queries(11, info="moderation:board_add"):
        response = olive.get(address("board_add", board.pk))
    assert response.context["form"].fields["records"].queryset.count() == rows
    assert len(response.context["others"]) == min(rows, 2)
