"""What moderation asks of whom, computed from its rows (N): appoint, declare, agree, settle, propose, approve.

Each thing adds a function to DUTIES and OTHERS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from django.db.models import DateField, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from assessments.models import Outcome, PracticalSeal, StageAttempt
from assessments.states import OutcomeState, Result, Stage, StageState
from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.parts import WaitingRow
from ctts.organisations.access import holds
from ctts.organisations.states import Role
from ctts.scheme.queries import numbers_on
from moderation.access import can_approve
from moderation.models import AgreedMark, Board, BoardCandidate, Disagreement
from moderation.queries.agreeing import disagreements_visible_to, markers_of, reads_sheets
from moderation.queries.boards import ties_of
from moderation.queries.duties_diplomas import diplomas_to_issue, own_diploma
from moderation.queries.pool import declaration_standing, place_of
from moderation.states import BoardState, PoolState
from training.models import Appointment, Milestone, TrainingRecord
from training.states import RECORD_ENDED, AppointmentKind, MilestoneKind

OFFICE, MODERATOR, ADJUDICATOR = "scheme office", "moderator", "adjudicator"
Rows = Iterator[WaitingRow]


def duties_for(user: User, today: date) -> list[WaitingRow]:
    """What waits for a person in moderation, one row a duty (N)."""
    return [row for duties in DUTIES for row in duties(user, today)]


def others_for(user: User, today: date) -> list[WaitingRow]:
    """What a person waits for in moderation."""
    return [row for others in OTHERS for row in others(user, today)]


# --- the office appoints (E3) ---


def _without(kind: AppointmentKind, today: date) -> QuerySet[TrainingRecord]:
    """Running records that nobody moderates in this function, now or soon."""
    held = Appointment.objects.filter(record=OuterRef("pk"), kind=kind)
    held = held.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today))
    rows = TrainingRecord.objects.exclude(state__in=RECORD_ENDED).exclude(Exists(held))
    return rows.select_related("trainee").order_by("trainee__sort_name", "pk")


def _due(kind: MilestoneKind) -> Subquery:
    """The day of a milestone that is not reached."""
    steps = Milestone.objects.filter(record=OuterRef("pk"), kind=kind, done_on__isnull=True)
    return Subquery(steps.values("due_on")[:1], output_field=DateField())


def _external_moderators(user: User, today: date) -> Rows:
    """Everybody enrolled has an External Moderator before the first meeting."""
    if not holds(user, Role.OFFICE, today):
        return
    rows = _without(AppointmentKind.EXTERNAL_MODERATOR, today)
    for row in rows.annotate(due=_due(MilestoneKind.FIRST_MEETING)):
        yield _appoint(row, "Appoint an External Moderator", "external", row.due)


def _supporting_moderators(user: User, today: date) -> Rows:
    """From the notice of the portfolio's milestone, or the sealed Practical, until the Viva is passed."""
    if not holds(user, Role.OFFICE, today):
        return
    near = today + timedelta(days=numbers_on(today).milestone_notice_days)
    sealed = PracticalSeal.objects.filter(attempt__record=OuterRef("pk"))
    passed = Outcome.objects.filter(
        record=OuterRef("pk"), stage=Stage.VIVA, state=OutcomeState.RELEASED, result=Result.PASS
    )
    rows = _without(AppointmentKind.SUPPORTING_MODERATOR, today).annotate(due=_due(MilestoneKind.PORTFOLIO))
    rows = rows.filter(Q(due__lte=near, year_two__isnull=False) | Exists(sealed)).exclude(Exists(passed))
    for row in rows:
        yield _appoint(row, "Appoint a Supporting Moderator", "supporting", row.due)


def _appoint(record: TrainingRecord, what: str, kind: str, due: date | None) -> WaitingRow:
    url = reverse("moderation:pick", args=[record.pk, kind])
    since = london_date(record.enrolled_at) if kind == "external" else None
    return WaitingRow(what, url, str(record.trainee), OFFICE, since, due, "Choose")


# --- moderators declare (E4) ---


def _declaration(user: User, today: date) -> Rows:
    """Whoever was invited joins by signing; a declaration that ends soon or has ended is signed anew."""
    if not holds(user, Role.MODERATOR, today):
        return
    place = place_of(user, today)
    if place is None or place.state == PoolState.RETIRED:
        return
    standing = declaration_standing(place.declared_at, today, numbers_on(today))  # type: ignore[attr-defined]  # annotated by place_of
    if standing.renewable:
        since = london_date(place.entered_at) if standing.until is None else None
        url, due = reverse("moderation:declare"), standing.until
        yield WaitingRow("Sign the confidentiality declaration", url, "", MODERATOR, since, due, "Read and sign")


# --- markers agree, an adjudicator settles (F5) ---


def _disagreed(user: User, today: date) -> list[StageAttempt]:
    """Attempts that the person sees and whose markers still differ, in training that goes on, the oldest first."""
    rows = disagreements_visible_to(user, today).filter(state=StageState.DISAGREED)
    return list(rows.exclude(record__state__in=RECORD_ENDED).order_by(F("differed_at"), "pk"))


