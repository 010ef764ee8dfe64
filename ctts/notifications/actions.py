"""Telling people, reminding them, the daily mail, and what the office does about mail that did not arrive."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import IntegrityError, models, transaction

from ctts.accounts.models import User
from ctts.audit.actions import record
from ctts.common import mail
from ctts.common.clock import london_date
from ctts.common.inserting import insert_unless_taken
from ctts.common.letters import Addressee, Words
from ctts.common.mail import MAIL_MOVES, MailState
from ctts.common.moves import change_state, move_rows
from ctts.common.parts import WaitsFor
from ctts.common.queue import enqueue
from ctts.common.races import taken_means
from ctts.common.verdict import DoneAlready, Invalid, TooLate, require
from ctts.documents.models import Document
from ctts.notifications import access, queries
from ctts.notifications.models import Message, Nudge, Preference, ReminderStep
from ctts.notifications.notices import DAILY, NUDGE, Notice, kinds, mutable_kinds, words_of
from ctts.notifications.rules import next_daily_mail
from ctts.notifications.tasks import deliver

OVERTAKEN = "overtaken"
DONE = "done already"  # what a message asked for, before its daily mail went


def notify(
    notice: Notice,
    *,
    to: User | Addressee,
    key: str,
    about: models.Model,
    now: datetime,
    context: Mapping[str, Any] | None = None,
    within: int | None = None,
    attachment: Document | None = None,
    link: str = "",
    not_before: datetime | None = None,
    hold: bool = False,
    quiet: str = "",
) -> Message:
    """Tell one person of one event, in the transaction of the decision; the mail leaves after the commit (N).

    `to` may be somebody without an account, whom nothing is kept back from and who reads no daily mail. A second call
    with the same `key` (event and person) returns the first message and tells nobody. `within`: person id of the
    dossier. The inactive and those who muted the kind get a row with the reason and no mail. `not_before` keeps it
    until then, `hold` until `release`. `quiet` is the code why the person is left in peace: what chases gets a row and
    no mail, other news is kept for `tell_what_was_kept`; what is urgent or `always` goes. `link`: id from which the
    notice makes its secret address at sending. Raises LookupError for an undeclared notice, ValueError for a context,
    link or file that does not fit it.
    """
    _require_fitting(notice, link, attachment)
    way = _way(notice, to, alone=bool(attachment or link or not_before), hold=hold, quiet=quiet)
    words = words_of(notice, person=to, link=link, part=way.part, context=context or {})
    message = Message(
        **_concerns(notice, about, within),
        **_says(words),
        **_whom(to),
        key=key,
        **mail.times(now, next_daily_mail(now) if way.daily else not_before),
        attachment=attachment,
        link=link,
        **way.columns,
    )
    return _store(message, now)


@transaction.atomic
def remind(
    notice: Notice,
    *,
    to: User,
    key: str,
    step: str | int,
    about: models.Model,
    now: datetime,
    context: Mapping[str, Any] | None = None,
    within: int | None = None,
    due_on: date | None = None,
    slept_through: Iterable[str | int] = (),
) -> Message | None:
    """Send one step of a series of reminders, once for all; None when it was passed over in silence before (N).

    `key` names series and person ("applications.draft_waits:application:7:person:3"), `step` the step in it, `due_on`
    the day on which it came. `slept_through` are earlier steps that came without being sent: they are passed over, so
    that a calendar that was stopped for a month sends one reminder and not three.
    """
    pass_over(notice, to=to, key=key, steps=slept_through, now=now)
    name = f"{key}:{step}"
    taken = ReminderStep.objects.filter(key=name).select_related("message").first()
    if taken is not None:
        return taken.message
    try:
        with transaction.atomic():
            message = notify(notice, to=to, key=name, about=about, now=now, context=context, within=within)
            about_it = {"kind": notice.key, "at": now, "person": to, "due_on": due_on}
            ReminderStep.objects.create(key=name, message=message, **about_it)
    except IntegrityError:  # another process took the step in this moment
        return ReminderStep.objects.select_related("message").get(key=name).message
    return message


@transaction.atomic
def pass_over(notice: Notice, *, to: User, key: str, steps: Iterable[str | int], now: datetime) -> None:
    """Take reminder steps in silence: those that a later one has overtaken, and those long over (N)."""
    about_it = {"kind": notice.key, "at": now, "person": to, "reason": OVERTAKEN}
    rows = [ReminderStep(key=f"{key}:{step}", **about_it) for step in steps]
    ReminderStep.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def nudge(*, by: User, now: datetime, waits: WaitsFor, what: str, path: str) -> int:
    """Ask those who are waited for to do it, each at most once in three days for this duty; returns how many. The mail
    names whose dossier it is about.

    That `by` waits for them is the caller's to know, from the rows of "Waiting for others" (screens 1). Raises TooLate
    when nobody may be nudged (now): nudged already by whomever, left, or in peace (N); DoneAlready for one's own nudge
    sent twice.
    """
    today = london_date(now)
    free = queries.people_to_nudge(waits, by, today)
    if not free:
        refused = DoneAlready if queries.nudged_by(by, waits.duty, today) else TooLate
        raise refused(waits.quiet or "Nobody can be nudged about this now. It is done at most once in three days.")
    whose = queries.whose_duty(waits, free)
    for person in free:
        with taken_means(TooLate("Somebody else nudged them a moment ago.")):
            made = Nudge.objects.create(
                duty=waits.duty, to=person, by=by, within_id=waits.within, nudged_at=now, nudged_on=today
            )
        record("notifications.nudged", by=by, at=now, about=made, within=waits.within, after={"to": person.pk})
        context = {"by": by, "what": what, "path": path, "whose": "" if person.pk == waits.within else whose}
        notify(
            NUDGE, to=person, key=f"{NUDGE.key}:{made.pk}", about=made, within=waits.within, now=now, context=context
        )
    return len(free)


@transaction.atomic
def send_daily_mail(*, person_id: int, by: User | None, now: datetime) -> Message | None:
    """Put what was kept for a person's daily mail into one mail and send it; None when nothing was kept (N).

    `by` is None for the calendar, or the person who just chose to hear at once. A message is in one daily mail only.
    What asked for something that was done since is left out; the mail says how much that is, and each row why.
    """
    person = User.objects.select_for_update(no_key=True).get(pk=person_id)
    kept = Message.objects.filter(to=person, state=MailState.HELD, daily=True).order_by("queued_at", "pk")
    parts = list(kept if by else kept.filter(not_before__lte=now))
    if not parts:
        return None
    rows = Message.objects.filter(pk__in=[part.pk for part in parts])
    if not person.is_active:
        move_rows(rows, MAIL_MOVES, "cancel", problem="inactive")
        return None
    over = [part.pk for part in parts if _is_over(part)]
    move_rows(Message.objects.filter(pk__in=over), MAIL_MOVES, "cancel", problem=DONE)
    told = [part for part in parts if part.pk not in over]
    if not told:
        return None
    newest = max(part.pk for part in told)
    context = {"parts": told, "left_out": len(over)}
    whole = notify(DAILY, to=person, key=f"{DAILY.key}:{newest}", about=person, now=now, context=context, within=None)
    move_rows(rows.exclude(pk__in=over), MAIL_MOVES, "collect", digest=whole)
    return whole


def _is_over(message: Message) -> bool:
    """Whether a message asks for something that does not wait any more."""
    asks = kinds()[message.kind].asks
    return asks is not None and not asks(message)


@transaction.atomic
def leave_in_peace(*, by: User | None, now: datetime, person: User, within: int, quiet: str) -> None:
    """From now on this person is left in peace about a dossier: what waits for their daily mail is kept, and what
    chases is dropped, each with the code `quiet` (N). That it is so, the caller decides.
    """
    waiting = Message.objects.filter(to=person, within_id=within, state=MailState.HELD, daily=True)
    named = kinds().values()
    chasing = [notice.key for notice in named if notice.chases]
    dropped = move_rows(waiting.filter(kind__in=chasing), MAIL_MOVES, "cancel", problem=quiet)
    reaching = [notice.key for notice in named if notice.reaches]
    kept = waiting.exclude(kind__in=reaching).update(daily=False, not_before=None, problem=quiet)
    _note_peace("kept", kept + dropped, by=by, now=now, person=person, within=within)


@transaction.atomic
def tell_what_was_kept(*, by: User | None, now: datetime, person: User, within: int, quiet: str) -> None:
    """This person is left in peace no longer: what was kept goes in the next daily mail, whatever they chose; what has
    a file goes at once (N). That it is so, the caller decides.
    """
    kept = _kept(person, within, quiet).order_by("queued_at", "pk")
    parts = kept.filter(attachment__isnull=True).update(daily=True, problem="", not_before=next_daily_mail(now))
    files = list(kept.select_for_update(of=("self",), no_key=True))
    for message in files:
        change_state(message, MAIL_MOVES, "release", problem="")
        _ring(message, now)
    _note_peace("told", parts + len(files), by=by, now=now, person=person, within=within)


@transaction.atomic
def drop_what_was_kept(*, by: User | None, now: datetime, person: User, within: int, quiet: str) -> None:
    """What was kept while this person was left in peace is never told: it will not go on. The code stays (N)."""
    dropped = move_rows(_kept(person, within, quiet), MAIL_MOVES, "cancel")
    _note_peace("dropped", dropped, by=by, now=now, person=person, within=within)


@transaction.atomic
def choose_delivery(*, by: User, now: datetime, person: User, daily: bool, muted: Collection[str]) -> Preference:
    """A person chooses to hear at once or once a day, and which kinds not at all (N).

    What waits for the daily mail goes now when they choose at once. Raises NotAllowed for another person's choice,
    Invalid for a kind that nobody may mute.
    """
    require(access.can_choose_delivery(by, person))
    if unknown := set(muted) - mutable_kinds().keys():
        raise Invalid(f"This message cannot be turned off: {', '.join(sorted(unknown))}.", field="muted")
    choice, _ = Preference.objects.update_or_create(person=person, defaults={"daily": daily, "muted": sorted(muted)})
    if not daily:
        send_daily_mail(person_id=person.pk, by=by, now=now)
    record("notifications.delivery_chosen", by=by, at=now, about=choice, after={"daily": daily, "muted": choice.muted})
    return choice


@transaction.atomic
def release(*, message_id: int, by: User | None, now: datetime) -> None:
    """Let a held message go. Raises TooLate when it is not held, waits for the person's daily mail, or they are left
    in peace.
    """
    message = _lock(message_id)
    if message.daily:
        raise TooLate("This message waits for the person's daily mail.")
    if message.problem:
        raise TooLate("This person is left in peace now. The message goes by itself when that ends.")
    change_state(message, MAIL_MOVES, "release")
    _note(message, "released", by=by, now=now, before=MailState.HELD)
    _ring(message, now)


@transaction.atomic
def resend(*, message_ids: Collection[int], by: User, now: datetime, reason: str) -> int:
    """The office sends dead or doubtful messages once more, each with its own Message-ID; returns how many.

    Never done by itself: a doubtful one may arrive twice, which a person decides. Raises Invalid without a reason,
    TooLate when none of them is dead or in doubt any more.
    """
    _want_reason(reason)
    waiting = Message.objects.select_for_update(of=("self",), no_key=True).order_by("within_id", "pk")
    chosen = list(waiting.filter(pk__in=message_ids, state__in=MAIL_MOVES["send_again"].sources))
    if not chosen:
        raise TooLate("None of these messages waits for a decision any more. Reload the page to see what happened.")
    for message in chosen:
        mail.send_again(Message, message.pk, now=now)
        _note(message, "resent", by=by, now=now, before=message.state, reason=reason)
        enqueue(deliver, message_id=message.pk)
    return len(chosen)


@transaction.atomic
def give_up(*, message_id: int, by: User, now: datetime, reason: str) -> None:
    """The office decides that a message shall not go (any more). Raises Invalid without a reason, TooLate when it
    is being sent, was sent, or was given up before.
    """
    _want_reason(reason)
    message = _lock(message_id)
    before = message.state
    change_state(message, MAIL_MOVES, "cancel")
    message.problem = "given up"
    message.save(update_fields=["problem"])
    _note(message, "given_up", by=by, now=now, before=before, reason=reason)


@transaction.atomic
def confirm_arrival(*, message_id: int, by: User, now: datetime, reason: str) -> None:
    """The office found out that a doubtful message did arrive. Raises Invalid without a reason, TooLate when it is
    not in doubt.
    """
    _want_reason(reason)
    message = _lock(message_id)
    mail.settle(Message, message.pk, arrived_at=message.claimed_at or now)
    _note(message, "arrived", by=by, now=now, before=MailState.IN_DOUBT, reason=reason)


def _concerns(notice: Notice, about: models.Model, within: int | None) -> dict[str, Any]:
    label = about._meta.label_lower
    return {"kind": notice.key, "about_label": label, "about_id": about.pk, "within_id": within}


def _says(words: Words) -> dict[str, str]:
    return {"subject": words.subject, "text": words.text, "html": words.html}


def _require_fitting(notice: Notice, link: str, attachment: Document | None) -> None:
    if link and not notice.link:
        raise ValueError(f"{notice.key} does not say what becomes of a link.")
    if attachment is not None and not attachment.is_ready:
        raise ValueError("Only a checked file can be attached.")


def _whom(to: User | Addressee) -> dict[str, Any]:
    return {"to": to} if isinstance(to, User) else {"to_name": to.full_name, "to_address": to.email}


class _Way(NamedTuple):
    """How a message goes: why it does not (yet), its first state, whether in the daily mail, written as part of one."""

    problem: str
    state: MailState
    daily: bool = False
    part: bool = False

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of the message that say so."""
        return {"problem": self.problem, "state": self.state, "daily": self.daily}


