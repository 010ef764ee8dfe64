"""An event, a CPD entry, a nudge and a message in real Chromium, at both widths in one scene (T9, T10, T11)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from ctts.common import clock
from tests.browser.looking import faults, goes_on
from tests.browser.test_first_year import signed_in
from tests.training import events as e
from tests.training import practice as p
from training import queries

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = [390, 1280]
PICTURES = os.environ.get("CTTS_PICTURES")


@pytest.fixture
def scene() -> p.Scene:
    """Tara at Leeds and Tom at Bristol; the office is Olive's."""
    clock.set_offset(at=p.NOW)
    return p.make_scene()


def looked(page: Page, name: str) -> None:
    """Nothing is wrong with the page at either width."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert faults(page) == [], f"{name} at {width}"
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)


def opened(page: Page, name: str, *args: object) -> None:
    """Open a page of ours and look at it."""
    page.goto(reverse(name, args=args))
    looked(page, name.replace(":", "-"))


def test_T9_the_office_invites_the_trainee_signs_up_and_is_noted(scene, open_page, live_server):
    event = e.workshop(scene.cast, place="Online")
    olive = signed_in(open_page(width=1280), scene.cast.olive, live_server.url)
    opened(olive, "training:office_events")
    opened(olive, "training:event_add")
    opened(olive, "training:event_kinds")
    opened(olive, "training:office_event", event.pk)
    goes_on(olive, olive.get_by_role("link", name="Invite 2 trainees"))
    looked(olive, "training-event_invite")
    goes_on(olive, olive.get_by_role("button", name="Invite 2 trainees"))
    tara = signed_in(open_page(width=390), scene.cast.tara, live_server.url)
    opened(tara, "training:events", scene.tara.pk)
    goes_on(tara, tara.get_by_role("link", name="Imaging day"))
    goes_on(tara, tara.get_by_role("button", name="Sign up"))
    expect(tara.get_by_text("You have a place.")).to_be_visible()
    looked(tara, "training-event")
    opened(tara, "training:event_give_back", e.place_of(event, scene.tara).pk)
    opened(olive, "training:event_change", event.pk)
    opened(olive, "training:event_call_off", event.pk)
    opened(olive, "training:office_event", event.pk)
    clock.set_offset(at=e.AFTER)
    opened(olive, "training:event_attendance", event.pk)
    goes_on(olive, olive.get_by_role("button", name="Note who was there"))
    opened(tara, "training:event", e.place_of(event, scene.tara).pk)


def test_T10_T11_an_activity_a_nudge_and_a_message(scene, open_page, live_server):
    review = p.signed_review(scene.tara, scene.cast.sam)
    tara = signed_in(open_page(width=390), scene.cast.tara, live_server.url)
    opened(tara, "training:cpd", scene.tara.pk)
    opened(tara, "training:cpd_new", scene.tara.pk)
    tara.get_by_label("Title").fill("Paper on PET motion")
    tara.get_by_label("Hours").fill("1.5")
    tara.get_by_label("What you did").fill("Read it.")
    tara.get_by_label("Critical reflection").fill("Gating is worth its time.")
    goes_on(tara, tara.get_by_role("button", name="Save the draft"))
    looked(tara, "training-cpd_entry")
    goes_on(tara, tara.get_by_role("link", name="Enter it into the log"))
    looked(tara, "training-cpd_enter")
    tara.get_by_label("No patient can be identified").check()
    goes_on(tara, tara.get_by_role("button", name="Enter it into the log"))
    opened(tara, "training:cpd", scene.tara.pk)
    opened(tara, "training:thread_new", scene.tara.pk)
    tara.get_by_label("What it is about").fill("The rota")
    tara.get_by_label("Training Supervisor").check()
    tara.get_by_label("Your message").fill("Tuesday is full.")
    tara.get_by_label("I ask for an answer").check()
    goes_on(tara, tara.get_by_role("button", name="Send it"))
    looked(tara, "training-thread")
    opened(tara, "training:threads", scene.tara.pk)
    nudges(signed_in(open_page(width=390), scene.cast.sam, live_server.url))
    assert review.pk and queries.duties_for(scene.cast.sam, p.TODAY)


def nudges(sam: Page) -> None:
    """Sam waits for a review to be acknowledged."""
    opened(sam, "home:dashboard")
    goes_on(sam, sam.get_by_role("link", name="Nudge"))
    looked(sam, "home-nudge")
    goes_on(sam, sam.get_by_role("button", name="Send it"))
    expect(sam.get_by_text("again from")).to_be_visible()
    looked(sam, "home-nudged")
