"""Reflective pieces and long case studies: who reads which, their versions, their words (T6)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Value

from ctts.accounts.models import User
from ctts.common.digest import sha256
from ctts.common.markdown import stands_in
from ctts.scheme.queries import numbers_of
from training.access import Piece, visible_records
from training.models import (
    CaseSection,
    CaseStudy,
    Comment,
    CommentAnswer,
    PieceVersion,
    PieceWithdrawal,
    Reflection,
    ScanAnswer,
    TrainingRecord,
)
from training.rules import IdentifierFinding, PieceDifference, headings_of, patient_identifiers, piece_difference
from training.states import WRITING_SUBMITTED, WritingState


def _readable(user: User, today: date) -> Q:
    """One's own pieces; of others what is submitted, in the records one sees."""
    records = TrainingRecord.objects.filter(visible_records(user, today))
    return Q(record__trainee=user) | Q(record__in=records, state__in=WRITING_SUBMITTED)


def reflections_visible_to(user: User, today: date) -> QuerySet[Reflection]:
    """Reflective pieces a person reads: own ones, and what is submitted in the records they see (T6)."""
    return Reflection.objects.filter(_readable(user, today)).select_related("record__trainee", "record__rules")


def cases_visible_to(user: User, today: date) -> QuerySet[CaseStudy]:
    """Long case studies a person reads: own ones, and what is submitted in the records they see (T6)."""
    return CaseStudy.objects.filter(_readable(user, today)).select_related("record__trainee", "record__rules")


def reflections_of(record: TrainingRecord) -> QuerySet[Reflection]:
    """Every reflective piece of a record by title and state; who reads its words, `reflections_visible_to` says."""
    return Reflection.objects.filter(record=record).order_by("-made_at", "-pk")


def cases_of(record: TrainingRecord) -> QuerySet[CaseStudy]:
    """Every case study of a record by title, words and state; who reads it, `cases_visible_to` says."""
    return CaseStudy.objects.filter(record=record).order_by("-made_at", "-pk")


def readable_pieces(record: TrainingRecord, user: User, today: date) -> tuple[set[int], set[int]]:
    """The ids of the reflective pieces and of the case studies of a record that a person reads; one query."""
    pieces = reflections_visible_to(user, today).filter(record=record)
    cases = cases_visible_to(user, today).filter(record=record)
    both = [rows.order_by().values_list("pk", Value(kind)) for rows, kind in ((pieces, 0), (cases, 1))]
    found = list(both[0].union(both[1], all=True))
    return {pk for pk, kind in found if not kind}, {pk for pk, kind in found if kind}


def sections_of(case: CaseStudy) -> list[CaseSection]:
    """The sections of a case study in their order."""
    return list(case.sections.order_by("position"))


def reflection_version(piece: Reflection) -> str:
    """The digest of what a reflective piece says now: a text saved in another window is not written over."""
    parts = {heading.key: piece.parts.get(heading.key, "") for heading in headings_of(piece.model)}
    return sha256({"title": piece.title, "happened_on": piece.happened_on, "parts": parts})


def case_version(case: CaseStudy) -> str:
    """The digest of what a case study says now."""
    return digest_of_case(case.title, sections_of(case))


def digest_of_case(title: str, sections: Sequence[CaseSection]) -> str:
    """The digest of a case study with these sections, for whoever has read them already."""
    return sha256({"title": title, "sections": [[row.heading, row.text] for row in sections]})


