"""DOPS by their pages: asked for, approved, judged in five steps, acknowledged, ended, found in the log (T5)."""

from __future__ import annotations

import pytest

from tests.training import practice as p
from tests.training.pages import address, filled, press, sent, words
from tests.training.world import browser_of
from training import queries
from training.models import Dops, TrainingRecord
from training.states import DopsState

WHAT = {"procedure": "Daily uniformity check", "place": "Gamma camera room", "observed_on": "2026-06-02"}
JUDGED = {"overall": "competent", "done_well": "Calm and safe."}


@pytest.fixture
def tara(scene):
    return browser_of(scene.cast.tara, proved=True)


@pytest.fixture
def sam(scene):
    return browser_of(scene.cast.sam, proved=True)


@pytest.fixture
def trina(scene):
    return browser_of(scene.cast.trina, proved=True)


def step(dops, number):
    return address("dops_step", dops.pk, number)


def scores_of(browser, dops, number, score="3"):
    """The answers to every item of a step, all the same."""
    form = browser.get(step(dops, number)).context["form"]
    return {field.html_name: score for field in form.visible_fields()}


def judge(browser, scene, dops):
    """The first four steps, one after the other."""
    item = p.items_of(scene.tara)[0].pk
    assert press(browser, step(dops, 1), **WHAT, item=item).url == step(dops, 2)
    assert press(browser, step(dops, 2), **scores_of(browser, dops, 2)).url == step(dops, 3)
    assert press(browser, step(dops, 3), **scores_of(browser, dops, 3, "na")).status_code == 422
    assert press(browser, step(dops, 3), **scores_of(browser, dops, 3)).url == step(dops, 4)
    assert press(browser, step(dops, 4), **JUDGED).url == step(dops, 5)


def test_T5_a_dops_of_a_colleague_goes_its_whole_way_by_its_pages(scene, tara, sam, trina):
    asked = press(tara, address("dops_request", scene.tara.pk), assessor=scene.cast.trina.pk, procedure="Uniformity")
    dops = Dops.objects.get()
    assert asked.url == address("dops", dops.pk)
    assert "Waiting for approval" in words(tara.get(asked.url))
    assert trina.get(asked.url).status_code == 404
    assert press(sam, address("dops_approve", dops.pk)).url == asked.url
    judge(trina, scene, dops)
    assert press(trina, step(dops, 5), post="Physicist").url == asked.url
    assert "Calm and safe." in words(tara.get(address("dops_acknowledge", dops.pk)))
    assert press(tara, address("dops_acknowledge", dops.pk), comment="Fair.").url == asked.url
    dops.refresh_from_db()
    assert (dops.state, dops.trainee_comment) == (DopsState.COMPLETE, "Fair.")
    assert "30 of 40" in words(sam.get(address("dops_log", scene.tara.pk)))


def test_T5_a_colleague_sees_the_dops_and_no_tabs_of_the_record(scene, trina):
    dops = p.approved_dops(scene.tara, scene.cast.trina, scene.cast.sam)
    page = trina.get(address("dops", dops.pk))
    assert (page.status_code, page.context["tabs"]) == (200, [])
    assert trina.get(address("dops_log", scene.tara.pk)).status_code == 404


def test_T5_T11_supervisor_and_moderator_start_one_with_one_press(scene, sam):
    for browser, page in ((sam, "dops_log"), (browser_of(scene.cast.mia), "meetings")):
        form = browser.get(address(page, scene.tara.pk)).context["start"]
        made = browser.post(address("dops_start", scene.tara.pk), sent(form))
        assert made.url == step(Dops.objects.latest("pk"), 1)
        assert browser.post(address("dops_start", scene.tara.pk), sent(form)).url == made.url
    assert sam.post(address("dops_start", scene.tara.pk), {"key": "x"}).url == address("dops_log", scene.tara.pk)
    assert Dops.objects.count() == 2


def test_T5_an_earlier_procedure_is_taken_over_with_one_press(scene, sam):
    done = p.complete_dops(scene.tara, scene.cast.sam, procedure="Dose calibrator", place="Hot lab")
    other = p.complete_dops(scene.tom, scene.cast.sue, procedure="Infusion pump")
    dops = p.started_dops(scene.tara, scene.cast.sam)
    assert "Dose calibrator" in words(sam.get(step(dops, 1)))

    def taken(like):
        return sam.get(step(dops, 1), {"like": like}).context["form"].initial

    assert (taken(done.pk)["procedure"], taken(done.pk)["place"]) == ("Dose calibrator", "Hot lab")
    for nonsense in (other.pk, "x", "9" * 30):
        assert taken(nonsense)["procedure"] == ""


def test_T5_what_is_missing_is_named_on_the_last_step_and_not_signed(scene, sam):
    dops = p.started_dops(scene.tara, scene.cast.sam)
    assert "Not judged yet: items 1, 2, 3, 4, 5." in words(sam.get(step(dops, 5)))
    refused = press(sam, step(dops, 5), post="Physicist")
    assert (refused.status_code, "not complete" in words(refused)) == (409, True)


