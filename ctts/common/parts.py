"""The shapes that the parts of a page are given: what a view fills in, what a component shows.

Plain frozen rows without behaviour of the scheme. `templates/components/` draws them, `/dev/components/` shows them,
docs/design.md says when to use which. Sentences are finished here or before; a template never composes a rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Literal

MilestoneState = Literal["done", "due", "late", "waiting"]
Tone = Literal["neutral", "active", "waiting", "done", "returned", "risk"]


@dataclass(frozen=True, slots=True)
class Badge:
    """A state as word, tone and shape (`icon` is a file name of static/vendor/bootstrap-icons)."""

    word: str
    tone: Tone = "neutral"
    icon: str = "circle"


@dataclass(frozen=True, slots=True)
class Light:
    """One of the four lights with its reason: key on_track, attention, at_risk or complete."""

    key: Literal["on_track", "attention", "at_risk", "complete"]
    because: str


@dataclass(frozen=True, slots=True)
class Acts:
    """Who acts next: "Now with `now` since `since`, due `due`. Then: `then`." Dates are London days."""

    now: str
    since: date | None = None
    due: date | None = None
    then: Sequence[str] = ()
    late: bool = False


def who_is(person: Any, role: str, reader: Any) -> str:
    """How a reader is told of somebody who acts: "you", or the name with what they act as."""
    return "you" if person.pk == reader.pk else f"{person} ({role})"


@dataclass(frozen=True, slots=True)
class NextStep:
    """The one next step of this reader. A `reason` (from a refused Verdict) closes it and is shown instead.

    `url` is opened by GET (a page that asks); `secondary` draws it without the weight of a primary button.
    """

    label: str
    url: str
    reason: str = ""
    secondary: bool = False


@dataclass(frozen=True, slots=True)
class Ring:
    """Signed share of the agreed competencies with the mark of the first-year gate (`mark` per cent, whole)."""

    signed: int
    total: int
    mark: int = 30

    @property
    def share(self) -> Fraction:
        """The exact share in per cent; 0 when nothing is agreed yet."""
        return Fraction(100 * self.signed, self.total) if self.total else Fraction(0)

    @property
    def percent(self) -> int:
        """Whole per cent, rounded down: 29.8 is never shown as 30."""
        return int(self.share)

    @property
    def needed(self) -> int:
        """How many signed competencies reach the mark (47 at 30 % needs 15)."""
        return -(-self.mark * self.total // 100)

    @property
    def sentence(self) -> str:
        """The ring in words."""
        if not self.total:
            return "No competencies are agreed yet."
        start = f"{self.signed} of {self.total} competencies are signed, {self.percent}\u00a0%."
        if self.signed >= self.needed:
            return f"{start} The first-year mark of {self.mark}\u00a0% is reached."
        return f"{start} The first-year mark is {self.mark}\u00a0%: {self.needed - self.signed} more to sign."


@dataclass(frozen=True, slots=True)
class Milestone:
    """One point of the two-year timeline. `state`: done, due, late or waiting (not yet due); `was`: its day is over and
    it is open still; `note`: with whom it lies, or what is missing."""

    label: str
    on: date
    state: MilestoneState
    note: str = ""
    url: str = ""
    was: bool = False

    @property
    def word(self) -> str:
        """The state in a word, for a list."""
        return self.state.capitalize()


@dataclass(frozen=True, slots=True)
class Month:
    """One calendar month of training: `reviewed` is None while it is not over, and where no review is asked for."""

    first: date
    reviewed: bool | None


@dataclass(frozen=True, slots=True)
class Pause:
    """An interruption, both days inclusive."""

    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Course:
    """All of a timeline: from `starts_on` to `ends_on`, seen on `today`."""

    starts_on: date
    ends_on: date
    today: date
    milestones: Sequence[Milestone]
    months: Sequence[Month] = ()
    pauses: Sequence[Pause] = ()


@dataclass(frozen=True, slots=True)
class Readers:
    """Who can read an item now (`names`) and who will be able to later (`later`, with its moment)."""

    names: Sequence[str]
    later: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature as it is shown: statement in full, printed name, role at that moment, instant, version.

    Withdrawn ones stay: `withdrawn_at`, by whom and why. `changed` says what differs since; `difference_url` shows it.
    """

    statement: str
    name: str
    role: str
    at: datetime
    version: str = ""
    withdrawn_at: datetime | None = None
    withdrawn_by: str = ""
    withdrawn_reason: str = ""
    changed: str = ""
    difference_url: str = ""


