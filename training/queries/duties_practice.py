"""What reviews, DOPS, pieces and concerns ask of whom, computed from their rows (N)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, cast

from django.db.models import F, Q, Value
from django.urls import reverse
from django.utils.text import Truncator

from ctts.common.clock import london_date
from ctts.common.months import Month, last_day, month_of
from ctts.common.parts import WaitingRow, WaitsFor, nudging
from ctts.common.templatetags.formats import day, instant, month
from ctts.organisations.access import holds
from ctts.organisations.states import Role
from ctts.scheme.queries import numbers_of
from training.access import Piece
from training.models import (
    CaseStudy,
    Concern,
    Dops,
    Reflection,
    SupervisorReview,
    TrainingRecord,
)
from training.queries.part import BY_LINK, NOBODY_APPOINTED, DutiesOf, Ids, Part, Records, Rows, ids, waits_for_trainee
from training.queries.writing import sent_back_pieces
from training.rules import doers, review_chase
from training.states import (
    AppointmentKind,
    AssessorKind,
    ConcernLevel,
    ConcernState,
    DopsState,
    RecordState,
    ReviewState,
    WritingState,
)

SUPERVISOR, TRAINEE, MODERATOR = "Training Supervisor", "trainee", "External Moderator"
GOES_UP = "It goes to the next level by itself when the day is missed"
COORDINATOR, OFFICE, ASSESSOR = "Training Co-ordinator", "scheme office", "assessor"
SHORT = 80  # letters of an agreed action in a row


# --- reviews (T4) ---


def _turns(part: Part, mine: ReviewState, supervised: Sequence[ReviewState]) -> Iterable[SupervisorReview]:
    """The person's own reviews in a state, and those in others whose supervisor they are, the oldest first."""
    own, others = ids(part.own), ids(part.supervised)
    for row in part.reviews:
        if (row.record_id in own and row.state == mine) or (row.record_id in others and row.state in supervised):
            yield row


def _reviews(part: Part) -> Rows:
    """The trainee acknowledges what is signed; the supervisor signs what is written and submits what both signed."""
    verbs = {ReviewState.SIGNED: "Acknowledge", ReviewState.DRAFT: "Sign", ReviewState.ACKNOWLEDGED: "Submit"}
    for review in _turns(part, ReviewState.SIGNED, [ReviewState.DRAFT, ReviewState.ACKNOWLEDGED]):
        record = part.running[review.record_id]
        own = record.trainee_id == part.user.pk
        left = review.state == ReviewState.DRAFT and review.written_by_id != part.user.pk
        verb = "Take over or discard" if left else verbs[ReviewState(review.state)]
        what = f"{verb} the {'draft ' if left else ''}review of {day(review.held_on)}"
        about, role = ("", TRAINEE) if own else (str(record.trainee), SUPERVISOR)
        since = london_date(review.written_at)
        since = max(since, part.supervises_since[record.pk]) if left else since
        row = _row(what, "review", review.pk, about, role, since, "Read" if own else "Open", record=record.pk)
        yield replace(row, due=_due_of_draft(part, review))


def _due_of_draft(part: Part, review: SupervisorReview) -> date | None:
    """By when a draft is signed whose month is over and has no other review: it stands for the row of that month."""
    record, held = part.running[review.record_id], month_of(review.held_on)
    if review.state != ReviewState.DRAFT or held not in part.months_missed.get(record.pk, ()):
        return None
    return last_day(held) + timedelta(days=numbers_of(record.rules).review_chase_supervisor_days)


def _agreed(part: Part) -> Rows:
    """What was agreed in a review waits, from a week before its day until it is closed, for the trainee or for the
    supervisor, who sees to it for others; an interrupted training is left in peace (T4)."""
    for action in part.agreed:
        record = part.running[action.record]
        own, who = record.trainee_id == part.user.pk, doers(action.owner, str(record.trainee))
        if record.state != RecordState.ACTIVE or not (who.trainee if own else who.supervisor):
            continue
        does = own or action.owner == str(part.user)
        what = f"{'Do' if does else 'See to'} what was agreed: {Truncator(action.text).chars(SHORT)}"
        whom = "" if own else str(record.trainee) if does else f"{action.owner}, for {record.trainee}"
        about = f"{whom}, review of {day(action.held_on)}" if whom else f"Review of {day(action.held_on)}"
        row = _row(what, "reviews", record.pk, about, TRAINEE if own else SUPERVISOR, action.held_on, record=record.pk)
        yield replace(row, url=f"{row.url}#agreed-{action.pk}", due=action.due_on)


