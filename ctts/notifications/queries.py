"""What was told to whom, and what has not left the house."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from ctts.accounts.access import can_accept
from ctts.accounts.models import AccountMail, Invitation, User
from ctts.accounts.queries import invitation_path
from ctts.common import mail
from ctts.common.calendar_jobs import seconds_since
from ctts.common.mail import Backlog, MailState
from ctts.common.parts import WaitsFor
from ctts.common.prepared import prepared
from ctts.notifications.models import Message, Nudge, Preference, ReminderStep
from ctts.notifications.rules import NUDGE_EVERY


def messages_about(within: int) -> QuerySet[Message]:
    """All messages of one dossier (a person's id), newest first, each with its recipient.

    For the record page of the office; that the reader may open the dossier was asked by the caller.
    """
    return Message.objects.filter(within_id=within).select_related("to").order_by("-queued_at", "-pk")


def messages_to(person: User) -> QuerySet[Message]:
    """All that a person was told or will be, newest first; not what the office holds or gave up: that says nothing yet.

    What waits for their daily mail, or until they are left in peace no longer, is theirs already.
    """
    kept_back = Q(state=MailState.HELD, daily=False, problem="") | Q(state=MailState.CANCELLED, problem="given up")
    return Message.objects.filter(to=person).exclude(kept_back).order_by("-queued_at", "-pk")


def told(kind: str, about: type[Model], **columns: OuterRef) -> Exists:
    """Whether a message of a kind about a row was queued: for `filter` and `exclude` of a query.

    `kind`: the key of its notice, given by the caller, who stands above the notices. `columns`: by lookup of
    `Message`, the column of the outer query: `about_id=OuterRef("pk")` and, where it matters, `to=` whom,
    `queued_at__gte=` since when.
    """
    return Exists(Message.objects.filter(kind=kind, about_label=about._meta.label_lower, **columns))


def steps_taken(keys: Iterable[str]) -> set[str]:
    """Which of these reminder steps were taken, with a message or in silence (N)."""
    return set(ReminderStep.objects.filter(key__in=list(keys)).values_list("key", flat=True))


def when_taken(keys: Iterable[str]) -> dict[str, datetime]:
    """When each of these reminder steps was taken, with a message or in silence; others are left out (N)."""
    rows = ReminderStep.objects.filter(key__in=list(keys))
    return dict(rows.values_list("key", "at"))


def last_nudges(duties: Iterable[str], today: date) -> dict[tuple[str, int], date]:
    """By duty and person the last day of a nudge that still forbids another one today (screens 1)."""
    rows = Nudge.objects.filter(duty__in=list(duties), nudged_on__gt=today - NUDGE_EVERY).order_by("nudged_on")
    return {(duty, to): on for duty, to, on in rows.values_list("duty", "to", "nudged_on")}


def people_to_nudge(waits: WaitsFor, by: User, today: date) -> list[User]:
    """Those who are waited for and may be nudged today, by name: nobody who left, nor who was nudged already, nor
    whoever is left in peace (N)."""
    last = last_nudges([waits.duty], today)
    free = [] if waits.quiet else [person for person in waits.people if (waits.duty, person) not in last]
    return list(User.objects.filter(pk__in=free, is_active=True).exclude(pk=by.pk).order_by("sort_name", "pk"))


def whose_duty(waits: WaitsFor, people: Iterable[User]) -> str:
    """Of whom it is that these people are asked for something, for the words of the mail: who is asked for many has the
    same duty many times (screens 1). Empty where only that person is asked."""
    if all(person.pk == waits.within for person in people):
        return ""
    return User.objects.filter(pk=waits.within).values_list("full_name", flat=True).first() or ""


def nudged_by(person: User, duty: str, today: date) -> bool:
    """Whether somebody has nudged about a duty themselves in the last three days."""
    return Nudge.objects.filter(by=person, duty=duty, nudged_on__gt=today - NUDGE_EVERY).exists()


def outbox_for_office() -> QuerySet[Message]:
    """What has not arrived for sure: in doubt, dead, held back, waiting. Oldest first; what is left out was sent,
    collected or cancelled. The caller's page is the office's.
    """
    return Message.objects.exclude(state__in=mail.FINISHED).select_related("to").order_by("queued_at", "pk")


def withheld_for_office() -> QuerySet[Message]:
    """Messages that never went, newest first, with the code why in `problem`: staff see why somebody did not hear."""
    return Message.objects.filter(state=MailState.CANCELLED).select_related("to").order_by("-queued_at", "-pk")


def waiting_for_daily_mail(now: datetime) -> list[int]:
    """Ids of the people whose daily mail is due at `now` and has something to say."""
    due = Message.objects.filter(state=MailState.HELD, daily=True, not_before__lte=now)
    return list(due.order_by("to_id").values_list("to_id", flat=True).distinct())


def outbox_backlog(now: datetime) -> Backlog:
    """How mail stands in all, that of accounts included: for the head of the outbox page."""
    return mail.backlog(Message, now=now) + mail.backlog(AccountMail, now=now)


def outbox_state(now: datetime) -> dict[str, int | None]:
    """The same in plain numbers for `/readyz`, with the seconds since the last beat (None: there was none)."""
    backlog = outbox_backlog(now)
    return {
        "outbox_waiting": backlog.waiting,
        "outbox_age_seconds": backlog.oldest_seconds,
        "in_doubt": backlog.in_doubt,
        "dead_letters": backlog.dead,
        "last_beat_seconds": seconds_since(),
    }


def invitation_door(reference: str, now: datetime) -> str | None:
    """For `Notice(link=…)`: the path that opens the invitation with this id; None when it opens nothing any more."""
    invitation = Invitation.objects.select_related("person").filter(pk=int(reference)).first()
    return invitation_path(invitation) if invitation and can_accept(invitation, now) else None


def preference_of(person: User) -> Preference:
    """What a person chose; at once and nothing muted when they never did (that row is not stored)."""
    chosen = _preference(person.pk)
    return chosen[0] if chosen else Preference(person=person)


@prepared
def _preference(person: Any) -> QuerySet[Preference]:
    return Preference.objects.filter(person=person)
