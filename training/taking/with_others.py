"""Chapters about work with others: reviews, progress reports, DOPS, concerns, and the history (T4, T5, T7, T8)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ctts.common.templatetags.formats import day, instant
from training.models import Concern, Dops, EarlierEntry, ReviewAction, SupervisorReview, TrainingRecord
from training.queries.around import concern_notes, concerns_of, ladder_of
from training.queries.copies import Chapter, Fact, Piece
from training.queries.dops import (
    dops_visible_to,
    judged,
    shows_scores,
    signatures_of,
    sum_of,
    with_sums,
)
from training.queries.dops_scanned import dops_scan_answers
from training.queries.earlier import became, shown_values
from training.queries.earlier import entries_of as imported_entries
from training.queries.evidence import evidence_visible_to
from training.queries.history import entries_of, history_of
from training.queries.reports import report_signatures, reports_of
from training.queries.reviews import reviews_of, signatures_under
from training.queries.told import facts, of, signed, texts, texts_of
from training.queries.unraised import concern_settled
from training.states import EvidenceState

UNSIGNED = "They were imported from a spreadsheet and are unsigned: nobody signed them in the system, and none counts."
FROM_OTHERS = "What others raised about you confidentially is not part of it."


def reviews(record: TrainingRecord, today: date) -> Chapter:
    """Supervisor Reviews that the trainee reads, with their actions and signatures (T4)."""
    rows = reviews_of(record, record.trainee, today).prefetch_related("items__item", "actions")
    pieces = [_review(row) for row in rows.order_by("held_on", "number")]
    return Chapter("reviews", "Supervisor Reviews", pieces, nothing="None was written.")


def _review(row: SupervisorReview) -> Piece:
    codes = [item.item.code for item in sorted(row.items.all(), key=lambda item: item.position)]
    told = [
        *of(row, ("state", "State"), ("held_on", "Held"), ("period_starts_on", "Period from")),
        *of(row, ("period_ends_on", "Period to"), ("mode", "How"), ("attendees", "Who was there")),
        *facts(("written_by", "Written by", str(row.written_by)), ("competencies", "Competencies", tuple(codes))),
        *of(row, ("patient_safety_concern", "Patient-safety concern")),
        *of(row, ("patient_safety_reference", "Where it is recorded"), ("next_meeting_on", "Next meeting")),
        *of(row, ("submitted_at", "Submitted to the office")),
        *texts_of(row, ("progress", "Progress"), ("dops_done", "DOPS done"), ("writing_progress", "Writing")),
        *texts_of(row, ("plan_changes", "Changes to the plan"), ("support_needs", "Support needs")),
        *texts_of(row, ("escalate", "Matters to escalate"), ("trainee_comment", "Your comment")),
        *_settled(row),
    ]
    actions = [_action(action) for action in row.actions.all()]
    return Piece(f"Review {row.number}, {day(row.held_on)}", told, parts=[*actions, *signed(signatures_under(row))])


def _settled(row: SupervisorReview) -> list[Fact]:
    """What the supervisor said became of the patient-safety concern; who raised it as what is not told (T8)."""
    found = concern_settled(row)
    if found is None:
        return []
    became = "It is raised already" if found.concern_id else "It is no concern after all"
    told = facts(("concern_settled", "What became of the concern", f"{became}: {found.settled_by}"))
    return [*told, *facts(("concern_settled_at", "Noted", found.settled_at)), *texts_of(found, ("reason", "Why"))]


def _action(row: ReviewAction) -> Piece:
    told = of(row, ("owner", "Who"), ("due_on", "By"), ("closed_at", "Closed"))
    return Piece("Agreed action", [*told, *texts_of(row, ("text", "What"))])


def reports(record: TrainingRecord, today: date) -> Chapter:
    """The supervisor's progress reports that were sent (T7)."""
    pieces = []
    for row in reports_of(record, record.trainee, today).order_by("number"):
        told = [
            *of(row, ("state", "State"), ("period_starts_on", "Period from"), ("period_ends_on", "Period to")),
            *facts(("written_by", "Written by", str(row.written_by)), ("sent_at", "Sent", row.sent_at)),
            *texts_of(row, ("progress", "Progress"), ("attention", "What needs attention")),
            *texts_of(row, ("next_steps", "What comes next")),
        ]
        signatures = signed(report_signatures(row), ("comment", "Comment"))
        pieces.append(Piece(f"Progress report {row.number}", told, parts=signatures))
    return Chapter("reports", "Progress reports", pieces, nothing="None was sent.")


def dops(record: TrainingRecord, today: date) -> Chapter:
    """The DOPS of the record; what an assessor has not signed yet is not told (T5)."""
    rows = with_sums(dops_visible_to(record.trainee, today).filter(record=record))
    pieces = [_dops(row, record) for row in rows.order_by("asked_at", "pk")]
    return Chapter("dops", "DOPS", pieces, nothing="There is none.")


