"""What moderation asks of whom, computed from its rows (N): appoint, declare, agree, settle, propose, approve.

Each thing adds a function to DUTIES and OTHERS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import BooleanField, Case, DateField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.urls import reverse

from assessments.models import MarkSheet, Outcome, PracticalSeal, StageAttempt
from assessments.states import MarkSheetState, OutcomeState, Result, Stage, StageState
from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.parts import WaitingRow, WaitsFor, nudging
from ctts.common.prepared import prepared
from ctts.organisations.access import holds
from ctts.organisations.states import Role
from ctts.scheme.queries import numbers_on
from ctts.scheme.rules import SchemeNumbers
from moderation.access import can_approve
from moderation.models import AgreedMark, Board, BoardCandidate, Disagreement
from moderation.queries.agreeing import (
    disagreements_visible_to,
    is_nobodys,
    markers_who_go_on,
    reads_sheets,
    round_of,
)
from moderation.queries.boards import ties_of, waiting_for_a_list
from moderation.queries.duties_declaring import declarations_to_ask_for
from moderation.queries.duties_diplomas import diplomas_to_issue, own_diploma
from moderation.queries.duties_sampling import samples_to_answer, samples_to_judge
from moderation.queries.pool import declaration_standing, place_of
from moderation.states import BoardState, PoolState
from training.models import Appointment, Milestone, TrainingRecord
from training.queries import TRAINEE
from training.states import RECORD_ENDED, AppointmentKind, MilestoneKind

OFFICE, MODERATOR, ADJUDICATOR = "scheme office", "moderator", "adjudicator"
Rows = Iterator[WaitingRow]


def duties_for(user: User, today: date) -> list[WaitingRow]:
    """What waits for a person in moderation, one row a duty (N)."""
    return duties_and_others(user, today)[0]


def own_duties(user: User, today: date, stands: frozenset[str]) -> list[WaitingRow]:
    """What waits within a training, for lists of the trainees around whom a person stands as `stands` says (N)."""
    part = _Part(user, today, stands)
    return [row for duties in (_marks, _samples_to_judge, _samples_to_answer) for row in duties(part)]


def others_for(user: User, today: date) -> list[WaitingRow]:
    """What a person waits for in moderation."""
    return duties_and_others(user, today)[1]


def duties_and_others(
    user: User, today: date, stands: frozenset[str] | None = None
) -> tuple[list[WaitingRow], list[WaitingRow]]:
    """Both of a person: attempts that markers differ about and boards are looked at once for the two.

    `stands`: as what they stand in training, for a caller who has asked (`training.queries.stands_as`).
    """
    part = _Part(user, today, stands)
    return [row for duties in DUTIES for row in duties(part)], [row for others in OTHERS for row in others(part)]


class _Part:
    """A person on a day, with what duties and others both read; each is asked for once, when it is needed."""

    def __init__(self, user: User, today: date, stands: frozenset[str] | None = None) -> None:
        self.user = user
        self.today = today
        self.stands = stands
        self.may_train = stands is None or TRAINEE in stands

    def may_stand(self, kind: AppointmentKind) -> bool:
        """Whether the person may hold a function in some training on the day; yes where nobody has asked."""
        return self.stands is None or kind in self.stands

    def holds(self, role: Role) -> bool:
        """Whether the person holds a role on the day."""
        return holds(self.user, role, self.today)

    @cached_property
    def numbers(self) -> SchemeNumbers:
        """The scheme's numbers on the day."""
        return numbers_on(self.today)

    @cached_property
    def disagreed(self) -> list[StageAttempt]:
        """Attempts that the person sees and whose markers still differ, in training that goes on, the oldest first."""
        if not self._some_differ:
            return []
        rows = disagreements_visible_to(self.user, self.today).filter(state=StageState.DISAGREED)
        return list(rows.exclude(record__state__in=RECORD_ENDED).order_by(F("differed_at"), "pk"))

    @cached_property
    def going_on(self) -> dict[int, list[User]]:
        """Which markers of these attempts can still agree a result; one query."""
        return markers_who_go_on(self.disagreed, self.today) if self.disagreed else {}

    def is_nobodys(self, row: StageAttempt) -> bool:
        """Whether one of these attempts waits for the office to appoint an adjudicator."""
        return is_nobodys(row, self.going_on[row.pk], self.today)

    @property
    def _some_differ(self) -> bool:
        """Whether the costly question is worth asking: markers differ about something of this person's, or for the
        office about anything. A cheap question, and the answer is nearly always no."""
        if self.holds(Role.OFFICE):
            return StageAttempt.objects.filter(state=StageState.DISAGREED).exists()
        own = {"marker": self.user, "state": MarkSheetState.SUBMITTED}
        sheets = MarkSheet.objects.filter(**own, attempt__state=StageState.DISAGREED).order_by()
        settles = Disagreement.objects.filter(adjudicator__person=self.user, attempt__state=StageState.DISAGREED)
        return bool(sheets.values("attempt").union(settles.order_by().values("attempt"))[:1])

    @cached_property
    def proposals(self) -> dict[int, AgreedMark]:
        """The last proposal about each of these attempts that is not settled since; one query."""
        open_ = {"disagreement__attempt__in": self.disagreed, "disagreement__settled_at__isnull": True}
        found = AgreedMark.objects.filter(accepts__isnull=True, **open_)
        rows = found.select_related("disagreement").order_by("made_at", "pk")
        return {row.disagreement.attempt_id: row for row in rows} if self.disagreed else {}

    @cached_property
    def boards(self) -> list[Board]:
        """The person's drafts with somebody on them, and every list that is proposed."""
        listed = Exists(BoardCandidate.objects.filter(board=OuterRef("pk")))
        drafts = Q(listed, state=BoardState.DRAFT, made_by=self.user)
        return list(Board.objects.filter(drafts | Q(state=BoardState.PROPOSED)).order_by("held_on", "pk"))


