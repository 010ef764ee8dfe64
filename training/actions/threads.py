"""Messages tied to a record (T11): a thread is begun, messages are added; nothing is edited after it was sent."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from ctts.accounts.models import User
from ctts.common import drafts
from ctts.common.clock import london_date
from ctts.common.verdict import Invalid, require
from training import access, notices
from training.actions._practice import note, want
from training.actions._steps import lock_record, role_of, tell
from training.models import Thread, ThreadMessage, TrainingDraft
from training.queries.threads import new_thread_key, readers_of_thread, thread_key


@transaction.atomic
def begin_thread(
    *, by: User, now: datetime, record_id: int, key: UUID, subject: str, to: Collection[str], text: str, asks: bool
) -> Thread:
    """Begin a thread with its first message; the same `key` again gives the same one (T11).

    `to` names the functions it is addressed to beside the trainee; the author's own is always among them. Whoever
    reads it is told. Raises NotAllowed for a stranger, TooLate when training has ended, Invalid without subject, words
    or anybody else who reads it.
    """
    record = lock_record(record_id)
    today = london_date(now)
    require(access.can_begin_thread(by, record, today))
    known = Thread.objects.filter(key=key, record=record).first()
    if known is not None:
        return known
    own = set() if by.pk == record.trainee_id else access.addressed_as(by, record, today)
    names = {name for name in (*access.FUNCTIONS, access.TO_OFFICE) if name in to or name in own}
    if not names:
        raise Invalid("Choose who reads it.", "to")
    thread = Thread.objects.create(
        record=record,
        subject=want(subject, "subject", "Say what it is about."),
        begun_at=now,
        begun_by=by,
        key=key,
        **{name: name in names for name in (*access.FUNCTIONS, access.TO_OFFICE)},
    )
    drafts.forget(TrainingDraft, owner_id=by.pk, form_key=new_thread_key(record.pk))
    note("thread.begun", record, thread, by=by, now=now, to=sorted(names))
    _send(thread, by, now, key, text, asks=asks)
    return thread


@transaction.atomic
def write_message(*, by: User, now: datetime, thread_id: int, key: UUID, text: str, asks: bool) -> ThreadMessage:
    """Write in a thread; the same `key` again gives the same message. Whoever else reads the thread is told (T11).

    Raises NotAllowed for whoever does not read it (any more), TooLate when training has ended, Invalid without words.
    """
    thread = Thread.objects.get(pk=thread_id)
    thread.record = lock_record(thread.record_id)
    require(access.can_write_in(by, thread, london_date(now)))
    known = ThreadMessage.objects.filter(key=key, thread=thread).first()
    if known is not None:
        return known
    drafts.forget(TrainingDraft, owner_id=by.pk, form_key=thread_key(thread.pk))
    return _send(thread, by, now, key, text, asks=asks)


def _send(thread: Thread, by: User, now: datetime, key: UUID, text: str, *, asks: bool) -> ThreadMessage:
    """Store a message and tell whoever else reads the thread today, at once or in their daily mail."""
    record, words = thread.record, want(text, "text", "Write your message.")
    message = ThreadMessage.objects.create(
        thread=thread, text=words, asks=asks, role=role_of(by, record, now), written_at=now, written_by=by, key=key
    )
    note("thread.written", record, message, by=by, now=now, thread=thread.pk)
    for person in readers_of_thread(thread, london_date(now)):
        if person.pk != by.pk:
            told = {"thread": thread, "message": message, "by": by}
            tell(notices.MESSAGE, record, person, about=message, now=now, key=str(message.pk), **told)
    return message
