"""The training plan as it stands: its words, the version last signed, who has signed it (T1)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from ctts.common.digest import sha256
from ctts.common.prepared import prepared
from training.models import PlanAgreement, PlanItem, TrainingRecord
from training.states import PlanState

COLUMNS = ("how", "where", "with_whom", "by_on")
TRAINEE = "Trainee"


@dataclass(frozen=True, slots=True)
class PlanStanding:
    """Where a plan stands. `version` is the one that a signature now would bear; `signed` are its signatures so far.

    `agreed` is the number of the version last signed by both, 0 before the first.
    """

    content: dict[str, Any]
    digest: str
    version: int
    state: PlanState
    signed: Sequence[PlanAgreement]
    agreed: int

    def has_signed(self, person_id: int) -> bool:
        """Whether this person has signed the plan as it is now."""
        return any(row.signer_id == person_id for row in self.signed)


def item_digest(item: PlanItem) -> str:
    """The digest of what the plan says about one competency."""
    values = {name: getattr(item, name) for name in COLUMNS}
    return sha256({**values, "item": item.pk})


def plan_standing(record: TrainingRecord) -> PlanStanding:
    """The plan of one record now, and how far its agreement is (T1)."""
    return plan_standings([record.pk])[record.pk]


def plan_standings(record_ids: Collection[int]) -> dict[int, PlanStanding]:
    """The plans of records, by record; two queries, whatever their number."""
    contents: dict[int, list[dict[str, Any]]] = {pk: [] for pk in record_ids}
    for record, item, code, *values in _planned(list(record_ids)):
        row = dict(zip(COLUMNS, values, strict=True))
        row["by_on"] = row["by_on"].isoformat() if row["by_on"] else None
        contents[record].append({"item": item, "code": code, **row})
    agreements: dict[int, list[PlanAgreement]] = {pk: [] for pk in record_ids}
    for agreement in _agreed(list(record_ids)):
        agreements[agreement.record_id].append(agreement)
    return {pk: _standing(pk, items, agreements[pk]) for pk, items in contents.items()}


@prepared
def _planned(records: Any) -> QuerySet[PlanItem, Any]:
    rows = PlanItem.objects.filter(record__any_of=records).order_by("record", "position")
    return rows.values_list("record", "pk", "item__code", *COLUMNS)


@prepared
def _agreed(records: Any) -> QuerySet[PlanAgreement]:
    return PlanAgreement.objects.filter(record__any_of=records).order_by("-version", "signed_at", "pk")


def _standing(record_id: int, items: list[dict[str, Any]], agreements: list[PlanAgreement]) -> PlanStanding:
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
    return PlanStanding(content, digest, latest if same else latest + 1, state, signed, agreed)


def plan_agreements(record: TrainingRecord) -> list[PlanAgreement]:
    """Every signature under a version of the plan, newest version first; all are kept (T1)."""
    return list(PlanAgreement.objects.filter(record=record).order_by("-version", "signed_at", "pk"))