def piece_version(piece: Piece) -> str:
    """The digest of what a piece says now."""
    return reflection_version(piece) if isinstance(piece, Reflection) else case_version(piece)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a piece as it is read: what stands above it, and its text in simple Markdown."""

    title: str
    text: str


def every_part(piece: Piece) -> list[Part]:
    """The parts of a piece in their order, those too in which nothing is written."""
    if isinstance(piece, Reflection):
        return [Part(heading.title, piece.parts.get(heading.key, "")) for heading in headings_of(piece.model)]
    return [Part(row.heading, row.text) for row in sections_of(piece)]


def parts_of(piece: Piece) -> list[Part]:
    """The parts of a piece in their order, empty ones left out."""
    return [part for part in every_part(piece) if part.text.strip()]


def identifiers_in(piece: Piece, parts: Sequence[Part] | None = None) -> Sequence[IdentifierFinding]:
    """What in a piece looks as if it could identify a patient; test numbers left out (quality rule 17).

    `parts`: its parts, for whoever has read them already."""
    text = "\n".join([piece.title, *(part.text for part in (parts_of(piece) if parts is None else parts))])
    return [finding for finding in patient_identifiers(text) if finding.holds]


def piece_versions(piece: Piece) -> list[PieceVersion]:
    """A piece as it was each time it was submitted, the latest first (T6).

    Of each `withdrawn`: a patient was found in it; `answered`: its author said why the scan found none.
    """
    about = {"reflection" if isinstance(piece, Reflection) else "case": piece, "content_sha256": OuterRef("sha256")}
    known = {"withdrawn": PieceWithdrawal.objects.filter(**about), "answered": ScanAnswer.objects.filter(**about)}
    rows = piece.versions.annotate(**{name: Exists(found) for name, found in known.items()})
    return list(rows.order_by("-number"))


def version_or_none(versions: Sequence[PieceVersion], number: int) -> PieceVersion | None:
    """The version of that number, or None."""
    return next((version for version in versions if version.number == number), None)


def version_numbered(piece: Piece, number: int) -> PieceVersion | None:
    """The version of that number as it is stored, or None."""
    found: PieceVersion | None = piece.versions.filter(number=number).first()
    return found


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What changed since an earlier version. `hidden`: one of the two is closed, or may identify a patient, so that the
    words that were taken out or put in are not shown (quality rule 17)."""

    since: PieceVersion
    difference: PieceDifference
    hidden: bool


def _titled(title: str, parts: Iterable[Part]) -> list[tuple[str, str]]:
    return [("Title", title), *((part.title, part.text) for part in parts)]


def parts_of_version(version: PieceVersion) -> list[Part]:
    """The parts of a piece as they were submitted then."""
    return [Part(title, text) for title, text in version.parts]


def _rewritten(since: PieceVersion, now: list[tuple[str, str]], hidden: bool) -> Rewritten:
    then = _titled(since.title, parts_of_version(since))
    first = 1 if then[0] == now[0] else 0  # a title that stayed is no part that is the same
    return Rewritten(since, piece_difference(then[first:], now[first:]), hidden)


def _may_identify(titled: Sequence[tuple[str, str]]) -> bool:
    return any(finding.holds for finding in patient_identifiers("\n".join(text for _, text in titled)))


def what_changed(piece: Piece, parts: Sequence[Part], versions: Sequence[PieceVersion], user: User) -> Rewritten | None:
    """What a piece says otherwise than it was last submitted: a draft since its last version, a submitted one since
    the version before; None where there is nothing to compare with (T6)."""
    earlier = versions if piece.state == WritingState.DRAFT else versions[1:]
    mine = user.pk == piece.record.trainee_id
    if not earlier:
        return None
    return _rewritten(earlier[0], _titled(piece.title, parts), is_hidden(earlier[0], mine))


def what_version_changed(version: PieceVersion, versions: Sequence[PieceVersion], mine: bool) -> Rewritten | None:
    """What a version says otherwise than the one before; None of the first (T6)."""
    earlier = version_or_none(versions, version.number - 1)
    if earlier is None:
        return None
    hidden = is_hidden(earlier, mine) or is_hidden(version, mine)
    return _rewritten(earlier, _titled(version.title, parts_of_version(version)), hidden)


def is_hidden(version: PieceVersion, mine: bool) -> bool:
    """Whether the words of a version of `piece_versions` are kept from somebody (quality rule 17): from everybody once
    it is closed; from all but its author when the scan finds something in it that its author never answered."""
    if is_closed(version):
        return True
    titled = _titled(version.title, parts_of_version(version))
    return not mine and not vars(version)["answered"] and _may_identify(titled)


def is_closed(version: PieceVersion) -> bool:
    """Whether a patient was found in a version of `piece_versions`: nobody reads its words, its author neither (T6)."""
    return bool(vars(version)["withdrawn"])


def closing_of(piece: Piece, version: PieceVersion) -> PieceWithdrawal | None:
    """By whom and why a version of a piece is closed to everybody; None while it is open (quality rule 17)."""
    rows = piece.withdrawals.filter(content_sha256=version.sha256).select_related("withdrawn_by")
    return rows.order_by("-withdrawn_at", "-pk").first()


def scan_answer(piece: Piece) -> ScanAnswer | None:
    """What the author answered to what the scan found in a piece as it stands; None when nothing was asked, or when it
    says something else by now (quality rule 17)."""
    answers = {row.content_sha256: row for row in piece.scan_answers.select_related("answered_by")}
    return answers.get(piece_version(piece)) if answers else None


