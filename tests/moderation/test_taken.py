"""What moderation tells of a record that is taken away (quality rule 18): award, Diploma, files of the pack."""

from __future__ import annotations

from datetime import timedelta

from moderation import actions
from moderation.models import Diploma
from moderation.states import PackPart
from tests.moderation.awarding import NOW, issued, job
from tests.training.world import settle, upload
from training.queries import chapters_of


def chapter_of(awarded):
    return {one.key: one for one in chapters_of(awarded.tara, NOW.date())}["diploma"]


def test_D1_the_award_and_the_sealed_diploma_go_along_and_a_revoked_one_does_not(awarded):
    assert [piece.title for piece in chapter_of(awarded).pieces] == ["Award"]
    issued(awarded)
    job("make_diplomas")
    given = {"part": PackPart.CV, "upload": upload("training-plan.pdf", "cv")}
    settle(actions.give_pack_part(by=awarded.cast.tara, now=NOW, record_id=awarded.tara.pk, **given).document, NOW)
    _, diploma, cv = chapter_of(awarded).pieces
    assert (diploma.title, [file.title for file in diploma.files]) == ("Diploma CTD-2028-00001", [diploma.title])
    assert (cv.title, len(cv.files)) == ("Curriculum vitae", 1)
    revoked = {"revoked_at": NOW + timedelta(1), "revoked_by": awarded.cast.olive, "revoked_reason": "X"}
    Diploma.objects.update(state="revoked", **revoked)
    diploma = chapter_of(awarded).pieces[1]
    facts = {fact.key: fact.value for fact in diploma.facts}
    assert diploma.files == [] and "not in force" in facts["file"] and facts["revoked_reason"] == "X"
