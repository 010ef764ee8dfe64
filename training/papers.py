"""What a Supervisor Review, a signed DOPS and a CPD log look like on paper (T4, T5, T10)."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pikepdf

from ctts.common.clock import london_date
from ctts.common.pdf import render_pdf
from ctts.common.signatures import shown_signature
from ctts.common.templatetags.formats import day, written_words
from ctts.scheme.queries import numbers_of
from training.models import CpdPaper, Dops, DopsPaper, ReviewPaper, TrainingRecord
from training.queries.cpd import narrowed_words, written_hours
from training.queries.dops import dops_digest, judged, scores_of, signatures_of, written_at
from training.queries.dops_scanned import dops_scan_answers
from training.queries.papers import cpd_log_version, in_the_log, wanted_in
from training.queries.reviews import agreed_in, discussed_in, review_digest, review_facts, signatures_under
from training.rules import plain_sum


def dops_pdf(paper: DopsPaper) -> dict[str, Any]:
    """A DOPS as tagged PDF with its signatures and the version that was signed, and its pages. Worker only.

    What it gives is what `actions.keep_paper` keeps.
    """
    dops = paper.dops
    context = {
        "dops": dops,
        "record": dops.record,
        "facts": _facts(dops),
        "scores": judged(dops),
        "total": plain_sum(scores_of(dops).values(), numbers_of(dops.record.rules)),
        "said": dops_scan_answers(dops),
        "signatures": signatures_of(dops),
        "when": written_words(dops.observed_on, written_at(dops)),
        "version": dops_digest(dops)[:12],
        "on": london_date(paper.asked_at),
    }
    return _printed("pdf/training/dops.html", context)


def review_pdf(paper: ReviewPaper) -> dict[str, Any]:
    """A Supervisor Review as tagged PDF: what was written, the competencies, the actions with owner and day, both
    signatures and the version that was signed; and its pages. Worker only.

    What it gives is what `actions.keep_review_paper` keeps.
    """
    review = paper.review
    record = review.record
    context = {
        "review": review,
        "record": record,
        "about": _of_record(record),
        "facts": review_facts(review),
        "items": discussed_in(review),
        "actions": agreed_in(review),
        "signatures": [shown_signature(row) for row in signatures_under(review)],
        "version": review_digest(review)[:12],
        "on": london_date(paper.asked_at),
    }
    return _printed("pdf/training/review.html", context)


def cpd_pdf(paper: CpdPaper) -> dict[str, Any]:
    """What stands in a CPD log and was asked for as tagged PDF, the latest day first, its pages and its version. Worker
    only.

    What it gives is what `actions.keep_cpd_paper` keeps.
    """
    wanted = wanted_in(paper)
    version = cpd_log_version(paper.record, wanted)
    entries = list(in_the_log(paper.record, wanted))
    context = {
        "record": paper.record,
        "facts": _log_facts(paper.record, [entry.done_on for entry in entries]),
        "narrowed": narrowed_words(wanted),
        "entries": [(entry, written_hours(entry.minutes)) for entry in entries],
        "hours": written_hours(sum(entry.minutes for entry in entries)),
        "version": version[:12],
        "on": london_date(paper.asked_at),
    }
    return {**_printed("pdf/training/cpd.html", context), "version": version}


def _printed(template: str, context: dict[str, Any]) -> dict[str, Any]:
    content = render_pdf(template, context)
    with pikepdf.open(BytesIO(content)) as written:
        return {"pdf": content, "pages": len(written.pages)}


def _log_facts(record: TrainingRecord, days: list[date]) -> list[tuple[str, str]]:
    period = " to ".join(dict.fromkeys((day(min(days)), day(max(days))))) if days else ""
    return [*_of_record(record), ("Activities from", period)]


def _of_record(record: TrainingRecord) -> list[tuple[str, str]]:
    return [
        ("Trainee", record.trainee.full_name),
        ("Scope of practice", str(record.scope)),
        ("Training Centre", str(record.centre)),
    ]


def _facts(dops: Dops) -> list[tuple[str, str]]:
    assessor = ", ".join(filter(None, (dops.assessor_name, dops.assessor_post, dops.assessor_organisation)))
    return [
        *_of_record(dops.record),
        ("Competency", str(dops.item.item) if dops.item else ""),
        ("Day of the observation", day(dops.observed_on)),
        ("Place", dops.place),
        ("How demanding", str(dops.get_complexity_display())),
        ("Real or simulated", str(dops.get_setting_display())),
        ("Assessed by", f"{assessor} ({dops.get_assessor_kind_display()})"),
        ("Registration number", dops.assessor_registration),
    ]
