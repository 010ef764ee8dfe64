"""Our own pages of a portfolio (F3): plan, competencies, reviews, DOPS, writing, and the front with its index.

Each part is a tagged PDF by itself. What it cites it links as "go:key", or with a box for the number of the page as
"page:key" (on the right) and "at:key" (in the text); `assembling` knows the pages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

import pikepdf

from assessments.compiling.contents import Contents, log_of, reports_of, standing_evidence
from assessments.compiling.files import placeable
from assessments.states import PartKind
from ctts.common import markdown
from ctts.common.clock import london_date
from ctts.common.pdf import render_pdf
from ctts.common.templatetags.formats import day
from ctts.scheme.models import PlanOutline
from training.models import (
    CaseStudy,
    Dops,
    DopsScore,
    Evidence,
    PlanItem,
    ProgressReport,
    Reflection,
    ReportSignature,
    ReviewSignature,
    SignOff,
    SupervisorReview,
    TrainingRecord,
)
from training.queries import parts_of, plan_agreements, plan_standing, standing_sign_offs
from training.queries.dops import sum_of, with_sums
from training.states import EvidenceKind

STYLES = ("pdf.css", "portfolio.css")
FRONT = "pdf/assessments/portfolio/front.html"
SHOWN = {
    PartKind.PLAN: "pdf/assessments/portfolio/plan.html",
    PartKind.COMPETENCIES: "pdf/assessments/portfolio/competencies.html",
    PartKind.REVIEWS: "pdf/assessments/portfolio/reviews.html",
    PartKind.REPORTS: "pdf/assessments/portfolio/reports.html",
    PartKind.DOPS: "pdf/assessments/portfolio/dops.html",
    PartKind.REFLECTIONS: "pdf/assessments/portfolio/writing.html",
    PartKind.CASES: "pdf/assessments/portfolio/writing.html",
}
Context = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter of the PDF: its number, its anchor, its title."""

    number: int
    key: str
    title: str
    kind: PartKind


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature as it is printed."""

    statement: str
    printed_name: str
    role: str
    signed_at: datetime
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Cited:
    """A piece of evidence on the page of a competency: whether it stands there, and whether its pages are cited."""

    label: str
    key: str
    evidence: Evidence
    about: str
    stands_here: bool
    cited: bool


def chapters_of(contents: Contents) -> list[Chapter]:
    """The chapters that a listing fills, numbered in order."""
    filled = {
        PartKind.PLAN: True,
        PartKind.COMPETENCIES: bool(contents["items"]),
        PartKind.REVIEWS: bool(contents["reviews"]),
        PartKind.REPORTS: bool(contents.get("reports")),  # a listing made before there were any has none
        PartKind.DOPS: bool(contents["dops"]),
        PartKind.REFLECTIONS: bool(contents["reflections"]),
        PartKind.CASES: bool(contents["cases"]),
    }
    kinds = [kind for kind, there in filled.items() if there]
    return [Chapter(place, f"chapter-{kind}", str(kind.label), kind) for place, kind in enumerate(kinds, 1)]


def part_pdf(record: TrainingRecord, contents: Contents, kind: PartKind, about: Sequence[int]) -> tuple[bytes, int]:
    """The pages of one part as a tagged PDF, and how many they are. `about` are the ids of what it shows."""
    chapter = next(one for one in chapters_of(contents) if one.kind == kind)
    first = kind == PartKind.PLAN or list(about) == _all_ids(contents, kind)[: len(about)]
    context = CONTEXTS[kind](record, contents, about)
    return _rendered(SHOWN[kind], {**context, "record": record, "chapter": chapter if first else None})


def front_pdf(record: TrainingRecord, contents: Contents, attempt: int, made_at: datetime) -> tuple[bytes, int]:
    """Cover, contents and competency index as a tagged PDF, and how many pages they are."""
    items = {row.pk: row for row in _items(record, [pk for pk, _ in contents["items"]])}
    signed = {row.item_id: row for row in standing_sign_offs().filter(item__in=list(items))}
    rows = [
        {
            "item": items[pk],
            "signed_on": london_date(signed[pk].signed_at) if pk in signed else None,
            "evidence": [{"label": _label(contents, one), "key": f"evidence-{one}"} for one in evidence],
        }
        for pk, evidence in contents["items"]
    ]
    chapters = [
        {**_plain(chapter), "entries": entries_of(record, contents, chapter.kind)} for chapter in chapters_of(contents)
    ]
    context = {"record": record, "items": rows, "signed": len(signed), "chapters": chapters}
    return _rendered(FRONT, {**context, "attempt": _ordinal(attempt), "made_at": made_at})


def entries_of(record: TrainingRecord, contents: Contents, kind: PartKind) -> list[dict[str, str]]:
    """What stands under a chapter in contents and bookmarks: anchor and title, in order."""
    if kind == PartKind.COMPETENCIES:
        rows = _items(record, [pk for pk, _ in contents["items"]])
        return [{"key": f"item-{row.pk}", "title": str(row.item)} for row in rows]
    if kind == PartKind.REVIEWS:
        reviews = SupervisorReview.objects.filter(pk__in=contents["reviews"]).order_by("held_on", "pk")
        return [{"key": f"review-{row.pk}", "title": f"Review {row.number}, {day(row.held_on)}"} for row in reviews]
    if kind == PartKind.REPORTS:
        reports = reports_of(record).filter(pk__in=contents["reports"]).order_by("number")
        return [{"key": f"report-{row.pk}", "title": f"Report {row.number}, {day(row.sent_at)}"} for row in reports]
    if kind == PartKind.DOPS:
        dops = Dops.objects.filter(pk__in=contents["dops"]).order_by("observed_on", "pk")
        return [{"key": f"dops-{row.pk}", "title": f"{row.procedure}, {day(row.observed_on)}"} for row in dops]
    if kind == PartKind.REFLECTIONS:
        pieces = Reflection.objects.filter(pk__in=contents["reflections"]).order_by("made_at", "pk")
        return [{"key": f"reflection-{row.pk}", "title": row.title} for row in pieces]
    if kind == PartKind.CASES:
        cases = CaseStudy.objects.filter(pk__in=contents["cases"]).order_by("made_at", "pk")
        return [{"key": f"case-{row.pk}", "title": row.title} for row in cases]
    return []


def _rendered(template: str, context: Mapping[str, Any]) -> tuple[bytes, int]:
    content = render_pdf(template, context, styles=STYLES)
    with pikepdf.open(BytesIO(content)) as written:
        return content, len(written.pages)


def _plain(chapter: Chapter) -> Context:
    return {"number": chapter.number, "key": chapter.key, "title": chapter.title}


def _ordinal(number: int) -> str:
    return {1: "First", 2: "Second", 3: "Third"}.get(number, f"No. {number}")


def _all_ids(contents: Contents, kind: PartKind) -> list[int]:
    return [pk for pk, _ in contents["items"]] if kind == PartKind.COMPETENCIES else list(contents[str(kind)])


def _label(contents: Contents, evidence_id: int) -> str:
    return str(contents["evidence"][str(evidence_id)]["label"])


def _items(record: TrainingRecord, ids: Sequence[int]) -> list[PlanItem]:
    rows = PlanItem.objects.filter(record=record, pk__in=ids).select_related("item__module")
    return list(rows.order_by("position"))


# --- what each kind of part shows ---


def _plan(record: TrainingRecord, contents: Contents, about: Sequence[int]) -> Context:
    standing = plan_standing(record)
    agreed = [row for row in plan_agreements(record) if row.version == standing.agreed]
    signatures = [Signed(row.statement, row.printed_name, row.role, row.signed_at) for row in agreed]
    outline = PlanOutline.objects.filter(list=record.competency_list_id).first() or PlanOutline()
    items = _items(record, [pk for pk, _ in contents["items"]])
    return {"standing": standing, "outline": outline, "items": items, "signatures": signatures}


def _competencies(record: TrainingRecord, contents: Contents, about: Sequence[int]) -> Context:
    signed = {row.item_id: row for row in standing_sign_offs().filter(item__in=about)}
    evidence, codes = standing_evidence(contents), dict(_codes(record))
    mapped = dict(contents["items"])
    rows = []
    for item in _items(record, about):
        known = [pk for pk in mapped[item.pk] if pk in evidence]
        cited = [_cited(contents, evidence[pk], item.pk, codes) for pk in known]
        absent = [one for one in cited if _home(contents, one.evidence.pk) == item.pk and _is_absent(one.evidence)]
        rows.append({"item": item, "evidence": cited, "absent": absent, "signature": _sign_off(signed.get(item.pk))})
    return {"items": rows}


def _codes(record: TrainingRecord) -> list[tuple[int, str]]:
    return list(PlanItem.objects.filter(record=record).values_list("pk", "item__code"))


def _home(contents: Contents, evidence_id: int) -> int:
    return int(contents["evidence"][str(evidence_id)]["home"])


def _is_absent(evidence: Evidence) -> bool:
    return evidence.document is not None and not placeable(evidence)


def _cited(contents: Contents, evidence: Evidence, item: int, codes: Mapping[int, str]) -> Cited:
    home = _home(contents, evidence.pk)
    elsewhere = home != item
    stands_here = not elsewhere and evidence.document is None
    about = _about(evidence) + (f"; stands with {codes[home]}" if elsewhere else "")
    key = f"evidence-{evidence.pk}"
    return Cited(_label(contents, evidence.pk), key, evidence, about, stands_here, cited=not stands_here)


def _about(evidence: Evidence) -> str:
    if evidence.document is None:
        kind = "Link" if evidence.kind == EvidenceKind.LINK else "Text"
        return f"{kind}, {day(evidence.made_at)}"
    document = evidence.document
    pages = f" of {document.pages} page{'' if document.pages == 1 else 's'}" if document.pages else ""
    return f"{document.kind}{pages if document.media_type == 'application/pdf' else ''}, {day(evidence.made_at)}"


def _sign_off(row: SignOff | None) -> Signed | None:
    if row is None:
        return None
    return Signed(row.statement, row.printed_name, row.role, row.signed_at, row.comment)


def _reviews(record: TrainingRecord, contents: Contents, about: Sequence[int]) -> Context:
    """Without support needs, patient-safety references and what was escalated: they are not for the markers."""
    rows = SupervisorReview.objects.filter(record=record, pk__in=about).order_by("held_on", "pk")
    rows = rows.prefetch_related("items__item", "actions")
    standing = ReviewSignature.objects.filter(review__in=about, withdraws__isnull=True, withdrawn_by__isnull=True)
    signatures: dict[int, list[Signed]] = {pk: [] for pk in about}
    for row in standing.order_by("signed_at", "pk"):
        signatures[row.review_id].append(Signed(row.statement, row.printed_name, row.role, row.signed_at))
    return {
        "rows": [
            {
                "review": row,
                "facts": _review_facts(row),
                "items": sorted(row.items.all(), key=lambda item: item.position),
                "actions": row.actions.all(),
                "signatures": signatures[row.pk],
            }
            for row in rows
        ]
    }


def _review_facts(row: SupervisorReview) -> list[tuple[str, str]]:
    return [
        ("About the time", f"{day(row.period_starts_on)} to {day(row.period_ends_on)}"),
        ("How they met", str(row.get_mode_display())),
        ("Who was there", row.attendees),
        ("Progress", row.progress),
        ("DOPS done", row.dops_done),
        ("Writing", row.writing_progress),
        ("Changes to the plan", row.plan_changes),
    ]


def _reports(record: TrainingRecord, contents: Contents, about: Sequence[int]) -> Context:
    """The progress reports with both signatures, the co-ordinator's comment beside theirs (T7)."""
    rows = reports_of(record).filter(pk__in=about).order_by("number")
    signatures: dict[int, list[Signed]] = {pk: [] for pk in about}
    for row in ReportSignature.objects.filter(report__in=about).order_by("signed_at", "pk"):
        signed = Signed(row.statement, row.printed_name, row.role, row.signed_at, row.comment)
        signatures[row.report_id].append(signed)
    return {"rows": [{"report": row, "facts": _report_facts(row), "signatures": signatures[row.pk]} for row in rows]}


