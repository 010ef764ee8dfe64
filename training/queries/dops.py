"""DOPS: who sees which, what is signed, what is still missing, recent procedures, the log (T5, T11)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, TruncDate

from applications.access import applying_now
from ctts.accounts.models import User
from ctts.common.clock import LONDON, london_date
from ctts.common.digest import sha256
from ctts.common.memo import remembered
from ctts.common.prepared import prepared
from ctts.common.templatetags.formats import instant
from ctts.organisations.access import on_day
from ctts.organisations.models import Affiliation
from ctts.scheme.models import DopsItem
from ctts.scheme.queries import numbers_of
from training.access import Doer, trains_now, visible_records, writer_of
from training.models import (
    Appointment,
    Dops,
    DopsScore,
    DopsSignature,
    ExternalAssessor,
    ExternalDraft,
    PlanItem,
    TrainingDraft,
    TrainingRecord,
)
from training.queries.outliving import NO_COLLEAGUES
from training.rules import (
    ScoreSum,
    not_applicable_words,
    too_many_not_applicable,
)
from training.states import DOPS_WRITTEN, AppointmentKind, AssessorKind, DopsState

HEADER = ("observed_on", "place", "procedure", "complexity", "setting")
WORDS = ("overall", "done_well", "to_improve", "agreed_action")
WHO = ("assessor_kind", "assessor_name", "assessor_post", "assessor_registration")
DOPS_STEPS = ("What", "Items 1 to 5", "Items 6 to 10", "Overall and words", "Sign")
HALF = 5


def dops_visible_to(user: User, today: date) -> QuerySet[Dops]:
    """DOPS of the records a person sees, and those they are asked to assess or have assessed (T5).

    A suitable person sees what they are asked for once the supervisor has approved them.
    """
    records = TrainingRecord.objects.filter(visible_records(user, today))
    asked = Q(assessor=user) & (~Q(assessor_kind=AssessorKind.COLLEAGUE) | Q(approved_at__isnull=False))
    rows = Dops.objects.filter(Q(record__in=records) | asked)
    return rows.select_related(
        "record__trainee", "record__centre", "record__scope", "record__rules", "assessor", "asked_by", "item__item"
    )


def concerned_by_end(dops: Dops, by: User) -> list[User]:
    """Who hears that a DOPS is declined or voided: trainee and assessor, a suitable person once approved; not whoever
    did it. An external person has no account, and is told only while their link opens (T5)."""
    found = {dops.record.trainee_id: dops.record.trainee}
    if dops.assessor is not None and (dops.assessor_kind != AssessorKind.COLLEAGUE or dops.approved_at is not None):
        found[dops.assessor.pk] = dops.assessor
    return [person for person in found.values() if person.pk != by.pk]


def dops_called(dops: Dops) -> str:
    """What a DOPS is called in a list: its procedure; until that is said, since when it is asked for, and by whom (T5).

    One that was started is asked for by its assessor.
    """
    if dops.procedure:
        return dops.procedure
    did = "started" if dops.asked_by_id == dops.assessor_id else "asked for"
    return f"Not said yet, {did} on {instant(dops.asked_at)} by {dops.asked_by}"


def shows_scores(dops: Dops, reader: User) -> bool:
    """Whether a reader sees the scores: everybody once the assessor has signed, until then the assessor alone."""
    return dops.assessor_id == reader.pk or DopsSignature.objects.filter(dops=dops, meaning="assessed").exists()


def form_items(dops: Dops) -> list[DopsItem]:
    """The items of the form with which a DOPS was begun, in their order; a form in use never changes."""
    return remembered(dops, "items", dops.form_id, lambda: _items(dops.form_id))


@prepared
def _items(form: Any) -> QuerySet[DopsItem]:
    return DopsItem.objects.filter(form=form).order_by("number")


def items_of_step(dops: Dops, step: int) -> list[DopsItem]:
    """The items of step 2 or step 3: the first five, the others."""
    items = form_items(dops)
    return items[:HALF] if step == 2 else items[HALF:]


def scores_of(dops: Dops) -> dict[int, int | None]:
    """The scores so far by the id of the item; None is not applicable, an item not judged yet is missing."""
    return dict(_scores(dops.pk))


@prepared
def _scores(dops: Any) -> QuerySet[DopsScore, tuple[int, int | None]]:
    return DopsScore.objects.filter(dops=dops).order_by().values_list("item", "score")


def dops_content(dops: Dops) -> dict[str, Any]:
    """Exactly what the assessor signs: header, competency, scores by number of the item, words (quality rule 8)."""
    return {
        "dops": dops.pk,
        "record": dops.record_id,
        "form": dops.form_id,
        "item": dops.item_id,
        "assessor": dops.assessor_id,
        **{name: _plain(getattr(dops, name)) for name in (*HEADER, *WORDS, *WHO)},
        **({"assessor_organisation": dops.assessor_organisation} if dops.assessor_organisation else {}),
        "scores": [list(pair) for pair in _numbered_scores(dops.pk)],
    }


@prepared
def _numbered_scores(dops: Any) -> QuerySet[DopsScore, tuple[int, int | None]]:
    return DopsScore.objects.filter(dops=dops).order_by("item__number").values_list("item__number", "score")


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, str) else value


def dops_digest(dops: Dops) -> str:
    """The digest of what a DOPS says now; forms that decide about it carry it."""
    return sha256(dops_content(dops))


def dops_step_key(dops_id: int, step: int) -> str:
    """Under which key the assessor's typed text of one step is kept."""
    return f"dops:{dops_id}:{step}"


