"""What the calendar owes to applications: opening days, cut-offs, reminders before them, letters that were decided,
reviews of adjustments (I5, A4, A5)."""

from __future__ import annotations

import logging
from datetime import datetime, time

from applications import actions, queries
from applications.letters import decision_pdf
from applications.models import Decision
from ctts.common.calendar_jobs import calendar_job
from ctts.common.clock import london_date
from ctts.common.verdict import Refused
from ctts.documents.storage import StorageAway
from ctts.scheme import actions as scheme
from ctts.scheme import queries as scheme_queries

logger = logging.getLogger(__name__)


@calendar_job("scheme.prefill_intakes", daily_from=time(1, 0))
def prefill_intakes(now: datetime) -> int:
    """Keep the intakes entered five years ahead (I2)."""
    return len(scheme.prefill_intakes(by=None, now=now))


@calendar_job("scheme.open_intakes")
def open_intakes(now: datetime) -> int:
    """Open intakes on their first day in London, as soon as their fee is entered (I2, I6)."""
    found = scheme_queries.intakes_to_open(now)
    for intake in found:
        scheme.open_intake(by=None, now=now, intake_id=intake.pk)
    return len(found)


@calendar_job("applications.close_intakes")
def close_intakes(now: datetime) -> int:
    """Close intakes whose cut-off is over in London, and move what was not handed in to the next one (I5).

    One that cannot move (no later intake is entered) keeps no other back; the next tick tries it again.
    """
    done = 0
    for intake in scheme_queries.intakes_to_close(now):
        scheme.close_intake(by=None, now=now, intake_id=intake.pk)
        done += 1
    for application_id in queries.left_behind(now):
        try:
            actions.roll_over(by=None, now=now, application_id=application_id)
        except Refused as reason:
            logger.warning("Application %s did not move to the next intake: %s", application_id, reason)
        else:
            done += 1
    return done


@calendar_job("applications.reopen_incomplete")
def reopen_incomplete(now: datetime) -> int:
    """Give back what waits for a supervisor who could not confirm it: its order does not cover the fee (A2, A3 f)."""
    return sum(
        actions.reopen_incomplete(by=None, now=now, application_id=application_id)
        for application_id in queries.no_longer_whole()
    )


@calendar_job("applications.remind_of_cutoff", daily_from=time(7, 0))
def remind_of_cutoff(now: datetime) -> int:
    """Remind those who have not handed in, 28, 7 and 1 days before the cut-off (I5)."""
    return sum(
        actions.remind_of_cutoff(by=None, now=now, application_id=application_id)
        for application_id in queries.not_handed_in()
    )


@calendar_job("applications.remind_supervisors", daily_from=time(7, 0))
def remind_supervisors(now: datetime) -> int:
    """Remind Training Supervisors who have not answered an application, some days after it was handed to them (A2)."""
    return sum(
        actions.remind_supervisor(by=None, now=now, application_id=application_id)
        for application_id in queries.not_answered()
    )


@calendar_job("applications.review_adjustments", daily_from=time(7, 0))
def review_adjustments(now: datetime) -> int:
    """Adjustments whose day of review has come wait for the named readers, who are told once (A5, E6)."""
    return sum(
        actions.review_adjustment(by=None, now=now, request_id=request_id)
        for request_id in queries.adjustments_due_for_review(london_date(now))
    )


@calendar_job("applications.make_letters")
def make_letters(now: datetime) -> int:
    """Make the letters that decisions owe; each is kept and mailed on its own; one that fails keeps no other back."""
    return sum(_letter(decision, now) for decision in queries.letters_owed())


def _letter(decision: Decision, now: datetime) -> int:
    """Make one letter; 0 when it failed: it stays owed, and the next tick tries again."""
    try:
        letter = decision.letter
        content, pages = decision_pdf(decision)
        actions.keep_letter(
            by=None, now=now, decision_id=decision.pk, pdf=content, pages=pages, revision=letter.revision
        )
    except (OSError, ValueError, StorageAway):
        logger.exception("The letter of decision %s could not be made.", decision.pk)
        return 0
    return 1
