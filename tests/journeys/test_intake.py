"""Intake by pages only: returned, asked about, held, deferred, declined, late (A2–A6, I5)."""

import pytest

from tests.journeys import intake
from tests.journeys.story import begin

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def story(worker, post_box):
    return begin(worker, post_box)


def test_an_intake_from_the_first_return_to_the_last_letter(story):
    go_through_an_intake(story)


def go_through_an_intake(story):
    """An applicant from overseas is returned, asked and accepted; another deferred and declined; a third comes late."""
    form = intake.apply_from_overseas(story)
    intake.hand_over(story, form)
    intake.return_and_correct(story, form)
    review = intake.reject_and_ask(story)
    intake.answer(story, form)
    intake.accept_on_hold(story, review)
    intake.defer_and_decline(story)
    intake.come_late(story)
