"""The PDF of a signed DOPS: asked for by a reader, kept once the worker has made it (T5)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ctts.accounts.models import User
from ctts.common.queue import ring
from ctts.common.verdict import require
from ctts.documents.actions import store_bytes
from ctts.documents.states import MediaType
from training import access
from training.actions._external import lock_dops
from training.actions._practice import note
from training.models import DopsPaper

MAKE = "training.make_papers"
PURPOSE = "training.dops_paper"


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
    if paper.document_id is not None:
        return paper
    paper.document = store_bytes(
        content=pdf,
        name=f"DOPS, {dops.procedure}.pdf",
        media_type=MediaType.PDF,
        owner=dops.record.trainee,
        by=by,
        now=now,
        purpose=PURPOSE,
        pages=pages,
    )
    paper.made_at = now
    paper.save(update_fields=["document", "made_at"])
    return paper
