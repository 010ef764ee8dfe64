"""What was signed still says what was signed: each digest is made anew from what is kept, as it was when it was signed.

Triggers keep signed rows as they are, but a superuser passes them. Digests that no kept row can give again are left
out: the supervisor's answer to an application, the approval of an assessor, the confirmation of patient safety, the
decision of the first year and the list of a board speak of rows that rightly go on changing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from assessments.models import MarkSheetSignature, Outcome, PortfolioReceipt, PracticalSeal, PutForward
from assessments.queries.marking import sheet_content
from assessments.queries.portfolio import seal_digest
from assessments.states import Stage
from ctts.common.digest import sha256
from moderation.models import Adjudication, Award
from training.models import DopsSignature, EvidenceVersion, PlanAgreement, ReportSignature, ReviewSignature, SignOff
from training.queries import dops_digest, report_digest, review_digest
from training.queries.evidence import evidence_digest
from training.states import REVIEW_UNSIGNED

AT_ONCE = 500  # rows in memory


@dataclass(frozen=True, slots=True)
class Signed:
    """Rows with `content_sha256` that must stay true: their rule, a sentence, and how their digest is made anew.

    `names` is the column of what a broken one is called by: the signature itself, or what it stands under.
    """

    rule: str
    sentence: str
    rows: Callable[[], QuerySet[Any]]
    digest: Callable[[Any], str]
    names: str = "pk"

    def broken(self) -> Iterator[int]:
        """What no longer says what was signed, each once, in the order of the signatures."""
        told = set()
        for row in self.rows().order_by("pk").iterator(chunk_size=AT_ONCE):
            name = getattr(row, self.names)
            if name not in told and not self._holds(row):
                told.add(name)
                yield name

    def _holds(self, row: Any) -> bool:
        try:
            return bool(self.digest(row) == row.content_sha256)
        except (AttributeError, TypeError, ValueError):  # what stands there now was never signed by anybody
            return False


def _kept(model: Any, column: str = "content") -> tuple[Callable[[], QuerySet[Any]], Callable[[Any], str]]:
    """Rows that keep what was signed beside its digest."""
    return model.objects.all, lambda row: sha256(getattr(row, column))


def _dops() -> QuerySet[DopsSignature]:
    rows = DopsSignature.objects.exclude(meaning="approved")
    return rows.select_related("dops")


def _reviews() -> QuerySet[ReviewSignature]:
    """A review that was sent back is written anew; its withdrawn signature stands for what it said before."""
    rows = ReviewSignature.objects.filter(withdraws__isnull=True, withdrawn_by__isnull=True)
    return rows.exclude(review__state__in=REVIEW_UNSIGNED).select_related("review")


def _reports() -> QuerySet[ReportSignature]:
    return ReportSignature.objects.select_related("report")


def _report(row: ReportSignature) -> str:
    return report_digest(row.report)


def _sheets() -> QuerySet[MarkSheetSignature]:
    return MarkSheetSignature.objects.select_related("sheet__attempt")


def _sheet(row: MarkSheetSignature) -> str:
    """What was marked is taken as it was then, the result of a Viva too: both sheets together make it afterwards."""
    later = ("marked", "result") if row.sheet.attempt.stage == Stage.VIVA else ("marked",)
    return sha256({**sheet_content(row.sheet), **{name: row.content.get(name) for name in later}})


def _receipts() -> QuerySet[PortfolioReceipt]:
    return PortfolioReceipt.objects.select_related("portfolio__attempt")


def _adjudicated(row: Adjudication) -> str:
    percent = str(Fraction(row.numerator or 0, row.denominator)) if row.denominator else None
    return sha256({**row.content, "result": row.result, "percent": percent, "reasons": row.reasons})


def _versions() -> QuerySet[EvidenceVersion]:
    return EvidenceVersion.objects.select_related("evidence", "document")


def _version(row: EvidenceVersion) -> str:
    return evidence_digest(row.evidence.kind, row.title, row.text, row.url, row.document)


SIGNED: tuple[Signed, ...] = (
    Signed("T1", "What is kept of an agreed plan is what was signed.", *_kept(PlanAgreement)),
    Signed("T2", "What is kept with a sign-off is what was signed.", *_kept(SignOff)),
    Signed("T3", "Every version of evidence says what it said when it was shared.", _versions, _version),
    Signed(
        "T4", "Every signed review says what was signed.", _reviews, lambda row: review_digest(row.review), "review_id"
    ),
    Signed("T7", "Every progress report that was sent says what was signed.", _reports, _report, "report_id"),
    Signed("T5", "Every signed DOPS says what was signed.", _dops, lambda row: dops_digest(row.dops), "dops_id"),
    Signed("Y", "What was put forward is kept as it was.", *_kept(PutForward, "gate")),
    Signed("F1", "What an outcome was made of is kept as it was.", *_kept(Outcome)),
    Signed("F2", "What is kept of a sealed Practical is what was signed.", *_kept(PracticalSeal)),
    Signed("F3", "Every submitted sheet says what was signed.", _sheets, _sheet, "sheet_id"),
    Signed("F3", "What is kept with a sheet is what was signed.", *_kept(MarkSheetSignature)),
    Signed(
        "F3",
        "Every sealed portfolio is the one that was sealed.",
        _receipts,
        lambda row: seal_digest(row.portfolio),
        "portfolio_id",
    ),
    Signed("F3", "What is kept of a sealed portfolio is what was signed.", *_kept(PortfolioReceipt)),
    Signed("F5", "Every adjudication says what was signed.", Adjudication.objects.all, _adjudicated),
    Signed("F7", "What an award rests on is kept as it was.", *_kept(Award)),
)


def first_broken(entry: Signed, most: int) -> tuple[int, ...]:
    """Up to so many of what no longer says what was signed."""
    return tuple(islice(entry.broken(), most))
