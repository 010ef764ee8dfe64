"""The PDFs of signed DOPS: which are there, and which the worker owes (T5)."""

from __future__ import annotations

from training.models import Dops, DopsPaper

AT_A_LOOK = 50


def paper_of(dops: Dops) -> DopsPaper | None:
    """The PDF of a DOPS as it stands now, made or owed; None while nobody has asked for it."""
    return DopsPaper.objects.filter(dops=dops, of_state=dops.state).select_related("document").first()


def papers_owed() -> list[DopsPaper]:
    """Papers that were asked for and are not made, the oldest first, at most fifty at a look."""
    related = ("record__trainee", "record__scope", "record__centre", "record__rules", "item__item", "form")
    rows = DopsPaper.objects.filter(document__isnull=True).order_by("asked_at", "pk")
    return list(rows.select_related(*(f"dops__{name}" for name in related))[:AT_A_LOOK])