def _report_facts(row: ProgressReport) -> list[tuple[str, str]]:
    return [
        ("About the time", f"{day(row.period_starts_on)} to {day(row.period_ends_on)}"),
        ("Progress", row.progress),
        ("What needs attention", row.attention),
        ("What comes next", row.next_steps),
    ]


def _dops(record: TrainingRecord, contents: Contents, about: Sequence[int]) -> Context:
    rows = with_sums(log_of(record)).select_related("record__rules", "item__item").order_by("observed_on", "pk")
    log = [row for row in rows if row.pk in set(contents["dops"])]
    scores: dict[int, list[tuple[int, str, str]]] = {pk: [] for pk in about}
    known = DopsScore.objects.filter(dops__in=about).select_related("item").order_by("item__number")
    for score in known:
        given = "N/A" if score.score is None else str(score.score)
        scores[score.dops_id].append((score.item.number, score.item.title, given))
    return {
        "log": [{"dops": row, "total": sum_of(row)} for row in log],
        "rows": [_dops_row(row, scores[row.pk]) for row in log if row.pk in scores],
    }


def _dops_row(row: Dops, scores: Sequence[tuple[int, str, str]]) -> Context:
    signatures = row.signatures.order_by("signed_at", "pk")
    assessor = ", ".join(filter(None, (row.assessor_name, row.assessor_post, row.assessor_organisation)))
    return {
        "dops": row,
        "facts": [
            ("Competency", str(row.item)),
            ("Place", row.place),
            ("Kind", f"{row.get_complexity_display()}, {str(row.get_setting_display()).lower()}"),
            ("Assessed by", f"{assessor} ({row.get_assessor_kind_display()})"),
            ("Registration", row.assessor_registration),
            ("Sum", sum_of(row).words),
            ("Overall judgement", str(row.get_overall_display())),
        ],
        "scores": scores,
        "words": [
            ("Done well", row.done_well),
            ("To improve", row.to_improve),
            ("Agreed action", row.agreed_action),
            ("The trainee’s comment", row.trainee_comment),
        ],
        "signatures": [Signed(one.statement, one.printed_name, one.role, one.signed_at) for one in signatures],
    }


