"""An intake in real Chromium, every page of it looked at in two widths; the steps are `tests/journeys`' own."""

from __future__ import annotations

import re

import pytest

from tests.journeys.browsing import Looks, at_browsers
from tests.journeys.story import begin
from tests.journeys.test_intake import go_through_an_intake

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = re.compile(r"/applications?/")


@pytest.mark.console_errors  # forms with a mistake come back as 422
def test_an_intake_at_two_widths(worker, post_box, open_page):
    story, looks = begin(worker, post_box), Looks(PAGES)
    at_browsers(story, open_page, looks)
    go_through_an_intake(story)
    assert not looks.found, "\n".join(f"{name}: {what}" for name, what in looks.found.items())
    assert len(looks.seen) > 30
