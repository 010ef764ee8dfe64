"""The doorbell of the check."""

from __future__ import annotations

from ctts.common import clock
from ctts.common.queue import job
from ctts.documents import checking


@job(checking.CHECKED)
def check_document(*, document_id: int, **_newer: object) -> None:
    """Scan, read and draw one received file; does nothing when that is done, or being done."""
    checking.check(document_id, clock.now())
