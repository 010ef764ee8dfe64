"""States of moderators, boards, diplomas and appeals, and what may follow what."""

from __future__ import annotations

from django.db.models import TextChoices

from ctts.common.moves import Move, move


class PoolState(TextChoices):
    """A moderator in the pool (E3, E4)."""

    INVITED = "invited", "Invited"
    ACTIVE = "active", "Active"
    PAUSED = "paused", "Paused"
    RETIRED = "retired", "Retired"


POOL_MOVES: dict[str, Move] = {
    "join": move(PoolState.INVITED, PoolState.ACTIVE),
    "pause": move(PoolState.ACTIVE, PoolState.PAUSED),
    "return": move(PoolState.PAUSED, PoolState.ACTIVE),
    "retire": move((PoolState.INVITED, PoolState.ACTIVE, PoolState.PAUSED), PoolState.RETIRED),
}


class AppointmentState(TextChoices):
    """An appointment of a moderator to a trainee, from the offer to its end (E3); history is kept."""

    OFFERED = "offered", "Offered"
    STANDING = "standing", "Standing"
    DECLINED = "declined", "Declined"
    ENDED = "ended", "Ended"


APPOINTMENT_MOVES: dict[str, Move] = {
    "accept": move(AppointmentState.OFFERED, AppointmentState.STANDING),
    "decline": move(AppointmentState.OFFERED, AppointmentState.DECLINED),
    "end": move((AppointmentState.OFFERED, AppointmentState.STANDING), AppointmentState.ENDED),
}


class Standing(TextChoices):
    """Whether a moderator may be appointed to a trainee (E4)."""

    CLEAR = "clear", "Clear"
    OVERRIDABLE = "overridable", "Only with a written reason"
    BLOCKED = "blocked", "Not possible"


class BoardState(TextChoices):
    """A board and its list of awards (F7): proposed by one, approved by another."""

    DRAFT = "draft", "Draft"
    PROPOSED = "proposed", "Proposed"
    RATIFIED = "ratified", "Ratified"
    CANCELLED = "cancelled", "Cancelled"


BOARD_MOVES: dict[str, Move] = {
    "propose": move(BoardState.DRAFT, BoardState.PROPOSED),
    "send_back": move(BoardState.PROPOSED, BoardState.DRAFT),
    "approve": move(BoardState.PROPOSED, BoardState.RATIFIED),
    "cancel": move((BoardState.DRAFT, BoardState.PROPOSED), BoardState.CANCELLED),
}


class DiplomaState(TextChoices):
    """A diploma once issued (D1). A re-issued one supersedes; nothing is ever removed."""

    ISSUED = "issued", "Issued"
    REVOKED = "revoked", "Revoked"
    SUPERSEDED = "superseded", "Superseded"


DIPLOMA_MOVES: dict[str, Move] = {
    "revoke": move(DiplomaState.ISSUED, DiplomaState.REVOKED),
    "supersede": move((DiplomaState.ISSUED, DiplomaState.REVOKED), DiplomaState.SUPERSEDED),
}


class PackPart(TextChoices):
    """What the trainee adds to the pack for the register (D2)."""

    CV = "cv", "Curriculum vitae"
    ORGANISATION_CHART = "chart", "Organisation chart of the department"


class PackState(TextChoices):
    """The pack for the register while the worker puts it together (D2)."""

    REQUESTED = "requested", "Being put together"
    READY = "ready", "Ready"
    FAILED = "failed", "Could not be put together"


PACK_MOVES: dict[str, Move] = {
    "finish": move(PackState.REQUESTED, PackState.READY),
    "fail": move(PackState.REQUESTED, PackState.FAILED),
}


class DisagreementState(TextChoices):
    """A disagreement of two markers until it is settled (F5)."""

    OPEN = "open", "Open"
    AGREED = "agreed", "Agreed by the markers"
    ADJUDICATING = "adjudicating", "With an adjudicator"
    ADJUDICATED = "adjudicated", "Settled by the adjudicator"


DISAGREEMENT_MOVES: dict[str, Move] = {
    "agree": move(DisagreementState.OPEN, DisagreementState.AGREED),
    "appoint_adjudicator": move(DisagreementState.OPEN, DisagreementState.ADJUDICATING),
    "adjudicate": move(DisagreementState.ADJUDICATING, DisagreementState.ADJUDICATED),
}


class SampleVerdict(TextChoices):
    """What an External Moderator says of locally signed work that was sampled (T11)."""

    AGREED = "agreed", "Agreed"
    ADVICE = "advice", "Agreed with advice"
    NOT_AGREED = "not_agreed", "Not agreed"


class AppealState(TextChoices):
    """An appeal on procedural grounds (F6)."""

    LODGED = "lodged", "Lodged"
    IN_REVIEW = "in_review", "In review"
    UPHELD = "upheld", "Upheld"
    DISMISSED = "dismissed", "Dismissed"
    WITHDRAWN = "withdrawn", "Withdrawn"


APPEAL_MOVES: dict[str, Move] = {
    "start_review": move(AppealState.LODGED, AppealState.IN_REVIEW),
    "uphold": move(AppealState.IN_REVIEW, AppealState.UPHELD),
    "dismiss": move(AppealState.IN_REVIEW, AppealState.DISMISSED),
    "withdraw": move((AppealState.LODGED, AppealState.IN_REVIEW), AppealState.WITHDRAWN),
}
