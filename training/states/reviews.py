"""States of Supervisor Reviews, progress reports and concerns (T4, T7, T8)."""

from __future__ import annotations

from django.db.models import TextChoices

from ctts.common.moves import Move, move


class ReviewState(TextChoices):
    """One Supervisor Review (T4)."""

    DRAFT = "draft", "Draft"
    SIGNED = "signed", "Signed by the supervisor"
    ACKNOWLEDGED = "acknowledged", "Acknowledged by the trainee"
    SUBMITTED = "submitted", "Submitted to the office"
    DISCARDED = "discarded", "Discarded"


REVIEW_OF_BOTH = (ReviewState.ACKNOWLEDGED, ReviewState.SUBMITTED)
"""Signed by the supervisor and acknowledged by the trainee: its words no longer change, nor what is made of it (T4)."""

REVIEW_MOVES: dict[str, Move] = {
    "sign": move(ReviewState.DRAFT, ReviewState.SIGNED),
    "send_back": move(ReviewState.SIGNED, ReviewState.DRAFT),
    "acknowledge": move(ReviewState.SIGNED, ReviewState.ACKNOWLEDGED),
    "submit": move(ReviewState.ACKNOWLEDGED, ReviewState.SUBMITTED),
    "discard": move(ReviewState.DRAFT, ReviewState.DISCARDED),
}
"""The trainee acknowledges or sends back; sending back withdraws the supervisor's signature, which stays on record. A
draft that nobody will sign is discarded: its words stay."""
REVIEW_UNSIGNED = (ReviewState.DRAFT, ReviewState.DISCARDED)


class MeetingMode(TextChoices):
    """How a review or meeting was held (T4)."""

    IN_PERSON = "in_person", "In person"
    ONLINE = "online", "Online"
    TELEPHONE = "telephone", "Telephone"


class ReportState(TextChoices):
    """A progress report of the supervisor to the Training Co-ordinator (T7)."""

    DRAFT = "draft", "Draft"
    SENT = "sent", "Sent"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    DISCARDED = "discarded", "Discarded"


REPORT_MOVES: dict[str, Move] = {
    "send": move(ReportState.DRAFT, ReportState.SENT),
    "acknowledge": move(ReportState.SENT, ReportState.ACKNOWLEDGED),
    "discard": move(ReportState.DRAFT, ReportState.DISCARDED),
}
"""A draft that nobody will send is discarded: its words stay."""
REPORT_UNSENT = (ReportState.DRAFT, ReportState.DISCARDED)


class ConcernState(TextChoices):
    """Whether a concern is still open (T8); it is closed with an outcome."""

    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"


CONCERN_MOVES: dict[str, Move] = {"close": move(ConcernState.OPEN, ConcernState.CLOSED)}


class ConcernLevel(TextChoices):
    """The ladder of a concern (T8; G 3.4, 3.6), lowest first."""

    COORDINATOR = "coordinator", "Training Co-ordinator"
    EXTERNAL_MODERATOR = "external_moderator", "External Moderator"
    OFFICE = "office", "Scheme office"


CONCERN_LEVEL_MOVES: dict[str, Move] = {
    "escalate_to_moderator": move(ConcernLevel.COORDINATOR, ConcernLevel.EXTERNAL_MODERATOR),
    "escalate_to_office": move(ConcernLevel.EXTERNAL_MODERATOR, ConcernLevel.OFFICE),
}