def _months(part: Part) -> Rows:
    """Months without a review: the supervisor's once they are over, the co-ordinator's once they are chased. A month
    of which the supervisor has a draft has its row already: to sign that."""
    supervised = set(ids(part.supervised))
    drafted = {(row.record_id, month_of(row.held_on)) for row in part.reviews if row.state == ReviewState.DRAFT}
    for pk, missed in sorted(part.months_missed.items()):
        gaps = [gap for gap in missed if pk not in supervised or (pk, gap) not in drafted]
        yield from _missed(part.running[pk], gaps, part.today, as_supervisor=pk in supervised)


def _months_with_others(part: Part) -> Rows:
    """The co-ordinator waits for the supervisor to write what is missed, and may nudge them (T4, screens 1)."""
    supervised = set(ids(part.supervised))
    for pk, gaps in sorted(part.months_missed.items()):
        record = part.running[pk]
        for row in () if pk in supervised else _missed(record, gaps, part.today, as_supervisor=False):
            waits = part.waits_for(f"months:{pk}", record, AppointmentKind.SUPERVISOR)
            asked = replace(
                row, what=row.what.replace("Ask after", "Write", 1), about=f"{SUPERVISOR}, {row.about}", role=""
            )
            yield nudging(asked, waits, NOBODY_APPOINTED)


def _missed(record: TrainingRecord, gaps: Sequence[Month], today: date, *, as_supervisor: bool) -> Rows:
    """One row a trainee, due by the oldest month: many months that were missed must not hide what else waits."""
    numbers = numbers_of(record.rules)
    if as_supervisor:
        verb, role, days, missed = "Write", SUPERVISOR, numbers.review_chase_supervisor_days, gaps
    else:
        verb, role, days = "Ask after", COORDINATOR, numbers.review_chase_coordinator_days
        missed = [gap for gap in gaps if AppointmentKind.COORDINATOR in review_chase(gap, today, numbers)]
    if not missed:
        return
    over = last_day(missed[0])
    which = f"review of {month(over)}" if len(missed) == 1 else f"reviews of {len(missed)} months from {month(over)} on"
    yield _row(
        f"{verb} the {which}",
        "reviews",
        record.pk,
        str(record.trainee),
        role,
        over,
        due=over + timedelta(days=days),
        record=record.pk,
    )


def _reviews_with_others(part: Part) -> Rows:
    """The supervisor waits for the trainee's acknowledgement, the trainee for the submission."""
    for review in _turns(part, ReviewState.ACKNOWLEDGED, [ReviewState.SIGNED]):
        record = part.running[review.record_id]
        own = record.trainee_id == part.user.pk
        what = f"{'Submit' if own else 'Acknowledge'} the review of {day(review.held_on)}"
        about = part.own_supervisors[record.pk] if own else str(record.trainee)
        duty = f"review:{review.pk}"
        waits = part.waits_for_supervisor(duty, record) if own else waits_for_trainee(duty, record)
        row = _row(what, "review", review.pk, about, since=london_date(review.written_at))
        yield nudging(row, waits, NOBODY_APPOINTED)


# --- DOPS (T5) ---


def _signed_on(dops: Dops) -> date:
    """The day on which the assessor signed; since then it waits for the trainee."""
    return london_date(dops.signed_at)  # type: ignore[attr-defined]  # annotated by the query that found it


def _named(dops: Dops) -> str:
    """A DOPS as a row names it, so that no two are alike: by its procedure, until that is said by when it was asked for
    or started."""
    return f"the DOPS “{dops.procedure}”" if dops.procedure else f"the DOPS of {instant(dops.asked_at)}"


def _asks_supervisor(dops: Dops, now: datetime) -> str:
    """What of a DOPS that is not signed lies with the Training Supervisor; empty while it lies with the assessor."""
    external = dops.assessor_kind == AssessorKind.EXTERNAL
    until: datetime | None = dops.link_until  # type: ignore[attr-defined]  # annotated by the query that found it
    proposed: bool = dops.is_proposed  # type: ignore[attr-defined]  # annotated as well
    if dops.approved_at is None and (proposed or dops.assessor_kind == AssessorKind.COLLEAGUE):
        return f"Approve {dops.assessor_name} as assessor of {_named(dops)}"
    return f"Name who assesses {_named(dops)}" if external and not (until and until > now) else ""


def _assessed_still(dops: Dops) -> bool:
    """Whether whoever is to assess it still may; a former supervisor may not, and then the trainee asks another."""
    return bool(dops.assesses_still)  # type: ignore[attr-defined]  # annotated by the query that found it


def _dops(part: Part) -> Rows:
    """The trainee acknowledges, the assessor assesses; the supervisor approves, names and countersigns."""
    own, supervised = ids(part.own), ids(part.supervised)
    for dops in part.observations:
        if dops.state == DopsState.AWAITING_ACKNOWLEDGEMENT:
            if dops.record_id in own:
                what, since = f"Acknowledge {_named(dops)}", _signed_on(dops)
                yield _row(what, "dops", dops.pk, dops.assessor_name, TRAINEE, since, "Read")
        elif dops.state == DopsState.AWAITING_COUNTERSIGNING:
            if dops.record_id in supervised:
                what, since = f"Countersign {_named(dops)}", _signed_on(dops)
                yield _row(
                    what, "dops", dops.pk, str(dops.record.trainee), SUPERVISOR, since, "Read", record=dops.record_id
                )
        else:
            yield from _dops_to_assess(part, dops, supervised)


