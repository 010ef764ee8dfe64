"""Steps that several actions share: lock, tell, strike a signature, sign.

Whatever touches a trainee's competencies and evidence locks the record first: one trainee's decisions queue, those of
different trainees never do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet

from ctts.accounts.models import User
from ctts.accounts.states import AuthenticationEvent
from ctts.audit.actions import record as audit
from ctts.common import drafts
from ctts.common.clock import london_date
from ctts.common.moves import change_state
from ctts.common.prepared import Ask, only, prepared
from ctts.common.verdict import Invalid
from ctts.documents.models import Document
from ctts.notifications.actions import notify
from ctts.notifications.notices import Notice
from ctts.organisations.access import on_day
from training import access
from training.models import (
    Appointment,
    Evidence,
    ExternalAssessor,
    ExternalDraft,
    PlanItem,
    SignOff,
    TrainingDraft,
    TrainingRecord,
)
from training.rules import patient_identifiers
from training.states import EVIDENCE_MOVES, ITEM_MOVES, AppointmentKind, RecordState

Row = TypeVar("Row", bound=Model)


def lock_record(record_id: int) -> TrainingRecord:
    """The record, locked until the transaction ends. Raises DoesNotExist without it."""
    return only(TrainingRecord, _record(record_id))


def lock_with_record(kind: type[Row], row_id: int, *related: str) -> Row:
    """A row of a locked record, as it is now and locked as well, with what of it is `related`. Raises DoesNotExist."""
    record = only(TrainingRecord, _record_of(kind)(row_id))
    row = only(kind, _row(kind, related)(row_id))
    row.record = record  # type: ignore[attr-defined]  # what has no record, nobody locks so
    return row


def _locked() -> QuerySet[TrainingRecord]:
    """Records to be locked, with what nearly every decision asks about: who is trained, under which numbers."""
    locked = TrainingRecord.objects.select_for_update(of=("self",), no_key=True)
    return locked.select_related("trainee", "rules")


@prepared
def _record(record: Any) -> QuerySet[TrainingRecord]:
    return _locked().filter(pk=record)


@cache
def _record_of(kind: type[Model]) -> Ask:
    return prepared(lambda row: _locked().filter(pk__in=kind._default_manager.filter(pk=row).values("record")))


@cache
def _row(kind: type[Model], related: tuple[str, ...]) -> Ask:
    rows = kind._default_manager.select_for_update(of=("self",), no_key=True)
    return prepared(lambda row: (rows.select_related(*related) if related else rows).filter(pk=row))


def lock_item(item_id: int) -> PlanItem:
    """A competency of a locked record, as it is now."""
    return lock_with_record(PlanItem, item_id, "item")


def lock_evidence(evidence_id: int) -> Evidence:
    """A piece of evidence of a locked record, as it is now."""
    return lock_with_record(Evidence, evidence_id, "document", "author")


def move_item(item: PlanItem, step: str, *, by: User | None, now: datetime, **after: Any) -> None:
    """Take a step of T2 on a locked competency and put it on the audit. Raises TooLate when it is not legal."""
    before = {"state": str(item.state)}
    change_state(item, ITEM_MOVES, step, changed_at=now)
    facts = {"state": str(item.state), **after}
    what = f"training.competency.{step}"
    audit(what, by=by, at=now, about=item, within=item.record.trainee_id, before=before, after=facts)


def move_evidence(evidence: Evidence, step: str, *, by: User | None, now: datetime, **more: Any) -> None:
    """Take a step of T3 on locked evidence and put it on the audit. Raises TooLate when it is not legal."""
    before = {"state": str(evidence.state)}
    change_state(evidence, EVIDENCE_MOVES, step)
    facts = {"state": str(evidence.state), **more.pop("after", {})}
    what = f"training.evidence.{step}"
    within = evidence.record.trainee_id
    audit(what, by=by, at=now, about=evidence, within=within, before=before, after=facts, **more)


def tell(
    notice: Notice, record: TrainingRecord, to: User, *, about: Model, now: datetime, key: str, **context: Any
) -> None:
    """One message within a trainee's dossier; `key` names the event, the person is added."""
    tell_with(notice, record, to, about=about, now=now, key=key, context=context)


