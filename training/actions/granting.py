"""Changes of circumstances (E5): the office decides; what is granted follows in one transaction, or on its day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, cast

from django.db import transaction

from ctts.accounts.actions import change_name
from ctts.accounts.models import User
from ctts.audit.actions import record as audit
from ctts.common.clock import london_date
from ctts.common.months import in_words
from ctts.common.moves import can_move, move_rows
from ctts.common.races import taken_means
from ctts.common.verdict import Invalid, TooLate, require
from ctts.notifications.actions import leave_in_peace, tell_what_was_kept
from ctts.organisations.models import Organisation
from training import access, notices
from training.actions._appointed import called_off, called_off_and_told, ended
from training.actions._changes import check_change, lock_change, tell_not_needed, tell_of_change, tell_office
from training.actions._ending import end_record
from training.actions._practice import fresh, note, step, want
from training.actions._steps import holders, lock_record, tell
from training.actions.appointing import add_appointment
from training.models import (
    ChangeAnswer,
    ChangeDecision,
    ChangeRequest,
    Interruption,
    InterruptionEnd,
    Milestone,
    PlanItem,
    TrainingRecord,
)
from training.queries.changes import (
    MOVES_DATES,
    Effect,
    change_digest,
    coordinator_at,
    effect_of,
    in_place_of,
    interruption_to_shorten,
)
from training.states import CHANGE_MOVES, CHANGES_TRAINING, RECORD_MOVES, AppointmentKind, ChangeKind, RecordState

AROUND = (AppointmentKind.SUPERVISOR, AppointmentKind.COORDINATOR, AppointmentKind.EXTERNAL_MODERATOR)
ONE_DAY = timedelta(days=1)


@transaction.atomic
def go_on_without(*, by: User, now: datetime, change_id: int, words: str) -> ChangeRequest:
    """The office goes on without the word of a supervisor who is away or has left; they are told (E5).

    Raises NotAllowed outside the office and for whoever is part of the training, TooLate when it does not wait for the
    supervisor, Invalid without words.
    """
    change = lock_change(change_id)
    require(access.can_go_on_without(by, change, london_date(now)))
    said = want(words, "words", "Say why you go on without the supervisor's answer.")
    ChangeAnswer.objects.create(change=change, supports=None, words=said, answered_at=now, answered_by=by)
    step(change, CHANGE_MOVES, "support", what="change.went_on", by=by, now=now, words=said)
    tell_not_needed(change, by, now)
    tell_office(change, now)
    return change


@transaction.atomic
def decline_change(
    *,
    by: User,
    now: datetime,
    change_id: int,
    seen: str,
    words: str,
    from_on: date | None = None,
    end_on: date | None = None,
) -> ChangeRequest:
    """Decline a request with reasons; nothing changes, trainee and supervisor are told (E5).

    `from_on` and `end_on` are the terms on which the office looked at it. Raises NotAllowed outside the office and for
    whoever is part of the training, TooLate when it is decided or lies with the supervisor, StaleText when it is not
    what was shown, Invalid without reasons.
    """
    change = lock_change(change_id)
    today = london_date(now)
    require(access.can_decide_change(by, change, today))
    fresh(seen, change_digest(change, effect_of(change, today, from_on=from_on, end_on=end_on)))
    said = want(words, "words", "Give the reasons; the trainee reads them.")
    ChangeDecision.objects.create(change=change, granted=False, words=said, decided_at=now, decided_by=by)
    step(change, CHANGE_MOVES, "decline", what="change.declined", by=by, now=now, words=said)
    _tell_decided(change, [change.record.trainee, *_supervisors(change, now)], now)
    return change


@transaction.atomic
def grant_change(
    *,
    by: User,
    now: datetime,
    change_id: int,
    seen: str,
    words: str = "",
    from_on: date | None = None,
    end_on: date | None = None,
) -> ChangeRequest:
    """Grant a request with the effect that was `seen`; all that follows is done at once, or on its day (E5).

    `from_on` is the office's day of a hand-over, `end_on` its expected end for less than full time or an extension.
    Raises NotAllowed outside the office and for whoever is part of the training, TooLate when it is decided, lies with
    the supervisor, or a function is held otherwise, StaleText when the effect is not what was shown, Invalid for what
    cannot be: beyond the longest time, a centre that is not accredited on the day, days that overlap.
    """
    change = lock_change(change_id)
    today = london_date(now)
    require(access.can_decide_change(by, change, today))
    effect = effect_of(change, today, from_on=from_on, end_on=end_on)
    fresh(seen, change_digest(change, effect))
    _check(change, effect, today)
    told = [change.record.trainee, *holders(change.record, now, *AROUND)]
    _decision(change, effect, words.strip(), by, now)
    facts: dict[str, Any] = {"kind": str(change.kind), "from_on": effect.from_on.isoformat() if effect.from_on else ""}
    step(change, CHANGE_MOVES, "approve", what="change.granted", by=by, now=now, words=words.strip(), **facts)
    DOING[ChangeKind(change.kind)](change, effect, by, now)
    if effect.from_on is None or effect.from_on <= today or change.kind not in LATER:
        _carry_out(change, effect.from_on or today, by, now)
    _tell_decided(change, told if change.kind in CHANGES_TRAINING else told[:1], now, until_on=effect.until_on)
    return change


@transaction.atomic
def note_return(*, by: User, now: datetime, record_id: int, seen: str, from_on: date, words: str) -> InterruptionEnd:
    """The office notes that training goes on from a day on, before the interruption was to end, without a request of
    the trainee; what it had moved comes back by the days not used, and everybody it concerns is told (E5).

    `seen` is the digest of the effect that was shown. Raises NotAllowed outside the office and for whoever is part of
    the training, TooLate when training has ended, StaleText when the effect is not what was shown, Invalid without
    words and for a day on which no interruption goes on.
    """
    record, today = lock_record(record_id), london_date(now)
    require(access.can_note_return(by, record, today))
    said = want(words, "words", "Say how you know; trainee and supervisor read it.")
    change = ChangeRequest(record=record, kind=ChangeKind.RETURN, from_on=from_on)
    check_change(change, today)
    effect = effect_of(change, today)
    fresh(seen, change_digest(change, effect))
    made = _shorten(change, effect, said, by, now)
    for person in [record.trainee, *holders(record, now, *AROUND)]:
        context: dict[str, Any] = {"about": made, "now": now, "key": str(made.pk), "ended": made, "effect": effect}
        tell(notices.INTERRUPTION_SHORTENED, record, person, **context)
    return made


@transaction.atomic
def carry_out_change(*, by: None, now: datetime, change_id: int) -> ChangeRequest:
    """Do on its day what was granted for a day to come: the centre changes, or training ends (E5, D3).

    For the calendar. Raises TooLate before the day, when it is carried out, and when training has ended.
    """
    change = lock_change(change_id)
    on = change.decision.from_on if hasattr(change, "decision") else None
    require(access.can_carry_out(change, london_date(now), on or london_date(now)))
    _carry_out(change, on or london_date(now), by, now)
    return change


@transaction.atomic
def turn_interruption(*, by: None, now: datetime, record_id: int) -> TrainingRecord:
    """Begin or end an interruption whose day has come: the record says whether training is interrupted today (E5).

    For the calendar; does nothing where the record says so already, or has ended.
    """
    record = lock_record(record_id)
    _turn(record, by, now)
    return record


# --- steps ---


def _decision(change: ChangeRequest, effect: Effect, words: str, by: User, now: datetime) -> None:
    """The fact that it is granted, with the days that follow from it."""
    ends = {"was_end_on": effect.was_end_on, "end_on": effect.end_on} if change.kind in MOVES_DATES else {}
    given = {"granted": True, "words": words, "from_on": effect.from_on, **ends}
    ChangeDecision.objects.create(change=change, decided_at=now, decided_by=by, **given)


def _supervisors(change: ChangeRequest, now: datetime) -> list[User]:
    if change.kind not in CHANGES_TRAINING:
        return []
    return holders(change.record, now, AppointmentKind.SUPERVISOR)


def _tell_decided(change: ChangeRequest, people: list[User], now: datetime, until_on: date | None = None) -> None:
    change.refresh_from_db(fields=["state"])
    for person in {person.pk: person for person in people}.values():
        tell_of_change(notices.CHANGE_DECIDED, change, person, now, until_on=until_on)


def _check(change: ChangeRequest, effect: Effect, today: date) -> None:
    """Judge once more what is granted, on the office's terms (E5, C1)."""
    asked = change.from_on
    change.from_on = effect.from_on
    check_change(change, today)
    change.from_on = asked
    if effect.too_late:
        words = f"The scheme allows training until {in_words(effect.latest_on)} at the latest."
        raise Invalid(words, "end_on")
    if change.kind == ChangeKind.EXTENSION and effect.days <= 0:
        raise Invalid("An extension ends after the present end.", "end_on")
    if change.kind == ChangeKind.LESS_THAN_FULL_TIME and effect.end_on < _day(effect):
        raise Invalid("Training would end before this begins.", "end_on")


