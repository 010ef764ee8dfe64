"""What a decision letter looks like: the PDF of a decision."""

from __future__ import annotations

from io import BytesIO

import pikepdf

from applications.models import Decision
from ctts.common.clock import london_date
from ctts.common.pdf import render_pdf


def decision_pdf(decision: Decision) -> tuple[bytes, int]:
    """The letter that tells a decision, as tagged PDF, and its number of pages (A4). Worker only."""
    context = {"decision": decision, "application": decision.application, "on": london_date(decision.decided_at)}
    content = render_pdf("pdf/applications/decision.html", context)
    with pikepdf.open(BytesIO(content)) as written:
        return content, len(written.pages)