def test_T5_bad_input_in_a_step_comes_back_with_what_was_chosen(scene, sam):
    dops = p.started_dops(scene.tara, scene.cast.sam)
    theirs = p.items_of(scene.tom)[0].pk
    refused = press(sam, step(dops, 1), **{**WHAT, "item": theirs, "observed_on": "2026-06-11"})
    assert set(refused.context["form"].errors) == {"item", "observed_on"}
    assert (refused.status_code, "Gamma camera room" in words(refused)) == (422, True)
    some = dict(list(scores_of(sam, dops, 2).items())[:2])
    refused = press(sam, step(dops, 2), **some)
    assert (refused.status_code, "Judge item 3." in words(refused)) == (422, True)
    assert press(sam, step(dops, 4), overall="").status_code == 422
    assert sam.get(step(dops, 6)).status_code == 404


def test_T5_a_step_saved_in_another_window_is_not_written_over(scene, sam):
    dops = p.filled_dops(p.started_dops(scene.tara, scene.cast.sam), scene.cast.sam)
    first, second = filled(sam, step(dops, 4), done_well="First."), filled(sam, step(dops, 4), done_well="Second.")
    assert sam.post(step(dops, 4), first).status_code == 303
    lost = sam.post(step(dops, 4), second)
    assert (lost.status_code, "Second." in words(lost)) == (409, True)
    assert Dops.objects.get(pk=dops.pk).done_well == "First."


@pytest.mark.parametrize(("name", "state"), [("dops_decline", DopsState.DECLINED), ("dops_void", DopsState.VOIDED)])
def test_T5_a_dops_ends_with_a_reason_that_the_people_concerned_read(scene, sam, tara, name, state):
    dops = p.asked_dops(scene.tara, scene.cast.sam)
    page = sam.get(address(name, dops.pk))
    assert "A mail with your reason goes to" in words(page)
    assert press(sam, address(name, dops.pk)).status_code == 422
    assert press(sam, address(name, dops.pk), reason="I am on leave.").url == address("dops", dops.pk)
    assert Dops.objects.get(pk=dops.pk).state == state
    assert "I am on leave." in words(tara.get(address("dops", dops.pk)))
    assert sam.post(address(name, dops.pk), {"reason": "Again."}).status_code == 409


def test_T5_scores_are_hidden_from_others_until_they_are_signed(scene, sam, tara):
    dops = p.filled_dops(p.started_dops(scene.tara, scene.cast.sam), scene.cast.sam)
    assert "Calm and safe." in words(sam.get(address("dops", dops.pk)))
    page = tara.get(address("dops", dops.pk))
    assert ("Calm and safe." in words(page), page.context["scores"]) == (False, [])


def test_T5_the_log_is_narrowed_by_its_address_and_says_by_what(scene, sam):
    mine = p.complete_dops(scene.tara, scene.cast.sam)
    p.started_dops(scene.tara, scene.cast.mia)
    log = address("dops_log", scene.tara.pk)

    def shown(**wanted):
        context = sam.get(log, wanted).context
        return [row["dops"] for row in context["rows"]], [pill.label for pill in context["pills"]]

    assert shown(state="complete") == ([mine], ["State: Complete"])
    assert shown(kind="supervisor", item=mine.item_id)[0] == [mine]
    assert shown(kind="supervisor", item=mine.item_id)[1][1] == f"Competency: {mine.item.item.code}"
    assert len(shown(state="nonsense")[0]) == 2
    assert "No DOPS fits these filters" in words(sam.get(log, {"state": "voided"}))


def test_T5_asking_is_refused_for_somebody_who_may_not_assess(scene, tara):
    url = address("dops_request", scene.tara.pk)
    for person in (scene.cast.tara, scene.cast.tom, scene.cast.sue, scene.cast.mia):
        refused = press(tara, url, assessor=person.pk, procedure="Uniformity")
        assert (refused.status_code, "assessor" in refused.context["form"].errors) == (422, True)
    assert "Uniformity" in words(refused)
    TrainingRecord.objects.filter(pk=scene.tara.pk).update(state="withdrawn", ended_on=p.TODAY)
    assert tara.get(url).status_code == 409
    assert queries.dops_submitted(scene.tara) == 0


def test_T5_what_is_not_said_yet_is_told_apart_by_when_and_by_whom(scene, sam, tara):
    p.started_dops(scene.tara, scene.cast.sam)
    Dops.objects.filter(pk=p.asked_dops(scene.tara, scene.cast.sam).pk).update(procedure="")
    text = words(sam.get(address("dops_log", scene.tara.pk)))
    assert "Not said yet, started on 10 June 2026" in text and "by Sam" in text
    assert "Not said yet, asked for on 10 June 2026" in text and "by Tara Quinn" in text
    p.started_dops(scene.tara, scene.cast.mia)
    assert "by Mia Ferreira" in words(browser_of(scene.cast.mia).get(address("meetings", scene.tara.pk)))


def test_T5_after_taking_one_back_the_trainee_asks_anew_with_what_was_said(scene, tara):
    dops = p.asked_dops(scene.tara, scene.cast.sam)
    press(tara, address("dops_void", dops.pk), reason="Sam is away.")
    on = tara.get(address("dops", dops.pk)).context["step"]
    assert (on.label, on.url) == ("Ask for another DOPS", f"{address('dops_request', scene.tara.pk)}?like={dops.pk}")
    assert tara.get(on.url).context["form"].initial["procedure"] == "Daily uniformity check"
    other = p.asked_dops(scene.tom, scene.cast.sue)
    for nonsense in (other.pk, "x"):
        assert not tara.get(address("dops_request", scene.tara.pk), {"like": nonsense}).context["form"].initial
