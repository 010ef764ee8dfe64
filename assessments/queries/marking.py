"""Marking (F3, F4; quality rule 9): what waits for a marker, their own sheet, and both sheets once both are in.

Everything that is asked before both are in leaves the other sheet alone: rows, counts and cost are the same whatever
has become of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import BigIntegerField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from assessments.access.marking import OPEN_TO_MARKING
from assessments.access.stages import MARKERS, PAIR, numbers_for
from assessments.models import Mark, MarkSheet, Outcome, Portfolio, StageAttempt, Viva
from assessments.queries.stages import appointed_among, released_for, released_outcomes
from assessments.rules import cited_pages, may_mark, points_of, viva_percent
from assessments.states import MarkerRole, MarkSheetState, OutcomeState, PortfolioState, Result, Stage, VivaState
from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.digest import sha256
from ctts.common.prepared import prepared
from ctts.notifications.queries import told
from ctts.organisations.access import holds, on_day
from ctts.organisations.states import Role
from training.models import Appointment

Content = dict[str, Any]
RELATED = ("record__trainee", "record__scope", "record__centre", "record__rules")


def markable() -> Q:
    """Attempts that there is something to mark of: a sealed portfolio, a viva that is booked or was held."""
    sealed = Portfolio.objects.filter(attempt=OuterRef("pk"), state=PortfolioState.SEALED)
    booked = Viva.objects.filter(attempt=OuterRef("pk"), state__in=[VivaState.BOOKED, VivaState.HELD])
    return Q(Exists(sealed)) | Q(Exists(booked))


def attempts_marked_by(user: Any, today: Any) -> QuerySet[StageAttempt]:
    """Attempts of which a person is one of the two markers on `today`."""
    mine = appointed_among(user, today, MARKERS)
    rows = StageAttempt.objects.filter(markable(), record__in=mine).exclude(record__trainee=user)
    return rows.select_related(*RELATED)


def marking_visible_to(user: User, today: date) -> QuerySet[StageAttempt]:
    """Attempts whose marking page exists for a person: their markers; once released also trainee and office."""
    marked = Q(markable(), record__in=appointed_among(user, today, MARKERS)) & ~Q(record__trainee=user)
    released = Q(Exists(released_outcomes())) & Q(stage__in=[Stage.PORTFOLIO, Stage.VIVA])
    own = Q() if holds(user, Role.OFFICE, today) else Q(record__trainee=user)
    rows = StageAttempt.objects.filter(marked | (released & own))
    return rows.select_related(*RELATED)


def sheets_of(user: User) -> QuerySet[MarkSheet]:
    """A marker's own sheets; nobody gets another's through here."""
    rows = MarkSheet.objects.filter(marker=user).exclude(state=MarkSheetState.LEFT)
    return rows.select_related("attempt__record__trainee", "attempt__record__rules", "attempt__record__scope")


# --- my marking ---


@dataclass(frozen=True, slots=True)
class MarkingRow:
    """One attempt on the list of a marker: their own sheet, and whether it can be marked now, or why not.

    `begins` is when the viva begins, for who looks ahead of it; `passed_by` holds once whoever held their function
    before them has marked it: nothing will wait for them any more.
    """

    attempt: StageAttempt
    sheet: MarkSheet | None
    role: MarkerRole
    waits: str
    since: date | None
    begins: datetime | None = None
    passed_by: bool = False

    @property
    def open(self) -> bool:
        """Whether it waits for this marker."""
        return not self.waits and (self.sheet is None or self.sheet.state == MarkSheetState.OPEN)


def marking_rows(user: User, today: date, now: datetime) -> list[MarkingRow]:
    """Everything a person marks or has marked, what waits for them first; seven queries, one when there is nothing."""
    attempts = _marked_by(user.pk, today)
    if not attempts:
        return []
    roles = _roles(user, today, attempts)
    sheets = _sheets_of_role(user, attempts, roles)
    known = {row.attempt_id: row for row in sheets if row.marker_id == user.pk}
    others = [row for row in sheets if row.attempt_id not in known]
    before = {row.attempt_id: f"The {row.get_role_display()} before you has marked it." for row in others}
    released = released_for([row.record for row in attempts])
    begins = dict(Viva.objects.filter(attempt__in=attempts).values_list("attempt", "starts_at"))
    sealed = dict(Portfolio.objects.filter(attempt__in=attempts).values_list("attempt", "sealed_at"))
    rows = [
        MarkingRow(
            attempt=row,
            sheet=known.get(row.pk),
            role=roles[row.record_id],
            waits=_waits(row, known.get(row.pk), released[row.record_id], begins.get(row.pk), now)
            or before.get(row.pk, ""),
            since=_day(sealed.get(row.pk) or begins.get(row.pk)),
            begins=begins.get(row.pk),
            passed_by=row.pk in before,
        )
        for row in attempts
    ]
    return sorted(rows, key=lambda row: (not row.open, row.since or today))


@prepared
def _marked_by(user: Any, today: Any) -> QuerySet[StageAttempt]:
    return attempts_marked_by(user, today).order_by("record__trainee__sort_name", "stage", "attempt")


def _day(at: datetime | None) -> date | None:
    return london_date(at) if at else None


def _roles(user: User, today: date, attempts: Sequence[StageAttempt]) -> dict[int, MarkerRole]:
    found: dict[int, MarkerRole] = {}
    for kind, role in MARKERS.items():
        held = set(appointed_among(user, today, [kind]).values_list("record", flat=True))
        found |= {row.record_id: role for row in attempts if row.record_id in held and row.record_id not in found}
    return found


def _sheets_of_role(
    user: User, attempts: Sequence[StageAttempt], roles: Mapping[int, MarkerRole]
) -> QuerySet[MarkSheet]:
    """A marker's own sheets, and those that whoever held their role before them submitted; never the other role's."""
    wanted = Q(marker=user, attempt__in=attempts)
    for role in sorted(set(roles.values())):
        of_role = [row for row in attempts if roles[row.record_id] == role]
        wanted |= Q(role=role, state=MarkSheetState.SUBMITTED, attempt__in=of_role)
    rows = MarkSheet.objects.filter(wanted).exclude(state=MarkSheetState.LEFT)
    return rows.select_related(*(f"attempt__record__{name}" for name in ("trainee", "rules", "scope")))


def _waits(
    attempt: StageAttempt,
    sheet: MarkSheet | None,
    released: dict[str, list[str]],
    begins: datetime | None,
    now: datetime,
) -> str:
    """Why an attempt cannot be marked now; empty when it can, or when one's own sheet is in."""
    if sheet is not None and sheet.state == MarkSheetState.SUBMITTED:
        return ""
    if len(released[attempt.stage]) >= attempt.attempt:
        return "Its outcome is released."
    if attempt.state not in OPEN_TO_MARKING:
        return "Both markers have submitted."
    answer = may_mark(attempt.stage, released, numbers_for(attempt.record))
    if not answer:
        return answer.why
    if begins is not None and begins > now:
        return "It has not begun yet."
    return ""


