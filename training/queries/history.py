"""What happened in a training record, in sentences, from the audit (practices: the last tab)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Model, Q, QuerySet
from django.urls import reverse

from ctts.accounts.models import User
from ctts.audit.models import AuditEvent, AuditWords
from ctts.audit.queries import timeline
from ctts.common.parts import HistoryEntry, Tone
from training import access
from training.models import (
    AdviceQuestion,
    Appointment,
    ChangeRequest,
    Concern,
    Evidence,
    ExternalAssessor,
    PlanItem,
    ProgressReport,
    SupervisorReview,
    TrainingRecord,
)
from training.queries.advice import advice_visible_to
from training.queries.around import concerns_visible_to
from training.queries.changes import changes_visible_to
from training.queries.evidence import evidence_visible_to
from training.queries.reports import reports_visible_to
from training.queries.reviews import reviews_visible_to
from training.rules import rights_words
from training.states import AppointmentKind

ON_A_PAGE = 50
APPOINTMENTS = ("training.appointment.made", "training.appointment.ended")  # of every kind

# Audit code → what the reader sees ({code} is the competency, {evidence} the title of evidence), tone, icon.
SENTENCES: dict[str, tuple[str, Tone, str]] = {
    "training.record.opened": ("The training record was opened", "done", "check-circle-fill"),
    "training.appointment.made": ("{person} was appointed: {kind}", "active", "person-plus"),
    "training.appointment.called_off": ("The appointment of {person} was called off: {kind}", "neutral", "person"),
    "training.appointment.rights_changed": ("What {person} may do was changed: {rights}", "neutral", "person"),
    "training.appointment.ended": ("The appointment of {person} ended: {kind}", "neutral", "person"),
    "training.competency.start": ("{code} was begun", "active", "circle-half"),
    "training.competency.rated": ("{code}: own rating changed", "neutral", "star"),
    "training.competency.supervisor_rated": ("{code}: the supervisor’s rating changed", "neutral", "star"),
    "training.competency.submit": ("{code} was submitted", "waiting", "hourglass-split"),
    "training.competency.send_back": ("{code} was returned with feedback", "returned", "arrow-return-left"),
    "training.competency.sign": ("{code} was signed", "done", "check-circle-fill"),
    "training.competency.still_holds": (
        "The evidence for {code} had changed; its signature still holds",
        "done",
        "check-lg",
    ),
    "training.competency.withdraw_sign_off": ("The signature under {code} was withdrawn", "returned", "slash-circle"),
    "training.plan.tailored": ("The plan for {code} was changed", "neutral", "pencil"),
    "training.plan.moved": ("{code} was moved within the plan", "neutral", "arrow-down-up"),
    "training.plan.signed": ("Version {version} of the plan was signed", "done", "pen"),
    "training.evidence.share": ("{evidence} was shared", "active", "eye"),
    "training.evidence.answer": ("{evidence} was shared, with an answer to the scan", "active", "eye"),
    "training.evidence.reopen": ("{evidence} was reopened", "returned", "arrow-return-left"),
    "training.evidence.quarantine": ("{evidence} was withdrawn from view", "risk", "shield-lock"),
    "training.evidence.replace": ("{evidence} was changed after it had been withdrawn", "returned", "pencil"),
    "training.meeting.first_held": ("The first meeting was noted, the plan was reviewed", "done", "people"),
    "training.meeting.noted": ("A meeting was noted", "done", "people"),
    "training.advice.asked": ("The External Moderator was asked a question", "waiting", "chat-left-text"),
    "training.advice.answered": ("The External Moderator answered a question", "done", "chat-left-text"),
    "training.year.reviewed": ("Year {version} was reviewed by the External Moderator", "done", "people"),
    "training.review.written": ("A review was written", "neutral", "pencil"),
    "training.review.changed": ("A review was changed", "neutral", "pencil"),
    "training.review.taken_over": ("A draft of a review was taken over", "neutral", "pencil"),
    "training.review.discarded": ("A draft of a review was discarded", "returned", "x-circle"),
    "training.review.signed": ("A review was signed", "active", "pen"),
    "training.review.acknowledged": ("A review was acknowledged", "active", "check-lg"),
    "training.review.submitted": ("A review was submitted", "done", "check-circle-fill"),
    "training.review.sent_back": ("A review was sent back", "returned", "arrow-return-left"),
    "training.review.concern_settled": ("What became of a patient-safety concern was noted", "neutral", "flag"),
    "training.review.action_closed": ("An agreed action was closed", "done", "check-lg"),
    "training.report.written": ("A progress report was written", "neutral", "pencil"),
    "training.report.changed": ("A progress report was changed", "neutral", "pencil"),
    "training.report.taken_over": ("A draft of a progress report was taken over", "neutral", "pencil"),
    "training.report.discarded": ("A draft of a progress report was discarded", "returned", "x-circle"),
    "training.report.sent": ("A progress report was signed and sent", "waiting", "pen"),
    "training.report.acknowledged": ("A progress report was acknowledged", "done", "check-circle-fill"),
    "training.dops.requested": ("A DOPS was asked for", "waiting", "hourglass-split"),
    "training.dops.declined": ("The request for a DOPS was declined", "returned", "x-lg"),
    "training.dops.approved": ("The assessor of a DOPS was approved", "active", "check-lg"),
    "training.dops.started": ("A DOPS was begun", "active", "circle-half"),
    "training.dops.step_saved": ("A step of a DOPS was saved", "neutral", "pencil"),
    "training.dops.signed": ("A DOPS was signed", "waiting", "pen"),
    "training.dops.acknowledged": ("A DOPS was acknowledged", "done", "check-circle-fill"),
    "training.dops.external_named": (
        "An external person was named to assess a DOPS",
        "waiting",
        "person-plus",
    ),
    "training.dops.link_renewed": ("A new link for a DOPS was sent", "active", "send"),
    "training.dops.link_taken_back": ("The link for a DOPS was taken back", "returned", "arrow-return-left"),
    "training.dops.code_given": ("The code for a DOPS was given", "active", "check-lg"),
    "training.dops.code_wrong": ("A wrong code for a DOPS was given", "neutral", "x-lg"),
    "training.dops.link_locked": ("The link for a DOPS was closed after five wrong codes", "returned", "slash-circle"),
    "training.dops.link_passed_on": ("A DOPS was passed on to a colleague", "waiting", "arrow-right"),
    "training.dops.link_not_theirs": ("The link for a DOPS had reached somebody else", "returned", "slash-circle"),
    "training.dops.began_anew": ("A DOPS begins anew with another assessor", "neutral", "circle"),
    "training.dops.countersigned": ("A DOPS was countersigned", "waiting", "pen"),
    "training.dops.handed_over": ("A device was handed to the assessor of a DOPS", "active", "phone"),
    "training.dops.taken_over": ("The assessor of a DOPS took over a device", "active", "check-lg"),
    "training.dops.handed_back": ("A device was handed back after a DOPS", "neutral", "arrow-return-left"),
    "training.dops.arrived": ("A DOPS filled in without signal arrived", "active", "phone"),
    "training.dops.paper_asked": ("A DOPS was asked for as PDF", "neutral", "file-earmark-pdf"),
    "training.dops.voided": ("A DOPS was voided", "returned", "slash-circle"),
    "training.evidence.version_closed": (
        "Version {version} of {evidence} was closed: a patient could be identified",
        "risk",
        "shield-lock",
    ),
    "training.reflection.begun": ("A reflective piece was begun", "active", "circle-half"),
    "training.reflection.submitted": ("A reflective piece was submitted", "waiting", "hourglass-split"),
    "training.reflection.reopened": ("A reflective piece was reopened", "returned", "arrow-return-left"),
    "training.reflection.withdrawn": ("A reflective piece was withdrawn from view", "risk", "shield-lock"),
    "training.reflection.version_closed": (
        "Version {version} of a reflective piece was closed: a patient could be identified",
        "risk",
        "shield-lock",
    ),
    "training.reflection.commented": ("A reflective piece was commented on", "done", "chat-left-text"),
    "training.case.begun": ("A long case study was begun", "active", "circle-half"),
    "training.case.submitted": ("A long case study was submitted", "waiting", "hourglass-split"),
    "training.case.reopened": ("A long case study was reopened", "returned", "arrow-return-left"),
    "training.case.withdrawn": ("A long case study was withdrawn from view", "risk", "shield-lock"),
    "training.case.version_closed": (
        "Version {version} of a long case study was closed: a patient could be identified",
        "risk",
        "shield-lock",
    ),
    "training.case.commented": ("A long case study was commented on", "done", "chat-left-text"),
    "training.comment.answered": ("The trainee said what became of a comment", "done", "chat-left-text"),
    "training.earlier.imported": ("Earlier entries were imported, unsigned", "neutral", "inbox"),
    "training.earlier.undone": ("An import of earlier entries was undone", "neutral", "slash-circle"),
    "training.earlier.used": ("Something was begun from an imported entry", "active", "circle-half"),
    "training.review.paper_asked": ("A Supervisor Review was asked for as PDF", "neutral", "file-earmark-pdf"),
    "training.cpd.paper_asked": ("The CPD log was asked for as PDF", "neutral", "file-earmark-pdf"),
    "training.cpd.written": ("An activity was noted for the CPD log", "neutral", "pencil"),
    "training.cpd.entered": ("An activity was entered into the CPD log", "done", "check-circle-fill"),
    "training.cpd.reopened": (
        "An activity of the CPD log was reopened",
        "returned",
        "arrow-return-left",
    ),
    "training.thread.begun": ("A thread of messages was begun", "active", "chat-left-text"),
    "training.thread.written": ("A message was written", "neutral", "chat-left-text"),
    "training.concern.raised": ("A concern was raised", "risk", "exclamation-triangle"),
    "training.concern.escalated": ("A concern went to the next level", "risk", "arrow-up-right"),
    "training.concern.answered": ("A concern was answered and stays open", "active", "chat-left-text"),
    "training.concern.passed_on": ("A concern was passed on to the next level", "risk", "arrow-up-right"),
    "training.concern.closed": ("A concern was closed", "done", "check-circle-fill"),
    "training.event.invited": ("The invitation to an event went out", "waiting", "envelope"),
    "training.event.signed_up": ("The trainee signed up for an event", "active", "calendar-check"),
    "training.event.queued": ("The trainee joined the waiting list of an event", "waiting", "hourglass-split"),
    "training.event.moved_up": ("A place at an event became free", "active", "calendar-check"),
    "training.event.given_back": ("A place at an event was given back", "neutral", "slash-circle"),
    "training.event.attended": ("The trainee was at an event", "done", "check-circle-fill"),
    "training.event.missed": ("The trainee was not at an event", "returned", "x-lg"),
    "training.change.written": ("A request for a change was written", "neutral", "pencil"),
    "training.change.rewritten": ("A request for a change was changed", "neutral", "pencil"),
    "training.change.sent": ("A change of circumstances was asked for", "waiting", "hourglass-split"),
    "training.change.answered": ("The supervisor answered a request for a change", "active", "chat-left-text"),
    "training.change.went_on": ("The office went on with a request without the supervisor", "active", "person"),
    "training.change.granted": ("A change of circumstances was granted", "done", "check-circle-fill"),
    "training.change.declined": ("A change of circumstances was declined", "returned", "x-lg"),
    "training.change.withdrawn": ("A request for a change was withdrawn", "neutral", "arrow-return-left"),
    "training.change.fell": ("A request for a change fell with the end of the training", "neutral", "slash-circle"),
    "training.interruption.granted": ("An interruption was granted", "active", "pause-circle"),
    "training.interruption.called_off": ("An interruption was called off before it began", "active", "pause-circle"),
    "training.interruption.shortened": ("An interruption ends earlier than was granted", "active", "pause-circle"),
    "training.record.interrupt": ("The training is interrupted", "active", "pause-circle"),
    "training.record.resume": ("The training goes on", "done", "check-circle-fill"),
    "training.record.dates_moved": ("The expected end and what is due were moved", "active", "calendar-event"),
    "training.record.centre": ("The Training Centre changed", "active", "geo-alt"),
    "training.record.withdraw": ("The training ended by withdrawal", "neutral", "x-octagon"),
    "training.year_two.opened": ("The second year was opened", "done", "check-circle-fill"),
    "training.milestone.moved": ("A milestone was moved to another day", "active", "calendar-event"),
    "training.milestones.reached": ("Milestones were reached", "done", "check-circle-fill"),
    "training.record.complete": ("The training was completed", "done", "award"),
    "training.record.end_not_completed": ("The training ended as not completed", "risk", "x-octagon"),
}
# Of assessments, what everybody around the trainee may know. Whatever is not named here stays out of this history:
# decisions, marks and outcomes before their release above all (F1).
ASSESSED: dict[str, tuple[str, Tone, str]] = {
    "assessments.safety.confirmed": ("Patient safety was confirmed for the first year", "done", "shield-check"),
    "assessments.safety.withdrawn": ("The confirmation of patient safety was withdrawn", "returned", "slash-circle"),
    "assessments.first_year.put_forward": ("The first year was put forward", "waiting", "hourglass-split"),
    "assessments.first_year.sent_back": ("The first year was sent back", "returned", "arrow-return-left"),
    "assessments.outcome.released": ("An outcome was released", "done", "check-circle-fill"),
}
# What only the trainee's own eyes need: work on drafts, before anything is shared; copies they take away.
PRIVATE: dict[str, tuple[str, Tone, str]] = {
    "training.evidence.added": ("{evidence} was added", "neutral", "plus-lg"),
    "training.evidence.changed": ("{evidence} was changed", "neutral", "pencil"),
    "training.evidence.mapped": ("{evidence} was linked to competencies", "neutral", "tag"),
    "training.evidence.declared": ("{evidence} was declared: no patient can be identified", "neutral", "shield-check"),
    "training.evidence.hold": ("{evidence} was held by the scan for an answer", "returned", "pause-circle"),
    "training.evidence.take_back": ("{evidence} was held, and taken back", "neutral", "arrow-return-left"),
    "training.earlier.tried": ("A file of earlier entries was tried out", "neutral", "circle-half"),
    "training.earlier.mapped": ("The columns of a file of earlier entries were chosen", "neutral", "pencil"),
    "training.earlier.dropped": ("A file of earlier entries was thrown away", "neutral", "slash-circle"),
    "training.copy.ordered": ("A copy of the whole record was ordered", "waiting", "hourglass-split"),
    "training.copy.cancelled": ("The order of a copy was cancelled", "neutral", "slash-circle"),
    "training.copy.made": ("A copy of the whole record was put together", "done", "check-circle-fill"),
    "training.copy.failed": ("A copy could not be put together", "returned", "x-lg"),
    "training.copy.downloaded": ("A copy of the whole record was downloaded", "active", "arrow-right"),
    "training.copy.replaced": ("A newer copy took the place of one", "neutral", "clock-history"),
    "training.copy.deleted": ("A copy was deleted", "neutral", "slash-circle"),
    "training.copy.expired": ("A copy was deleted: its days were over", "neutral", "clock-history"),
}


READ_BY_SOME: tuple[tuple[type[Model], Callable[[User, date], QuerySet[Any]]], ...] = (
    (Concern, concerns_visible_to),
    (SupervisorReview, reviews_visible_to),
    (ChangeRequest, changes_visible_to),
    (ProgressReport, reports_visible_to),
    (AdviceQuestion, advice_visible_to),
)
"""What not everybody reads who sees the record (T4, T8, E5)."""


def history_of(record: TrainingRecord, reader: User, today: date) -> QuerySet[AuditEvent]:
    """The entries of a trainee's dossier since enrolment, newest first; drafts of evidence for the trainee alone.

    A concern, a request, or a review that its supervisor still writes, has no history for whoever does not read it. Of
    assessments only what is told openly: nothing of an outcome before its release (F1). Who may read the record, the
    caller has asked.
    """
    told = Q(action__startswith="training.") | Q(action__in=list(ASSESSED))
    rows = timeline(record.trainee_id).filter(told, at__gte=record.enrolled_at)
    for kind, read in READ_BY_SOME:
        readable = read(reader, today).filter(record=record).order_by().values("pk")
        rows = rows.exclude(Q(object=kind._meta.label_lower) & ~Q(object_id__in=readable))
    rows = rows.exclude(action__in=APPOINTMENTS, after__kind=AppointmentKind.ADJUDICATOR)
    return rows if reader.pk == record.trainee_id else rows.exclude(action__in=list(PRIVATE))


def history_page(
    record: TrainingRecord, reader: User, today: date, number: str | None
) -> tuple[list[HistoryEntry], Page[Any]]:
    """One page of a record's history in sentences; a fixed number of queries, whatever its length."""
    page = Paginator(history_of(record, reader, today), ON_A_PAGE).get_page(number)
    return entries_of(page.object_list, evidence_visible_to(reader, today)), page