def steps_kept(assessor: Doer, dops: Dops) -> list[int]:
    """The steps whose typed text is kept and was not saved by its button: nobody signs it (screens 13)."""
    return sorted(kept_steps(assessor, dops))


def kept_steps(assessor: Doer, dops: Dops) -> dict[int, dict[str, Any]]:
    """The raw fields of each such step, as they were typed."""
    keys = {dops_step_key(dops.pk, step): step for step in range(1, len(DOPS_STEPS))}
    writer = writer_of(assessor)
    drafts: Any = ExternalDraft if isinstance(writer, ExternalAssessor) else TrainingDraft
    kept = drafts.objects.filter(owner=writer, form_key__in=keys, version__gt=0, unsaved=True)
    return {keys[key]: fields for key, fields in kept.values_list("form_key", "fields")}


def step_digest(dops: Dops, step: int) -> str:
    """The digest of one step's fields: a step saved in another window since is not written over."""
    if step == 1:
        return sha256({**{name: _plain(getattr(dops, name)) for name in HEADER}, "item": dops.item_id})
    if step == 4:
        return sha256({name: _plain(getattr(dops, name)) for name in WORDS})
    return scores_digest(items_of_step(dops, step), scores_of(dops))


def scores_digest(items: Iterable[DopsItem], known: Mapping[int, int | None]) -> str:
    """The digest of a step's scores: by the number of the item, empty where it is not judged yet."""
    return sha256([[item.number, known.get(item.pk, "")] for item in items])


def judged(dops: Dops) -> list[dict[str, Any]]:
    """Each item with its score as it is read: the number, what it means, or not applicable."""
    known = scores_of(dops)
    found = []
    for item in form_items(dops):
        score, is_judged = known.get(item.pk), item.pk in known
        words = item.anchors[score] if score is not None else "Not applicable" if is_judged else "Not judged yet"
        shown = score if score is not None else "N/A" if is_judged else "–"
        found.append({"item": item, "score": shown, "words": words})
    return found


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that keeps a DOPS from being signed, and the step where it is put right."""

    step: int
    words: str


def missing_of(dops: Dops) -> list[Missing]:
    """What keeps a DOPS from being signed, in the order of the steps (T5)."""
    found = []
    header = [*HEADER, "item_id"]
    if any(not getattr(dops, name) for name in header):
        found.append(Missing(1, "Say what was observed: day, place, procedure, competency, and the two choices."))
    known = scores_of(dops)
    for step in (2, 3):
        open_items = [str(item.number) for item in items_of_step(dops, step) if item.pk not in known]
        if open_items:
            found.append(
                Missing(step, f"Not judged yet: {'item' if len(open_items) == 1 else 'items'} {', '.join(open_items)}.")
            )
    numbers = numbers_of(dops.record.rules)
    if too_many_not_applicable(known.values(), numbers):
        found.append(Missing(3, not_applicable_words(numbers)))
    if not dops.overall:
        found.append(Missing(4, "Give the overall judgement."))
    return found


# --- choosing ---


def dops_of_record(record: TrainingRecord, pk: int) -> Dops | None:
    """One DOPS of a record; None for another's."""
    return Dops.objects.filter(record=record, pk=pk).first()


