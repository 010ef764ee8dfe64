"""What a request for a change of circumstances must be, and who is told of it: shared by asking and deciding (E5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, cast

from ctts.accounts.models import User
from ctts.accounts.rules import name_problem, tidy_name
from ctts.common.clock import london_date
from ctts.common.months import in_words
from ctts.common.verdict import Invalid
from ctts.documents.actions import store
from ctts.documents.proving import ProvenFile
from ctts.notifications.notices import Notice
from ctts.organisations.access import holds
from ctts.organisations.queries import people_with
from ctts.organisations.states import Role
from ctts.scheme.queries import is_accredited
from training import access, notices
from training.actions._practice import want, want_begun
from training.actions._steps import holders, lock_with_record, tell
from training.models import Appointment, ChangeRequest
from training.queries.changes import (
    effect_of,
    holder_on,
    interruption_to_shorten,
    pause_to_shorten,
    pauses_of,
    percent_now,
)
from training.states import CHANGE_ASKS, CHANGES_TRAINING, AppointmentKind, ChangeKind

WORDS = frozenset({"new_name", "telephone", "address", "postcode"})
"""What is empty as an empty text; all else is empty as nothing."""


def lock_change(change_id: int) -> ChangeRequest:
    """A request of a locked record, as it is now."""
    return lock_with_record(ChangeRequest, change_id, "new_supervisor", "new_centre", "document")


def tell_of_change(notice: Notice, change: ChangeRequest, person: User, now: datetime, **more: Any) -> None:
    """One message about a request, once for each person; its words know what is given as `more`."""
    tell(notice, change.record, person, about=change, now=now, key=str(change.pk), change=change, **more)


def tell_not_needed(change: ChangeRequest, by: User, now: datetime) -> None:
    """The supervisor, for whose word a request waited, hears that it is not needed any more, and through whom."""
    notice, key, told = notices.CHANGE_NOT_NEEDED, str(change.pk), {"change": change, "by": by}
    for person in holders(change.record, now, AppointmentKind.SUPERVISOR):
        tell(notice, change.record, person, about=change, now=now, key=key, **told)


def tell_office(change: ChangeRequest, now: datetime) -> None:
    """Everybody in the office hears that a request waits for a decision, but whoever it is about."""
    for person in people_with(Role.OFFICE, london_date(now)).exclude(pk=change.record.trainee_id):
        tell_of_change(notices.CHANGE_TO_DECIDE, change, person, now)


def fill(change: ChangeRequest, values: Mapping[str, Any], upload: ProvenFile | None, by: User, now: datetime) -> None:
    """Take what the kind asks for from the form, judge it, and keep its file. Raises Invalid beside its field."""
    for name in CHANGE_ASKS[change.kind]:
        setattr(change, name, values.get(name) or ("" if name in WORDS else None))
    change.reason = want(values["reason"], "reason", "Say why; whoever decides reads it.")
    check_change(change, london_date(now))
    if upload is not None:
        owner, purpose = change.record.trainee, "training.change"
        change.document = store(upload=upload, owner=owner, by=by, now=now, purpose=purpose, field="document")


def check_change(change: ChangeRequest, today: date) -> None:
    """Judge what is asked for on a day. Raises Invalid beside the field that cannot be (E5)."""
    first, start = change.from_on, change.record.start_on
    if first is None and change.kind != ChangeKind.EXTENSION:
        raise Invalid("Give the day from which.", "from_on")
    if first is not None and change.kind in CHANGES_TRAINING:
        want_begun(first, start, "from_on")
    CHECKS[ChangeKind(change.kind)](change, today)


def _day(change: ChangeRequest) -> date:
    """The day from which, of a kind that has one."""
    return cast(date, change.from_on)


def _check_name(change: ChangeRequest, today: date) -> None:
    problem = name_problem(change.new_name)
    if problem:
        raise Invalid(problem, "new_name")
    change.new_name = tidy_name(change.new_name)
    if change.new_name == change.record.trainee.full_name:
        raise Invalid("This is the name you have now.", "new_name")
    if _day(change) > today:
        raise Invalid("This day has not come yet. Ask once the name is yours.", "from_on")


def _check_contact(change: ChangeRequest, today: date) -> None:
    if not (change.telephone or change.address or change.postcode):
        raise Invalid("Say what is to be different: telephone or address.", "telephone")


def _check_supervisor(change: ChangeRequest, today: date) -> None:
    _not_before(change, today)
    _check_person(change, change.record.centre_id, today)


def _check_centre(change: ChangeRequest, today: date) -> None:
    _not_before(change, today)
    if change.new_centre is None:
        raise Invalid("Choose the new Training Centre.", "new_centre")
    record, centre = change.record, change.new_centre
    if centre.pk == record.centre_id:
        raise Invalid("This is the centre where you train now.", "new_centre")
    on = max(_day(change), today)
    if not is_accredited(centre.pk, record.scope_id, on):
        words = f"{centre} is not accredited for {record.scope} on {in_words(on)}."
        raise Invalid(f"{words} Choose another centre or another day.", "new_centre")
    _check_person(change, centre.pk, today)


def _not_before(change: ChangeRequest, today: date) -> None:
    """A hand-over lies ahead when it is asked for; what was signed until then was signed by the right person."""
    if change.sent_at is None and _day(change) < today:
        raise Invalid("This day is past. Give today or a day to come.", "from_on")


def _check_person(change: ChangeRequest, centre_id: int, today: date) -> None:
    """The new supervisor is one of the centre, not the one who stays, and no moderator of this record (C2, E4)."""
    record, person = change.record, change.new_supervisor
    if person is None:
        raise Invalid("Choose the new Training Supervisor.", "new_supervisor")
    if person.pk == record.trainee_id or not person.is_active or not holds(person, Role.SUPERVISOR, today, centre_id):
        words = f"{person} is no Training Supervisor of this centre."
        raise Invalid(f"{words} The scheme office gives that role; write to them first.", "new_supervisor")
    held = holder_on(record, AppointmentKind.SUPERVISOR, today)
    if held is not None and held.person_id == person.pk and held.starts_on <= today:
        _check_stays(held, change)
    may = access.can_take_over(person, record)
    if not may:
        raise Invalid(may.reason, "new_supervisor")


def _check_stays(held: Appointment, change: ChangeRequest) -> None:
    """The present supervisor is asked for from after their last day: a hand-over that is planned can fall through."""
    if change.kind != ChangeKind.SUPERVISOR:
        return
    if held.ends_on is None:
        raise Invalid(f"{held.person} is your Training Supervisor now.", "new_supervisor")
    if _day(change) <= held.ends_on:
        raise Invalid(f"{held.person} is your Training Supervisor until {in_words(held.ends_on)} already.", "from_on")


def _check_hours(change: ChangeRequest, today: date) -> None:
    record = change.record
    if change.percent is None or not 1 <= change.percent <= 100:
        raise Invalid("Give a share of full time from 1 to 100 per cent.", "percent")
    if change.percent == percent_now(record):
        raise Invalid(f"You train {change.percent} per cent of full time now.", "percent")
    _within_training(change)


def _within_training(change: ChangeRequest) -> None:
    end = change.record.expected_end_on
    if _day(change) > end:
        raise Invalid(f"Your training is expected to end on {in_words(end)}.", "from_on")


def _check_interruption(change: ChangeRequest, today: date) -> None:
    first, last = _day(change), change.until_on
    if last is None or last < first:
        raise Invalid("Give the last day, on or after the first.", "until_on")
    _within_training(change)
    for begins, ends in pauses_of(change.record):
        if begins <= last and first <= ends:
            words = f"Training is interrupted from {in_words(begins)} to {in_words(ends)} already."
            raise Invalid(f"{words} Give days outside it.", "from_on")
    _within_maximum(change, today)


def _check_return(change: ChangeRequest, today: date) -> None:
    """Training goes on within an interruption that is granted: after its first day, on its last day at the latest; on
    its first day, where it has not begun, it is called off."""
    if interruption_to_shorten(change.record, _day(change), today) is not None:
        return
    pause = pause_to_shorten(change.record, today)
    if pause is None:
        raise Invalid("No interruption is granted that could end earlier.", "from_on")
    last = f"and on {in_words(pause.ends_on)} at the latest"
    if pause.starts_on > today:
        raise Invalid(f"Give {in_words(pause.starts_on)} to call it off, or a day after, {last}.", "from_on")
    raise Invalid(f"Give a day after {in_words(pause.starts_on)}, {last}.", "from_on")


def _check_extension(change: ChangeRequest, today: date) -> None:
    end = change.record.expected_end_on
    if change.until_on is None or change.until_on <= end:
        raise Invalid(f"Give a day after the expected end, which is {in_words(end)}.", "until_on")
    _within_maximum(change, today)


def _within_maximum(change: ChangeRequest, today: date) -> None:
    effect = effect_of(change, today)
    if effect.too_late:
        words = f"Training would end on {in_words(effect.end_on)}."
        raise Invalid(f"{words} The scheme allows it until {in_words(effect.latest_on)} at the latest.", "until_on")


Check = Callable[[ChangeRequest, date], None]
CHECKS: dict[ChangeKind, Check] = {
    ChangeKind.NAME: _check_name,
    ChangeKind.CONTACT: _check_contact,
    ChangeKind.SUPERVISOR: _check_supervisor,
    ChangeKind.CENTRE: _check_centre,
    ChangeKind.LESS_THAN_FULL_TIME: _check_hours,
    ChangeKind.INTERRUPTION: _check_interruption,
    ChangeKind.RETURN: _check_return,
    ChangeKind.EXTENSION: _check_extension,
    ChangeKind.WITHDRAWAL: _not_before,
}
