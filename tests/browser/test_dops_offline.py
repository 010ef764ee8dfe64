"""A DOPS without signal in real Chromium: Sam fills it in in the basement, it sends itself once (T5, screens 11)."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from ctts.common import clock
from tests.browser.looking import faults, goes_on
from tests.browser.test_first_year import signed_in
from tests.kept import kept_world
from tests.training import handed as h
from tests.training import practice as p
from tests.training.dops import head
from training import actions
from training.models import Dops, DopsArrival

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.console_errors]  # no signal is told in the console
READY = "navigator.serviceWorker.ready.then(() => true)"
KEPT = "() => Object.keys(localStorage).filter(key => key.startsWith('ctts-dops:')).length"
TWICE = "button => { button.click(); button.click(); }"  # a double tap is quicker than any answer
CACHED = """async () => {
    const caught = await Promise.all((await caches.keys()).map(name => caches.open(name)));
    const kept = await Promise.all(caught.map(cache => cache.keys()));
    return kept.flat().map(one => new URL(one.url).pathname);
}"""


def make_now():
    """Both records, and the clock at the scene's own day."""
    clock.set_offset(at=p.NOW)
    made = p.make_scene()
    h.equipped(made.cast.sam)
    return made


scene = kept_world(make_now)


def prepare(page: Page, record) -> None:
    """With signal: the log of a trainee, which loads what the phone needs and keeps the empty form."""
    page.goto(reverse("training:dops_log", args=[record.pk]))
    assert page.evaluate(READY)
    page.wait_for_function("() => Object.keys(localStorage).some(key => key.startsWith('ctts-ground:'))")


def no_signal(page: Page) -> None:
    page.context.set_offline(True)


def signal_comes_and_goes(page: Page) -> None:
    """The line of an open DOPS says what there is now, not what there was."""
    expect(page.get_by_role("status")).to_contain_text("No signal")
    page.context.set_offline(False)
    expect(page.get_by_role("status")).to_contain_text("There is signal.")
    no_signal(page)
    expect(page.get_by_role("status")).to_contain_text("No signal")


def fill_in(page: Page) -> None:
    """The first four steps, one tap an answer."""
    page.get_by_label("Procedure").fill("Daily uniformity check")
    page.get_by_label("Competency it shows").select_option(index=1)
    page.get_by_label("Place").fill("Basement")
    page.get_by_label("Day of the observation").fill("2026-06-02")
    page.get_by_role("link", name="Keep and go on").click()
    for step in (2, 3):
        expect(page.get_by_text(f"Step {step} of 5")).to_be_visible()
        for choice in page.locator("fieldset.score").all():
            choice.locator("input[value='3']").check()
        page.get_by_role("link", name="Keep and go on").click()
    page.get_by_label("Competent", exact=True).check()
    page.get_by_label("Done well").fill("Calm and safe.")
    expect(page.get_by_role("status")).to_contain_text("Kept on this phone")
    page.get_by_role("link", name="Keep and go on").click()


