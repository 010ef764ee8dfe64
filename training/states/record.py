"""States of the training record itself, of its milestones and of days attended (E1, E5, M, T9)."""

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


class AttendanceState(TextChoices):
    """A trainee at a dated event of the scheme (T9)."""

    INVITED = "invited", "Invited"
    PLACED = "placed", "Has a place"
    QUEUED = "queued", "On the waiting list"
    NOT_COMING = "not_coming", "Not coming"
    ATTENDED = "attended", "Attended"
    ABSENT = "absent", "Absent"


ATTENDANCE_MOVES: dict[str, Move] = {
    "sign_up": move((AttendanceState.INVITED, AttendanceState.NOT_COMING), AttendanceState.PLACED),
    "queue": move((AttendanceState.INVITED, AttendanceState.NOT_COMING), AttendanceState.QUEUED),
    "move_up": move(AttendanceState.QUEUED, AttendanceState.PLACED),
    "give_back": move(
        (AttendanceState.INVITED, AttendanceState.PLACED, AttendanceState.QUEUED), AttendanceState.NOT_COMING
    ),
    "attend": move(set(AttendanceState) - {AttendanceState.ATTENDED}, AttendanceState.ATTENDED),
    "miss": move((AttendanceState.INVITED, AttendanceState.PLACED, AttendanceState.ATTENDED), AttendanceState.ABSENT),
}

ASKED_TO_COME = frozenset({AttendanceState.INVITED, AttendanceState.PLACED, AttendanceState.QUEUED})
"""Still to come, or wants to: whoever is told when an event moves or is called off (T9)."""


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