@dataclass(frozen=True, slots=True)
class Consequence:
    """One thing that pressing the button will do, and to whom."""

    what: str
    whom: str = ""


@dataclass(frozen=True, slots=True)
class MailPreview:
    """A mail that pressing the button will send."""

    to: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One line of a history: when, who in which role, what happened; `note` in the person's own words, `url` where
    the thing stands, for whoever may open it."""

    at: datetime
    who: str
    what: str
    role: str = ""
    note: str = ""
    tone: Tone = "neutral"
    icon: str = "circle-fill"
    url: str = ""


@dataclass(frozen=True, slots=True)
class WaitsFor:
    """Whom a row of "Waiting for others" waits for, by the ids of people, so that they can be nudged (screens 1).

    `duty` names it for its life ("training.review:12"); `within` is whose dossier it belongs to; `quiet` says why
    nobody is nudged at present: a trainee whose training is interrupted is left in peace (N).
    """

    duty: str
    people: tuple[int, ...]
    within: int
    quiet: str = ""


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """One duty: verb first, about whom, in which role, since when, due when, one button.

    `waits` says of whom a thing is wanted that waits for others; `nudge_url` is filled where they may be nudged now;
    `nudged` says when they last were and when they may be again, or why not. `record` is the training that a duty of
    somebody around a trainee lies in, so that lists of trainees count it.
    """

    what: str
    url: str
    about: str = ""
    role: str = ""
    since: date | None = None
    due: date | None = None
    button: str = "Open"
    nudge_url: str = ""
    nudged: str = ""
    waits: WaitsFor | None = None
    record: int | None = None


OFFICES = "The scheme office sees it in its own list"
"""Why nobody is nudged about what the office does: it works its list in order, and the first of them does it."""


def nudging(row: WaitingRow, waits: WaitsFor | None, why_not: str) -> WaitingRow:
    """The row with whom it waits for, so that they can be nudged; or why nobody can be (screens 1)."""
    return replace(row, waits=waits, nudged="" if waits else why_not)


@dataclass(frozen=True, slots=True)
class WaitingGroup:
    """One of Overdue, This week, Later, Waiting for others.

    Of a long one `rows` are the first; `total` says how many there are (0: these), and `more` leads to the rest: words
    and address of each kind that is cut short, then of all.
    """

    title: str
    rows: Sequence[WaitingRow]
    tone: Tone = "neutral"
    key: str = ""
    total: int = 0
    more: Sequence[tuple[str, str]] = ()

    @property
    def count(self) -> int:
        """How many rows there are, shown or not."""
        return self.total or len(self.rows)


@dataclass(frozen=True, slots=True)
class Tab:
    """One of several pages of the same thing, each with its own address."""

    label: str
    url: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Pill:
    """A filter in force, and the address without it."""

    label: str
    remove_url: str


@dataclass(frozen=True, slots=True)
class LongWork:
    """A piece of work in the background: `done` of `total` items, its state and where to ask again."""

    title: str
    done: int
    total: int
    state: Literal["waiting", "running", "finished", "failed", "cancelled"]
    poll_url: str
    message: str = ""
    cancel_url: str = ""
    result_url: str = ""
    result_label: str = "Open the result"

    @property
    def over(self) -> bool:
        """True when nothing will change any more, so that the page stops asking."""
        return self.state in {"finished", "failed", "cancelled"}


@dataclass(frozen=True, slots=True)
class FileLink:
    """A document to open: its title, address, media type and size in bytes."""

    title: str
    url: str
    media_type: str
    size: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of the error summary: the sentence and the field it leads to."""

    message: str
    anchor: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Confirm:
    """The page before a step that mails, locks, enrols or releases: what will happen, to whom, with the mails' text.

    Shown by `components/confirm_page.html` under the name `confirm`. `form` holds what else is asked (None: nothing);
    `apart` is what the press leaves as it is, under its own heading `apart_title`. `mind` is what to look at before
    the press, without closing it; `hold` is a reason that closes the step, `ways` (words, address) where either is
    settled. `stay` is what the way back says; `post_url` is where the answer goes, the page itself when empty.
    """

    title: str
    action: str
    cancel_url: str
    consequences: Sequence[Consequence]
    mails: Sequence[MailPreview] = ()
    form: Any = None
    lede: str = ""
    kicker: str = ""
    post_url: str = ""
    hold: str = ""
    ways: Sequence[tuple[str, str]] = ()
    danger: bool = False
    stay: str = "Cancel"
    apart: Sequence[Consequence] = ()
    apart_title: str = ""
    mind: str = ""
