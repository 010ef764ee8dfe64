"""One trainee's whole way, from application to a verifiable diploma: pages only, real files, real mail, real worker."""

import pytest

from tests.journeys import applying
from tests.journeys.story import begin

pytestmark = pytest.mark.django_db(transaction=True)


def test_from_application_to_diploma(worker, post_box):
    story = begin(worker, post_box)
    applying.register(story)
    applying.apply(story)
    applying.confirm(story)
    applying.accept(story)
    applying.enrol(story)
