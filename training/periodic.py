"""What the calendar owes to training: enrolment from the enrolment date on (I5), sharing what was checked (T3), telling
of adjustments (A5), reminders (T4, M), concerns that were not answered (T8), interruptions and changes to come (E5),
copies of whole records (quality rule 18)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, datetime, time
from functools import partial
from itertools import takewhile
from time import monotonic
from typing import Any

from applications import queries as applications
from ctts.common.calendar_jobs import calendar_job
from ctts.common.clock import london_date
from ctts.common.runs import goes_on, work_off
from ctts.common.verdict import Refused, TooLate
from ctts.documents import keeping
from ctts.documents.storage import StorageAway
from ctts.scheme import queries as scheme
from training import actions, notices, queries, taking
from training.models import EnrolItem, EnrolRun, RecordCopy
from training.models.papers import Paper
from training.papers import cpd_pdf, dops_pdf, review_pdf
from training.queries.papers import APaper

logger = logging.getLogger(__name__)

PAPERS: tuple[tuple[Callable[[], Any], Callable[..., dict[str, Any]], Callable[..., Paper]], ...] = (
    (queries.papers_owed, dops_pdf, actions.keep_paper),
    (queries.review_papers_owed, review_pdf, actions.keep_review_paper),
    (queries.cpd_papers_owed, cpd_pdf, actions.keep_cpd_paper),
)
COPY_SECONDS = 50  # of a worker's 90; the next minute goes on
COPY_FAULT = "The system had a fault while it made it. Order it again; if it happens again, tell the scheme office."


@calendar_job("training.enrol")
def enrol(now: datetime) -> int:
    """Enrol every accepted application of the intakes that enrol; each on its own, so one that fails stops no other."""
    done = 0
    for intake in scheme.intakes_enrolling(now):
        for application in applications.waiting_enrolment(intake.pk):
            try:
                actions.enrol(by=None, now=now, application_id=application.pk)
            except Refused as reason:
                if not queries.is_enrolled(application.pk):  # else a run of the office was quicker
                    logger.warning("Application %s is not enrolled: %s", application.pk, reason)
            else:
                done += 1
    return done


@calendar_job("training.enrol_cohort")
def enrol_cohort(now: datetime) -> int:
    """Enrol whom the office put on a run, one transaction each; resumed wherever a crash or a tick left it (E1)."""
    if not goes_on(EnrolRun):
        return 0
    return work_off(EnrolItem, _enrol, now)


def _enrol(item: EnrolItem, now: datetime) -> None:
    try:
        actions.enrol(by=item.run.started_by, now=now, application_id=item.application_id)
    except TooLate:
        if not queries.is_enrolled(item.application_id):  # else the other job was quicker, which is as well
            raise


@calendar_job("training.make_papers")
def make_papers(now: datetime) -> int:
    """Make the PDFs of DOPS, Supervisor Reviews and CPD logs that were asked for; each is kept on its own, one that
    fails keeps no other back (T4, T5, T10)."""
    return sum(_paper(paper, make, keep, now) for owed, make, keep in PAPERS for paper in owed())


def _paper(paper: APaper, make: Callable[[APaper], dict[str, Any]], keep: Callable[..., Paper], now: datetime) -> int:
    """Make one; 0 when it failed: it stays owed, and the next tick tries again."""
    try:
        keep(by=None, now=now, paper_id=paper.pk, **make(paper))
    except (OSError, ValueError, StorageAway):
        logger.exception("The PDF of %s %s could not be made.", paper._meta.verbose_name, paper.pk)
        return 0
    return 1


@calendar_job("training.share_evidence", after="documents.check")
def share_evidence(now: datetime) -> int:
    """Share, or hold for an answer, what its author declared while the file was still being checked (T3)."""
    done = 0
    for evidence in queries.sharing_owed():
        try:
            actions.finish_sharing(by=None, now=now, evidence_id=evidence.pk)
        except Refused as reason:
            logger.warning("Evidence %s is not shared: %s", evidence.pk, reason)
        else:
            done += 1
    return done


@calendar_job("training.tell_of_adjustments")
def tell_of_adjustments(now: datetime) -> int:
    """Tell whoever supervises or examines a trainee, each once, what was agreed, whatever came last (A5)."""
    untold = queries.untold_adjustments(notices.ADJUSTED.key, london_date(now))
    for appointment, request in untold:
        actions.tell_of_adjustment(by=None, now=now, appointment_id=appointment, request_id=request)
    return len(untold)


@calendar_job("training.turn_interruptions")
def turn_interruptions(now: datetime) -> int:
    """Begin and end interruptions on their days (E5)."""
    found = queries.interruptions_to_turn(london_date(now))
    for record in found:
        actions.turn_interruption(by=None, now=now, record_id=record)
    return len(found)


@calendar_job("training.carry_out_changes")
def carry_out_changes(now: datetime) -> int:
    """Do on its day what was granted for a day to come; each on its own, so one that fails stops no other (E5)."""
    done = 0
    for change in queries.changes_to_carry_out(london_date(now)):
        try:
            actions.carry_out_change(by=None, now=now, change_id=change.pk)
        except Refused as reason:
            logger.warning("Change %s is not carried out: %s", change.pk, reason)
        else:
            done += 1
    return done


def _of_today(now: datetime) -> date:
    """The day for which somebody is to be reminded, once what begins or ends on it has done so.

    Whoever is interrupted or has left from this morning on is not chased this morning, whichever worker is quicker (N).
    """
    turn_interruptions(now)
    carry_out_changes(now)
    return london_date(now)


@calendar_job("training.remind_of_signatures", daily_from=time(7, 0))
def remind_of_signatures(now: datetime) -> int:
    """Remind of competencies that wait for a signature: the supervisor after 7 days, the co-ordinator after 14 (T2)."""
    return sum(
        actions.remind_of_signatures(by=None, now=now, record_id=record_id, person_id=person_id)
        for record_id, person_id in queries.signatures_to_remind(_of_today(now))
    )


@calendar_job("training.chase_reviews", daily_from=time(7, 0))
def chase_reviews(now: datetime) -> int:
    """Remind of months without a Supervisor Review: the supervisor after 7 days, the co-ordinator after 14 (T4)."""
    return sum(
        actions.chase_review(by=None, now=now, record_id=record_id, person_id=person_id)
        for record_id, person_id in queries.reviews_to_chase(_of_today(now))
    )


@calendar_job("training.remind_of_milestones", daily_from=time(7, 0))
def remind_of_milestones(now: datetime) -> int:
    """Remind of milestones that come within four weeks, and of those that are late (M)."""
    return sum(
        actions.remind_of_milestone(by=None, now=now, milestone_id=milestone_id)
        for milestone_id in queries.milestones_to_remind(_of_today(now))
    )


@calendar_job("training.tell_of_lost_supervisors", daily_from=time(7, 0))
def tell_of_lost_supervisors(now: datetime) -> int:
    """Tell trainees whom nobody supervises, and their co-ordinators, that another is to be named, once each (E5)."""
    return sum(
        actions.tell_of_lost_supervisor(by=None, now=now, record_id=record_id)
        for record_id in queries.losses_to_tell(_of_today(now))
    )


@calendar_job("training.find_co_ordinators", daily_from=time(6, 0))
def find_co_ordinators(now: datetime) -> int:
    """Appoint the Training Co-ordinator of the centre to trainees who have none, however that came to be (C2)."""
    return sum(
        actions.find_co_ordinator(by=None, now=now, record_id=record_id)
        for record_id in queries.co_ordinators_to_find(london_date(now))
    )


@calendar_job("training.remind_of_reports", daily_from=time(7, 0))
def remind_of_reports(now: datetime) -> int:
    """Remind of progress reports that are due and not sent: the supervisor, later the co-ordinator (T7)."""
    return sum(
        actions.remind_of_report(by=None, now=now, record_id=record_id, person_id=person_id)
        for record_id, person_id in queries.reports_to_remind(_of_today(now))
    )


@calendar_job("training.remind_of_advice", daily_from=time(7, 0))
def remind_of_advice(now: datetime) -> int:
    """Remind of questions to the External Moderator that nobody answered: when they are due, and when late (T11)."""
    return sum(
        actions.remind_of_advice(by=None, now=now, question_id=question_id)
        for question_id in queries.advice_to_remind(_of_today(now))
    )


@calendar_job("training.escalate_concerns", daily_from=time(7, 0))
def escalate_concerns(now: datetime) -> int:
    """Pass concerns on to the next level whose level missed its day (T8)."""
    return sum(
        actions.escalate_concern(by=None, now=now, concern_id=concern_id)
        for concern_id in queries.concerns_to_escalate(_of_today(now))
    )


@calendar_job("training.make_copies")
def make_copies(now: datetime) -> int:
    """Put together the copies of whole records that were ordered; one that fails keeps no other back (rule 18)."""
    until = monotonic() + COPY_SECONDS
    done = sum(_make_copy(copy, now) for copy in takewhile(lambda _: monotonic() < until, queries.copies_owed()))
    for copy in queries.copies_worn_out():
        _settled(partial(actions.fail_copy, by=None, now=now, copy_id=copy.pk, error=COPY_FAULT))
    return done


def _make_copy(copy: RecordCopy, now: datetime) -> int:
    """Make one archive and keep it; 0 when it was cancelled, or the machine failed: then it is tried again."""
    try:
        with taking.built(copy, now) as made:
            sha256, size = keeping.keep_file(made.path)
            kept = actions.MadeCopy(sha256, size, made.files, made.left_out)
            actions.keep_copy(by=None, now=now, copy_id=copy.pk, made=kept)
    except (taking.Cancelled, TooLate):
        logger.info("Copy %s was cancelled while it was made.", copy.pk)
        return 0
    except (StorageAway, OSError):
        logger.exception("Copy %s could not be put together.", copy.pk)
        return 0
    return 1


@calendar_job("training.end_copies")
def end_copies(now: datetime) -> int:
    """Let go of copies whose days are over or that hold what was withdrawn (T3), and delete their archives."""
    for copy in queries.copies_to_end(now):
        _settled(partial(actions.end_copy, by=None, now=now, copy_id=copy.pk))
    gone = list(queries.copies_to_delete())
    for copy in gone:
        keeping.forget(copy.sha256)
        RecordCopy.objects.filter(pk=copy.pk).update(deleted_at=now)
    return len(gone)


def _settled(act: Callable[[], object]) -> None:
    """Carry a step out; what somebody else did first needs it no more."""
    try:
        act()
    except Refused as reason:
        logger.warning("A copy was settled meanwhile: %s", reason)
