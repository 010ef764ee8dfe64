"""States of the scheme's own things, and their legal moves."""

from __future__ import annotations

from django.db.models import TextChoices

from ctts.common.moves import Move, move


class IntakeState(TextChoices):
    """Where an intake stands (I2, I5, I6)."""

    PLANNED = "planned", "Planned"
    OPEN = "open", "Open for applications"
    CLOSED = "closed", "Closed, enrolling"
    FINISHED = "finished", "Finished"


INTAKE_MOVES: dict[str, Move] = {
    "open": move(IntakeState.PLANNED, IntakeState.OPEN),
    "close": move(IntakeState.OPEN, IntakeState.CLOSED),
    "finish": move(IntakeState.CLOSED, IntakeState.FINISHED),
}


class FrameworkState(TextChoices):
    """A framework version: imported, published (immutable from the start), or no longer offered (S2)."""

    DRAFT = "draft", "Imported, not published"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "No longer offered"


FRAMEWORK_MOVES: dict[str, Move] = {
    "publish": move(FrameworkState.DRAFT, FrameworkState.PUBLISHED),
    "retire": move({FrameworkState.DRAFT, FrameworkState.PUBLISHED}, FrameworkState.RETIRED),
}


class AccreditationState(TextChoices):
    """Accreditation of a centre for a scope (C1)."""

    APPLIED = "applied", "Applied for"
    ACCREDITED = "accredited", "Accredited"
    CONDITIONS = "accredited_with_conditions", "Accredited with conditions"
    SUSPENDED = "suspended", "Suspended"
    EXPIRED = "expired", "Expired"
    WITHDRAWN = "withdrawn", "Withdrawn"
    DECLINED = "declined", "Declined"


VALID_ACCREDITATION = (AccreditationState.ACCREDITED, AccreditationState.CONDITIONS)
GRANTED_ACCREDITATION = (*VALID_ACCREDITATION, AccreditationState.SUSPENDED)
ACCREDITATION_MOVES: dict[str, Move] = {
    "accredit": move(
        {AccreditationState.APPLIED, AccreditationState.CONDITIONS, AccreditationState.SUSPENDED},
        AccreditationState.ACCREDITED,
    ),
    "accredit_with_conditions": move(
        {AccreditationState.APPLIED, *GRANTED_ACCREDITATION},
        AccreditationState.CONDITIONS,
    ),
    "decline": move(AccreditationState.APPLIED, AccreditationState.DECLINED),
    "suspend": move(set(VALID_ACCREDITATION), AccreditationState.SUSPENDED),
    "expire": move(set(GRANTED_ACCREDITATION), AccreditationState.EXPIRED),
    "withdraw": move({AccreditationState.APPLIED, *GRANTED_ACCREDITATION}, AccreditationState.WITHDRAWN),
}


class EventKind(TextChoices):
    """Dated events of the scheme (T9); staff add others as `other` with a title of their own."""

    INDUCTION = "induction", "Trainee Induction Day"
    SOFT_SKILLS = "soft-skills", "Soft-skills workshop"
    CPD = "cpd", "CPD workshop"
    SECOND_YEAR = "second-year", "2nd Year Workshop Day"
    OTHER = "other", "Other event"


class CentreApplicationState(TextChoices):
    """What a centre hands in to be accredited: written, with the office, decided, or taken back (C3)."""

    DRAFT = "draft", "Being written"
    SENT = "sent", "With the scheme office"
    DECIDED = "decided", "Decided"
    WITHDRAWN = "withdrawn", "Withdrawn"


OPEN_APPLICATIONS = (CentreApplicationState.DRAFT, CentreApplicationState.SENT)
CENTRE_APPLICATION_MOVES: dict[str, Move] = {
    "send": move(CentreApplicationState.DRAFT, CentreApplicationState.SENT),
    "decide": move(CentreApplicationState.SENT, CentreApplicationState.DECIDED),
    "withdraw": move(set(OPEN_APPLICATIONS), CentreApplicationState.WITHDRAWN),
}


class ChecklistReply(TextChoices):
    """The answer to a line of the checklist; a no is explained in words (C3)."""

    YES = "yes", "Yes"
    NO = "no", "No, or not yet"


class CentreDocumentKind(TextChoices):
    """What a file of an application for accreditation is (C3)."""

    TRAINING_PLAN = "training-plan", "Training plan of the centre"
    QUALITY = "quality", "Quality certificate"
    CV = "cv", "CV of a supervisor or trainer"
    EQUIPMENT = "equipment", "List of equipment"
    SUPPORT = "support", "Letter of the employer's support"
    OTHER = "other", "Something else"


class ConditionState(TextChoices):
    """A condition of an accreditation: open, answered by the centre, or met in the office's eyes (C3)."""

    OPEN = "open", "Open"
    ANSWERED = "answered", "Answered"
    MET = "met", "Met"


CONDITION_MOVES: dict[str, Move] = {
    "answer": move({ConditionState.OPEN, ConditionState.ANSWERED}, ConditionState.ANSWERED),
    "meet": move({ConditionState.OPEN, ConditionState.ANSWERED}, ConditionState.MET),
    "not_meet": move({ConditionState.OPEN, ConditionState.ANSWERED}, ConditionState.OPEN),
}


class ConditionStepKind(TextChoices):
    """What happened to a condition: the centre answers, the office judges (C3)."""

    ANSWERED = "answered", "The centre answered"
    MET = "met", "The office marked it met"
    NOT_MET = "not_met", "The office marked it not met"