def recent_procedures(dops: Dops, most: int = 5) -> list[Dops]:
    """DOPS whose procedure may be taken over with one press: of this trainee or by this assessor, newest first.

    None for an external person: the link opens this one DOPS and nothing of any other (quality rule 14).
    """
    if dops.assessor_id is None:
        return []
    rows = Dops.objects.filter(Q(record=dops.record_id) | Q(assessor=dops.assessor_id), state__in=DOPS_WRITTEN)
    found: dict[str, Dops] = {}
    for row in rows.exclude(pk=dops.pk).order_by("-observed_on", "-pk")[:40]:
        found.setdefault(row.procedure.casefold(), row)
    return list(found.values())[:most]


def same_competency(dops: Dops, other: Dops) -> int | None:
    """The competency of this DOPS's record that another DOPS was linked to; None when this list does not have it."""
    if other.record_id == dops.record_id or other.item_id is None:
        return other.item_id
    wanted = PlanItem.objects.filter(pk=other.item_id).values("item__competency")
    rows = PlanItem.objects.filter(record=dops.record_id, item__competency__in=wanted)
    return rows.values_list("pk", flat=True).first()


def possible_assessors(record: TrainingRecord, today: date) -> QuerySet[User]:
    """Whom a trainee may ask for a DOPS: the supervisor, and people of the centre who do not train or apply (T5, E4).

    By name; `can_be_assessor` judges each again when asked.
    """
    held = Appointment.objects.filter(record=record)
    supervisors = held.filter(kind=AppointmentKind.SUPERVISOR)
    current = supervisors.filter(on_day(today)).values("person")
    at_centre = Affiliation.objects.filter(on_day(today), organisation=record.centre_id).values("person")
    trainers = held.filter(on_day(today), kind=AppointmentKind.TRAINER).values("person")
    independent = held.filter(on_day(today), kind__in=NO_COLLEAGUES)
    applicants = applying_now().values("applicant")
    suitable = (Q(pk__in=at_centre) | Q(pk__in=trainers)) & ~Q(pk__in=supervisors.values("person"))
    kept = held.filter(on_day(today), kind=AppointmentKind.TRAINER, rights__assesses=False).values("person")
    suitable &= ~Q(pk__in=applicants) & ~Q(pk__in=kept)
    rows = User.objects.filter(Q(pk__in=current) | suitable, is_active=True)
    rows = rows.exclude(pk__in=trains_now().values("trainee")).exclude(pk=record.trainee_id)
    return rows.exclude(pk__in=independent.values("person")).order_by("sort_name", "pk")


def last_header_of(assessor: User) -> tuple[str, str]:
    """Post and registration number that an assessor gave last; empty texts the first time."""
    rows = Dops.objects.filter(assessor=assessor, state__in=DOPS_WRITTEN).order_by("-pk")
    return rows.values_list("assessor_post", "assessor_registration").first() or ("", "")


# --- the log ---


@dataclass(frozen=True, slots=True)
class DopsWanted:
    """What the log is narrowed to; empty fields narrow nothing."""

    state: str = ""
    kind: str = ""
    item_id: int | None = None


def dops_log(record: TrainingRecord, user: User, today: date, wanted: DopsWanted) -> QuerySet[Dops]:
    """The DOPS of a record, newest observation first, each with its sum, and the day it was written (T5)."""
    given = {"state": wanted.state, "assessor_kind": wanted.kind, "item": wanted.item_id}
    rows = dops_visible_to(user, today).filter(record=record)
    rows = with_sums(rows.filter(**{name: value for name, value in given.items() if value}))
    return rows.order_by(Coalesce("observed_on", "asked_at__date").desc(), "-pk")


def with_sums(rows: QuerySet[Dops]) -> QuerySet[Dops]:
    """DOPS with `points`, `scored`, `judged` and `written_at` (when the assessor signed), in the same query."""
    scores = DopsScore.objects.filter(dops=OuterRef("pk")).order_by().values("dops")
    signed = DopsSignature.objects.filter(dops=OuterRef("pk"), meaning="assessed")
    return rows.annotate(
        points=Coalesce(Subquery(scores.annotate(n=Sum("score")).values("n")), 0),
        scored=Coalesce(Subquery(scores.annotate(n=Count("score")).values("n")), 0),
        judged=Coalesce(Subquery(scores.annotate(n=Count("pk")).values("n")), 0),
        written_at=Subquery(signed.values("signed_at")[:1]),
    )


def written_at(dops: Dops) -> datetime | None:
    """When the assessor signed; None until then."""
    return DopsSignature.objects.filter(dops=dops, meaning="assessed").values_list("signed_at", flat=True).first()


