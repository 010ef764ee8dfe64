"""Forms about the pack for the register (D2)."""

from __future__ import annotations

from ctts.common.forms import CrispyForm
from ctts.documents.forms import DocumentField
from ctts.documents.states import MediaType


class PackPartForm(CrispyForm):
    """The CV or the organisation chart, as PDF."""

    submit_label = "Add this file"

    file = DocumentField(label="File", kinds=frozenset({MediaType.PDF}))
