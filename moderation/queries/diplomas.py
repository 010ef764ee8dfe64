"""Diplomas as the office and their holders see them, what is still owed, and how far a run is (D1)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from ctts.accounts.models import User
from ctts.accounts.queries import people_named
from ctts.audit.models import AuditEvent
from ctts.audit.queries import timeline
from ctts.common.parts import HistoryEntry, Tone
from ctts.common.runs import ItemState, Progress, progress, progress_of
from ctts.common.verdict import YES, Verdict, late
from ctts.organisations.access import holds
from ctts.organisations.states import Role
from moderation.access import visible_diplomas
from moderation.models import Award, Diploma, DiplomaFile, DiplomaYear, IssueItem, IssueRun
from moderation.rules import diploma_number, parse_diploma_number, same_code, same_name, unprintable
from moderation.states import DiplomaState
from training.models import TrainingRecord

HAS_ONE = "{} has a diploma already, or is in a run that goes on. Look at the list again."
PEOPLE = ("award__record__trainee", "award__record__scope")


@dataclass(frozen=True, slots=True)
class RunStanding:
    """How far a run is: numbers given, and of those the sealed files that are there."""

    run: IssueRun
    items: Progress
    sealed: int


@dataclass(frozen=True, slots=True)
class AwardRow:
    """An award that waits for its diploma; `held` says why it is not issued together with the others."""

    award: Award
    held: str


# --- awards that wait ---


def awards_to_issue(user: User, today: date) -> QuerySet[Award]:
    """Ratified awards without any diploma, those ratified first; for the office, empty for anybody else (D1, F7).

    `in_run` says whether a run that goes on will issue it.
    """
    rows = awards_without_diploma().annotate(in_run=Exists(_open_items().filter(award=OuterRef("pk"))))
    return rows if holds(user, Role.OFFICE, today) else rows.none()


def awards_free(user: User, today: date) -> QuerySet[Award]:
    """Ratified awards without any diploma that no run is about to issue; for the office, empty for others (D1)."""
    rows = awards_without_diploma().exclude(Exists(_open_items().filter(award=OuterRef("pk"))))
    return rows if holds(user, Role.OFFICE, today) else rows.none()


def award_rows(user: User, today: date) -> list[AwardRow]:
    """The office's list of what is to be issued, each row with what holds it; one query (D1)."""
    return [AwardRow(award, _held(award)) for award in awards_to_issue(user, today)]


def _held(award: Award) -> str:
    if award.in_run:  # type: ignore[attr-defined]  # annotated by awards_to_issue
        return "A run is about to issue it."
    strange = unprintable(award.record.certificate_name)
    return (
        f"Its name holds what a diploma cannot print: {strange}. Issue it by itself, in Latin letters."
        if strange
        else ""
    )


def awards_without_diploma() -> QuerySet[Award]:
    """Ratified awards for which no diploma was ever issued, those ratified first (D1)."""
    rows = Award.objects.filter(~Exists(Diploma.objects.filter(award=OuterRef("pk"))))
    return rows.select_related("record__trainee", "record__scope", "board").order_by("ratified_at", "pk")


def awards_in_runs() -> QuerySet[Award]:
    """Awards that a run which goes on will issue (D1)."""
    return Award.objects.filter(pk__in=_open_items().values("award"))


def awards_visible_to(user: User, today: date) -> QuerySet[Award]:
    """Every ratified award, with a diploma or without, those ratified first; for the office, empty for others (D1)."""
    rows = Award.objects.select_related("record__trainee", "record__scope", "board").order_by("ratified_at", "pk")
    return rows if holds(user, Role.OFFICE, today) else rows.none()


def none_under_way(award_ids: Collection[int]) -> Verdict:
    """Late once one of some awards has a diploma already, or is in a run that goes on (D1)."""
    rows = Award.objects.filter(pk__in=award_ids).select_related("record__trainee")
    issued = Exists(Diploma.objects.filter(award=OuterRef("pk")))
    taken = rows.filter(issued | Exists(_open_items().filter(award=OuterRef("pk")))).order_by("pk").first()
    return YES if taken is None else late(HAS_ONE.format(taken.record.trainee))


def no_diploma_yet(record: TrainingRecord) -> Verdict:
    """Late once the award of a record has a diploma, in force or not: another takes its place (D1)."""
    number = Diploma.objects.filter(award=record.pk).order_by("pk").values_list("number", flat=True).first()
    said = f"{record.trainee} has the diploma {number} already. Another one is issued in its place."
    return YES if number is None else late(said)


def next_number(year: int) -> str:
    """The number that the next diploma of a year gets if nobody takes it before."""
    last = DiplomaYear.objects.filter(pk=year).values_list("last", flat=True).first() or 0
    return diploma_number(year, last + 1)


def _open_items() -> QuerySet[IssueItem]:
    return IssueItem.objects.filter(state=ItemState.OPEN, run__cancelled_at__isnull=True)


# --- diplomas ---


def diplomas_visible_to(user: User, today: date) -> QuerySet[Diploma]:
    """Their own, all for the office; others do not exist for them (D1)."""
    rows = Diploma.objects.filter(visible_diplomas(user, today))
    return rows.select_related(*PEOPLE, "file__document", "supersedes")


def diplomas_for_office(user: User, today: date, words: str, state: str) -> QuerySet[Diploma]:
    """Every diploma, the newest number first, found by number or by the holder's name; for the office only (D1).

    `words`: a number, or beginnings of the trainee's names; `state`: one of DiplomaState; empty ones narrow nothing.
    """
    if not holds(user, Role.OFFICE, today):
        return Diploma.objects.none()
    rows = diplomas_visible_to(user, today).order_by("-year", "-n")
    if words:
        number = parse_diploma_number(words)
        rows = rows.filter(year=number[0], n=number[1]) if number else rows.filter(_named(words))
    return rows.filter(state=state) if state else rows


