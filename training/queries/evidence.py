"""Evidence: who reads what, what waits to be shared, which signatures rest on it (T3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from ctts.accounts.models import User
from ctts.audit.models import AuditEvent
from ctts.common.digest import sha256
from ctts.common.parts import Readers
from ctts.common.word_changes import Piece, word_changes
from ctts.documents import queries as documents
from ctts.documents.models import Document
from ctts.documents.states import DocumentState
from ctts.organisations.access import holds, on_day
from ctts.organisations.states import Role
from ctts.scheme.queries import numbers_of
from training.access import HEAR_OF_PATIENTS, INDEPENDENT, MODERATORS, open_library, visible_evidence
from training.models import (
    Appointment,
    Evidence,
    EvidenceMapping,
    EvidenceVersion,
    IdentifierFinding,
    PlanItem,
    SignOff,
    TrainingRecord,
)
from training.queries.items import READABLE, standing_sign_offs, words_of_version
from training.states import EVIDENCE_MOVES, AppointmentKind, EvidenceState

QUARANTINED = "training.evidence.quarantine"
LABELS = dict(AppointmentKind.choices)
RECENT = 5


# What every page of a piece of evidence shows with it.
SHOWN = ("document", "author", "record__trainee", "record__scope", "record__centre", "record__rules")


def evidence_digest(kind: str, title: str, text: str, url: str, document: Document | None) -> str:
    """The digest of what a piece of evidence says: signatures name it by this (quality rule 8)."""
    file = document.sha256 if document else None
    return sha256({"kind": kind, "title": title, "text": text, "url": url, "file": file})


def evidence_visible_to(user: User, today: date) -> QuerySet[Evidence]:
    """A person's own evidence, and what is shared in the records they see; the rest does not exist for them (T3)."""
    rows = Evidence.objects.filter(visible_evidence(user, today))
    return rows.select_related(*SHOWN)


def evidence_to_withdraw(user: User, today: date) -> QuerySet[Evidence]:
    """What a person could withdraw from view, and what was withdrawn in a record they see: the late hear so (T3)."""
    gone = Q(state=EvidenceState.QUARANTINED) & open_library(user, today)
    rows = Evidence.objects.filter(visible_evidence(user, today) | gone)
    return rows.select_related(*SHOWN)


def evidence_known_withdrawn(user: User, today: date) -> QuerySet[Evidence]:
    """What was withdrawn from view and is not shared again, for those who hear of it and whoever withdrew it: that it
    was, what was found, how far its author is; never what it says (T3, quality rule 17)."""
    records = TrainingRecord.objects.all()
    if not holds(user, Role.OFFICE, today):
        held = Appointment.objects.filter(on_day(today), person=user, kind__in=HEAR_OF_PATIENTS)
        records = records.filter(pk__in=held.values("record"))
    reported = AuditEvent.objects.filter(object="training.evidence", action=QUARANTINED, actor_id=user.pk)
    knows = Q(record__in=records) | (Q(pk__in=reported.values("object_id")) & open_library(user, today))
    again = EvidenceVersion.objects.filter(evidence=OuterRef("pk"), shared_at__gt=OuterRef("quarantined_at"))
    rows = Evidence.objects.filter(knows, ~Exists(again), quarantined_at__isnull=False)
    return rows.exclude(author=user).select_related(*SHOWN)


@dataclass(frozen=True, slots=True)
class EvidenceWanted:
    """What a library is narrowed to, and its order; empty fields narrow nothing. `text`: in the title or the words."""

    text: str = ""
    kind: str = ""
    state: str = ""
    item: PlanItem | None = None
    order: str = ""


ORDERS: dict[str, tuple[str | Lower, ...]] = {
    "": ("-made_at", "-pk"),
    "oldest": ("made_at", "pk"),
    "title": (Lower("title"), "pk"),
    "shows": ("-shows", "-made_at", "-pk"),
}


