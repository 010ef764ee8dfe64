"""A device handed over, by its pages: locked to one DOPS, signed on, unlocked by its owner (T5, screens 11)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from ctts.common import clock
from tests.accounts.people import code_of
from tests.cast import PASSWORD
from tests.training import handed as h
from tests.training import practice as p
from tests.training.pages import address, press, typed, words
from tests.training.world import SECRET, browser_of
from training.models import Dops, HandOver
from training.states import DopsState, HandOverEnd

WHAT = {"procedure": "Daily uniformity check", "place": "Gamma camera room", "observed_on": "2026-06-02"}


@pytest.fixture
def dops(scene):
    """Sam, who supervises Tara, has begun a DOPS of hers."""
    h.equipped(scene.cast.sam)
    return p.started_dops(scene.tara, scene.cast.sam)


@pytest.fixture
def device(scene, dops):
    """Tara's device, which she has handed to Sam."""
    browser = browser_of(scene.cast.tara, proved=True)
    assert browser.post(address("dops_hand_over", dops.pk)).url == home()
    return browser


def home():
    return address("handed", HandOver.objects.latest("pk").pk)


def step(number):
    return address("handed_step", HandOver.objects.latest("pk").pk, number)


def start(device, secret=PASSWORD):
    return press(device, home(), password_or_code=secret)


def judge(device, scene):
    """The first four steps on it."""
    assert press(device, step(1), **WHAT, item=p.items_of(scene.tara)[0].pk).url == step(2)
    for number in (2, 3):
        form = device.get(step(number)).context["form"]
        answers = {one.html_name: "3" for one in form.visible_fields()}
        assert press(device, step(number), **answers).url == step(number + 1)
    assert press(device, step(4), overall="competent", done_well="Calm and safe.").url == step(5)


def test_T5_a_device_goes_its_whole_way_and_back(scene, dops, device):
    assert "handed this device to <strong>Sam Patel" in words(device.get(home()))
    assert start(device).url == step(1)
    judge(device, scene)
    assert press(device, step(5), post="Physicist").status_code == 422  # asked for again: ten minutes do not count here
    assert press(device, step(5), post="Physicist", password_or_code=PASSWORD).url == home()
    thanks = words(device.get(home()))
    assert "Thank you: it is signed" in thanks
    assert "Hand the device back to Tara Quinn" in thanks
    assert Dops.objects.get().state == DopsState.AWAITING_ACKNOWLEDGEMENT
    assert device.get(step(4)).url == home()
    assert press(device, address("handed_unlock", HandOver.objects.get().pk), password="wrong").status_code == 422
    back = press(device, address("handed_unlock", HandOver.objects.get().pk), password=PASSWORD)
    assert back.url == address("dops", dops.pk)
    assert device.get(back.url).status_code == 200
    assert HandOver.objects.get().ended_as == HandOverEnd.SIGNED


@pytest.mark.parametrize(
    "elsewhere",
    ["/", "/home/", "/nowhere/", "/account/login/", "/account/profile/", "/privacy/", "/training/mine/", "/healthz"],
)
def test_T5_nothing_else_opens_on_it(device, elsewhere):
    assert device.get(elsewhere).url == home()


