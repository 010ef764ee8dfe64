"""A line of the first-year gate behind which there is nothing yet says why, and who can mend it (Y1, Y4 to Y6)."""

from __future__ import annotations

import pytest

from tests.training import practice as p
from tests.training.pages import address
from training import actions, queries
from training.models import TrainingRecord
from training.states import AppointmentKind

LINES = ("moderator_dops", "reviews", "dops", "case_study_words", "reflections")


def behind(scene, reader, **people):
    """What stands behind each number, for one reader, with those who are appointed."""
    given = {"supervisors": [scene.cast.sam], "moderators": [scene.cast.mia], **people, "open_concerns": 0}
    record = TrainingRecord.objects.get(pk=scene.tara.pk)
    return queries.behind_gate(record, reader, p.TODAY, **given)


@pytest.mark.parametrize(
    ("who", "whose", "mends"),
    [
        ("mia", ["You", "Sam Patel", "Tara Quinn", "Tara Quinn", "Tara Quinn"], {"moderator_dops"}),
        ("sam", ["Mia Lowe", "You", "You", "Tara Quinn", "Tara Quinn"], {"reviews", "dops"}),
        ("tara", ["Mia Lowe", "Sam Patel", "You", "You", "You"], {"dops", "case_study_words", "reflections"}),
    ],
)
def test_Y_where_nothing_is_yet_each_line_says_who_can_mend_it(scene, who, whose, mends):
    found = behind(scene, getattr(scene.cast, who))
    items = {name: found[name].items for name in LINES}
    assert all(len(rows) == 1 and not rows[0].counts and rows[0].why for rows in items.values())
    names = [scene.cast.mia.full_name if name == "Mia Lowe" else name for name in whose]
    assert [items[name][0].who for name in LINES] == names
    assert {name for name in LINES if items[name][0].fix_url} == mends


def test_Y1_without_an_external_moderator_the_office_can_mend_it(scene):
    [line] = behind(scene, scene.cast.tara, moderators=[])["moderator_dops"].items
    assert (line.text, line.who) == ("No External Moderator is appointed yet.", "The scheme office")


def test_Y1_what_was_voided_leaves_it_to_be_begun_and_what_is_begun_does_not(scene):
    dops = p.started_dops(scene.tara, scene.cast.mia)
    [line] = behind(scene, scene.cast.mia)["moderator_dops"].items
    assert (line.who, line.fix) == ("You", "finish it")
    actions.void_dops(by=scene.cast.olive, now=p.NOW, dops_id=dops.pk, reason="Asked twice.")
    voided, nothing = behind(scene, scene.cast.mia)["moderator_dops"].items
    assert (voided.why, nothing.fix_url) == ("It was voided.", address("dops_log", scene.tara.pk))


def test_Y_once_training_has_ended_nothing_is_missing(scene):
    p.end_appointment(scene.tara, AppointmentKind.EXTERNAL_MODERATOR, p.TODAY)
    TrainingRecord.objects.filter(pk=scene.tara.pk).update(state="withdrawn", ended_on=p.TODAY)
    assert not any(behind(scene, scene.cast.tara, moderators=[])[name].items for name in LINES)
