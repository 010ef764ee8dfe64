"""Another Training Supervisor after the first has left, in real Chromium: Ann names one and answers (A2, A4)."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from applications import actions, queries
from applications.models import Application
from ctts.accounts.actions import deactivate
from tests.applications import world
from tests.applications.world import NOW
from tests.browser.looking import faults, goes_on
from tests.browser.test_sent_again import sign_in
from tests.kept import kept_world

pytestmark = pytest.mark.django_db(transaction=True)


def make_asked():
    """Sam confirmed Ann's application and has no access any more; the office asked her to name another."""
    cast = world.open_world()
    application = world.ready(cast)
    deactivate(person=cast.sam, reason="Left.", by=cast.oscar, now=NOW)
    points = queries.points_to_begin_with(world.refresh(application), NOW.date())
    actions.ask_information(by=cast.olive, now=NOW, application_id=application.pk, points=points)
    return cast


cast = kept_world(make_asked)


def test_A2_ann_names_another_supervisor_and_answers(cast, open_page):
    page = open_page(width=390)
    application = Application.objects.get(applicant=cast.ann)
    sign_in(page, cast.ann)
    page.goto(reverse("applications:answer", args=[application.pk]))
    assert faults(page) == []
    goes_on(page, page.get_by_role("link", name="Training Supervisor").first)
    expect(page.get_by_text("has no access to the system any more").first).to_be_visible()
    assert faults(page) == []
    page.get_by_label("Full name of your Training Supervisor").fill("Sue Webb")
    page.get_by_label("E-mail address of your Training Supervisor").fill(cast.sue.email)
    goes_on(page, page.locator("main form.entry-form button[type=submit]").first)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(reverse("applications:answer", args=[application.pk]))
    expect(page.get_by_text("Another Training Supervisor is named")).to_be_visible()
    assert faults(page) == []
    page.locator("main textarea").first.fill("Sue Webb takes over.")
    goes_on(page, page.get_by_role("button", name="Send the answers"))
    expect(page.get_by_text("Sue Webb (Training Supervisor)").first).to_be_visible()
    assert faults(page) == []
