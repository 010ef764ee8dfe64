"""Messages tied to a record: threads, who reads them now, questions that wait for an answer (T11)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from ctts.accounts.models import User
from ctts.common.parts import Readers
from ctts.organisations.access import on_day
from ctts.organisations.queries import people_with
from ctts.organisations.states import Role
from training.access import FUNCTIONS, TO_OFFICE, visible_threads
from training.models import Appointment, Thread, ThreadMessage, TrainingRecord


def threads_visible_to(user: User, today: date) -> QuerySet[Thread]:
    """The threads a person reads today (T11)."""
    rows = Thread.objects.filter(visible_threads(user, today))
    return rows.select_related("record__trainee", "record__scope", "record__centre", "begun_by")


def threads_of(record: TrainingRecord, user: User, today: date) -> Any:
    """The threads of a record that a person reads, with their last message, the newest first."""
    rows = with_last(threads_visible_to(user, today).filter(record=record))
    return rows.annotate(size=Count("messages")).order_by("-last_at", "-pk")


def with_last(rows: QuerySet[Thread]) -> Any:
    """Threads with who wrote last, when, and whether they asked (`last_by`, `last_name`, `last_at`, `asks`)."""
    last = ThreadMessage.objects.filter(thread=OuterRef("pk")).order_by("-written_at", "-pk")
    return rows.annotate(
        last_at=Subquery(last.values("written_at")[:1]),
        last_by=Subquery(last.values("written_by")[:1]),
        last_name=Subquery(last.values("written_by__full_name")[:1]),
        asks=Subquery(last.values("asks")[:1]),
    )


def messages_of(thread: Thread) -> QuerySet[ThreadMessage]:
    """The messages of a thread, the oldest first."""
    return thread.messages.select_related("written_by").order_by("written_at", "pk")


def people_by_function(record: TrainingRecord, today: date) -> dict[str, list[User]]:
    """Who holds each function a thread may be addressed to, today; the office's members stand for the office."""
    names = {kind: name for name, kind in FUNCTIONS.items()}
    found: dict[str, list[User]] = {name: [] for name in FUNCTIONS}
    rows = Appointment.objects.filter(on_day(today), record=record, kind__in=names, person__is_active=True)
    for row in rows.select_related("person").order_by("person__sort_name", "pk"):
        found[names[row.kind]].append(row.person)  # type: ignore[index]  # one of those asked for
    return found


def readers_of_thread(thread: Thread, today: date) -> list[User]:
    """Everybody who reads a thread today and is told of a new message: trainee, holders of its functions, office."""
    record = thread.record
    around = people_by_function(record, today)
    people = [record.trainee, *(one for name in FUNCTIONS if getattr(thread, name) for one in around[name])]
    if thread.to_office:
        people += people_with(Role.OFFICE, today)
    return list({person.pk: person for person in people}.values())


def readers_shown(names: Iterable[str], record: TrainingRecord, reader: User, around: dict[str, list[User]]) -> Readers:
    """Who reads a thread that is addressed to these, as its reader is told; the office as one (screens 15)."""
    labels = {name: str(kind.label) for name, kind in FUNCTIONS.items()}
    shown = {record.trainee_id: str(record.trainee)}
    empty = []
    for name in names:
        if name == TO_OFFICE:
            continue
        for person in around[name]:
            shown.setdefault(person.pk, f"{person} ({labels[name]})")
        if not around[name]:
            empty.append(f"{labels[name]} when appointed")
    mine = ["You"] if shown.pop(reader.pk, None) else []
    office = ["the scheme office"] if TO_OFFICE in names else []
    return Readers([*mine, *shown.values(), *office], empty)


def addressed_to(thread: Thread) -> list[str]:
    """The functions a thread is addressed to, in their order."""
    return [name for name in (*FUNCTIONS, TO_OFFICE) if getattr(thread, name)]


def unanswered_messages() -> QuerySet[ThreadMessage]:
    """The messages that want an answer and are the last of their thread (T11)."""
    of_thread = ThreadMessage.objects.filter(thread=OuterRef("thread"))
    later = Q(written_at__gt=OuterRef("written_at")) | Q(written_at=OuterRef("written_at"), pk__gt=OuterRef("pk"))
    return ThreadMessage.objects.filter(~Exists(of_thread.filter(later)), asks=True).order_by()


def open_questions(rows: QuerySet[Thread]) -> list[Any]:
    """Of these threads those whose last message wants an answer, while training goes on, the oldest first."""
    asked = rows.filter(record__ended_on__isnull=True, pk__in=unanswered_messages().values("thread"))
    return list(with_last(asked).select_related("record__trainee").order_by("last_at", "pk"))


def new_thread_key(record_id: int) -> str:
    """Under which key the text typed into a new thread of a record is kept."""
    return f"thread:new:{record_id}"


def thread_key(thread_id: int) -> str:
    """Under which key the answer typed into a thread is kept."""
    return f"thread:{thread_id}"
