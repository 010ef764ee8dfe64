"""Reflective pieces and the long case study of a trainee (T6)."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from ctts.common.clock import london_date
from ctts.demo.world.applying import key_of
from ctts.demo.world.trainee import Events, Stage, Trainee
from training import actions, queries
from training.models import Reflection
from training.rules import FIRST_SECTIONS

PIECES = {Stage.ENROLLED: 0, Stage.BEGUN: 0, Stage.TRAINING: 1}
TITLES = ("The second operator", "A log that did not agree", "Speaking to a patient's family", "My first night on call")
PART = "The second operator waited for my signal. I now say each step aloud before I begin it, and wait. "
NEXT = "The next time I ask for the second signal before the table moves. "
CASE = "The camera drifted by two per cent over a fortnight; the log shows when, and three causes were excluded. "


def writing(trainee: Trainee) -> Events:
    """The pieces, and the case study of whoever comes to the gate; a supervisor comments on the first piece."""
    for number in range(PIECES.get(trainee.stage, trainee.asked.first_year_reflections)):
        yield trainee.on(0.8 + 0.5 * number, 17), partial(_reflect, trainee, number)
    if trainee.stage >= Stage.TRAINING:
        yield trainee.on(4.5, 18), partial(_study, trainee, 1600 if trainee.stage >= Stage.GATE_OPEN else 400)


def _reflect(trainee: Trainee, number: int, at: datetime) -> None:
    title, key = TITLES[number % len(TITLES)], key_of(trainee.record.pk, "piece", number)
    begun: dict[str, Any] = {"record_id": trainee.record.pk, "key": key, "model": "what", "title": title}
    piece: Reflection = actions.start_reflection(by=trainee.person, now=at, **begun)
    parts = dict.fromkeys(("what", "so_what", "now_what"), PART * 2)
    given: dict[str, Any] = {"reflection_id": piece.pk, "title": title, "happened_on": london_date(at), "parts": parts}
    piece = actions.save_reflection(by=trainee.person, now=at, seen=queries.piece_version(piece), **given)
    later, seen = at + timedelta(hours=1), queries.piece_version(piece)
    actions.submit_piece(by=trainee.person, now=later, piece=piece, seen=seen, declared=True)
    if number == 0:
        words: dict[str, Any] = {
            "key": key_of(piece.pk, "comment"),
            "text": "What would you do differently the next time?",
            "part": "Now what?",
            "quote": "I now say each step aloud before I begin it",
        }
        said = actions.comment_on(by=trainee.supervisor, now=later + timedelta(hours=2), piece=piece, **words)
        answered: dict[str, Any] = {"comment_id": said.pk, "fate": "changed", "reason": "I added what I ask for now."}
        actions.answer_comment(by=trainee.person, now=later + timedelta(hours=20), **answered)
        _rewrite(trainee, piece, {**parts, "now_what": PART + NEXT}, later + timedelta(days=1))


def _rewrite(trainee: Trainee, piece: Reflection, parts: dict[str, str], at: datetime) -> None:
    """The trainee writes on after the comment and submits it again; the supervisor is content."""
    actions.reopen_piece(by=trainee.person, now=at, piece=piece)
    given: dict[str, Any] = {"title": piece.title, "happened_on": piece.happened_on, "parts": parts}
    given |= {"reflection_id": piece.pk, "seen": queries.piece_version(piece)}
    piece = actions.save_reflection(by=trainee.person, now=at, **given)
    seen = queries.piece_version(piece)
    actions.submit_piece(by=trainee.person, now=at, piece=piece, seen=seen, declared=True)
    words: dict[str, Any] = {"key": key_of(piece.pk, "comment", 2), "text": "That is clear now. Thank you."}
    actions.comment_on(by=trainee.supervisor, now=at + timedelta(hours=2), piece=piece, **words)


def _study(trainee: Trainee, words: int, at: datetime) -> None:
    title, key = "A drift of uniformity, and what it taught the department", key_of(trainee.record.pk, "case")
    case = actions.start_case(by=trainee.person, now=at, record_id=trainee.record.pk, key=key, title=title)
    told = FIRST_SECTIONS[:-1]
    text = CASE * -(-words // (len(CASE.split()) * len(told)))
    given: dict[str, Any] = {"case_id": case.pk, "title": title, "sections": [(heading, text) for heading in told]}
    actions.save_case(by=trainee.person, now=at, seen=queries.piece_version(case), **given)
