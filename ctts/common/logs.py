"""What a log line may not hold: the tokens of one-time links (quality rule 14), and the codes of diplomas (D1)."""

from __future__ import annotations

import logging
import re

# A part of an address as long as a token: 32 letters, digits, hyphens, colons or underscores at least; or what follows
# the number of a diploma.
TOKEN = re.compile(r"(?<=/)[\w:=-]{32,}|(?<=/)(CTD-[0-9]{4}-[0-9]{5}/)[\w-]+", re.I)


class HideTokens(logging.Filter):
    """Writes … in the place of every part of an address that is long enough to be a token, and of every code."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always True; the record goes on without tokens."""
        message = record.getMessage()
        hidden = TOKEN.sub(lambda found: f"{found[1] or ''}…", message)
        if hidden != message:
            record.msg, record.args = hidden, None
        return True
