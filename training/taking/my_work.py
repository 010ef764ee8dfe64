"""Chapters about the work: plan, competencies, evidence, reflective pieces, long case studies (T1, T2, T3, T6)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ctts.common.templatetags.formats import day
from training.access import Piece as Writing
from training.models import (
    CaseStudy,
    Comment,
    Evidence,
    EvidenceMapping,
    EvidenceVersion,
    PieceVersion,
    PlanItem,
    Reflection,
    SignOff,
    TrainingRecord,
)
from training.queries.copies import Chapter, CopiedFile, Fact, Piece
from training.queries.plans import plan_standing
from training.queries.returned import taken_up
from training.queries.told import copied, facts, of, signed, texts, texts_of
from training.queries.writing import (
    comments_on,
    is_closed,
    parts_of,
    parts_of_version,
    piece_versions,
    quote_is_closed,
    scan_answer,
)
from training.states import EvidenceState

WITHDRAWN = "it was withdrawn from view because a patient could be identified, and is given out to nobody"


def plan(record: TrainingRecord, today: date) -> Chapter:
    """The plan as it stands, and who signed which version (T1)."""
    standing = plan_standing(record)
    now = facts(("state", "State", str(standing.state.label)), ("agreed", "Version agreed by both", standing.agreed))
    pieces = [
        Piece("The plan now", now),
        Piece("Signatures", parts=_agreements(record)),
        Piece("Per competency", parts=[_planned(row) for row in _items(record)]),
    ]
    return Chapter("plan", "Training plan", pieces)


def _items(record: TrainingRecord) -> list[PlanItem]:
    return list(PlanItem.objects.filter(record=record).select_related("item__module").order_by("position"))


def _agreements(record: TrainingRecord) -> list[Piece]:
    rows = record.plan_agreements.order_by("version", "signed_at", "pk")
    return [Piece(f"Version {row.version}, {row.printed_name}", piece.facts) for row in rows for piece in signed([row])]


def _planned(row: PlanItem) -> Piece:
    told = of(row, ("where", "Where"), ("with_whom", "With whom"), ("by_on", "By"))
    return Piece(str(row.item), [*told, *texts_of(row, ("how", "How"))])


def competencies(record: TrainingRecord, today: date) -> Chapter:
    """Each competency with its state, what was submitted and returned, its signatures, and what shows it (T2)."""
    shown: dict[int, list[str]] = {}
    mapped = EvidenceMapping.objects.filter(item__record=record).exclude(evidence__state=EvidenceState.QUARANTINED)
    for mapping in mapped.select_related("evidence").order_by("pk"):
        best = " (among the best)" if mapping.nominated else ""
        shown.setdefault(mapping.item_id, []).append(f"{mapping.evidence.title}{best}")
    pieces = [_competency(row, shown.get(row.pk, [])) for row in _items(record)]
    return Chapter("competencies", "Competencies", pieces)


def _competency(row: PlanItem, evidence: list[str]) -> Piece:
    told = [
        *facts(("code", "Code", row.item.code), ("group", "Group", row.item.group)),
        *facts(("module", "Module", str(row.item.module))),
        *of(row, ("state", "State"), ("own_rating", "Your own rating"), ("changed_at", "Last change")),
        *facts(("evidence", "Evidence", tuple(evidence))),
        *texts(("statement", "Statement", row.item.statement)),
    ]
    originals = SignOff.objects.filter(item=row, withdraws__isnull=True).select_related("withdrawn_by")
    parts = [
        *_submitted(row),
        *_told(row.returns.order_by("returned_at", "pk"), "Returned", "returned_at", ("reason", "Feedback")),
        *_rated(row),
        *signed(originals.order_by("signed_at", "pk"), ("comment", "Comment")),
    ]
    return Piece(str(row.item), told, parts=parts)


def _submitted(row: PlanItem) -> list[Piece]:
    """Each submission with its note, and after a return what was said to each point."""
    parts = []
    for one in row.submissions.select_related("returned").order_by("submitted_at", "pk"):
        found = taken_up(one, ())
        points = [f"{point}: {answer or 'Not answered.'}" for point, answer in found.points] if found else []
        told = [*of(one, ("submitted_at", "When")), *facts(("points", "What was asked", tuple(points)))]
        parts.append(Piece("Submitted", [*told, *texts_of(one, ("note", "Note"))]))
    return parts


def _rated(row: PlanItem) -> list[Piece]:
    words = (("rating", "Rating, 0 to 4"), ("rated_at", "When"))
    rows = row.supervisor_ratings.order_by("rated_at", "pk")
    return [Piece("Rated by the supervisor", of(one, *words)) for one in rows]


def _told(rows: Iterable[object], title: str, at: str, text: tuple[str, str]) -> list[Piece]:
    return [Piece(title, [*of(row, (at, "When")), *texts_of(row, text)]) for row in rows]


# --- evidence ---


def evidence(record: TrainingRecord, today: date) -> Chapter:
    """Every piece of evidence, drafts too, with its file; of what was withdrawn from view only that it was (T3)."""
    rows = Evidence.objects.filter(record=record).select_related("document").order_by("made_at", "pk")
    codes: dict[int, list[str]] = {}
    for mapping in EvidenceMapping.objects.filter(evidence__record=record).select_related("item__item"):
        codes.setdefault(mapping.evidence_id, []).append(mapping.item.item.code)
    gone: list[tuple[str, str]] = []
    pieces = []
    for row in rows:
        pieces.append(_evidence(row, sorted(codes.get(row.pk, []))))
        if row.state == EvidenceState.QUARANTINED:
            gone.append((f"Evidence of {day(row.made_at)}", WITHDRAWN))
    words = "You have added none."
    return Chapter("evidence", "Evidence", pieces, nothing=words, left_out=gone)


def _evidence(row: Evidence, codes: list[str]) -> Piece:
    told = [
        *of(row, ("kind", "Kind"), ("state", "State"), ("made_at", "Added"), ("changed_at", "Last change")),
        *facts(("competencies", "Competencies", tuple(codes))),
    ]
    if row.state == EvidenceState.QUARANTINED:
        return Piece(f"Evidence of {day(row.made_at)}, withdrawn from view", told)
    told += [
        *of(row, ("declared_at", "You declared that no patient can be identified"), ("url", "Link")),
        *of(row, ("content_sha256", "SHA-256 of what it says")),
        *texts_of(row, ("text", "Text"), ("answer", "Your answer to the scan")),
    ]
    return Piece(row.title, told, copied((row.title, row.document)), _versions(row))


def _versions(row: Evidence) -> list[Piece]:
    """What it said when it was shared, where that is not what it says now; nothing from before a withdrawal, nothing
    that was closed (T3)."""
    rows = EvidenceVersion.objects.filter(evidence=row).exclude(content_sha256=row.content_sha256)
    rows = rows.filter(closing__isnull=True)
    if row.quarantined_at is not None:
        rows = rows.filter(shared_at__gt=row.quarantined_at)
    pieces = []
    for version in rows.select_related("document").order_by("shared_at", "pk"):
        told = [*of(version, ("shared_at", "Shared"), ("title", "Title"), ("url", "Link"))]
        told += [*of(version, ("content_sha256", "SHA-256 of what it said")), *texts_of(version, ("text", "Text"))]
        files: list[CopiedFile] = copied((version.title, version.document))
        pieces.append(Piece("Earlier version", told, files))
    return pieces


# --- writing ---


def reflections(record: TrainingRecord, today: date) -> Chapter:
    """Reflective pieces, drafts too, with their submitted versions and the comments on them (T6)."""
    rows = Reflection.objects.filter(record=record).order_by("made_at", "pk")
    pieces = [_written(row, of(row, ("model", "Model"), ("happened_on", "It happened on"))) for row in rows]
    return Chapter("reflections", "Reflective pieces", pieces, nothing="You have written none.")


def case_studies(record: TrainingRecord, today: date) -> Chapter:
    """Long case studies, drafts too, section by section, with their versions and the comments on them (T6)."""
    rows = CaseStudy.objects.filter(record=record).order_by("made_at", "pk")
    pieces = [_written(row, []) for row in rows]
    return Chapter("case_studies", "Long case studies", pieces, nothing="You have written none.")


def _written(row: Writing, told: list[Fact]) -> Piece:
    parts = parts_of(row)
    told = [
        *told,
        *of(row, ("state", "State"), ("words", "Words"), ("made_at", "Begun"), ("submitted_at", "Submitted")),
        *(
            Fact(f"part_{place}", part.title, part.text, long=True, markdown=True)
            for place, part in enumerate(parts, 1)
        ),
    ]
    said = scan_answer(row)
    told += texts_of(said, ("answer", "Your answer to the scan")) if said else []
    versions = [_version(version) for version in reversed(piece_versions(row))]
    comments = [
        Piece(
            f"Comment of {comment.written_by}",
            [
                *of(comment, ("written_at", "Written"), ("part", "About")),
                *([] if quote_is_closed(comment, parts) else texts_of(comment, ("quote", "The words it is about"))),
                *texts_of(comment, ("text", "Comment")),
                *_answered(comment),
            ],
        )
        for comment in comments_on(row)
    ]
    return Piece(row.title, told, parts=[*versions, *comments])


def _version(version: PieceVersion) -> Piece:
    """A piece as it was submitted; of a version that is closed only that it was (quality rule 17)."""
    told = [*of(version, ("submitted_at", "Submitted")), *of(version, ("sha256", "SHA-256 of what it said"))]
    if is_closed(version):
        return Piece(f"{version}, closed: a patient could be identified", told)
    parts = enumerate(parts_of_version(version), 1)
    said = [Fact(f"part_{place}", part.title, part.text, long=True, markdown=True) for place, part in parts]
    return Piece(str(version), [*told, *of(version, ("title", "Title"), ("words", "Words")), *said])


def _answered(comment: Comment) -> list[Fact]:
    answer = getattr(comment, "answer", None)
    if answer is None:
        return []
    told = of(answer, ("answered_at", "You answered"), ("fate", "What became of it"))
    return [*told, *texts_of(answer, ("reason", "In your words"))]
