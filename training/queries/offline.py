"""What an assessor's phone keeps for when there is no signal: whom they assess, by which form, what is begun (T5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from ctts.accounts.models import User
from ctts.audit.models import AuditEvent
from ctts.common.clock import london_date
from ctts.common.months import in_words
from ctts.organisations.access import on_day
from ctts.scheme.models import DopsForm, DopsItem, Scope
from ctts.scheme.queries import dops_form_for
from training.models import Appointment, Dops, DopsScore, PlanItem, TrainingDraft, TrainingRecord
from training.queries.dops import DOPS_STEPS, HALF, dops_step_key, scores_digest, step_digest
from training.queries.outliving import assesses_still
from training.states import DOPS_WRITTEN, RECORD_ENDED, AppointmentKind, AssessorKind, DopsState

STEPS = range(1, len(DOPS_STEPS))
HEADER = ("observed_on", "place", "procedure", "complexity", "setting")
WORDS = ("overall", "done_well", "to_improve", "agreed_action")
MOST_RECENT = 5
Fields = Mapping[str, Sequence[str]]


def records_to_start(user: User, today: date) -> QuerySet[TrainingRecord]:
    """Where a person starts a DOPS: as Training Supervisor or External Moderator, never of their own training (T5)."""
    kinds = [AppointmentKind.SUPERVISOR, AppointmentKind.EXTERNAL_MODERATOR]
    held = Appointment.objects.filter(on_day(today), person=user, kind__in=kinds)
    rows = TrainingRecord.objects.filter(pk__in=held.values("record")).exclude(state__in=RECORD_ENDED)
    return rows.exclude(trainee=user).select_related("trainee", "scope", "rules").order_by("trainee__sort_name", "pk")


def dops_to_write(user: User, today: date) -> QuerySet[Dops]:
    """The DOPS that wait for somebody who still assesses the trainee to fill them in; `access.can_write_dops` judges
    each again when it arrives."""
    rows = Dops.objects.filter(assessor=user, state__in=[DopsState.REQUESTED, DopsState.STARTED])
    rows = rows.alias(assesses_still=assesses_still(today)).filter(assesses_still=True)
    rows = rows.filter(~Q(assessor_kind=AssessorKind.COLLEAGUE) | Q(approved_at__isnull=False))
    rows = rows.exclude(record__state__in=RECORD_ENDED)
    return rows.select_related("record__trainee", "record__scope", "record__rules").order_by("asked_at", "pk")


ENDS = {"training.dops.voided": "voided", "training.dops.declined": "declined"}


def end_words(dops: Dops) -> str:
    """By whom and why a DOPS was taken back, voided or declined, for whoever comes too late with what they filled in
    (T5)."""
    rows = AuditEvent.objects.filter(object=Dops._meta.label_lower, object_id=dops.pk, action__in=list(ENDS))
    event = rows.order_by("-seq").first()
    if event is None or event.actor_id is None:
        return ""
    by_trainee = event.actor_id == dops.record.trainee_id
    did = "took this DOPS back" if by_trainee else f"{ENDS[event.action]} this DOPS"
    who = User.objects.get(pk=event.actor_id)
    return f"{who} {did} on {in_words(london_date(event.at))}: “{dops.reason}”"


def dops_begun(user: User, key: UUID) -> Dops | None:
    """The DOPS that an assessor began under this key, where it has arrived before; None until then."""
    rows = Dops.objects.filter(assessor=user, key=key)
    return rows.select_related("record__scope", "record__rules", "form").first()


def forms_of(scopes: Iterable[Scope], now: datetime) -> dict[int, int]:
    """The form with which a DOPS of each scope is begun today; scopes without one are left out."""
    found = {}
    for scope in {scope.pk: scope for scope in scopes}.values():
        try:
            found[scope.pk] = dops_form_for(scope, now).pk
        except DopsForm.DoesNotExist:
            continue
    return found


def form_filled_in(form_id: int | None, scope: Scope, now: datetime) -> DopsForm | None:
    """The form with which a DOPS was filled in on a phone, of this scope or of any; else the one that holds, None
    while there is none."""
    found = DopsForm.objects.filter(Q(scope=scope) | Q(scope__isnull=True), pk=form_id or 0).first()
    return found or DopsForm.objects.filter(pk__in=forms_of([scope], now).values()).first()


def items_of_forms(forms: Iterable[int]) -> dict[int, list[DopsItem]]:
    """The items of several forms, each in their order."""
    found: dict[int, list[DopsItem]] = {form: [] for form in forms}
    for item in DopsItem.objects.filter(form__in=list(found)).order_by("form", "number"):
        found[item.form_id].append(item)
    return found


def competencies_of(records: Iterable[int]) -> dict[int, list[PlanItem]]:
    """The competencies of several records, each in the order of its list."""
    found: dict[int, list[PlanItem]] = {record: [] for record in records}
    rows = PlanItem.objects.filter(record__in=list(found)).select_related("item").order_by("record", "position", "pk")
    for item in rows:
        found[item.record_id].append(item)
    return found


def recent_of(user: User) -> list[Dops]:
    """The procedures that an assessor wrote about last, each once, the newest first (screens 11)."""
    rows = Dops.objects.filter(assessor=user, state__in=DOPS_WRITTEN).order_by("-observed_on", "-pk")
    found: dict[str, Dops] = {}
    for row in rows.select_related("item__item")[:40]:
        found.setdefault(row.procedure.casefold(), row)
    return list(found.values())[:MOST_RECENT]


@dataclass(frozen=True, slots=True)
class Standing:
    """What the server has of one step: what its form is filled with, the digest of what is saved, the version of what
    was typed, and whether that is `unsaved`."""

    fields: Fields
    seen: str
    version: int
    unsaved: bool


def saved_fields(dops: Dops, step: int, items: Iterable[DopsItem], scores: Mapping[int, int | None]) -> dict[str, str]:
    """What is saved of a step, by the names of its form; what is empty is left out."""
    if step in (2, 3):
        known = [(item, scores[item.pk]) for item in items if item.pk in scores]
        return {f"item_{item.pk}": "na" if score is None else str(score) for item, score in known}
    names = HEADER if step == 1 else WORDS
    values: dict[str, Any] = {name: getattr(dops, name) for name in names}
    if step == 1:
        values["item"] = dops.item_id
    return {name: str(value) for name, value in values.items() if value}


def tidy(fields: Fields) -> dict[str, str]:
    """Raw fields as one text each, without the empty ones: two that a person reads as the same are the same."""
    lasts = {name: (values if isinstance(values, str) else (values or [""])[-1]) for name, values in fields.items()}
    return {name: text.replace("\r\n", "\n").strip() for name, text in lasts.items() if text.strip()}


def steps_standing(
    user: User, dops: Sequence[Dops], items: Mapping[int, list[DopsItem]]
) -> dict[int, dict[int, Standing]]:
    """Where each step of some DOPS stands for their assessor: what they typed and did not save comes before what is
    saved (screens 13)."""
    scores: dict[int, dict[int, int | None]] = {row.pk: {} for row in dops}
    for row in DopsScore.objects.filter(dops__in=list(scores)):
        scores[row.dops_id][row.item_id] = row.score
    keys = [dops_step_key(row.pk, step) for row in dops for step in STEPS]
    drafts = {row.form_key: row for row in TrainingDraft.objects.filter(owner=user, form_key__in=keys)}
    found: dict[int, dict[int, Standing]] = {}
    for one in dops:
        found[one.pk] = {
            step: _standing(one, step, items[one.form_id], scores[one.pk], drafts.get(dops_step_key(one.pk, step)))
            for step in STEPS
        }
    return found


def _standing(
    dops: Dops, step: int, items: list[DopsItem], scores: Mapping[int, int | None], draft: TrainingDraft | None
) -> Standing:
    mine = items[:HALF] if step == 2 else items[HALF:]
    seen = scores_digest(mine, scores) if step in (2, 3) else step_digest(dops, step)
    typed = draft.fields if draft is not None and draft.unsaved else None
    fields = tidy(typed) if typed is not None else saved_fields(dops, step, mine, scores)
    return Standing(
        {name: [text] for name, text in fields.items()}, seen, draft.version if draft else 0, typed is not None
    )