# --- one's own sheet ---


def marks_of(sheet: MarkSheet) -> dict[str, Mark]:
    """The marks of a sheet by their point."""
    return {row.point: row for row in _marks(sheet.pk)}


@prepared
def _marks(sheet: Any) -> QuerySet[Mark]:
    return Mark.objects.filter(sheet=sheet)


def sheet_content(sheet: MarkSheet) -> Content:
    """Exactly what a marker signs: each point with its answer, words and pages, the result, what was marked."""
    attempt, known = sheet.attempt, marks_of(sheet)
    return {
        "sheet": sheet.pk,
        "attempt": attempt.pk,
        "stage": str(attempt.stage),
        "role": str(sheet.role),
        "marked": marked_thing(attempt),
        "marks": [_mark(point.key, known.get(point.key)) for point in points_of(attempt.stage)],
        "result": str(sheet.result),
        "words": sheet.words,
    }


def marked_thing(attempt: StageAttempt) -> Content:
    """What was marked: the sealed file by its hash, or the viva by when it began."""
    if attempt.stage == Stage.PORTFOLIO:
        found = Portfolio.objects.filter(attempt=attempt).values_list("content_sha256", flat=True).first()
        return {"file_sha256": found}
    starts_at = Viva.objects.filter(attempt=attempt).values_list("starts_at", flat=True).first()
    return {"starts_at": starts_at.isoformat() if starts_at else None}


def _mark(point: str, row: Mark | None) -> Content:
    if row is None:
        return {"point": point, "result": "", "score": None, "words": "", "pages": ""}
    return {"point": point, "result": str(row.result), "score": row.score, "words": row.words, "pages": row.pages}


def sheet_digest(sheet: MarkSheet) -> str:
    """The digest of what a sheet says now; forms carry it, a text saved in another window is not written over."""
    return sha256(sheet_content(sheet))


def missing_of(sheet: MarkSheet) -> list[str]:
    """What keeps a sheet from being submitted, in the order of its points (F3, F4)."""
    known, viva = marks_of(sheet), sheet.attempt.stage == Stage.VIVA
    found = []
    for point in points_of(sheet.attempt.stage):
        mark = known.get(point.key)
        if mark is None or (mark.score is None if viva else not mark.result):
            found.append(f"{point.title}: not marked yet.")
        if mark is None or not mark.words.strip():
            found.append(f"{point.title}: say why in a few words.")
        found += _wrong_pages(sheet, mark) if mark is not None and mark.pages.strip() else []
    if not viva and not sheet.result:
        found.append("Give the overall result.")
    if not sheet.words.strip():
        found.append("Say in a few words what the result rests on.")
    return found


