"""What goes into a portfolio (F3), listed before anything is made: every piece by key, label and digest.

Evidence is left out unless it is shared, its file checked, and mapped to a competency. A piece that shows several
competencies stands once, with the first of them; the others cite its pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from assessments.models import Portfolio
from assessments.states import PartKind
from ctts.common.verdict import TooLate
from ctts.documents.states import OFFICE, DocumentState
from training.models import (
    CaseStudy,
    Dops,
    Evidence,
    EvidenceMapping,
    PlanItem,
    ProgressReport,
    Reflection,
    SupervisorReview,
)
from training.models import TrainingRecord as Record
from training.queries import best_evidence, judged_evidence
from training.states import (
    REPORT_UNSENT,
    WRITING_SUBMITTED,
    AssessorKind,
    DopsState,
    EvidenceState,
    ReviewState,
    WritingState,
)

Contents = dict[str, Any]
# How many of a kind are rendered in one step: each takes a second or two.
AT_ONCE = {
    PartKind.COMPETENCIES: 6,
    PartKind.REVIEWS: 8,
    PartKind.REPORTS: 8,
    PartKind.DOPS: 8,
    PartKind.REFLECTIONS: 4,
    PartKind.CASES: 1,
}
# More than can ever be sealed: such a record is not compiled at all, so that no worker runs out of memory over it.
MOST_PAGES, MOST_FILES, MOST_BYTES = 2000, 900, 250 * 1024 * 1024
SIGNED_BY_BOTH = (ReviewState.ACKNOWLEDGED, ReviewState.SUBMITTED)


def contents_of(record: Record) -> Contents:
    """What a portfolio compiled now would hold, of each competency the best evidence first (T3); eight queries.

    Raises TooLate when its files are more than a portfolio can ever hold; the sentence names the largest.
    """
    items = list(PlanItem.objects.filter(record=record).order_by("position"))
    known: dict[int, dict[str, Any]] = {}
    shown: list[list[Any]] = []
    files: list[Evidence] = []
    best = best_evidence(items)
    for item, judged in judged_evidence(items).items():
        pieces = sorted(judged, key=lambda piece: (item, piece.pk) not in best)
        shown.append([item, [piece.pk for piece in pieces]])
        for piece in pieces:
            if piece.pk not in known:
                label = f"E{len(known) + 1}"
                known[piece.pk] = {"label": label, "sha256": piece.content_sha256, "home": item}
                files += [piece] if piece.document is not None else []
    _refuse_too_much(files, known)
    return {
        "items": shown,
        "evidence": {str(pk): facts for pk, facts in known.items()},
        "reviews": _ids(SupervisorReview.objects.filter(record=record, state__in=SIGNED_BY_BOTH), "held_on"),
        "reports": _ids(reports_of(record), "number"),
        "dops": _ids(log_of(record), "observed_on"),
        "reflections": _ids(Reflection.objects.filter(record=record, state__in=WRITING_SUBMITTED), "made_at"),
        "cases": _ids(CaseStudy.objects.filter(record=record, state__in=WRITING_SUBMITTED), "made_at"),
    }


def log_of(record: Record) -> QuerySet[Dops]:
    """The DOPS log: complete DOPS without those of the External Moderator, which never stand in it (F2)."""
    rows = Dops.objects.filter(record=record, state=DopsState.COMPLETE)
    return rows.exclude(assessor_kind=AssessorKind.EXTERNAL_MODERATOR)


def reports_of(record: Record) -> QuerySet[ProgressReport]:
    """The progress reports of the supervisor: all that were sent are part of the portfolio (T7)."""
    return ProgressReport.objects.filter(record=record).exclude(state__in=REPORT_UNSENT)


def _ids(rows: QuerySet[Any], order: str) -> list[int]:
    return list(rows.order_by(order, "pk").values_list("pk", flat=True))


def _refuse_too_much(files: Sequence[Evidence], known: dict[int, dict[str, Any]]) -> None:
    documents = [(piece, piece.document) for piece in files if piece.document is not None]
    pages = sum(document.pages or 1 for _, document in documents)
    size = sum(document.pdf_size or document.size for _, document in documents)
    if pages <= MOST_PAGES and len(documents) <= MOST_FILES and size <= MOST_BYTES:
        return
    piece, document = max(documents, key=lambda pair: (pair[1].pages or 1, pair[1].size))
    label = known[piece.pk]["label"]
    raise TooLate(
        f"The evidence has {pages:,} pages in {len(documents)} files of {size // 1024**2} MB together; that is more "
        f"than one portfolio can hold. The longest is {label}, “{piece.title}”, with {document.pages or 1:,} pages."
    )


def parts_for(contents: Contents) -> Iterator[tuple[PartKind, list[int]]]:
    """The parts in which a portfolio is compiled, in order."""
    yield PartKind.PLAN, []
    ids = {
        PartKind.COMPETENCIES: [item for item, _ in contents["items"]],
        PartKind.REVIEWS: contents["reviews"],
        PartKind.REPORTS: contents.get("reports", []),
        PartKind.DOPS: contents["dops"],
        PartKind.REFLECTIONS: contents["reflections"],
        PartKind.CASES: contents["cases"],
    }
    for kind, every in ids.items():
        for start in range(0, len(every), AT_ONCE[kind]):
            yield kind, every[start : start + AT_ONCE[kind]]


def standing_evidence(contents: Contents) -> dict[int, Evidence]:
    """The evidence of a listing that is still shared as it was then, by id."""
    rows = Evidence.objects.filter(pk__in=[int(pk) for pk in contents["evidence"]], state=EvidenceState.SHARED)
    ready = Q(document__isnull=True) | Q(document__state=DocumentState.CHECKED)
    same = {int(pk): facts["sha256"] for pk, facts in contents["evidence"].items()}
    return {row.pk: row for row in rows.filter(ready).select_related("document") if same[row.pk] == row.content_sha256}


def changed_since(portfolio: Portfolio) -> list[str]:
    """The labels of evidence in a compiled portfolio that was withdrawn or changed since: it is compiled again (T3)."""
    run = portfolio.runs.order_by("-pk").first()
    if run is None:
        return []
    standing = standing_evidence(run.contents)
    return [facts["label"] for pk, facts in run.contents["evidence"].items() if int(pk) not in standing]


# How many of a kind are named; of more, only how many there are.
NAMED = 8
DRAFT = "is a draft; submit it and it goes in"
BECAUSE = {
    "unshared": "not shared",
    "withdrawn": "withdrawn from view",
    "unmapped": "mapped to no competency",
}


def left_out(record: Record) -> list[str]:
    """What of a record does not go into its portfolio, each with the reason (F3); four queries.

    Evidence is counted by its reason. Office files without a PDF, whose place in the portfolio only says so, and drafts
    of the trainee's writing are named: a file or a word of the trainee's mends them.
    """
    evidence = Evidence.objects.filter(record=record).annotate(
        mapped=Exists(EvidenceMapping.objects.filter(evidence=OuterRef("pk")))
    )
    shared = Q(state=EvidenceState.SHARED)
    withdrawn = Q(state=EvidenceState.QUARANTINED) | Q(document__state=DocumentState.QUARANTINED)
    counts = evidence.aggregate(
        unshared=Count("pk", filter=~shared & ~withdrawn),
        withdrawn=Count("pk", filter=withdrawn),
        unmapped=Count("pk", filter=shared & ~withdrawn & Q(mapped=False)),
    )
    office = evidence.filter(shared & ~withdrawn, mapped=True, document__media_type__in=OFFICE, document__pdf_sha256="")
    return [
        *(_counted(number, BECAUSE[why]) for why, number in counts.items() if number),
        *_named(office, "an office file", "cannot be made into pages; supply it as a PDF"),
        *_named(CaseStudy.objects.filter(record=record, state=WritingState.DRAFT), "a long case study", DRAFT),
        *_named(Reflection.objects.filter(record=record, state=WritingState.DRAFT), "a reflective piece", DRAFT),
    ]


def _counted(number: int, why: str) -> str:
    pieces, they = ("1 piece", "it is") if number == 1 else (f"{number} pieces", "they are")
    return f"Left out: {pieces} of evidence, because {they} {why}."


def _named(rows: QuerySet[Any], what: str, why: str) -> Iterator[str]:
    titles = list(rows.order_by("pk").values_list("title", flat=True))
    yield from (f"Left out: {what}, “{title}”, because it {why}." for title in titles[:NAMED])
    if len(titles) > NAMED:
        yield f"And {len(titles) - NAMED} more for the same reason."
