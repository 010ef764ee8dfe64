"""One trainee's whole way, from application to a verifiable diploma: pages only, real files, real mail, real worker.

The default run goes it in Chromium (tests/browser/test_journey_in_the_browser.py); here it is gone without script.
"""

import pytest

from tests.journeys import applying, diploma, ending, final, first_year, training
from tests.journeys.story import begin

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def story(worker, post_box):
    return begin(worker, post_box)


@pytest.mark.slow
def test_from_application_to_diploma(story, tmp_path):
    go_the_whole_way(story, tmp_path)


def go_the_whole_way(story, tmp_path):
    """Two years and the Diploma; everybody heard what they should, and the record holds."""
    apply_and_enrol(story)
    train_for_seven_months(story)
    pass_the_first_year(story)
    pass_the_final_assessment(story)
    receive_the_diploma(story, tmp_path)
    ending.everybody_heard_once(story)
    ending.everything_holds()


def apply_and_enrol(story):
    """Steps 1 to 4, in February and March 2026."""
    applying.register(story)
    applying.apply(story)
    applying.confirm(story)
    applying.accept(story)
    applying.enrol(story)


def train_for_seven_months(story):
    """Step 5, from May to October 2026; the moderators join meanwhile."""
    story.on(2026, 5, 4)
    training.agree_plan(story)
    training.collect_evidence(story)
    training.answer_the_scan(story)
    training.return_and_sign_one(story)
    training.sign_several(story, training.competency_urls(story)[1:4])
    training.colleague_assesses(story)
    training.reflect(story)
    training.write_case_study(story)
    first_year.fill_the_pool(story)
    first_year.appoint(story, "external", "mia")
    training.one_month(story, 5)
    with story.again():
        for month in range(6, 11):
            training.one_month(story, month)
    first_year.meet(story, "2026-06-27")


def pass_the_first_year(story):
    """Step 6, in March 2027."""
    story.on(2027, 3, 1)
    first_year.see_the_gate_closed(story)
    first_year.put_forward(story)
    first_year.decide(story)


def pass_the_final_assessment(story):
    """Step 7, from May 2027 to March 2028."""
    story.on(2027, 5, 3)
    final.renew_declarations(story)
    story.on(2027, 12, 6)
    final.do_final_dops(story)
    final.sign_the_rest(story)
    be_assessed(story)


def be_assessed(story):
    """From the sealed Practical in December 2027 to the board in March 2028."""
    final.seal_practical(story)
    final.appoint_supporting(story)
    final.compile_portfolio(story)
    final.seal_portfolio(story)
    final.mark_portfolio(story)
    story.on(2028, 1, 10)
    final.book_viva(story, "2028-02-01")
    story.on(2028, 2, 1, 16)
    final.hold_viva(story)
    story.on(2028, 3, 20)
    final.hold_board(story, "2028-03-20")


def receive_the_diploma(story, folder):
    """Step 8, on the day of the board."""
    diploma.issue(story)
    content = diploma.download(story, folder)
    diploma.check_in_public(story, content, story.sits("Anybody", ""))
    diploma.pack_for_the_register(story, content)