def _day(effect: Effect) -> date:
    """The day from which, of a kind that has one."""
    return cast(date, effect.from_on)


def _move_dates(change: ChangeRequest, effect: Effect, by: User, now: datetime) -> None:
    """The expected end, the milestones and the planned days come to lie where the effect says."""
    record = change.record
    TrainingRecord.objects.filter(pk=record.pk).update(expected_end_on=effect.end_on)
    record.expected_end_on = effect.end_on
    for moved in effect.milestones:
        Milestone.objects.filter(record=record, kind=moved.key).update(due_on=moved.now)
    for moved in effect.planned:
        PlanItem.objects.filter(record=record, pk=int(moved.key)).update(by_on=moved.now, planned_at=now)
    facts: dict[str, Any] = {row.key: row.now.isoformat() for row in effect.milestones}
    facts.update(was=effect.was_end_on.isoformat(), expected_end_on=effect.end_on.isoformat())
    note("record.dates_moved", record, record, by=by, now=now, planned=len(effect.planned), **facts)


def _interrupt(change: ChangeRequest, effect: Effect, by: User, now: datetime) -> None:
    """The interruption stands, due days move, and from its first day on reminders are silent."""
    days = {"starts_on": change.from_on, "ends_on": change.until_on}
    with taken_means(TooLate("Training is interrupted on one of these days already.")):
        made = Interruption.objects.create(record=change.record, decided_at=now, decided_by=by, **days)
    note(
        "interruption.granted",
        change.record,
        made,
        by=by,
        now=now,
        starts_on=made.starts_on.isoformat(),
        ends_on=made.ends_on.isoformat(),
    )
    _move_dates(change, effect, by, now)
    _turn(change.record, by, now)


