"""States of a Direct Observation of Practical Skills, and of the request to an external assessor (T5)."""

from __future__ import annotations

from django.db.models import TextChoices

from ctts.common.moves import Move, move


class DopsState(TextChoices):
    """One Direct Observation of Practical Skills (T5)."""

    REQUESTED = "requested", "Requested"
    STARTED = "started", "Started"
    AWAITING_COUNTERSIGNING = "awaiting_countersigning", "Awaiting countersignature"
    AWAITING_ACKNOWLEDGEMENT = "awaiting_acknowledgement", "Awaiting acknowledgement"
    COMPLETE = "complete", "Complete"
    DECLINED = "declined", "Declined"
    VOIDED = "voided", "Voided"


_D = DopsState

DOPS_MOVES: dict[str, Move] = {
    "start": move(_D.REQUESTED, _D.STARTED),
    "decline": move((_D.REQUESTED, _D.STARTED), _D.DECLINED),
    "ask_another": move(_D.STARTED, _D.REQUESTED),
    "sign": move(_D.STARTED, _D.AWAITING_ACKNOWLEDGEMENT),
    "sign_first": move(_D.STARTED, _D.AWAITING_COUNTERSIGNING),
    "countersign": move(_D.AWAITING_COUNTERSIGNING, _D.AWAITING_ACKNOWLEDGEMENT),
    "acknowledge": move(_D.AWAITING_ACKNOWLEDGEMENT, _D.COMPLETE),
    "void": move(
        (_D.REQUESTED, _D.STARTED, _D.AWAITING_COUNTERSIGNING, _D.AWAITING_ACKNOWLEDGEMENT, _D.COMPLETE), _D.VOIDED
    ),
}
"""A signed observation is never edited: it is voided with a reason and observed anew. What an external person signs
for the first time in a record, the supervisor countersigns; when another external person is asked, it begins anew."""

DOPS_WRITTEN = (_D.AWAITING_COUNTERSIGNING, _D.AWAITING_ACKNOWLEDGEMENT, _D.COMPLETE)
"""States in which what the assessor wrote is complete and no longer changes."""


class ExternalEnd(TextChoices):
    """How the request to an external person, who assesses by a one-time link, ended (T5, quality rule 14)."""

    SIGNED = "signed", "Signed"
    DECLINED = "declined", "Declined"
    PASSED_ON = "passed_on", "Passed on to a colleague"
    NOT_ME = "not_me", "Reached somebody else"
    LOCKED = "locked", "Closed after wrong codes"
    REPLACED = "replaced", "Replaced by a newer one"
    TAKEN_BACK = "taken_back", "Taken back"


class ExternalStanding(TextChoices):
    """Where the request to an external person stands now: before its link is sent, while it opens, or how it ended."""

    PROPOSED = "proposed", "Waiting for approval"
    OPEN = "open", "Link sent"
    EXPIRED = "expired", "Link expired"
    SIGNED = "signed", "Signed"
    DECLINED = "declined", "Declined"
    PASSED_ON = "passed_on", "Passed on to a colleague"
    NOT_ME = "not_me", "Reached somebody else"
    LOCKED = "locked", "Closed after wrong codes"
    REPLACED = "replaced", "Replaced by a newer one"
    TAKEN_BACK = "taken_back", "Taken back"


class HandOverEnd(TextChoices):
    """How the hand-over of a device for a DOPS ended (T5)."""

    SIGNED = "signed", "Signed"
    HANDED_BACK = "handed_back", "Handed back unsigned"
    UNLOCKED = "unlocked", "Unlocked by its owner"
    SIGNED_OUT = "signed_out", "Signed out"
    REPLACED = "replaced", "Replaced by a newer one"


class AssessorKind(TextChoices):
    """Who assesses a DOPS (T5, T11)."""

    SUPERVISOR = "supervisor", "Training Supervisor"
    COLLEAGUE = "colleague", "Suitable person, with an account"
    EXTERNAL = "external", "Suitable person, by one-time link"
    EXTERNAL_MODERATOR = "external_moderator", "External Moderator"


class DopsComplexity(TextChoices):
    """How demanding the observed procedure was (T5)."""

    ROUTINE = "routine", "Routine"
    COMPLEX = "complex", "Complex"


class DopsSetting(TextChoices):
    """Whether the observed procedure was real (T5)."""

    REAL = "real", "Real"
    SIMULATED = "simulated", "Simulated"


class OverallJudgement(TextChoices):
    """The separate overall judgement of a DOPS (T5, F2)."""

    COMPETENT = "competent", "Competent"
    NOT_YET_COMPETENT = "not_yet_competent", "Not yet competent"
