"""What the office does from its desk beside deciding: takes several at once, writes notes, reminds who is awaited."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import cast
from uuid import UUID

from django.db import transaction

from applications import access, notices, queries
from applications.actions._steps import lock, note, tell
from applications.actions.office import claim
from applications.models import ApplicationNote, Chase
from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.races import taken_means
from ctts.common.verdict import DoneAlready, Invalid, Refused, TooLate, require


@transaction.atomic
def claim_several(
    *, by: User, now: datetime, chosen: Collection[tuple[int, int | None]]
) -> tuple[list[str], list[tuple[str, str]]]:
    """Take several applications to oneself; one that cannot be taken keeps no other back (A4).

    `chosen` are (application, who had it on the page). Returns the names of whose application was taken, and (name,
    why) of each that was not.
    """
    taken, refused = [], []
    names = queries.names_on_the_desk(by, london_date(now), [pk for pk, _ in chosen])
    for pk, seen_holder in sorted(chosen, key=lambda one: one[0]):  # in one order, so that two presses never wait round
        if pk not in names:
            continue
        try:
            claim(by=by, now=now, application_id=pk, seen_holder=seen_holder)
        except Refused as reason:
            refused.append((names[pk], str(reason)))
        else:
            taken.append(names[pk])
    return taken, refused


@transaction.atomic
def write_note(*, by: User, now: datetime, application_id: int, key: UUID, text: str) -> ApplicationNote:
    """Keep a note of the office about an application; `key` is the form's (A4).

    Raises NotAllowed for who is part of it, Invalid without words, DoneAlready for a form that was sent twice.
    """
    application = lock(application_id)
    require(access.can_review(by, application, london_date(now)))
    if not text.strip():
        raise Invalid("Write something.", "text")
    given = {"key": key, "text": text.strip(), "written_at": now, "written_by": by}
    with taken_means(DoneAlready("This note was saved already.")):
        made = ApplicationNote.objects.create(application=application, **given)
    note("note.written", application, by, now, about=made)
    return made


@transaction.atomic
def chase(*, by: User, now: datetime, application_id: int, seen_state: str, words: str = "") -> Chase:
    """Remind whoever has the next move: the applicant of a draft or of questions, else the supervisor (A4, N).

    `seen_state` is the state that the page showed. Once a day for a person and application: raises DoneAlready for a
    second time, TooLate where a colleague was first, it waits for nobody outside, for somebody without access, or went
    on meanwhile, NotAllowed for who is part of it.
    """
    application = lock(application_id)
    require(access.can_chase(by, application, london_date(now)))
    if seen_state != application.state:
        raise TooLate(f"It went on meanwhile: it is now “{application.get_state_display()}”. Nobody was reminded.")
    to = cast(User, queries.awaited(application))
    require(access.can_remind(to))
    today = {"application": application, "to": to, "chased_on": london_date(now)}
    first = Chase.objects.filter(**today).first()  # the application is locked: nobody reminds in between
    if first is not None:
        said = f"{to.full_name} was reminded today already."
        raise DoneAlready(said) if first.chased_by_id == by.pk else TooLate(said)
    given = {"awaited_while": application.state, "words": words.strip(), "chased_at": now, "chased_by": by}
    made = Chase.objects.create(**today, **given)
    note("application.chased", application, by, now, after={"to": to.pk, "state": str(application.state)})
    tell(notices.CHASED, application, to, now, f"chase{made.pk}", context={"words": made.words})
    return made