def library(
    user: User, record: TrainingRecord, today: date, wanted: EvidenceWanted = EvidenceWanted()
) -> QuerySet[Evidence]:
    """The evidence of a record that a person reads and that fits, with how many competencies each shows; newest first
    where nothing else is wanted."""
    rows = evidence_visible_to(user, today).filter(record=record)
    for name in ("kind", "state"):
        if getattr(wanted, name):
            rows = rows.filter(**{name: getattr(wanted, name)})
    if wanted.item:
        rows = rows.filter(pk__in=wanted.item.mappings.values("evidence"))
    if wanted.text:
        rows = rows.filter(Q(title__icontains=wanted.text) | Q(text__icontains=wanted.text))
    return rows.annotate(shows=Count("mappings")).order_by(*ORDERS[wanted.order])


def evidence_versions_visible_to(user: User, today: date) -> QuerySet[EvidenceVersion]:
    """The versions of evidence that a person may open: of what they read, but for what was withdrawn from view: that
    nobody opens, its author neither (T3)."""
    rows = EvidenceVersion.objects.filter(READABLE, evidence__in=evidence_visible_to(user, today))
    related = [f"evidence__{name}" for name in SHOWN if name != "document"]
    return rows.select_related("document", "shared_by", "closing", *related)


def evidence_versions_closed(user: User, today: date) -> QuerySet[EvidenceVersion]:
    """The versions of evidence that are closed, of one's own and in the records whose evidence one reads: that they
    are, and by whom; nobody opens them (T3, quality rule 17)."""
    seen = Evidence.objects.filter(Q(author=user) | open_library(user, today))
    rows = EvidenceVersion.objects.filter(evidence__in=seen, closing__isnull=False)
    related = [f"evidence__{name}" for name in SHOWN if name != "document"]
    return rows.select_related("closing__closed_by", *related)


@dataclass(frozen=True, slots=True)
class NumberedVersion:
    """A version of a piece of evidence as it is listed: its number, whether it may be opened or was `closed`, whether
    it is shared."""

    number: int
    version: EvidenceVersion
    by: str
    opens: bool
    current: bool
    closed: bool


def versions_of(evidence: Evidence) -> list[NumberedVersion]:
    """What a piece of evidence said whenever it was shared, newest first; one query (T3).

    The number counts from the first. What was shared by itself once its file was checked, its author shared. A version
    from before a withdrawal is listed and does not open; of one that was closed its page says by whom.
    """
    rows = evidence.versions.select_related("shared_by", "closing").order_by("shared_at", "pk")
    gone, shared = evidence.quarantined_at, evidence.state == EvidenceState.SHARED
    found = [
        NumberedVersion(
            number=number,
            version=row,
            by=str(row.shared_by or evidence.author),
            opens=gone is None or row.shared_at > gone,
            current=shared and row.content_sha256 == evidence.content_sha256,
            closed=hasattr(row, "closing"),
        )
        for number, row in enumerate(rows, 1)
    ]
    return found[::-1]


def number_of_version(version: EvidenceVersion) -> int:
    """Which version of its piece of evidence this is, counted from the first."""
    return EvidenceVersion.objects.filter(evidence=version.evidence_id, shared_at__lt=version.shared_at).count() + 1


def changed_since_before(version: EvidenceVersion) -> Sequence[Piece]:
    """What a version says otherwise than the one shared before it; empty for the first, and when that one does not
    open."""
    rows = EvidenceVersion.objects.filter(READABLE, evidence=version.evidence_id, shared_at__lt=version.shared_at)
    before = rows.select_related("document").order_by("-shared_at", "-pk").first()
    return word_changes(words_of_version(before), words_of_version(version)) if before else []


def mappable_items(record: TrainingRecord) -> QuerySet[PlanItem]:
    """The competencies that evidence of this record may be mapped to: its own, and no other's (quality rule 1)."""
    return PlanItem.objects.filter(record=record).select_related("item").order_by("position")


def pages_beyond_portfolio(evidence: Evidence) -> int:
    """How many pages a portfolio may have, where this file alone has more of them; 0 where it fits (F3)."""
    most: int = numbers_of(evidence.record.rules).portfolio_pages
    pages = evidence.document.pages if evidence.document else None
    return most if pages and pages > most else 0


