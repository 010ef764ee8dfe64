"""The training plan as it stands: its words, the version last signed, who has signed it (T1)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import QuerySet

from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.digest import sha256
from ctts.common.prepared import prepared
from ctts.common.templatetags.formats import day
from training.models import Meeting, PlanAgreement, PlanItem, TrainingRecord
from training.rules import PlanRow
from training.states import PlanState

COLUMNS = ("how", "where", "with_whom", "by_on")
TRAINEE = "Trainee"


@dataclass(frozen=True, slots=True)
class PlanStanding:
    """Where a plan stands. `version` is the one that a signature now would bear; `signed` are its signatures so far.

    `agreed` is the number of the version last signed by both, 0 before the first; `changed_at` when the plan came to
    be as it is now, None where it is as it was at enrolment.
    """

    content: dict[str, Any]
    digest: str
    version: int
    state: PlanState
    signed: Sequence[PlanAgreement]
    agreed: int
    changed_at: datetime | None = None

    def has_signed(self, person_id: int) -> bool:
        """Whether this person has signed the plan as it is now."""
        return any(row.signer_id == person_id for row in self.signed)


def item_digest(item: PlanItem) -> str:
    """The digest of what the plan says about one competency."""
    values = {name: getattr(item, name) for name in COLUMNS}
    return sha256({**values, "item": item.pk})


@dataclass(frozen=True, slots=True)
class PlanGroup:
    """The competencies of one group of a plan, in its order. `seen` is the digest of the order within the group; what
    is first or last of all that the group has cannot be moved further."""

    title: str
    rows: Sequence[PlanItem]
    seen: str
    first: int
    last: int


def group_of(item: PlanItem) -> list[PlanItem]:
    """The competencies of the same record and group as this one, in the order of the plan (T1)."""
    rows = PlanItem.objects.filter(record=item.record_id, item__group=item.item.group)
    return list(rows.order_by("position", "pk"))


@dataclass(frozen=True, slots=True)
class PlanPlace:
    """Where a competency stands among those of its group: its number from 1 on, and how many they are."""

    number: int
    many: int


def place_in_group(item: PlanItem) -> PlanPlace:
    """The place of a competency in its group of the plan (T1)."""
    keys = [row.pk for row in group_of(item)]
    return PlanPlace(keys.index(item.pk) + 1, len(keys))


def order_digest(rows: Iterable[PlanItem]) -> str:
    """The digest of the order in which competencies stand."""
    return sha256([row.pk for row in rows])


def plan_groups(rows: Iterable[PlanItem]) -> list[PlanGroup]:
    """A plan (with `item` loaded, in its order) by group, as the matrix shows it (T1, screens 4)."""
    runs = [(title, list(run)) for title, run in groupby(rows, key=lambda row: row.item.group)]
    whole: dict[str, list[PlanItem]] = {}
    for title, run in runs:
        whole.setdefault(title, []).extend(run)
    seen = {title: order_digest(group) for title, group in whole.items()}
    return [PlanGroup(title, run, seen[title], whole[title][0].pk, whole[title][-1].pk) for title, run in runs]


def plan_standing(record: TrainingRecord) -> PlanStanding:
    """The plan of one record now, and how far its agreement is (T1)."""
    return plan_standings([record.pk])[record.pk]


def plan_standings(record_ids: Collection[int]) -> dict[int, PlanStanding]:
    """The plans of records, by record; two queries, whatever their number."""
    contents: dict[int, list[dict[str, Any]]] = {pk: [] for pk in record_ids}
    changed: dict[int, datetime] = {}
    for record, item, code, planned_at, *values in _planned(list(record_ids)):
        if planned_at is not None:
            changed[record] = max(planned_at, changed.get(record, planned_at))
        row = dict(zip(COLUMNS, values, strict=True))
        row["by_on"] = row["by_on"].isoformat() if row["by_on"] else None
        contents[record].append({"item": item, "code": code, **row})
    agreements: dict[int, list[PlanAgreement]] = {pk: [] for pk in record_ids}
    for agreement in _agreed(list(record_ids)):
        agreements[agreement.record_id].append(agreement)
    return {pk: _standing(pk, items, agreements[pk], changed.get(pk)) for pk, items in contents.items()}


@prepared
def _planned(records: Any) -> QuerySet[PlanItem, Any]:
    rows = PlanItem.objects.filter(record__any_of=records).order_by("record", "position")
    return rows.values_list("record", "pk", "item__code", "planned_at", *COLUMNS)


@prepared
def _agreed(records: Any) -> QuerySet[PlanAgreement]:
    return PlanAgreement.objects.filter(record__any_of=records).order_by("-version", "signed_at", "pk")


def _standing(
    record_id: int, items: list[dict[str, Any]], agreements: list[PlanAgreement], changed_at: datetime | None
) -> PlanStanding:
    content = {"record": record_id, "items": items}
    digest = sha256(content)
    latest = agreements[0].version if agreements else 0
    same = bool(agreements) and agreements[0].content_sha256 == digest
    signed = [row for row in agreements if same and row.version == latest]
    by_trainee = {row.version for row in agreements if row.role == TRAINEE}
    by_others = {row.version for row in agreements if row.role != TRAINEE}
    agreed = max(by_trainee & by_others, default=0)
    state = PlanState.PROPOSED if signed else PlanState.DRAFT
    if same and agreed == latest:
        state = PlanState.AGREED
    return PlanStanding(content, digest, latest if same else latest + 1, state, signed, agreed, changed_at)


def plan_agreements(record: TrainingRecord) -> list[PlanAgreement]:
    """Every signature under a version of the plan, newest version first; all are kept (T1)."""
    return list(PlanAgreement.objects.filter(record=record).order_by("-version", "signed_at", "pk"))


@dataclass(frozen=True, slots=True)
class PlanVersion:
    """A version of a plan: since when both agreed it, None where one of the two signed it only; whose signatures, its
    rows word for word, and the meetings at which the External Moderator reviewed it. `number` 0 is the plan as it
    stands now."""

    number: int
    agreed_at: datetime | None
    signed: Sequence[PlanAgreement]
    items: Sequence[PlanRow]
    reviews: Sequence[Meeting] = ()

    def __str__(self) -> str:
        if not self.number:
            return "The plan as it stands now"
        if self.agreed_at is None:
            return f"Version {self.number}, signed by one of the two only"
        return f"Version {self.number}, agreed {day(self.agreed_at)}"


@dataclass(frozen=True, slots=True)
class PlanHistory:
    """Every version of a plan that somebody signed, the newest first; and reviews held before any version was agreed
    (T1, T11)."""

    listed: Sequence[PlanVersion]
    reviewed_before: Sequence[Meeting]


def plan_history(record: TrainingRecord) -> PlanHistory:
    """The agreed versions of a plan with the External Moderator's reviews of each: the version in force on the day of
    the meeting is the one that was reviewed (T1, T11). Two queries."""
    by_version: dict[int, list[PlanAgreement]] = {}
    for agreement in plan_agreements(record):
        by_version.setdefault(agreement.version, []).append(agreement)
    agreed = [(number, at) for number, rows in by_version.items() if (at := _agreed_at(rows)) is not None]
    reviews: dict[int, list[Meeting]] = {}
    meetings = Meeting.objects.filter(record=record, plan_reviewed=True).select_related("written_by")
    for meeting in meetings.order_by("held_on", "pk"):
        in_force = next((number for number, at in agreed if london_date(at) <= meeting.held_on), 0)
        reviews.setdefault(in_force, []).append(meeting)
    listed = [
        PlanVersion(number, _agreed_at(rows), rows, rows[0].content["items"], reviews.get(number, ()))
        for number, rows in by_version.items()
    ]
    return PlanHistory(listed, reviews.get(0, ()))


def _agreed_at(rows: Sequence[PlanAgreement]) -> datetime | None:
    """When the second of the two signed a version; None while one of them has not."""
    trainee = [row.signed_at for row in rows if row.role == TRAINEE]
    others = [row.signed_at for row in rows if row.role != TRAINEE]
    return max(min(trainee), min(others)) if trainee and others else None


def versions_to_compare(history: PlanHistory, standing: PlanStanding) -> list[PlanVersion]:
    """What can be compared, the newest first: the versions that somebody signed, and the plan now where it is none of
    them (T1)."""
    if standing.state != PlanState.DRAFT:
        return list(history.listed)
    return [PlanVersion(0, None, (), standing.content["items"]), *history.listed]


def version_to_sign_after(versions: Sequence[PlanVersion], reader: User) -> PlanVersion | None:
    """With which of these a reader compares the newest before they sign it: the version that they signed last, else
    the one last agreed, else the one before it; None where it is the only one (T1)."""
    before = versions[1:]
    own = [version for version in before if any(row.signer_id == reader.pk for row in version.signed)]
    agreed = [version for version in before if version.agreed_at is not None]
    return next(iter([*own, *agreed, *before]), None)
