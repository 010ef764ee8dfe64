"""What was filled in on a phone without signal arrives: once, whole, over nothing that is newer (T5, screens 11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.races import taken_means
from ctts.common.verdict import Invalid, TooLate, require
from ctts.scheme.models import DopsForm
from training import access
from training.actions._external import lock_dops
from training.actions._practice import note
from training.actions._steps import lock_record
from training.actions.dops import save_header, save_scores, save_words, start_dops
from training.actions.drafting import keep_draft
from training.models import Dops, DopsArrival, TrainingDraft, TrainingRecord
from training.queries.dops import dops_step_key
from training.queries.offline import Fields, Standing, end_words, items_of_forms, steps_standing, tidy
from training.states import DopsState

TAKEN = "This was sent by somebody else. It is kept on this phone; nothing of it was written."


@dataclass(frozen=True, slots=True)
class Part:
    """One step as it was filled in: the raw `fields` of its form, and the `values` that they give where they are whole.

    `seen` and `version` say which text of the server's it goes on from; both are empty for a DOPS begun on the phone.
    """

    step: int
    fields: Fields
    values: Mapping[Any, Any] | None
    seen: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True)
class Parcel:
    """One sending: of which record, for which DOPS or one begun on the phone (`begun` is its key), and its parts."""

    key: UUID
    record_id: int
    begun: UUID
    dops_id: int | None
    parts: Sequence[Part]
    form: DopsForm | None = None


class Differs(TooLate):
    """The server has newer, other text for some steps; `there` says for each what it is, and nothing was written."""

    def __init__(self, there: Mapping[int, Standing]) -> None:
        super().__init__("Newer text is saved on the server. Nothing was written over it.")
        self.there = there


class Ended(TooLate):
    """The DOPS was taken back, voided or declined meanwhile: the observation can be sent as a DOPS of one's own."""


@transaction.atomic
def take_in(*, by: User, now: datetime, parcel: Parcel) -> DopsArrival:
    """Take what an assessor filled in without signal: whole steps are saved, others are kept as typed (T5).

    The same sending again is the same arrival and writes nothing; so is the same DOPS, begun once. Raises Differs while
    the server has newer text in any of its steps, Ended for a DOPS that was taken back, NotAllowed and TooLate as the
    steps of every DOPS do.
    """
    record = lock_record(parcel.record_id)
    known = DopsArrival.objects.select_related("dops").filter(key=parcel.key, sender=by).first()
    if known is not None:
        return known
    begins = parcel.dops_id is None and not Dops.objects.filter(key=parcel.begun).exists()
    dops = _dops_of(parcel, record, by, now)
    items = items_of_forms([dops.form_id])
    there = steps_standing(by, [dops], items)[dops.pk]
    newer = {part.step: there[part.step] for part in parcel.parts if not begins and _is_newer(there[part.step], part)}
    if newer:
        raise Differs(newer)
    for part in parcel.parts:
        stands, sent = there[part.step], tidy(part.fields)
        if sent and (stands.unsaved or sent != tidy(stands.fields)):
            _lay_down(dops, part, stands, by=by, now=now)
    with taken_means(TooLate(TAKEN)):
        arrival = DopsArrival.objects.create(key=parcel.key, dops=dops, sender=by, arrived_at=now)
    note("dops.arrived", record, dops, by=by, now=now, steps=[part.step for part in parcel.parts])
    return arrival


def _dops_of(parcel: Parcel, record: TrainingRecord, by: User, now: datetime) -> Dops:
    """The locked DOPS that a parcel is about, begun by it where it has not arrived before."""
    if parcel.dops_id is None:
        begun = start_dops(by=by, now=now, record_id=record.pk, key=parcel.begun, form=parcel.form)
    dops = lock_dops(parcel.dops_id or begun.pk)
    if dops.record_id != record.pk:
        raise TooLate("This DOPS belongs to another training record. It is kept on this phone.")
    may = access.can_write_dops(by, dops, london_date(now))
    if may.kind == "late" and dops.state in {DopsState.DECLINED, DopsState.VOIDED}:
        raise Ended(end_words(dops))
    require(may)
    return dops


def _is_newer(there: Standing, part: Part) -> bool:
    """Whether the server has text of a step that the phone never saw and that says something else."""
    if (there.seen, there.version) == (part.seen, part.version):
        return False
    return bool(tidy(there.fields)) and tidy(there.fields) != tidy(part.fields)


def _lay_down(dops: Dops, part: Part, there: Standing, *, by: User, now: datetime) -> None:
    """Save a step that is whole and right; keep any other as it was typed, for its form to say what is missing."""
    if part.values is not None:
        try:
            with transaction.atomic():
                return _save(dops, part, there.seen, by=by, now=now)
        except Invalid:
            pass
    key = dops_step_key(dops.pk, part.step)
    version = TrainingDraft.objects.filter(owner=by, form_key=key).values_list("version", flat=True).first() or 0
    kept = dict(part.fields)
    keep_draft(by=by, now=now, record_id=dops.record_id, form_key=key, fields=kept, seen_version=version)
    return None


def _save(dops: Dops, part: Part, seen: str, *, by: User, now: datetime) -> None:
    given: dict[str, Any] = {"by": by, "now": now, "dops_id": dops.pk, "seen": seen}
    if part.step == 1:
        save_header(values=part.values or {}, **given)
    elif part.step == 4:
        save_words(values=part.values or {}, **given)
    else:
        save_scores(step_number=part.step, scores=part.values or {}, **given)
