"""What happened to an application, in words, from the audit (screens: the last tab of every record page)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from applications.models import Application, Finding
from applications.states import DocumentVerdict, Mover, Part, RuleOutcome
from ctts.accounts.models import User
from ctts.audit.models import AuditEvent, AuditWords
from ctts.audit.queries import timeline
from ctts.common.parts import HistoryEntry, Tone
from ctts.scheme.models import Intake


@dataclass(frozen=True, slots=True)
class Said:
    """How an audit entry reads: what happened, its tone, its shape."""

    what: str
    tone: Tone = "neutral"
    icon: str = "circle-fill"


KINDS: dict[str, Said] = {
    "application.started": Said("Began the application", icon="pencil"),
    "application.part_saved": Said("Saved a part"),
    "application.supervisor_named": Said("Named the Training Supervisor", icon="person"),
    "application.supervisor_merged": Said("Merged two accounts of the Training Supervisor", icon="person"),
    "application.scope_chosen": Said("Chose the scope of practice"),
    "application.qualification_added": Said("Added a qualification", icon="paperclip"),
    "application.qualification_changed": Said("Changed a qualification"),
    "application.qualification_removed": Said("Removed a qualification"),
    "application.purchase_order_entered": Said("Entered the purchase order", icon="paperclip"),
    "application.adjustments_answered": Said("Answered the question on reasonable adjustments"),
    "application.declared": Said("Made the declaration", "done", "check-circle-fill"),
    "application.ask_supervisor": Said("Handed it to the Training Supervisor", "waiting", "send"),
    "application.return_to_applicant": Said("Returned it to the applicant", "returned", "arrow-return-left"),
    "application.take_back": Said("Took it back from the Training Supervisor", "returned", "arrow-return-left"),
    "application.reopen": Said(
        "Gave it back to the applicant: it was no longer whole", "returned", "arrow-return-left"
    ),
    "application.confirm": Said("Confirmed support and plan; it is received", "done", "check-circle-fill"),
    "application.another_supervisor": Said("Asked another Training Supervisor to confirm it", "waiting", "send"),
    "application.asked_again": Said("Asked the Training Supervisor to confirm it again", "waiting", "send"),
    "application.confirmed_again": Said("Confirmed the changed list and plan", "done", "check-circle-fill"),
    "application.confirmed_anew": Said("Confirmed support and plan in another's place", "done", "check-circle-fill"),
    "application.claimed": Said("Took it for review", "active", "circle-half"),
    "application.start_review": Said("Began the review", "active", "circle-half"),
    "application.chased": Said("Reminded whoever has the next move", "waiting", "send"),
    "note.written": Said("Wrote a note for the office", icon="pencil"),
    "objection.raised": Said("Objected to it", "risk", "exclamation-diamond"),
    "objection.taken_back": Said("Took the objection back"),
    "objection.considered": Said("Considered the objection", "done", "check-circle-fill"),
    "finding.set": Said("Set a finding"),
    "document.checked": Said("Checked a file"),
    "order_request.asked": Said("Asked the employer for the purchase order by a link", "waiting", "send"),
    "order_request.withdrawn": Said("Took the request for the purchase order back"),
    "order_request.given": Said("Gave the purchase order", "done", "paperclip"),
    "order_request.declined": Said("Did not give the purchase order", "returned", "arrow-return-left"),
    "purchase_order.judged": Said("Judged the purchase order"),
    "purchase_order.replaced": Said("Gave another purchase order", icon="paperclip"),
    "purchase_order.cancelled": Said("Cancelled the purchase order", "returned", "slash-circle"),
    "letter.changed": Said("Changed the letter on hold", icon="pencil"),
    "letter.sent": Said("Sent the letter that was on hold", "done", "send"),
    "application.ask_information": Said("Asked the applicant for information", "waiting", "question-circle"),
    "application.answer_information": Said("Answered the questions", "active", "chat-left-text"),
    "application.accept": Said("Accepted the application", "done", "check-circle-fill"),
    "application.decline": Said("Declined the application", "risk", "x-octagon"),
    "application.defer": Said("Deferred it to the next intake", "returned", "calendar3"),
    "application.resume": Said("Took the deferred application back into review", "active", "circle-half"),
    "application.rolled_over": Said("Moved it to the next intake: the cut-off was over", "returned", "calendar3"),
    "application.late_entry": Said("Used a code for a late entry", "active", "calendar-check"),
    "application.withdraw": Said("Withdrew the application", "neutral", "slash-circle"),
    "application.enrol": Said("Enrolled the applicant as a trainee", "done", "check-circle-fill"),
}
"""Audit kind (without the app's name) → how it reads."""

DETAILS = ("part", "rule", "outcome", "scope", "points", "verdict", "intake")


def history_of(application: Application) -> list[HistoryEntry]:
    """What happened to this application, newest first; a fixed number of queries. Who may read it, the caller asked."""
    findings = {row.pk: row for row in application.findings.all()}
    orders = application.purchase_orders.values_list("pk", flat=True)
    written = application.notes.values_list("pk", flat=True)
    objected = application.objections.values_list("pk", flat=True)
    asked = application.order_requests.values_list("pk", flat=True)
    decided = application.decisions.values_list("pk", flat=True)
    checked = application.document_checks.values_list("pk", flat=True)
    mine = (
        Q(object="applications.application", object_id=application.pk)
        | Q(object="applications.finding", object_id__in=list(findings))
        | Q(object="applications.purchaseorder", object_id__in=list(orders))
        | Q(object="applications.applicationnote", object_id__in=list(written))
        | Q(object="applications.objection", object_id__in=list(objected))
        | Q(object="applications.orderrequest", object_id__in=list(asked))
        | Q(object="applications.documentcheck", object_id__in=list(checked))
        | Q(object="applications.decision", object_id__in=list(decided))
    )
    events = list(timeline(application.applicant_id).filter(mine))
    people = User.objects.in_bulk({event.actor_id for event in events if event.actor_id})
    words = AuditWords.objects.filter(event__in=[event.pk for event in events if event.words_sha256])
    notes = {row.event_id: str(row.text.get("reason", "")) for row in words}
    notes |= {event.pk: _why(findings[event.object_id]) for event in events if event.object == "applications.finding"}
    intakes = Intake.objects.in_bulk({event.after["intake"] for event in events if "intake" in (event.after or {})})
    return [_entry(event, people, notes.get(event.pk, ""), intakes) for event in events]


def _why(finding: Finding) -> str:
    """The words with which a finding was set: why the rule is overridden, else its note."""
    return f"Accepted all the same: {finding.override_reason}" if finding.override_reason else finding.note


def _detail(name: str, value: object, intakes: dict[int, Intake]) -> str:
    """A code of the audit as people call it."""
    words = {
        "part": dict(Part.choices),
        "outcome": dict(RuleOutcome.choices),
        "verdict": dict(DocumentVerdict.choices),
    }.get(name, {})
    if name == "points":
        return "1 point" if value == 1 else f"{value} points"
    if name == "intake" and isinstance(value, int):
        return f"intake {intakes[value]}"
    return str(words.get(str(value), value))


def _entry(event: AuditEvent, people: dict[int, User], note: str, intakes: dict[int, Intake]) -> HistoryEntry:
    said = KINDS.get(event.action.removeprefix("applications."), Said(event.action))
    after = event.after or {}
    details = ", ".join(_detail(name, after[name], intakes) for name in DETAILS if name in after)
    actor = people.get(event.actor_id) if event.actor_id else None
    return HistoryEntry(
        at=event.at,
        who=actor.full_name if actor else Mover(event.role or Mover.CALENDAR).label,
        what=f"{said.what}{': ' if details else ''}{details}",
        role="" if actor is None or not event.role else Mover(event.role).label,
        note=note,
        tone=said.tone,
        icon=said.icon,
    )