def pages_to_cite(attempt: StageAttempt) -> int:
    """How many pages the sealed portfolio has that the marks of an attempt may cite (F3)."""
    pages = Portfolio.objects.filter(attempt__record=attempt.record_id, state=PortfolioState.SEALED)
    return pages.order_by("-attempt__attempt").values_list("pages", flat=True).first() or 1


def _wrong_pages(sheet: MarkSheet, mark: Mark) -> list[str]:
    try:
        cited_pages(mark.pages, pages_to_cite(sheet.attempt))
    except ValueError as problem:
        return [f"{mark.get_point_display()}: {problem}"]
    return []


# --- both ---


@dataclass(frozen=True, slots=True)
class Compared:
    """One point of both sheets side by side, and whether they differ."""

    title: str
    external: Mark
    supporting: Mark

    @property
    def differs(self) -> bool:
        """Whether the markers answered differently."""
        one, other = self.external, self.supporting
        return (one.result, one.score) != (other.result, other.score)


@dataclass(frozen=True, slots=True)
class BothSheets:
    """The two submitted sheets of an attempt, point by point."""

    external: MarkSheet
    supporting: MarkSheet
    points: Sequence[Compared]

    @property
    def differing(self) -> list[Compared]:
        """The points in which the markers differ."""
        return [row for row in self.points if row.differs]

    @property
    def results_differ(self) -> bool:
        """Whether their overall results differ."""
        return self.external.result != self.supporting.result


def both_sheets(attempt: StageAttempt) -> BothSheets | None:
    """Both sheets once both are submitted; None before, whichever is missing. The caller has asked who reads."""
    rows = MarkSheet.objects.filter(attempt=attempt, role__in=PAIR, state=MarkSheetState.SUBMITTED)
    known = {row.role: row for row in rows.select_related("marker", "signature")}
    if len(known) < len(PAIR):
        return None
    external, supporting = known[MarkerRole.EXTERNAL], known[MarkerRole.SUPPORTING]
    mine, theirs = marks_of(external), marks_of(supporting)
    points = [Compared(point.title, mine[point.key], theirs[point.key]) for point in points_of(attempt.stage)]
    return BothSheets(external, supporting, points)


def outcome_content(found: BothSheets) -> Content:
    """What an outcome rests on, in keys: both sheets by their digests, their results or scores, what was marked."""
    sheets = {str(sheet.role): sheet for sheet in (found.external, found.supporting)}
    return {
        "attempt": found.external.attempt_id,
        "marked": marked_thing(found.external.attempt),
        "sheets": {role: sheet.signature.content_sha256 for role, sheet in sheets.items()},
        "results": {role: str(sheet.result) for role, sheet in sheets.items()},
        "scores": {role: scores_in_order(sheet) for role, sheet in sheets.items()},
    }


def scores_in_order(sheet: MarkSheet) -> list[int]:
    """The scores of a Viva sheet in the order of its domains; a Portfolio sheet has none."""
    known = marks_of(sheet)
    scores = [known[point.key].score for point in points_of(sheet.attempt.stage)]
    return [score for score in scores if score is not None]


def percent_of(sheet: MarkSheet) -> Any:
    """What a submitted Viva sheet comes to in per cent, exactly (F4)."""
    return viva_percent(scores_in_order(sheet), numbers_for(sheet.attempt.record))


# --- who is to be told that something waits (N) ---


def open_portfolios() -> QuerySet[StageAttempt]:
    """Attempts whose portfolio is sealed and still to be marked, the Practical passed and released (F1)."""
    passed = Outcome.objects.filter(
        record=OuterRef("record"), stage=Stage.PRACTICAL, state=OutcomeState.RELEASED, result=Result.PASS
    )
    sealed = Portfolio.objects.filter(attempt=OuterRef("pk"), state=PortfolioState.SEALED)
    rows = StageAttempt.objects.filter(Exists(passed), Exists(sealed), stage=Stage.PORTFOLIO)
    return rows.filter(state__in=OPEN_TO_MARKING).select_related(*RELATED).order_by("pk")


def untold_portfolios(kind: str, today: date) -> QuerySet[StageAttempt]:
    """Those of which a moderator appointed on `today` was not told, by a message of `kind`, that they wait (N).

    Of one that whoever held their role before them has marked, nothing waits for a successor.
    """
    heard = told(kind, StageAttempt, about_id=OuterRef("of_attempt"), to=OuterRef("person"))
    markers = Appointment.objects.filter(on_day(today), record=OuterRef("record"), kind__in=list(MARKERS))
    untold = markers.annotate(of_attempt=ExpressionWrapper(OuterRef("pk"), BigIntegerField())).exclude(heard)
    for function, role in MARKERS.items():
        marked = MarkSheet.objects.filter(attempt=OuterRef("of_attempt"), role=role, state=MarkSheetState.SUBMITTED)
        untold = untold.exclude(Exists(marked), kind=function)
    return open_portfolios().filter(Exists(untold))