EVIDENCE = Evidence._meta.label_lower
CHECKED = ", after the check of the file"


@dataclass(frozen=True, slots=True)
class Trail:
    """What happened with one piece of evidence, newest first; and how it was withdrawn from view the last time."""

    entries: list[HistoryEntry]
    withdrawn: HistoryEntry | None


def evidence_trail(evidence: Evidence, reader: User, today: date) -> Trail:
    """What happened with a piece of evidence, as its history tells it: work on drafts for its author alone (T3).

    Who withdrew it and when, every reader of its page learns, as the history of the record says it too; what was found
    in it only who may know it and whoever wrote it. Three queries, whatever its length.
    """
    rows = timeline(evidence.record.trainee_id).filter(object=EVIDENCE, object_id=evidence.pk)
    rows = rows if reader.pk == evidence.author_id else rows.exclude(action__in=list(PRIVATE))
    events = list(rows)
    knows = bool(access.can_know_finding(reader, evidence, today))
    gone = [row for row in events if row.action == "training.evidence.quarantine"]
    told = [row for row in gone if knows or row.actor_id == reader.pk]
    words = dict(AuditWords.objects.filter(event__in=told).values_list("event", "text"))
    shown = {evidence.pk: _Named("It", str(evidence.author))}
    entries = [
        replace(entry, note=words.get(row.pk, {}).get("reason", ""))
        for row, entry in zip(events, _entries(events, shown), strict=True)
    ]
    return Trail(entries, next((entries[events.index(row)] for row in gone), None))


