"""Competencies of a record: who sees them, what is signed, what is held back from signing (T2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.digest import sha256
from ctts.common.prepared import prepared
from ctts.common.whole_numbers import numbers_in
from ctts.common.word_changes import Piece, word_changes
from ctts.documents.states import DocumentState
from training.access import visible_records
from training.models import (
    Evidence,
    EvidenceMapping,
    EvidenceSeen,
    EvidenceVersion,
    ItemReturn,
    ItemSubmission,
    PlanItem,
    SignOff,
    SupervisorRating,
    TrainingRecord,
)
from training.queries.returned import TakenUp, taken_up
from training.states import EvidenceState, ItemState

Content = dict[str, Any]


def items_visible_to(user: User, today: date) -> QuerySet[PlanItem]:
    """Competencies of the records a person sees."""
    records = TrainingRecord.objects.filter(visible_records(user, today))
    rows = PlanItem.objects.filter(record__in=records)
    return rows.select_related("record__trainee", "record__scope", "record__centre", "record__rules", "item__module")


def sign_offs_visible_to(user: User, today: date) -> QuerySet[SignOff]:
    """Signatures and withdrawals under the competencies a person sees."""
    rows = SignOff.objects.filter(item__in=items_visible_to(user, today))
    return rows.select_related("item__record__trainee", "item__item", "signer")


def lacks_evidence() -> Q:
    """The condition for submitted competencies for which no evidence is shared any more: nobody can sign them until the
    trainee shares it again (T2, T3)."""
    ready = Q(evidence__document__isnull=True) | Q(evidence__document__state=DocumentState.CHECKED)
    judged = EvidenceMapping.objects.filter(ready, item=OuterRef("pk"), evidence__state=EvidenceState.SHARED)
    return Q(state=ItemState.SUBMITTED) & ~Q(Exists(judged))


def rests_on_held() -> Exists:
    """Whether evidence of a competency waits for its author's answer or was withdrawn: that is their duty then (T3)."""
    held = [EvidenceState.HELD, EvidenceState.QUARANTINED]
    return Exists(EvidenceMapping.objects.filter(item=OuterRef("pk"), evidence__state__in=held))


def standing_sign_offs() -> QuerySet[SignOff]:
    """Signatures that nobody has withdrawn."""
    withdrawn = SignOff.objects.filter(withdraws=OuterRef("pk"))
    return SignOff.objects.filter(withdraws__isnull=True).exclude(Exists(withdrawn))


@dataclass(frozen=True, slots=True)
class OnEvidence:
    """One piece of evidence of a competency as a signer meets it.

    `seen`: they opened it as it is now; `changed`: they opened it as it was before.
    """

    evidence: Evidence
    seen: bool
    changed: bool

    @property
    def hold(self) -> str:
        """Why it holds the competency back; empty when it does not."""
        if self.seen:
            return ""
        if self.changed:
            return f"“{self.evidence.title}” changed since you opened it. Open it again."
        return f"“{self.evidence.title}” is not opened yet."


@dataclass(frozen=True, slots=True)
class SignRow:
    """A submitted competency on the sign-off page. `hold` says why it cannot be signed yet; empty when it can."""

    item: PlanItem
    evidence: Sequence[OnEvidence]
    note: str
    taken_up: TakenUp | None
    submitted_on: date | None
    digest: str
    hold: str

    @property
    def content(self) -> Content:
        """Exactly what a signature under this row signs."""
        return signing_content(self.item, [one.evidence for one in self.evidence])


def signing_content(item: PlanItem, evidence: Iterable[Evidence]) -> Content:
    """What is signed: the words of the competency and each piece of evidence by its digest (quality rule 8)."""
    return {
        "item": item.pk,
        "code": item.item.code,
        "title": item.item.title,
        "statement": item.item.statement,
        "evidence": {str(one.pk): one.content_sha256 for one in evidence},
    }


def shown_digest(item: PlanItem) -> str:
    """The digest of a competency with its evidence as a page shows it now."""
    return sha256(signing_content(item, judged_evidence([item])[item.pk]))


def judged_evidence(items: Iterable[PlanItem]) -> dict[int, list[Evidence]]:
    """The shared evidence of each competency, by its id, oldest first; one query, whatever their number."""
    found: dict[int, list[Evidence]] = {item.pk: [] for item in items}
    for row in _judged_with_files(list(found)):
        found[row.item_id].append(row.evidence)
    return found


