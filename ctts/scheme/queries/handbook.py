"""Who is asked to read a version of the handbook, and who is not told of it yet (E1, N)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ctts.accounts.models import User
from ctts.common.ties import Declared
from ctts.documents.states import DocumentState
from ctts.notifications.models import Message
from ctts.scheme.models import Handbook, HandbookAcknowledgement
from ctts.scheme.queries.calendar import current_handbook

PUBLISHED = "scheme.handbook_published"


@dataclass(frozen=True, slots=True)
class AskedToRead:
    """Somebody who is asked to read each version: by id, with the version they were given when their part began, and
    whether they are left in peace at present."""

    person: int
    given: int | None
    in_peace: bool


asked_to_read = Declared[Callable[[], Iterable[AskedToRead]]]()  # whom the apps ask, each person once


def readers_of_next() -> list[AskedToRead]:
    """Everybody who is asked to read the version that is published next (E1)."""
    return [one for find in asked_to_read for one in find()]


def handbook_to_tell() -> tuple[Handbook | None, list[int]]:
    """The current version, once its file can be opened, and the ids of who is asked to read it and was not mailed yet:
    not whoever was given it at the beginning or has read it (E1, N)."""
    handbook = current_handbook()
    if handbook is None or handbook.document.state != DocumentState.CHECKED:
        return None, []
    asked = {one.person for one in readers_of_next() if one.given != handbook.pk and not one.in_peace}
    told = Message.objects.filter(key__startswith=f"{PUBLISHED}:{handbook.pk}:").values_list("to", flat=True)
    read = HandbookAcknowledgement.objects.filter(handbook=handbook).values_list("person", flat=True)
    return handbook, sorted(asked.difference(told, read))


def is_to_be_read(handbook: Handbook, person: User) -> bool:
    """Whether a version is still the current one, and not read by a person (E1)."""
    current = current_handbook()
    read = HandbookAcknowledgement.objects.filter(handbook=handbook, person=person)
    return current is not None and current.pk == handbook.pk and not read.exists()


def is_unread(message: Message) -> bool:
    """Whether what a message asks somebody to read still waits for them (N)."""
    return message.to is not None and is_to_be_read(Handbook.objects.get(pk=message.about_id), message.to)