def sent_back_pieces(records: Any) -> QuerySet[PieceWithdrawal]:
    """The withdrawals of pieces of these records that their author has not changed and submitted again since (T6)."""
    since = Q(reflection__state=WritingState.DRAFT, withdrawn_at__gte=F("reflection__submitted_at"))
    since |= Q(case__state=WritingState.DRAFT, withdrawn_at__gte=F("case__submitted_at"))
    theirs = Q(reflection__record__any_of=records) | Q(case__record__any_of=records)
    return PieceWithdrawal.objects.filter(theirs, since, version__isnull=True)


def withdrawal_of(piece: Piece) -> PieceWithdrawal | None:
    """How a piece itself was withdrawn from view the last time; None when it never was (quality rule 17)."""
    rows = piece.withdrawals.filter(version__isnull=True).select_related("withdrawn_by")
    return rows.order_by("-withdrawn_at", "-pk").first()


def comments_on(piece: Piece) -> list[Comment]:
    """The comments on a piece, oldest first. Of each `of_closed`: the version it was about is closed by now."""
    about = "reflection" if isinstance(piece, Reflection) else "case"
    versions = PieceVersion.objects.filter(**{about: piece}, submitted_at__lte=OuterRef("written_at"))
    version = versions.order_by("-submitted_at", "-number").values("sha256")[:1]
    closed = PieceWithdrawal.objects.filter(**{about: piece}, content_sha256=OuterRef("of_version"))
    rows = piece.comments.annotate(of_version=Subquery(version)).annotate(of_closed=Exists(closed))
    return list(rows.select_related("written_by", "answer").order_by("written_at", "pk"))


def quote_is_closed(comment: Comment, parts: Iterable[Part]) -> bool:
    """Whether nobody reads what a comment of `comments_on` quotes: a patient could be identified in the version it was
    about, which is closed, and the words do not stand in the piece any more (T6, quality rule 17)."""
    gone = bool(comment.quote) and bool(vars(comment)["of_closed"])
    return gone and not any(stands_in(part.text, comment.quote) for part in parts)


def quotes_closed(piece: Piece) -> int:
    """How many comments on a piece quote words that nobody reads any more."""
    parts = parts_of(piece)
    return sum(quote_is_closed(comment, parts) for comment in comments_on(piece))


def comments_visible_to(user: User, today: date) -> QuerySet[Comment]:
    """The comments on the pieces that a person reads (T6)."""
    reflections, cases = reflections_visible_to(user, today), cases_visible_to(user, today)
    rows = Comment.objects.filter(Q(reflection__in=reflections.values("pk")) | Q(case__in=cases.values("pk")))
    return rows.select_related("written_by", "reflection__record__trainee", "case__record__trainee")


@dataclass(frozen=True, slots=True)
class Said:
    """A comment, what its author answered, and whether the part and the words it is about still stand in the piece.

    `closed`: nobody reads the words it quotes (`quote_is_closed`)."""

    comment: Comment
    answer: CommentAnswer | None
    stands: bool
    closed: bool


def said_by_part(parts: Sequence[Part], comments: Iterable[Comment]) -> tuple[list[list[Said]], list[Said]]:
    """The comments under the part that each is about, and those about the whole or about a part that is gone (T6)."""
    under: list[list[Said]] = [[] for _ in parts]
    places = {part.title: place for place, part in reversed(list(enumerate(parts)))}
    others: list[Said] = []
    for comment in comments:
        place = places.get(comment.part)
        whole = place is None and not comment.part
        holds = place is not None and (not comment.quote or stands_in(parts[place].text, comment.quote))
        closed = quote_is_closed(comment, parts)
        row = Said(comment, getattr(comment, "answer", None), stands=whole or holds, closed=closed)
        (others if place is None else under[place]).append(row)
    return under, others


def case_words_needed(record: TrainingRecord) -> int:
    """How many words the first year asks of a long case study, by the record's rules (Y5)."""
    return numbers_of(record.rules).first_year_case_study_words


def reflections_submitted(record: TrainingRecord) -> int:
    """How many reflective pieces of a record are submitted, commented on or not (Y6)."""
    return Reflection.objects.filter(record=record, state__in=WRITING_SUBMITTED).count()


def longest_case_study_words(record: TrainingRecord) -> int:
    """The words of the longest case study in progress, references left out; 0 without one (Y5)."""
    longest: int | None = CaseStudy.objects.filter(record=record).aggregate(most=Max("words"))["most"]
    return longest or 0
