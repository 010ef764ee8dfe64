"""Many at once and deaths in the middle (D1): numbers stay consecutive, nothing is done twice (quality rules 2, 3)."""

from __future__ import annotations

import os
import signal

import pytest
from django.db import transaction

from ctts.audit.verification import verify
from ctts.common import clock
from ctts.common.runs import progress, work_off
from ctts.common.verdict import TooLate
from ctts.documents.models import Document
from ctts.home.invariants import broken_invariants
from ctts.notifications.models import Message
from moderation import actions, periodic, queries
from moderation.models import Diploma, DiplomaFile, IssueItem, IssueRun, Pack
from moderation.rules import gaps_in_year
from tests.at_once import MANY, at_once
from tests.forking import in_a_copy
from tests.kept import kept_world
from tests.moderation.awarding import NOW, Awarded, issued, job, make_awarded, more_trainees

pytestmark = pytest.mark.django_db(transaction=True)


def make_awarded_now() -> Awarded:
    """The world of the other tests, where every transaction is real."""
    clock.set_offset(at=NOW)
    return make_awarded()


awarded = kept_world(make_awarded_now)


def too_late(answers):
    """How many of some presses came too late."""
    return sum(isinstance(answer, TooLate) for answer in answers)


def numbers():
    """The numbers of the year, in order."""
    return list(Diploma.objects.order_by("n").values_list("n", flat=True))


def test_D1_twenty_awards_at_once_get_twenty_consecutive_numbers(awarded):
    records = [awarded.tara, awarded.tom, *more_trainees(awarded, MANY - 2)]

    def step(number):
        return actions.issue_diploma(by=awarded.cast.olive, now=NOW, award_id=records[number].pk).n

    assert sorted(at_once(step)) == numbers() == list(range(1, MANY + 1))
    assert broken_invariants() == [] and verify().faults == []


def test_D1_of_twenty_who_issue_the_same_award_one_does(awarded):
    answers = at_once(lambda number: actions.issue_diploma(by=awarded.cast.olive, now=NOW, award_id=awarded.tara.pk).n)
    assert sorted(answers, key=str)[:1] == [1] and too_late(answers) == MANY - 1
    assert numbers() == [1]
    assert issued(awarded, "tom").n == 2


def test_D1_of_twenty_presses_one_makes_the_run_and_one_ends_the_diploma(awarded):
    ids, olive = [awarded.tara.pk, awarded.tom.pk], awarded.cast.olive
    made = at_once(lambda number: actions.start_issue_run(by=olive, now=NOW, award_ids=ids).pk)
    assert too_late(made) == MANY - 1 and IssueRun.objects.count() == 1
    job("issue_diplomas")
    pk = Diploma.objects.get(n=1).pk
    ends = at_once(lambda number: actions.revoke_diploma(by=olive, now=NOW, diploma_id=pk, reason="Why not").state)
    assert too_late(ends) == MANY - 1
    given = {"diploma_id": pk, "name": "Tara Quinn", "reason": "Again"}
    newer = at_once(lambda number: actions.reissue_diploma(by=olive, now=NOW, **given).n)
    assert too_late(newer) == MANY - 1 and numbers() == [1, 2, 3]
    assert Message.objects.filter(kind="moderation.diploma_revoked").count() == 1


def test_D1_two_workers_share_a_run_and_make_each_file_once(awarded):
    more_trainees(awarded, 2)
    ids = list(queries.awards_without_diploma().values_list("pk", flat=True))
    run = actions.start_issue_run(by=awarded.cast.olive, now=NOW, award_ids=ids)
    assert sum(at_once(lambda number: work_off(IssueItem, periodic._issue, NOW), many=2)) == 4
    work_off(IssueItem, periodic._issue, NOW)
    assert progress(run).done == 4 and numbers() == [1, 2, 3, 4]
    assert at_once(lambda number: periodic.make_diplomas(NOW), many=2) == [4, 4]
    assert DiplomaFile.objects.count() == 4
    assert Document.objects.filter(purpose="moderation.diploma").count() == 4
    assert Message.objects.filter(kind="moderation.diploma_ready").count() == 4


def test_D1_a_worker_killed_between_two_diplomas_leaves_no_gap(awarded):
    more_trainees(awarded, 2)
    ids = list(queries.awards_without_diploma().values_list("pk", flat=True))
    run = actions.start_issue_run(by=awarded.cast.olive, now=NOW, award_ids=ids)
    last = ids[2]

    def die_at_third(item, now):
        periodic._issue(item, now)
        if item.award_id == last:
            os.kill(os.getpid(), signal.SIGKILL)  # the number is taken and the row written, nothing is committed

    killed(lambda: work_off(IssueItem, die_at_third, NOW))
    assert numbers() == [1, 2]
    assert job("issue_diplomas") == 2
    assert numbers() == [1, 2, 3, 4] and gaps_in_year(numbers()) == ()
    run.refresh_from_db()
    assert run.finished_at == NOW and broken_invariants() == []


def killed(act):
    """A process of its own that dies by its own hand."""
    child = in_a_copy(act)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def test_D1_a_worker_killed_between_number_and_file_leaves_the_file_owed(awarded):
    first, second = issued(awarded), issued(awarded, "tom")

    def die_at_second(diploma, now):
        if diploma == second:
            os.kill(os.getpid(), signal.SIGKILL)
        return periodic._make(diploma, now)

    killed(lambda: [die_at_second(diploma, NOW) for diploma in queries.files_owed()])
    assert list(DiplomaFile.objects.values_list("pk", flat=True)) == [first.pk]
    assert list(queries.files_owed()) == [second]
    assert job("make_diplomas") == 1
    assert Message.objects.filter(kind="moderation.diploma_ready").count() == 2
    assert numbers() == [1, 2]


def test_D1_a_worker_killed_while_it_keeps_a_file_keeps_nothing_half(awarded):
    made = issued(awarded)

    def keep_and_die():
        with transaction.atomic():
            actions.keep_diploma_file(by=None, now=NOW, diploma_id=made.pk, pdf=b"%PDF sealed")
            os.kill(os.getpid(), signal.SIGKILL)

    killed(keep_and_die)
    assert not DiplomaFile.objects.exists()
    assert not Message.objects.filter(kind="moderation.diploma_ready").exists()
    assert job("make_diplomas") == 1
    assert Message.objects.filter(kind="moderation.diploma_ready").count() == 1


def test_D2_of_twenty_presses_one_asks_for_the_pack(awarded):
    tara, record = awarded.cast.tara, awarded.tara
    answers = at_once(lambda number: actions.ask_pack(by=tara, now=NOW, record_id=record.pk).pk)
    assert too_late(answers) == MANY - 1 and Pack.objects.count() == 1
    assert at_once(lambda number: periodic.make_packs(NOW), many=2) == [1, 1]
    assert Document.objects.filter(purpose="moderation.pack").count() == 2
    assert Message.objects.filter(kind="moderation.pack_ready").count() == 1