# --- the office appoints (E3) ---


def _nobody(kind: AppointmentKind, today: Any) -> Q:
    """The condition for records that nobody moderates in this function, now or soon."""
    held = Appointment.objects.filter(record=OuterRef("pk"), kind=kind)
    return ~Q(Exists(held.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today))))


def _due(kind: MilestoneKind) -> Subquery:
    """The day of a milestone that is not reached."""
    steps = Milestone.objects.filter(record=OuterRef("pk"), kind=kind, done_on__isnull=True)
    return Subquery(steps.order_by().values("due_on")[:1], output_field=DateField())


def _moderators(part: _Part) -> Rows:
    """Everybody enrolled has an External Moderator before the first meeting; a Supporting Moderator is wanted from the
    notice of the portfolio's milestone, or the sealed Practical, until the Viva is passed."""
    if not part.holds(Role.OFFICE):
        return
    today = part.today
    near = today + timedelta(days=part.numbers.milestone_notice_days)
    for pk, name, enrolled_at, left_on, external, supporting, meets, portfolio in _unmoderated(today, near):
        if external:
            since = left_on + timedelta(days=1) if left_on else london_date(enrolled_at)
            yield _appoint(pk, name, "Appoint an External Moderator", "external", meets, since)
        if supporting:
            yield _appoint(pk, name, "Appoint a Supporting Moderator", "supporting", portfolio)


@prepared
def _unmoderated(today: Any, near: Any) -> QuerySet[TrainingRecord, Any]:
    """The records that want a moderator: whose, since when, which one, and the days of their milestones."""
    running = TrainingRecord.objects.exclude(state__in=RECORD_ENDED)
    rows = running.annotate(meets=_due(MilestoneKind.FIRST_MEETING), portfolio=_due(MilestoneKind.PORTFOLIO))
    before = Appointment.objects.filter(record=OuterRef("pk"), kind=AppointmentKind.EXTERNAL_MODERATOR)
    rows = rows.annotate(left_on=Subquery(before.order_by("-ends_on").values("ends_on")[:1]))
    rows = rows.annotate(
        external=_wanted(_nobody(AppointmentKind.EXTERNAL_MODERATOR, today)),
        supporting=_wanted(_nobody(AppointmentKind.SUPPORTING_MODERATOR, today) & _final_is_near(near)),
    ).filter(Q(external=True) | Q(supporting=True))
    columns = ("pk", "trainee__full_name", "enrolled_at", "left_on", "external", "supporting", "meets", "portfolio")
    return rows.order_by("trainee__sort_name", "pk").values_list(*columns)