def recently_mapped(record: TrainingRecord) -> list[int]:
    """The competencies that evidence of this record was mapped to last, by id, latest first (screens 16)."""
    rows = EvidenceMapping.objects.filter(item__record=record).order_by().values("item")
    found = rows.annotate(last=Max("mapped_at")).order_by("-last", "item")[:RECENT]
    return [row["item"] for row in found]


def mapped_items(evidence: Evidence) -> QuerySet[PlanItem]:
    """The competencies a piece of evidence shows, in the order of the list."""
    return PlanItem.objects.filter(mappings__evidence=evidence).select_related("item").order_by("position")


def mapping_digest(item_ids: Iterable[int]) -> str:
    """The digest of which competencies a piece of evidence shows: another window's choice is not written over."""
    return sha256({"items": sorted(item_ids)})


def open_findings(evidence: Evidence) -> QuerySet[IdentifierFinding]:
    """What the scan found and nobody has answered yet: kinds and how often, never the value (quality rule 17)."""
    return IdentifierFinding.objects.filter(evidence=evidence, settled_at__isnull=True).order_by("kind")


def document_words(document: Document) -> str:
    """The words a machine could read in a file; empty where a person has to look."""
    return documents.text_of(document.pk) or ""


def sharing_owed() -> QuerySet[Evidence]:
    """Drafts that their author declared and whose file is checked by now: the calendar shares them (T3)."""
    return Evidence.objects.filter(
        state__in=EVIDENCE_MOVES["share"].sources, declared_at__isnull=False, document__state=DocumentState.CHECKED
    ).order_by("pk")


def resting_on(evidence: Evidence) -> list[SignOff]:
    """Standing signatures that named this evidence in what they signed, in the order of the list."""
    rows = standing_sign_offs().filter(content__evidence__has_key=str(evidence.pk), item__record=evidence.record_id)
    return list(rows.select_related("item__item").order_by("item__position"))


def codes_resting_on(evidence: Evidence) -> list[str]:
    """The codes of the competencies whose signature rests on this evidence."""
    return [sign_off.item.item.code for sign_off in resting_on(evidence)]


def readers_of(record: TrainingRecord, reader: User, today: date, *, shared: bool) -> Readers:
    """Who reads a piece of evidence: only its author until it is shared, then everybody around (screens 15)."""
    names: dict[int, str] = {record.trainee_id: str(record.trainee)}
    later: list[str] = []
    if shared:
        rows = record.appointments.filter(on_day(today)).exclude(kind__in=INDEPENDENT)
        rows = rows.exclude(kind=AppointmentKind.TRAINER, rights__sees_evidence=False)
        for row in rows.select_related("person").order_by("kind", "pk"):
            names.setdefault(row.person_id, f"{row.person} ({LABELS[row.kind]})")
        later.append("the scheme office")
        if not any(row.kind in MODERATORS for row in rows):
            later.append("External Moderator when appointed")
    mine = ["You"] if names.pop(reader.pk, None) else []
    return Readers([*mine, *names.values()], later)


def evidence_key(evidence_id: int) -> str:
    """Under which key the text typed into a piece of evidence is kept."""
    return f"evidence:{evidence_id}"


def new_evidence_key(record_id: int, kind: str) -> str:
    """Under which key the text typed into new evidence of a record is kept."""
    return f"evidence:new:{record_id}:{kind}"


def shown_evidence(item: PlanItem, user: User, today: date) -> QuerySet[Evidence]:
    """The evidence of a competency that a person reads: all for its author, what is shared for others; the `best`
    first, else the oldest."""
    rows = evidence_visible_to(user, today).filter(mappings__item=item).annotate(best=F("mappings__nominated"))
    return rows.order_by("-best", "made_at", "pk")


def best_evidence(items: Iterable[PlanItem]) -> set[tuple[int, int]]:
    """What is among the best: (competency, piece) of each; one query, whatever their number (T3)."""
    rows = EvidenceMapping.objects.filter(item__in=[item.pk for item in items], nominated=True)
    return set(rows.values_list("item", "evidence"))


def is_shared(evidence: Evidence) -> bool:
    """Whether others read it now: shared, and its file checked."""
    ready = evidence.document is None or evidence.document.state == DocumentState.CHECKED
    return evidence.state == EvidenceState.SHARED and ready