@dataclass(frozen=True, slots=True)
class _Named:
    """A piece of evidence as a history names it: by its title for whoever reads it, else as what it is."""

    what: str
    author: str
    url: str = ""


def entries_of(events: Iterable[AuditEvent], readable: QuerySet[Evidence] | None = None) -> list[HistoryEntry]:
    """Audit entries as lines of a history, with the names of people, the codes of competencies and the titles of
    evidence as they are now. `readable`: the evidence that the reader may open; other evidence stays without its title.
    """
    rows = list(events)
    return _entries(rows, _evidence_named({row.object_id for row in rows if row.object == EVIDENCE}, readable))


def _evidence_named(ids: set[int], readable: QuerySet[Evidence] | None) -> dict[int, _Named]:
    authors = Evidence.objects.filter(pk__in=ids).order_by().values_list("pk", "author__full_name")
    found = {pk: _Named("A piece of evidence", author) for pk, author in authors}
    opens = (Evidence.objects.none() if readable is None else readable).filter(pk__in=ids).order_by()
    for pk, title in opens.values_list("pk", "title"):
        found[pk] = _Named(f"“{title}”", found[pk].author, reverse("training:evidence_one", args=[pk]))
    return found


def _entries(rows: list[AuditEvent], evidence: Mapping[int, _Named]) -> list[HistoryEntry]:
    about = {row.object_id for row in rows if row.object == "training.planitem"}
    codes = dict(PlanItem.objects.filter(pk__in=about).values_list("pk", "item__code"))
    named = {row.object_id for row in rows if row.object == Appointment._meta.label_lower}
    people = dict(Appointment.every.filter(pk__in=named).values_list("pk", "person__full_name"))
    actors = {row.actor_id for row in rows if row.actor_id is not None}
    names = dict(User.objects.filter(pk__in=actors).values_list("pk", "full_name"))
    by_link = {row.after["external"] for row in rows if row.actor_id is None and "external" in row.after}
    externals = dict(ExternalAssessor.objects.filter(pk__in=by_link).values_list("pk", "name")) if by_link else {}
    return [_entry(row, _Names(codes, people, names, externals, evidence)) for row in rows]


