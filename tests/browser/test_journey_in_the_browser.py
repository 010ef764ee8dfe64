"""The same way in real Chromium: the Final Assessment, board, diploma and pack, every page looked at in two widths.

What lies before is done by the same people with the same steps and without a browser; their pages have tests here of
their own (test_autosave, test_first_year). The years are `tests/journeys`' own.
"""

from __future__ import annotations

import pytest

from tests.journeys import diploma, final
from tests.journeys import test_from_application_to_diploma as way
from tests.journeys.browsing import Chromium, Looks, at_browsers
from tests.journeys.story import Story, begin
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def story(worker, post_box) -> Story:
    """It is December 2027; the final DOPS is done, and nothing of the Final Assessment is sealed."""
    found = begin(worker, post_box)
    way.apply_and_enrol(found)
    way.train_for_seven_months(found)
    way.pass_the_first_year(found)
    found.on(2027, 12, 6)
    final.renew_declarations(found)
    final.do_final_dops(found)
    final.sign_the_rest(found)
    return found


def test_from_the_practical_to_the_pack_at_two_widths(story, open_page, live_server, tmp_path):
    looks = Looks()
    at_browsers(story, open_page, live_server.url, looks)
    way.be_assessed(story)
    diploma.issue(story)
    content = diploma.download(story, tmp_path)
    anybody = Chromium(Visitor("Anybody", ""), open_page(), looks)
    diploma.check_in_public(story, content, anybody)
    diploma.pack_for_the_register(story, content)
    assert looks.found == {}
    assert len(looks.seen) > 40