def moderator_dops(record: TrainingRecord, user: User, today: date) -> QuerySet[Dops]:
    """The External Moderator's DOPS of a record, newest first, each with its sum (T11)."""
    return dops_log(record, user, today, DopsWanted(kind=AssessorKind.EXTERNAL_MODERATOR))


def first_year_moderator_dops(record: TrainingRecord, user: User, today: date) -> QuerySet[Dops]:
    """Those of them that are indicative: all but the DOPS of a second year that was opened (Y1, F2)."""
    rows = moderator_dops(record, user, today)
    opened_on = TruncDate("record__year_two__opened_at", tzinfo=LONDON)
    second = rows.filter(of_second_year(F("record__year_two__opened_at"), opened_on))
    counts = Q(record__year_two__isnull=True) | Q(
        pk__in=DopsSignature.objects.filter(meaning="assessed").values("dops")
    )
    return rows.filter(counts).exclude(pk__in=second.values("pk"))


def sum_of(row: Dops) -> ScoreSum:
    """The plain sum of a DOPS from `with_sums`."""
    most = numbers_of(row.record.rules).dops_item_most
    points, scored, judged = (getattr(row, name) for name in ("points", "scored", "judged"))
    return ScoreSum(points, most * scored, judged - scored)


def linked_items(record: TrainingRecord) -> QuerySet[PlanItem]:
    """The competencies of a record that a DOPS is linked to, for the filter of its log."""
    rows = PlanItem.objects.filter(Exists(Dops.objects.filter(item=OuterRef("pk"))), record=record)
    return rows.select_related("item").order_by("position")


def signatures_of(dops: Dops) -> Sequence[DopsSignature]:
    """The signatures under a DOPS, oldest first."""
    return list(dops.signatures.order_by("signed_at", "pk"))


# --- what assessments ask ---


def dops_submitted(record: TrainingRecord) -> int:
    """How many DOPS of a record are complete, the External Moderator's left out (Y4)."""
    rows = Dops.objects.filter(record=record, state=DopsState.COMPLETE)
    return rows.exclude(assessor_kind=AssessorKind.EXTERNAL_MODERATOR).count()


def log_scores(record: TrainingRecord) -> list[tuple[Dops, list[int | None]]]:
    """Every complete DOPS of a record with its ten scores in order, oldest first: what makes the Practical (F2)."""
    rows = list(Dops.objects.filter(record=record, state=DopsState.COMPLETE).order_by("observed_on", "pk"))
    return _scored(rows)


def _scored(rows: Iterable[Dops]) -> list[tuple[Dops, list[int | None]]]:
    known = {row.pk: row for row in rows}
    found: dict[int, list[int | None]] = {pk: [] for pk in known}
    pairs = DopsScore.objects.filter(dops__in=list(known)).order_by("dops", "item__number").values_list("dops", "score")
    for dops, score in pairs:
        found[dops].append(score)
    return [(known[pk], scores) for pk, scores in found.items()]


def final_external_dops(record: TrainingRecord, year: int = 2) -> Dops | None:
    """The External Moderator's last complete DOPS of a year of training, None without one (T11, F2).

    The second year begins when it is opened by the released first-year pass; a DOPS observed on a London day before,
    or signed by its assessor before, belongs to the first year. Raises ValueError for another year.
    """
    if year not in (1, 2):
        raise ValueError("Training has a first and a second year.")
    rows = Dops.objects.filter(record=record, state=DopsState.COMPLETE, assessor_kind=AssessorKind.EXTERNAL_MODERATOR)
    opened = getattr(TrainingRecord.objects.select_related("year_two").get(pk=record.pk), "year_two", None)
    if opened is None:
        return rows.order_by("-observed_on", "-pk").first() if year == 1 else None
    second = rows.filter(of_second_year(opened.opened_at, london_date(opened.opened_at)))
    rows = rows.exclude(pk__in=second.values("pk")) if year == 1 else second
    return rows.order_by("-observed_on", "-pk").first()


def of_second_year(opened_at: datetime | F, opened_on: date | F | TruncDate) -> Q:
    """The DOPS of a second year that was opened then, on that London day: observed from that day on, signed after (F2).

    What the first-year pass rests on was signed before it, though perhaps on the same day.
    """
    return Q(observed_on__gte=opened_on, signatures__meaning="assessed", signatures__signed_at__gte=opened_at)