def _dops(row: Dops, record: TrainingRecord) -> Piece:
    told: list[Fact] = [
        *of(row, ("state", "State"), ("observed_on", "Observed"), ("written_at", "Written"), ("asked_at", "Asked")),
        *facts(("competency", "Competency", str(row.item or "")), ("procedure", "Procedure", row.procedure)),
        *of(row, ("place", "Place"), ("assessor_kind", "Assessed by")),
        *of(row, ("assessor_name", "Assessor"), ("assessor_post", "Post"), ("assessor_organisation", "Organisation")),
        *of(row, ("assessor_registration", "Registration")),
        *texts_of(row, ("reason", "Why it was declined or voided")),
    ]
    title = f"{row.procedure or 'DOPS'}, {day(row.observed_on or row.asked_at)}"
    if not shows_scores(row, record.trainee):
        return Piece(title, told)
    told += [
        *of(row, ("complexity", "Complexity"), ("setting", "Setting"), ("overall", "Overall judgement")),
        *facts(("sum", "Sum", sum_of(row).words)),
        *texts_of(row, ("done_well", "Done well"), ("to_improve", "To improve"), ("agreed_action", "Agreed action")),
        *texts_of(row, ("trainee_comment", "Your comment")),
    ]
    for place, said in enumerate(dops_scan_answers(row), 1):
        label = f"Why no patient can be identified ({said.signature.printed_name})"
        told.append(Fact(f"answer_{place}", label, said.answer, long=True))
    scores = [
        Piece(
            f"{one['item'].number}. {one['item'].title}",
            facts(("score", "Score", str(one["score"])), ("words", "Meaning", one["words"])),
        )
        for one in judged(row)
    ]
    return Piece(title, told, parts=[*scores, *signed(signatures_of(row))])


def earlier(record: TrainingRecord, today: date) -> Chapter:
    """Rows of earlier logs that were imported, unsigned (T4, T5, T6)."""
    pieces = [
        _entry(row) for row in imported_entries(record, record.trainee, today).order_by("kind", "happened_on", "pk")
    ]
    return Chapter("earlier", "Earlier entries", pieces, lede=UNSIGNED, nothing="None was imported.")


def _entry(row: EarlierEntry) -> Piece:
    since = became(row)
    told = [
        *of(row, ("kind", "Kind"), ("happened_on", "Day"), ("row", "Row")),
        *facts(("file", "File", row.batch.file_name), ("imported_at", "Imported", row.batch.imported_at)),
        *facts(("mark", "Mark", "Imported, unsigned"), ("became", "What it became", since.words if since else "")),
    ]
    said = [Fact(f"said_{place}", label, value) for place, (label, value) in enumerate(shown_values(row), 1)]
    return Piece(row.title, [*told, *said])


def concerns(record: TrainingRecord, today: date) -> Chapter:
    """Concerns that the trainee reads: those they raised (T8)."""
    pieces = []
    for row in concerns_of(record, record.trainee, today).order_by("raised_at", "pk"):
        left = tuple(f"{level}, until {day(until)}" for level, until in ladder_of(row))
        told = [
            *of(row, ("state", "State"), ("raised_at", "Raised"), ("level", "With"), ("due_on", "Due")),
            *of(row, ("patient_safety", "Patient safety"), ("reference", "Reference"), ("closed_at", "Closed")),
            *facts(("levels_left", "Levels it has left", left)),
            *texts_of(row, ("text", "Concern"), ("outcome", "Outcome")),
            *texts(*_said_on(row)),
        ]
        pieces.append(Piece(f"Concern of {day(row.raised_at)}", told))
    return Chapter("concerns", "Concerns you raised", pieces, lede=FROM_OTHERS, nothing="You have raised none.")


def _said_on(concern: Concern) -> Iterator[tuple[str, str, str]]:
    """What was written on a concern that left it open, each with who and when."""
    for place, row in enumerate(concern_notes(concern), 1):
        what = f"Passed on to {row.get_passed_to_display()}" if row.passed_to else "Answer"
        yield f"said_{place}", f"{what}, {instant(row.written_at)}, {row.written_by}", row.text


def history(record: TrainingRecord, today: date) -> Chapter:
    """What happened in the record, oldest first, as the trainee's own history tells it; without the titles of evidence
    that is withdrawn from view (T3)."""
    readable = evidence_visible_to(record.trainee, today).exclude(state=EvidenceState.QUARANTINED)
    entries = entries_of(history_of(record, record.trainee, today).order_by("seq"), readable)
    pieces = [
        Piece(entry.what, facts(("at", "When", entry.at), ("who", "Who", entry.who), ("role", "As", entry.role)))
        for entry in entries
    ]
    lede = f"{len(pieces)} entries. Times are London time; the first is of {instant(entries[0].at)}." if pieces else ""
    return Chapter("history", "History", pieces, lede=lede)