def _return(change: ChangeRequest, effect: Effect, by: User, now: datetime) -> None:
    """The interruption ends the day before, and what it had moved comes back by the days not used."""
    _shorten(change, effect, "", by, now)


def _shorten(change: ChangeRequest, effect: Effect, words: str, by: User, now: datetime) -> InterruptionEnd:
    record, first = change.record, _day(effect)
    pause = cast(Interruption, interruption_to_shorten(record, first, london_date(now)))
    was_on, ends_on = pause.ends_on, first - ONE_DAY
    made = InterruptionEnd.objects.create(
        interruption=pause, was_on=was_on, ends_on=ends_on, words=words, decided_at=now, decided_by=by
    )
    if effect.called_off:
        pause.called_off_at = now
        pause.save(update_fields=["called_off_at"])
        facts = {"starts_on": pause.starts_on.isoformat(), "was": was_on.isoformat()}
        note("interruption.called_off", record, pause, by=by, now=now, words=words, **facts)
    else:
        pause.ends_on = ends_on
        pause.save(update_fields=["ends_on"])
        facts = {"was": was_on.isoformat(), "ends_on": ends_on.isoformat()}
        note("interruption.shortened", record, pause, by=by, now=now, words=words, **facts)
    _move_dates(change, effect, by, now)
    _turn(record, by, now)
    return made


def _turn(record: TrainingRecord, by: User | None, now: datetime) -> None:
    """The state follows the interruptions: interrupted on their days, active on all others; the trainee is left in
    peace, and hears what was kept for them when training goes on (N).
    """
    today = london_date(now)
    paused = Interruption.objects.filter(record=record, starts_on__lte=today, ends_on__gte=today).exists()
    name = "interrupt" if paused else "resume"
    if not can_move(record, RECORD_MOVES, name):
        return
    was = str(record.state)
    move_rows(TrainingRecord.objects.filter(pk=record.pk), RECORD_MOVES, name)
    record.refresh_from_db(fields=["state"])
    before, after = {"state": was}, {"state": str(record.state)}
    what = f"training.record.{name}"
    audit(what, by=by, at=now, about=record, within=record.trainee_id, before=before, after=after)
    keep = leave_in_peace if paused else tell_what_was_kept
    quiet = str(RecordState.INTERRUPTED)
    keep(by=by, now=now, person=record.trainee, within=record.trainee_id, quiet=quiet)