@dataclass(frozen=True, slots=True)
class _Names:
    """Whom and what the lines of a history name, by id."""

    codes: dict[int, str]
    people: dict[int, str]
    actors: dict[int, str]
    externals: dict[int, str]
    evidence: Mapping[int, _Named]


def _entry(row: AuditEvent, names: _Names) -> HistoryEntry:
    known = {**PRIVATE, **SENTENCES, **ASSESSED}
    sentence, tone, icon = known.get(row.action, (_plain(row.action), "neutral", "circle-fill"))
    kind = row.after.get("kind", "")
    piece = names.evidence.get(row.object_id) if row.object == EVIDENCE else None
    words = {
        "code": names.codes.get(row.object_id, ""),
        "person": names.people.get(row.object_id, ""),
        "kind": dict(AppointmentKind.choices).get(kind, kind),
        "version": row.after.get("version", ""),
        "evidence": piece.what if piece else "",
        "rights": rights_words(row.after),
    }
    what, url = sentence.format(**words), piece.url if piece else ""
    if row.actor_id:
        who = names.actors.get(row.actor_id, "")
    elif piece:  # its author pressed; it went on by itself once the file was checked
        who, what = piece.author, what + CHECKED
    else:
        who = names.externals.get(row.after.get("external", 0), "The calendar")
    return HistoryEntry(row.at, who, what, role=row.role, tone=tone, icon=icon, url=url)


def _plain(action: str) -> str:
    """ "training.dops.signed" as "Dops: signed", for kinds that have no sentence of their own."""
    _, thing, *what = action.split(".")
    return f"{thing.replace('_', ' ').capitalize()}: {' '.join(what).replace('_', ' ')}"
