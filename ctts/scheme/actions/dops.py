"""DOPS forms: imported, and changed on their page; always a new version, from a moment on (T5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction

from ctts.accounts.models import User
from ctts.audit.actions import record
from ctts.common.clock import london_date, london_midnight
from ctts.common.months import in_words
from ctts.common.races import taken_means
from ctts.common.verdict import DoneAlready, Invalid, TooLate, require
from ctts.scheme import access, queries
from ctts.scheme.actions._dops import add_dops_form, next_version, store_dops_form
from ctts.scheme.models import DopsForm, Scope
from ctts.scheme.spreadsheet import DopsItemRow, dops_differences

NEWER = "A newer version of this DOPS form was made since you opened the page."


class DopsFormChanged(TooLate):
    """Somebody made a newer version of a DOPS form than the one that the page showed."""


@transaction.atomic
def import_dops_form(*, by: User | None, now: datetime, scope: Scope | None, items: Iterable[DopsItemRow]) -> DopsForm:
    """Store the next version of a DOPS form, for one scope or (None) for any; it holds at once (T5).

    Raises NotAllowed outside the office.
    """
    require(access.can_manage(by, london_date(now)))
    return store_dops_form(by=by, now=now, scope=scope, items=items, starts_at=now)


@transaction.atomic
def change_dops_form(
    *,
    by: User,
    now: datetime,
    scope: Scope | None,
    items: Sequence[DopsItemRow],
    starts_on: date | None,
    reason: str,
    seen: int,
) -> DopsForm:
    """Make the next version of the form of a scope or (None) of the general one, from a day on or (None) at once (T5).

    DOPS that were asked for or begun keep the items they have. `seen` is the version, by its id, from which the page
    started: for the first form of a scope the general one, 0 where there was none. Raises NotAllowed outside the
    office, Invalid without a reason, when nothing differs, for a day in the past or one before a planned version holds,
    DoneAlready for one's own again, DopsFormChanged when somebody else made a newer one since `seen`.
    """
    require(access.can_manage(by, london_date(now)))
    if not reason.strip():
        raise Invalid("Say why the items change.", "reason")
    version = next_version(scope)  # asked before what it starts from: whoever comes between takes this number
    base = queries.dops_form_to_change(scope, now)
    if base is not None and base.pk != seen:
        raise _overtaken(by, base, items, reason)
    if not _differ(base, items):
        raise Invalid("Nothing differs from the version before. Change an item first.")
    starts_at, why = _from_when(base, starts_on, now), reason.strip()
    with taken_means(lambda: _overtaken(by, queries.dops_form_to_change(scope, now), items, reason)):
        form = add_dops_form(by=by, now=now, starts_at=starts_at, reason=why, scope=scope, version=version, items=items)
    changed = dops_differences(queries.dops_rows(base), items)
    after = {"version": form.version, "items": sorted({int(one.code) for one in changed})}
    words = {"reason": form.reason}
    record("scheme.dops_form.changed", by=by, at=now, about=form, before={"form": seen}, after=after, words=words)
    return form


def _overtaken(by: User, newer: DopsForm | None, items: Sequence[DopsItemRow], reason: str) -> TooLate:
    """What somebody is told whom a newer version overtook: that they made it themselves, or that a colleague did."""
    own = newer is not None and newer.imported_by_id == by.pk and newer.reason == reason.strip()
    if own and not _differ(newer, items):
        return DoneAlready("You made this version already.")
    return DopsFormChanged(NEWER)


def _differ(base: DopsForm | None, items: Sequence[DopsItemRow]) -> bool:
    return bool(dops_differences(queries.dops_rows(base), items))


def _from_when(base: DopsForm | None, starts_on: date | None, now: datetime) -> datetime:
    """The moment from which a new version holds. Raises Invalid for one in the past, or before `base` holds."""
    today = london_date(now)
    if starts_on is not None and starts_on < today:
        raise Invalid("DOPS cannot have new items in the past.", "starts_on")
    starts_at = now if starts_on is None or starts_on == today else london_midnight(starts_on)
    since = queries.held_since(base) if base is not None else None
    if base is not None and since is not None and starts_at < since:
        first = in_words(london_date(since))
        raise Invalid(
            f"Version {base.version} is planned from {first}, and the new one starts from its items: choose that day "
            "or a later one. From the same day the new version takes its place.",
            "starts_on",
        )
    return starts_at
