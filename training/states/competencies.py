"""States of the plan, its competencies and the evidence for them (T1, T2, T3)."""

from __future__ import annotations

from django.db.models import TextChoices

from ctts.common.moves import Move, move


class PlanState(TextChoices):
    """One version of the training plan (T1); every agreed version is kept."""

    DRAFT = "draft", "Draft"
    PROPOSED = "proposed", "Proposed"
    AGREED = "agreed", "Agreed"
    SUPERSEDED = "superseded", "Superseded"


PLAN_MOVES: dict[str, Move] = {
    "propose": move(PlanState.DRAFT, PlanState.PROPOSED),
    "send_back": move(PlanState.PROPOSED, PlanState.DRAFT),
    "agree": move(PlanState.PROPOSED, PlanState.AGREED),
    "supersede": move(PlanState.AGREED, PlanState.SUPERSEDED),
}


class ItemState(TextChoices):
    """One competency of the trainee's list (T2)."""

    NOT_STARTED = "not_started", "Not started"
    IN_PROGRESS = "in_progress", "In progress"
    SUBMITTED = "submitted", "Submitted"
    RETURNED = "returned", "Returned"
    SIGNED = "signed", "Signed"


ITEM_MOVES: dict[str, Move] = {
    "start": move(ItemState.NOT_STARTED, ItemState.IN_PROGRESS),
    "submit": move((ItemState.IN_PROGRESS, ItemState.RETURNED), ItemState.SUBMITTED),
    "send_back": move(ItemState.SUBMITTED, ItemState.RETURNED),
    "sign": move(ItemState.SUBMITTED, ItemState.SIGNED),
    "withdraw_sign_off": move(ItemState.SIGNED, ItemState.RETURNED),
}
"""A withdrawn signature returns the competency with its reason; it is submitted and signed anew (T2, T3)."""


class EvidenceKind(TextChoices):
    """What evidence is made of (T3)."""

    FILE = "file", "File"
    TEXT = "text", "Text"
    LINK = "link", "Link"


class EvidenceState(TextChoices):
    """One piece of evidence (T3). Held: the scan found something and waits for the author's answer."""

    DRAFT = "draft", "Draft"
    HELD = "held", "Held for an answer"
    SHARED = "shared", "Shared"
    REOPENED = "reopened", "Reopened"
    QUARANTINED = "quarantined", "Quarantined"


_E = EvidenceState

EVIDENCE_MOVES: dict[str, Move] = {
    "share": move((_E.DRAFT, _E.REOPENED), _E.SHARED),
    "hold": move((_E.DRAFT, _E.REOPENED), _E.HELD),
    "answer": move(_E.HELD, _E.SHARED),
    "take_back": move(_E.HELD, _E.DRAFT),
    "reopen": move(_E.SHARED, _E.REOPENED),
    "quarantine": move((_E.DRAFT, _E.HELD, _E.SHARED, _E.REOPENED), _E.QUARANTINED),
    "replace": move(_E.QUARANTINED, _E.REOPENED),
}
"""The scan never blocks by itself: the author's answer shares what was held. Replacing the file lifts a quarantine."""


class IdentifierKind(TextChoices):
    """What the scan takes for a patient identifier (T3, quality rule 17)."""

    NHS_NUMBER = "nhs_number", "NHS number"
    NHS_TEST_NUMBER = "nhs_test_number", "NHS test number (begins with 999, belongs to nobody)"
    CHI_NUMBER = "chi_number", "CHI number"
    DATE_OF_BIRTH = "date_of_birth", "Date of birth"
    HOSPITAL_NUMBER = "hospital_number", "Hospital or record number"
    ADDRESS = "address", "House number and postcode"
    PATIENT_NAME = "patient_name", "Name of a patient"