def _way(notice: Notice, to: User | Addressee, *, alone: bool, hold: bool, quiet: str) -> _Way:
    """Whether a mail goes to this person at once, in their daily mail, later, or not at all; `alone`: never in one."""
    if isinstance(to, Addressee):
        return _Way("", MailState.HELD if hold else MailState.QUEUED)
    choice, plain = queries.preference_of(to), not (alone or hold or notice.urgent)
    if reason := _why_not(notice, to, choice, quiet):
        return _Way(reason, MailState.CANCELLED)
    if quiet and not notice.reaches:
        return _Way(quiet, MailState.HELD, part=plain)
    daily = choice.daily and plain
    return _Way("", MailState.HELD if hold or daily else MailState.QUEUED, daily, daily)


def _why_not(notice: Notice, to: User, choice: Preference, quiet: str) -> str:
    """The code why this person never gets the mail; empty when they do, be it later."""
    if not to.is_active:
        return "inactive"
    if notice.can_mute and notice.key in choice.muted:
        return "muted"
    return quiet if notice.chases else ""


def _store(message: Message, now: datetime) -> Message:
    """Insert, and ring when it may go; or find the first message of this key, also another transaction's."""
    if not insert_unless_taken(message, "key"):
        return Message.objects.get(key=message.key)
    _ring(message, now)
    return message


