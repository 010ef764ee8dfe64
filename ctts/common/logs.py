"""What a log line may not hold: the tokens of one-time links (quality rule 14)."""

from __future__ import annotations

import logging
import re

# A part of an address as long as a token: 32 letters, digits, hyphens, colons or underscores at least.
TOKEN = re.compile(r"(?<=/)[\w:=-]{32,}")


class HideTokens(logging.Filter):
    """Writes … in the place of every part of an address that is long enough to be a token."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always True; the record goes on without tokens."""
        message = record.getMessage()
        hidden = TOKEN.sub("…", message)
        if hidden != message:
            record.msg, record.args = hidden, None
        return True
