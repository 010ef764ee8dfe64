"""What waits for a person and what they wait for: duties from every app in one list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.urls import reverse

from applications import queries as application_queries
from assessments import queries as assessment_queries
from ctts.accounts.models import User
from ctts.common.parts import WaitingGroup, WaitingRow
from ctts.common.templatetags.formats import day
from ctts.common.whole_numbers import number_in
from ctts.home.nudging import left_in_peace, nudgeable
from ctts.home.queries.areas import Standing, has_a_part, may_apply, stands_of, supports
from ctts.scheme import queries as scheme_queries
from moderation import queries as moderation_queries
from training import queries as training_queries
from training.models import TrainingRecord


@dataclass(frozen=True, slots=True)
class NothingWaits:
    """What stands in the place of duties: a sentence, and at most one thing to do."""

    words: str
    url: str = ""
    action: str = ""


def waiting_for(user: User, today: date, at: datetime | None = None) -> list[WaitingGroup]:
    """A person's duties in all roles, by urgency, then what they wait for (screens 1); no empty groups.

    `at`: the instant of the day, its beginning without it; by it is judged what ends at an instant, as a link does.

    A duty without a due day belongs to this week: it can be done now, and nothing says that it may wait. Within a group
    what is due comes first, by its day; then what has none, the longest waiting first, for somebody has waited longest
    for it. So a row of long ago stands at the head of "This week" only where nothing there is due.
    """
    own, others = _duties_and_others(user, today, at)
    week = today + timedelta(days=7)
    late = [row for row in own if row.due and row.due < today]
    now = [row for row in own if not row.due or today <= row.due <= week]
    later = [row for row in own if row.due and row.due > week]
    groups = [
        WaitingGroup("Overdue", _sorted(late), "risk", "overdue"),
        WaitingGroup("This week", _sorted(now), "active", "week"),
        WaitingGroup("Later", _sorted(later), key="later"),
        WaitingGroup("Waiting for others", _sorted(nudgeable(others, today)), "waiting", "others"),
    ]
    return [group for group in groups if group.rows]


def when_nothing_waits(user: User, today: date, *, checked: bool = False) -> NothingWaits:
    """What a person is told who has nothing to do: the next date of their training, how to begin an application, or
    what will come here for their part (screens 1); `checked`: this browser keeps answers of the eligibility check."""
    coming = training_queries.next_date_of(user, today)
    if coming is not None:
        next_one = "The next date of your training" if coming.on >= today else "This day of your training has passed"
        words = f"{next_one}: {coming.label}, {day(coming.on)}."
        return NothingWaits(words, reverse("training:mine"), "My training")
    who = Standing(user, today, stands_of(user, today))
    if may_apply(who) and training_queries.APPLIES not in who.stands:
        return _not_applied_yet(user, today, checked=checked)
    if supports(who):
        words = "Applications that name you as Training Supervisor come here, and trainees who need you."
        return NothingWaits(words, reverse("applications:to_support"), "Applications to support")
    if has_a_part(who):
        return NothingWaits("What needs you in your part of the scheme comes here, and goes when it is done.")
    return NothingWaits("A row appears here when something needs you, and goes when it is done.")


def _not_applied_yet(user: User, today: date, *, checked: bool) -> NothingWaits:
    """How to begin, where an intake or a code for a late entry lets one; else from when on (A1, I2, I5)."""
    closed = "" if application_queries.has_late_code(user, today) else application_queries.none_open(today)
    kept = "Your answers of the eligibility check are kept in this browser. " if checked else ""
    if not closed and checked:
        words = f"{kept}Begin an application, and they stand in its form."
        return NothingWaits(words, reverse("applications:mine"), "Go on to the application")
    if not closed:
        words = "You have not applied yet. An application can be begun now."
        return NothingWaits(words, reverse("applications:mine"), "Begin an application")
    check = reverse("applications:eligibility")
    return NothingWaits(f"{kept}You have not applied yet. {closed}", check, "Check whether you can apply")


# Of a long group: how many rows of one kind, how many in all, how many kinds are told apart below it.
OF_A_KIND, OF_A_GROUP, KINDS = 5, 15, 5


def shortened(group: WaitingGroup) -> WaitingGroup:
    """The first rows of a group, at most five of a kind so that many of one do not hide the others, and what is left.

    A group of fifteen or fewer is shown whole.
    """
    if len(group.rows) <= OF_A_GROUP:
        return group
    seen: Counter[str] = Counter()
    shown: list[WaitingRow] = []
    for row in group.rows:
        seen[row.what] += 1
        if seen[row.what] <= OF_A_KIND and len(shown) < OF_A_GROUP:
            shown.append(row)
    here = Counter(row.what for row in shown)
    left = [(what, many - here[what]) for what, many in seen.most_common(KINDS) if many > OF_A_KIND]
    more = [(f"{many} more: {what}", _of_group(group, what)) for what, many in left]
    return replace(group, rows=shown, total=len(group.rows), more=[*more, (f"All {len(group.rows)}", _of_group(group))])


def _of_group(group: WaitingGroup, what: str = "") -> str:
    return f"?{urlencode({'group': group.key, **({'what': what} if what else {})})}"


def narrowed(groups: Iterable[WaitingGroup], key: str, what: str) -> WaitingGroup | None:
    """One group as an address names it, all of it or one kind; None where nothing of the sort waits (any more)."""
    found = next((group for group in groups if group.key == key), None)
    if found is None or not what:
        return found
    rows = [row for row in found.rows if row.what == what]
    return replace(found, rows=rows) if rows else None


def with_trainee(groups: Iterable[WaitingGroup], record: TrainingRecord) -> list[WaitingGroup]:
    """Of a person's own duties those that lie with one trainee, as lists of trainees count them; no empty groups."""
    own = [group for group in groups if group.key != "others"]
    found = [replace(group, rows=[row for row in group.rows if row.record == record.pk]) for group in own]
    return [group for group in found if group.rows]


def trainee_of(user: User, today: date, given: str) -> TrainingRecord | None:
    """The record that an address names, if the person sees it; None for any other text, without asking."""
    number = number_in(given)
    return training_queries.records_visible_to(user, today).filter(pk=number).first() if number else None


def _duties_and_others(
    user: User, today: date, at: datetime | None = None
) -> tuple[list[WaitingRow], list[WaitingRow]]:
    """What each app says that a person has to do, and what they wait for; every open duty makes one row for each of
    the right people, computed from states (N). What they stand as in training is asked once for all."""
    stands = stands_of(user, today)
    found = [
        (scheme_queries.duties_for(user, today), scheme_queries.others_for(user, today)),
        application_queries.duties_and_others(user, today),
        training_queries.duties_and_others(user, today, at),
        assessment_queries.duties_and_others(user, today, stands),
        moderation_queries.duties_and_others(user, today, stands),
    ]
    return [row for own, _ in found for row in own], [row for _, others in found for row in others]


def waited_for(user: User, duty: str, today: date, at: datetime | None = None) -> WaitingRow | None:
    """The row of what a person waits for by the name of the duty; None for whoever does not wait for it."""
    _, others = _duties_and_others(user, today, at)
    return next(iter(left_in_peace(row for row in others if row.waits and row.waits.duty == duty)), None)


def _sorted(rows: Iterable[WaitingRow]) -> list[WaitingRow]:
    return sorted(rows, key=lambda row: (row.due or date.max, row.since or date.max, row.what, row.about))
