"""Reading the audit: the timeline of a dossier, and where the chains stand."""

from __future__ import annotations

from django.db.models import Max, QuerySet
from django.db.models.expressions import OuterRef, Subquery

from ctts.audit.models import AuditEvent, AuditHead
from ctts.audit.rules import chain_of


def timeline(within: int | None) -> QuerySet[AuditEvent]:
    """The entries of one dossier (a person's id) or of the office (None), newest first.

    Who may read a dossier is its owner's question: the caller has asked it.
    """
    return AuditEvent.objects.filter(chain=chain_of(within)).order_by("-number")


def grown_since(seq: int) -> tuple[int, list[tuple[str, int, str]]]:
    """The highest `seq` there is, and (chain, number, hash) of the last entry of each chain that grew after `seq`."""
    newer = AuditEvent.objects.filter(seq__gt=seq)
    last = newer.filter(chain=OuterRef("chain")).order_by("-number")
    rows = (
        newer.order_by()
        .values("chain")
        .annotate(last_number=Max("number"), last_hash=Subquery(last.values("hash")[:1]))
    )
    heads = [(row["chain"], row["last_number"], row["last_hash"]) for row in rows]
    upto = newer.aggregate(top=Max("seq"))["top"]
    return upto or seq, heads


def last_head_numbers(within: int | None) -> tuple[int, str]:
    """(number, hash) of the last entry of a dossier, printed on what leaves the house; (0, "") when there is none."""
    last = timeline(within).values_list("number", "hash").first()
    return last or (0, "")


def last_head() -> AuditHead | None:
    """The head that was signed last; None before the first."""
    return AuditHead.objects.order_by("-upto", "-pk").first()
