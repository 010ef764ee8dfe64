"""What a signed DOPS and a CPD log look like on paper (T5, T10)."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pikepdf

from ctts.common.clock import london_date
from ctts.common.pdf import render_pdf
from ctts.common.templatetags.formats import day, written_words
from ctts.scheme.queries import numbers_of
from training.models import CpdPaper, Dops, DopsPaper, TrainingRecord
from training.queries.cpd import written_hours
from training.queries.dops import dops_digest, judged, scores_of, signatures_of, written_at
from training.queries.papers import cpd_log_version, in_the_log
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
        "signatures": signatures_of(dops),
        "when": written_words(dops.observed_on, written_at(dops)),
        "version": dops_digest(dops)[:12],
        "on": london_date(paper.asked_at),
    }
    return _printed("pdf/training/dops.html", context)


def cpd_pdf(paper: CpdPaper) -> dict[str, Any]:
    """What stands in a CPD log as tagged PDF, the latest day first, its pages and its version. Worker only.

    What it gives is what `actions.keep_cpd_paper` keeps.
    """
    version = cpd_log_version(paper.record)
    entries = list(in_the_log(paper.record))
    context = {
        "record": paper.record,
        "facts": _log_facts(paper.record, [entry.done_on for entry in entries]),
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
    return [
        ("Trainee", record.trainee.full_name),
        ("Scope of practice", str(record.scope)),
        ("Training Centre", str(record.centre)),
        ("Activities from", period),
    ]


def _facts(dops: Dops) -> list[tuple[str, str]]:
    assessor = ", ".join(filter(None, (dops.assessor_name, dops.assessor_post, dops.assessor_organisation)))
    return [
        ("Trainee", dops.record.trainee.full_name),
        ("Scope of practice", str(dops.record.scope)),
        ("Training Centre", str(dops.record.centre)),
        ("Competency", str(dops.item.item) if dops.item else ""),
        ("Day of the observation", day(dops.observed_on)),
        ("Place", dops.place),
        ("How demanding", str(dops.get_complexity_display())),
        ("Real or simulated", str(dops.get_setting_display())),
        ("Assessed by", f"{assessor} ({dops.get_assessor_kind_display()})"),
        ("Registration number", dops.assessor_registration),
    ]
