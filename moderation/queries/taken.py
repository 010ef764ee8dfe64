"""What moderation tells of a record that is taken away (quality rule 18): the award, the Diploma, the pack's files.

Allocation, samples before their verdict, disagreements, and boards before they ratify are not the trainee's to read.
"""

from __future__ import annotations

from datetime import date

from moderation.models import Diploma
from moderation.queries.diplomas import award_of, diplomas_of
from moderation.queries.packs import pack_files
from moderation.queries.sampling import samples_of
from moderation.states import DiplomaState, PackPart
from training.models import TrainingRecord
from training.queries import Chapter, Piece
from training.queries.told import copied, facts, of, texts_of


def awarded(record: TrainingRecord, today: date) -> Chapter:
    """The award and each Diploma with its sealed file, and what was added for the register (F7, D1, D2)."""
    pieces = []
    award = award_of(record)
    if award is not None:
        pieces.append(Piece("Award", of(award, ("ratified_at", "Ratified by the board"))))
    pieces += [_diploma(row) for row in reversed(list(diplomas_of(record)))]
    pieces += [
        Piece(str(PackPart(part).label), of(row, ("given_at", "Added")), copied((PackPart(part).label, row.document)))
        for part, row in sorted(pack_files(record).items())
    ]
    return Chapter("diploma", "Award and Diploma", pieces, nothing="Nothing was awarded yet.")


def sampled(record: TrainingRecord, today: date) -> Chapter:
    """What the External Moderator found of local work that was sampled, as the trainee reads it (T11)."""
    pieces = []
    for row in samples_of(record, record.trainee, today):
        verdict = getattr(row, "judgement", None)
        if verdict is None:
            continue
        told = [
            *of(verdict, ("verdict", "Verdict"), ("judged_at", "Judged")),
            *facts(("judged_by", "By", str(verdict.judged_by))),
            *texts_of(verdict, ("words", "Words")),
        ]
        reply = getattr(verdict, "reply", None)
        parts = [Piece("The supervisor's answer", texts_of(reply, ("words", "Words")))] if reply else []
        pieces.append(Piece(str(row.sign_off.item if row.sign_off else row.dops), told, parts=parts))
    return Chapter("samples", "Sampled work", pieces, nothing="Nothing that was sampled was judged.")


def _diploma(row: Diploma) -> Piece:
    told = [
        *of(row, ("state", "State"), ("issued_at", "Issued"), ("revoked_at", "Revoked")),
        *texts_of(row, ("revoked_reason", "Why it was revoked")),
    ]
    file = getattr(row, "file", None)
    given = copied((f"Diploma {row.number}", file.document)) if file and row.state == DiplomaState.ISSUED else []
    if file is not None and not given:
        told += facts(("file", "File", "A Diploma that is not in force any more is not given out."))
    return Piece(f"Diploma {row.number}", told, given)