def refuse_and_mend(page: Page) -> None:
    """A day that has not come and too many N/A are told on the phone, in the words of the server, with their steps."""
    for step, name in ((2, "Back one step"), (1, "Back one step")):
        while f"/{step}" not in page.url[-2:]:
            page.get_by_role("link", name=name).click()
        if step == 2:
            for choice in page.locator("fieldset.score").all()[:4]:
                choice.locator("input[value='na']").check()
    page.get_by_label("Day of the observation").fill("2030-01-01")
    for _ in range(4):
        page.get_by_role("link", name="Keep and go on").click()
    told = page.get_by_role("listitem")
    expect(told.filter(has_text="Day of the observation: This day has not come yet.")).to_be_visible()
    page.get_by_role("link", name="At most 3 items of a DOPS may be not applicable.").click()
    page.locator("fieldset.score").first.locator("input[value='3']").check()
    page.get_by_role("link", name="Back one step").click()
    page.get_by_label("Day of the observation").fill("2026-06-02")
    for _ in range(4):
        page.get_by_role("link", name="Keep and go on").click()
    expect(page.get_by_text("Everything is filled in.")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_a_dops_is_started_and_kept_without_signal_and_sends_itself_once(scene, open_page, live_server, width):
    sam = signed_in(open_page(width=width), scene.cast.sam, live_server.url)
    prepare(sam, scene.tara)
    no_signal(sam)
    sam.goto(reverse("training:offline"))
    expect(sam.get_by_role("status")).to_contain_text("No signal")
    assert faults(sam) == []
    sam.get_by_label("Trainee").select_option(index=0)
    sam.get_by_role("button", name="Start a DOPS").evaluate(TWICE)
    expect(sam.get_by_role("heading", level=1)).to_have_text("Tara Quinn")
    assert sam.evaluate(KEPT) == 1
    assert faults(sam) == []
    signal_comes_and_goes(sam)
    fill_in(sam)
    sam.reload()
    expect(sam.get_by_text("Everything is filled in.")).to_be_visible()
    refuse_and_mend(sam)
    assert faults(sam) == []
    sam.get_by_role("button", name="Keep it and send it").click()
    expect(sam.get_by_text("Kept on this phone, not sent yet.")).to_be_visible()
    assert faults(sam) == []
    assert Dops.objects.count() == 0
    sam.context.set_offline(False)
    expect(sam.get_by_text("Nothing waits on this phone.")).to_be_visible()
    dops = Dops.objects.get()
    assert (dops.place, dops.overall, DopsArrival.objects.count()) == ("Basement", "competent", 1)
    assert sam.evaluate(KEPT) == 0
    sam.goto(reverse("training:dops_step", args=[dops.pk, 5]))
    expect(sam.get_by_role("button", name="Sign this DOPS")).to_be_visible()


def test_a_step_that_cannot_be_sent_goes_on_without_signal(scene, open_page, live_server):
    dops = head(p.started_dops(scene.tara, scene.cast.sam), scene.cast.sam)
    sam = signed_in(open_page(width=390), scene.cast.sam, live_server.url)
    sam.goto(reverse("training:dops_step", args=[dops.pk, 4]))
    assert sam.evaluate(READY)
    sam.wait_for_function("() => Object.keys(localStorage).some(key => key.startsWith('ctts-ground:'))")
    no_signal(sam)
    sam.get_by_label("Done well").fill("Written in the basement.")
    sam.get_by_label("Competent", exact=True).check()
    sam.get_by_role("button", name="Save and go on").click()
    expect(sam.get_by_label("Done well")).to_have_value("Written in the basement.")
    expect(sam).to_have_url(re.compile(r"/training/offline/#/dops-\d+/4$"))
    assert faults(sam) == []
    sam.get_by_role("link", name="Keep and go on").click()
    sam.context.set_offline(False)
    sam.get_by_role("button", name="Keep it and send it").click()
    expect(sam).to_have_url(re.compile(rf"/training/dops/{dops.pk}/step/2/$"))
    dops.refresh_from_db()
    assert dops.done_well == "Written in the basement."


def kept_by_sam(page: Page, scene) -> Dops:
    """A DOPS of Tara's that Sam changed without signal, while its place was changed on the server."""
    dops = p.filled_dops(p.started_dops(scene.tara, scene.cast.sam), scene.cast.sam)
    prepare(page, scene.tara)
    no_signal(page)
    page.goto(reverse("training:offline"))
    page.get_by_role("button", name="Go on with it here").click()
    page.get_by_label("Place").fill("Basement")
    for _step in range(4):
        page.get_by_role("link", name="Keep and go on").click()
    page.get_by_role("button", name="Keep it and send it").click()
    expect(page.get_by_text("Kept on this phone, not sent yet.")).to_be_visible()
    return dops


@pytest.mark.parametrize(("choice", "place"), [("Keep mine", "Basement"), ("Keep theirs", "Ward 4")])
def test_newer_text_on_the_server_is_shown_beside_mine(scene, open_page, live_server, choice, place):
    sam = signed_in(open_page(width=390), scene.cast.sam, live_server.url)
    dops = kept_by_sam(sam, scene)
    head(dops, scene.cast.sam, place="Ward 4")
    sam.context.set_offline(False)
    expect(sam.get_by_text("Newer text was saved on the server meanwhile")).to_be_visible()
    row = sam.get_by_role("row", name=re.compile("^Place"))
    expect(row).to_contain_text("Basement")
    expect(row).to_contain_text("Ward 4")
    assert faults(sam) == []
    sam.get_by_role("button", name=choice).click()
    expect(sam.get_by_text("Nothing waits on this phone.")).to_be_visible()
    dops.refresh_from_db()
    assert dops.place == place


def test_what_was_taken_back_meanwhile_goes_as_a_dops_of_ones_own(scene, open_page, live_server):
    sam = signed_in(open_page(width=390), scene.cast.sam, live_server.url)
    dops = kept_by_sam(sam, scene)
    actions.void_dops(by=scene.cast.olive, now=p.NOW, dops_id=dops.pk, reason="Asked twice.")
    sam.context.set_offline(False)
    expect(sam.get_by_text("voided this DOPS on 10 June 2026: “Asked twice.”")).to_be_visible()
    assert faults(sam) == []
    sam.get_by_role("button", name="Send it as a DOPS of your own").evaluate(TWICE)
    expect(sam).to_have_url(re.compile(r"/training/dops/\d+/step/5/$"))
    own = Dops.objects.exclude(pk=dops.pk).get()
    assert (own.place, own.state, sam.evaluate(KEPT)) == ("Basement", "started", 0)


def test_what_is_kept_is_its_writers_alone_and_outlives_the_sign_out(scene, open_page, live_server):
    phone = signed_in(open_page(width=390), scene.cast.sam, live_server.url)
    dops = kept_by_sam(phone, scene)
    assert all(path == "/training/offline/" or path.startswith("/static/") for path in phone.evaluate(CACHED))
    signed_in(phone, scene.cast.sue, live_server.url)  # Sam's session is gone; Sue signs in on the same phone
    phone.context.set_offline(False)
    phone.goto(reverse("home:dashboard"))
    phone.goto(reverse("training:offline"))
    expect(phone.get_by_text("Nothing waits on this phone.")).to_be_visible()
    expect(phone.get_by_text("Tara Quinn")).to_have_count(0)
    dops.refresh_from_db()
    assert (dops.place, phone.evaluate(KEPT)) == ("Gamma camera room", 1)
    signed_in(phone, scene.cast.sam, live_server.url)
    phone.goto(reverse("home:dashboard"))
    expect(phone.get_by_role("link", name="Sign it")).to_be_visible()
    assert faults(phone) == []
    dops.refresh_from_db()
    assert (dops.place, phone.evaluate(KEPT)) == ("Basement", 0)


def test_signing_out_asks_about_what_is_kept(scene, open_page, live_server):
    phone = signed_in(open_page(width=1280), scene.cast.sam, live_server.url)
    kept_by_sam(phone, scene)
    phone.route("**/training/offline/send/", lambda route: route.abort())
    phone.context.set_offline(False)
    phone.goto(reverse("account_logout"))
    named = phone.get_by_label("Kept on this phone", exact=True)
    expect(named).to_contain_text(
        re.compile("One DOPS is kept on this phone and not sent *Tara Quinn, Daily uniformity")
    )
    expect(named.get_by_role("link")).to_have_attribute("href", reverse("training:offline"))
    assert faults(phone) == []
    phone.get_by_role("main").get_by_role("button", name="Sign out").click()
    asked = phone.get_by_role("dialog")
    expect(asked).to_contain_text("One DOPS is kept on this phone and not sent")
    expect(asked.get_by_role("listitem")).to_contain_text("Tara Quinn, Daily uniformity check, kept ")
    assert faults(phone) == []
    goes_on(phone, phone.get_by_role("button", name="Sign out and keep it"))
    assert phone.evaluate(KEPT) == 1
    phone.goto(reverse("training:offline"))
    expect(phone.get_by_text("Nobody is signed in on this phone")).to_be_visible()
    assert faults(phone) == []
