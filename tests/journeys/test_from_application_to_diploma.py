"""One trainee's whole way, from application to a verifiable diploma: pages only, real files, real mail, real worker."""

import pytest

from tests.journeys import applying, training
from tests.journeys.story import begin

pytestmark = pytest.mark.django_db(transaction=True)


def test_from_application_to_diploma(worker, post_box):
    story = begin(worker, post_box)
    applying.register(story)
    applying.apply(story)
    applying.confirm(story)
    applying.accept(story)
    applying.enrol(story)
    story.on(2026, 5, 4)
    training.agree_plan(story)
    training.collect_evidence(story)
    training.answer_the_scan(story)
    training.return_and_sign_one(story)
    training.sign_several(story, training.competency_urls(story)[1:4])
    training.colleague_assesses(story)
    training.reflect(story)
    training.write_case_study(story)
    for month in range(5, 11):
        story.on(2026, month, 28)
        training.hold_review(story, f"2026-{month:02}-27", (f"2026-{month:02}-01", f"2026-{month:02}-27"))
        training.do_dops(story)
