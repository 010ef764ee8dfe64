"""What a training record asks of whom, computed from its rows (N).

Each part of training adds a function to DUTIES and OTHERS; it is given the records in which the person has a part.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from django.urls import reverse

from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.parts import WaitingRow, nudging
from ctts.scheme.queries import handbook_for, numbers_of
from training.models import Evidence, TrainingRecord
from training.queries.duties_changes import CHANGE_DUTIES, CHANGE_OTHERS
from training.queries.duties_events import EVENT_DUTIES
from training.queries.duties_moderator import MODERATOR_DUTIES, MODERATOR_OTHERS
from training.queries.duties_practice import PRACTICE_DUTIES, PRACTICE_OTHERS
from training.queries.duties_reports import REPORT_DUTIES, REPORT_OTHERS
from training.queries.duties_threads import THREAD_DUTIES, THREAD_OTHERS
from training.queries.part import (
    NOBODY_APPOINTED,
    DutiesOf,
    Part,
    Records,
    Rows,
    ids,
    part_of,
    waits_for_trainee,
)
from training.queries.part_asked import BARE, BARE_HELD
from training.rules import sign_chased_on
from training.states import AppointmentKind, EvidenceState, ItemState, PlanState, RecordState

SUPERVISOR, COORDINATOR, TRAINEE = "Training Supervisor", "Training Co-ordinator", "trainee"


def duties_for(user: User, today: date, now: datetime | None = None) -> list[WaitingRow]:
    """What waits for a person in the records they stand in or around: a row for each duty (N); `now` as for `Part`."""
    part = part_of(user, today, now=now)
    return [row for duties in DUTIES for row in duties(part)]


def duties_in(record: TrainingRecord, user: User, today: date, now: datetime | None = None) -> list[WaitingRow]:
    """What waits for a person in one record, what is overdue first (screens 1)."""
    part = part_of(user, today, record, now)
    rows = [row for duties in DUTIES for row in duties(part)]
    return sorted(rows, key=lambda row: min(row.due or today, today))


def waited_for_in(record: TrainingRecord, user: User, duty: str, today: date) -> WaitingRow | None:
    """The row of "Waiting for others" of one record that somebody may nudge about; None where they wait for no such
    duty (screens 1)."""
    part = part_of(user, today, record)
    rows = (row for others in OTHERS for row in others(part))
    return next((row for row in rows if row.waits and row.waits.duty == f"training.{duty}"), None)


def duties_and_others(
    user: User, today: date, now: datetime | None = None
) -> tuple[list[WaitingRow], list[WaitingRow]]:
    """Both of a person, from one look at their part in training."""
    part = part_of(user, today, now=now)
    return [row for duties in DUTIES for row in duties(part)], [row for others in OTHERS for row in others(part)]


def others_for(user: User, today: date) -> list[WaitingRow]:
    """What a person waits for: the trainee for their supervisor, the supervisor for their trainees."""
    part = part_of(user, today)
    return [row for others in OTHERS for row in others(part)]


def _counted(part: Part, rows: Records, state: str) -> Iterator[tuple[TrainingRecord, int, date]]:
    """Records with competencies in a state, how many, and since when the first is in it."""
    for record in rows:
        found = part.counted.get((record.pk, state))
        if found is not None:
            yield record, found[0], london_date(found[1])


def _several(verb: str, many: int) -> str:
    return f"{verb} {many} {'competency' if many == 1 else 'competencies'}"


def _matrix_url(record: TrainingRecord, state: ItemState) -> str:
    return f"{reverse('training:competencies', args=[record.pk])}?state={state}"


def _returned(part: Part) -> Rows:
    """The trainee works again on what came back (T2)."""
    for record, many, since in _counted(part, part.own, ItemState.RETURNED):
        what = _several("Work again on", many)
        url = _matrix_url(record, ItemState.RETURNED)
        yield WaitingRow(what, url, about="Returned with feedback", role=TRAINEE, since=since)


def _bare(part: Part, rows: Records, stands: str) -> Iterator[tuple[TrainingRecord, WaitingRow]]:
    """What was submitted and has no evidence any more lies with the trainee, who shares it again (T2, T3)."""
    for record, many, since in _counted(part, rows, stands):
        one = reverse("training:item", args=[part.counted[record.pk, stands][2]])
        url = one if many == 1 else _matrix_url(record, ItemState.SUBMITTED)
        what = f"Share evidence again for {many} {'competency' if many == 1 else 'competencies'}"
        yield record, WaitingRow(what, url, about="Submitted, and none is shared any more", since=since)


def _unshared(part: Part) -> Rows:
    """The trainee shares evidence again for what nobody can sign (T2, T3)."""
    for _, row in _bare(part, part.own, BARE):
        yield replace(row, role=TRAINEE)


def _evidence(part: Part) -> Rows:
    """The author answers what the scan found, and replaces what was withdrawn (T3)."""
    if not part.own or "evidence" not in part.rare:
        return
    rows = Evidence.objects.filter(author=part.user, record__in=ids(part.own))
    for evidence in rows.filter(state__in=[EvidenceState.HELD, EvidenceState.QUARANTINED]).order_by("pk"):
        held = evidence.state == EvidenceState.HELD
        what = "Answer what the scan found" if held else "Replace withdrawn evidence"
        since = evidence.changed_at if held else evidence.quarantined_at or evidence.changed_at
        url = reverse("training:evidence_one", args=[evidence.pk])
        yield WaitingRow(what, url, about=evidence.title, role=TRAINEE, since=london_date(since))


def _handbook(part: Part) -> Rows:
    """The trainee reads the handbook in force: that of the enrolment, or a version that came later (E1)."""
    wanted = [record for record in part.own if record.handbook_id is not None]
    handbook = handbook_for(part.user) if wanted else None
    if handbook is None or getattr(handbook, "read", False):
        return
    since = max(handbook.published_at, min(record.enrolled_at for record in wanted))
    what, url = f"Read the scheme handbook, version {handbook.version}", reverse("scheme:handbook")
    yield WaitingRow(what, url, role=TRAINEE, since=london_date(since))


def _submitted(part: Part) -> Rows:
    """The supervisor signs or returns what was submitted: one row a trainee (T2)."""
    for record, many, since in _counted(part, part.supervised, ItemState.SUBMITTED):
        yield WaitingRow(
            what=_several("Sign", many),
            url=reverse("training:sign_off", args=[record.pk]),
            about=str(record.trainee),
            role=SUPERVISOR,
            since=since,
            button="See the evidence",
            record=record.pk,
        )


def _changed(part: Part) -> Rows:
    """The supervisor looks at evidence that changed after they signed: one row a trainee, gone once they say that the
    signature still holds, or withdraw it (T2, T3)."""
    for record in part.supervised:
        found = [row for row in part.changed if row.record == record.pk]
        if not found:
            continue
        one = reverse("training:changes", args=[found[0].pk])
        url = one if len(found) == 1 else f"{reverse('training:competencies', args=[record.pk])}?state=changed"
        codes = found[0].code if len(found) == 1 else f"{len(found)} competencies"
        yield WaitingRow(
            what=f"Look at what changed since signed: {codes}",
            url=url,
            about=str(record.trainee),
            role=SUPERVISOR,
            since=min(london_date(row.since) for row in found),
            button="See what changed",
            record=record.pk,
        )


def _unsigned(part: Part) -> Rows:
    """The co-ordinator asks after what waits for the supervisor's signature too long, once the days are over (T2)."""
    for _, row in _to_ask_after(part):
        yield row


