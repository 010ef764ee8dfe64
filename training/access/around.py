"""Who notes the External Moderator's meetings (T11), and who raises and closes concerns (T8)."""

from __future__ import annotations

from datetime import date

from ctts.accounts.models import User
from ctts.common.moves import can_move
from ctts.common.verdict import YES, Verdict, both, late, no
from ctts.organisations.access import holds
from ctts.organisations.states import Role
from training.access.record import appointed, is_external_moderator, is_running
from training.models import Concern, Meeting, TrainingRecord
from training.rules import concern_levels, next_level
from training.states import CONCERN_MOVES, AppointmentKind, ConcernLevel

RAISES = frozenset(
    {
        AppointmentKind.SUPERVISOR,
        AppointmentKind.COORDINATOR,
        AppointmentKind.TRAINER,
        AppointmentKind.EXTERNAL_MODERATOR,
    }
)
YEARS_REVIEWED = "Every year so far is reviewed. The next review is of the next year."


def can_note_meeting(user: User, record: TrainingRecord, today: date) -> Verdict:
    """The External Moderator notes a meeting with the trainee (T11)."""
    return both(is_external_moderator(user, record, today), is_running(record))


def can_hold_first_meeting(user: User, record: TrainingRecord, today: date) -> Verdict:
    """The External Moderator holds the first meeting, once (T11)."""
    who = can_note_meeting(user, record, today)
    if who and Meeting.objects.filter(record=record, first=True).exists():
        return late("The first meeting was held already. Note a further one.")
    return who


def can_review_year(user: User, record: TrainingRecord, today: date, year: int | None) -> Verdict:
    """The External Moderator writes the review of a year, once in each (T11). `year`: the next one; None without it."""
    return both(can_note_meeting(user, record, today), YES if year is not None else late(YEARS_REVIEWED))


def can_raise_concern(user: User, record: TrainingRecord, today: date) -> Verdict:
    """The trainee and whoever stands around them raise a concern, while training goes on (T8)."""
    if user.pk != record.trainee_id and not RAISES & appointed(user, record, today):
        return no("A concern is raised by the trainee or somebody appointed to them.")
    return is_running(record)


def can_close_concern(user: User, concern: Concern, today: date) -> Verdict:
    """Whoever holds its level closes a concern; the office too, where it is about the safety of patients, and no other
    before it has come to it; never the person who raised it. Who held it until it went on comes too late (T8)."""
    if user.pk == concern.raised_by_id:
        return no("Somebody else closes a concern that you raised.")
    if user.pk == concern.record.trainee_id:
        return no("A concern is closed by the person it lies with.")
    of_office = concern.patient_safety or concern.level == ConcernLevel.OFFICE
    held = appointed(user, concern.record, today)
    if not (of_office and holds(user, Role.OFFICE, today)) and concern.level not in held:
        if held.isdisjoint(_levels_left(concern)):
            return no(f"It lies with: {concern.get_level_display()}.")
        return late(
            f"The concern went on and is not yours to answer any more. It lies with: {concern.get_level_display()}."
        )
    return can_move(concern, CONCERN_MOVES, "close")


def _levels_left(concern: Concern) -> list[ConcernLevel]:
    """The levels below the one a concern lies with, from the first that it can have begun with (T8)."""
    ladder = list(ConcernLevel)
    begun = ladder.index(concern_levels(concern.patient_safety)[0])
    return ladder[begun : ladder.index(ConcernLevel(concern.level))]


def can_answer_concern(user: User, concern: Concern, today: date) -> Verdict:
    """Whoever may close a concern may answer it as well and leave it open (T8)."""
    return can_close_concern(user, concern, today)


def can_pass_concern_on(user: User, concern: Concern, today: date) -> Verdict:
    """Whoever may close a concern may pass it on instead, as long as there is a level above (T8)."""
    words = "It lies with the scheme office, which is the last level. Close it with an outcome."
    return both(can_close_concern(user, concern, today), YES if next_level(concern.level) else late(words))
