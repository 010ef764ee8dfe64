"""States of everything in a training record, and what may follow what."""

from __future__ import annotations

from django.db.models import TextChoices

from ctts.common.moves import Move, move


class RecordState(TextChoices):
    """Where a trainee stands on the scheme (E1, E5, F6)."""

    ACTIVE = "active", "Active"
    INTERRUPTED = "interrupted", "Interrupted"
    WITHDRAWN = "withdrawn", "Withdrawn"
    COMPLETED = "completed", "Completed"
    NOT_COMPLETED = "not_completed", "Not completed"


RECORD_MOVES: dict[str, Move] = {
    "interrupt": move(RecordState.ACTIVE, RecordState.INTERRUPTED),
    "resume": move(RecordState.INTERRUPTED, RecordState.ACTIVE),
    "withdraw": move((RecordState.ACTIVE, RecordState.INTERRUPTED), RecordState.WITHDRAWN),
    "complete": move(RecordState.ACTIVE, RecordState.COMPLETED),
    "end_not_completed": move((RecordState.ACTIVE, RecordState.INTERRUPTED), RecordState.NOT_COMPLETED),
}
RECORD_ENDED = frozenset({RecordState.WITHDRAWN, RecordState.COMPLETED, RecordState.NOT_COMPLETED})
"""No reminder goes out any more, and Associate Membership has ended (N, D3)."""


class AppointmentKind(TextChoices):
    """Who is appointed to stand around a trainee, with dates (E1, E3, F5)."""

    SUPERVISOR = "supervisor", "Training Supervisor"
    COORDINATOR = "coordinator", "Training Co-ordinator"
    TRAINER = "trainer", "Trainer"
    EXTERNAL_MODERATOR = "external_moderator", "External Moderator"
    SUPPORTING_MODERATOR = "supporting_moderator", "Supporting Moderator"
    ADJUDICATOR = "adjudicator", "Adjudicator"


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


class ReviewState(TextChoices):
    """One Supervisor Review (T4)."""

    DRAFT = "draft", "Draft"
    SIGNED = "signed", "Signed by the supervisor"
    ACKNOWLEDGED = "acknowledged", "Acknowledged by the trainee"
    SUBMITTED = "submitted", "Submitted to the office"


REVIEW_MOVES: dict[str, Move] = {
    "sign": move(ReviewState.DRAFT, ReviewState.SIGNED),
    "send_back": move(ReviewState.SIGNED, ReviewState.DRAFT),
    "acknowledge": move(ReviewState.SIGNED, ReviewState.ACKNOWLEDGED),
    "submit": move(ReviewState.ACKNOWLEDGED, ReviewState.SUBMITTED),
}
"""The trainee acknowledges or sends back; sending back withdraws the supervisor's signature, which stays on record."""


class MeetingMode(TextChoices):
    """How a review or meeting was held (T4)."""

    IN_PERSON = "in_person", "In person"
    ONLINE = "online", "Online"
    TELEPHONE = "telephone", "Telephone"


class WritingState(TextChoices):
    """A reflective piece or a long case study (T6)."""

    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    COMMENTED = "commented", "Commented on"


WRITING_MOVES: dict[str, Move] = {
    "submit": move((WritingState.DRAFT, WritingState.COMMENTED), WritingState.SUBMITTED),
    "comment": move(WritingState.SUBMITTED, WritingState.COMMENTED),
    "reopen": move((WritingState.SUBMITTED, WritingState.COMMENTED), WritingState.DRAFT),
}
WRITING_SUBMITTED = frozenset({WritingState.SUBMITTED, WritingState.COMMENTED})
"""Counts as submitted (Y6): being commented on takes nothing away."""


class ReflectionModel(TextChoices):
    """The model a reflective piece follows (T6)."""

    WHAT = "what", "What / So what / Now what"
    GIBBS = "gibbs", "Gibbs"
    KOLB = "kolb", "Kolb"
    FREE = "free", "Free"