def _reflections(record: TrainingRecord, contents: Contents, about: Sequence[int]) -> Context:
    rows = Reflection.objects.filter(record=record, pk__in=about).order_by("made_at", "pk")
    return {"rows": [_piece(row, "reflection", str(row.get_model_display()), row.submitted_at) for row in rows]}


def _cases(record: TrainingRecord, contents: Contents, about: Sequence[int]) -> Context:
    rows = CaseStudy.objects.filter(record=record, pk__in=about).order_by("made_at", "pk")
    return {"rows": [_piece(row, "case", f"{row.words:,} words", row.submitted_at) for row in rows]}


def _piece(row: Reflection | CaseStudy, kind: str, about: str, submitted_at: date | None) -> Context:
    parts = [(part.title, markdown.render(part.text)) for part in parts_of(row)]
    return {"piece": row, "key": f"{kind}-{row.pk}", "about": f"{about}, submitted {day(submitted_at)}", "parts": parts}


CONTEXTS = {
    PartKind.PLAN: _plan,
    PartKind.COMPETENCIES: _competencies,
    PartKind.REVIEWS: _reviews,
    PartKind.REPORTS: _reports,
    PartKind.DOPS: _dops,
    PartKind.REFLECTIONS: _reflections,
    PartKind.CASES: _cases,
}