def _to_ask_after(part: Part) -> Iterator[tuple[TrainingRecord, WaitingRow]]:
    supervised = set(ids(part.supervised))
    rows = [row for row in part.held(AppointmentKind.COORDINATOR) if row.pk not in supervised]
    active = [row for row in rows if row.state == RecordState.ACTIVE]
    for record, many, since in _counted(part, active, ItemState.SUBMITTED):
        due = sign_chased_on(since, AppointmentKind.COORDINATOR, numbers_of(record.rules))
        if due <= part.today:
            what = f"Ask after the signature of {many} {'competency' if many == 1 else 'competencies'}"
            url = _matrix_url(record, ItemState.SUBMITTED)
            yield record, WaitingRow(what, url, about=str(record.trainee), role=COORDINATOR, since=since, due=due)


def _unsigned_with_others(part: Part) -> Rows:
    """The co-ordinator waits for the signatures that they ask after, and may nudge the supervisor (T2, screens 1)."""
    for record, row in _to_ask_after(part):
        many = part.counted[record.pk, ItemState.SUBMITTED][0]
        waits = part.waits_for(f"sign:{record.pk}", record, AppointmentKind.SUPERVISOR)
        asked = replace(row, what=_several("Sign", many), about=f"{SUPERVISOR}, {record.trainee}", role="")
        yield nudging(asked, waits, NOBODY_APPOINTED)