def _ring(message: Message, now: datetime) -> None:
    if message.state == MailState.QUEUED and (message.not_before or now) <= now:
        enqueue(deliver, message_id=message.pk)


def _kept(person: User, within: int, quiet: str) -> models.QuerySet[Message]:
    """What is kept back of a dossier because its reader is left in peace."""
    return Message.objects.filter(to=person, within_id=within, state=MailState.HELD, daily=False, problem=quiet)


def _note_peace(what: str, many: int, *, by: User | None, now: datetime, person: User, within: int) -> None:
    """How many messages of a dossier this happened to; nothing is said where it were none."""
    if many:
        after = {"messages": many}
        record(f"notifications.in_peace.{what}", by=by, at=now, about=person, within=within, after=after)


def _lock(message_id: int) -> Message:
    return Message.objects.select_for_update(of=("self",), no_key=True).get(pk=message_id)


def _want_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid("Say why; it is kept with the message.", field="reason")


def _note(message: Message, what: str, *, by: User | None, now: datetime, before: str, reason: str = "") -> None:
    message.refresh_from_db(fields=["state"])
    record(
        f"notifications.message.{what}",
        by=by,
        at=now,
        about=message,
        within=message.within_id,
        before={"state": before},
        after={"state": message.state},
        words={"reason": reason} if reason else None,
    )