def judged_mappings() -> QuerySet[EvidenceMapping]:
    """What competencies are judged on: evidence mapped to them, shared, its file checked (T2, T3)."""
    ready = Q(evidence__document__isnull=True) | Q(evidence__document__state=DocumentState.CHECKED)
    return EvidenceMapping.objects.filter(ready, evidence__state=EvidenceState.SHARED)


def _judged(items: Any) -> QuerySet[EvidenceMapping]:
    return judged_mappings().filter(item__any_of=items)


@prepared
def _judged_with_files(items: Any) -> QuerySet[EvidenceMapping]:
    return _judged(items).select_related("evidence__document").order_by("evidence__made_at", "evidence__pk")


def sign_rows(signer: User, items: Iterable[PlanItem]) -> list[SignRow]:
    """The rows of the sign-off page for competencies (with `item` loaded): evidence, what was opened, what is held.

    Three queries, whatever the number of competencies.
    """
    rows = list(items)
    evidence = judged_evidence(rows)
    ids = [item.pk for item in rows]
    seen = set(_seen(ids, signer.pk))
    opened = {(item, piece) for item, piece, _ in seen}
    submissions = {submission.item_id: submission for submission in _submissions(ids)}  # the last of each
    return [_sign_row(item, evidence[item.pk], seen, opened, submissions.get(item.pk)) for item in rows]


@prepared
def _seen(items: Any, signer: Any) -> QuerySet[EvidenceSeen, tuple[int, int, str]]:
    rows = EvidenceSeen.objects.filter(item__any_of=items, seen_by=signer).order_by()
    return rows.values_list("item", "evidence", "content_sha256")


@prepared
def _submissions(items: Any) -> QuerySet[ItemSubmission]:
    rows = ItemSubmission.objects.filter(item__any_of=items).select_related("returned")
    return rows.order_by("submitted_at", "pk")


def _sign_row(
    item: PlanItem,
    evidence: list[Evidence],
    seen: set[tuple[int, int, str]],
    opened: set[tuple[int, int]],
    submission: ItemSubmission | None,
) -> SignRow:
    pieces = []
    for one in evidence:
        is_seen = (item.pk, one.pk, one.content_sha256) in seen
        pieces.append(OnEvidence(one, seen=is_seen, changed=not is_seen and (item.pk, one.pk) in opened))
    return SignRow(
        item=item,
        evidence=pieces,
        note=submission.note if submission else "",
        taken_up=taken_up(submission, evidence),
        submitted_on=london_date(submission.submitted_at) if submission else None,
        digest=sha256(signing_content(item, evidence)),
        hold=_row_hold(item, pieces),
    )


def _row_hold(item: PlanItem, pieces: list[OnEvidence]) -> str:
    """Why a competency cannot be signed now: its state, no evidence, old evidence, evidence not opened (screens 8)."""
    if item.state != ItemState.SUBMITTED:
        return f"It is not submitted: it is now “{item.get_state_display()}”."
    if not pieces:
        return "No evidence is shared for it any more. It waits for the trainee, who shares it again."
    held = [piece for piece in pieces if not piece.seen]
    changed = [piece for piece in held if piece.changed]
    if changed or len(held) == 1:
        return (changed or held)[0].hold
    return f"{len(held)} of {len(pieces)} pieces of evidence are not opened yet." if held else ""


@dataclass(frozen=True, slots=True)
class Difference:
    """A piece of evidence that was signed or seen, and what it is now. Texts are empty where nothing may be shown.

    `pieces` marks what differs where both may be read; `was` and `now` are the versions that can be opened.
    """

    title: str
    what: str
    before: str = ""
    after: str = ""
    pieces: Sequence[Piece] = ()
    was: EvidenceVersion | None = None
    now: EvidenceVersion | None = None

    @property
    def same_words(self) -> bool:
        """Whether only the file is another one: its title and its name are as they were."""
        return bool(self.pieces) and self.before == self.after


WITHDRAWN = "It was withdrawn from view: a patient could be identified."
# What was shared until it was withdrawn from view identifies a patient, also when it is replaced since; so does a
# version that was closed (T3).
NOT_WITHDRAWN = Q(evidence__quarantined_at__isnull=True) | Q(shared_at__gt=F("evidence__quarantined_at"))
READABLE = NOT_WITHDRAWN & Q(closing__isnull=True)


