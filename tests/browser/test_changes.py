"""Changes of circumstances in real Chromium: an interruption and a new supervisor, from asking to granting (E5)."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from ctts.common import clock
from tests.browser.looking import faults, goes_on
from tests.browser.test_first_year import signed_in
from tests.training import changes as c
from tests.training import practice as p
from training.models import Appointment, ChangeRequest, TrainingRecord
from training.states import AppointmentKind, ChangeKind

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = [390, 1280]


@pytest.fixture
def scene() -> p.Scene:
    """Tara at Leeds, with Sam as her supervisor."""
    clock.set_offset(at=p.NOW)
    return p.make_scene()


def asks(page: Page, record: TrainingRecord, kind: ChangeKind, **days: str) -> None:
    """Tara goes from the tab to the form of a kind, fills it in, sees what it does, and sends it."""
    page.goto(reverse("training:record_changes", args=[record.pk]))
    assert faults(page) == []
    page.get_by_role("link", name=kind.label, exact=True).click()
    for label, day in days.items():
        page.get_by_label(label.replace("_", " "), exact=True).fill(day)
    if kind == ChangeKind.SUPERVISOR:
        page.get_by_label("New Training Supervisor").select_option(label="Sid Marsh")
    page.get_by_label("Why").fill("The department asks for it.")
    assert faults(page) == []
    page.get_by_role("button", name="Save and see what it does").click()
    expect(page.get_by_role("heading", name="What granting it does")).to_be_visible()
    assert faults(page) == []
    goes_on(page, page.get_by_role("link", name="Look at it and send it"))
    assert faults(page) == []
    page.get_by_role("button", name="Send this request").click()
    expect(page.get_by_text("Sent. You can withdraw it until it is decided.")).to_be_visible()


def supports(page: Page, change: ChangeRequest) -> None:
    """Sam says yes."""
    page.goto(reverse("training:change", args=[change.pk]))
    goes_on(page, page.get_by_role("link", name="Answer this request"))
    assert faults(page) == []
    page.get_by_role("radio", name="Yes").check()
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_text("Your answer is with the scheme office")).to_be_visible()


def grants(page: Page, change: ChangeRequest) -> None:
    """Olive grants it from the list."""
    page.goto(reverse("training:office_changes"))
    assert faults(page) == []
    page.get_by_role("link", name="Tara Quinn").first.click()
    goes_on(page, page.get_by_role("link", name="Decide this request"))
    assert faults(page) == []
    page.get_by_role("radio", name="Grant it").check()
    page.get_by_role("button", name="Decide", exact=True).click()
    expect(page.get_by_text("Granted. Everybody it concerns is told.")).to_be_visible()
    assert faults(page) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_E5_an_interruption_from_asking_to_granting(scene, open_page, live_server, width):
    days = {"First_day_of_the_interruption": "2026-07-01", "Last_day_of_the_interruption": "2026-07-30"}
    asks(
        signed_in(open_page(width=width), scene.cast.tara, live_server.url), scene.tara, ChangeKind.INTERRUPTION, **days
    )
    change = ChangeRequest.objects.get()
    supports(signed_in(open_page(width=width), scene.cast.sam, live_server.url), change)
    grants(signed_in(open_page(width=width), scene.cast.olive, live_server.url), change)
    assert TrainingRecord.objects.get(pk=scene.tara.pk).expected_end_on == date(2028, 4, 30)


@pytest.mark.parametrize("width", WIDTHS)
def test_E5_a_new_supervisor_from_asking_to_granting(scene, open_page, live_server, width):
    days = {"First_day_with_the_new_supervisor": "2026-07-01"}
    tara = signed_in(open_page(width=width), scene.cast.tara, live_server.url)
    asks(tara, scene.tara, ChangeKind.SUPERVISOR, **days)
    change = ChangeRequest.objects.get()
    supports(signed_in(open_page(width=width), scene.cast.sam, live_server.url), change)
    grants(signed_in(open_page(width=width), scene.cast.olive, live_server.url), change)
    rows = Appointment.objects.filter(record=scene.tara, kind=AppointmentKind.SUPERVISOR).order_by("starts_on")
    assert [(row.person, row.ends_on) for row in rows] == [
        (scene.cast.sam, date(2026, 6, 30)),
        (scene.cast.sid, None),
    ]


@pytest.mark.parametrize("width", WIDTHS)
def test_screens_13_what_is_typed_of_a_request_survives_a_closed_window(scene, open_page, live_server, width):
    page = signed_in(open_page(width=width), scene.cast.tara, live_server.url)
    page.goto(reverse("training:change_new", args=[scene.tara.pk, "extension"]))
    page.get_by_label("Why").fill("Half a sentence")
    expect(page.get_by_text("Saved", exact=False).first).to_be_visible(timeout=8000)
    page.goto(reverse("training:change_new", args=[scene.tara.pk, "extension"]))
    expect(page.get_by_label("Why")).to_have_value("Half a sentence")


@pytest.mark.parametrize("width", WIDTHS)
def test_E5_the_office_looks_at_another_end_before_it_decides(scene, open_page, live_server, width):
    change = c.answered(scene.tara, scene.cast.sam, "less_than_full_time")
    page = signed_in(open_page(width=width), scene.cast.olive, live_server.url)
    page.goto(reverse("training:change_decide", args=[change.pk]))
    page.get_by_label("Expected end of training").fill("2029-03-31")
    page.get_by_role("button", name="Show what this does").click()
    expect(page.get_by_text("then 31 March 2029")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("radio", name="Grant it").check()
    page.get_by_role("button", name="Decide", exact=True).click()
    expect(page.get_by_text("Granted. Everybody it concerns is told.")).to_be_visible()
    assert TrainingRecord.objects.get(pk=scene.tara.pk).expected_end_on == date(2029, 3, 31)
    page.goto(reverse("training:office_changes"))
    page.get_by_text("Search and filter").click()
    page.get_by_label("State").select_option(label="Granted")
    page.get_by_role("button", name="Show these").click()
    expect(page.get_by_role("link", name="Tara Quinn")).to_be_visible()
    assert "state=approved" in page.url and faults(page) == []
