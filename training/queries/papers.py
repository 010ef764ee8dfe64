"""The PDFs of Supervisor Reviews, DOPS and CPD logs: which are there, and which the worker owes (T4, T5, T10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet

from ctts.common.digest import sha256
from training.models import (
    CpdEntry,
    CpdPaper,
    Dops,
    DopsPaper,
    ReviewPaper,
    SupervisorReview,
    TrainingRecord,
)
from training.models.papers import Paper
from training.queries.cpd import CpdWanted, narrowed
from training.states import CpdState

AT_A_LOOK = 50
ALL = CpdWanted()


APaper = TypeVar("APaper", bound=Paper)


@dataclass(frozen=True, slots=True)
class OnPaper(Generic[APaper]):
    """How far a thing is on paper: the PDF `made` last, whether it still says what the thing says, and one owed."""

    made: APaper | None = None
    owed: APaper | None = None
    is_current: bool = False

    @property
    def can_be_asked_for(self) -> bool:
        """Whether a press would have a PDF made: none is being made, and none there is like the thing itself."""
        return self.owed is None and not self.is_current


def dops_on_paper(dops: Dops) -> OnPaper[DopsPaper]:
    """The PDF of a DOPS as it stands now, made or owed; what is signed no longer changes (T5)."""
    return _of_its_state(DopsPaper.objects.filter(dops=dops, of_state=dops.state))


def review_on_paper(review: SupervisorReview) -> OnPaper[ReviewPaper]:
    """The PDF of a Supervisor Review as it stands now, made or owed; what both signed no longer changes (T4)."""
    return _of_its_state(ReviewPaper.objects.filter(review=review, of_state=review.state))


def _of_its_state(papers: QuerySet[APaper]) -> OnPaper[APaper]:
    paper = papers.select_related("document").first()
    if paper is None:
        return OnPaper()
    return OnPaper(owed=paper) if paper.document is None else OnPaper(made=paper, is_current=True)


def papers_owed() -> list[DopsPaper]:
    """Papers that were asked for and are not made, the oldest first, at most fifty at a look."""
    related = ("record__trainee", "record__scope", "record__centre", "record__rules", "item__item", "form")
    rows = DopsPaper.objects.filter(document__isnull=True).order_by("asked_at", "pk")
    return list(rows.select_related(*(f"dops__{name}" for name in related))[:AT_A_LOOK])


def review_papers_owed() -> list[ReviewPaper]:
    """The same of Supervisor Reviews: asked for and not made, the oldest first."""
    rows = ReviewPaper.objects.filter(document__isnull=True).order_by("asked_at", "pk")
    related = ("record__trainee", "record__scope", "record__centre")
    return list(rows.select_related(*(f"review__{name}" for name in related))[:AT_A_LOOK])


def cpd_on_paper(record: TrainingRecord, wanted: CpdWanted = ALL) -> OnPaper[CpdPaper]:
    """The PDF of a CPD log, as it is narrowed, that was made last, and whether what is in it has changed since; or one
    that is owed (T10)."""
    rows = CpdPaper.objects.filter(record=record, **narrowing(wanted)).select_related("document")
    papers = list(rows.order_by("-asked_at", "-pk")[:2])
    owed = next((paper for paper in papers if paper.document is None), None)
    made = next((paper for paper in papers if paper.document is not None), None)
    is_current = made is not None and made.version == cpd_log_version(record, wanted)
    return OnPaper(made, owed, is_current)


def narrowing(wanted: CpdWanted) -> dict[str, Any]:
    """What a PDF of a CPD log is narrowed to, by its columns; drafts are never in it (T10)."""
    return {"kind": wanted.kind, "first_on": wanted.first_on, "last_on": wanted.last_on}


def wanted_in(paper: CpdPaper) -> CpdWanted:
    """The same of a PDF that was asked for."""
    return CpdWanted(kind=paper.kind, first_on=paper.first_on, last_on=paper.last_on)


def cpd_papers_owed() -> list[CpdPaper]:
    """The same of CPD logs: asked for and not made, the oldest first."""
    rows = CpdPaper.objects.filter(document__isnull=True).order_by("asked_at", "pk")
    return list(rows.select_related("record__trainee", "record__scope", "record__centre")[:AT_A_LOOK])


def in_the_log(record: TrainingRecord, wanted: CpdWanted = ALL) -> QuerySet[CpdEntry]:
    """What stands in a CPD log and fits, the latest day first; drafts are the trainee's own (T10)."""
    rows = CpdEntry.objects.filter(record=record, state=CpdState.ENTERED)
    return narrowed(rows, wanted).order_by("-done_on", "-pk")


def cpd_log_version(record: TrainingRecord, wanted: CpdWanted = ALL) -> str:
    """A digest of which entries stand in a log and fit, since when; one that stands changes only by being reopened
    (T10)."""
    return sha256([[entry, str(at)] for entry, at in in_the_log(record, wanted).values_list("pk", "entered_at")])
