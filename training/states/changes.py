"""States of a change of circumstances, and what each kind asks (E5)."""

from __future__ import annotations

from django.db.models import TextChoices

from ctts.common.moves import Move, move


class ChangeKind(TextChoices):
    """What may change around a trainee (E5; G 3.3)."""

    NAME = "name", "Name"
    CONTACT = "contact", "Contact details"
    SUPERVISOR = "supervisor", "Training Supervisor"
    CENTRE = "centre", "Employer or Training Centre"
    LESS_THAN_FULL_TIME = "less_than_full_time", "Less than full time"
    INTERRUPTION = "interruption", "Interruption"
    RETURN = "return", "Early return from an interruption"
    EXTENSION = "extension", "Extension"
    WITHDRAWAL = "withdrawal", "Withdrawal"


CHANGE_ASKS: dict[str, tuple[str, ...]] = {
    ChangeKind.NAME: ("new_name", "from_on"),
    ChangeKind.CONTACT: ("telephone", "address", "postcode", "from_on"),
    ChangeKind.SUPERVISOR: ("new_supervisor", "from_on"),
    ChangeKind.CENTRE: ("new_centre", "new_supervisor", "from_on"),
    ChangeKind.LESS_THAN_FULL_TIME: ("percent", "from_on"),
    ChangeKind.INTERRUPTION: ("from_on", "until_on"),
    ChangeKind.RETURN: ("from_on",),
    ChangeKind.EXTENSION: ("until_on",),
    ChangeKind.WITHDRAWAL: ("from_on",),
}
"""What a request of each kind says besides its reason, in the order in which it is asked."""

CHANGES_TRAINING = frozenset(ChangeKind) - {ChangeKind.NAME, ChangeKind.CONTACT}
"""Training changes, so the supervisor supports the request first (E5)."""


class ChangeState(TextChoices):
    """A request for a change of circumstances (E5). A draft has shown its effect to nobody but the trainee."""

    DRAFT = "draft", "Not sent yet"
    AWAITING_SUPPORT = "awaiting_support", "Awaiting the supervisor"
    AWAITING_DECISION = "awaiting_decision", "Awaiting the office"
    APPROVED = "approved", "Granted"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"


_C = ChangeState

CHANGE_MOVES: dict[str, Move] = {
    "ask_support": move(_C.DRAFT, _C.AWAITING_SUPPORT),
    "ask_decision": move(_C.DRAFT, _C.AWAITING_DECISION),
    "support": move(_C.AWAITING_SUPPORT, _C.AWAITING_DECISION),
    "approve": move(_C.AWAITING_DECISION, _C.APPROVED),
    "decline": move(_C.AWAITING_DECISION, _C.DECLINED),
    "withdraw": move((_C.DRAFT, _C.AWAITING_SUPPORT, _C.AWAITING_DECISION), _C.WITHDRAWN),
}
"""A request goes to the supervisor first where training changes, else to the office; only staff approve. The supervisor
supports it or not, with words: it goes to the office either way."""

CHANGE_OPEN = frozenset({_C.DRAFT, _C.AWAITING_SUPPORT, _C.AWAITING_DECISION})
"""Not decided yet: one of a kind stands open at a time."""
