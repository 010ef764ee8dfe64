"""What a comment quotes of a version that identifies a patient is closed with the version (T6, quality rule 17)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from ctts.audit.models import AuditEvent
from tests.training import practice as p
from tests.training.pages import address, words
from tests.training.test_closed_versions import FOUND, close
from tests.training.test_writing import reflection, save, version
from tests.training.world import browser_of
from training import actions
from training.models import Reflection
from training.queries.writing import quotes_closed
from training.taking import my_work

NAMED = "jane doe of elm cottage"
CLOSED = "The words it quotes are closed"


def submit(piece, hours):
    """Submitted so many hours after noon of the scene's day."""
    given = {"seen": version(piece), "declared": True}
    return actions.submit_piece(by=piece.record.trainee, now=p.NOW + timedelta(hours=hours), piece=piece, **given)


def comment(scene, piece, quote, hours):
    now = p.NOW + timedelta(hours=hours)
    return actions.comment_on(by=scene.cast.sam, now=now, piece=piece, key=uuid4(), text="Take it out.", quote=quote)


@pytest.fixture
def piece(scene):
    """Its first version named a patient, as a comment of Sam's quotes; its second does not, and he quotes that too."""
    found = submit(save(reflection(scene.tara), what=f"We met {NAMED} and checked the pump."), 1)
    comment(scene, found, NAMED, 2)
    comment(scene, found, "checked the pump", 2)
    actions.reopen_piece(by=scene.cast.tara, now=p.NOW + timedelta(hours=3), piece=found)
    found = submit(save(Reflection.objects.get(pk=found.pk), what="We met them and checked the pump."), 4)
    comment(scene, found, "met them", 5)
    return found


def page_of(scene, who, piece):
    return words(browser_of(getattr(scene.cast, who), proved=True).get(address("reflection", piece.pk)))


def test_quality_17_a_quote_of_a_closed_version_is_shown_to_nobody(scene, piece):
    assert NAMED in page_of(scene, "cora", piece)
    close(piece, scene.cast.tara)
    for who in ("tara", "sam", "cora", "mia", "olive"):
        said = page_of(scene, who, piece)
        assert (NAMED in said, said.count(CLOSED)) == (False, 1)
        assert "“checked the pump”" in said and "“met them”" in said and said.count('as-written">Take it out.') == 3
    assert quotes_closed(piece) == 1


def test_quality_17_how_many_quotes_were_closed_is_on_the_audit(scene, piece):
    close(piece, scene.cast.sam)
    assert AuditEvent.objects.get(action="training.reflection.version_closed").after["quotes_closed"] == 1


def test_quality_17_the_own_copy_leaves_it_out(scene, piece):
    assert NAMED in str(my_work.reflections(scene.tara, p.TODAY))
    close(piece, scene.cast.sam)
    copy = str(my_work.reflections(scene.tara, p.TODAY))
    assert (NAMED in copy, "checked the pump" in copy, "Take it out." in copy) == (False, True, True)


def test_quality_17_so_is_what_was_quoted_before_the_piece_itself_was_withdrawn(scene, piece):
    given = {"by": scene.cast.sam, "now": p.NOW + timedelta(hours=6), "piece": piece, "reason": FOUND}
    actions.withdraw_piece(**given)
    assert CLOSED not in page_of(scene, "tara", piece)  # its author has to find the words
    submit(save(Reflection.objects.get(pk=piece.pk), what="We checked the pump."), 7)
    assert page_of(scene, "sam", piece).count(CLOSED) == 1 and "met them" not in page_of(scene, "tara", piece)
