"""Reflective pieces and case studies of a trainee: drafts, and what was submitted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from tests.cast import Cast
from tests.training import practice as p
from training import actions, queries
from training.models import CaseStudy, Comment, Reflection

from .matrix import Needs
from .records import one, record_at


def reflection(cast: Cast, place: str) -> Reflection:
    """A reflective piece with words in it."""
    trainee, key = one(cast, place, "trainee"), uuid4()
    begun = {"record_id": record_at(cast, place).pk, "key": key, "model": "free", "title": "A piece"}
    made = actions.start_reflection(by=trainee, now=p.NOW, **begun)
    words = {"title": "A piece", "happened_on": None, "parts": {"text": "I checked the camera."}}
    seen = queries.piece_version(made)
    return actions.save_reflection(by=trainee, now=p.NOW, reflection_id=made.pk, seen=seen, **words)


def case(cast: Cast, place: str) -> CaseStudy:
    """A long case study with words in it."""
    trainee = one(cast, place, "trainee")
    begun = {"record_id": record_at(cast, place).pk, "key": uuid4(), "title": "A case"}
    made = actions.start_case(by=trainee, now=p.NOW, **begun)
    words = {"title": "A case", "sections": [("Introduction", "A phantom was scanned.")]}
    return actions.save_case(by=trainee, now=p.NOW, case_id=made.pk, seen=queries.piece_version(made), **words)


def submitted(make: Callable[[Cast, str], Any]) -> Callable[[Cast, str], Any]:
    """Makes a piece and submits it."""

    def submit(cast: Cast, place: str) -> Any:
        made = make(cast, place)
        given = {"piece": made, "seen": queries.piece_version(made), "declared": True}
        return actions.submit_piece(by=one(cast, place, "trainee"), now=p.NOW, **given)

    return submit


def rewritten(make: Callable[[Cast, str], Any]) -> Callable[[Cast, str], Any]:
    """Makes a piece that was submitted, reopened, and submitted with another title."""

    def submit_again(cast: Cast, place: str) -> Any:
        made, trainee = submitted(make)(cast, place), one(cast, place, "trainee")
        actions.reopen_piece(by=trainee, now=p.NOW, piece=made)
        type(made).objects.filter(pk=made.pk).update(title="Another title")
        now = type(made).objects.get(pk=made.pk)
        given = {"piece": now, "seen": queries.piece_version(now), "declared": True}
        return actions.submit_piece(by=trainee, now=p.NOW, **given)

    return submit_again


def comment(cast: Cast, place: str) -> Comment:
    """A comment of the supervisor on what was submitted, not answered yet."""
    given = {"piece": submitted(reflection)(cast, place), "key": uuid4(), "text": "Say more about it."}
    return actions.comment_on(by=one(cast, place, "supervisor"), now=p.NOW, **given)


WRITING_THINGS: dict[str, Callable[[Cast, str], Any]] = {
    "draft of a reflective piece": reflection,
    "reflective piece": submitted(reflection),
    "draft of a case study": case,
    "case study": submitted(case),
    "reflective piece submitted twice": rewritten(reflection),
    "case study submitted twice": rewritten(case),
    "comment on a piece": comment,
}
ABOUT = {
    "draft of a reflective piece": "reflection_edit reflection_submit",
    "reflective piece": "reflection reflection_reopen reflection_withdraw",
    "draft of a case study": "case_edit case_submit",
    "case study": "case case_reopen case_withdraw",
}
WRITING_URLS: dict[str, Needs] = {
    **{f"training:{name}": Needs(kind) for kind, names in ABOUT.items() for name in names.split()},
    "training:comment_answer": Needs("comment on a piece"),
    "training:reflection_version_close": Needs(
        "reflective piece submitted twice", lambda thing: {"pk": thing.pk, "number": 1}
    ),
    "training:case_version_close": Needs("case study submitted twice", lambda thing: {"pk": thing.pk, "number": 1}),
    "training:reflection_version": Needs("reflective piece", lambda thing: {"pk": thing.pk, "number": 1}),
    "training:case_version": Needs("case study", lambda thing: {"pk": thing.pk, "number": 1}),
}
