"""What is on paper, one of each at Leeds and at Bristol: a DOPS, a Supervisor Review, a CPD log."""

from __future__ import annotations

from ctts.common import clock
from tests.cast import Cast
from tests.training import practice as p
from training import actions, queries
from training.models import Dops, SupervisorReview, TrainingRecord

from .objects_dops import dops_assessed
from .objects_events import activity_in_the_log
from .records import one, record_at


def dops_on_paper(cast: Cast, place: str) -> Dops:
    """A DOPS that the supervisor has signed, and its PDF."""
    dops = dops_assessed(cast, place)
    paper = actions.ask_paper(by=one(cast, place, "trainee"), now=p.NOW, dops_id=dops.pk)
    actions.keep_paper(by=None, now=p.NOW, paper_id=paper.pk, pdf=b"%PDF-1.7", pages=1)
    return dops


def review_on_paper(cast: Cast, place: str) -> SupervisorReview:
    """A review that both have signed, and its PDF."""
    review = p.acknowledged_review(record_at(cast, place), one(cast, place, "supervisor"))
    paper = actions.ask_review_paper(by=review.record.trainee, now=p.NOW, review_id=review.pk)
    actions.keep_review_paper(by=None, now=p.NOW, paper_id=paper.pk, pdf=b"%PDF-1.7", pages=1)
    return review


def log_on_paper(cast: Cast, place: str) -> TrainingRecord:
    """A record with an activity in its CPD log, and the PDF of it."""
    record = activity_in_the_log(cast, place).record
    paper = actions.ask_cpd_paper(by=record.trainee, now=clock.now(), record_id=record.pk)
    made = {"pdf": b"%PDF-1.7", "pages": 1, "version": queries.cpd_log_version(record)}
    actions.keep_cpd_paper(by=None, now=clock.now(), paper_id=paper.pk, **made)
    return record


ON_PAPER = {
    "DOPS on paper": dops_on_paper,
    "review on paper": review_on_paper,
    "CPD log on paper": log_on_paper,
}