class ReportState(TextChoices):
    """A progress report of the supervisor to the Training Co-ordinator (T7)."""

    DRAFT = "draft", "Draft"
    SENT = "sent", "Sent"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"


REPORT_MOVES: dict[str, Move] = {
    "send": move(ReportState.DRAFT, ReportState.SENT),
    "acknowledge": move(ReportState.SENT, ReportState.ACKNOWLEDGED),
}


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


class ChangeKind(TextChoices):
    """What may change around a trainee (E5; G 3.3)."""

    NAME = "name", "Name"
    CONTACT = "contact", "Contact details"
    SUPERVISOR = "supervisor", "Training Supervisor"
    CENTRE = "centre", "Employer or Training Centre"
    LESS_THAN_FULL_TIME = "less_than_full_time", "Less than full time"
    INTERRUPTION = "interruption", "Interruption"
    EXTENSION = "extension", "Extension"
    WITHDRAWAL = "withdrawal", "Withdrawal"


CHANGE_ASKS: dict[str, tuple[str, ...]] = {
    ChangeKind.NAME: ("new_name", "from_on"),
    ChangeKind.CONTACT: ("telephone", "address", "postcode", "from_on"),
    ChangeKind.SUPERVISOR: ("new_supervisor", "from_on"),
    ChangeKind.CENTRE: ("new_centre", "new_supervisor", "from_on"),
    ChangeKind.LESS_THAN_FULL_TIME: ("percent", "from_on"),
    ChangeKind.INTERRUPTION: ("from_on", "until_on"),
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


class AttendanceState(TextChoices):
    """A trainee at a dated event of the scheme (T9)."""

    INVITED = "invited", "Invited"
    ATTENDED = "attended", "Attended"
    ABSENT = "absent", "Absent"


ATTENDANCE_MOVES: dict[str, Move] = {
    "attend": move((AttendanceState.INVITED, AttendanceState.ABSENT), AttendanceState.ATTENDED),
    "miss": move((AttendanceState.INVITED, AttendanceState.ATTENDED), AttendanceState.ABSENT),
}


class MilestoneKind(TextChoices):
    """The dated milestones of a training record, in their order (M)."""

    INDUCTION = "induction", "Induction day"
    FIRST_MEETING = "first_meeting", "First External Moderator meeting"
    FIRST_YEAR_EVIDENCE = "first_year_evidence", "End of First Year evidence and yearly review"
    FIRST_YEAR_DECISION = "first_year_decision", "End of First Year decision"
    WORKSHOP = "workshop", "2nd-year workshop"
    PORTFOLIO = "portfolio", "Portfolio"
    PRACTICAL = "practical", "Practical, final External Moderator DOPS"
    VIVA = "viva", "Viva"
    BOARD = "board", "Board"


ATTENDED = frozenset({MilestoneKind.INDUCTION, MilestoneKind.WORKSHOP})
"""Reached by being there: after its day such a one waits for attendance to be noted, and nobody is late (M, T9)."""


class MilestoneStatus(TextChoices):
    """How a milestone shows (M)."""

    DONE = "done", "Done"
    LATE = "late", "Late"
    DUE = "due", "Due"
    WAITING = "waiting", "Waiting"


class IdentifierKind(TextChoices):
    """What the scan takes for a patient identifier (T3, quality rule 17)."""

    NHS_NUMBER = "nhs_number", "NHS number"
    NHS_TEST_NUMBER = "nhs_test_number", "NHS test number (begins with 999, belongs to nobody)"
    CHI_NUMBER = "chi_number", "CHI number"
    DATE_OF_BIRTH = "date_of_birth", "Date of birth"
    HOSPITAL_NUMBER = "hospital_number", "Hospital or record number"
    ADDRESS = "address", "House number and postcode"
    PATIENT_NAME = "patient_name", "Name of a patient"