def _last_proposals(rows: list[StageAttempt]) -> dict[int, AgreedMark]:
    """The last proposal about each attempt; one query."""
    found = AgreedMark.objects.filter(disagreement__attempt__in=rows, accepts__isnull=True)
    return {row.disagreement.attempt_id: row for row in found.select_related("disagreement").order_by("made_at", "pk")}


def _adjudicator(row: StageAttempt) -> Appointment | None:
    """The appointment of whoever settles an attempt now; None while the markers have it."""
    found: Disagreement | None = getattr(row, "disagreement", None)
    return found.adjudicator if found is not None else None


def _mark(row: StageAttempt, what: str, since: datetime, role: str = "", who: str = "") -> WaitingRow:
    about = f"{who}{row.record.trainee}, {row}"
    return WaitingRow(what, reverse("moderation:disagreement", args=[row.pk]), about, role, london_date(since))


def _marks(user: User, today: date) -> Rows:
    """The markers agree a result; the adjudicator settles it (F5)."""
    if not holds(user, Role.MODERATOR, today):
        return
    rows = _disagreed(user, today)
    proposals = _last_proposals(rows)
    for row in rows:
        held, proposal = _adjudicator(row), proposals.get(row.pk)
        if held is not None:
            if row.as_adjudicator:  # type: ignore[attr-defined]  # annotated by the query that found it
                yield _mark(row, "Settle a result", held.made_at, ADJUDICATOR)
        elif not row.as_marker:  # type: ignore[attr-defined]  # annotated by the query that found it
            continue
        elif proposal is None:
            yield _mark(row, "Agree a result", row.differed_at, MODERATOR)  # type: ignore[attr-defined]  # annotated by the query that found it
        elif proposal.made_by_id != user.pk:
            yield _mark(row, "Answer a proposed result", proposal.made_at, MODERATOR)


def _marks_with_the_other(user: User, today: date) -> Rows:
    """A marker waits for the answer of the other (F5)."""
    if not holds(user, Role.MODERATOR, today):
        return
    rows = _disagreed(user, today)
    proposals = _last_proposals(rows)
    for row in rows:
        proposal = proposals.get(row.pk)
        if _adjudicator(row) is None and proposal is not None and proposal.made_by_id == user.pk:
            yield _mark(row, "Answer a proposed result", proposal.made_at)


def _marks_with_markers(user: User, today: date) -> Rows:
    """The office waits for markers who differ, and for adjudicators; not for itself (F5)."""
    if not holds(user, Role.OFFICE, today):
        return
    rows = [row for row in _disagreed(user, today) if not reads_sheets(row)]
    markers = markers_of(rows)
    for row in rows:
        held = _adjudicator(row)
        if held is not None:
            yield _mark(row, "Settle a result", held.made_at, who=f"{held.person}: ")
        else:
            who = " and ".join(str(marker) for marker in markers[row.pk])
            yield _mark(row, "Agree a result", row.differed_at, who=f"{who}: ")  # type: ignore[attr-defined]  # annotated by the query that found it


# --- boards (F7) ---


def _boards(user: User, today: date) -> Rows:
    """Whoever made a list proposes it; another who took no part approves it."""
    if not holds(user, Role.OFFICE, today):
        return
    listed = Exists(BoardCandidate.objects.filter(board=OuterRef("pk")))
    drafts = Board.objects.filter(listed, state=BoardState.DRAFT, made_by=user).order_by("held_on", "pk")
    for board in drafts:
        yield _board(board, "Propose the list", board.made_at)
    yield from _to_approve(user, today)


def _to_approve(user: User, today: date) -> Rows:
    proposed = Board.objects.filter(state=BoardState.PROPOSED).exclude(proposed_by=user).order_by("held_on", "pk")
    boards = list(proposed)
    on_them = BoardCandidate.objects.filter(board__in=boards).select_related("record__trainee") if boards else []
    records: dict[int, list[TrainingRecord]] = {board.pk: [] for board in boards}
    for candidate in on_them:
        records[candidate.board_id].append(candidate.record)
    people = {user.pk} | {board.proposed_by_id for board in boards if board.proposed_by_id}
    every = [record for rows in records.values() for record in rows]
    ties = ties_of(every, people) if every else {}
    for board in boards:
        if can_approve(user, board, [ties[record.pk] for record in records[board.pk]], today):
            yield _board(board, "Approve the list", board.proposed_at)


def _board(board: Board, what: str, since: datetime | None, role: str = OFFICE) -> WaitingRow:
    on = london_date(since) if since else None
    return WaitingRow(what, reverse("moderation:board", args=[board.pk]), str(board), role, on, board.held_on)


def _boards_of_others(user: User, today: date) -> Rows:
    """Whoever proposed a list waits for its approval."""
    if not holds(user, Role.OFFICE, today):
        return
    for board in Board.objects.filter(state=BoardState.PROPOSED, proposed_by=user).order_by("held_on", "pk"):
        yield _board(board, "Approve the list", board.proposed_at, role="")


DutiesOf = Callable[[User, date], Rows]
DUTIES: tuple[DutiesOf, ...] = (
    _external_moderators,
    _supporting_moderators,
    _declaration,
    _marks,
    _boards,
    diplomas_to_issue,
)
OTHERS: tuple[DutiesOf, ...] = (_marks_with_the_other, _marks_with_markers, _boards_of_others, own_diploma)
