"""Text of training that saves itself (screens 13): of another window's text a window is told; a DOPS keeps its own."""

from __future__ import annotations

import pytest

from tests.training import practice as p
from tests.training.pages import address, filled, press, typed, words
from tests.training.world import browser_of, text_evidence
from training.models import Dops, Evidence, Meeting, TrainingDraft

TOLD = "Typed in another window meanwhile"


@pytest.fixture
def tara(scene):
    return browser_of(scene.cast.tara, proved=True)


@pytest.fixture
def sam(scene):
    return browser_of(scene.cast.sam, proved=True)


@pytest.fixture
def mia(scene):
    return browser_of(scene.cast.mia, proved=True)


def met(browser, page, first, *, keep="", **theirs):
    """What a window is told that was opened before another one kept `theirs`; nothing of it is lost."""
    assert typed(browser, keep or page, **{**first, **theirs}).status_code == 200
    late = browser.post(page, first)
    assert late.status_code == 409 and TOLD in words(late)
    for text in theirs.values():
        assert text in words(late)
    assert TrainingDraft.objects.exists()
    again = {**first, "autosave_version": late.context["draft_version"]}
    assert browser.post(page, again).status_code in {302, 303}
    assert not TrainingDraft.objects.exists()


def test_of_notes_of_a_meeting(scene, mia):
    page = address("meeting_new", scene.tara.pk)
    first = filled(mia, page, held_on="2026-06-08", notes="The plan is sound.")
    met(mia, page, first, notes="Half a page of other notes.")
    assert Meeting.objects.get().notes == "The plan is sound."


def test_of_a_review(scene, sam):
    review = p.written_review(scene.tara, scene.cast.sam)
    page = address("review_edit", review.pk)
    rows = {"actions-TOTAL_FORMS": 1, "actions-INITIAL_FORMS": 0}
    met(sam, page, {**filled(sam, page, progress="First words."), **rows}, progress="Other words.")
    review.refresh_from_db()
    assert review.progress == "First words."


def test_of_the_actions_that_a_review_agrees(scene, sam):
    review = p.written_review(scene.tara, scene.cast.sam)
    page = address("review_edit", review.pk)
    row = {"actions-TOTAL_FORMS": 1, "actions-INITIAL_FORMS": 0, "actions-0-owner": "Tara Quinn"}
    first = {**filled(sam, page), **row, "actions-0-text": "Read the protocol."}
    met(sam, page, first, **{"actions-0-text": "Watch two injections."})
    late = words(sam.get(address("review", review.pk)))
    assert "Read the protocol." in late and "Watch two injections." not in late


def test_screens_13_a_review_typed_and_taken_back_is_shown_as_it_is_saved(scene, sam):
    review = p.written_review(scene.tara, scene.cast.sam)
    page = address("review_edit", review.pk)
    shown = {**filled(sam, page), "actions-TOTAL_FORMS": 0, "actions-INITIAL_FORMS": 0}
    typed(sam, page, **{**shown, "progress": "Half a sen"})
    assert TrainingDraft.objects.get().unsaved
    typed(sam, page, **{**shown, "autosave_version": 1})
    assert not TrainingDraft.objects.get().unsaved
    assert sam.get(page).context["kept_at"] is None


def test_screens_13_evidence_typed_and_taken_back_is_shown_as_it_is_saved(scene, tara):
    evidence = text_evidence(scene.tara, p.items_of(scene.tara)[0], declared=False)
    page = address("evidence_edit", evidence.pk)
    keep = address("evidence_keep_one", scene.tara.pk, "text", evidence.pk)
    shown = filled(tara, page)
    typed(tara, keep, **{**shown, "text": "Seven ca"})
    assert tara.get(page).context["form"]["text"].value() == "Seven ca"
    typed(tara, keep, **{**shown, "autosave_version": 1})
    assert not TrainingDraft.objects.get().unsaved and tara.get(page).context["kept_at"] is None


def test_of_new_evidence(scene, tara):
    page = address("evidence_new", scene.tara.pk, "text")
    keep = address("evidence_keep", scene.tara.pk, "text")
    first = filled(tara, page, title="A log", text="Seven cases.", items=[p.items_of(scene.tara)[0].pk])
    met(tara, page, first, keep=keep, text="Eight cases, in the other window.")
    assert Evidence.objects.filter(title="A log", text="Seven cases.").exists()


def test_a_mistake_in_between_does_not_hide_the_other_windows_text(scene, mia):
    page = address("meeting_new", scene.tara.pk)
    first = filled(mia, page, held_on="2026-06-08", notes="The plan is sound.")
    typed(mia, page, **{**first, "notes": "Other notes."})
    wrong = mia.post(page, {**first, "held_on": "2026-02-31"})
    assert wrong.status_code == 422
    late = mia.post(page, {**first, "autosave_version": wrong.context["draft_version"]})
    assert late.status_code == 409 and "Other notes." in words(late)


@pytest.mark.parametrize(
    ("number", "field", "value"), [(1, "procedure", "Half a proc"), (4, "done_well", "Calm and sa"), (2, "", "3")]
)
def test_T5_a_step_of_a_dops_keeps_what_is_typed_until_its_button_is_pressed(scene, sam, number, field, value):
    dops = p.started_dops(scene.tara, scene.cast.sam)
    page = address("dops_step", dops.pk, number)
    field = field or next(iter(sam.get(page).context["form"].visible_fields())).html_name
    assert typed(sam, page, **filled(sam, page, **{field: value})).status_code == 200
    shown = sam.get(page)
    assert shown.context["form"][field].value() == value and "data-autosave-url" in shown.content.decode()
    last = sam.get(address("dops_step", dops.pk, 5))
    assert "What you typed in these steps is kept and is not part of what you sign" in words(last)


def test_T5_saving_a_step_drops_what_was_kept_of_it(scene, sam):
    dops = p.started_dops(scene.tara, scene.cast.sam)
    page = address("dops_step", dops.pk, 4)
    typed(sam, page, **filled(sam, page, done_well="Calm and sa"))
    press(sam, page, overall="competent", done_well="Calm and safe.")
    assert Dops.objects.get().done_well == "Calm and safe." and not TrainingDraft.objects.exists()


@pytest.mark.parametrize(("number", "field"), [(1, "procedure"), (4, "done_well"), (2, "")])
def test_T5_what_is_typed_and_taken_back_is_not_told_before_signing(scene, sam, number, field):
    dops = p.started_dops(scene.tara, scene.cast.sam)
    page, last = address("dops_step", dops.pk, number), address("dops_step", dops.pk, 5)
    field = field or next(iter(sam.get(page).context["form"].visible_fields())).html_name
    shown = filled(sam, page)
    typed(sam, page, **{**shown, field: "3"})
    assert "is kept and is not part of what you sign" in words(sam.get(last))
    assert typed(sam, page, **{**shown, "autosave_version": 1}).status_code == 200
    assert "is kept and is not part of what you sign" not in words(sam.get(last))
    assert sam.get(page).context["kept_at"] is None


def test_T5_of_a_step_of_a_dops(scene, sam):
    dops = p.started_dops(scene.tara, scene.cast.sam)
    page = address("dops_step", dops.pk, 4)
    met(sam, page, filled(sam, page, overall="competent", done_well="Calm."), done_well="Safe, in the other window.")


def test_T5_nobody_but_the_assessor_keeps_text_of_a_dops(scene, tara):
    dops = p.started_dops(scene.tara, scene.cast.sam)
    assert typed(tara, address("dops_step", dops.pk, 4), done_well="Mine").status_code in {403, 404}
    assert not TrainingDraft.objects.exists()