def _dops_to_assess(part: Part, dops: Dops, supervised: Ids) -> Rows:
    asked, trainee, since = _asks_supervisor(dops, part.now), str(dops.record.trainee), london_date(dops.asked_at)
    if not _assessed_still(dops):
        if dops.record_id in ids(part.own):
            what = f"Ask somebody else to assess {_named(dops)}"
            yield _row(what, "dops", dops.pk, f"{dops.assessor_name} does so no more", TRAINEE, since)
    elif dops.assessor_id == part.user.pk:
        if not asked:
            what = f"{'Assess' if dops.state == DopsState.REQUESTED else 'Finish'} {_named(dops)}"
            yield _row(what, "dops", dops.pk, trainee, ASSESSOR, since, record=dops.record_id)
    elif asked and dops.record_id in supervised:
        yield _row(asked, "dops", dops.pk, trainee, SUPERVISOR, since, record=dops.record_id)


def _dops_with_others(part: Part) -> Rows:
    """The trainee waits for assessor and supervisor, the assessor for the acknowledgement, the supervisor for whoever
    has a link."""
    own = ids(part.own)
    for dops in part.observations:
        if dops.state == DopsState.AWAITING_ACKNOWLEDGEMENT:
            if dops.assessor_id == part.user.pk:
                what, about = f"Acknowledge {_named(dops)}", str(dops.record.trainee)
                row = _row(what, "dops", dops.pk, about, since=_signed_on(dops))
                yield replace(row, waits=_waits_for_trainee_of(part, dops))
            continue
        signed, since = dops.state == DopsState.AWAITING_COUNTERSIGNING, london_date(dops.asked_at)
        if not signed and not _assessed_still(dops):
            continue
        asked = f"Countersign {_named(dops)}" if signed else _asks_supervisor(dops, part.now)
        if dops.record_id in own:
            about = part.own_supervisors[dops.record_id] if asked else dops.assessor_name
            row = _row(asked or f"Assess {_named(dops)}", "dops", dops.pk, about, since=since)
            yield nudging(
                row, _waits_for_assessor(part, dops, asked=bool(asked)), NOBODY_APPOINTED if asked else BY_LINK
            )
        elif dops.assessor_kind == AssessorKind.EXTERNAL and not asked:
            about = f"{dops.assessor_name}, for {dops.record.trainee}"
            yield nudging(_row(f"Assess {_named(dops)}", "dops", dops.pk, about, since=since), None, BY_LINK)


def _waits_for_trainee_of(part: Part, dops: Dops) -> WaitsFor:
    """The trainee; an assessor who does not stand around them is not told that the training is interrupted."""
    waits = waits_for_trainee(f"dops:{dops.pk}", dops.record)
    return waits if dops.record_id in part.running or not waits.quiet else replace(waits, quiet="Not at present")


def _waits_for_assessor(part: Part, dops: Dops, *, asked: bool) -> WaitsFor | None:
    """The supervisor who is `asked` for something, or the assessor with an account; a link is sent anew instead."""
    duty, record = f"dops:{dops.pk}", part.running[dops.record_id]
    if asked:
        return part.waits_for_supervisor(duty, record)
    return WaitsFor(f"training.{duty}", (dops.assessor_id,), record.trainee_id) if dops.assessor_id else None


# --- pieces (T6) ---


def _pieces(part: Part) -> Rows:
    """The supervisor reads what is submitted and comments on it."""
    for row in _submitted(part.supervised):
        what, since = f"Comment on “{row['title']}”", london_date(row["submitted_at"])
        yield _row(what, row["kind"], row["pk"], row["trainee"], SUPERVISOR, since, "Read", record=row["record"])


def _sent_back(part: Part) -> Rows:
    """The author changes what was withdrawn from view because it identified a patient, and submits it again."""
    if not part.own or "sent_back" not in part.rare:
        return
    rows = sent_back_pieces(ids(part.own)).select_related("reflection", "case")
    for gone in rows.order_by("withdrawn_at", "pk"):
        name, piece = "case" if gone.reflection is None else "reflection", cast(Piece, gone.reflection or gone.case)
        since = london_date(gone.withdrawn_at)
        yield _row("Change withdrawn writing", name, piece.pk, piece.title, TRAINEE, since)


