"""The requirement strip of the next gate: a row for each rule, and the lines under "see what counts" (screens 2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counted:
    """One line under "see what counts": an item, whether it counted, and if not why, who can mend it, and where."""

    text: str
    counts: bool
    url: str = ""
    why: str = ""
    who: str = ""
    fix: str = ""
    fix_url: str = ""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One rule of the next gate as a row of the requirement strip.

    `counted` of `needed` are there, `waiting` more lie with someone; all three are whole numbers. A yes-or-no rule has
    `needed` 1. `closed` says in one sentence why the rule is not met yet; `count` stands in the place of "4 of 6" where
    that would read oddly ("1 open").
    """

    label: str
    needed: int
    counted: int
    waiting: int = 0
    rule: str = ""
    closed: str = ""
    waits_for: str = ""
    items: Sequence[Counted] = ()
    count: str = ""

    @property
    def met(self) -> bool:
        """True when at least as many counted as are needed."""
        return self.counted >= self.needed

    @property
    def word(self) -> str:
        """The one word beside the bar: met, waiting, or how many are missing.

        What lies with somebody is missing, too, as the sentence below says; "waiting" once all that is missing does.
        """
        if self.met or self.count:
            return "Met" if self.met else "Not met"
        missing = self.needed - self.counted
        return "Waiting" if missing <= self.waiting else f"{missing} missing"

    @property
    def waiting_words(self) -> str:
        """How many lie with somebody and with whom, in a sentence; of those missing, where they are not enough."""
        if not self.waiting:
            return ""
        lies = f"{self.waiting} {'waits' if self.waiting == 1 else 'wait'}"
        of_these = "" if self.counted + self.waiting >= self.needed else "Of these, "
        return f"{of_these}{lies}{f' for {self.waits_for}' if self.waits_for else ''}."

    @property
    def segments(self) -> list[str]:
        """At most 30 segments, each "counted", "waiting" or "missing"; never full before the rule is met."""
        shown = min(self.needed, 30)
        counted = min(self.counted, self.needed) * shown // self.needed
        either = min(self.counted + self.waiting, self.needed) * shown // self.needed
        return ["counted"] * counted + ["waiting"] * (either - counted) + ["missing"] * (shown - either)
