"""The competency matrix: a trainee's list by group, with the state of each in a shape and a word (screens 4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.parts import Badge
from ctts.common.states_shown import badge_for
from ctts.common.templatetags.formats import days_between, short_day
from ctts.organisations.access import on_day
from training.models import Appointment, ItemSubmission, PlanItem, SignOff, SupervisorRating, TrainingRecord
from training.queries.changed import changed_items
from training.queries.items import standing_sign_offs
from training.states import AppointmentKind, EvidenceState, ItemState

CHANGED = "changed"
OVERDUE = "overdue"
# What a row shows, of the competency and of the trainee's plan of it.
SHOWN = ("record", "position", "state", "by_on", "own_rating", "item__code", "item__title", "item__group")


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One competency of the list. `evidence` counts what the reader may see; `overdue`: past its planned day.

    Flat, in the words that the page shows: it shows a hundred and fifty of them.
    """

    item: PlanItem
    url: str
    code: str
    title: str
    by_on: date | None
    evidence: str
    rating: str
    supervisor_rating: str
    rated_on: date | None
    badge: Badge
    overdue: bool
    state: str


@dataclass(frozen=True, slots=True)
class MatrixGroup:
    """The competencies of one group that are shown, and how many of all that it has are signed, shown or not."""

    title: str
    rows: Sequence[MatrixRow]
    signed: int
    total: int


def matrix(record: TrainingRecord, reader: User, today: date, state: str = "", late: bool = False) -> list[MatrixGroup]:
    """A record's competencies for one reader, by group in the order of the list; `state` and `late` narrow it.

    Four queries, whatever the length of the list.
    """
    rows = _rows(record, reader)
    sign_offs = standing_sign_offs().filter(item__record=record).order_by().only("item", "signed_at")
    signed = {row.item_id: row for row in sign_offs}
    changed = changed_items(record)
    supervisor = supervisor_of(record, today) if record.ended_on is None else ""
    found = [_matrix_row(row, signed.get(row.pk), row.pk in changed, supervisor, today) for row in rows]
    groups = [_group(title, list(rows), state, late) for title, rows in groupby(found, lambda row: row.item.item.group)]
    return [group for group in groups if group.rows]


def _group(title: str, every: Sequence[MatrixRow], state: str, late: bool) -> MatrixGroup:
    """What the filters leave of a group; its head counts the whole of it."""
    kept = [row for row in every if (not state or row.state == state) and (not late or row.overdue)]
    return MatrixGroup(title, kept, sum(row.item.state == ItemState.SIGNED for row in every), len(every))


def _rows(record: TrainingRecord, reader: User) -> list[PlanItem]:
    readable = Q() if reader.pk == record.trainee_id else Q(mappings__evidence__state=EvidenceState.SHARED)
    last = ItemSubmission.objects.filter(item=OuterRef("pk")).order_by().values("item").annotate(at=Max("submitted_at"))
    rows: QuerySet[PlanItem] = record.items.select_related("item").only(*SHOWN).order_by("position")
    rated = SupervisorRating.objects.filter(item=OuterRef("pk"))  # the one that stands first
    rows = rows.annotate(judged=Subquery(rated.values("rating")[:1]), judged_at=Subquery(rated.values("rated_at")[:1]))
    return list(rows.annotate(shows=Count("mappings", filter=readable), submitted_at=Subquery(last.values("at"))))


def supervisor_of(record: TrainingRecord, today: date) -> str:
    """The name of the current Training Supervisor; "a supervisor" while there is none."""
    rows = Appointment.objects.filter(on_day(today), record=record, kind=AppointmentKind.SUPERVISOR)
    found = rows.select_related("person").first()
    return str(found.person) if found else "a supervisor"


def _matrix_row(item: PlanItem, sign_off: SignOff | None, changed: bool, supervisor: str, today: date) -> MatrixRow:
    """Without a `supervisor` the record has ended: nothing waits for anybody, and nothing is late any more."""
    state = CHANGED if changed else item.state
    word = item.get_state_display()
    if changed:
        word = "Changed since signed"
    elif sign_off is not None:
        word = f"Signed {short_day(sign_off.signed_at)}"
    elif item.state == ItemState.SUBMITTED and not supervisor:
        word = "Submitted, not signed"
    elif item.state == ItemState.SUBMITTED:
        waited = days_between(london_date(item.submitted_at), today)  # type: ignore[attr-defined]  # annotated by _rows
        word = f"Waiting for {supervisor}, {'today' if waited == 'same day' else waited}"
    unsigned = supervisor and item.state != ItemState.SIGNED
    overdue = bool(unsigned and item.by_on is not None and item.by_on < today)
    judged: int | None = item.judged  # type: ignore[attr-defined]  # annotated by _rows
    judged_at: datetime | None = item.judged_at  # type: ignore[attr-defined]  # annotated by _rows
    return MatrixRow(
        item=item,
        url=reverse("training:item", args=[item.pk]),
        code=item.item.code,
        title=item.item.title,
        by_on=item.by_on,
        evidence=str(item.shows),  # type: ignore[attr-defined]  # annotated by _rows
        rating=_of_four(item.own_rating),
        supervisor_rating=_of_four(judged),
        rated_on=london_date(judged_at) if judged is not None and judged_at else None,
        badge=badge_for(state, word),
        overdue=overdue,
        state=state,
    )


def _of_four(rating: int | None) -> str:
    return "" if rating is None else f"{rating} of 4"
