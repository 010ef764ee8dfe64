"""Signatures whose evidence changed since, and was not looked at again; since when each did (T2, T3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Aggregate,
    Count,
    Exists,
    F,
    JSONField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Cast, Coalesce, JSONObject

from ctts.audit.models import AuditEvent
from ctts.audit.rules import chain_of
from training.models import Evidence, PlanItem, SignOff, SignOffConfirmation, TrainingRecord
from training.queries.items import judged_mappings, standing_sign_offs

EVIDENCE = Evidence._meta.label_lower
# What makes the evidence of a competency another one than was signed.
STEPS = [f"training.evidence.{step}" for step in ("share", "answer", "reopen", "mapped")]


class _Pieces(Aggregate):
    """Evidence by its digest, as signatures keep it: id → digest."""

    function = "jsonb_object_agg"
    output_field = JSONField()
    arity = 2


def _evidence_now() -> Combinable:
    """What is shared for the competency of a signature now, as a signature would keep it."""
    rows = judged_mappings().filter(item=OuterRef("item")).order_by().values("item")
    told = rows.annotate(now=_Pieces(Cast("evidence", TextField()), F("evidence__content_sha256")))
    return Coalesce(Subquery(told.values("now")), Value({}, JSONField()))


def changed_sign_offs() -> QuerySet[SignOff]:
    """Standing signatures whose evidence is not what was signed, where nobody has said of it as it is now that the
    signature still holds (T2)."""
    rows = standing_sign_offs().annotate(signed=KeyTransform("evidence", "content"), now=_evidence_now())
    holds = SignOffConfirmation.objects.filter(sign_off=OuterRef("pk"), evidence=OuterRef("now"))
    return rows.filter(~Q(signed=F("now")), ~Exists(holds))


def changed_items(record: TrainingRecord) -> set[int]:
    """The competencies of a record that changed since they were signed (T2)."""
    return set(changed_sign_offs().filter(item__record=record).order_by().values_list("item", flat=True))


def is_changed() -> Exists:
    """Whether a competency changed since it was signed: a column of a query of competencies (T2)."""
    return Exists(changed_sign_offs().filter(item=OuterRef("pk")))


def changed_by_record(records: Sequence[TrainingRecord]) -> dict[int, int]:
    """How many competencies of each record changed since they were signed; records without any are left out (T2)."""
    rows = changed_sign_offs().filter(item__record__in=records).order_by().values("item__record")
    return dict(rows.annotate(many=Count("pk")).values_list("item__record", "many"))


@dataclass(frozen=True, slots=True)
class ChangedSignOff:
    """A signature whose evidence changed since: of which record, under which competency, since when it differs."""

    record: int
    pk: int
    code: str
    since: datetime


def changed_column(records: Any) -> ArraySubquery:
    """The signatures of these records whose evidence changed since, in the order of the list: a column of another
    question, which `changed_told` reads (T2)."""
    rows = changed_sign_offs().filter(item__record__any_of=records).order_by("item__position", "pk")
    of_item = {"record": F("item__record"), "trainee": F("item__record__trainee"), "code": F("item__item__code")}
    both = {"signed": KeyTransform("evidence", "content"), "now": F("now"), "signed_at": F("signed_at")}
    return ArraySubquery(rows.values_list(JSONObject(pk=F("pk"), **of_item, **both)))


def changed_told(column: Iterable[dict[str, Any]]) -> list[ChangedSignOff]:
    """The rows of such a column; one query where there are any, for since when each differs, as the audit tells it."""
    rows = [(row, _differing(row["signed"], row["now"])) for row in column]
    if not rows:
        return []
    pieces, chains = {pk for _, found in rows for pk in found}, {chain_of(row["trainee"]) for row, _ in rows}
    steps = AuditEvent.objects.filter(chain__in=chains, object=EVIDENCE, object_id__in=pieces, action__in=STEPS)
    last = dict(steps.order_by().values("object_id").annotate(last=Max("at")).values_list("object_id", "last"))
    return [
        ChangedSignOff(row["record"], row["pk"], row["code"], _since(row["signed_at"], [last.get(pk) for pk in found]))
        for row, found in rows
    ]


def _differing(signed: dict[str, str], now: dict[str, str]) -> list[int]:
    return [int(pk) for pk in {*signed, *now} if signed.get(pk) != now.get(pk)]


def _since(signed_at: str, steps: Iterable[datetime | None]) -> datetime:
    """The last step after the signature; of what came without a step, the signature itself."""
    signed = datetime.fromisoformat(signed_at)
    return max([signed, *(at for at in steps if at is not None)])


def evidence_of(item: PlanItem) -> dict[str, str]:
    """What is shared for a competency now, as a signature would keep it: id → digest."""
    rows = judged_mappings().filter(item=item).values_list("evidence", "evidence__content_sha256")
    return {str(piece): digest for piece, digest in rows}


def confirmations_of(item: PlanItem) -> list[SignOffConfirmation]:
    """Who looked at what changed under a signature of a competency and said that it still holds, newest first (T2)."""
    rows = SignOffConfirmation.objects.filter(sign_off__item=item).select_related("confirmed_by")
    return list(rows.order_by("-confirmed_at", "-pk"))


def holds_still(
    sign_off: SignOff, evidence: dict[str, str], confirmations: Iterable[SignOffConfirmation]
) -> SignOffConfirmation | None:
    """Who said that a signature still holds for exactly this evidence; None when nobody did (T2)."""
    return next((row for row in confirmations if row.sign_off_id == sign_off.pk and row.evidence == evidence), None)
