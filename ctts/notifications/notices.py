"""Kinds of messages: one declaration and three templates each, in the `notices.py` of the app whose news it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Any

from django.apps import apps
from django.utils.module_loading import module_has_submodule

from ctts.common.letters import OURS, Words, write

KEY = re.compile(r"^[a-z_]+\.[a-z0-9_]+$")
# Stands in the stored words where the secret link will be; the worker puts the link there when the mail leaves.
LINK_HERE = "%one-time-link%"

MakeLink = Callable[[str, datetime], "str | None"]
Asks = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Notice:
    """A kind of message. Its templates are templates/mail/<key>/{subject.txt,body.txt,body.html}.

    `can_mute`: a person may choose not to get it. `urgent`: never waits for the daily mail. `chases`: reminds, so that
    nobody gets it who is left in peace; `always`: goes to them as well, as what is urgent does. `link`: for mails that
    open a door without a password: makes the path, when the mail leaves, from the reference given to `notify` (an id)
    and the instant; None means that the door is shut, and the mail is not sent. `queries.invitation_door` is one.
    `hears`: who alone gets a notice that can be muted: roles of organisations, functions around a trainee, `trainee`,
    `applicant`; empty for anybody. Nobody is offered to mute what they are never sent.
    `asks`: for what wants something done, whether that still waits, by the message; a daily mail leaves out what was
    done since. Raises ValueError for a declaration that cannot hold.
    """

    key: str
    title: str
    can_mute: bool = False
    hears: tuple[str, ...] = ()
    urgent: bool = False
    chases: bool = False
    always: bool = False
    link: MakeLink | None = None
    asks: Asks | None = None

    def __post_init__(self) -> None:
        if not KEY.match(self.key):
            raise ValueError(f"{self.key} is no key of a notice: write app.kind in small letters.")
        if self.can_mute and (self.urgent or self.link):
            raise ValueError(f"{self.key} is urgent or carries a link; nobody may mute it.")
        if self.chases and self.reaches:
            raise ValueError(f"{self.key} chases; it cannot go to whoever is left in peace.")

    @property
    def reaches(self) -> bool:
        """Whether it goes to somebody who is left in peace (N)."""
        return self.urgent or self.always


DAILY = Notice(key="notifications.daily", title="What happened since yesterday", urgent=True)


NUDGE = Notice(key="notifications.nudge", title="Somebody waits for you")


@cache
def kinds() -> dict[str, Notice]:
    """Every declared notice by its key, read from the `notices` modules of the installed apps.

    Raises ValueError when two declarations share a key.
    """
    found: dict[str, Notice] = {}
    for config in apps.get_app_configs():
        if not (config.module and module_has_submodule(config.module, "notices")):
            continue
        for value in vars(import_module(f"{config.name}.notices")).values():
            if isinstance(value, Notice) and found.setdefault(value.key, value) is not value:
                raise ValueError(f"Two notices are called {value.key}.")
    return found


def mutable_kinds(stands: frozenset[str] | None = None) -> dict[str, str]:
    """The notices that a person may mute: key → title, for the form of choices; with `stands`, as what the person
    stands in the scheme, only those that they can get."""
    rows = [(key, notice) for key, notice in sorted(kinds().items()) if notice.can_mute]
    return {key: one.title for key, one in rows if stands is None or not one.hears or stands & set(one.hears)}


def words_of(notice: Notice, *, person: object, link: str, part: bool, context: Mapping[str, Any]) -> Words:
    """Render a notice for one person, at the time of the decision. `part` leaves out greeting and foot (daily mail).

    Templates of a notice with a door see `link`: where the address will stand, empty when `link` (the reference) is.
    Raises ValueError when the context uses a name that every mail has, LookupError for a notice no app declares.
    """
    if kinds().get(notice.key) is not notice:
        raise LookupError(f"{notice.key} is not declared in the notices.py of an installed app.")
    if taken := OURS & context.keys():
        raise ValueError(f"The context of {notice.key} may not say what {', '.join(sorted(taken))} is.")
    door = {"link": LINK_HERE if link else ""} if notice.link else {}
    return write(notice.key, {**context, **door, "person": person, "part": part})
