"""Reflective pieces and long case studies (T6): written, submitted, commented on, reopened."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction

from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.forms import KEPT
from ctts.common.markdown import stands_in
from ctts.common.verdict import Invalid, require
from ctts.notifications.notices import Notice
from training import access, notices
from training.access import Piece
from training.actions._practice import fresh, note, step, want
from training.actions._steps import holders, lock_record, lock_with_record, refuse_identifiers, role_of, tell
from training.models import (
    CaseSection,
    CaseStudy,
    Comment,
    CommentAnswer,
    PieceVersion,
    PieceWithdrawal,
    Reflection,
    ScanAnswer,
)
from training.queries.writing import (
    case_version,
    identifiers_in,
    parts_of,
    piece_version,
    quotes_closed,
    reflection_version,
)
from training.rules import FIRST_SECTIONS, headings_of, reflection_words, section_words
from training.states import WRITING_MOVES, AppointmentKind, CommentFate, WritingState

LONGEST = 400_000  # characters of one piece: a 10 000-word paste fits several times
MOST_SECTIONS = 40
HIDDEN = {"Cc", "Cf", "Co", "Cs"}
P = TypeVar("P", Reflection, CaseStudy)


@transaction.atomic
def start_reflection(
    *, by: User, now: datetime, record_id: int, key: UUID, model: str, title: str, happened_on: date | None = None
) -> Reflection:
    """The trainee begins a reflective piece by one of the models; the same `key` again gives the same one (T6).

    Raises NotAllowed for anybody but the trainee, TooLate when training has ended, Invalid without a title.
    """
    record = lock_record(record_id)
    require(access.can_write(by, record))
    known = Reflection.objects.filter(key=key).first()
    if known is not None:
        return known
    _check_day(happened_on, now)
    piece = Reflection.objects.create(
        record=record,
        model=model,
        title=want(title, "title", "Give it a title."),
        happened_on=happened_on,
        made_at=now,
        changed_at=now,
        key=key,
    )
    note("reflection.begun", record, piece, by=by, now=now, model=str(model))
    return piece


@transaction.atomic
def save_reflection(
    *,
    by: User,
    now: datetime,
    reflection_id: int,
    title: str,
    happened_on: date | None,
    parts: Mapping[str, str],
    seen: str,
) -> Reflection:
    """Save a reflective piece as it is typed, finished or not; its words are counted (T6).

    `seen` is the version the page was filled with. Raises NotAllowed, TooLate while it is submitted, StaleText when
    another window saved since, Invalid for a day to come or far too much text. An empty title keeps the old one.
    """
    piece = _lock(Reflection, reflection_id)
    require(access.can_change_piece(by, piece))
    fresh(seen, reflection_version(piece))
    _check_day(happened_on, now)
    kept = {heading.key: _plain(parts.get(heading.key, "")) for heading in headings_of(piece.model)}
    _check_length(kept.values())
    piece.title, piece.happened_on = title.strip() or piece.title, happened_on
    piece.parts, piece.words, piece.changed_at = kept, reflection_words(piece.model, kept), now
    piece.save(update_fields=["title", "happened_on", "parts", "words", "changed_at"])
    return piece


@transaction.atomic
def start_case(*, by: User, now: datetime, record_id: int, key: UUID, title: str) -> CaseStudy:
    """The trainee begins a long case study with the usual sections; the same `key` again gives the same one (T6).

    Raises NotAllowed for anybody but the trainee, TooLate when training has ended, Invalid without a title.
    """
    record = lock_record(record_id)
    require(access.can_write(by, record))
    known = CaseStudy.objects.filter(key=key).first()
    if known is not None:
        return known
    named = want(title, "title", "Give it a title.")
    case = CaseStudy.objects.create(record=record, title=named, made_at=now, changed_at=now, key=key)
    sections = [CaseSection(case=case, position=place, heading=name) for place, name in enumerate(FIRST_SECTIONS, 1)]
    CaseSection.objects.bulk_create(sections)
    note("case.begun", record, case, by=by, now=now)
    return case


@transaction.atomic
def save_case(
    *, by: User, now: datetime, case_id: int, title: str, sections: Sequence[tuple[str, str]], seen: str
) -> CaseStudy:
    """Save a long case study as it is typed: its sections become exactly these (heading, text), in this order (T6).

    The words are counted without references. A section may wait for its heading until the piece is submitted. Raises as
    `save_reflection`, Invalid for more than forty sections.
    """
    case = _lock(CaseStudy, case_id)
    require(access.can_change_piece(by, case))
    fresh(seen, case_version(case))
    kept = [(_plain(heading).strip(), _plain(text)) for heading, text in sections if heading.strip() or text.strip()]
    if len(kept) > MOST_SECTIONS:
        raise Invalid(f"A case study has at most {MOST_SECTIONS} sections.", "sections")
    _check_length(text for _, text in kept)
    case.sections.all().delete()
    CaseSection.objects.bulk_create(
        CaseSection(case=case, position=place, heading=heading, text=text)
        for place, (heading, text) in enumerate(kept, 1)
    )
    case.title, case.words, case.changed_at = title.strip() or case.title, section_words(kept), now
    case.save(update_fields=["title", "words", "changed_at"])
    return case


@transaction.atomic
def submit_piece(*, by: User, now: datetime, piece: Piece, seen: str, declared: bool, answer: str = "") -> Piece:
    """The trainee submits a piece as it was `seen` and declares that no patient can be identified (T6, Y6).

    Where the scan finds what may identify one, the trainee's `answer` says why not; it is kept and read with the piece.
    What was answered once is not asked again while it says the same (quality rule 17).

    Its whole text is kept as the next version.

    Raises NotAllowed, TooLate when it is submitted, StaleText when it changed meanwhile, Invalid when it is empty, a
    section has no heading, nothing is declared, what was found has no answer, or it was withdrawn as it is.
    """
    locked = _lock_piece(piece)
    require(access.can_submit_piece(by, locked))
    fresh(seen, piece_version(locked))
    if not locked.words:
        raise Invalid("There is nothing in it yet.")
    if isinstance(locked, CaseStudy) and locked.sections.filter(heading="").exists():
        raise Invalid("A section has no heading yet. Go on writing, and give it one.")
    if not declared:
        raise Invalid("Tick this first: nothing in it may identify a patient.", "declared")
    if locked.withdrawals.filter(content_sha256=seen).exists():
        raise Invalid("It was withdrawn as it is. Change it first: take out what identifies the patient.")
    found = _answered(locked, seen, answer, by, now)
    columns, what = {"submitted_at": now}, f"{_name(locked)}.submitted"
    kept = _keep_version(locked, now, seen)
    facts: dict[str, Any] = {"words_counted": locked.words, "version": kept.number, "sha256": kept.sha256}
    facts |= {"found": sorted(found)} if found else {}
    step(locked, WRITING_MOVES, "submit", what=what, by=by, now=now, columns=columns, **facts)
    for supervisor in holders(locked.record, now, AppointmentKind.SUPERVISOR):
        key = f"{_name(locked)}:{locked.pk}:{now.isoformat()}"
        tell(notices.PIECE_SUBMITTED, locked.record, supervisor, about=locked, now=now, key=key, **_shown(locked))
    return locked


@transaction.atomic
def reopen_piece(*, by: User, now: datetime, piece: Piece) -> Piece:
    """The trainee takes a submitted piece back to go on writing; it counts again once submitted again (T6, Y6).

    What was submitted before versions were kept becomes a version now, before a word of it can change.
    Raises NotAllowed, TooLate when it is not submitted.
    """
    locked = _lock_piece(piece)
    require(access.can_reopen_piece(by, locked))
    if locked.submitted_at is not None and not locked.versions.filter(submitted_at=locked.submitted_at).exists():
        _keep_version(locked, locked.submitted_at, piece_version(locked))
    step(locked, WRITING_MOVES, "reopen", what=f"{_name(locked)}.reopened", by=by, now=now)
    return locked


@transaction.atomic
def withdraw_piece(*, by: User, now: datetime, piece: Piece, reason: str) -> Piece:
    """A reader found that a patient can be identified in a piece: it goes back to its author as a draft, which nobody
    else reads, and counts again once it is changed and submitted again (T6, Y6, quality rule 17).

    The author, the Training Supervisor and the Training Co-ordinator are told. Raises NotAllowed for its author and for
    strangers, TooLate when it is not submitted, Invalid without a reason or when it says again what was found.
    """
    locked = _lock_piece(piece)
    require(access.can_withdraw_piece(by, locked, london_date(now)))
    gone = _withdraw(locked, piece_version(locked), reason, by, now)
    step(locked, WRITING_MOVES, "reopen", what=f"{_name(locked)}.withdrawn", by=by, now=now, words=gone.reason)
    _tell_of_patient(notices.PIECE_WITHDRAWN, locked, by, now)
    return locked


@transaction.atomic
def close_version(*, by: User, now: datetime, piece: Piece, number: int, reason: str) -> PieceWithdrawal:
    """A patient can be identified in what a piece said earlier: nobody reads that version any more, its author neither;
    what the piece says now stays as it is (T6, quality rule 17). Words of it that comments quote are closed with it.

    The author, the Training Supervisor and the Training Co-ordinator are told. Raises DoesNotExist without it,
    NotAllowed for strangers, TooLate when it is closed or is what the piece says now, Invalid as `withdraw_piece`.
    """
    locked = _lock_piece(piece)
    version = locked.versions.get(number=number)
    require(access.can_close_version(by, locked, version, london_date(now)))
    before = quotes_closed(locked)
    gone = _withdraw(locked, version.sha256, reason, by, now, version)
    what, facts = f"{_name(locked)}.version_closed", {"version": number, "sha256": version.sha256}
    facts["quotes_closed"] = quotes_closed(locked) - before
    note(what, locked.record, locked, by=by, now=now, words=gone.reason, **facts)
    _tell_of_patient(notices.PIECE_VERSION_CLOSED, locked, by, now, version=version)
    return gone


@transaction.atomic
def comment_on(
    *, by: User, now: datetime, piece: Piece, key: UUID, text: str, part: str = "", quote: str = ""
) -> Comment:
    """Supervisor, External Moderator or a trainer comment on a submitted piece; the same `key`: the same one (T6).

    A trainer's comment leaves the piece waiting for the supervisor's. `part` is the heading of the part it is about,
    `quote` the words it is about.

    Raises NotAllowed, TooLate while the trainee writes on it, Invalid without words, about a part that is not there or
    words that do not stand there.
    """
    locked = _lock_piece(piece)
    require(access.can_comment(by, locked, london_date(now)))
    known = Comment.objects.filter(key=key).first()
    if known is not None:
        return known
    said = want(text, "text", "Write your comment.")
    refuse_identifiers(quote, "What you quote", "quote")
    where = _where(locked, part, quote.strip())
    given = {"text": said, "part": where, "quote": quote.strip(), "key": key}
    comment = Comment.objects.create(written_at=now, written_by=by, **given, **_about(locked))
    what = f"{_name(locked)}.commented"
    judges = access.judges_pieces(by, locked.record, london_date(now))
    if locked.state == WritingState.SUBMITTED and judges:
        step(locked, WRITING_MOVES, "comment", what=what, by=by, now=now, comment=comment.pk)
    else:
        note(what, locked.record, locked, by=by, now=now, comment=comment.pk)
    trainee, record = locked.record.trainee, locked.record
    tell(notices.PIECE_COMMENTED, record, trainee, about=locked, now=now, key=str(comment.pk), by=by, **_shown(locked))
    return comment


@transaction.atomic
def answer_comment(*, by: User, now: datetime, comment_id: int, fate: str, reason: str) -> CommentAnswer:
    """The trainee says what became of a comment: changed, or not and why; whoever wrote it reads that (T6, screens 17).

    Raises NotAllowed, TooLate once it is answered, Invalid without a reason for what was not changed.
    """
    comment = Comment.objects.get(pk=comment_id)
    piece = _lock_piece(comment.piece)
    require(access.can_answer_comment(by, comment))
    why = want(reason, "reason", "Say why you did not change it.") if fate == CommentFate.KEPT else reason.strip()
    answer = CommentAnswer.objects.create(comment=comment, fate=fate, reason=why, answered_at=now)
    note("comment.answered", piece.record, comment, by=by, now=now, fate=str(fate))
    return answer


# --- steps ---


def _where(piece: Piece, part: str, quote: str) -> str:
    """The heading of the part that a comment is about: the one that was named, else the first that holds the quote."""
    parts = [one for one in parts_of(piece) if part in ("", one.title)]
    if not parts:
        raise Invalid("This part is not there any more. Choose another one.", "part")
    holding = [one for one in parts if stands_in(one.text, quote)] if quote else parts
    if not holding:
        raise Invalid("These words do not stand there. Copy them as they are, or leave this empty.", "quote")
    return holding[0].title if quote else part


def _answered(piece: Piece, version: str, answer: str, by: User, now: datetime) -> dict[str, int]:
    """What the scan found in a piece, kind by kind, once its author has answered it."""
    found = Counter(str(finding.kind) for finding in identifiers_in(piece))
    if found and not piece.scan_answers.filter(content_sha256=version).exists():
        said = want(answer, "answer", "Say why no patient can be identified, or go back and take out what was found.")
        refuse_identifiers(said, "Your answer", "answer")
        facts = {"content_sha256": version, "found": found, "answer": said, "answered_at": now, "answered_by": by}
        ScanAnswer.objects.create(**_about(piece), **facts)
    return found


def _withdraw(
    piece: Piece, sha256: str, reason: str, by: User, now: datetime, version: PieceVersion | None = None
) -> PieceWithdrawal:
    """The fact that what has this digest identifies a patient; the reason is there and does not say it again."""
    said = want(reason, "reason", "Say what was found, without repeating it.")
    refuse_identifiers(said, "Your description", "reason")
    facts = {"content_sha256": sha256, "reason": said, "withdrawn_at": now, "withdrawn_by": by, "version": version}
    return PieceWithdrawal.objects.create(**_about(piece), **facts, role=role_of(by, piece.record, now))


def _tell_of_patient(notice: Notice, piece: Piece, by: User, now: datetime, **more: object) -> None:
    """Author, supervisor and co-ordinator hear that a patient could be identified; whoever found it knows."""
    around = holders(piece.record, now, AppointmentKind.SUPERVISOR, AppointmentKind.COORDINATOR)
    key, shown = f"{_name(piece)}:{piece.pk}:{now.isoformat()}", {"by": by, **_shown(piece), **more}
    for person in {piece.record.trainee, *around} - {by}:
        tell(notice, piece.record, person, about=piece, now=now, key=key, **shown)


def _lock(kind: type[P], piece_id: int) -> P:
    """A piece of a locked record, as it is now."""
    return lock_with_record(kind, piece_id)


def _lock_piece(piece: Piece) -> Piece:
    """The same piece, whichever of the two it is."""
    return _lock(Reflection, piece.pk) if isinstance(piece, Reflection) else _lock(CaseStudy, piece.pk)


def _keep_version(piece: Piece, submitted_at: datetime, sha256: str) -> PieceVersion:
    """The whole text of a locked piece as it is submitted, under the next number (T6)."""
    return PieceVersion.objects.create(
        **_about(piece),
        number=piece.versions.count() + 1,
        title=piece.title,
        parts=[[part.title, part.text] for part in parts_of(piece)],
        words=piece.words,
        sha256=sha256,
        submitted_at=submitted_at,
    )


def _about(piece: Piece) -> dict[str, Any]:
    """The column of a fact that names the piece it is about."""
    return {"reflection": piece} if isinstance(piece, Reflection) else {"case": piece}


def _name(piece: Piece) -> str:
    return "reflection" if isinstance(piece, Reflection) else "case"


def _shown(piece: Piece) -> dict[str, object]:
    return {"piece": piece, "kind": _name(piece)}


def _plain(text: str) -> str:
    """The text without the invisible characters that a paste from elsewhere brings along (quality rule 16)."""
    return "".join(one for one in text if one in KEPT or unicodedata.category(one) not in HIDDEN)


def _check_day(happened_on: date | None, now: datetime) -> None:
    if happened_on is not None and happened_on > london_date(now):
        raise Invalid("This day has not come yet.", "happened_on")


def _check_length(texts: Iterable[str]) -> None:
    if sum(len(text) for text in texts) > LONGEST:
        raise Invalid("This is more text than one piece can hold. Shorten it, or attach it as evidence.")
