"""What was asked for and what was changed since, point by point (A4, screens 17)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from applications.models import Application, ApplicationCopy, InformationPoint, InformationRequest, SupervisorAnswer
from applications.queries.given import Given
from applications.queries.wording import Lines, lines_of
from applications.states import ApplicationState, Part
from ctts.common.word_changes import Piece, word_changes


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a part that says something else than before; `before` or `after` is empty where it was not there."""

    label: str
    before: str
    after: str

    @property
    def pieces(self) -> list[Piece]:
        """The words that were kept, taken out and put in."""
        return word_changes(self.before, self.after)


@dataclass(frozen=True, slots=True)
class PartChanges:
    """The lines of one part that changed."""

    part: Part
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Returned:
    """What the supervisor returned an application for, and the parts that changed since."""

    answer: SupervisorAnswer
    changes: tuple[PartChanges, ...]


@dataclass(frozen=True, slots=True)
class AskedPoint:
    """A numbered point with what became of its part; `changes` is None where that cannot or may not be told.

    `first`: no point before it is about the same part, so that what changed is shown once.
    """

    point: InformationPoint
    changes: tuple[Change, ...] | None
    first: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of the office, its points, and the parts that were changed without being asked about."""

    request: InformationRequest
    points: tuple[AskedPoint, ...]
    besides: tuple[PartChanges, ...]


def asked_of(application: Application, given: Given, *, unfinished: bool = False) -> list[Asked]:
    """Every request for information with its points and answers, and what was changed for each; the newest first.

    `unfinished`: also what the applicant has changed so far and not sent yet, which is for their own eyes.
    """
    requests = list(
        application.information_requests.select_related("asked_by", "copy").prefetch_related("points").order_by("pk")
    )
    copies = [getattr(request, "copy", None) for request in requests]
    waits = application.state == ApplicationState.INFORMATION_REQUESTED and not unfinished
    found = []
    for place, request in enumerate(requests):
        last = place == len(requests) - 1
        tells = copies[place] is not None and not (last and waits)
        after = (lines_of(application, given) if last else _parts(copies[place + 1])) if tells else None
        found.append(_asked(request, _parts(copies[place]), after))
    return found[::-1]


def changed_since_return(application: Application, given: Given) -> Returned | None:
    """What was changed since the supervisor returned it last, and why they did; None when they never did, or it was not
    kept."""
    rows = application.copies.filter(returned__isnull=False).select_related("returned")
    copy = rows.order_by("taken_at", "pk").last()
    if copy is None or copy.returned is None:
        return None
    return Returned(copy.returned, tuple(_changed(_parts(copy), lines_of(application, given))))


# What the Training Supervisor confirms beside their support (A2).
CONFIRMED_PARTS = frozenset({Part.COMPETENCIES, Part.PLAN})


def plan_changed_since_asked(application: Application, given: Given) -> bool:
    """Whether competency list or training plan, which the supervisor confirmed, read otherwise than when the office
    asked last (A2, A4)."""
    copy = application.copies.filter(request__isnull=False).order_by("taken_at", "pk").last()
    changed = _changed(_parts(copy), lines_of(application, given)) if copy else ()
    return any(row.part in CONFIRMED_PARTS for row in changed)


def is_asked_again(application: Application) -> bool:
    """Whether the supervisor who confirmed it is asked to confirm it again, since list or plan changed after that
    (A2); not where another one is named in their place."""
    if application.another_asked_at is None:
        return False
    return application.supervisor_answers.filter(signer=application.supervisor, meaning="confirmed").exists()


def changed_since_confirmed(application: Application, given: Given) -> list[PartChanges] | None:
    """What was changed since the supervisor who is asked again confirmed it; None where it was not kept."""
    answer = application.supervisor_answers.filter(signer=application.supervisor, meaning="confirmed").first()
    kept = application.copies.filter(request__isnull=False).order_by("taken_at", "pk")
    copy = kept.filter(taken_at__gte=answer.signed_at).first() if answer else None
    return list(_changed(_parts(copy), lines_of(application, given))) if copy else None


# How copies that were kept earlier called the time of a file's upload; what lies there today is no other file for it.
UPLOADED_ONCE = re.compile(r", handed in (?=\d{1,2}\s\w+\s\d{4}, \d\d:\d\d)")


def _parts(copy: ApplicationCopy | None) -> Mapping[str, Lines]:
    kept = copy.parts.items() if copy is not None else ()
    return {part: [[label, UPLOADED_ONCE.sub(", uploaded ", said)] for label, said in lines] for part, lines in kept}


def _asked(sent: InformationRequest, before: Mapping[str, Lines], after: Mapping[str, Lines] | None) -> Asked:
    points = list(sent.points.all())
    firsts = {point.part: point for point in reversed(points)}
    changed = {} if after is None else {row.part: row.changes for row in _changed(before, after)}
    rows = (
        AskedPoint(point, None if after is None else _told(Part(point.part), changed), firsts[point.part] == point)
        for point in points
    )
    besides = (PartChanges(part, changes) for part, changes in changed.items() if part not in firsts)
    return Asked(sent, tuple(rows), tuple(besides))


def _told(part: Part, changed: Mapping[Part, tuple[Change, ...]]) -> tuple[Change, ...] | None:
    """The changes of a part; of adjustments nobody is told whether they read otherwise (A5)."""
    return None if part == Part.ADJUSTMENTS else changed.get(part, ())


def _changed(before: Mapping[str, Lines], after: Mapping[str, Lines]) -> Iterable[PartChanges]:
    for part in Part:
        if changes := _differing(before.get(part, []), after.get(part, [])):
            yield PartChanges(part, tuple(changes))


def _differing(before: Sequence[Sequence[str]], after: Sequence[Sequence[str]]) -> list[Change]:
    """The lines that differ, in the order of what is there now; what is gone comes last."""
    old, new = ({line[0]: line[1] for line in lines} for lines in (before, after))
    labels = [*new, *(label for label in old if label not in new)]
    pairs = [Change(label, old.get(label, ""), new.get(label, "")) for label in labels]
    return [pair for pair in pairs if pair.before != pair.after]
