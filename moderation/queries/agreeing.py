"""Attempts about which two markers differ: who sees them, both sheets side by side, what was proposed (F5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Greatest

from assessments.models import Mark, MarkSheet, OutcomeQuery, StageAttempt
from assessments.queries.marking import BothSheets, both_sheets
from assessments.rules import display_mark, portfolio_outcome, viva_outcome, viva_percent
from assessments.states import Result, Stage, StageState
from ctts.accounts.models import User
from ctts.common.digest import sha256
from ctts.organisations.access import holds, on_day
from ctts.organisations.states import Role
from ctts.scheme.queries import numbers_of
from moderation.access import MARKS_AS, disagreement_of, is_in_force, standing_sheets, submitted_sheets
from moderation.models import Adjudication, AgreedMark, Disagreement
from training.models import Appointment
from training.states import AppointmentKind


@dataclass(frozen=True, slots=True)
class Point:
    """One criterion or domain as both marked it: two values, two texts, whether they differ."""

    label: str
    values: tuple[str, str]
    words: tuple[str, str]
    pages: tuple[str, str]
    differs: bool


@dataclass(frozen=True, slots=True)
class SideBySide:
    """The two submitted sheets of an attempt in words, External Moderator first, and how they differ."""

    markers: tuple[User, User]
    roles: tuple[str, str]
    results: tuple[str, str]
    words: tuple[str, str]
    points: list[Point]
    differences: tuple[str, ...]


def disagreements_visible_to(user: User, today: date) -> QuerySet[StageAttempt]:
    """Attempts whose result is or was the markers' to agree: the two markers' own while they are appointed, the
    adjudicator's own, and for the office that they are there. For the trainee and all others they do not exist (quality
    rule 9).

    Each has `differed_at`, since when it is theirs; `queried_at`, when the office last queried it; whether the person
    is a marker or the adjudicator of it (`as_marker`, `as_adjudicator`); and `rounds`, what was written, last first.
    """
    last = submitted_sheets().filter(attempt=OuterRef("pk")).order_by("-submitted_at")
    written = Disagreement.objects.filter(attempt=OuterRef("pk"))
    rows = StageAttempt.objects.filter(Q(state=StageState.DISAGREED) | Q(Exists(written)))
    rows = rows.select_related("record__trainee", "record__scope", "record__rules")
    rows = rows.exclude(record__trainee=user).annotate(
        queried_at=Subquery(_queries().values("queried_at")[:1]),
        differed_at=Greatest(Subquery(last.values("submitted_at")[:1]), F("queried_at")),
        as_marker=_as_marker(user, today),
        as_adjudicator=_as_adjudicator(user, today),
    )
    rows = rows.prefetch_related(Prefetch("disagreements", _rounds(), to_attr="rounds"))
    if holds(user, Role.OFFICE, today):
        return rows
    return rows.filter(Q(as_marker=True) | Q(as_adjudicator=True))


def _queries() -> QuerySet[OutcomeQuery]:
    """Why the office gave back the outcomes of the attempt in an outer query, the last first."""
    of_attempt = {f"outcome__{name}": OuterRef(name) for name in ("record", "stage", "attempt")}
    return OutcomeQuery.objects.filter(**of_attempt).order_by("-queried_at", "-pk")


def _rounds() -> QuerySet[Disagreement]:
    return Disagreement.objects.select_related("adjudicator__person").order_by("-pk")


def round_of(attempt: StageAttempt) -> Disagreement | None:
    """`access.disagreement_of` for an attempt that `disagreements_visible_to` found, without another question."""
    last: Disagreement | None = next(iter(attempt.rounds), None)  # type: ignore[attr-defined]  # set by the query that found it
    over = last is not None and last.settled_at is not None and attempt.state == StageState.DISAGREED
    return None if over else last


def _as_marker(user: User, today: date) -> Exists:
    return Exists(standing_sheets(today).filter(attempt=OuterRef("pk"), marker=user))


def _as_adjudicator(user: User, today: date) -> Exists:
    held = Appointment.objects.filter(on_day(today), person=user, kind=AppointmentKind.ADJUDICATOR)
    return Exists(Disagreement.objects.filter(attempt=OuterRef("pk"), adjudicator__in=held))


def reads_sheets(attempt: StageAttempt) -> bool:
    """Whether whoever found this attempt by `disagreements_visible_to` reads both sheets: markers and adjudicator do;
    the office learns nothing of the marks before it confirms what was settled (quality rule 9)."""
    return bool(attempt.as_marker or attempt.as_adjudicator)  # type: ignore[attr-defined]  # annotated by the query that found it


def markers_of(attempts: Sequence[StageAttempt]) -> dict[int, list[User]]:
    """The two markers of each attempt by its id, External Moderator first; one query."""
    return _by_attempt(submitted_sheets(), attempts)


def markers_who_go_on(attempts: Sequence[StageAttempt], today: date) -> dict[int, list[User]]:
    """Of the markers of each attempt those who still hold the function in which they marked and have access: only two
    of them can agree a result (F5); one query."""
    return _by_attempt(standing_sheets(today), attempts)


def _by_attempt(sheets: QuerySet[MarkSheet], attempts: Sequence[StageAttempt]) -> dict[int, list[User]]:
    found: dict[int, list[User]] = {attempt.pk: [] for attempt in attempts}
    for sheet in sheets.filter(attempt__in=attempts).select_related("marker").order_by("role"):
        found[sheet.attempt_id].append(sheet.marker)
    return found


def is_nobodys(attempt: StageAttempt, going_on: Sequence[User], today: date) -> bool:
    """Whether nobody can settle a difference until the office appoints somebody: the adjudicator's appointment ended
    before, or one of the markers does not go on (F5). `attempt` as `disagreements_visible_to` found it."""
    found = round_of(attempt)
    if found is not None and found.adjudicator is not None:
        return not is_in_force(found.adjudicator, today)
    return len(going_on) < len(MARKS_AS)


def side_by_side(attempt: StageAttempt) -> SideBySide | None:
    """Both submitted sheets of an attempt side by side, in words; None while one is missing."""
    found = both_sheets(attempt)
    if found is None:
        return None
    first, second = found.external, found.supporting
    return SideBySide(
        markers=(first.marker, second.marker),
        roles=(first.get_role_display(), second.get_role_display()),
        results=_results(attempt, found),
        words=(first.words, second.words),
        points=[_point(row.title, row.external, row.supporting, row.differs) for row in found.points],
        differences=_differences(attempt, found),
    )


def _point(label: str, first: Mark, second: Mark, differs: bool) -> Point:
    values = (_value(first), _value(second))
    return Point(label, values, (first.words, second.words), (first.pages, second.pages), differs)


def _value(mark: Mark) -> str:
    return str(mark.score) if mark.score is not None else mark.get_result_display()


def _results(attempt: StageAttempt, found: BothSheets) -> tuple[str, str]:
    first, second = (sheet.get_result_display() for sheet in (found.external, found.supporting))
    if attempt.stage != Stage.VIVA:
        return first, second
    numbers = numbers_of(attempt.record.rules)
    one, other = (display_mark(viva_percent(scores, numbers)) for scores in _scores(found))
    return f"{first}, {one} %", f"{second}, {other} %"


def _scores(found: BothSheets) -> tuple[list[int], list[int]]:
    pairs = [(row.external.score, row.supporting.score) for row in found.points]
    return [one for one, _ in pairs if one is not None], [other for _, other in pairs if other is not None]


def _differences(attempt: StageAttempt, found: BothSheets) -> tuple[str, ...]:
    if attempt.stage == Stage.VIVA:
        return viva_outcome(*_scores(found), numbers_of(attempt.record.rules)).disagreements
    return portfolio_outcome(found.external.result, found.supporting.result).disagreements


def proposals_of(attempt: StageAttempt) -> QuerySet[AgreedMark]:
    """What the markers proposed and accepted, the newest first."""
    rows = AgreedMark.objects.filter(disagreement__attempt=attempt).select_related("made_by", "accepts")
    return rows.order_by("-made_at", "-pk")


def standing_proposal(attempt: StageAttempt) -> AgreedMark | None:
    """The proposal that waits for the other marker: the last one; None before any and once the result is settled."""
    return proposals_of(attempt).filter(disagreement__settled_at__isnull=True).first()


def percent_of(row: Any) -> Fraction | None:
    """The exact per cent of a proposal or an adjudication; None for a Portfolio."""
    return None if row.denominator is None else Fraction(row.numerator, row.denominator)


def agreed_words(row: Any) -> str:
    """A proposed or settled result in words: "Pass, 62.5 %"."""
    percent, label = percent_of(row), str(Result(row.result).label)
    return label if percent is None else f"{label}, {display_mark(percent)} %"


def sheets_content(attempt: StageAttempt) -> dict[str, Any]:
    """Both sheets in keys and digests: what is settled about, and what an adjudicator signs."""
    rows = submitted_sheets().filter(attempt=attempt).order_by("role")
    signed = dict(rows.values_list("role", "signature__content_sha256"))
    return {"attempt": attempt.pk, "stage": attempt.stage, "sheets": signed}


def agreeing_digest(attempt: StageAttempt) -> str:
    """The digest of what a page shows of a disagreement: the sheets, where it stands, the last proposal."""
    found, last = disagreement_of(attempt), proposals_of(attempt).first()
    standing = {"state": found.state if found else "", "last": last.pk if last else None}
    return sha256({**sheets_content(attempt), **standing})


def adjudication_of(attempt: StageAttempt) -> Any:
    """What an adjudicator settled and signed last, if one did."""
    return Adjudication.objects.filter(disagreement__attempt=attempt).order_by("-pk").first()