def tell_with(
    notice: Notice,
    record: TrainingRecord,
    to: User,
    *,
    about: Model,
    now: datetime,
    key: str,
    context: Mapping[str, Any],
    attachment: Document | None = None,
    safety: bool = False,
) -> None:
    """The same with a file, or of patient `safety`.

    While training is interrupted the trainee is left in peace: no reminder, other news when it goes on, and only what
    is urgent, of the interruption or of patient safety at once; nobody whose training has ended is chased (N).
    """
    notify(
        notice,
        to=to,
        key=f"{notice.key}:{key}:{to.pk}",
        about=about,
        within=record.trainee_id,
        now=now,
        context={"record": record, **context},
        attachment=attachment,
        quiet="" if safety else _quiet(notice, record, to),
    )


def _quiet(notice: Notice, record: TrainingRecord, to: User) -> str:
    """The code why somebody is left in peace about a training: its trainee, while it does not go on (N)."""
    if to.pk != record.trainee_id or record.state == RecordState.ACTIVE:
        return ""
    return str(record.state) if notice.chases or record.state == RecordState.INTERRUPTED else ""


def refuse_identifiers(words: str, what: str, field: str) -> None:
    """Words about what was found stay in the dossier and may not say it again (quality rule 17). Raises Invalid."""
    if any(finding.holds for finding in patient_identifiers(words)):
        raise Invalid(f"{what} names what may identify a patient. Say it without the number or the name.", field)


def holders(record: TrainingRecord, now: datetime, *kinds: AppointmentKind) -> list[User]:
    """Who holds one of these functions around a trainee on the day of `now` and has access, each once, by name."""
    return _holders(record.pk, [str(kind) for kind in kinds], london_date(now))


@prepared
def _holders(record: Any, kinds: Any, today: Any) -> QuerySet[User]:
    rows = Appointment.objects.filter(on_day(today), record=record, kind__any_of=kinds)
    return User.objects.filter(pk__in=rows.values("person"), is_active=True).order_by("sort_name", "pk")


def proof(by: User, now: datetime, authentication: AuthenticationEvent, role: str, digest: str) -> dict[str, Any]:
    """The columns every signature has: who, as what, when, over which digest, how proved (quality rule 8)."""
    return {
        "signer": by,
        "printed_name": by.full_name,
        "role": role,
        "content_sha256": digest,
        "signed_at": now,
        "authenticated_at": min(authentication.at, now),
        "authenticated_with": authentication.method,
    }


def role_of(by: User, record: TrainingRecord, now: datetime) -> str:
    """The function in which somebody acts around a trainee, as it is printed under a signature."""
    if by.pk == record.trainee_id:
        return "Trainee"
    held = access.appointed(by, record, london_date(now))
    found = next((kind for kind in AppointmentKind if kind in held), None)
    return str(found.label) if found else "Scheme office"


def drafts_of(owner: access.Doer) -> type[TrainingDraft | ExternalDraft]:
    """The table of what somebody typed and has not saved: of people with an account, or of external assessors."""
    return ExternalDraft if isinstance(owner, ExternalAssessor) else TrainingDraft


def forget_draft(owner: access.Doer, form_key: str) -> None:
    """Drop what was saved by itself of a form that was now saved properly (screens 13)."""
    drafts.forget(drafts_of(owner), owner_id=access.writer_of(owner).pk, form_key=form_key)


@transaction.atomic
def save_over_kept(
    save: Callable[[], object], *, by: access.Doer, form_key: str, fields: Mapping[str, Any], seen_version: int
) -> None:
    """Carry out `save`, which drops what this person keeps of the form, unless that holds what the window never saw.

    `fields` is what is sent now, `seen_version` the version of the kept text that the page knew. Raises NewerDraft when
    another window kept newer, other text, and all that `save` raises (screens 13).
    """
    owner_id = access.writer_of(by).pk
    drafts.save_over(
        drafts_of(by), save, owner_id=owner_id, form_key=form_key, fields=fields, seen_version=seen_version
    )


WITHDRAWN = "I withdraw this signature, for the reason given."


def strike(
    sign_off: SignOff, *, by: User, now: datetime, reason: str, authentication: AuthenticationEvent, role: str
) -> SignOff:
    """Withdraw a signature that stands: a row of its own that points at it; the competency is returned (T2)."""
    made = SignOff.objects.create(
        item=sign_off.item,
        content=sign_off.content,
        withdraws=sign_off,
        reason=reason,
        meaning="withdrawn",
        statement=WITHDRAWN,
        **proof(by, now, authentication, role, sign_off.content_sha256),
    )
    move_item(sign_off.item, "withdraw_sign_off", by=by, now=now, sign_off=sign_off.pk)
    return made


def facts_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as the audit's words keep them: days as text."""
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}
