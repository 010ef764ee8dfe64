"""Who writes, submits, reopens and comments on reflective pieces and long case studies (T6)."""

from __future__ import annotations

from datetime import date

from ctts.accounts.models import User
from ctts.common.moves import can_move
from ctts.common.verdict import YES, Verdict, both, late, no
from ctts.organisations.access import holds
from ctts.organisations.states import Role
from training.access.record import (
    appointed,
    hears_of_patients,
    is_external_moderator,
    is_running,
    is_supervisor,
    is_trainee,
)
from training.access.trainers import trains
from training.models import CaseStudy, Comment, CommentAnswer, PieceVersion, Reflection, TrainingRecord
from training.states import WRITING_MOVES, WRITING_SUBMITTED, WritingState

Piece = Reflection | CaseStudy


def can_write(user: User, record: TrainingRecord) -> Verdict:
    """Reflective pieces and case studies are the trainee's, while training goes on (T6)."""
    return both(is_trainee(user, record), is_running(record))


def can_change_piece(user: User, piece: Piece) -> Verdict:
    """The trainee writes on a draft; what is submitted is reopened first (T6)."""
    own = can_write(user, piece.record)
    if own and piece.state != WritingState.DRAFT:
        return late("It is submitted. Reopen it before you change it.")
    return own


def can_submit_piece(user: User, piece: Piece) -> Verdict:
    """The trainee submits a draft (T6)."""
    if piece.state == WritingState.COMMENTED:
        return both(can_write(user, piece.record), late("It is submitted already. Reopen it before you change it."))
    return both(can_write(user, piece.record), can_move(piece, WRITING_MOVES, "submit"))


def can_reopen_piece(user: User, piece: Piece) -> Verdict:
    """The trainee takes back what is submitted, to go on writing; until then it does not count (T6, Y6)."""
    return both(can_write(user, piece.record), can_move(piece, WRITING_MOVES, "reopen"))


def can_withdraw_piece(user: User, piece: Piece, today: date) -> Verdict:
    """Whoever stands around the trainee, and the office, send back what identifies a patient, as they do with evidence;
    its author reopens it (T6, quality rule 17)."""
    if user.pk == piece.record.trainee_id:
        return no("It is yours: reopen it, take out what identifies the patient, and submit it again.")
    return both(_reports_patients(user, piece.record, today), can_move(piece, WRITING_MOVES, "reopen"))


def can_close_version(user: User, piece: Piece, version: PieceVersion, today: date) -> Verdict:
    """The author, whoever stands around the trainee, and the office close an earlier version that identifies a patient,
    also once training has ended; what the piece says now is withdrawn or reopened instead (T6, quality rule 17)."""
    who = YES if user.pk == piece.record.trainee_id else _reports_patients(user, piece.record, today)
    if not who:
        return who
    if piece.withdrawals.filter(content_sha256=version.sha256).exists():
        return late("This version is closed already.")
    last = piece.versions.order_by("-number").first()
    if piece.state in WRITING_SUBMITTED and last is not None and last.sha256 == version.sha256:
        return late(STANDS_OWN if user.pk == piece.record.trainee_id else STANDS)
    return YES


STANDS_OWN = "The piece says this now. Reopen it, take out what identifies the patient, and submit it again first."
STANDS = "The piece says this now. Withdraw the piece itself: this version is closed with it."


def can_know_of_piece(user: User, piece: Piece, today: date) -> Verdict:
    """Who reads what was found in a piece or in one of its versions: the author and those who hear of it (T6)."""
    return YES if user.pk == piece.record.trainee_id else hears_of_patients(user, piece.record, today)


def _reports_patients(user: User, record: TrainingRecord, today: date) -> Verdict:
    if not appointed(user, record, today) and not holds(user, Role.OFFICE, today):
        return no("Only the people around the trainee can do this.")
    return YES


def judges_pieces(user: User, record: TrainingRecord, today: date) -> bool:
    """Whether somebody's comment is the one that a submitted piece waits for (T6)."""
    return bool(is_supervisor(user, record, today) or is_external_moderator(user, record, today))


def can_comment(user: User, piece: Piece, today: date) -> Verdict:
    """The current Training Supervisor and the External Moderator comment on what is submitted, and trainers to whom the
    supervisor gave it (T6, E3)."""
    record = piece.record
    if user.pk == record.trainee_id:
        return no("Others comment on your writing.")
    if not judges_pieces(user, record, today) and not trains(user, record, today, "comments"):
        return no("The Training Supervisor, the External Moderator and trainers who were given it comment.")
    if piece.state not in WRITING_SUBMITTED:
        return late("The trainee is writing on it; it can be commented on once it is submitted.")
    return is_running(record)


def can_answer_comment(user: User, comment: Comment) -> Verdict:
    """The trainee says once of each comment whether the piece was changed, while training goes on (T6, screens 17)."""
    own = can_write(user, comment.piece.record)
    if own and CommentAnswer.objects.filter(comment=comment).exists():
        return late("You have answered this comment already.")
    return own
