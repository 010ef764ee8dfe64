"""Every step of A6 by its action."""

import pytest

from applications.states import ApplicationState
from tests.applications import world
from tests.cast import make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db):
    world.scheme_of_2026()
    return make_cast()


def test_the_whole_way_to_acceptance(cast):
    application = world.accepted(cast)
    assert application.state == ApplicationState.ACCEPTED
