"""What happened to a place in the pool or to a board, in sentences, from the audit."""

from __future__ import annotations

from django.db.models import Model

from ctts.accounts.models import User
from ctts.audit.models import AuditEvent, AuditWords
from ctts.audit.queries import timeline
from ctts.common.parts import HistoryEntry, Tone

# Audit kind → what the reader sees, tone, shape.
SENTENCES: dict[str, tuple[str, Tone, str]] = {
    "moderation.pool.entered": ("Entered into the pool", "waiting", "envelope"),
    "moderation.pool.changed": ("Changed scopes, region or capacity", "neutral", "pencil"),
    "moderation.pool.join": ("Signed the declaration and joined", "done", "check-circle-fill"),
    "moderation.pool.pause": ("Paused", "neutral", "pause-circle"),
    "moderation.pool.return": ("Takes trainees again", "done", "check-circle-fill"),
    "moderation.pool.retire": ("Left the pool", "neutral", "clock-history"),
    "moderation.board.made": ("Made the board", "neutral", "pencil"),
    "moderation.board.propose": ("Proposed the list", "waiting", "hourglass-split"),
    "moderation.board.send_back": ("Sent the list back", "returned", "arrow-return-left"),
    "moderation.board.approve": ("Approved the list", "done", "check-circle-fill"),
    "moderation.board.cancel": ("Cancelled the board", "neutral", "slash-circle"),
}


def history_of(thing: Model) -> list[HistoryEntry]:
    """The office's entries about one thing, the newest first, with the words given; three queries, whatever their
    number. Who may read it, the caller has asked."""
    rows = list(timeline(None).filter(object=thing._meta.label_lower, object_id=thing.pk))
    words = dict(AuditWords.objects.filter(event__in=rows).values_list("event", "text"))
    names = dict(User.objects.filter(pk__in={row.actor_id for row in rows}).values_list("pk", "full_name"))
    return [_entry(row, words.get(row.pk, {}), names.get(row.actor_id or 0, "The calendar")) for row in rows]


def _entry(row: AuditEvent, words: dict[str, str], who: str) -> HistoryEntry:
    what, tone, icon = SENTENCES[row.action]
    return HistoryEntry(row.at, who, what, note=words.get("reason", ""), tone=tone, icon=icon)
