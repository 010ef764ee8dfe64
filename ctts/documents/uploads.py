"""How Django takes in what a browser sends: to disk, and never more than one byte above the limit a file.

Without it, somebody could fill the disk before the form is even looked at. The form itself arrives whole, so nothing
typed is lost; `size` tells the field how large the file really was.
"""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import TemporaryFileUploadHandler

from ctts.documents.rules import LARGEST_UPLOAD


class CappedUploadHandler(TemporaryFileUploadHandler):
    """Writes a file to disk up to the limit and drops the rest; Django itself counts the true size."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin counting anew for each file of the form."""
        super().new_file(*args, **kwargs)
        self.seen = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep what is within the limit and the one piece that passes it; drop the rest."""
        if self.seen <= LARGEST_UPLOAD:
            super().receive_data_chunk(raw_data, start)
        self.seen += len(raw_data)