def differences(signed: dict[str, str], evidence: Iterable[Evidence]) -> list[Difference]:
    """What differs between evidence as it was signed or seen (id → digest) and what is shared for it now (T2)."""
    current = {str(one.pk): one for one in evidence}
    changed = [key for key, digest in signed.items() if key not in current or current[key].content_sha256 != digest]
    known = {str(one.pk): one for one in Evidence.objects.filter(pk__in=changed).select_related("document")}
    versions = EvidenceVersion.objects.filter(READABLE, evidence__in=[int(key) for key in changed])
    shared = {(str(row.evidence_id), row.content_sha256): row for row in versions.select_related("document")}
    found = []
    for key in changed:
        now, was = known[key], shared.get((key, signed[key]))
        became = shared.get((key, now.content_sha256))
        found.append(_difference(now, was, became, shared=key in current))
    added = [one for key, one in current.items() if key not in signed]
    found += [Difference(one.title, "was added", after=words_of_version(one)) for one in added]
    return found


def _difference(
    evidence: Evidence, was: EvidenceVersion | None, became: EvidenceVersion | None, *, shared: bool
) -> Difference:
    if evidence.state == EvidenceState.QUARANTINED:
        return Difference("A piece of evidence", "was withdrawn from view")
    if not shared:
        title = evidence.title if evidence.state == EvidenceState.SHARED else "A piece of evidence"
        return Difference(was.title if was else title, "is no longer shared for this competency")
    after = words_of_version(evidence)
    if was is None:
        return Difference(evidence.title, "was changed", WITHDRAWN, after, now=became)
    before = words_of_version(was)
    return Difference(evidence.title, "was changed", before, after, word_changes(before, after), was, became)


def words_of_version(row: Evidence | EvidenceVersion) -> str:
    """What a piece of evidence, or a version of it, says: the title, and the text, the link or the name of the file."""
    if row.document is not None:
        return f"{row.title}\nFile: {row.document.original_name}"
    return f"{row.title}\n{row.text or row.url}"


def pieces_in_words(evidence: Iterable[Evidence]) -> str:
    """What a page shows of the evidence of a competency, for its form: `pieces_shown` reads it again."""
    return " ".join(f"{one.pk}:{one.content_sha256}" for one in evidence)


def pieces_shown(item: PlanItem, words: str) -> dict[str, str]:
    """What a page showed of the evidence of a competency, as its form says: evidence id → digest, of its record."""
    said = dict(piece.partition(":")[::2] for piece in words.split())
    known = Evidence.objects.filter(record=item.record_id, pk__in=numbers_in(said)).order_by("pk")
    return {str(one.pk): said[str(one.pk)] for one in known if str(one.pk) in said}


def seen_by(signer: User, item: PlanItem) -> dict[str, str]:
    """What a signer opened of a competency last: evidence id → digest."""
    rows = EvidenceSeen.objects.filter(item=item, seen_by=signer).order_by("seen_at", "pk")
    return {str(row.evidence_id): row.content_sha256 for row in rows}


def submitted_items(record: TrainingRecord) -> QuerySet[PlanItem]:
    """The competencies of a record that wait for the supervisor, in the order of the list."""
    return PlanItem.objects.filter(record=record, state=ItemState.SUBMITTED).select_related("item").order_by("position")


def signed_at(signer: User, record: TrainingRecord, at: datetime) -> list[SignOff]:
    """What one press of a signer signed in a record."""
    rows = SignOff.objects.filter(signer=signer, item__record=record, signed_at=at, withdraws__isnull=True)
    return list(rows.select_related("item__item").order_by("item__position"))


def facts_of_item(item: PlanItem) -> tuple[list[ItemSubmission], list[ItemReturn], list[SignOff]]:
    """Submissions, returns, and signatures with their withdrawals of a competency, newest first."""
    return (
        list(item.submissions.select_related("submitted_by", "returned")),
        list(item.returns.select_related("returned_by")),
        list(item.sign_offs.filter(withdraws__isnull=True).select_related("withdrawn_by")),
    )


def ratings_of_item(item: PlanItem) -> list[SupervisorRating]:
    """The supervisor's ratings of a competency, the one that stands first (screens 4)."""
    return list(item.supervisor_ratings.select_related("rated_by"))