def _wanted(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _final_is_near(near: Any) -> Q:
    """The condition for records that come to their Final Assessment by a day and have not passed its Viva."""
    sealed = PracticalSeal.objects.filter(attempt__record=OuterRef("pk"))
    passed = Outcome.objects.filter(
        record=OuterRef("pk"), stage=Stage.VIVA, state=OutcomeState.RELEASED, result=Result.PASS
    )
    return (Q(portfolio__lte=near, year_two__isnull=False) | Q(Exists(sealed))) & ~Q(Exists(passed))


def _appoint(pk: int, name: str, what: str, kind: str, due: date | None, since: date | None = None) -> WaitingRow:
    return WaitingRow(what, reverse("moderation:pick", args=[pk, kind]), name, OFFICE, since, due, "Choose")


# --- moderators declare (E4) ---


def _declaration(part: _Part) -> Rows:
    """Whoever was invited joins by signing; a declaration that ends soon or has ended is signed anew."""
    if not part.holds(Role.MODERATOR):
        return
    today = part.today
    place = place_of(part.user, today)
    if place is None or place.state == PoolState.RETIRED:
        return
    standing = declaration_standing(place.declared_at, today, part.numbers)  # type: ignore[attr-defined]  # annotated by place_of
    if standing.renewable:
        since = london_date(place.entered_at) if standing.until is None else None
        url, due = reverse("moderation:declare"), standing.until
        yield WaitingRow("Sign the confidentiality declaration", url, "", MODERATOR, since, due, "Read and sign")


def _declarations_of_others(part: _Part) -> Rows:
    """The office asks for the declaration of whoever moderates without one in date (E4)."""
    if part.holds(Role.OFFICE):
        yield from declarations_to_ask_for(part.today, part.numbers, OFFICE)


# --- markers agree, an adjudicator settles (F5) ---


def _adjudicator(row: StageAttempt) -> Appointment | None:
    """The appointment of whoever settles an attempt now; None while the markers have it."""
    found = round_of(row)
    return found.adjudicator if found is not None else None


def _mark(row: StageAttempt, what: str, since: datetime, role: str = "", who: str = "") -> WaitingRow:
    about = f"{who}{row.record.trainee}, {row}"
    url = reverse("moderation:disagreement", args=[row.pk])
    return WaitingRow(what, url, about, role, london_date(since), record=row.record_id)


def _nudging(shown: WaitingRow, row: StageAttempt, people: Sequence[User], but: int | None) -> WaitingRow:
    """With whom it waits for, `but` whoever has done their part already: the other marker, or who waits (F5)."""
    wanted = tuple(person.pk for person in people if person.pk != but)
    return replace(shown, waits=WaitsFor(f"moderation.result:{row.pk}", wanted, row.record.trainee_id))


def _marks(part: _Part) -> Rows:
    """The markers agree a result; the adjudicator settles it (F5)."""
    if not part.holds(Role.MODERATOR):
        return
    for row in part.disagreed:
        held, proposal = _adjudicator(row), part.proposals.get(row.pk)
        if part.is_nobodys(row):
            continue
        if held is not None:
            if row.as_adjudicator:  # type: ignore[attr-defined]  # annotated by the query that found it
                yield _mark(row, "Settle a result", held.made_at, ADJUDICATOR)
        elif not row.as_marker:  # type: ignore[attr-defined]  # annotated by the query that found it
            continue
        elif proposal is None:
            yield _mark(row, "Agree a result", row.differed_at, MODERATOR)  # type: ignore[attr-defined]  # annotated by the query that found it
        elif proposal.made_by_id != part.user.pk:
            yield _mark(row, "Answer a proposed result", proposal.made_at, MODERATOR)


def _marks_with_the_other(part: _Part) -> Rows:
    """A marker waits for the answer of the other (F5)."""
    if not part.holds(Role.MODERATOR):
        return
    mine = [
        (row, proposal)
        for row in part.disagreed
        if _adjudicator(row) is None
        and not part.is_nobodys(row)
        and (proposal := part.proposals.get(row.pk)) is not None
        and proposal.made_by_id == part.user.pk
    ]
    for row, proposal in mine:
        markers = part.going_on[row.pk]
        yield _nudging(_mark(row, "Answer a proposed result", proposal.made_at), row, markers, part.user.pk)


def _marks_of_nobody(part: _Part) -> Rows:
    """The office appoints an adjudicator where no two markers are left to agree, or whoever was to settle it does not
    (F5)."""
    if not part.holds(Role.OFFICE):
        return
    for row in part.disagreed:
        if not reads_sheets(row) and part.is_nobodys(row):
            shown = _mark(row, "Appoint an adjudicator", row.differed_at, OFFICE)  # type: ignore[attr-defined]  # annotated by the query that found it
            yield replace(shown, url=reverse("moderation:adjudicators", args=[row.pk]), button="Choose")


def _marks_with_markers(part: _Part) -> Rows:
    """The office waits for markers who differ, and for adjudicators; not for itself (F5)."""
    if not part.holds(Role.OFFICE):
        return
    for row in part.disagreed:
        if reads_sheets(row) or part.is_nobodys(row):
            continue
        held = _adjudicator(row)
        if held is not None:
            shown = _mark(row, "Settle a result", held.made_at, who=f"{held.person}: ")
            yield _nudging(shown, row, [held.person], part.user.pk)
        else:
            who, proposal = " and ".join(str(marker) for marker in part.going_on[row.pk]), part.proposals.get(row.pk)
            shown = _mark(row, "Agree a result", row.differed_at, who=f"{who}: ")  # type: ignore[attr-defined]  # annotated by the query that found it
            yield _nudging(shown, row, part.going_on[row.pk], proposal.made_by_id if proposal else None)


# --- boards (F7) ---


def _boards(part: _Part) -> Rows:
    """Who passed all stages is put on a list; whoever made it proposes it; another who took no part approves it."""
    if not part.holds(Role.OFFICE):
        return
    waiting, since = waiting_for_a_list()
    if since is not None:
        what = f"Put {waiting} {'trainee' if waiting == 1 else 'trainees'} on a list for the board"
        url, about = reverse("moderation:boards"), "passed all four stages"
        yield WaitingRow(what, url, about, OFFICE, london_date(since), button="See who")
    for board in part.boards:
        if board.state == BoardState.DRAFT:
            yield _board(board, "Propose the list", board.made_at)
    proposed = [board for board in part.boards if board.state == BoardState.PROPOSED]
    yield from _to_approve(part.user, part.today, [row for row in proposed if row.proposed_by_id != part.user.pk])


def _to_approve(user: User, today: date, boards: list[Board]) -> Rows:
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


def _boards_of_others(part: _Part) -> Rows:
    """Whoever proposed a list waits for its approval."""
    if not part.holds(Role.OFFICE):
        return
    mine = [row for row in part.boards if row.state == BoardState.PROPOSED and row.proposed_by_id == part.user.pk]
    for board in mine:
        row = _board(board, "Approve the list", board.proposed_at, role="")
        yield nudging(row, None, "Anybody of the office who took no part can approve it")


def _diplomas_to_issue(part: _Part) -> Rows:
    return diplomas_to_issue(part.user, part.today) if part.holds(Role.OFFICE) else iter(())


def _own_diploma(part: _Part) -> Rows:
    return own_diploma(part.user) if part.may_train else iter(())


def _samples_to_judge(part: _Part) -> Rows:
    moderates = part.may_stand(AppointmentKind.EXTERNAL_MODERATOR)
    return samples_to_judge(part.user, part.today) if moderates else iter(())


def _samples_to_answer(part: _Part) -> Rows:
    supervises = part.may_stand(AppointmentKind.SUPERVISOR)
    return samples_to_answer(part.user, part.today) if supervises else iter(())


DutiesOf = Callable[[_Part], Rows]
DUTIES: tuple[DutiesOf, ...] = (
    _moderators,
    _declaration,
    _declarations_of_others,
    _marks,
    _marks_of_nobody,
    _boards,
    _diplomas_to_issue,
    _samples_to_judge,
    _samples_to_answer,
)
OTHERS: tuple[DutiesOf, ...] = (_marks_with_the_other, _marks_with_markers, _boards_of_others, _own_diploma)