def _make_room(
    change: ChangeRequest, effect: Effect, kind: AppointmentKind, person: User, by: User, now: datetime
) -> bool:
    """The holder of a function makes room for `person`: their last day is the day before, and what was to begin in the
    days of `person` is called off (E3, E5).

    Whether `person` is to be appointed: whoever holds it already goes on. Somebody who is appointed from after those
    days stays so. What was signed and agreed before stays.
    """
    record, on, today = change.record, _day(effect), london_date(now)
    held = record.appointments.filter(kind=kind, starts_on__lte=on).exclude(ends_on__lt=on).select_related("person")
    if any(row.person_id == person.pk and row.ends_on is None for row in held):
        return False
    for row in in_place_of(record, kind, on, effect.until_on):
        if row.starts_on <= today:
            words = f"The appointment of {row.person} as {kind.label} began on {in_words(row.starts_on)}."
            raise Invalid(f"{words} Hand over after that day.", "from_on")
        row.record = record
        call_off = called_off if row.person_id == person.pk else called_off_and_told
        call_off(row, by=by, now=now)
    for row in held.filter(starts_on__lt=on):
        require(access.can_end_appointment(by, row.person, record, today))
        ended(row, on - ONE_DAY, by=by, now=now)
    return True


def _supervisor(change: ChangeRequest, effect: Effect, by: User, now: datetime) -> None:
    person = cast(User, change.new_supervisor)
    if _make_room(change, effect, AppointmentKind.SUPERVISOR, person, by, now):
        given: dict[str, Any] = {"record_id": change.record_id, "starts_on": _day(effect), "ends_on": effect.until_on}
        add_appointment(by=by, now=now, kind=AppointmentKind.SUPERVISOR, person=person, **given)


def _centre(change: ChangeRequest, effect: Effect, by: User, now: datetime) -> None:
    """Supervisor and co-ordinator of the new centre from its day on; the centre itself changes on that day."""
    _supervisor(change, effect, by, now)
    found = coordinator_at(cast(Organisation, change.new_centre), london_date(now))
    if found is not None and _make_room(change, effect, AppointmentKind.COORDINATOR, found, by, now):
        given: dict[str, Any] = {"record_id": change.record_id, "starts_on": _day(effect)}
        add_appointment(by=by, now=now, kind=AppointmentKind.COORDINATOR, person=found, **given)


def _name(change: ChangeRequest, effect: Effect, by: User, now: datetime) -> None:
    """The name changes from now on; what was signed under the old one, and the name for the diploma, stay."""
    trainee = change.record.trainee
    change_name(person=trainee, full_name=change.new_name, preferred_name=trainee.preferred_name, by=by, now=now)
    change.record.trainee = User.objects.get(pk=trainee.pk)


def _nothing_more(change: ChangeRequest, effect: Effect, by: User, now: datetime) -> None:
    """The request itself says it all: how to reach the trainee, or that training ends on its day."""


Do = Callable[[ChangeRequest, Effect, User, datetime], None]
DOING: dict[ChangeKind, Do] = {
    ChangeKind.NAME: _name,
    ChangeKind.CONTACT: _nothing_more,
    ChangeKind.SUPERVISOR: _supervisor,
    ChangeKind.CENTRE: _centre,
    ChangeKind.LESS_THAN_FULL_TIME: _move_dates,
    ChangeKind.INTERRUPTION: _interrupt,
    ChangeKind.RETURN: _return,
    ChangeKind.EXTENSION: _move_dates,
    ChangeKind.WITHDRAWAL: _nothing_more,
}
LATER = frozenset({ChangeKind.CENTRE, ChangeKind.WITHDRAWAL})
"""What cannot be dated beforehand in its row: it is carried out on its day."""


def _carry_out(change: ChangeRequest, on: date, by: User | None, now: datetime) -> None:
    """Everything of a granted request is done; for a centre or a withdrawal the last of it is done here."""
    record = change.record
    if change.kind == ChangeKind.CENTRE:
        facts = {"was": record.centre_id, "centre": change.new_centre_id}
        TrainingRecord.objects.filter(pk=record.pk).update(centre=change.new_centre_id)
        record.refresh_from_db(fields=["centre"])
        audit("training.record.centre", by=by, at=now, about=record, within=record.trainee_id, after=facts)
    change.carried_out_at = now
    change.save(update_fields=["carried_out_at"])
    if change.kind == ChangeKind.WITHDRAWAL:
        end_record(record, "withdraw", by, now, on=max(on, record.start_on))
