"""Changing the scheme's numbers: always a new version, from a day, with a reason; and confirming its defaults."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from ctts.accounts.models import User
from ctts.audit.actions import record
from ctts.common.clock import london_date
from ctts.common.months import add_months, in_words
from ctts.common.races import alone_with, taken_means
from ctts.common.verdict import DoneAlready, Invalid, TooLate, require
from ctts.scheme import access
from ctts.scheme.models import RuleConfirmation, RuleSet, RuleWithdrawal
from ctts.scheme.queries import newest_rules, numbers_of
from ctts.scheme.rules import CHECKLISTS, CONFIRMED_AS, LAID_DOWN, NumbersError, SchemeNumbers, from_json, to_json

AHEAD_YEARS = 5  # intakes are entered as far ahead (I2); beyond it is a slip of the year
SUPERSEDED = "A newer version was made since you opened this page."
RULES_LOCK = 0x52554C45  # one advisory lock: who changes the numbers has it alone until the end of the transaction
TAKEN_BACK = "The version that this page showed was taken back."


class Superseded(TooLate):
    """Somebody made a newer version of the scheme rules than the one that the page showed."""


@transaction.atomic
def change_rules(
    *, by: User, now: datetime, changes: Mapping[str, object], effective_on: date, reason: str, seen_version: int
) -> RuleSet:
    """Store the next version of the scheme rules: the present one with `changes` (field name → plain value).

    Nobody already enrolled is affected: a record keeps its version. Raises NotAllowed outside the office, Invalid for
    a number out of bounds or on which forms are built, or for a day in the past or years ahead, Superseded when
    somebody else changed them since `seen_version`.
    """
    require(access.can_manage(by, london_date(now)))
    if effective_on < london_date(now):
        raise Invalid("Numbers cannot take effect in the past.", "effective_on")
    if effective_on > add_months(london_date(now), 12 * AHEAD_YEARS):
        raise Invalid(f"Check the year: this is more than {AHEAD_YEARS} years ahead.", "effective_on")
    if not reason.strip():
        raise Invalid("Say why the numbers change.", "reason")
    alone_with(RULES_LOCK)
    current = newest_rules()
    if current.version != seen_version:
        raise Superseded(SUPERSEDED if current.version > seen_version else TAKEN_BACK)
    if effective_on < current.effective_on:
        raise Invalid(
            f"Version {current.version} takes effect on {in_words(current.effective_on)}, and the next one starts from "
            "its numbers: choose that day or a later one, or take that version back first.",
            "effective_on",
        )
    numbers = _changed(to_json(numbers_of(current)), changes)
    with taken_means(Superseded(SUPERSEDED)):
        rules = RuleSet.objects.create(
            version=_newest_version() + 1,
            effective_on=effective_on,
            numbers=to_json(numbers),
            reason=reason,
            made_at=now,
            made_by=by,
        )
    after = {"version": rules.version, "fields": sorted(changes)}
    record("scheme.rules.changed", by=by, at=now, about=rules, before={"version": seen_version}, after=after)
    return rules


def _changed(held: Mapping[str, object], changes: Mapping[str, object]) -> SchemeNumbers:
    """The numbers that are held with `changes`. Raises Invalid for the first that cannot be."""
    for name in LAID_DOWN.keys() & changes.keys():
        if changes[name] != held[name]:
            raise Invalid(LAID_DOWN[name], name)
    try:
        return from_json({**held, **changes})
    except NumbersError as problem:
        field, message = next(iter(problem.errors.items()))
        raise Invalid(message, field) from problem


@transaction.atomic
def withdraw_rules(*, by: User, now: datetime, version: int, reason: str) -> RuleWithdrawal:
    """Take back a planned version of the scheme rules before its first day; the one before it goes on.

    Raises RuleSet.DoesNotExist for a version there is not, NotAllowed outside the office, TooLate once it is in force
    or a newer one rests on it, DoneAlready when it is taken back, Invalid without a reason.
    """
    alone_with(RULES_LOCK)
    rules = RuleSet.objects.get(version=version)
    if hasattr(rules, "withdrawal"):
        require(access.can_manage(by, london_date(now)))
        own = rules.withdrawal.withdrawn_by_id == by.pk
        raise DoneAlready("You took this version back already.") if own else TooLate("It is taken back already.")
    require(access.can_withdraw_rules(by, rules, london_date(now)))
    if not reason.strip():
        raise Invalid("Say why the version is taken back.", "reason")
    withdrawal = RuleWithdrawal.objects.create(rules=rules, reason=reason.strip(), withdrawn_at=now, withdrawn_by=by)
    before = {"effective_on": rules.effective_on.isoformat()}
    record("scheme.rules.withdrawn", by=by, at=now, about=rules, before=before, words={"reason": withdrawal.reason})
    return withdrawal


def _newest_version() -> int:
    newest: int = RuleSet.objects.aggregate(newest=Max("version"))["newest"]
    return newest


@transaction.atomic
def confirm_default(*, by: User, now: datetime, name: str, seen_version: int) -> RuleConfirmation:
    """Confirm that a default holds, so that it is no longer shown as "default, not confirmed".

    Raises NotAllowed outside the office, Invalid for a field there is not, TooLate when it is confirmed already,
    Superseded when it is another number by now than in `seen_version`.
    """
    require(access.can_manage(by, london_date(now)))
    held = to_json(numbers_of(newest_rules()))
    if name not in held:
        raise Invalid("There is no such number in the scheme rules.", "name")
    seen = RuleSet.objects.filter(version=seen_version).first()
    if seen is None or to_json(numbers_of(seen))[name] != held[name]:
        raise Superseded("This number was changed since you opened the page. Look at it again before you confirm it.")
    confirmation = _confirmed(name, held[name], by, now)
    record("scheme.rules.confirmed", by=by, at=now, about=confirmation, after={"name": name})
    return confirmation


@transaction.atomic
def confirm_checklist(*, by: User, now: datetime, version: str) -> RuleConfirmation:
    """Confirm a version of the checklist of centres; applications that were sent before read as they were sent (C3).

    Raises NotAllowed outside the office, Invalid for a version there is not, TooLate when it is confirmed already.
    """
    require(access.can_manage(by, london_date(now)))
    if version not in CHECKLISTS:
        raise Invalid("There is no such version of the checklist.", "version")
    confirmation = _confirmed(CONFIRMED_AS, version, by, now)
    record("scheme.checklist.confirmed", by=by, at=now, about=confirmation, after={"version": version})
    return confirmation


def _confirmed(name: str, value: object, by: User, now: datetime) -> RuleConfirmation:
    """The confirmation of a default, made once. Raises TooLate for one that is there, DoneAlready for one's own."""
    confirmation, made = RuleConfirmation.objects.get_or_create(
        name=name, value=value, defaults={"confirmed_at": now, "confirmed_by": by}
    )
    if not made:
        own = confirmation.confirmed_by_id == by.pk
        raise DoneAlready("You confirmed it already.") if own else TooLate("It is confirmed already.")
    return confirmation
