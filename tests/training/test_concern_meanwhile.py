"""A concern goes on, by hand or by its day, while somebody writes about it: they come too late and keep their words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ctts.common.clock import london_midnight
from ctts.common.verdict import NotAllowed
from tests.training import practice as p
from tests.training.pages import address, sent, words
from tests.training.test_concern_notes import answer, pass_on
from tests.training.test_concerns import close, concern, safety
from tests.training.world import browser_of
from training import access, periodic, queries
from training.models import Concern, ConcernNote
from training.states import ConcernState

TYPED = {"concern": ("outcome", "Outcome"), "concern_answer": ("text", "Your answer")}
TYPED["concern_pass_on"] = ("reason", "Why it goes on")


@pytest.mark.parametrize("name", list(TYPED))
def test_T8_whoever_held_it_until_it_went_on_gets_back_what_they_typed(scene, name):
    found, cora = concern(scene.tara, scene.cast.tara), browser_of(scene.cast.cora)
    field, label = TYPED[name]
    page = cora.get(address(name, found.pk)).context
    form = sent(page["form"] if "form" in page else page["confirm"].form)
    pass_on(found, scene.cast.cora)
    late = cora.post(address(name, found.pk), {**form, field: "Settled"})
    assert late.status_code == 409
    page = words(late)
    assert "The concern went on" in page and "It lies with: External Moderator." in page
    assert "Settled" in page and label in page and "Something changed before you" in page
    assert (Concern.objects.get().state, ConcernNote.objects.count()) == (ConcernState.OPEN, 1)


def test_T8_so_does_a_concern_whose_day_is_over(scene):
    found, mia = safety(scene.tara, scene.cast.sam), browser_of(scene.cast.mia)
    form = sent(mia.get(address("concern", found.pk)).context["form"])
    assert periodic.escalate_concerns(london_midnight(found.due_on + timedelta(days=1)) + timedelta(hours=7)) == 1
    late = mia.post(address("concern", found.pk), {**form, "outcome": "It was looked into."})
    assert (late.status_code, "It was looked into." in words(late)) == (409, True)


def test_T8_whoever_never_held_it_may_not_and_is_not_late(scene):
    found = safety(scene.tara, scene.cast.sam)
    pass_on(found, scene.cast.mia)
    for act in (answer, pass_on, close):
        with pytest.raises(NotAllowed):
            act(found, scene.cast.cora)  # it began above her
    lower = concern(scene.tara, scene.cast.tara)
    verdict = access.can_close_concern(scene.cast.mia, lower, p.TODAY)
    assert (verdict.kind, verdict.reason) == ("no", "It lies with: Training Co-ordinator.")


def test_T8_list_page_and_row_say_the_same_of_whom_a_concern_of_patient_safety_lies_with(scene):
    found = safety(scene.tara, scene.cast.sam)
    both = "External Moderator and the scheme office"
    [row] = [row for row in queries.others_for(scene.cast.sam, p.TODAY) if row.what == "Answer your concern"]
    assert row.about == f"{both}, for Tara Quinn"
    sam = browser_of(scene.cast.sam)
    assert both in words(sam.get(address("concerns", scene.tara.pk)))
    assert f"{scene.cast.mia} and the scheme office" in words(sam.get(address("concern", found.pk)))
    pass_on(found, scene.cast.mia)
    close(Concern.objects.get(pk=found.pk), scene.cast.olive)
    assert "nobody any more" in words(sam.get(address("concerns", scene.tara.pk)))
