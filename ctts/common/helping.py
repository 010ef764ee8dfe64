"""Help where people work: what a short text is, for whom, and how the apps declare theirs.

Each app keeps its texts in one place, `help` beside its rules, and declares them in its `ties.py`. A text names pages
by their addresses ("training:mine") and numbers of the scheme by the names of their fields ("{first_year_reviews}"): no
number is written by hand, so a new version of the scheme rules changes the help with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from string import Formatter

from ctts.common.ties import Declared


class Reader(StrEnum):
    """For whom a text is written: what somebody is in the scheme."""

    APPLICANT = "applicant"
    TRAINEE = "trainee"
    SUPERVISOR = "supervisor"
    TRAINER = "trainer"
    COORDINATOR = "coordinator"
    MODERATOR = "moderator"
    OFFICE = "office"
    EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that a page shows or asks, and in a few sentences what it means."""

    title: str
    text: str

    @property
    def numbers(self) -> frozenset[str]:
        """The names of the scheme's numbers that the text speaks of."""
        return frozenset(name for _, name, _, _ in Formatter().parse(self.text) if name)


@dataclass(frozen=True, slots=True)
class Help:
    """The help of one page and of those below it: what is meant, for whom, and where it is laid down.

    `pages` are addresses, the first gives the text its name; `sections` are those of the guidance, none for what is a
    default of the scheme; `rule` names the scheme's rules for whoever looks one up.
    """

    pages: tuple[str, ...]
    title: str
    about: str
    points: tuple[Point, ...]
    readers: frozenset[Reader]
    rule: str
    sections: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Its name in addresses: "training-mine"."""
        return self.pages[0].replace(":", "-").replace("_", "-")

    @property
    def numbers(self) -> frozenset[str]:
        """The names of the scheme's numbers that any of its points speaks of."""
        return frozenset().union(*(point.numbers for point in self.points))

    @property
    def source(self) -> str:
        """Where it is laid down, in words."""
        if not self.sections:
            return f"Scheme rules {self.rule}, a default of the scheme"
        named = " and ".join([", ".join(self.sections[:-1]), self.sections[-1]] if self.sections[1:] else self.sections)
        return f"Guidance, section{'s' if self.sections[1:] else ''} {named}; scheme rules {self.rule}"

    def with_numbers(self, numbers: Mapping[str, object]) -> Help:
        """The same with the scheme's numbers in their places. Raises KeyError for one that there is not."""
        points = tuple(Point(point.title, point.text.format_map(numbers)) for point in self.points)
        return replace(self, points=points)


explains = Declared[Sequence[Help]]()
"""What the apps declare in their `ties.py`: `explains(HELP)`."""


def every_help() -> list[Help]:
    """All texts of all apps, in the order of the apps."""
    return [one for texts in explains for one in texts]
