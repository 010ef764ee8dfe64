"""The whole way in real Chromium: everybody types and clicks, and every page on it is looked at in two widths.

The years, the steps and the people are `tests/journeys`' own.
"""

from __future__ import annotations

import pytest

from tests.journeys import ending
from tests.journeys import test_from_application_to_diploma as way
from tests.journeys.browsing import Looks, at_browsers
from tests.journeys.story import begin

pytestmark = pytest.mark.django_db(transaction=True)


def test_from_the_application_to_the_pack_at_two_widths(worker, post_box, open_page, tmp_path):
    story, looks = begin(worker, post_box), Looks()
    at_browsers(story, open_page, looks)
    way.apply_and_enrol(story)
    way.train_for_seven_months(story)
    way.pass_the_first_year(story)
    way.pass_the_final_assessment(story)
    way.receive_the_diploma(story, tmp_path)
    ending.everybody_heard_once(story)
    assert looks.found == {}
    assert len(looks.seen) > 40
