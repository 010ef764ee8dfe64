"""What a signed DOPS looks like on paper (T5)."""

from __future__ import annotations

from io import BytesIO

import pikepdf

from ctts.common.clock import london_date
from ctts.common.pdf import render_pdf
from ctts.common.templatetags.formats import day, written_words
from ctts.scheme.queries import numbers_of
from training.models import Dops, DopsPaper
from training.queries.dops import dops_digest, judged, scores_of, signatures_of, written_at
from training.rules import plain_sum


def dops_pdf(paper: DopsPaper) -> tuple[bytes, int]:
    """A DOPS as tagged PDF with its signatures and the version that was signed, and its pages. Worker only."""
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
    content = render_pdf("pdf/training/dops.html", context)
    with pikepdf.open(BytesIO(content)) as written:
        return content, len(written.pages)


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