def test_T5_nothing_of_the_record_opens_on_it_and_htmx_is_led_back(scene, dops, device):
    for name, pk in (("record", scene.tara.pk), ("dops", dops.pk), ("dops_log", scene.tara.pk), ("handed", 10**6)):
        assert device.get(address(name, pk)).url == home()
    answer = device.get(address("record", scene.tara.pk), headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == home()
    masthead = words(device.get("/nowhere/", follow=True)).partition("<main")[0].partition("<header")[2]
    assert "Tara Quinn" not in masthead
    assert "<a" not in masthead


def test_T5_what_was_typed_in_another_window_of_it_comes_back(scene, device):
    there = address("reflection_new", scene.tara.pk)
    answer = device.post(there, {"title": "Half a sentence"}, headers={"Origin": "http://testserver"})
    assert answer.status_code == 403
    assert "handed over before you sent this" in words(answer)
    assert "Half a sentence" in words(answer)


def test_T5_the_owner_cannot_judge_on_it(scene, device):
    assert device.get(step(2)).url == home()
    assert start(device, "not the password").status_code == 422
    assert typed(device, step(4), done_well="Excellent").url == home()
    assert Dops.objects.get().done_well == ""


def test_T5_what_is_typed_on_it_saves_itself_and_the_code_of_the_app_is_taken(scene, device):
    assert start(device, code_of(SECRET)).url == step(1)
    assert typed(device, step(4), done_well="Calm").status_code == 200
    assert "Calm" in words(device.get(step(4)))
    assert "Typed and not saved" in words(device.get(step(5)))


def test_T5_a_step_saved_elsewhere_is_not_written_over(scene, dops, device):
    start(device)
    page = device.get(step(1)).context["form"]
    p.filled_dops(dops, scene.cast.sam)
    sent = {**WHAT, "seen": page["seen"].value(), "item": p.items_of(scene.tara)[0].pk}
    answer = device.post(step(1), {**sent, "complexity": "routine", "setting": "real"})
    assert answer.status_code == 409
    assert "saved in another window" in words(answer)


def test_T5_it_is_handed_back_unsigned_and_signed_out(scene, device):
    start(device)
    pk = HandOver.objects.get().pk
    assert device.get(address("handed_back", pk)).status_code == 405
    assert device.post(address("handed_back", pk)).url == home()
    assert "handed back before anything was signed" in words(device.get(home()))
    assert device.get(step(1)).url == home()
    assert device.post(address("handed_sign_out", pk)).url == reverse("account_login")
    assert device.get(home()).status_code == 404
    assert device.get("/privacy/").status_code == 200


def test_T5_unlocking_takes_it_back_and_asks_the_second_factor_of_who_has_one(scene, dops):
    cast = scene.cast
    colleague = p.approved_dops(scene.tara, cast.trina, cast.sam)
    device = browser_of(cast.sam, proved=True)
    assert device.post(address("dops_hand_over", colleague.pk)).url == home()
    pk = HandOver.objects.get().pk
    second = press(device, address("handed_unlock", pk), password=PASSWORD)
    assert second.url.startswith(reverse("mfa_authenticate"))
    assert HandOver.objects.get().ended_as == HandOverEnd.UNLOCKED
    assert device.get(address("dops", colleague.pk)).url == home()
    assert "owner has unlocked" in words(device.get(home()))
    back = device.post(second.url, {"code": code_of(SECRET)})
    assert back.url == address("dops", colleague.pk)
    assert device.get(back.url).status_code == 200


def test_T5_whoever_is_deactivated_meanwhile_does_not_come_in(scene, device):
    scene.cast.tara.is_active = False
    scene.cast.tara.save(update_fields=["is_active"])
    answer = press(device, address("handed_unlock", HandOver.objects.get().pk), password=PASSWORD)
    assert answer.status_code == 303
    assert device.get(answer.url).url == home()
    assert "_auth_user_id" not in device.session


def test_T5_a_step_too_late_says_that_it_is_over(scene, dops, device):
    start(device)
    page = device.get(step(4)).context["form"]
    h.handed(dops, scene.cast.tara, now=clock.now())
    first = address("handed_step", HandOver.objects.earliest("pk").pk, 4)
    said = {"seen": page["seen"].value(), "overall": "competent"}
    assert device.post(first, said).url == address("handed", HandOver.objects.earliest("pk").pk)
    assert "handed over once more" in words(device.get(address("handed", HandOver.objects.earliest("pk").pk)))


def test_T5_after_an_hour_the_assessor_says_again_who_they_are(scene, device):
    start(device)
    clock.set_offset(at=p.NOW + timedelta(minutes=61))
    assert device.get(step(1)).url == home()
    assert start(device).url == step(1)


def test_T5_the_page_of_a_dops_offers_it_to_who_may(scene, dops):
    here = address("dops", dops.pk)
    offer = "Hand this device to Sam Patel"
    assert offer in words(browser_of(scene.cast.tara, proved=True).get(here))
    for other in (scene.cast.sam, scene.cast.cora, scene.cast.mia):
        assert offer not in words(browser_of(other, proved=True).get(here))
    asked = p.asked_dops(scene.tara, scene.cast.trina)
    page = words(browser_of(scene.cast.tara, proved=True).get(address("dops", asked.pk)))
    assert "Once the Training Supervisor has approved Trina" in page
    ask = words(browser_of(scene.cast.tara, proved=True).get(address("dops_hand_over", dops.pk)))
    assert "Lock it and hand it over" in ask


@pytest.mark.parametrize("rows", [1, 3])
def test_T5_the_cost_of_a_step_on_it_does_not_grow(scene, dops, device, rows, django_assert_num_queries):
    start(device)
    p.filled_dops(dops, scene.cast.sam)
    for number in range(rows):
        p.complete_dops(scene.tara, scene.cast.sam, procedure=f"Procedure {number}")
    for number, count in {1: 8, 2: 9, 4: 6, 5: 12}.items():
        here = step(number)
        with django_assert_num_queries(count, info="training:handed_step"):
            response = device.get(here)
        assert response.status_code == 200
