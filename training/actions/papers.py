"""The PDFs of Supervisor Reviews, DOPS and CPD logs: asked for by a reader, kept once the worker has made them (T4,
T5, T10)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction

from ctts.accounts.models import User
from ctts.common.queue import ring
from ctts.common.verdict import require
from ctts.documents.actions import store_bytes
from ctts.documents.models import Document
from ctts.documents.states import MediaType
from training import access
from training.actions._external import lock_dops
from training.actions._practice import note
from training.actions._steps import lock_record, lock_with_record
from training.models import CpdPaper, DopsPaper, ReviewPaper, SupervisorReview, TrainingRecord
from training.models.papers import Paper
from training.queries.cpd import CpdWanted, narrowed_words
from training.queries.papers import ALL, cpd_on_paper, in_the_log, narrowing, wanted_in

MAKE = "training.make_papers"
PURPOSE, CPD_PURPOSE, REVIEW_PURPOSE = "training.dops_paper", "training.cpd_paper", "training.review_paper"

APaper = TypeVar("APaper", bound=Paper)


@transaction.atomic
def ask_paper(*, by: User, now: datetime, dops_id: int) -> DopsPaper:
    """A reader of a signed DOPS asks for its PDF; once asked for, it is made once for everybody (T5).

    The caller has found the DOPS among those the person sees. Raises TooLate while it is not signed.
    """
    dops = lock_dops(dops_id)
    require(access.can_print_dops(dops))
    asked = {"asked_by": by, "asked_at": now}
    paper, is_new = DopsPaper.objects.get_or_create(dops=dops, of_state=dops.state, defaults=asked)
    if is_new:
        note("dops.paper_asked", dops.record, dops, by=by, now=now)
        ring(MAKE)
    return paper


@transaction.atomic
def keep_paper(*, by: None, now: datetime, paper_id: int, pdf: bytes, pages: int) -> DopsPaper:
    """Keep the PDF that the worker made of a DOPS; a second one of the same is dropped (T5)."""
    dops = lock_dops(DopsPaper.objects.values_list("dops", flat=True).get(pk=paper_id))
    paper = DopsPaper.objects.select_for_update(no_key=True).get(pk=paper_id)
    return _kept(paper, dops.record, f"DOPS, {dops.procedure}", PURPOSE, pdf, pages, by, now)


@transaction.atomic
def ask_review_paper(*, by: User, now: datetime, review_id: int) -> ReviewPaper:
    """A reader of a Supervisor Review asks for its PDF; once asked for, it is made once for everybody (T4).

    The caller has found the review among those the person sees. Raises TooLate while not both have signed it.
    """
    review = lock_with_record(SupervisorReview, review_id, "written_by")
    require(access.can_print_review(review))
    asked = {"asked_by": by, "asked_at": now}
    paper, is_new = ReviewPaper.objects.get_or_create(review=review, of_state=review.state, defaults=asked)
    if is_new:
        note("review.paper_asked", review.record, review, by=by, now=now)
        ring(MAKE)
    return paper


@transaction.atomic
def keep_review_paper(*, by: None, now: datetime, paper_id: int, pdf: bytes, pages: int) -> ReviewPaper:
    """Keep the PDF that the worker made of a Supervisor Review; a second one of the same is dropped (T4)."""
    review_id = ReviewPaper.objects.values_list("review", flat=True).get(pk=paper_id)
    review = lock_with_record(SupervisorReview, review_id, "written_by")
    paper = ReviewPaper.objects.select_for_update(no_key=True).get(pk=paper_id)
    name = f"Supervisor Review {review.number} of {review.record.trainee.full_name}"
    return _kept(paper, review.record, name, REVIEW_PURPOSE, pdf, pages, by, now)


@transaction.atomic
def ask_cpd_paper(*, by: User, now: datetime, record_id: int, wanted: CpdWanted = ALL) -> CpdPaper:
    """A reader of a CPD log asks for its PDF: of what stands in it and fits what they narrowed it to, once for all
    readers until that changes (T10).

    The caller has found the record among those the person sees. Raises TooLate while nothing that fits stands in it.
    """
    record = lock_record(record_id)
    require(access.can_print_cpd(in_the_log(record, wanted)))
    known = cpd_on_paper(record, wanted)
    if known.owed is not None:
        return known.owed
    if known.made is not None and known.is_current:
        return known.made
    paper = CpdPaper.objects.create(record=record, asked_by=by, asked_at=now, **narrowing(wanted))
    note("cpd.paper_asked", record, record, by=by, now=now, only=bool(narrowed_words(wanted)))
    ring(MAKE)
    return paper


@transaction.atomic
def keep_cpd_paper(*, by: None, now: datetime, paper_id: int, pdf: bytes, pages: int, version: str) -> CpdPaper:
    """Keep the PDF that the worker made of a CPD log in this `version`; a second one is dropped (T10)."""
    record = lock_record(CpdPaper.objects.values_list("record", flat=True).get(pk=paper_id))
    paper = CpdPaper.objects.select_for_update(no_key=True).get(pk=paper_id)
    name = " – ".join(filter(None, (f"CPD log of {record.trainee.full_name}", narrowed_words(wanted_in(paper)))))
    return _kept(paper, record, name, CPD_PURPOSE, pdf, pages, by, now, version=version)


def _kept(
    paper: APaper,
    record: TrainingRecord,
    name: str,
    purpose: str,
    pdf: bytes,
    pages: int,
    by: None,
    now: datetime,
    **columns: Any,
) -> APaper:
    """The paper with its document, and with what else is known of it now; one that has a document stays as it is."""
    if paper.document_id is not None:
        return paper
    made = {"document": _stored(record, name, purpose, pdf, pages, by, now), "made_at": now, **columns}
    for column, value in made.items():
        setattr(paper, column, value)
    paper.save(update_fields=list(made))
    return paper


def _stored(
    record: TrainingRecord, name: str, purpose: str, pdf: bytes, pages: int, by: None, now: datetime
) -> Document:
    return store_bytes(
        content=pdf,
        name=f"{name}.pdf",
        media_type=MediaType.PDF,
        owner=record.trainee,
        by=by,
        now=now,
        purpose=purpose,
        pages=pages,
    )
