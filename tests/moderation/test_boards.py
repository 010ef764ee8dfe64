"""Boards: a list of awards, proposed by one and approved by another on exactly the same list (F7)."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from assessments.states import Result, Stage
from ctts.audit.models import AuditEvent
from ctts.common.digest import sha256
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.notifications.models import Message
from moderation import access, actions, queries
from moderation.models import Award, Board, BoardCandidate
from moderation.rules import board_problems, missing_for_award
from tests.moderation import acts, marks
from tests.moderation.world import EXTERNAL, NOW, TODAY, stands
from tests.training import practice
from tests.worlds import built_once
from training.actions import StaleText
from training.models import TrainingRecord

HELD_ON = date(2026, 7, 1)
STRANGERS = ("sam", "cora", "mia", "tara", "nobody")


@built_once
def board(world):
    """Tara and Tom have passed everything; Tara is on the list."""
    for record in (world.tara, world.tom):
        marks.all_passed(world.cast, record)
    made = make(world)
    actions.add_candidates(by=world.cast.olive, now=NOW, board_id=made.pk, record_ids=[world.tara.pk])
    return made


def make(world, name="Summer board", by="olive"):
    return actions.make_board(by=getattr(world.cast, by), now=NOW, name=name, held_on=HELD_ON)


def add(world, board, *records, by="olive"):
    ids = [record.pk for record in records]
    return actions.add_candidates(by=getattr(world.cast, by), now=NOW, board_id=board.pk, record_ids=ids)


def propose(world, board, by="olive", seen=None):
    seen = queries.board_digest(board) if seen is None else seen
    return actions.propose_board(by=getattr(world.cast, by), now=NOW, board_id=board.pk, seen=seen)


def approve(world, board, by="oscar", seen=None):
    seen = queries.board_digest(board) if seen is None else seen
    return actions.approve_board(by=getattr(world.cast, by), now=NOW, board_id=board.pk, seen=seen)


def send_back(world, board, by="oscar", reason="One is missing."):
    return actions.send_back_board(by=getattr(world.cast, by), now=NOW, board_id=board.pk, reason=reason)


def test_F7_a_board_ratifies_nothing_that_was_released_after_its_day(world):
    for record in (world.tara, world.tom):
        marks.all_passed(world.cast, record)
    before = NOW.date() - timedelta(days=1)
    board = actions.make_board(by=world.cast.olive, now=NOW, name="Spring board", held_on=before)
    add(world, board, world.tara)
    [row] = queries.listed_on(board)
    assert row.missing == ("the last result was released on 10\u00a0June\u00a02026, after the day of this board",)
    with pytest.raises(TooLate, match="after the day of this board"):
        propose(world, board)


def test_F7_the_records_of_a_list_are_locked_by_their_ids_whenever_their_training_began(world, board):
    world.cast.tara = world.cast.ann
    later = practice.record_of(world.cast, many=2, start_on=date(2026, 5, 1), moderated=False)
    marks.all_passed(world.cast, later)
    add(world, board, later, world.tom)
    with CaptureQueriesContext(connection) as asked:
        propose(world, board)
    taken = re.compile(r'WHERE "training_trainingrecord"."id" = \((\d+)\) .*FOR NO KEY UPDATE OF')
    locked = [int(found[1]) for query in asked if (found := taken.search(query["sql"]))]
    assert locked == sorted(row.pk for row in (world.tara, world.tom, later))


def told(who, kind):
    return Message.objects.filter(to=who, kind=kind).count()


def test_f7_one_proposes_another_approves_and_the_award_is_a_fact(world, board):
    propose(world, board)
    assert [told(who, "moderation.board_proposed") for who in (world.cast.olive, world.cast.oscar)] == [0, 1]
    (award,) = approve(world, board)
    assert (award.record, award.proposed_by, award.approved_by) == (world.tara, world.cast.olive, world.cast.oscar)
    assert award.content["name"] == "Tara Quinn"
    assert [row["stage"] for row in award.content["outcomes"]] == list(Stage.values)
    assert award.content_sha256 == sha256(award.content)
    record = TrainingRecord.objects.get(pk=world.tara.pk)
    assert (record.state, record.ended_on) == ("completed", TODAY)
    assert TrainingRecord.objects.get(pk=world.tom.pk).state == "active"
    assert [told(who, "moderation.ratified") for who in (world.cast.tara, world.cast.tom)] == [1, 0]
    board.refresh_from_db()
    assert (board.state, board.approved_by, list(queries.awards_of(board))) == ("ratified", world.cast.oscar, [award])
    kinds = ["moderation.board.made", "moderation.board.propose", "moderation.board.approve"]
    mine = AuditEvent.objects.filter(object="moderation.board", object_id=board.pk).order_by("number")
    assert list(mine.values_list("action", flat=True)) == kinds
    for kind in ("moderation.board.candidate_added", "moderation.award.ratified"):
        assert AuditEvent.objects.get(action=kind).chain == f"dossier:{world.cast.tara.pk}"


def test_f7_what_was_ratified_stays(world, board):
    propose(world, board)
    approve(world, board)
    for act in (propose, approve, send_back):
        with pytest.raises(TooLate):
            act(world, board)
    with pytest.raises(TooLate, match="stays as it is"):
        add(world, board, world.tom)
    with pytest.raises(TooLate):
        actions.cancel_board(by=world.cast.olive, now=NOW, board_id=board.pk, reason="No.")
    with pytest.raises(DatabaseError), transaction.atomic():
        Board.objects.filter(pk=board.pk).update(name="Another")
    assert told(world.cast.tara, "moderation.ratified") == 1


def test_f7_nobody_approves_what_they_proposed(world, board):
    propose(world, board)
    with pytest.raises(NotAllowed, match="You proposed this list"):
        approve(world, board, by="olive")
    assert not Award.objects.exists()


@pytest.mark.parametrize(("act", "why"), [(acts.met, "was involved in this training"), (marks.begun_sheet, "marked")])
def test_f7_nobody_who_marked_or_took_part_proposes_or_approves(world, act, why):
    marks.all_passed(world.cast, world.tara)
    marks.all_passed(world.cast, world.tom)
    act(world.tara, world.cast.oscar)
    for record, name in ((world.tara, "First"), (world.tom, "Second")):
        add(world, make(world, name), record)
    first, second = Board.objects.order_by("pk")
    with pytest.raises(NotAllowed, match=f"Tara Quinn: The proposer .*{why}"):
        propose(world, first, by="oscar")
    propose(world, first)
    assert told(world.cast.oscar, "moderation.board_proposed") == 0
    with pytest.raises(NotAllowed, match=f"Tara Quinn: The approver .*{why}"):
        approve(world, first)
    propose(world, second, by="oscar")
    assert approve(world, second, by="olive")[0].record == world.tom


def test_f7_a_proposer_who_took_part_meanwhile_stands_in_the_way(world, board):
    propose(world, board)
    acts.met(world.tara, world.cast.olive)
    with pytest.raises(NotAllowed, match="The proposer was involved"):
        approve(world, board)


def test_f7_two_trainees_of_one_name_are_two(world, board):
    world.cast.tom.full_name = "Tara Quinn"
    world.cast.tom.save(update_fields=["full_name"])
    add(world, board, world.tom)
    acts.met(world.tara, world.cast.oscar)
    with pytest.raises(NotAllowed, match="Tara Quinn: The proposer was involved"):
        propose(world, board, by="oscar")


@pytest.mark.parametrize("who", STRANGERS)
def test_f7_only_the_office_has_boards(world, board, who):
    person = getattr(world.cast, who)
    assert list(queries.boards_for_office(person, TODAY)) == []
    with pytest.raises(NotAllowed):
        make(world, "Another", by=who)
    with pytest.raises(NotAllowed):
        add(world, board, world.tom, by=who)
    with pytest.raises(NotAllowed):
        propose(world, board, by=who)
    with pytest.raises(NotAllowed):
        actions.remove_candidate(by=person, now=NOW, candidate_id=board.candidates.get().pk)
    with pytest.raises(NotAllowed):
        actions.cancel_board(by=person, now=NOW, board_id=board.pk, reason="No.")
    propose(world, board)
    for act in (approve, send_back):
        with pytest.raises(NotAllowed):
            act(world, board, by=who)


# --- the same list ---


def changed(world, what):
    """Something on the proposed list is not what it was."""
    rows = TrainingRecord.objects.filter(pk=world.tara.pk)
    if what == "name":
        rows.update(certificate_name="Tara Q. Quinn")
    else:
        rows.update(state="interrupted")


@pytest.mark.parametrize("what", ["name", "state"])
def test_f7_a_list_that_changed_since_it_was_proposed_is_not_approved(world, board, what):
    propose(world, board)
    before = queries.board_digest(board)
    changed(world, what)
    for seen in (before, queries.board_digest(board)):
        with pytest.raises(StaleText, match="changed since"):
            approve(world, board, seen=seen)
    assert not Award.objects.exists()


def test_f7_a_list_that_changed_since_it_was_seen_is_not_proposed(world, board):
    before = queries.board_digest(board)
    add(world, board, world.tom)
    with pytest.raises(StaleText):
        propose(world, board, seen=before)
    propose(world, board)
    assert len(approve(world, board)) == 2


def test_f7_a_list_goes_back_with_a_reason_and_can_be_proposed_anew(world, board):
    propose(world, board)
    with pytest.raises(Invalid, match="what should be changed"):
        send_back(world, board, reason=" ")
    send_back(world, board)
    board.refresh_from_db()
    assert (board.state, board.proposed_by, board.content_sha256) == ("draft", None, "")
    assert told(world.cast.olive, "moderation.board_sent_back") == 1
    event = AuditEvent.objects.get(action="moderation.board.send_back")
    assert event.words.text == {"reason": "One is missing."}
    propose(world, board, by="oscar")
    send_back(world, board, by="oscar")
    assert told(world.cast.oscar, "moderation.board_sent_back") == 0
    with pytest.raises(TooLate):
        send_back(world, board)


# --- who is on it ---


def test_f7_only_whoever_passed_everything_is_put_on_a_list(world):
    made = make(world)
    marks.released(world.cast, world.tara, Stage.FIRST_YEAR)
    marks.attempt_at(world.tara, Stage.PRACTICAL)
    marks.released(world.cast, world.tara, Stage.PRACTICAL, Result.FAIL)
    with pytest.raises(TooLate, match="cannot be put on this list"):
        add(world, made, world.tara)
    (row,) = queries.listed(queries.not_yet_awardable())
    assert (row.record, row.missing) == (world.tara, ("Practical", "Portfolio", "Viva"))
    assert [(one.result, one.attempt, one.passed) for one in row.stages] == [
        ("Pass", 1, True),
        ("Fail, 73.8 %", 1, False),
        ("", 0, False),
        ("", 0, False),
    ]


def test_f7_what_is_agreed_or_confirmed_and_not_released_does_not_count(world):
    marks.released_all(world.cast, world.tara, but=Stage.VIVA)
    marks.agreed(world.tara, Stage.VIVA)
    assert list(queries.awardable_records()) == []


def test_f7_a_trainee_is_on_one_open_list_and_has_one_award(world, board):
    assert list(queries.awardable_records()) == [world.tom]
    other = make(world, "Another")
    with pytest.raises(TooLate):
        add(world, other, world.tara)
    actions.cancel_board(by=world.cast.oscar, now=NOW, board_id=board.pk, reason="Postponed.")
    assert AuditEvent.objects.get(action="moderation.board.cancel").words.text == {"reason": "Postponed."}
    add(world, other, world.tara, world.tom)
    propose(world, other)
    approve(world, other)
    with pytest.raises(TooLate):
        add(world, make(world, "Third"), world.tara)


def test_f7_an_interrupted_trainee_waits(world):
    marks.all_passed(world.cast, world.tara)
    TrainingRecord.objects.filter(pk=world.tara.pk).update(state="interrupted")
    with pytest.raises(TooLate):
        add(world, make(world), world.tara)
    (row,) = queries.listed(queries.not_yet_awardable())
    assert row.missing == ("the training is “Interrupted”",)


def test_f7_a_trainee_is_taken_off_while_it_is_a_draft(world, board):
    candidate = board.candidates.get()
    actions.remove_candidate(by=world.cast.oscar, now=NOW, candidate_id=candidate.pk)
    assert AuditEvent.objects.get(action="moderation.board.candidate_removed").object_id == candidate.pk
    with pytest.raises(TooLate, match="taken off"):
        actions.remove_candidate(by=world.cast.oscar, now=NOW, candidate_id=candidate.pk)
    with pytest.raises(TooLate, match="Nobody is on this list"):
        propose(world, board)
    add(world, board, world.tara)
    propose(world, board)
    with pytest.raises(TooLate, match="stays as it is"):
        actions.remove_candidate(by=world.cast.oscar, now=NOW, candidate_id=board.candidates.get().pk)
    with pytest.raises(DatabaseError, match="proposed list"), transaction.atomic():
        BoardCandidate.objects.all().delete()


def test_f7_somebody_who_lacks_something_now_stops_the_list(world, board):
    TrainingRecord.objects.filter(pk=world.tara.pk).update(state="interrupted")
    with pytest.raises(TooLate, match="Tara Quinn"):
        propose(world, board)


def test_f7_a_board_has_a_name_and_a_day_of_its_own(world, board):
    with pytest.raises(TooLate, match="already"):
        make(world)
    with pytest.raises(Invalid, match="name"):
        make(world, "  ")
    assert [row.many for row in queries.boards_for_office(world.cast.olive, TODAY)] == [1]


# --- rules ---


def test_f7_what_is_missing_for_the_award():
    assert missing_for_award({stage: [Result.PASS] for stage in Stage}) == ()
    some = {Stage.FIRST_YEAR: ["refer", "pass"], Stage.PRACTICAL: ["pass"], Stage.PORTFOLIO: ["refer"]}
    assert missing_for_award(some) == ("Portfolio", "Viva")


def test_f7_whoever_was_involved_or_nobody_yet():
    assert board_problems(1, None, [2]) == ()
    assert board_problems(1, 2, [], [1, 2]) == (
        "The proposer was involved in this training.",
        "The approver was involved in this training.",
    )
    assert board_problems(1, None, [1], [1]) == ("The proposer marked this trainee.",)


@pytest.mark.parametrize("rows", [1, 3])
def test_f7_a_list_and_its_ties_cost_the_same_for_three_as_for_one(world, board, rows, django_assert_num_queries):
    if rows == 3:
        add(world, board, world.tom)
    stands(world.tara, world.cast.mia, EXTERNAL)
    with django_assert_num_queries(12):
        listed = queries.listed_on(board)
    with django_assert_num_queries(2):
        ties = queries.ties_of([row.record for row in listed], {world.cast.mia.pk})
    assert ties[world.tara.pk] == access.Tie(
        "Tara Quinn", frozenset({world.cast.mia.pk}), frozenset({world.cast.mia.pk})
    )
    with django_assert_num_queries(2):
        queries.board_digest(board)
    assert access.can_propose(world.cast.olive, board, ties.values(), TODAY)
