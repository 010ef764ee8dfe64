"""How a mail leaves the house: a row first, then claim → send → mark (quality rules 3 and 4).

An app that sends mail inherits `OutgoingMail`, queues a row in the transaction of its decision, rings its own job after
commit, and lets that job call `deliver`. A sweep, once a minute, calls `due` and rings again for what was forgotten.

* **claim** — `FOR UPDATE SKIP LOCKED`, committed before anything is sent: two workers never send the same row.
* **send** — always with the row's fixed Message-ID. A server that cannot be reached or answers with a refusal has
  certainly not taken the mail: the row is queued again, at most five attempts, then it is a dead letter for staff.
* **withhold** — `compose` may find that the mail must not go any more (the person left, the link is spent): it raises
  `Withheld`, and the row is cancelled with the reason's code.
* **mark** — sent. When the connection breaks after the server was reached, or the worker dies, nobody knows whether
  the mail left: the row is *in doubt*, shown to staff, and never resent by itself.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any
from uuid import uuid4

import pgtrigger
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.db import models, transaction
from django.db.models import Count, Min, Q
from django.db.models.functions import Greatest

from ctts.common.constraints import known_choice
from ctts.common.moves import change_state, fsm_trigger, move, move_rows
from ctts.common.verdict import TooLate

logger = logging.getLogger(__name__)

ATTEMPTS = 5
# Pauses after the first to the fourth failure.
PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=3))
FORGOTTEN_AFTER = timedelta(minutes=1)  # how long the sweep leaves a row to its own doorbell
DOUBTED_AFTER = timedelta(minutes=5)  # longer than the worker's hard time limit: whoever claimed the row is dead


class MailState(models.TextChoices):
    """What is known of one mail."""

    HELD = "held", "Held back"
    QUEUED = "queued", "Waiting to be sent"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    IN_DOUBT = "in_doubt", "In doubt: perhaps sent"
    DEAD = "dead", "Not sent: given up"
    COLLECTED = "collected", "Part of a daily mail"
    CANCELLED = "cancelled", "Not to be sent"


FINISHED = (MailState.SENT, MailState.COLLECTED, MailState.CANCELLED)
MAIL_MOVES = {
    "claim": move(MailState.QUEUED, MailState.SENDING),
    "mark": move({MailState.SENDING, MailState.IN_DOUBT}, MailState.SENT),
    "put_back": move({MailState.SENDING, MailState.IN_DOUBT}, MailState.QUEUED),
    "give_up": move({MailState.SENDING, MailState.IN_DOUBT}, MailState.DEAD),
    "doubt": move(MailState.SENDING, MailState.IN_DOUBT),
    "withhold": move(MailState.SENDING, MailState.CANCELLED),
    "release": move(MailState.HELD, MailState.QUEUED),
    "collect": move(MailState.HELD, MailState.COLLECTED),
    "cancel": move({MailState.HELD, MailState.QUEUED, MailState.IN_DOUBT, MailState.DEAD}, MailState.CANCELLED),
    "send_again": move({MailState.IN_DOUBT, MailState.DEAD}, MailState.QUEUED),
}


def new_message_id() -> str:
    """A fresh Message-ID with its angle brackets; fixed for the life of the row, so a second copy can be recognised."""
    return f"<{uuid4().hex}@{settings.MAIL_DOMAIN}>"


class Withheld(Exception):  # noqa: N818 — reads as the sentence it is
    """Raised by `compose`: this mail must not go any more. `str()` is a short code for the office, never a name."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file of a letter: its name for the reader, its MIME type, its bytes."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent: one address, a subject of one line, plain text, the same as HTML (or empty), files."""

    to: str
    subject: str
    text: str
    html: str = ""
    attachments: tuple[Attachment, ...] = ()


class _Watched(smtplib.SMTP):
    """Remembers whether the body of a message was begun: before that, a broken line means not sent, and no doubt."""

    handed_over = False

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.handed_over = True
        return super().data(msg)


class _WatchedOverTls(_Watched, smtplib.SMTP_SSL):
    """The same for servers that speak TLS from the first byte."""


class Backend(EmailBackend):
    """Django's way to the mail server of EMAIL_URL, on a watched line."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """The kind of line, as Django's backend asks for it."""
        return _WatchedOverTls if self.use_ssl else _Watched


def _handed_over(connection: BaseEmailBackend) -> bool:
    """Whether the mail may have been taken; a line that was not watched is doubted."""
    return bool(getattr(getattr(connection, "connection", None), "handed_over", True))


class OutgoingMail(models.Model):
    """The delivery part of a mail row.

    `not_before` bars the claim until then (empty: at once); `look_again_at` is when the sweep rings for it again.
    """

    state = models.CharField(max_length=10, choices=MailState, default=MailState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    message_id = models.CharField(max_length=120, unique=True, default=new_message_id, editable=False)
    queued_at = models.DateTimeField()
    not_before = models.DateTimeField(null=True)
    look_again_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=80, default="")  # kind of the last failure, never a person's words

    class Meta:
        abstract = True
        constraints = [
            known_choice("state", MailState),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_sent_at_when_sent",
                condition=Q(state=MailState.SENT, sent_at__isnull=False)
                | (~Q(state=MailState.SENT) & Q(sent_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_claimed_when_tried",
                condition=Q(attempts=0) | Q(claimed_at__isnull=False),
            ),
            models.CheckConstraint(name="%(app_label)s_%(class)s_five_attempts", condition=Q(attempts__lte=ATTEMPTS)),
        ]
        indexes = [
            models.Index(
                name="%(class)s_unsent",
                fields=["state", "look_again_at"],
                condition=~Q(state__in=FINISHED),
            )
        ]
        triggers: list[pgtrigger.Trigger] = [fsm_trigger("mail_moves", MAIL_MOVES)]


Compose = Callable[[Any], Letter]


def times(now: datetime, not_before: datetime | None = None) -> dict[str, datetime | None]:
    """The instants that a new row needs, as keyword arguments for `create`; `not_before` holds it until then."""
    return {"queued_at": now, "not_before": not_before, "look_again_at": not_before or now + FORGOTTEN_AFTER}


def deliver(
    model: type[OutgoingMail], pk: int, *, compose: Compose, now: datetime, related: tuple[str, ...] = ()
) -> MailState | None:
    """Send one queued row, and say what became of it; None when it is not due or another worker has it.

    `compose(row)` makes the letter; what it raises is passed on after the attempt was counted. `related` names foreign
    keys it follows, loaded with the row. Never called inside a transaction: the claim must be committed before the
    mail leaves.
    """
    row = _claim(model, pk, related, now)
    if row is None:
        return None
    composed = False
    try:
        message = _message(compose(row), row.message_id, now)
        composed = True
    except Withheld as reason:
        composed = True
        return _know(row, "withhold", problem=str(reason))
    finally:
        if not composed:
            _not_sent(row, "ComposeError", now)
    connection: BaseEmailBackend = get_connection()
    try:
        return _send(row, message, connection, now)
    finally:
        _close(connection)


def _send(row: OutgoingMail, message: EmailMultiAlternatives, connection: BaseEmailBackend, now: datetime) -> MailState:
    """Hand the message to the server, and mark the row by what is known afterwards."""
    try:
        connection.open()
    except OSError as problem:  # nobody answered, or the server refused us: it has taken nothing
        return _not_sent(row, type(problem).__name__, now)
    try:
        connection.send_messages([message])
    except smtplib.SMTPRecipientsRefused as problem:
        codes = [code for code, _ in problem.recipients.values()]
        return _not_sent(row, f"SMTP {max(codes)}", now, final=min(codes) >= 500)
    except smtplib.SMTPSenderRefused as problem:  # our side of the line is at fault, not this mail
        return _not_sent(row, f"SMTP {problem.smtp_code}", now)
    except smtplib.SMTPResponseException as problem:
        return _not_sent(row, f"SMTP {problem.smtp_code}", now, final=problem.smtp_code >= 500)
    except OSError as problem:  # the line broke in the middle
        if not _handed_over(connection):
            return _not_sent(row, type(problem).__name__, now)
        return _know(row, "doubt", problem=type(problem).__name__)
    return _know(row, "mark", sent_at=now, problem="")


def _close(connection: BaseEmailBackend) -> None:
    """Let go of the line; what the server says to that changes nothing."""
    try:
        connection.close()
    except OSError as problem:
        logger.info("The mail server was rude when we left: %s.", type(problem).__name__)


def _may_go(now: datetime) -> Q:
    return Q(not_before__isnull=True) | Q(not_before__lte=now)


@transaction.atomic(durable=True)
def _claim(model: type[OutgoingMail], pk: int, related: tuple[str, ...], now: datetime) -> OutgoingMail | None:
    waiting = model._default_manager.select_for_update(skip_locked=True, of=("self",), no_key=True)
    waiting = waiting.select_related(*related) if related else waiting
    row = waiting.filter(_may_go(now), pk=pk, state=MailState.QUEUED).first()
    if row is None:
        return None
    row.attempts += 1
    row.claimed_at = now
    same = model._default_manager.filter(pk=pk)
    move_rows(same, MAIL_MOVES, "claim", attempts=row.attempts, claimed_at=row.claimed_at)
    return row


def _message(letter: Letter, message_id: str, now: datetime) -> EmailMultiAlternatives:
    """The message as Django sends it, dated `now`. Raises BadHeaderError (a ValueError) for a subject of two lines."""
    message = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        from_email=settings.MAIL_FROM,
        to=[letter.to],
        headers={"Message-ID": message_id, "Date": format_datetime(now), "Auto-Submitted": "auto-generated"},
    )
    if letter.html:
        message.attach_alternative(letter.html, "text/html")
    for file in letter.attachments:
        message.attach(file.name, file.content, file.content_type)
    message.message()
    return message


def _not_sent(row: OutgoingMail, problem: str, now: datetime, *, final: bool = False) -> MailState:
    """The server has certainly not taken the mail: queue it again, or give up after five attempts."""
    if final or row.attempts >= ATTEMPTS:
        return _know(row, "give_up", problem=problem)
    later = now + PAUSES[row.attempts - 1]
    return _know(row, "put_back", problem=problem, not_before=later, look_again_at=later)


def _know(row: OutgoingMail, step: str, **columns: Any) -> MailState:
    """Write down what became of this claim, unless the row has moved on to another claim meanwhile."""
    same_claim = type(row)._default_manager.filter(pk=row.pk, claimed_at=row.claimed_at, attempts=row.attempts)
    move_rows(same_claim, MAIL_MOVES, step, **columns)
    target = MailState(MAIL_MOVES[step].target)
    if step != "mark":
        logger.warning("Mail %s: %s (%s, attempt %s).", row.message_id, target, columns["problem"], row.attempts)
    return target


@transaction.atomic
def due(model: type[OutgoingMail], *, now: datetime, limit: int = 1000) -> list[int]:
    """The sweep: doubt what its worker never finished, and return the ids to ring for, oldest first.

    Each returned row is left alone for the next minute, so a full queue is not rung over and over.
    """
    rows = model._default_manager.select_for_update(skip_locked=True, of=("self",), no_key=True)
    for row in rows.filter(state=MailState.SENDING, claimed_at__lt=now - DOUBTED_AFTER)[:limit]:
        _know(row, "doubt", problem="WorkerLost")
    waiting = rows.filter(state=MailState.QUEUED, look_again_at__lte=now).order_by("look_again_at", "pk")
    ids = [row.pk for row in waiting[:limit]]
    model._default_manager.filter(pk__in=ids).update(look_again_at=now + FORGOTTEN_AFTER)
    return ids


@transaction.atomic
def send_again(model: type[OutgoingMail], pk: int, *, now: datetime) -> None:
    """Queue a dead or doubtful row once more, with five fresh attempts and the same Message-ID; the caller rings.

    The caller decides who may, and records it. Raises TooLate when the row is neither dead nor in doubt.
    """
    row = model._default_manager.select_for_update(of=("self",), no_key=True).get(pk=pk)
    change_state(row, MAIL_MOVES, "send_again")
    row.attempts = 0
    row.not_before = now
    row.look_again_at = now
    row.save(update_fields=["attempts", "not_before", "look_again_at"])


@dataclass(frozen=True, slots=True)
class Backlog:
    """What of one outbox waits: seconds since the oldest mail could have gone (0: none waits), and counts."""

    oldest_seconds: int
    waiting: int
    in_doubt: int
    dead: int

    def __add__(self, other: Backlog) -> Backlog:
        oldest = max(self.oldest_seconds, other.oldest_seconds)
        return Backlog(oldest, self.waiting + other.waiting, self.in_doubt + other.in_doubt, self.dead + other.dead)


def backlog(model: type[OutgoingMail], *, now: datetime) -> Backlog:
    """How an outbox stands, for `/readyz` and the office, in one query over the rows that are not finished.

    A mail that has failed counts from when it was queued, one that must wait until a time from then.
    """
    owed = Q(state__in=[MailState.QUEUED, MailState.SENDING]) & (Q(attempts__gt=0) | _may_go(now))
    unfinished = model._default_manager.exclude(state__in=FINISHED)
    found = unfinished.aggregate(
        fresh=Min(Greatest("queued_at", "not_before"), filter=owed & Q(attempts=0)),
        failing=Min("queued_at", filter=owed & Q(attempts__gt=0)),
        waiting=Count("pk", filter=owed),
        in_doubt=Count("pk", filter=Q(state=MailState.IN_DOUBT)),
        dead=Count("pk", filter=Q(state=MailState.DEAD)),
    )
    since = min(filter(None, [found["fresh"], found["failing"]]), default=now)
    return Backlog(max(0, int((now - since).total_seconds())), found["waiting"], found["in_doubt"], found["dead"])


def settle(model: type[OutgoingMail], pk: int, *, arrived_at: datetime) -> None:
    """A person found out that a doubtful mail did arrive. Raises TooLate when the row is not in doubt."""
    doubtful = model._default_manager.filter(pk=pk, state=MailState.IN_DOUBT)
    if not move_rows(doubtful, MAIL_MOVES, "mark", sent_at=arrived_at, problem=""):
        raise TooLate("This message is no longer in doubt. Reload the page to see what happened.")
