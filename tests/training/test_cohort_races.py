"""A cohort is enrolled by many at once, and by a worker that dies (E1; quality rules 2, 3)."""

from __future__ import annotations

import os
import signal

import pytest

from ctts.audit.verification import verify
from ctts.common import clock
from ctts.common.runs import progress, work_off
from ctts.common.verdict import TooLate
from ctts.home.invariants import broken_invariants
from ctts.notifications.models import Message
from tests.at_once import MANY, at_once
from tests.forking import in_a_copy
from tests.kept import kept_world
from tests.training.before import Before, make_before
from tests.training.world import ENROLLED
from training import actions, periodic
from training.models import EnrolItem, EnrolRun, TrainingRecord

pytestmark = pytest.mark.django_db(transaction=True)


def make_before_now() -> Before:
    """The evening before enrolment, where every transaction is real; the clock stands at the day itself."""
    clock.set_offset(at=ENROLLED)
    return make_before()


before = kept_world(make_before_now)


def press(before):
    ids = [before.tara.pk, before.tom.pk]
    given = {"by": before.cast.olive, "now": ENROLLED, "intake_id": before.intake.pk}
    return actions.start_enrol_run(**given, application_ids=ids)


def test_e1_of_twenty_presses_one_makes_the_run(before):
    made = at_once(lambda _number: press(before).pk)
    assert sum(isinstance(one, TooLate) for one in made) == MANY - 1 and EnrolRun.objects.count() == 1


def test_e1_two_workers_and_the_daily_job_enrol_everybody_once(before):
    run = press(before)
    steps = [periodic.enrol, periodic.enrol_cohort, periodic.enrol_cohort]
    at_once(lambda number: steps[number](ENROLLED), many=3)
    periodic.enrol_cohort(ENROLLED)
    assert TrainingRecord.objects.count() == 2
    assert Message.objects.filter(kind="training.welcome").count() == 2
    assert (progress(run).done, progress(run).waiting) == (2, 0)  # nobody failed for being enrolled by another
    assert broken_invariants() == [] and verify().faults == []


def test_e1_a_worker_killed_in_the_middle_leaves_nothing_half_done(before):
    run = press(before)

    def die_at_the_second(item, now):
        periodic._enrol(item, now)
        if item.application_id == max(before.tara.pk, before.tom.pk):
            os.kill(os.getpid(), signal.SIGKILL)  # the record is written, nothing of it is committed

    child = in_a_copy(lambda: work_off(EnrolItem, die_at_the_second, ENROLLED))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert TrainingRecord.objects.count() == 1
    assert periodic.enrol_cohort(ENROLLED) == 1
    assert TrainingRecord.objects.count() == 2
    run.refresh_from_db()
    assert run.finished_at == ENROLLED and broken_invariants() == []
