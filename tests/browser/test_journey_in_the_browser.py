"""The whole way in real Chromium: everybody types and clicks, and every page on it is looked at in two widths.

The years, the steps and the people are `tests/journeys`' own. What is done a tenth time in the same way is done by the
pages alone, unless slow tests are asked for.
"""

from __future__ import annotations

import pytest

from tests.journeys.browsing import Looks, at_browsers, by_pages_alone
from tests.journeys.story import begin
from tests.journeys.test_from_application_to_diploma import go_the_whole_way

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("all_in_browser", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_from_the_application_to_the_pack_at_two_widths(worker, post_box, open_page, tmp_path, all_in_browser):
    story, looks = begin(worker, post_box), Looks()
    at_browsers(story, open_page, looks)
    if not all_in_browser:
        story.repeats = by_pages_alone
    go_the_whole_way(story, tmp_path)
    assert looks.found == {}
    assert len(looks.seen) > 40
