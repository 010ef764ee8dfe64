"""What the calendar owes to applications: cut-offs, reminders before them, and letters that were decided (I5, A4)."""

from __future__ import annotations

from datetime import datetime, time

from applications import actions, queries
from applications.letters import decision_pdf
from ctts.common.calendar_jobs import calendar_job
from ctts.scheme import actions as scheme
from ctts.scheme import queries as scheme_queries


@calendar_job("scheme.prefill_intakes", daily_from=time(1, 0))
def prefill_intakes(now: datetime) -> int:
    """Keep the intakes entered five years ahead (I2)."""
    return len(scheme.prefill_intakes(by=None, now=now))


@calendar_job("applications.close_intakes")
def close_intakes(now: datetime) -> int:
    """Close intakes whose cut-off is over in London, and move what was not handed in to the next one (I5)."""
    done = 0
    for intake in scheme_queries.intakes_to_close(now):
        scheme.close_intake(by=None, now=now, intake_id=intake.pk)
        done += 1
    for application_id in queries.left_behind(now):
        actions.roll_over(by=None, now=now, application_id=application_id)
        done += 1
    return done


@calendar_job("applications.remind_of_cutoff", daily_from=time(7, 0))
def remind_of_cutoff(now: datetime) -> int:
    """Remind those who have not handed in, 28, 7 and 1 days before the cut-off (I5)."""
    return sum(
        actions.remind_of_cutoff(by=None, now=now, application_id=application_id)
        for application_id in queries.not_handed_in()
    )


@calendar_job("applications.make_letters")
def make_letters(now: datetime) -> int:
    """Make the letters that decisions owe; each is kept and mailed on its own, so a failure keeps no other back."""
    done = 0
    for decision in queries.letters_owed():
        content, pages = decision_pdf(decision)
        actions.keep_letter(by=None, now=now, decision_id=decision.pk, pdf=content, pages=pages)
        done += 1
    return done
