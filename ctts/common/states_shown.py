"""How each state of the scheme looks: its tone and its shape. The word comes from the state itself.

One table for all apps, so that "returned" looks the same on every page. A test fails for a state that is missing here.
"""

from __future__ import annotations

from ctts.common.parts import Badge, Tone

LOOKS: dict[str, tuple[Tone, str]] = {
    # nothing has happened yet, or it is being worked on
    "not_started": ("neutral", "circle"),
    "draft": ("neutral", "pencil"),
    "open": ("active", "circle-half"),
    "planned": ("neutral", "calendar-event"),
    "in_progress": ("active", "circle-half"),
    "in_review": ("active", "circle-half"),
    "enrolled": ("done", "check-circle-fill"),
    "started": ("active", "circle-half"),
    "preparing": ("active", "circle-half"),
    "compiling": ("active", "circle-half"),
    "marking": ("active", "circle-half"),
    "adjudicating": ("active", "circle-half"),
    "applied": ("active", "circle-half"),
    "standing": ("done", "check-circle-fill"),
    "booked": ("active", "calendar-check"),
    "sending": ("active", "send"),
    # it lies with somebody
    "submitted": ("waiting", "hourglass-split"),
    "awaiting_supervisor": ("waiting", "hourglass-split"),
    "received": ("waiting", "inbox"),
    "requested": ("waiting", "hourglass-split"),
    "awaiting_support": ("waiting", "hourglass-split"),
    "awaiting_decision": ("waiting", "hourglass-split"),
    "awaiting_acknowledgement": ("waiting", "hourglass-split"),
    "with_moderator": ("waiting", "hourglass-split"),
    "to_schedule": ("waiting", "calendar-event"),
    "invited": ("waiting", "envelope"),
    "offered": ("waiting", "hourglass-split"),
    "lodged": ("waiting", "inbox"),
    "decided": ("waiting", "hourglass-split"),
    "ready": ("waiting", "check-circle"),
    "not_scanned": ("waiting", "question-circle"),
    "proposed": ("waiting", "hourglass-split"),
    "information_requested": ("waiting", "question-circle"),
    "waiting": ("waiting", "hourglass-split"),
    "pending": ("waiting", "hourglass-split"),
    "queued": ("waiting", "hourglass-split"),
    "due": ("waiting", "clock"),
    # it is done
    "signed": ("done", "check-circle-fill"),
    "acknowledged": ("done", "check-circle-fill"),
    "approved": ("done", "check-circle-fill"),
    "verified": ("done", "check-circle-fill"),
    "checked": ("done", "shield-check"),
    "clean": ("done", "shield-check"),
    "commented": ("done", "chat-left-text"),
    "attended": ("done", "check-circle-fill"),
    "adjudicated": ("done", "check-circle-fill"),
    "upheld": ("done", "check-circle-fill"),
    "agreed": ("done", "check-circle-fill"),
    "accepted": ("done", "check-circle-fill"),
    "accredited": ("done", "patch-check-fill"),
    "complete": ("done", "check-circle-fill"),
    "completed": ("done", "check-circle-fill"),
    "finished": ("done", "check-circle-fill"),
    "confirmed": ("done", "check-circle-fill"),
    "released": ("done", "check-circle-fill"),
    "ratified": ("done", "check-circle-fill"),
    "issued": ("done", "award"),
    "published": ("done", "check-circle-fill"),
    "active": ("done", "check-circle-fill"),
    "met": ("done", "check-circle-fill"),
    "pass": ("done", "check-circle-fill"),
    "passed": ("done", "check-circle-fill"),
    "sent": ("done", "send"),
    "done": ("done", "check-circle-fill"),
    # it came back, or changed
    "returned": ("returned", "arrow-return-left"),
    "changed": ("returned", "exclamation-diamond"),
    "reopened": ("returned", "arrow-return-left"),
    "disagreed": ("returned", "exclamation-diamond"),
    "in_doubt": ("returned", "question-diamond"),
    "needs_person": ("returned", "person"),
    "refer": ("returned", "arrow-return-left"),
    "referred": ("returned", "arrow-return-left"),
    "deferred": ("returned", "calendar3"),
    "accredited_with_conditions": ("returned", "patch-check"),
    "conditions": ("returned", "patch-check"),
    "held": ("returned", "pause-circle"),
    # it stopped
    "refused": ("risk", "x-octagon"),
    "insufficient": ("risk", "x-circle-fill"),
    "infected": ("risk", "shield-lock"),
    "absent": ("risk", "x-circle"),
    "dismissed": ("risk", "x-octagon"),
    "late": ("risk", "exclamation-triangle-fill"),
    "overdue": ("risk", "exclamation-triangle-fill"),
    "declined": ("risk", "x-octagon"),
    "not_met": ("risk", "x-circle-fill"),
    "fail": ("risk", "x-octagon"),
    "failed": ("risk", "x-octagon"),
    "not_completed": ("risk", "x-octagon"),
    "suspended": ("risk", "pause-circle-fill"),
    "revoked": ("risk", "x-octagon"),
    "dead": ("risk", "x-octagon"),
    "quarantined": ("risk", "shield-lock"),
    "withdrawn": ("neutral", "slash-circle"),
    "left": ("neutral", "slash-circle"),
    "voided": ("neutral", "slash-circle"),
    "superseded": ("neutral", "clock-history"),
    "retired": ("neutral", "clock-history"),
    "ended": ("neutral", "clock-history"),
    "collected": ("neutral", "envelope"),
    "paused": ("neutral", "pause-circle"),
    "cancelled": ("neutral", "slash-circle"),
    "expired": ("neutral", "clock-history"),
    "closed": ("neutral", "lock-fill"),
    "sealed": ("neutral", "lock-fill"),
    "interrupted": ("neutral", "pause-circle"),
    "not_applicable": ("neutral", "dash-circle"),
    "private": ("neutral", "lock"),
    "shared": ("active", "eye"),
    # the same key, another meaning: named with its table
    "supervisorreview.signed": ("waiting", "hourglass-split"),
    "supervisorreview.acknowledged": ("active", "circle-half"),
    "supervisorreview.submitted": ("done", "check-circle-fill"),
    "progressreport.sent": ("waiting", "hourglass-split"),
    "marksheet.submitted": ("done", "check-circle-fill"),
    "concern.closed": ("done", "check-circle-fill"),
    "concern.open": ("risk", "exclamation-triangle-fill"),
    "viva.held": ("done", "check-circle-fill"),
    "purchaseorder.received": ("waiting", "inbox"),
}

LIGHTS: dict[str, tuple[Tone, str, str]] = {
    "on_track": ("done", "arrow-up-right", "On track"),
    "attention": ("waiting", "exclamation-circle-fill", "Needs attention"),
    "at_risk": ("risk", "exclamation-triangle-fill", "At risk"),
}


def badge_for(state: str, word: str, table: str = "") -> Badge:
    """The badge of a state: tone and shape from LOOKS (a plain circle for one it does not know), and its word.

    `table` is the model's name in lower case, for states that mean something else there ("viva" and "held").
    """
    tone, icon = LOOKS.get(f"{table}.{state}") or LOOKS.get(state, ("neutral", "circle"))
    return Badge(word=word, tone=tone, icon=icon)