def _pieces_with_others(part: Part) -> Rows:
    """The trainee waits for a comment."""
    for row in _submitted(part.own):
        what, since = f"Comment on “{row['title']}”", london_date(row["submitted_at"])
        waits = part.waits_for_supervisor(f"{row['kind']}:{row['pk']}", part.running[row["record"]])
        shown = _row(what, row["kind"], row["pk"], part.own_supervisors[row["record"]], since=since)
        yield nudging(shown, waits, NOBODY_APPOINTED)


def _submitted(records: Records) -> Iterable[dict[str, Any]]:
    """Pieces of both kinds that wait for a comment, the oldest first, in one query."""
    if not records:
        return []
    columns = ("kind", "pk", "title", "submitted_at", "record", "trainee")
    both = [
        model._default_manager.filter(record__in=ids(records), state=WritingState.SUBMITTED)
        .order_by()
        .annotate(kind=Value(kind), trainee=F("record__trainee__full_name"))
        .values(*columns)
        for model, kind in ((Reflection, "reflection"), (CaseStudy, "case"))
    ]
    rows: Iterable[dict[str, Any]] = both[0].union(both[1], all=True).order_by("submitted_at", "pk")
    return rows


# --- concerns (T8) ---


def _concerns(part: Part) -> Rows:
    """Open concerns for whoever holds their level; those about patient safety for the office too, each once."""
    levels = {ConcernLevel.COORDINATOR: COORDINATOR, ConcernLevel.EXTERNAL_MODERATOR: MODERATOR}
    office = holds(part.user, Role.OFFICE, part.today)
    if not office and not any(part.appointed(level) for level in levels):
        return
    if "concerns" not in part.rare:
        return
    wanted = Q(level=ConcernLevel.OFFICE) | Q(patient_safety=True) if office else Q(pk__in=[])
    for level in levels:
        wanted |= Q(level=level, record__in=part.appointed(level))
    rows = Concern.objects.filter(part.within, wanted, state=ConcernState.OPEN)
    rows = rows.exclude(raised_by=part.user).exclude(record__trainee=part.user)
    for concern in rows.select_related("record__trainee").order_by("due_on", "pk"):
        what = "Answer a patient-safety concern" if concern.patient_safety else "Answer a concern"
        role = OFFICE if office else levels[ConcernLevel(concern.level)]
        since, about = london_date(concern.came_at), str(concern.record.trainee)
        yield _row(what, "concern", concern.pk, about, role, since, due=concern.due_on, record=concern.record_id)


def _unraised(part: Part) -> Rows:
    """A review that speaks of a patient-safety concern raises none: the supervisor does, or the co-ordinator while
    nobody supervises, at once, and once for each reference (T8)."""
    supervised = set(ids(part.supervised))
    found: dict[tuple[int, str], SupervisorReview] = {}
    for review in part.unraised:
        found.setdefault((review.record_id, review.patient_safety_reference.casefold()), review)
    for review in found.values():
        what = f"Raise the patient-safety concern {review.patient_safety_reference}"
        pk, about = review.record_id, str(part.running[review.record_id].trainee)
        role, on = SUPERVISOR if pk in supervised else COORDINATOR, review.held_on
        row = _row(what, "concern_raise", pk, about, role, on, "Raise it", due=on, record=pk)
        yield replace(row, url=f"{row.url}?review={review.pk}")


def _concerns_with_others(part: Part) -> Rows:
    """Whoever raised a concern waits for the level it lies with, which is named as a function only (T8)."""
    if "concerns" not in part.rare:
        return
    around = list({*part.running, *part.around})
    rows = Concern.objects.filter(part.within, raised_by=part.user, record__in=around, state=ConcernState.OPEN)
    for concern in rows.select_related("record__trainee").order_by("due_on", "pk"):
        own = concern.record.trainee_id == part.user.pk
        about = concern.lies_with if own else f"{concern.lies_with}, for {concern.record.trainee}"
        since = london_date(concern.came_at)
        row = _row("Answer your concern", "concern", concern.pk, about, since=since, due=concern.due_on)
        goes_up = concern.level != ConcernLevel.OFFICE
        yield nudging(row, None, GOES_UP if goes_up else "")


# --- rows ---


def _row(
    what: str,
    name: str,
    pk: int,
    about: str,
    role: str = "",
    since: date | None = None,
    button: str = "Open",
    due: date | None = None,
    record: int | None = None,
) -> WaitingRow:
    return WaitingRow(what, reverse(f"training:{name}", args=[pk]), about, role, since, due, button, record=record)


PRACTICE_DUTIES: tuple[DutiesOf, ...] = (
    *(_reviews, _agreed, _months, _dops, _pieces, _sent_back),
    *(_concerns, _unraised),
)
PRACTICE_OTHERS: tuple[DutiesOf, ...] = (
    *(_reviews_with_others, _months_with_others, _dops_with_others, _pieces_with_others),
    _concerns_with_others,
)
