"""What a diploma looks like on paper, and where anybody can check it (D1). Rendering is the worker's work."""

from __future__ import annotations

from datetime import UTC, datetime

import segno
from django.urls import reverse

from ctts.common.letters import public_address
from ctts.common.pdf import render_pdf
from moderation.models import Diploma

ARCHIVAL = "pdf/a-3a"  # archival and tagged
STYLES = ("pdf.css", "diploma.css")
# The longest name, in letters, that is set in each size on one line; longer ones are set small, on two.
NAME_SIZES = ((30, ""), (40, "award__name--long"), (58, "award__name--longer"))
LONGEST_NAMES = "award__name--longest"


def name_size(name: str) -> str:
    """The class that sets a name so that it fits: 160 letters, the longest, still do."""
    return next((size for most, size in NAME_SIZES if len(name) <= most), LONGEST_NAMES)


def check_address(diploma: Diploma) -> str:
    """The public address that the code on a diploma leads to, with number and secret (D1)."""
    return public_address(reverse("moderation:check_code", args=[diploma.number, diploma.code]))


def diploma_pdf(diploma: Diploma) -> bytes:
    """The sheet of a diploma as archival, tagged PDF, not sealed yet (D1). Worker only.

    The code picture is vector, with the address as its alternative text. Raises OSError where Pango is missing.
    """
    address = check_address(diploma)
    by_hand = public_address(reverse("moderation:check")).partition("://")[2]
    context = {
        "diploma": diploma,
        "size": name_size(diploma.name),
        "code": segno.make(address, error="m").svg_data_uri(border=0),
        "code_alt": f"Code that leads to {address}",
        "where": by_hand,
        "created": _instant(diploma.issued_at),
    }
    return render_pdf("pdf/diploma.html", context, styles=STYLES, variant=ARCHIVAL)


def _instant(at: datetime) -> str:
    """An instant as the metadata of a PDF names it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