def _plans_of(part: Part, *, signed: bool) -> Rows:
    """Plans that are not agreed as they are, which this person has signed already, or not (T1)."""
    for pk, standing in sorted(part.plans.items()):
        record = part.running[pk]
        if standing.state == PlanState.AGREED or standing.has_signed(part.user.pk) != signed:
            continue
        mine = record.trainee_id == part.user.pk
        role = "" if signed else (TRAINEE if mine else SUPERVISOR)
        since = standing.signed[0].signed_at if standing.signed else standing.changed_at or record.enrolled_at
        url = reverse("training:plan", args=[record.pk])
        about = (part.own_supervisors[pk] if signed else "") if mine else str(record.trainee)
        waits = None
        if signed:
            duty = f"plan:{pk}"
            waits = part.waits_for_supervisor(duty, record) if mine else waits_for_trainee(duty, record)
        what, since_on = "Agree the training plan", london_date(since)
        row = WaitingRow(what, url, about=about, role=role, since=since_on, record=pk)
        yield nudging(row, waits, NOBODY_APPOINTED) if signed else row


def _plans(part: Part) -> Rows:
    """The plan waits for whoever has not signed it as it is (T1)."""
    return _plans_of(part, signed=False)


def _plans_with_others(part: Part) -> Rows:
    """Whoever has signed the plan waits for the other (T1)."""
    return _plans_of(part, signed=True)


def _with_supervisor(part: Part) -> Rows:
    """The trainee waits for signatures (T2)."""
    for record, many, since in _counted(part, part.own, ItemState.SUBMITTED):
        what, url = _several("Sign", many), _matrix_url(record, ItemState.SUBMITTED)
        waits = part.waits_for_supervisor(f"sign:{record.pk}", record)
        row = WaitingRow(what, url, about=part.own_supervisors[record.pk], since=since)
        yield nudging(row, waits, NOBODY_APPOINTED)


def _with_trainees(part: Part) -> Rows:
    """The supervisor waits for work on what was returned (T2)."""
    for record, many, since in _counted(part, part.supervised, ItemState.RETURNED):
        what, url = _several("Work again on", many), _matrix_url(record, ItemState.RETURNED)
        waits = waits_for_trainee(f"work_again:{record.pk}", record)
        yield WaitingRow(what, url, about=str(record.trainee), since=since, waits=waits)


def _unshared_with_trainees(part: Part) -> Rows:
    """The supervisor waits for evidence of what was submitted (T2, T3)."""
    for stands in (BARE, BARE_HELD):
        for record, row in _bare(part, part.supervised, stands):
            waits = waits_for_trainee(f"share_{stands}:{record.pk}", record)
            yield replace(row, about=str(record.trainee), waits=waits)


HERE: tuple[DutiesOf, ...] = (_returned, _unshared, _evidence, _handbook, _submitted, _changed, _unsigned, _plans)
DUTIES: tuple[DutiesOf, ...] = (
    *(*HERE, *PRACTICE_DUTIES, *MODERATOR_DUTIES, *CHANGE_DUTIES),
    *(*REPORT_DUTIES, *EVENT_DUTIES, *THREAD_DUTIES),
)
HERE_OTHERS: tuple[DutiesOf, ...] = (
    *(_with_supervisor, _with_trainees, _unshared_with_trainees),
    *(_unsigned_with_others, _plans_with_others),
)
OTHERS: tuple[DutiesOf, ...] = (
    *(*HERE_OTHERS, *PRACTICE_OTHERS, *MODERATOR_OTHERS),
    *(*CHANGE_OTHERS, *REPORT_OTHERS, *THREAD_OTHERS),
)
