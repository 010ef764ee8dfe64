"""The history of a training record is told in sentences: whatever the actions put on the audit has one."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import training.actions
from ctts.audit.models import AuditEvent
from ctts.common.templatetags.icons import icon
from training.queries.history import ASSESSED, PRIVATE, SENTENCES, entries_of
from training.states import EVIDENCE_MOVES, ITEM_MOVES

KNOWN = {**SENTENCES, **ASSESSED, **PRIVATE}
CODE = re.compile(r"^(training\.)?[a-z_]+\.[a-z_]+$")
WRITTEN = ("submitted", "reopened", "commented")
PIECES = [f"training.{kind}.{what}" for kind in ("reflection", "case") for what in WRITTEN]


def codes_in(source: str) -> set[str]:
    """Every text that reads like a code of the audit and is given to a call, as the audit has it."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    given = [value for call in calls for value in (*call.args, *(word.value for word in call.keywords))]
    texts = [value.value for value in given if isinstance(value, ast.Constant) and isinstance(value.value, str)]
    return {f"training.{text.removeprefix('training.')}" for text in texts if CODE.match(text)}


@pytest.mark.parametrize("code", sorted(KNOWN))
def test_the_shape_of_every_sentence_is_there(code):
    assert "<svg" in icon(KNOWN[code][2])


# A run that enrols a cohort is on the office's own chain, in nobody's dossier.
OF_THE_OFFICE = "training.enrol_run."


def audited() -> list[str]:
    """What the actions of training put on the audit."""
    files = Path(training.actions.__file__).parent.glob("*.py")
    moved = [f"training.competency.{name}" for name in ITEM_MOVES]
    moved += [f"training.evidence.{name}" for name in EVIDENCE_MOVES]
    found = {code for file in files for code in codes_in(file.read_text())} | {*moved, *PIECES}
    return sorted(code for code in found if not code.startswith(OF_THE_OFFICE))


def test_the_codes_are_found():
    found = audited()
    assert {"training.dops.step_saved", "training.evidence.added", "training.meeting.noted"} <= set(found)


@pytest.mark.parametrize("code", audited())
def test_screens_what_happened_is_a_sentence(code):
    assert code in KNOWN


def test_a_code_of_another_time_is_told_in_its_own_words():
    event = AuditEvent(action="training.old_thing.was_done", object="", object_id=1, after={}, actor_id=None)
    assert [entry.what for entry in entries_of([event])] == ["Old thing: was done"]