def diplomas_with(user: User, today: date, number: str) -> QuerySet[Diploma]:
    """Diplomas that a person sees whose number has this in it, the newest first (D1)."""
    return diplomas_visible_to(user, today).filter(number__icontains=number).order_by("-year", "-n")


def _named(words: str) -> Q:
    return Q(award__record__trainee__in=people_named(words)) | Q(number__icontains=words.strip())


def diplomas_of(record: TrainingRecord) -> QuerySet[Diploma]:
    """Every diploma of a trainee, the newest first. Who may see them, the caller has asked."""
    rows = Diploma.objects.filter(award__record=record).select_related(*PEOPLE, "file__document", "supersedes")
    return rows.order_by("-issued_at", "-pk")


def diploma_in_force(record: TrainingRecord) -> Diploma | None:
    """The diploma of a trainee that is in force, with its file; None when there is none."""
    return diplomas_of(record).filter(state=DiplomaState.ISSUED).first()


def award_of(record: TrainingRecord) -> Award | None:
    """The award of a trainee; None before a board has ratified it (F7)."""
    return Award.objects.filter(pk=record.pk).select_related("board").first()


def files_owed() -> QuerySet[Diploma]:
    """Diplomas in force whose file is not made yet, those issued first (D1)."""
    rows = Diploma.objects.filter(state=DiplomaState.ISSUED, file__isnull=True)
    return rows.select_related(*PEOPLE).order_by("issued_at", "pk")


# --- runs ---


def runs_visible_to(user: User, today: date) -> QuerySet[IssueRun]:
    """Runs that issue diplomas, the newest first; for the office, empty for anybody else (D1)."""
    rows = IssueRun.objects.select_related("started_by").order_by("-started_at", "-pk")
    return rows if holds(user, Role.OFFICE, today) else rows.none()


def run_standing(run: IssueRun, items: QuerySet[IssueItem] | None = None) -> RunStanding:
    """How far a run is, in two queries (screens 25). A page that shows the `items` gives them and counts what it shows.

    Files are counted first: what this calls ended has its file in every row that is read afterwards.
    """
    awards = IssueItem.objects.filter(run=run, state=ItemState.DONE).values("award")
    sealed = DiplomaFile.objects.filter(diploma__award__in=awards).count()
    return RunStanding(run, progress(run) if items is None else progress_of(items), sealed)


def run_items(run: IssueRun) -> QuerySet[IssueItem]:
    """The items of a run in their order, each with its trainee and, once issued, `number` and `sealed_at`."""
    latest = Diploma.objects.filter(award=OuterRef("award")).order_by("-issued_at", "-pk")
    rows = IssueItem.objects.filter(run=run).select_related("award__record__trainee", "award__record__scope")
    return rows.annotate(
        number=Subquery(latest.values("number")[:1]), sealed_at=Subquery(latest.values("file__made_at")[:1])
    ).order_by("pk")


# --- the public check ---


def diploma_numbered(words: str) -> Diploma | None:
    """The diploma with a number as somebody typed it; None for an unknown one or what is no number (D1)."""
    number = parse_diploma_number(words)
    rows = Diploma.objects.select_related("file", "superseded_by")
    return rows.filter(year=number[0], n=number[1]).first() if number else None


def diploma_named(words: str, name: str) -> Diploma | None:
    """The diploma with this number if it was issued to this name; None otherwise, whatever is wrong (D1)."""
    found = diploma_numbered(words)
    matches = same_name(name, found.name if found else "")
    return found if matches else None


def diploma_coded(words: str, code: str) -> Diploma | None:
    """The diploma with this number and this secret code; None otherwise, whatever is wrong (D1)."""
    found = diploma_numbered(words)
    matches = same_code(code, found.code if found else "0")
    return found if matches else None


def ended_at(diploma: Diploma) -> datetime | None:
    """When a diploma stopped being in force: revoked, or superseded by the next; None while it is."""
    newer = getattr(diploma, "superseded_by", None)
    return diploma.revoked_at or (newer.issued_at if newer else None)


HAPPENED: dict[str, tuple[str, Tone, str]] = {
    "moderation.diploma.issued": ("It was issued", "done", "award"),
    "moderation.diploma.sealed": ("Its sealed file was made", "done", "shield-check"),
    "moderation.diploma.revoked": ("It was revoked", "risk", "x-octagon"),
    "moderation.diploma.superseded": ("Another was issued in its place", "neutral", "clock-history"),
}


def history_of_diploma(diploma: Diploma) -> list[HistoryEntry]:
    """What happened to a diploma, newest first, with the reasons beside it; for the office's page of it."""
    rows = timeline(diploma.award.record.trainee_id).filter(object=Diploma._meta.label_lower, object_id=diploma.pk)
    events = list(rows.select_related("words"))
    names = dict(User.objects.filter(pk__in={row.actor_id for row in events}).values_list("pk", "full_name"))
    return [_entry(row, names.get(row.actor_id or 0, "The calendar")) for row in events]


def _entry(row: AuditEvent, who: str) -> HistoryEntry:
    what, tone, icon = HAPPENED[row.action]
    words = getattr(row, "words", None)
    return HistoryEntry(row.at, who, what, note=words.text.get("reason", "") if words else "", tone=tone, icon=icon)
